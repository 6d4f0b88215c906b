// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Clock.h"
#include "models/AccountLists.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QLocale>
#include <QPersistentModelIndex>
#include <QSignalSpy>

using namespace conversure;
using namespace conversure::models;

namespace {

const QDateTime noon(QDate(2026, 5, 14), QTime(12, 0));

Microseconds ago(qint64 minutes)
{
    return (noon.toMSecsSinceEpoch() - minutes * 60'000) * 1000;
}

QUuid idOf(int n)
{
    return QUuid::fromString(QStringLiteral("0190a1b2-0000-7000-8000-%1").arg(n, 12, 16, QLatin1Char('0')));
}

QStringList titles(const QAbstractItemModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all << model.index(row, 0).data().toString();
    return all;
}

QString said(const QAbstractItemModel &model, int row, int role)
{
    return model.index(row, 0).data(role).toString();
}

DeviceRow device(int n, const QString &name, qint64 usedMinutesAgo, bool current = false)
{
    return {idOf(n), name, current, ago(60 * 24 * 20), ago(usedMinutesAgo)};
}

} // namespace

/// The short lists of the pages about accounts: order, words, and one sentence a row for screen readers.
class AccountListsTest : public QObject
{
    Q_OBJECT

private:
    FixedClock m_clock{noon.toMSecsSinceEpoch()};

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void cleanupTestCase() { QLocale::setDefault(QLocale::c()); }

    void thisComputerIsFirstThenTheOneUsedLast()
    {
        DeviceListModel model(m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDevices({device(1, QStringLiteral("old"), 9000), device(2, QStringLiteral("new"), 20),
            device(3, QStringLiteral("mine"), 100, true)});
        QCOMPARE(titles(model), QStringList({QStringLiteral("mine"), QStringLiteral("new"), QStringLiteral("old")}));
        QCOMPARE(said(model, 0, CardChipRole), QStringLiteral("This computer"));
        QCOMPARE(said(model, 1, CardChipRole), QString());
        QCOMPARE(model.rowAt(model.index(0)).session, idOf(3));
    }

    void whenAComputerWasUsedIsSaidInWords_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::addColumn<QString>("words");
        QTest::newRow("within the five minutes that the store leaves open") << 5 << QStringLiteral("in use now");
        QTest::newRow("by a clock that is ahead") << -3 << QStringLiteral("in use now");
        QTest::newRow("minutes") << 42 << QStringLiteral("last used 42 minutes ago");
        QTest::newRow("today") << 120 << QStringLiteral("last used 10:00");
        QTest::newRow("this week") << 60 * 24 * 2 << QStringLiteral("last used Tue");
        QTest::newRow("long ago") << 60 * 24 * 33 << QStringLiteral("last used 11/04/2026");
    }

    void whenAComputerWasUsedIsSaidInWords()
    {
        QFETCH(int, minutes);
        QFETCH(QString, words);
        DeviceListModel model(m_clock);
        model.setDevices({device(1, QStringLiteral("desk"), minutes)});
        QCOMPARE(said(model, 0, CardDetailRole), QStringLiteral("Signed in 24/04/2026 · ") + words);
    }

    void aRowIsOneSentenceForScreenReaders()
    {
        DeviceListModel model(m_clock);
        model.setDevices({device(1, {}, 42, true)});
        QCOMPARE(said(model, 0, Qt::AccessibleTextRole),
            QStringLiteral(
                "A computer without a name, This computer, Signed in 24/04/2026 · last used 42 minutes ago"));
    }

    void whatStaysKeepsItsPlaceInASelection()
    {
        DeviceListModel model(m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDevices({device(1, QStringLiteral("a"), 10), device(2, QStringLiteral("b"), 20),
            device(3, QStringLiteral("c"), 30)});
        const QPersistentModelIndex chosen(model.index(1));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setDevices({device(3, QStringLiteral("c"), 5), device(2, QStringLiteral("renamed"), 20)});
        QVERIFY(chosen.isValid());
        QCOMPARE(chosen.row(), 1);
        QCOMPARE(chosen.data().toString(), QStringLiteral("renamed"));
        QCOMPARE(reset.size(), 0);
        QVERIFY(!changed.isEmpty());
        model.setDevices({});
        QVERIFY(!chosen.isValid());
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.rowAt({}).session.isNull());
    }

