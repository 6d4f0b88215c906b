// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What becomes of sessions without anybody's doing: they run out, and computers that are connected count as used.
class SessionEndsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_relay;

    /// Lets the session of a computer run out.
    void expire(const Company::Device &device)
    {
        MUST(m_admin.run("update conversure.sessions s set expires_at = conversure.now() from conversure.devices d "
                         "where d.role_name = $1 and s.company_id = d.company_id and s.session_id = d.session_id",
            {param(device.role)}));
    }

    int endExpired() { return MUST(RelayStore(m_relay).endExpiredSessions()); }

    /// "reason login": why its session ended, and whether its role may log in.
    QString stateOf(const Company::Device &device)
    {
        return text(m_admin,
            "select coalesce(s.end_reason, 'open') || ' ' || r.rolcanlogin from conversure.devices d join "
            "conversure.sessions s using (company_id, session_id) join pg_roles r on r.rolname = d.role_name where "
            "d.role_name = $1",
            {param(device.role)});
    }

    void forgetUse(const Company::Device &device, const char *ago)
    {
        MUST(m_admin.run(QByteArray("update conversure.devices set last_used_at = conversure.now() - interval '") + ago
                + "' where role_name = $1",
            {param(device.role)}));
    }

    bool isUsed(const Company::Device &device)
    {
        return text(m_admin,
                   "select last_used_at > conversure.now() - interval '1 minute' from conversure.devices where "
                   "role_name = $1",
                   {param(device.role)})
            == QStringLiteral("t");
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_relay = m_database->relay();
        m_relay.setDeadline(20'000);
    }

    void whatRunsOutIsEnded()
    {
        Company company(*m_database);
        const auto over = company.signIn(company.addPerson());
        const auto other = company.signIn(company.addPerson());
        QCOMPARE(endExpired(), 0);
        expire(over);
        QCOMPARE(endExpired(), 1);
        QCOMPARE(stateOf(over), QStringLiteral("expired false"));
        QCOMPARE(stateOf(other), QStringLiteral("open true"));
        QCOMPARE(endExpired(), 0);
        // The news by which a relay closes the live connection.
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.change_feed f join conversure.devices d on d.session_id = "
                     "f.row_id where d.role_name = $1 and f.kind = 'session' and f.row ->> 'what' = 'signed_out'",
                     {param(over.role)}),
            1);
    }

    void aForgottenComputersSessionIsEndedOnce()
    {
        Company company(*m_database);
        const auto device = company.signIn(company.addPerson());
        expire(device);
        const QString session =
            text(m_admin, "select session_id from conversure.devices where role_name = $1", {param(device.role)});
        MUST(m_admin.run("delete from conversure.devices where role_name = $1", {param(device.role)}));
        QCOMPARE(endExpired(), 1);
        QCOMPARE(text(m_admin, "select end_reason from conversure.sessions where session_id = $1::uuid",
                     {param(QUuid(session))}),
            QStringLiteral("expired"));
        QCOMPARE(endExpired(), 0);
    }

    void nobodyKeepsASessionOpen()
    {
        Company company(*m_database);
        const auto held = company.signIn(company.addPerson());
        const auto other = company.signIn(company.addPerson());
        Connection rows = company.connect(held);
        MUST(rows.script("begin"));
        MUST(rows.call(QLatin1StringView("api.whoami"))); // holds the computer's row
        expire(held);
        expire(other);
        QCOMPARE(endExpired(), 1); // the others do not wait for it
        QCOMPARE(stateOf(held), QStringLiteral("open true"));
        MUST(rows.script("rollback"));
        MUST(rows.script("begin; alter role session_user password 'mine'"));
        QCOMPARE(endExpired(), 1); // who holds the role is cut off
        QVERIFY(!rows.run("commit"));
        QCOMPARE(stateOf(held), QStringLiteral("expired false"));
    }

    void aVisitEndsWithTheSessionAtHome()
    {
        Company home(*m_database, QStringLiteral("Home"));
        Company visited(*m_database, QStringLiteral("Visited"));
        const auto device = home.signIn(home.addPerson(QStringLiteral("SUPER_ADMIN")));
        Connection client = home.connect(device);
        const QString verifier = MUST(client.scramVerifier(QStringLiteral("any"), QStringLiteral("guest")));
        const QJsonObject pass = MUST(client.call(QLatin1StringView("api.enter_company"),
                                          {param(visited.id.value), param(QStringLiteral("test")), param(verifier)}))
                                     .object(0, 0);
        expire(device);
        QCOMPARE(endExpired(), 1);
        QCOMPARE(text(m_admin, "select rolcanlogin from pg_roles where rolname = $1",
                     {param(pass[QStringLiteral("role")].toString())}),
            QStringLiteral("f"));
    }

    void twoRelaysTakeTurns()
    {
        Company company(*m_database);
        QList<Company::Device> devices;
        for (int i = 0; i < 6; ++i) {
            devices << company.signIn(company.addPerson());
            expire(devices.last());
        }
        Connection second = m_database->relay();
        second.setDeadline(20'000);
        int bySecond = 0;
        std::thread beside([&] { bySecond = MUST(RelayStore(second).endExpiredSessions()); });
        const int byFirst = endExpired();
        beside.join();
        QCOMPARE(byFirst + bySecond, 6);
        for (const Company::Device &device : std::as_const(devices))
            QCOMPARE(stateOf(device), QStringLiteral("expired false"));
    }

    void whoIsConnectedUsesTheComputer()
    {
        Company company(*m_database);
        const auto here = company.signIn(company.addPerson());
        const auto away = company.signIn(company.addPerson());
        const auto lately = company.signIn(company.addPerson());
        Connection client = company.connect(here);
        Connection colleague = company.connect(lately);
        forgetUse(here, "6 minutes");
        forgetUse(away, "6 minutes");
        forgetUse(lately, "4 minutes");
        QCOMPARE(MUST(RelayStore(m_relay).touchDevices()), 1);
        QVERIFY(isUsed(here));
        QVERIFY(!isUsed(away));
        QVERIFY(!isUsed(lately)); // written down at most each five minutes
        // A computer whose client holds its row stops nobody.
        forgetUse(here, "6 minutes");
        forgetUse(lately, "6 minutes");
        Connection holder = company.connect(here);
        MUST(holder.script("begin"));
        MUST(holder.call(QLatin1StringView("api.whoami")));
        QCOMPARE(MUST(RelayStore(m_relay).touchDevices()), 1);
        QVERIFY(isUsed(lately));
        MUST(holder.script("rollback"));
    }

    void theRelayFindsThemByAnIndex()
    {
        MUST(m_admin.script("set enable_seqscan = off"));
        const QString plan = column(m_admin,
            "explain select 1 from conversure.sessions s where s.ended_at is null and s.expires_at <= conversure.now() "
            "order by s.expires_at limit 200")
                                 .join(u'\n');
        MUST(m_admin.script("reset enable_seqscan"));
        QVERIFY2(plan.contains(QStringLiteral("sessions_to_end")), qPrintable(plan));
    }
};

CONVERSURE_TEST(SessionEndsTest)
#include "SessionEndsTest.moc"
