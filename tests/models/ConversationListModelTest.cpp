// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "domain/Clock.h"
#include "models/ConversationListModel.h"
#include "models/MessageListModel.h"
#include "state/Inbox.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <random>

using namespace conversure;
using namespace conversure::test;
using models::ConversationListModel;
using Kind = feed::Gone::Kind;

namespace {

const QDateTime noon(QDate(2026, 11, 18), QTime(12, 0)); // a Wednesday, in the time of the machine

Microseconds before(qint64 seconds)
{
    return (noon.toMSecsSinceEpoch() - seconds * 1000) * 1000;
}

/// An Inbox, its model under the tester of Qt, and a count of every signal.
struct Bench {
    state::Inbox inbox;
    FixedClock clock{noon.toMSecsSinceEpoch()};
    ConversationListModel model{inbox, clock};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy inserted{&model, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed{&model, &QAbstractItemModel::rowsRemoved};
    QSignalSpy moved{&model, &QAbstractItemModel::rowsMoved};
    QSignalSpy layout{&model, &QAbstractItemModel::layoutChanged};
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};
    QSignalSpy reset{&model, &QAbstractItemModel::modelReset};

    /// Conversations 1 to \a count, 1 on top.
    explicit Bench(int count = 0)
    {
        QList<feed::Change> page;
        for (int n = 1; n <= count; ++n)
            page << conversation(n, 1, before(n));
        inbox.applyConversationPage(page, false);
        forget();
    }

    void forget()
    {
        for (QSignalSpy *spy : {&inserted, &removed, &moved, &layout, &changed, &reset})
            spy->clear();
    }

    /// Counts of inserts, removals, moves, layout changes, data changes, resets; and starts counting anew.
    QList<qsizetype> signalCounts()
    {
        const QList<qsizetype> counts{
            inserted.size(), removed.size(), moved.size(), layout.size(), changed.size(), reset.size()};
        forget();
        return counts;
    }

    QList<int> shown() const
    {
        QList<int> numbers;
        for (int row = 0; row < model.rowCount(); ++row)
            numbers << role(row, ConversationListModel::LeadNameRole).toString().mid(5).toInt();
        return numbers;
    }

    QVariant role(int row, int wanted) const { return model.data(model.index(row), wanted); }
    QString accessible(int row) const { return role(row, Qt::AccessibleTextRole).toString(); }
};

constexpr int inserts = 0;

QList<qsizetype> counts(int inserted, int removed, int moved, int layout, int changed)
{
    return {inserted, removed, moved, layout, changed, 0};
}

} // namespace

class ConversationListModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesAreInserted()
    {
        Bench bench;
        bench.inbox.applyConversationPage({conversation(1, 1, before(1)), conversation(2, 1, before(2))}, false);
        QCOMPARE(bench.shown(), (QList{1, 2}));
        QCOMPARE(bench.signalCounts(), counts(1, 0, 0, 0, 0));
        bench.inbox.applyConversationPage({conversation(3, 1, before(3)), conversation(4, 1, before(4))}, true);
        QCOMPARE(bench.inserted.first().at(1).toInt(), 2);
        QCOMPARE(bench.inserted.first().at(2).toInt(), 3);
        QCOMPARE(bench.signalCounts(), counts(1, 0, 0, 0, 0));
        QCOMPARE(bench.shown(), (QList{1, 2, 3, 4}));
    }

    void aModelMadeLateShowsWhatIsThere()
    {
        Bench bench(3);
        ConversationListModel late(bench.inbox, bench.clock);
        QCOMPARE(late.rowCount(), 3);
    }

    void aRowThatChangesIsOneDataChanged()
    {
        Bench bench(5);
        bench.inbox.apply({conversation(3, 2, before(3)), readMark(3, 1, 1)});
        QCOMPARE(bench.changed.first().first().toModelIndex().row(), 2);
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
        bench.inbox.setDraft(conversationId(5), QStringLiteral("tomorrow"));
        QCOMPARE(bench.changed.first().first().toModelIndex().row(), 4);
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
        bench.inbox.apply({lead(2, 1)}); // nothing the list shows
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 0));
    }

    void oneRowThatRisesIsOneMove()
    {
        Bench bench(5);
        const QPersistentModelIndex followed = bench.model.index(3);
        bench.inbox.apply({conversation(4, 2, before(0))});
        QCOMPARE(bench.shown(), (QList{4, 1, 2, 3, 5}));
        QCOMPARE(bench.signalCounts(), counts(0, 0, 1, 0, 1));
        QCOMPARE(followed.row(), 0);
        bench.inbox.apply({conversation(4, 3, before(3))});
        QCOMPARE(bench.shown(), (QList{1, 2, 4, 3, 5})); // equal times: the higher id is above
        QCOMPARE(bench.signalCounts(), counts(0, 0, 1, 0, 1));
        QCOMPARE(followed.row(), 2);
    }

    void manyMovesAreOneLayoutChange()
    {
        Bench bench(6);
        const QPersistentModelIndex second = bench.model.index(1);
        const QPersistentModelIndex last = bench.model.index(5);
        bench.inbox.apply(
            {conversation(5, 2, before(0)), conversation(6, 2, before(-1)), conversation(1, 2, before(4))});
        QCOMPARE(bench.shown(), (QList{6, 5, 2, 3, 4, 1}));
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 1, 3));
        QCOMPARE(second.row(), 2);
        QCOMPARE(last.row(), 0);
    }

    void goneAreRemoved()
    {
        Bench bench(5);
        const QPersistentModelIndex last = bench.model.index(4);
        bench.inbox.apply(
            {gone(Kind::Conversation, conversationId(2), 2), gone(Kind::Conversation, conversationId(3), 2)});
        QCOMPARE(bench.shown(), (QList{1, 4, 5}));
        QCOMPARE(bench.signalCounts(), counts(0, 1, 0, 0, 0));
        QCOMPARE(last.row(), 2);
    }

    void everythingAtOnce()
    {
        Bench bench(5);
        bench.inbox.apply({gone(Kind::Conversation, conversationId(2), 2), conversation(9, 1, before(-1)),
            conversation(5, 2, before(0)), conversation(3, 2, before(3))});
        QCOMPARE(bench.shown(), (QList{9, 5, 1, 3, 4}));
        QCOMPARE(bench.signalCounts(), counts(1, 1, 1, 0, 2));
    }

    void heldOrderKeepsPlaces()
    {
        Bench bench(4);
        bench.model.setOrderHeld(true);
        QVERIFY(bench.model.isOrderHeld());
        bench.inbox.apply({conversation(4, 2, before(0)), conversation(9, 1, before(-1))});
        QCOMPARE(bench.shown(), (QList{1, 2, 3, 4}));
        QCOMPARE(bench.role(3, ConversationListModel::PreviewRole).toString(), QStringLiteral("Hello 2"));
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
        bench.inbox.apply({gone(Kind::Conversation, conversationId(2), 2)}); // what is gone cannot stay
        QCOMPARE(bench.shown(), (QList{1, 3, 4}));
        bench.inbox.applyConversationPage({conversation(7, 1, before(70))}, true); // scrolling on moves nothing
        QCOMPARE(bench.shown(), (QList{1, 3, 4, 7}));
        bench.forget();
        bench.model.setOrderHeld(false);
        QCOMPARE(bench.shown(), (QList{9, 4, 1, 3, 7}));
        QCOMPARE(bench.signalCounts(), counts(1, 0, 1, 0, 0));
    }

    void moreIsWantedUntilTheEnd()
    {
        Bench bench(2);
        QSignalSpy wanted(&bench.model, &ConversationListModel::moreWanted);
        QVERIFY(bench.model.canFetchMore({}));
        bench.model.fetchMore({});
        QCOMPARE(wanted.size(), 1);
        bench.inbox.applyConversationPage({conversation(3, 1, before(3))}, true);
        QVERIFY(!bench.model.canFetchMore({}));
        wanted.clear();
        bench.model.fetchMore({});
        QCOMPARE(wanted.size(), 0);
    }

    void clearEmptiesTheModel()
    {
        Bench bench(3);
        bench.inbox.clear();
        QCOMPARE(bench.model.rowCount(), 0);
        QCOMPARE(bench.reset.size(), 1);
    }

    void rolesSayWhatTheRowSays()
    {
        Bench bench;
        ConversationRow row = conversation(1, 1, before(60));
        row.inboundSeq = 3;
        row.assigneeId = idOf<UserId>(8, 5);
        row.lastDirection = Direction::Outbound;
        row.lastStatus = MessageStatus::Delivered;
        ConversationRow silent = conversation(2, 1, before(70));
        silent.lastInboundAt = 0;
        silent.windowUntil = 0;
        bench.inbox.applyConversationPage({row, silent}, true);
        QCOMPARE(bench.role(0, ConversationListModel::IdRole).value<ConversationId>(), row.id);
        QCOMPARE(bench.role(0, ConversationListModel::LeadIdRole).value<LeadId>(), row.leadId);
        QCOMPARE(bench.role(0, ConversationListModel::NumberIdRole).value<NumberId>(), row.numberId);
        QCOMPARE(bench.role(0, ConversationListModel::UnreadRole).toLongLong(), 3);
        QCOMPARE(bench.role(0, ConversationListModel::TimeRole).toLongLong(), before(60));
        QCOMPARE(bench.role(0, ConversationListModel::DirectionRole).toInt(), int(Direction::Outbound));
        QCOMPARE(bench.role(0, ConversationListModel::StatusRole).toInt(), int(MessageStatus::Delivered));
        QCOMPARE(bench.role(0, ConversationListModel::NumberLabelRole).toString(), QStringLiteral("Sales"));
        QCOMPARE(bench.role(0, ConversationListModel::AssigneeRole).toString(), row.assigneeId.text());
        QCOMPARE(bench.role(1, ConversationListModel::AssigneeRole).toString(), QString());
        QCOMPARE(bench.role(0, ConversationListModel::WindowClosesAtRole).toLongLong(), before(60 - 86400));
        QCOMPARE(bench.role(1, ConversationListModel::WindowClosesAtRole).toLongLong(), 0);
        row.rev = 2;
        row.hasWindow = false; // the provider has none, whenever the lead wrote
        bench.inbox.apply({row});
        QCOMPARE(bench.role(0, ConversationListModel::WindowClosesAtRole).toLongLong(), 0);
        QCOMPARE(bench.model.indexOf(silent.id).row(), 1);
        QVERIFY(!bench.model.indexOf(conversationId(5)).isValid());
        QVERIFY(!bench.model.data({}, Qt::DisplayRole).isValid());
    }

    void previewsOfKindsWithoutText()
    {
        Bench bench;
        ConversationRow row = conversation(1, 1, before(1));
        row.lastContentType = ContentType::Image;
        row.lastPreview = QString();
        ConversationRow captioned = conversation(2, 1, before(2));
        captioned.lastContentType = ContentType::Image;
        captioned.lastPreview = QStringLiteral("the\nbalcony");
        bench.inbox.applyConversationPage({row, captioned}, true);
        QCOMPARE(bench.role(0, ConversationListModel::PreviewRole).toString(), QStringLiteral("Photo"));
        QCOMPARE(bench.role(1, ConversationListModel::PreviewRole).toString(), QStringLiteral("the balcony"));
    }

    void timesAreSaidAsPeopleSayThem_data()
    {
        QTest::addColumn<qint64>("secondsAgo");
        QTest::addColumn<QString>("text");
        const QLocale locale;
        QTest::newRow("now") << qint64(0) << locale.toString(QTime(12, 0), QLocale::ShortFormat);
        QTest::newRow("this morning") << qint64(12 * 3600) << locale.toString(QTime(0, 0), QLocale::ShortFormat);
        QTest::newRow("yesterday") << qint64(12 * 3600 + 1) << locale.standaloneDayName(2, QLocale::ShortFormat);
        QTest::newRow("six days") << qint64(6 * 86400) << locale.standaloneDayName(4, QLocale::ShortFormat);
        QTest::newRow("a week") << qint64(7 * 86400) << locale.toString(QDate(2026, 11, 11), QLocale::ShortFormat);
        QTest::newRow("a clock ahead") << qint64(-13 * 3600) << locale.toString(QTime(1, 0), QLocale::ShortFormat);
    }

    void timesAreSaidAsPeopleSayThem()
    {
        QFETCH(qint64, secondsAgo);
        QFETCH(QString, text);
        Bench bench;
        bench.inbox.applyConversationPage({conversation(1, 1, before(secondsAgo))}, true);
        QCOMPARE(bench.role(0, ConversationListModel::TimeTextRole).toString(), text);
    }

    void midnightChangesTheTexts()
    {
        Bench bench(2);
        const QString today = bench.role(0, ConversationListModel::TimeTextRole).toString();
        const QVariant revision = bench.role(0, ConversationListModel::RevisionRole);
        bench.clock.advance(13 * 3600 * 1000);
        bench.model.refreshTexts();
        QCOMPARE(bench.signalCounts(), counts(0, 0, 0, 0, 1));
        QVERIFY(bench.role(0, ConversationListModel::TimeTextRole).toString() != today);
        QVERIFY(bench.role(0, ConversationListModel::RevisionRole) != revision);
    }

    void theRevisionFollowsWhatIsPainted()
    {
        Bench bench(1);
        QList<QVariant> seen{bench.role(0, ConversationListModel::RevisionRole)};
        const auto isNew = [&] {
            const QVariant revision = bench.role(0, ConversationListModel::RevisionRole);
            const bool fresh = !seen.contains(revision);
            seen << revision;
            return fresh;
        };
        QVERIFY(!isNew());
        bench.inbox.setDraft(conversationId(1), QStringLiteral("a"));
        QVERIFY(isNew());
        bench.inbox.apply({readMark(1, 1, 1)});
        QVERIFY(isNew());
        bench.inbox.apply({conversation(1, 2, before(1))});
        QVERIFY(isNew());
    }

    void theAccessibleTextBeginsWithTheName()
    {
        Bench bench(1);
        QVERIFY2(bench.accessible(0).startsWith(QStringLiteral("Lead 1, 1 unread, Hello 1, ")),
            qPrintable(bench.accessible(0)));
        bench.inbox.apply({readMark(1, 1, 1)});
        QVERIFY2(bench.accessible(0).startsWith(QStringLiteral("Lead 1, Hello 1, ")), qPrintable(bench.accessible(0)));
        bench.inbox.setDraft(conversationId(1), QStringLiteral("a"));
        QVERIFY(bench.accessible(0).endsWith(QStringLiteral("draft")));
        ConversationRow odd = conversation(1, 2, before(1));
        odd.leadName = QStringLiteral("%2 %1");
        bench.inbox.apply({odd});
        QVERIFY2(bench.accessible(0).startsWith(QStringLiteral("%2 %1, Hello 2, ")), qPrintable(bench.accessible(0)));
    }

    /// Whatever happens, the model ends with the order of the Inbox, every persistent index with its conversation, and
    /// the tester of Qt content.
    void anyHistoryEndsInTheOrderOfTheInbox()
    {
        std::mt19937 random(7);
        Bench bench(30);
        const QPersistentModelIndex followed = bench.model.index(12);
        const auto followedId = followed.data(ConversationListModel::IdRole).value<ConversationId>();
        for (int round = 0; round < 300; ++round) {
            QList<feed::Change> changes;
            for (unsigned i = 0; i < 1 + random() % 6; ++i) {
                const int n = 1 + static_cast<int>(random() % 60);
                if (random() % 5 == 0 && conversationId(n) != followedId)
                    changes << gone(Kind::Conversation, conversationId(n), 2 * round + 1);
                else
                    changes << conversation(n, 2 * round + 2, before(static_cast<qint64>(random() % 30)));
            }
            if (random() % 4 == 0)
                bench.model.setOrderHeld(!bench.model.isOrderHeld());
            bench.inbox.apply(changes);
            QCOMPARE(followed.data(ConversationListModel::IdRole).value<ConversationId>(), followedId);
        }
        bench.model.setOrderHeld(false);
        const auto &order = bench.inbox.order();
        QCOMPARE(bench.model.rowCount(), static_cast<int>(order.size()));
        for (int row = 0; row < bench.model.rowCount(); ++row)
            QCOMPARE(bench.role(row, ConversationListModel::IdRole).value<ConversationId>(),
                order[static_cast<size_t>(row)]);
        QCOMPARE(bench.reset.size(), 0);
        QVERIFY(bench.signalCounts().at(inserts) > 0);
    }
};

CONVERSURE_TEST(ConversationListModelTest)
#include "ConversationListModelTest.moc"
