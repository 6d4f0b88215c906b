// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "domain/Clock.h"
#include "models/MessageListModel.h"
#include "models/SendErrors.h"
#include "state/Inbox.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QJsonObject>
#include <QLocale>

using namespace conversure;
using namespace conversure::test;
using models::MessageListModel;
using Kind = feed::Gone::Kind;

namespace {

/// An Inbox and the model of conversation 1 under the tester of Qt, with a count of every signal.
struct Bench {
    state::Inbox inbox;
    FixedClock clock{1'763'805'600'000};
    MessageListModel model{inbox, clock};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy inserted{&model, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed{&model, &QAbstractItemModel::rowsRemoved};
    QSignalSpy moved{&model, &QAbstractItemModel::rowsMoved};
    QSignalSpy layout{&model, &QAbstractItemModel::layoutChanged};
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};
    QSignalSpy reset{&model, &QAbstractItemModel::modelReset};
    QSignalSpy loadState{&model, &MessageListModel::loadStateChanged};

    /// Messages 10, 20 … \a last at those times.
    explicit Bench(int last = 0)
    {
        inbox.applyConversationPage({conversation(1, 1, 100)}, true);
        model.setConversation(conversationId(1));
        if (last > 0)
            inbox.applyMessagePage(conversationId(1), page(10, last), false);
        forget();
    }

    static QList<feed::Change> page(int first, int last)
    {
        QList<feed::Change> rows;
        for (int n = first; n <= last; n += 10)
            rows << message(n, 1, 1, n);
        return rows;
    }

    void forget()
    {
        for (QSignalSpy *spy : {&inserted, &removed, &moved, &layout, &changed, &reset, &loadState})
            spy->clear();
    }

    /// Inserts, removals, moves, layout changes, data changes, resets; and starts counting anew.
    QList<qsizetype> signalCounts()
    {
        const QList<qsizetype> counts{
            inserted.size(), removed.size(), moved.size(), layout.size(), changed.size(), reset.size()};
        forget();
        return counts;
    }

    QList<qint64> shown() const
    {
        QList<qint64> texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts << role(row, MessageListModel::TextRole).toString().mid(5).toInt();
        return texts;
    }

    QVariant role(int row, int wanted) const { return model.data(model.index(row), wanted); }
    QString text(int row, int wanted) const { return role(row, wanted).toString(); }
};

QList<qsizetype> counts(int inserted, int removed, int moved, int layout, int changed)
{
    return {inserted, removed, moved, layout, changed, 0};
}

MessageRow outbound(int n, qint64 rev, Microseconds at, MessageStatus status)
{
    MessageRow row = message(n, 1, rev, at);
    row.direction = Direction::Outbound;
    row.status = status;
    row.authorName = QStringLiteral("Omar");
    return row;
}

MessageRow failed(const char *code)
{
    MessageRow row = outbound(1, 1, 1, MessageStatus::Failed);
    row.errorCode = QLatin1StringView(code);
    return row;
}

} // namespace

class MessageListModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSkeletonUntilThePageArrives()
    {
        Bench bench;
        QVERIFY(!bench.model.isLoaded());
        bench.inbox.applyMessagePage(conversationId(1), Bench::page(10, 30), false);
        QVERIFY(bench.model.isLoaded());
        QVERIFY(!bench.model.reachedStart());
        QCOMPARE(bench.loadState.size(), 1);
        QCOMPARE(bench.shown(), (QList<qint64>{10, 20, 30}));
        QCOMPARE(bench.signalCounts(), counts(1, 0, 0, 0, 0));
        bench.inbox.applyMessagePage(conversationId(1), {}, true);
        QVERIFY(bench.model.reachedStart());
        QCOMPARE(bench.loadState.size(), 1);
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 0));
    }

    void olderPagesGrowTheTop()
    {
        Bench bench;
        bench.inbox.applyMessagePage(conversationId(1), Bench::page(50, 90), false);
        bench.forget();
        const QPersistentModelIndex first = bench.model.index(0);
        bench.inbox.applyMessagePage(conversationId(1), Bench::page(10, 40), true);
        QCOMPARE(bench.inserted.first().at(1).toInt(), 0);
        QCOMPARE(bench.inserted.first().at(2).toInt(), 3);
        QCOMPARE(bench.signalCounts(), counts(1, 0, 0, 0, 0));
        QCOMPARE(first.row(), 4);
    }

    void newOnesGrowTheEnd()
    {
        Bench bench(30);
        bench.inbox.apply({message(40, 1, 1, 40), message(50, 1, 1, 50)});
        QCOMPARE(bench.inserted.first().at(1).toInt(), 3);
        QCOMPARE(bench.inserted.first().at(2).toInt(), 4);
        QCOMPARE(bench.signalCounts(), counts(1, 0, 0, 0, 0));
    }

    void lateOnesGoInTheMiddle()
    {
        Bench bench(40);
        bench.inbox.apply({message(15, 1, 1, 15), message(35, 1, 1, 35)});
        QCOMPARE(bench.shown(), (QList<qint64>{10, 15, 20, 30, 35, 40}));
        QCOMPARE(bench.signalCounts(), counts(2, 0, 0, 0, 0));
    }

    void aStatusIsOneDataChanged()
    {
        Bench bench;
        bench.inbox.applyMessagePage(conversationId(1),
            {message(10, 1, 1, 10), outbound(20, 1, 20, MessageStatus::Sent), message(30, 1, 1, 30)}, false);
        bench.forget();
        bench.inbox.apply({outbound(20, 2, 20, MessageStatus::Delivered), outbound(20, 3, 20, MessageStatus::Read)});
        QCOMPARE(bench.changed.first().first().toModelIndex().row(), 1);
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
        QCOMPARE(bench.role(1, MessageListModel::StatusRole).toInt(), int(MessageStatus::Read));
        bench.inbox.apply({outbound(20, 2, 20, MessageStatus::Delivered)});
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 0));
    }

    void anEchoBecomesTheStoresRowInItsPlace()
    {
        Bench bench(30);
        const MessageRow echo = message(99, 1, 0, 90);
        bench.inbox.apply({echo});
        const QPersistentModelIndex followed = bench.model.index(3);
        const QVariant revision = bench.role(3, MessageListModel::RevisionRole);
        bench.inbox.apply({message(40, 1, 1, 40), message(50, 1, 1, 50)});
        bench.inbox.apply({outbound(99, 5, 45, MessageStatus::Sent)});
        QCOMPARE(bench.shown(), (QList<qint64>{10, 20, 30, 40, 99, 50}));
        QCOMPARE(bench.signalCounts(), counts(2, 0, 1, 0, 1));
        QCOMPARE(followed.row(), 4);
        QVERIFY(bench.role(4, MessageListModel::RevisionRole) != revision);
    }

    void aChangingEchoHasANewRevision()
    {
        Bench bench(10);
        MessageRow echo = message(20, 1, 0, 20);
        bench.inbox.apply({echo});
        const QVariant queued = bench.role(1, MessageListModel::RevisionRole);
        bench.forget();
        echo.status = MessageStatus::Sending;
        bench.inbox.apply({echo});
        QVERIFY(bench.role(1, MessageListModel::RevisionRole) != queued);
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
    }

    void withdrawnAndGoneAreRemoved()
    {
        Bench bench(30);
        bench.inbox.apply({message(99, 1, 0, 90)});
        bench.forget();
        bench.inbox.withdrawEcho(messageId(99));
        QCOMPARE(bench.signalCounts(), counts(0, 1, 0, 0, 0));
        bench.inbox.apply({gone(Kind::Message, messageId(20), 2)});
        QCOMPARE(bench.signalCounts(), counts(0, 1, 0, 0, 0));
        QCOMPARE(bench.shown(), (QList<qint64>{10, 30}));
    }

    void otherConversationsAreNotHeard()
    {
        Bench bench(30);
        bench.inbox.applyMessagePage(conversationId(2), {message(77, 2, 1, 77)}, true);
        bench.inbox.apply({message(78, 2, 1, 78)});
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 0));
        QCOMPARE(bench.loadState.size(), 0);
    }

    void switchingResets()
    {
        Bench bench(30);
        bench.inbox.applyMessagePage(conversationId(2), {conversation(2, 1, 5), message(77, 2, 1, 77)}, true);
        bench.forget();
        bench.model.setConversation(conversationId(2));
        QCOMPARE(bench.model.conversation(), conversationId(2));
        QCOMPARE(bench.shown(), QList<qint64>{77});
        QCOMPARE(bench.reset.size(), 1);
        QVERIFY(bench.model.reachedStart());
        QCOMPARE(bench.model.leadName(), QStringLiteral("Lead 2"));
        bench.model.setConversation({});
        QCOMPARE(bench.model.rowCount(), 0);
        QVERIFY(!bench.model.isLoaded());
    }

    void theBoundConversationIsNotForgotten()
    {
        Bench bench(30);
        for (int n = 2; n <= 40; ++n)
            bench.inbox.applyMessagePage(conversationId(n), {message(n, n, 1, n)}, true);
        QVERIFY(bench.model.isLoaded());
        QCOMPARE(bench.model.rowCount(), 3);
    }

    void goneConversationsEmptyTheModel()
    {
        Bench bench(30);
        QSignalSpy name(&bench.model, &MessageListModel::leadNameChanged);
        bench.inbox.apply({gone(Kind::Conversation, conversationId(1), 9)});
        QCOMPARE(bench.loadState.size(), 1);
        QCOMPARE(name.size(), 1);
        QCOMPARE(bench.signalCounts(), counts(0, 1, 0, 0, 0));
        QVERIFY(!bench.model.isLoaded());
    }

    void itTellsWhenItsConversationIsOutOfSight()
    {
        Bench bench(30);
        QSignalSpy gone(&bench.model, &MessageListModel::conversationGone);
        bench.inbox.apply({test::gone(Kind::Conversation, conversationId(1), 9)});
        QCOMPARE(gone.count(), 1);
        bench.inbox.apply({conversation(1, 10, 100)}); // it comes back, and goes again before it is loaded
        QCOMPARE(gone.count(), 1);
        bench.inbox.apply({test::gone(Kind::Conversation, conversationId(1), 11)});
        QCOMPARE(gone.count(), 2);

        // Further down than the list reaches it is still there.
        bench.inbox.applyConversationPage({conversation(2, 1, 100)}, true);
        bench.model.setConversation(conversationId(2));
        bench.inbox.applyMessagePage(conversationId(2), {message(7, 2, 1, 7)}, true);
        bench.inbox.beginResync();
        bench.inbox.applyConversationPage({conversation(3, 1, 200)}, false);
        QCOMPARE(bench.inbox.order().size(), size_t(1));
        QCOMPARE(gone.count(), 2);
        bench.inbox.apply({test::gone(Kind::Conversation, conversationId(2), 1)});
        QCOMPARE(gone.count(), 3);
        bench.model.setConversation(conversationId(3));
        bench.inbox.clear(); // signed out, not out of sight
        QCOMPARE(gone.count(), 3);
    }

    void clearEmptiesTheModel()
    {
        Bench bench(30);
        bench.inbox.clear();
        QCOMPARE(bench.model.rowCount(), 0);
        QCOMPARE(bench.reset.size(), 1);
        QCOMPARE(bench.loadState.size(), 1);
    }

    void accessibleTexts_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("word");
        const QList<QPair<MessageStatus, const char *>> words{{MessageStatus::Queued, "queued"},
            {MessageStatus::Sending, "sending"}, {MessageStatus::Unconfirmed, "unconfirmed"},
            {MessageStatus::Sent, "sent"}, {MessageStatus::Delivered, "delivered"}, {MessageStatus::Read, "read"},
            {MessageStatus::Failed, "failed"}};
        for (const auto &[status, word] : words)
            QTest::newRow(word) << int(status) << QString::fromLatin1(word);
    }

    void accessibleTexts()
    {
        QFETCH(int, status);
        QFETCH(QString, word);
        Bench bench;
        bench.inbox.applyMessagePage(
            conversationId(1), {outbound(1, 1, 60'000'000, static_cast<MessageStatus>(status))}, true);
        const QString time = QLocale().toString(QDateTime::fromMSecsSinceEpoch(60'000).time(), QLocale::ShortFormat);
        QCOMPARE(bench.text(0, Qt::AccessibleTextRole), QStringLiteral("Omar: Text 1, %1, %2").arg(time, word));
        QCOMPARE(bench.text(0, MessageListModel::AuthorNameRole), QStringLiteral("Omar"));
    }

    void inboundNamesTheLead()
    {
        Bench bench(10);
        QVERIFY2(bench.text(0, Qt::AccessibleTextRole).startsWith(QStringLiteral("Lead 1: Text 10, ")),
            qPrintable(bench.text(0, Qt::AccessibleTextRole)));
        QVERIFY(!bench.text(0, Qt::AccessibleTextRole).endsWith(QStringLiteral("received")));
        QCOMPARE(bench.text(0, MessageListModel::AuthorNameRole), QString());
        QCOMPARE(bench.role(0, MessageListModel::SortAtRole).toLongLong(), 10);
        QCOMPARE(bench.role(0, MessageListModel::IdRole).value<MessageId>(), messageId(10));
        QCOMPARE(bench.role(0, MessageListModel::DirectionRole).toInt(), int(Direction::Inbound));
        QCOMPARE(bench.role(0, MessageListModel::ContentTypeRole).toInt(), int(ContentType::Text));
        QVERIFY(!bench.role(0, MessageListModel::CanRetryRole).toBool());
        QCOMPARE(bench.text(0, MessageListModel::ErrorSentenceRole), QString());
    }

    void kindsWithoutTextSayWhatTheyAre()
    {
        Bench bench;
        MessageRow photo = message(1, 1, 1, 1);
        photo.contentType = ContentType::Image;
        photo.text.clear();
        MessageRow poll = message(2, 1, 1, 2);
        poll.contentType = ContentType::Unsupported;
        poll.originalType = QStringLiteral("poll");
        bench.inbox.applyMessagePage(conversationId(1), {photo, poll}, true);
        QCOMPARE(bench.text(0, MessageListModel::TextRole), QStringLiteral("Photo"));
        QVERIFY(bench.text(1, MessageListModel::TextRole).contains(QStringLiteral("poll")));
    }

    void failuresSayWhatToDo()
    {
        Bench bench;
        MessageRow row = failed("meta:131047");
        bench.inbox.applyMessagePage(conversationId(1), {row}, true);
        QVERIFY(bench.text(0, MessageListModel::ErrorSentenceRole).contains(QStringLiteral("template")));
        QVERIFY(!bench.role(0, MessageListModel::CanRetryRole).toBool());
        row.rev = 2;
        row.errorCode = QStringLiteral("net:timeout");
        bench.inbox.apply({row});
        QVERIFY(bench.role(0, MessageListModel::CanRetryRole).toBool());
        row.rev = 3;
        row.status = MessageStatus::Unconfirmed; // the same code, but now nobody knows
        bench.inbox.apply({row});
        QVERIFY(!bench.role(0, MessageListModel::CanRetryRole).toBool());
        QVERIFY(bench.text(0, MessageListModel::ErrorSentenceRole)
                    .startsWith(QStringLiteral("Conversure cannot tell whether WhatsApp received this message")));
        row.rev = 4;
        row.status = MessageStatus::Sent;
        bench.inbox.apply({row});
        QCOMPARE(bench.text(0, MessageListModel::ErrorSentenceRole), QString());
    }

    void everyKnownCodeHasItsOwnSentence()
    {
        QSet<QString> sentences;
        const QStringList codes{QStringLiteral("CV001"), QStringLiteral("CV002"), QStringLiteral("CV003"),
            QStringLiteral("CV010"), QStringLiteral("CV011"), QStringLiteral("CV012"), QStringLiteral("CV013"),
            QStringLiteral("CV014"), QStringLiteral("CV015"), QStringLiteral("CV016"), QStringLiteral("net:timeout"),
            QStringLiteral("meta:131047"), QStringLiteral("meta:131026"), QStringLiteral("meta:131049"),
            QStringLiteral("meta:131050"), QStringLiteral("meta:131056"), QStringLiteral("meta:130429"),
            QStringLiteral("meta:190"), QStringLiteral("meta:368"), QStringLiteral("meta:131031"),
            QStringLiteral("meta:131042"), QStringLiteral("meta:131021"), QStringLiteral("meta:100"),
            QStringLiteral("meta:131000"), QStringLiteral("unconfirmed")};
        for (const QString &code : codes) {
            const QString sentence = models::sendErrorSentence(code, {});
            QVERIFY2(
                sentence.endsWith(u'.') && !sentence.contains(code) && !sentence.contains(u'%'), qPrintable(sentence));
            sentences.insert(sentence);
        }
        QCOMPARE(sentences.size(), codes.size());
    }

    void unknownCodesAreNamed()
    {
        QVERIFY(models::sendErrorSentence(QStringLiteral("meta:999"), {}).contains(QStringLiteral("meta:999")));
        QVERIFY(!models::sendErrorSentence({}, {}).isEmpty());
        QVERIFY(models::sendErrorSentence(QStringLiteral("%1%2"), {}).contains(QStringLiteral("%1%2")));
    }

    void quotasSayTheirFigures()
    {
        const QDateTime frees(QDate(2026, 11, 23), QTime(4, 30));
        const QString freesText = QLocale().toString(frees, QLocale::ShortFormat);
        QJsonObject detail{{QStringLiteral("limit"), 50}, {QStringLiteral("used"), 49}};
        for (const QString &code : {QStringLiteral("CV010"), QStringLiteral("CV011")}) {
            QVERIFY(models::sendErrorSentence(code, detail).contains(QStringLiteral("49 of 50")));
            QJsonObject timed = detail;
            timed.insert(QStringLiteral("frees_at"), frees.toMSecsSinceEpoch() * 1000);
            QVERIFY(models::sendErrorSentence(code, timed).contains(freesText));
            timed.insert(QStringLiteral("frees_at"), frees.toUTC().toString(Qt::ISODate));
            QVERIFY(models::sendErrorSentence(code, timed).contains(freesText));
            timed.insert(QStringLiteral("frees_at"), QStringLiteral("soon"));
            QCOMPARE(models::sendErrorSentence(code, timed), models::sendErrorSentence(code, detail));
        }
    }

    void everyStatusHasItsWord()
    {
        QCOMPARE(models::statusWord(MessageStatus::Queued), QStringLiteral("queued"));
        QCOMPARE(models::statusWord(MessageStatus::Received), QStringLiteral("received"));
    }
};

CONVERSURE_TEST(MessageListModelTest)
#include "MessageListModelTest.moc"