    void invitationsSayForWhomAndHowLong()
    {
        InvitationListModel model(m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setInvitations({{idOf(1), false, QStringLiteral("Omar"), QStringLiteral("omar@example.com"),
                                  QStringLiteral("COMPANY_ADMIN"), {}, ago(-60 * 24 * 6)},
            {idOf(2), true, QStringLiteral("Layla"), {}, QStringLiteral("AGENT"), {}, ago(-60 * 20)},
            {idOf(3), false, {}, {}, QStringLiteral("AGENT"), {}, ago(-60)}});
        QCOMPARE(titles(model),
            QStringList({QStringLiteral("Whoever has the link"), QStringLiteral("Layla"), QStringLiteral("Omar")}));
        QCOMPARE(said(model, 0, CardDetailRole), QStringLiteral("expires within two hours"));
        QCOMPARE(said(model, 1, CardDetailRole), QStringLiteral("expires in 20 hours"));
        QCOMPARE(said(model, 2, CardDetailRole), QStringLiteral("omar@example.com · expires in 6 days"));
        QCOMPARE(said(model, 0, CardChipRole), QStringLiteral("Agent"));
        QCOMPARE(said(model, 1, CardChipRole), QStringLiteral("New password"));
        QCOMPARE(said(model, 2, CardChipRole), QStringLiteral("Admin"));
    }

    void peopleAreByNameAndWhoIsOutIsLast()
    {
        PersonListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPeople(
            {{UserId(idOf(1)), QStringLiteral("Zoe"), QStringLiteral("COMPANY_ADMIN"), true, false, true, false},
                {UserId(idOf(2)), QStringLiteral("Adam"), QStringLiteral("AGENT"), false, false, false, true},
                {UserId(idOf(3)), QStringLiteral("Mei"), QStringLiteral("AGENT"), true, false, false, true},
                {UserId(idOf(4)), QStringLiteral("Pat"), QStringLiteral("SUPER_ADMIN"), true, true, false, false}});
        QCOMPARE(titles(model),
            QStringList(
                {QStringLiteral("Mei"), QStringLiteral("Pat"), QStringLiteral("Zoe (you)"), QStringLiteral("Adam")}));
        QCOMPARE(said(model, 0, CardDetailRole), QStringLiteral("Agent · cannot send yet"));
        QCOMPARE(said(model, 1, CardChipRole), QStringLiteral("Guest"));
        QCOMPARE(said(model, 3, CardChipRole), QStringLiteral("Deactivated"));
        QCOMPARE(said(model, 3, CardDetailRole), QStringLiteral("Agent"));
        QVERIFY(model.index(3).data(CardDimmedRole).toBool());
        QVERIFY(!model.index(0).data(CardDimmedRole).toBool());
    }

    void whoIsOutMayStillHaveConversations()
    {
        PersonListModel model;
        const auto detail = [&model](int open) {
            model.setPeople(
                {{UserId(idOf(2)), QStringLiteral("Adam"), QStringLiteral("AGENT"), false, false, false, false, open}});
            return said(model, 0, CardDetailRole);
        };
        QCOMPARE(detail(0), QStringLiteral("Agent"));
        QCOMPARE(detail(1), QStringLiteral("Agent · has one open conversation"));
        QCOMPARE(detail(7), QStringLiteral("Agent · has 7 open conversations"));
    }

    void relaysAreByNameWithTheirFingerprint()
    {
        RelayListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRelays({{idOf(1), QStringLiteral("west"), QStringLiteral("QX7D K2RF"), false},
            {idOf(2), QStringLiteral("east"), QStringLiteral("MB3A 6YTC"), true}, {idOf(3), {}, {}, false}});
        QCOMPARE(titles(model),
            QStringList({QStringLiteral("A relay without a name"), QStringLiteral("east"), QStringLiteral("west")}));
        QCOMPARE(said(model, 1, CardDetailRole), QStringLiteral("MB3A 6YTC"));
        QCOMPARE(said(model, 1, CardChipRole), QStringLiteral("Authorized"));
        QCOMPARE(said(model, 2, CardChipRole), QString());
    }

    void tokensAreCalledByTheirWords()
    {
        TokenListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTokens({{idOf(1), QStringLiteral("Sales"), {}, QStringLiteral("meta"),
                             {QStringLiteral("access_token"), QStringLiteral("app_secret")}},
            {idOf(2), QStringLiteral("Rent"), {}, QStringLiteral("other"), {QStringLiteral("signing_words")}}});
        QCOMPARE(titles(model), QStringList({QStringLiteral("Rent"), QStringLiteral("Sales")}));
        QCOMPARE(said(model, 0, CardDetailRole), QStringLiteral("signing words"));
        QCOMPARE(said(model, 1, CardDetailRole), QStringLiteral("access token, app secret"));
    }
};

CONVERSURE_TEST(AccountListsTest)
#include "AccountListsTest.moc"
