// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "domain/Clock.h"
#include "models/ComposeModel.h"
#include "state/Inbox.h"

#include <QLocale>

using namespace conversure;
using namespace conversure::test;
using models::ComposeModel;
using Window = ComposeModel::Window;
using Level = ComposeModel::Level;

namespace {

constexpr qint64 nowMs = 1'763'805'600'000; // 22 November 2025, 10:00 UTC
constexpr qint64 second = 1'000;
constexpr qint64 minute = 60 * second;
constexpr qint64 hour = 60 * minute;

struct Bench {
    state::Inbox inbox;
    FixedClock clock{nowMs};
    ComposeModel model{inbox, clock};
    QSignalSpy changed{&model, &ComposeModel::changed};
    QSignalSpy wanted{&model, &ComposeModel::limitsWanted};
    qint64 rev = 1;

    /// \a left: milliseconds of the window.
    explicit Bench(qint64 left)
    {
        inbox.applyConversationPage({talk(left)}, true);
        model.setConversation(conversationId(1));
        changed.clear();
        wanted.clear();
    }

    ConversationRow talk(qint64 left)
    {
        ConversationRow row = conversation(1, rev++, nowMs * 1000);
        row.windowUntil = (nowMs + left) * 1000;
        return row;
    }

    void setLimits(std::optional<SendQuota> number, std::optional<SendQuota> agent)
    {
        model.setLimits(conversationId(1), {clock.nowMs() * 1000, number, agent});
    }
};

SendQuota quota(qint64 limit, qint64 used)
{
    return {limit, used, (nowMs + 14 * hour) * 1000};
}

} // namespace

class ComposeModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void cleanupTestCase() { QLocale::setDefault(QLocale::c()); }

    void theWindowCountsDown_data()
    {
        QTest::addColumn<qint64>("left");
        QTest::addColumn<Window>("window");
        QTest::addColumn<QString>("text");
        QTest::newRow("a day") << 24 * hour << Window::Open << QStringLiteral("24 h left to reply");
        QTest::newRow("hours") << 5 * hour + 12 * minute << Window::Open << QStringLiteral("5 h 12 min left to reply");
        QTest::newRow("four") << 4 * hour << Window::Open << QStringLiteral("4 h left to reply");
        QTest::newRow("less than four") << 4 * hour - second << Window::Closing
                                        << QStringLiteral("3 h 59 min left to reply");
        QTest::newRow("minutes") << 41 * minute + second << Window::Closing << QStringLiteral("41 min left to reply");
        QTest::newRow("seconds") << 59 * second << Window::Closing << QStringLiteral("59 s left to reply");
        QTest::newRow("the last one") << qint64(1) << Window::Closing << QStringLiteral("1 s left to reply");
        QTest::newRow("none") << qint64(0) << Window::Closed << QString();
        QTest::newRow("past") << -hour << Window::Closed << QString();
    }

    void theWindowCountsDown()
    {
        QFETCH(qint64, left);
        QFETCH(Window, window);
        QFETCH(QString, text);
        const Bench bench(left);
        QCOMPARE(bench.model.window(), window);
        QCOMPARE(bench.model.windowText(), text);
        QCOMPARE(bench.model.windowDetail().isEmpty(), text.isEmpty());
        QCOMPARE(bench.model.closedSentence().isEmpty(), window != Window::Closed);
        QCOMPARE(bench.model.closedHint().isEmpty(), window != Window::Closed);
    }

    /// Ticking whenever the model says so, no text is missed and none is said twice.
    void itSaysWhenToLookAgain()
    {
        Bench bench(2 * minute + 500);
        QStringList seen{bench.model.windowText()};
        while (bench.model.window() != Window::Closed) {
            const qint64 wait = bench.model.msToNextChange();
            QVERIFY(wait > 0);
            bench.clock.advance(wait);
            bench.model.tick();
            if (bench.model.windowText() != seen.last())
                seen << bench.model.windowText();
        }
        QCOMPARE(bench.clock.nowMs(), nowMs + 2 * minute + 500); // to the moment
        QCOMPARE(seen.size(), 62); // 2 min, 1 min, 59 s … 1 s, nothing
        QCOMPARE(seen.at(0), QStringLiteral("2 min left to reply"));
        QCOMPARE(seen.at(2), QStringLiteral("59 s left to reply"));
        QVERIFY(seen.last().isEmpty());
    }

    void sinceWhenItIsClosed()
    {
        Bench bench(-(3 * hour + 12 * minute));
        QCOMPARE(bench.model.closedSentence(), QStringLiteral("The service window closed at 06:48, 3 h 12 min ago"));
        bench.clock.advance(bench.model.msToNextChange());
        bench.model.tick();
        QVERIFY(bench.model.closedSentence().contains(QStringLiteral("3 h 13 min")));
        bench.inbox.apply({bench.talk(-50 * hour)});
        QCOMPARE(
            bench.model.closedSentence(), QStringLiteral("The service window closed at Thursday, 08:00, 2 days ago"));
        ConversationRow silent = bench.talk(0);
        silent.windowUntil = 0;
        bench.inbox.apply({silent});
        QCOMPARE(bench.model.window(), Window::Closed);
        QVERIFY(bench.model.closedSentence().contains(QStringLiteral("not written")));
    }

    void someProvidersHaveNone()
    {
        Bench bench(-hour);
        ConversationRow free = bench.talk(-hour);
        free.hasWindow = false;
        bench.inbox.apply({free});
        QCOMPARE(bench.model.window(), Window::None);
        QVERIFY(bench.model.windowText().isEmpty());
        QVERIFY(bench.model.closedSentence().isEmpty());
        QCOMPARE(bench.model.msToNextChange(), -1);
    }

    void theLeadsAnswerOpensIt()
    {
        Bench bench(-hour);
        bench.inbox.apply({bench.talk(24 * hour)});
        QCOMPARE(bench.model.window(), Window::Open);
        QCOMPARE(bench.changed.size(), 1);
        bench.inbox.apply({conversation(2, 1, 5)});
        QCOMPARE(bench.changed.size(), 1); // another one
    }

    void theStoresClockDecides()
    {
        Bench bench(minute);
        bench.model.setLimits(conversationId(1), {(nowMs + 2 * minute) * 1000, quota(20, 1), std::nullopt});
        QCOMPARE(bench.model.window(), Window::Closed); // this computer is two minutes behind
        bench.model.setLimits(conversationId(1), {(nowMs - 2 * minute) * 1000, quota(20, 1), std::nullopt});
        QCOMPARE(bench.model.windowText(), QStringLiteral("3 min left to reply"));
    }

    void theTightestQuotaIsShown_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("agent");
        QTest::addColumn<QString>("text");
        QTest::addColumn<Level>("level");
        QTest::newRow("number") << 12 << 3 << QStringLiteral("Number: 12 of 20 today") << Level::Fine;
        QTest::newRow("agent") << 2 << 45 << QStringLiteral("You: 45 of 50 today") << Level::Low;
        QTest::newRow("low") << 16 << 3 << QStringLiteral("Number: 16 of 20 today") << Level::Low;
        QTest::newRow("used up") << 20 << 50 << QStringLiteral("Number: 20 of 20 today") << Level::Used;
        QTest::newRow("above") << 2 << 60 << QStringLiteral("You: 60 of 50 today") << Level::Used;
    }

    void theTightestQuotaIsShown()
    {
        QFETCH(int, number);
        QFETCH(int, agent);
        QFETCH(QString, text);
        QFETCH(Level, level);
        Bench bench(hour);
        QVERIFY(bench.model.quotaText().isEmpty());
        bench.setLimits(quota(20, number), quota(50, agent));
        QCOMPARE(bench.model.quotaText(), text);
        QCOMPARE(bench.model.quotaLevel(), level);
        QVERIFY(bench.model.quotaShare() > 0 && bench.model.quotaShare() <= 1);
        QCOMPARE(bench.model.quotaDetail().split(u'\n').size(), 2);
        QVERIFY(bench.model.quotaDetail().contains(QStringLiteral("Sunday, 00:00")));
    }

    void withoutALimitNothingIsShown()
    {
        Bench bench(hour);
        bench.setLimits(std::nullopt, std::nullopt);
        QVERIFY(bench.model.quotaText().isEmpty());
        QCOMPARE(bench.model.quotaLevel(), Level::Fine);
        bench.setLimits(quota(0, 0), std::nullopt);
        QCOMPARE(bench.model.quotaLevel(), Level::Used);
        QCOMPARE(bench.model.quotaShare(), 1.0);
    }

    void figuresOfAnotherConversationAreNotShown()
    {
        Bench bench(hour);
        bench.model.setLimits(conversationId(2), {nowMs * 1000, quota(20, 19), std::nullopt});
        QVERIFY(bench.model.quotaText().isEmpty());
        bench.setLimits(quota(20, 1), std::nullopt);
        bench.model.setConversation(conversationId(2));
        QVERIFY(bench.model.quotaText().isEmpty());
        QCOMPARE(bench.wanted.size(), 1);
        QCOMPARE(bench.wanted.first().first().value<ConversationId>(), conversationId(2));
    }

    void aNewDayIsAskedFor()
    {
        Bench bench(-hour);
        bench.setLimits(quota(20, 20), std::nullopt);
        bench.clock.advance(14 * hour);
        bench.model.tick();
        QVERIFY(bench.model.quotaText().isEmpty());
        QCOMPARE(bench.wanted.size(), 1);
        bench.model.tick();
        QCOMPARE(bench.wanted.size(), 1);
    }

    void whatIsSentIsCountedAnew()
    {
        Bench bench(hour);
        MessageRow sent = message(9, 2, 1, 10);
        sent.direction = Direction::Outbound;
        sent.status = MessageStatus::Sending;
        bench.inbox.applyMessagePage(conversationId(2), {sent}, true);
        QCOMPARE(bench.wanted.size(), 1);
        sent.rev = 2;
        sent.status = MessageStatus::Delivered; // counted already
        bench.inbox.apply({sent});
        QCOMPARE(bench.wanted.size(), 1);
        bench.inbox.apply({message(10, 1, 0, 20)}); // an echo, of which the store does not know
        QCOMPARE(bench.wanted.size(), 1);
    }

    void marketingIsExplained_data()
    {
        QTest::addColumn<QString>("who");
        QTest::addColumn<ComposeModel::Consent>("consent");
        QTest::newRow("word") << QStringLiteral("word") << ComposeModel::Consent::Word;
        QTest::newRow("provider") << QStringLiteral("provider") << ComposeModel::Consent::Provider;
        QTest::newRow("admin") << QStringLiteral("admin") << ComposeModel::Consent::Admin;
    }

    void marketingIsExplained()
    {
        QFETCH(QString, who);
        QFETCH(ComposeModel::Consent, consent);
        Bench bench(hour);
        QVERIFY(bench.model.marketingText().isEmpty());
        QVERIFY(bench.model.marketingDetail().isEmpty());
        ConversationRow out = bench.talk(hour);
        out.optedOut = who;
        bench.inbox.apply({out});
        QCOMPARE(bench.model.consent(), consent);
        QCOMPARE(bench.model.marketingText(), QStringLiteral("No marketing"));
        QVERIFY(!bench.model.marketingDetail().isEmpty());
    }

    void marketingThatWaits()
    {
        Bench bench(-hour);
        bench.inbox.apply({templateRow(1, 1, QStringLiteral("offer"))});
        ConversationRow waits = bench.talk(-hour);
        waits.marketingAfter = (nowMs + 30 * second) * 1000;
        bench.inbox.apply({waits});
        QCOMPARE(bench.model.marketingText(), QStringLiteral("No marketing until 10:00"));
        QCOMPARE(bench.model.msToNextChange(), 30 * second);
        QSignalSpy templates(&bench.model.templates(), &models::TemplateListModel::changed);
        bench.clock.advance(30 * second);
        bench.model.tick();
        QVERIFY(bench.model.marketingText().isEmpty());
        QCOMPARE(templates.size(), 1);
        bench.clock.advance(bench.model.msToNextChange());
        bench.model.tick();
        QCOMPARE(templates.size(), 1); // nothing about them has changed
    }

    void clearingForgetsTheFigures()
    {
        Bench bench(hour);
        bench.setLimits(quota(20, 1), std::nullopt);
        bench.inbox.clear();
        QVERIFY(bench.model.quotaText().isEmpty());
        QCOMPARE(bench.model.window(), Window::None);
    }
};

CONVERSURE_TEST(ComposeModelTest)
#include "ComposeModelTest.moc"
