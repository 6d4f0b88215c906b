// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::sending;
using conversure::test::Database;
using conversure::test::Desk;
using conversure::test::FakeTransport;
using conversure::test::newId;

/// The chain from typed text to recorded answer, with a real store and a provider that answers as told.
class SenderTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;

    static QStringList statusesIn(const QSignalSpy &changes)
    {
        QStringList out;
        for (const auto &arguments : changes)
            out << arguments.first().toJsonObject()[QStringLiteral("row")][QStringLiteral("status")].toString();
        return out;
    }

    static tl::unexpected<Error> lost() { return failure(ErrorKind::Ambiguous, QStringLiteral("net:timeout"), {}); }
    static tl::unexpected<Error> refusedConnection()
    {
        return failure(ErrorKind::Unavailable, QStringLiteral("net:refused"), {});
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void aMessageIsPostedAndRecorded()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 1);
        QCOMPARE(desk.http.posts[0].text, QStringLiteral("Hello"));
        QCOMPARE(desk.http.posts[0].authorization, QByteArray("Bearer test-token"));
        QCOMPARE(desk.http.posts[0].attempt, desk.field(text.message, "current_attempt_id::text"));
        QCOMPARE(
            desk.field(text.message, "provider_message_id"), QStringLiteral("wamid.") + desk.http.posts[0].attempt);
        QCOMPARE(statusesIn(*desk.changed), (QStringList{QStringLiteral("sending"), QStringLiteral("sent")}));
        QCOMPARE(
            desk.changed->first().first().toJsonObject()[QStringLiteral("kind")].toString(), QStringLiteral("message"));
        QVERIFY(desk.refusals.isEmpty());
        QCOMPARE(desk.charged(), 1);
    }

    void nothingIsSentBeforeTheFirstResume()
    {
        Desk desk(*m_database);
        desk.start();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed"));
        QCOMPARE(desk.status(text.message), QStringLiteral("none"));
        desk.sender->resume();
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
    }

    void aRejectionFailsTheMessageAndGivesItsPlaceBack()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {FakeTransport::rejected(400, 131026)};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.field(text.message, "error_code"), QStringLiteral("meta:131026"));
        QCOMPARE(statusesIn(*desk.changed).last(), QStringLiteral("failed"));
        QCOMPARE(desk.charged(), 0);
        QCOMPARE(desk.http.posts.size(), 1);
        QVERIFY(desk.refusals.isEmpty());

        desk.sender->retry(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 2);
        QVERIFY(desk.http.posts[0].attempt != desk.http.posts[1].attempt);
        QCOMPARE(desk.charged(), 1);
    }

    void whatMayHaveLeftIsNeverRepeated_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("no answer") << 0;
        QTest::newRow("a broken server") << 502;
        QTest::newRow("an answer without sense") << 200;
    }

    void whatMayHaveLeftIsNeverRepeated()
    {
        QFETCH(int, status);
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        if (status == 0)
            desk.http.answers = {lost()};
        else
            desk.http.answers = {wire::HttpResponse{status, {}, "<html>"}};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.http.posts.size(), 1);
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting"));
        for (int i = 1; i <= 3; ++i) {
            desk.sender->resume();
            QTRY_COMPARE(desk.changed->size(), 1 + i); // one comparison each
        }
        desk.sender->send(text); // the same message is the same message
        desk.endLease(AttemptId::fromText(desk.http.posts[0].attempt));
        desk.endLeasesAsRelay();
        QCOMPARE(desk.status(text.message), QStringLiteral("unconfirmed"));
        desk.stop();
        desk.start();
        desk.sender->resume();
        QTRY_COMPARE(statusesIn(*desk.changed), QStringList{QStringLiteral("unconfirmed")});
        QCOMPARE(desk.journalStates(), QStringLiteral("posting"));

        desk.company.status(QStringLiteral("wamid.late"), desk.http.posts[0].attempt, QStringLiteral("delivered"));
        desk.sender->resume();
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.status(text.message), QStringLiteral("delivered"));
        QCOMPARE(desk.http.posts.size(), 1);
    }

    void theNextMessageGoesOnAfterAnUnknownOne()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {lost()};
        desk.sender->send(desk.text(QStringLiteral("one")));
        const QueuedText two = desk.text(QStringLiteral("two"));
        desk.sender->send(two);
        QTRY_COMPARE(desk.status(two.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting"));
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
    }

    void whatWasNotAcceptedIsRepeated()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.answers = {refusedConnection(), wire::HttpResponse{429, {}, "slow down"}, refusedConnection()};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 4);
        QCOMPARE(desk.http.posts[0].attempt, desk.http.posts[3].attempt);

        desk.http.answers = {refusedConnection(), refusedConnection(), refusedConnection(), refusedConnection()};
        const QueuedText second = desk.text(QStringLiteral("Again"));
        desk.sender->send(second);
        QTRY_COMPARE(desk.status(second.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(second.message, "error_code"), QStringLiteral("net:refused"));
        QCOMPARE(desk.http.posts.size(), 8);
        QCOMPARE(desk.charged(), 1);
        QTRY_COMPARE(desk.journalStates(), QString());
    }

    void nothingIsRepeatedBeyondTheLease()
    {
        Desk desk(*m_database);
        desk.timing.backoffFirstMs = 100'000;
        desk.timing.backoffMaxMs = 100'000;
        desk.start();
        desk.sender->resume();
        desk.http.answers = {refusedConnection()};
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QCOMPARE(desk.http.posts.size(), 1);
    }

    void aRefusalGivesTheTextBack()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.company.setDailyLimit(0);
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.refusals, QStringList{QStringLiteral("CV010 Hello")});
        QCOMPARE(desk.drafts(), QStringLiteral("Hello")); // before anybody has shown it
        QCOMPARE(desk.refusedMessages.first().text(), text.message.text());
        QCOMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.status(text.message), QStringLiteral("none"));

        QueuedText elsewhere = desk.text(QStringLiteral("Who?"));
        elsewhere.conversation = ConversationId(newId());
        desk.sender->send(elsewhere);
        QTRY_COMPARE(desk.refusals.size(), 2);
        QCOMPARE(desk.refusals.last(), QStringLiteral("CV003 Who?"));
        QVERIFY(desk.http.posts.isEmpty());
    }

    void aNumberWithoutSettingsSendsNothing()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->setNumbers({});
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.refusals, QStringList{QStringLiteral("sending:no-number ")}); // it stands there as failed
        QCOMPARE(desk.drafts(), QString());
        QCOMPARE(desk.status(text.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(text.message, "error_code"), QStringLiteral("not_sent"));
        QCOMPARE(desk.charged(), 0);
        QCOMPARE(desk.journalStates(), QString());
        QVERIFY(desk.http.posts.isEmpty());
    }

    void whatTheProviderCannotCarryFails()
    {
        Desk desk(*m_database);
        desk.start();
        test::metaNumber();
        SendingNumber broken = test::metaNumber();
        broken.settings.remove(QStringLiteral("access_token"));
        desk.sender->setNumbers({{desk.company.number, broken}});
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QVERIFY(desk.field(text.message, "error_code").startsWith(QStringLiteral("provider:")));
        QVERIFY(desk.http.posts.isEmpty());
    }

    void oneAtATimeInTheOrderTyped()
    {
        Desk desk(*m_database);
        const ConversationId other = desk.addLead(QStringLiteral("+971509998877"));
        desk.start();
        desk.http.holds = true;
        desk.sender->resume();
        QList<QueuedText> texts;
        for (int i = 1; i <= 4; ++i) {
            texts << desk.text(QStringLiteral("a%1").arg(i));
            desk.sender->send(texts.last());
        }
        QueuedText beside = desk.text(QStringLiteral("b1"));
        beside.conversation = other;
        desk.sender->send(beside);
        QTRY_COMPARE(desk.http.waiting.size(), size_t(2)); // a1 and b1 beside each other
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting typed typed typed posting"));

        QStringList order;
        for (int i = 0; i < 5; ++i) {
            QTRY_VERIFY(!desk.http.waiting.empty());
            int ofFirst = 0;
            for (const auto &waiting : desk.http.waiting)
                ofFirst += waiting.text.startsWith(u'a') ? 1 : 0;
            QVERIFY(ofFirst <= 1);
            if (const QString next = desk.http.waiting.front().text; next.startsWith(u'a'))
                order << next;
            desk.http.answerNext();
        }
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(order,
            (QStringList{QStringLiteral("a1"), QStringLiteral("a2"), QStringLiteral("a3"), QStringLiteral("a4")}));
        for (const QueuedText &text : texts)
            QCOMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 5);
    }

    void withoutAStoreTheTextWaits()
    {
        Desk desk(*m_database);
        desk.timing.backoffFirstMs = 600'000; // so that it is resume() that brings it back
        desk.timing.backoffMaxMs = 600'000;
        desk.start();
        desk.sender->resume();
        desk.goOffline();
        const QueuedText one = desk.text(QStringLiteral("one"));
        const QueuedText two = desk.text(QStringLiteral("two"));
        desk.sender->send(one);
        desk.sender->send(two);
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed typed"));
        desk.goOnline();
        desk.sender->resume();
        QTRY_COMPARE(desk.status(two.message), QStringLiteral("sent"));
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
        QVERIFY(desk.refusals.isEmpty());
    }

    void theStoreIsTriedAgainByItself()
    {
        Desk desk(*m_database);
        desk.start();
        desk.goOffline();
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("one"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed"));
        desk.goOnline();
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
    }

    /// A server that others are failing over to: it can be read, and not be written yet.
    void whatCannotBeWrittenYetWaits()
    {
        Desk desk(*m_database);
        int reserves = 0;
        desk.hook = [&](const char *step) { reserves += qstrcmp(step, "after:reserve") == 0 ? 1 : 0; };
        desk.start();
        desk.sender->resume();
        const QueuedText first = desk.text(QStringLiteral("one"));
        desk.sender->send(first);
        QTRY_COMPARE(desk.status(first.message), QStringLiteral("sent"));
        const auto readOnly = [&](const char *value) {
            return [value](store::Connection &store) {
                return store.script(QByteArray("set default_transaction_read_only = ") + value);
            };
        };
        QObject receiver;
        int done = 0;
        const auto count = [&done](const Result<void> &) { ++done; };
        desk.store->run(&receiver, readOnly("on"), count);
        const QueuedText second = desk.text(QStringLiteral("two"));
        desk.sender->send(second);
        QTRY_COMPARE(reserves, 2);
        QCOMPARE(desk.journalStates(), QStringLiteral("typed"));
        QVERIFY(desk.refusals.isEmpty());
        desk.store->run(&receiver, readOnly("off"), count);
        QTRY_COMPARE(desk.status(second.message), QStringLiteral("sent"));
        QCOMPARE(done, 2);
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
    }

    void anAnswerWaitsForTheStore()
    {
        Desk desk(*m_database);
        desk.timing.backoffFirstMs = 600'000;
        desk.timing.backoffMaxMs = 600'000;
        desk.start();
        desk.http.holds = true;
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.http.waiting.size(), size_t(1));
        desk.goOffline();
        desk.http.answerNext();
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("answered"));
        QCOMPARE(desk.status(text.message), QStringLiteral("sending"));
        desk.goOnline();
        // The wait between two tries has begun once the first has failed; resume() ends it.
        QTRY_COMPARE((desk.sender->resume(), desk.journalStates()), QString());
        QCOMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(desk.http.posts.size(), 1);
    }

    void signedOutKeepsTheText()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        store::Connection client = desk.company.connect(desk.device);
        MUST(client.call(QLatin1StringView("api.sign_out")));
        desk.sender->send(desk.text(QStringLiteral("one")));
        desk.sender->send(desk.text(QStringLiteral("two")));
        QTRY_COMPARE(desk.signedOut->size(), 1);
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed typed"));
        QVERIFY(desk.refusals.isEmpty());

        desk.device = desk.company.signIn(desk.agent);
        desk.goOnline();
        desk.sender->resume();
        QTRY_COMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
    }

    /// Two users of one computer, one after the other.
    void whatOneUserLeftIsNotTheNextOnes()
    {
        Desk desk(*m_database);
        desk.start();
        desk.http.holds = true;
        desk.sender->resume();
        const QueuedText one = desk.text(QStringLiteral("one"));
        const QueuedText two = desk.text(QStringLiteral("two"));
        desk.sender->send(one);
        desk.sender->send(two);
        QTRY_COMPARE(desk.http.waiting.size(), size_t(1));
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting typed"));
        desk.sender->leave();
        desk.http.waiting.clear();
        desk.http.holds = false;
        desk.signIn(desk.company.addPerson());
        const QueuedText mine = desk.text(QStringLiteral("mine"));
        desk.sender->send(mine);
        QTRY_COMPARE(desk.status(mine.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("one"), QStringLiteral("mine")}));
        QCOMPARE(desk.status(two.message), QStringLiteral("none"));
        QVERIFY(desk.refusals.isEmpty());

        desk.sender->leave();
        desk.signIn(desk.agent);
        QTRY_COMPARE(desk.status(two.message), QStringLiteral("sent"));
        QCOMPARE(desk.field(two.message, "author_id::text"), desk.agent.id.text());
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("posting")); // of that one nobody knows
    }

    void oldTextIsNotSentWithoutAsking()
    {
        Desk desk(*m_database);
        desk.start();
        QueuedText old = desk.text(QStringLiteral("old"));
        old.typedAt = desk.clock.nowMs() - 11 * 60'000;
        QueuedText unwanted = desk.text(QStringLiteral("unwanted"));
        unwanted.typedAt = old.typedAt;
        const QueuedText fresh = desk.text(QStringLiteral("fresh"));
        for (const QueuedText &text : {old, unwanted, fresh})
            desk.sender->send(text);
        desk.sender->resume();
        QTRY_COMPARE(desk.status(fresh.message), QStringLiteral("sent"));
        QCOMPARE(desk.older, (QStringList{QStringLiteral("old"), QStringLiteral("unwanted")}));
        QTRY_COMPARE(desk.journalStates(), QStringLiteral("typed typed"));

        desk.sender->discard({unwanted.message});
        desk.sender->sendOlder({old.message});
        QTRY_COMPARE(desk.status(old.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.postedTexts(), (QStringList{QStringLiteral("fresh"), QStringLiteral("old")}));
        QCOMPARE(desk.older.size(), 2);
    }

    void aNightBetweenTypingAndSendingIsAskedAboutToo()
    {
        Desk desk(*m_database);
        desk.start();
        desk.sender->resume();
        desk.http.holds = true;
        desk.sender->send(desk.text(QStringLiteral("one")));
        const QueuedText two = desk.text(QStringLiteral("two"));
        desk.sender->send(two);
        QTRY_COMPARE(desk.http.waiting.size(), size_t(1));
        desk.clock.advance(8 * 3'600'000);
        desk.http.answerNext();
        QTRY_COMPARE(desk.older, QStringList{QStringLiteral("two")});
        QCOMPARE(desk.status(two.message), QStringLiteral("none"));
        QCOMPARE(desk.http.posts.size(), 1);
    }

    void aShortLeaseIsRenewedBeforeTheFirstByte()
    {
        Desk desk(*m_database);
        int renewals = 0;
        desk.hook = [&](const char *step) {
            if (qstrcmp(step, "after:reserved") == 0 && renewals == 0)
                desk.clock.advance(85'000); // asleep; 5 s are left
            renewals += qstrcmp(step, "before:renew") == 0 ? 1 : 0;
        };
        desk.start();
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QCOMPARE(renewals, 1);
    }

    /// Asleep after the last thing that is noted before the first byte.
    void aLeaseThatEndsAtTheLastMomentPostsNothing_data()
    {
        QTest::addColumn<bool>("othersWereTold");
        QTest::newRow("in time") << false;
        QTest::newRow("too late") << true;
    }

    void aLeaseThatEndsAtTheLastMomentPostsNothing()
    {
        QFETCH(bool, othersWereTold);
        Desk desk(*m_database);
        int posting = 0;
        desk.hook = [&](const char *step) {
            if (qstrcmp(step, "after:posting") != 0 || ++posting > 1)
                return;
            QVERIFY(desk.http.posts.isEmpty());
            desk.clock.advance(3'600'000);
            if (othersWereTold)
                MUST(desk.admin.run("update conversure.message_delivery_attempts set lease_until = now() - interval '1 "
                                    "second' where company_id = $1::uuid",
                    {store::param(desk.company.id.value)}));
        };
        desk.start();
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), othersWereTold ? QStringLiteral("failed") : QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.http.posts.size(), othersWereTold ? 0 : 1);
        QCOMPARE(desk.charged(), othersWereTold ? 0 : 1);
    }

    void aLeaseThatIsOverMeansNotSent()
    {
        Desk desk(*m_database);
        AttemptId attempt;
        desk.hook = [&](const char *step) {
            if (qstrcmp(step, "after:reserved") != 0)
                return;
            desk.clock.advance(100'000);
            MUST(desk.admin.run("update conversure.message_delivery_attempts set lease_until = now() - interval '1 "
                                "second' where company_id = $1::uuid",
                {store::param(desk.company.id.value)}));
        };
        desk.start();
        desk.sender->resume();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        desk.sender->send(text);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("failed"));
        QCOMPARE(desk.field(text.message, "error_code"), QStringLiteral("not_sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QVERIFY(desk.http.posts.isEmpty());
        QCOMPARE(desk.charged(), 0);
    }

    void manyResumesAndEchoesPostOnce()
    {
        Desk desk(*m_database);
        desk.start();
        const QueuedText text = desk.text(QStringLiteral("Hello"));
        for (int i = 0; i < 5; ++i) {
            desk.sender->send(text);
            desk.sender->resume();
        }
        desk.hook = [&](const char *) { desk.sender->resume(); };
        desk.sender->setFaultHook(desk.hook);
        QTRY_COMPARE(desk.status(text.message), QStringLiteral("sent"));
        QTRY_COMPARE(desk.journalStates(), QString());
        QCOMPARE(desk.http.posts.size(), 1);
        QVERIFY(desk.refusals.isEmpty());
    }

    void aSenderMayGoAtAnyTime()
    {
        Desk desk(*m_database);
        for (int i = 0; i < 3; ++i) {
            desk.start();
            desk.sender->resume();
            desk.sender->send(desk.text(QStringLiteral("text %1").arg(i)));
            desk.sender.reset(); // with the worker's answers still to come
            QTRY_COMPARE(desk.journalStates().split(u' ').size(), i + 1);
            desk.stop();
        }
        desk.start();
        desk.sender->resume();
        QTRY_COMPARE(desk.http.posts.size(), 3);
        QTRY_COMPARE(desk.journalStates(), QString());
    }
};

CONVERSURE_TEST(SenderTest)
#include "SenderTest.moc"
