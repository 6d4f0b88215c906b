// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "state/Inbox.h"

using namespace conversure;
using namespace conversure::test;
using state::Inbox;
using Kind = feed::Gone::Kind;

namespace {

QList<MessageId> idsOf(const Inbox &inbox, int conversation)
{
    QList<MessageId> ids;
    if (const state::MessageWindow *window = inbox.messages(conversationId(conversation))) {
        for (const MessageRow &row : window->rows)
            ids << row.id;
    }
    return ids;
}

QList<MessageId> messageIds(std::initializer_list<int> numbers)
{
    QList<MessageId> ids;
    for (const int n : numbers)
        ids << messageId(n);
    return ids;
}

std::vector<ConversationId> conversationIds(std::initializer_list<int> numbers)
{
    std::vector<ConversationId> ids;
    for (const int n : numbers)
        ids.push_back(conversationId(n));
    return ids;
}

MessageRow withStatus(MessageRow row, MessageStatus status)
{
    row.status = status;
    return row;
}

} // namespace

class InboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHigherRevStays()
    {
        Inbox inbox;
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.applyConversationPage({conversation(1, 5, 100)}, true);
        QCOMPARE(applied.count(), 1);
        inbox.apply({conversation(1, 4, 300), conversation(1, 5, 400)});
        QCOMPARE(applied.count(), 1);
        QCOMPARE(inbox.conversation(conversationId(1))->lastMessageAt, 100);
        inbox.apply({conversation(1, 6, 200)});
        QCOMPARE(applied.count(), 2);
        QCOMPARE(inbox.conversation(conversationId(1))->lastMessageAt, 200);
    }

    void oneCallIsOneSignal()
    {
        Inbox inbox;
        openEverything(inbox);
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({conversation(2, 2, 200), message(1, 1, 1, 20), message(2, 1, 1, 30), readMark(3, 1, 1)});
        QCOMPARE(applied.count(), 1);
        const auto what = applied.first().first().value<state::Applied>();
        QCOMPARE(what.accepted.size(), 4);
        QCOMPARE(what.conversations, (QSet{conversationId(2), conversationId(3)}));
        QCOMPARE(what.messages, QSet{conversationId(1)});
        QVERIFY(what.orderChanged);
        QVERIFY(what.leads.isEmpty());
    }

    void theListIsSorted()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 30), conversation(2, 1, 20), conversation(3, 1, 10)}, true);
        QCOMPARE(inbox.order(), conversationIds({1, 2, 3}));
        inbox.apply({conversation(3, 2, 40)});
        QCOMPARE(inbox.order(), conversationIds({3, 1, 2}));
        inbox.apply({conversation(3, 3, 20)});
        QCOMPARE(inbox.order(), conversationIds({1, 3, 2})); // equal times: the higher id is above
        inbox.apply({conversation(4, 1, 25), conversation(1, 2, 5)});
        QCOMPARE(inbox.order(), conversationIds({4, 3, 2, 1}));
    }

    void aChangeInPlaceLeavesTheOrder()
    {
        Inbox inbox;
        openEverything(inbox);
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({conversation(2, 2, 91)});
        QVERIFY(!applied.first().first().value<state::Applied>().orderChanged);
        QCOMPARE(applied.first().first().value<state::Applied>().conversations, QSet{conversationId(2)});
    }

    void outsideTheListsWindowNothingEnters()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90)}, false);
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({conversation(3, 7, 89)});
        QCOMPARE(applied.count(), 0);
        QVERIFY(inbox.conversation(conversationId(3)) == nullptr);
        inbox.apply({conversation(4, 1, 95)});
        QCOMPARE(inbox.order(), conversationIds({1, 4, 2}));
    }

    void aPageDoesNotUndoAChangeThatOvertookIt()
    {
        Inbox inbox;
        inbox.apply({conversation(1, 5, 100)});
        QVERIFY(inbox.order().empty());
        inbox.applyConversationPage({conversation(1, 4, 100), conversation(2, 1, 90)}, false);
        QCOMPARE(inbox.conversation(conversationId(1))->rev, 5);

        inbox.apply({conversation(3, 9, 80)});
        inbox.applyConversationPage({conversation(4, 1, 85), conversation(5, 1, 70)}, true);
        QCOMPARE(inbox.order(), conversationIds({1, 2, 4, 3, 5}));
        QCOMPARE(inbox.conversation(conversationId(3))->rev, 9);
        QVERIFY(inbox.reachedEnd());
    }

    void aRowThatSinksBelowTheWindowLeaves()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90)}, false);
        inbox.apply({conversation(1, 2, 50)});
        QCOMPARE(inbox.order(), conversationIds({2}));
        QVERIFY(inbox.conversation(conversationId(1)) == nullptr);
    }

    void theListStaysBounded()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 1)}, true);
        QList<feed::Change> many;
        for (int n = 2; n <= 2500; ++n)
            many << conversation(n, 1, n);
        inbox.apply(many);
        QCOMPARE(inbox.order().size(), size_t(2000));
        QCOMPARE(inbox.order().front(), conversationId(2500));
        QVERIFY(!inbox.reachedEnd());
        QVERIFY(inbox.conversation(conversationId(1)) == nullptr);
    }

    void anOpenConversationIsKnownOutsideTheList()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100)}, false);
        inbox.applyMessagePage(conversationId(2), {conversation(2, 3, 50), lead(2, 1), message(1, 2, 1, 50)}, true);
        QCOMPARE(inbox.order(), conversationIds({1}));
        QCOMPARE(inbox.conversation(conversationId(2))->rev, 3);
        QVERIFY(inbox.lead(leadId(2)) != nullptr);
        inbox.applyConversationPage({conversation(2, 3, 50)}, true);
        QCOMPARE(inbox.order(), conversationIds({1, 2}));
    }

    void unreadIsTheDifferenceAndNeverNegative()
    {
        Inbox inbox;
        ConversationRow row = conversation(1, 1, 100);
        row.inboundSeq = 5;
        inbox.applyConversationPage({row}, true);
        QCOMPARE(inbox.unread(row.id), 5);
        inbox.apply({readMark(1, 1, 3)});
        QCOMPARE(inbox.unread(row.id), 2);
        QCOMPARE(inbox.readSeq(row.id), 3);
        inbox.apply({readMark(1, 2, 9)});
        QCOMPARE(inbox.unread(row.id), 0);
        QCOMPARE(inbox.unread(conversationId(77)), 0);
    }

    void messagesNeedALoadedWindow()
    {
        Inbox inbox;
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({message(2, 1, 1, 20)});
        QCOMPARE(applied.count(), 0);
        QVERIFY(inbox.messages(conversationId(1)) == nullptr);
        QVERIFY(inbox.message(messageId(2)) == nullptr);
        // but the page, read before that message came, must not leave a hole at the end
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 10)}, false);
        QCOMPARE(idsOf(inbox, 1), messageIds({1, 2}));
    }

    void messagesOlderThanTheWindowMakeNoHole()
    {
        Inbox inbox;
        inbox.applyMessagePage(conversationId(1), {message(5, 1, 1, 50), message(6, 1, 1, 60)}, false);
        inbox.apply({message(3, 1, 1, 30), message(7, 1, 1, 70), message(8, 1, 1, 55)});
        QCOMPARE(idsOf(inbox, 1), messageIds({5, 8, 6, 7}));
        inbox.apply({gone(Kind::Message, messageId(5), 2), message(9, 1, 1, 52)});
        QCOMPARE(idsOf(inbox, 1), messageIds({9, 8, 6, 7}));
        inbox.applyMessagePage(conversationId(1), {message(2, 1, 1, 20), message(4, 1, 1, 40)}, false);
        QCOMPARE(idsOf(inbox, 1), messageIds({2, 3, 4, 9, 8, 6, 7}));
        QVERIFY(!inbox.messages(conversationId(1))->reachedStart);
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 10)}, true);
        QCOMPARE(inbox.messages(conversationId(1))->rows.front().id, messageId(1));
        QVERIFY(inbox.messages(conversationId(1))->reachedStart);
    }

    void anEchoGivesWayToTheStoresRow()
    {
        Inbox inbox;
        openEverything(inbox);
        inbox.apply({message(1, 1, 0, 500)});
        QCOMPARE(inbox.message(messageId(1))->status, MessageStatus::Queued);
        inbox.apply({withStatus(message(1, 1, 0, 500), MessageStatus::Sending)});
        QCOMPARE(inbox.message(messageId(1))->status, MessageStatus::Sending);

        inbox.apply({message(2, 1, 1, 400), withStatus(message(1, 1, 3, 300), MessageStatus::Sent)});
        QCOMPARE(idsOf(inbox, 1), messageIds({100, 1, 2})); // the store's time puts it elsewhere
        QCOMPARE(inbox.message(messageId(1))->status, MessageStatus::Sent);

        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({message(1, 1, 0, 600)});
        inbox.withdrawEcho(messageId(1));
        QCOMPARE(applied.count(), 0);
        QCOMPARE(inbox.message(messageId(1))->rev, 3);
    }

    void anEchoCanBeWithdrawn()
    {
        Inbox inbox;
        openEverything(inbox);
        inbox.apply({message(1, 1, 0, 500)});
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.withdrawEcho(messageId(1));
        QCOMPARE(applied.count(), 1);
        QCOMPARE(idsOf(inbox, 1), messageIds({100}));
        inbox.withdrawEcho(messageId(1));
        QCOMPARE(applied.count(), 1);
        inbox.apply({message(1, 1, 0, 501)}); // sent once more
        QCOMPARE(idsOf(inbox, 1), messageIds({100, 1}));
    }

    void anEchoWithAWrongClockIsShownAllTheSame()
    {
        Inbox inbox;
        inbox.applyMessagePage(conversationId(1), {message(5, 1, 1, 50)}, false);
        inbox.apply({message(6, 1, 0, 7)});
        QVERIFY(inbox.message(messageId(6)) != nullptr);
        inbox.apply({message(6, 1, 1, 60)});
        QCOMPARE(idsOf(inbox, 1), messageIds({5, 6}));
    }

    void theSameEchoTwiceDoesNothing()
    {
        Inbox inbox;
        openEverything(inbox);
        inbox.apply({message(1, 1, 0, 500)});
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({message(1, 1, 0, 500)});
        QCOMPARE(applied.count(), 0);
    }

    void goneTakesEverythingOfAConversation()
    {
        Inbox inbox;
        openEverything(inbox);
        inbox.setDraft(conversationId(1), QStringLiteral("half a sentence"));
        inbox.apply({readMark(1, 1, 1), lead(1, 1), gone(Kind::Conversation, conversationId(1), 2)});
        QVERIFY(inbox.conversation(conversationId(1)) == nullptr);
        QVERIFY(inbox.messages(conversationId(1)) == nullptr);
        QVERIFY(inbox.message(messageId(100)) == nullptr);
        QVERIFY(inbox.lead(leadId(1)) == nullptr);
        QCOMPARE(inbox.readSeq(conversationId(1)), 0);
        QCOMPARE(inbox.draft(conversationId(1)), QString());
        QCOMPARE(inbox.order(), conversationIds({2, 3}));
        // what was read before it went does not bring it back
        inbox.applyConversationPage({conversation(1, 2, 100)}, true);
        inbox.applyMessagePage(conversationId(1), {conversation(1, 1, 100), message(1, 1, 1, 10)}, true);
        QCOMPARE(inbox.order(), conversationIds({2, 3}));
        QVERIFY(inbox.messages(conversationId(1)) == nullptr);
        // but what happened afterwards does
        inbox.apply({conversation(1, 3, 200)});
        QCOMPARE(inbox.order(), conversationIds({1, 2, 3}));
        QCOMPARE(inbox.readSeq(conversationId(1)), 1);
    }

    void aSharedLeadStays()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100), withLead(conversation(2, 1, 90), 1)}, true);
        inbox.apply({lead(1, 1), gone(Kind::Conversation, conversationId(1), 2)});
        QVERIFY(inbox.lead(leadId(1)) != nullptr);
        inbox.apply({gone(Kind::Conversation, conversationId(2), 2)});
        QVERIFY(inbox.lead(leadId(1)) == nullptr);
    }

    void anOldGoneIsIgnored()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 5, 100)}, true);
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 5, 10)}, true);
        inbox.apply({lead(1, 5), readMark(1, 5, 1)});
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({gone(Kind::Conversation, conversationId(1), 4), gone(Kind::Message, messageId(1), 4),
            gone(Kind::Lead, leadId(1), 4), gone(Kind::ReadMark, conversationId(1), 4)});
        QCOMPARE(applied.count(), 0);
        inbox.apply({gone(Kind::Message, messageId(1), 6), gone(Kind::Lead, leadId(1), 6),
            gone(Kind::ReadMark, conversationId(1), 6)});
        QCOMPARE(applied.count(), 1);
        QVERIFY(inbox.message(messageId(1)) == nullptr);
        QVERIFY(inbox.lead(leadId(1)) == nullptr);
        QCOMPARE(inbox.unread(conversationId(1)), 1);
    }

    void windowsLookedAtLongAgoAreForgotten()
    {
        Inbox inbox;
        inbox.markOpened(conversationId(1));
        for (int n = 1; n <= 30; ++n)
            inbox.applyMessagePage(conversationId(n), {conversation(n, 1, n), message(n, n, 1, n)}, true);
        int kept = 0;
        for (int n = 1; n <= 30; ++n)
            kept += inbox.messages(conversationId(n)) != nullptr ? 1 : 0;
        QCOMPARE(kept, 20);
        QVERIFY(inbox.messages(conversationId(1)) != nullptr); // it is the open one
        QVERIFY(inbox.messages(conversationId(2)) == nullptr);
        QVERIFY(inbox.message(messageId(2)) == nullptr);
        QVERIFY(inbox.conversation(conversationId(2)) == nullptr);
        QVERIFY(inbox.messages(conversationId(30)) != nullptr);
    }

    void withoutAnOpenOneTheLastPageIsTheMostRecent()
    {
        Inbox inbox;
        for (int n = 1; n <= 20; ++n)
            inbox.applyMessagePage(conversationId(n), {message(n, n, 1, n)}, true);
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 1)}, true);
        inbox.applyMessagePage(conversationId(21), {message(21, 21, 1, 21)}, true);
        QVERIFY(inbox.messages(conversationId(1)) != nullptr);
        QVERIFY(inbox.messages(conversationId(2)) == nullptr);
    }

    void aWindowOfLiveMessagesStaysBounded()
    {
        Inbox inbox;
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 1)}, true);
        QList<feed::Change> many;
        for (int n = 2; n <= 6000; ++n)
            many << message(n, 1, 1, n);
        inbox.apply(many);
        const state::MessageWindow *window = inbox.messages(conversationId(1));
        QVERIFY(window->rows.size() <= 5000);
        QCOMPARE(window->rows.back().id, messageId(6000));
        QVERIFY(!window->reachedStart);
        QVERIFY(inbox.message(messageId(1)) == nullptr);
    }

    void draftsAreTold()
    {
        Inbox inbox;
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.setDraft(conversationId(1), QStringLiteral("a"));
        inbox.setDraft(conversationId(1), QStringLiteral("a"));
        QCOMPARE(applied.count(), 1);
        QCOMPARE(applied.first().first().value<state::Applied>().conversations, QSet{conversationId(1)});
        inbox.setDraft(conversationId(1), {});
        QCOMPARE(applied.count(), 2);
        QCOMPARE(inbox.draft(conversationId(1)), QString());
    }

    void afterAResyncThePageIsTheList()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90), conversation(3, 1, 80)}, true);
        inbox.beginResync();
        QCOMPARE(inbox.order(), conversationIds({1, 2, 3}));
        inbox.apply({conversation(4, 1, 150)});
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(5, 1, 95)}, false);
        QCOMPARE(inbox.order(), conversationIds({4, 1, 5}));
        QVERIFY(!inbox.reachedEnd());
        inbox.applyConversationPage({conversation(3, 1, 80)}, true);
        QCOMPARE(inbox.order(), conversationIds({4, 1, 5, 3}));
    }

    void whatAResyncDoesNotConfirmIsGone()
    {
        Inbox inbox;
        inbox.markOpened(conversationId(1));
        inbox.applyConversationPage({conversation(1, 1, 100), conversation(2, 1, 90), conversation(3, 1, 80)}, false);
        for (int n = 1; n <= 3; ++n)
            inbox.applyMessagePage(conversationId(n), {lead(n, 1), message(n, n, 1, n)}, true);
        inbox.applyMessagePage(
            conversationId(4), {conversation(4, 1, 10), message(4, 4, 1, 4)}, true); // below the list
        inbox.beginResync();
        inbox.applyConversationPage({}, true); // rights were lost meanwhile
        QVERIFY(inbox.order().empty());
        for (int n = 2; n <= 4; ++n) {
            QVERIFY(inbox.conversation(conversationId(n)) == nullptr);
            QVERIFY(inbox.messages(conversationId(n)) == nullptr);
            QVERIFY(inbox.lead(leadId(n)) == nullptr);
        }
        // The open one is for its own page to judge.
        QVERIFY(inbox.messages(conversationId(1)) != nullptr);
        inbox.apply({gone(Kind::Conversation, conversationId(1), 1)});
        QVERIFY(inbox.conversation(conversationId(1)) == nullptr);
        QVERIFY(inbox.messages(conversationId(1)) == nullptr);
        QVERIFY(inbox.lead(leadId(1)) == nullptr);
    }

    void rightsThatComeBackBringBackWhatWasGone()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 5, 100)}, true);
        inbox.apply({gone(Kind::Conversation, conversationId(1), 6)});
        inbox.beginResync();
        inbox.applyConversationPage({conversation(1, 6, 100)}, true);
        QCOMPARE(inbox.order(), conversationIds({1}));
    }

    void aLeadThatWentIsNotRemembered()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100)}, true);
        inbox.apply({lead(1, 7), gone(Kind::Conversation, conversationId(1), 2)});
        inbox.apply({conversation(1, 3, 100)});
        QVERIFY(inbox.lead(leadId(1)) == nullptr); // what it is by now comes with the page
        inbox.applyMessagePage(conversationId(1), {lead(1, 7)}, true);
        QVERIFY(inbox.lead(leadId(1)) != nullptr);
    }

    void messagesOfWhatWentAreNotRemembered()
    {
        Inbox inbox;
        inbox.applyConversationPage({conversation(1, 1, 100)}, true);
        inbox.apply({message(7, 1, 1, 70), message(8, 1, 0, 80), gone(Kind::Conversation, conversationId(1), 2)});
        inbox.apply({conversation(1, 3, 100)});
        inbox.applyMessagePage(conversationId(1), {message(5, 1, 1, 50)}, true);
        QCOMPARE(idsOf(inbox, 1), messageIds({5, 8})); // one's own unsent text stays one's own
    }

    void afterAResyncTheOpenWindowHasNoHole()
    {
        Inbox inbox;
        inbox.markOpened(conversationId(1));
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 10), message(2, 1, 1, 20)}, true);
        inbox.applyMessagePage(conversationId(2), {message(9, 2, 1, 10)}, true);
        inbox.apply({message(30, 1, 0, 25)}); // typed while away
        inbox.beginResync();
        QVERIFY(inbox.messages(conversationId(2)) == nullptr);
        inbox.apply({message(8, 1, 1, 80)});
        inbox.applyMessagePage(conversationId(1), {message(5, 1, 1, 50), message(6, 1, 1, 60)}, false);
        QCOMPARE(idsOf(inbox, 1), messageIds({30, 5, 6, 8}));
        QVERIFY(!inbox.messages(conversationId(1))->reachedStart);
    }

    void afterAResyncAConnectedWindowKeepsItsPast()
    {
        Inbox inbox;
        inbox.markOpened(conversationId(1));
        inbox.applyMessagePage(conversationId(1), {message(1, 1, 1, 10), message(2, 1, 1, 20)}, true);
        inbox.beginResync();
        inbox.applyMessagePage(conversationId(1), {message(2, 1, 1, 20), message(3, 1, 1, 30)}, false);
        QCOMPARE(idsOf(inbox, 1), messageIds({1, 2, 3}));
        QVERIFY(inbox.messages(conversationId(1))->reachedStart);
    }

    void clearForgetsEverything()
    {
        Inbox inbox;
        openEverything(inbox);
        inbox.setDraft(conversationId(1), QStringLiteral("a"));
        QSignalSpy cleared(&inbox, &Inbox::cleared);
        inbox.clear();
        QCOMPARE(cleared.count(), 1);
        QVERIFY(inbox.order().empty());
        QVERIFY(!inbox.reachedEnd());
        QVERIFY(inbox.conversation(conversationId(1)) == nullptr);
        QVERIFY(inbox.messages(conversationId(1)) == nullptr);
        QCOMPARE(inbox.draft(conversationId(1)), QString());
        openEverything(inbox);
        QCOMPARE(inbox.order(), conversationIds({1, 2, 3}));
    }
};

CONVERSURE_TEST(InboxTest)
#include "InboxTest.moc"
