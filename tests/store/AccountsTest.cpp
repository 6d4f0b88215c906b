// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"
#include "TestMain.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <thread>

using namespace conversure;
using namespace conversure::store;
using conversure::test::Company;
using conversure::test::Database;
using conversure::test::newId;

/// What people do with their own sign-ins, and admins with others'.
class AccountsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<Database> m_database;

    static QJsonArray devices(Connection &client)
    {
        return QJsonDocument::fromJson(MUST(client.call(QLatin1StringView("api.my_devices"))).raw(0, 0)).array();
    }

    static QString refusal(const Result<Rows> &rows) { return rows ? QStringLiteral("accepted") : rows.error().code; }

    static Result<Rows> call(Connection &client, const char *function, const QUuid &id)
    {
        return client.call(QLatin1StringView(function), {param(id)});
    }

    static bool isSignedIn(Connection &client)
    {
        return refusal(client.call(QLatin1StringView("api.feed_cursor"))) == QStringLiteral("accepted");
    }

    QStringList audit(const Company &company) const
    {
        store::Connection admin = m_database->admin();
        const auto rows =
            MUST(admin.run("select action from conversure.audit_log where company_id = $1::uuid order by at, audit_id",
                {param(company.id.value)}));
        QStringList actions;
        for (int row = 0; row < rows.count(); ++row)
            actions << rows.text(row, 0);
        return actions;
    }

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }

    void everybodySeesTheirOwnComputers()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto other = company.addPerson();
        const auto device = company.signIn(agent);
        Connection first = company.connect(device);
        Connection second = company.connect(company.signIn(agent));
        Connection stranger = company.connect(company.signIn(other));

        const QJsonArray mine = devices(first);
        QCOMPARE(mine.size(), 2);
        QCOMPARE(devices(stranger).size(), 1);
        QCOMPARE(mine.at(0)[QStringLiteral("current")].toBool(), false);
        QCOMPARE(mine.at(1)[QStringLiteral("current")].toBool(), true);

        Connection relay = m_database->relay();
        const double before = mine.at(1)[QStringLiteral("last_used_at")].toDouble();
        MUST(RelayStore(relay).openLive(QCryptographicHash::hash(device.token.toUtf8(), QCryptographicHash::Sha256)));
        QVERIFY(devices(first).at(1)[QStringLiteral("last_used_at")].toDouble() > before);
    }

    void aClientThatComesBackAsksWhoItIs()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto device = company.signIn(agent);
        Connection client = company.connect(device);
        const double before = devices(client).at(0)[QStringLiteral("last_used_at")].toDouble();
        QJsonObject who = MUST(client.call(QLatin1StringView("api.whoami"))).object(0, 0);
        const QDateTime until = QDateTime::fromString(who.take(QStringLiteral("expires_at")).toString(), Qt::ISODate);
        QVERIFY(until > QDateTime::currentDateTime().addDays(89) && until < QDateTime::currentDateTime().addDays(91));
        QCOMPARE(who,
            (QJsonObject{{QStringLiteral("company_id"), company.id.text()},
                {QStringLiteral("company"), QStringLiteral("Marina Homes")},
                {QStringLiteral("user_id"), agent.id.text()}, {QStringLiteral("name"), QStringLiteral("Agent")},
                {QStringLiteral("user_role"), QStringLiteral("AGENT")}, {QStringLiteral("email"), agent.email}}));
        const double used = devices(client).at(0)[QStringLiteral("last_used_at")].toDouble();
        QVERIFY(used > before);
        MUST(client.call(QLatin1StringView("api.whoami"))); // written down at most each five minutes
        QCOMPARE(devices(client).at(0)[QStringLiteral("last_used_at")].toDouble(), used);
        // A second connection of it, in a transaction that stays open, stops nobody.
        Connection admin = m_database->admin();
        MUST(admin.run("update conversure.devices set last_used_at = null where role_name = $1", {param(device.role)}));
        Connection idle = company.connect(device);
        MUST(idle.script("begin"));
        MUST(idle.call(QLatin1StringView("api.whoami")));
        client.setDeadline(10'000);
        MUST(client.call(QLatin1StringView("api.whoami")));
        Connection relay = m_database->relay();
        relay.setDeadline(10'000);
        MUST(RelayStore(relay).openLive(QCryptographicHash::hash(device.token.toUtf8(), QCryptographicHash::Sha256)));
        MUST(idle.script("rollback"));

        MUST(client.call(QLatin1StringView("api.sign_out_everywhere")));
        QCOMPARE(refusal(client.call(QLatin1StringView("api.whoami"))), QStringLiteral("CV001"));
    }

    void aComputerIsSignedOutFromAnother()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto other = company.addPerson();
        Connection here = company.connect(company.signIn(agent));
        const auto lost = company.signIn(agent);
        Connection there = company.connect(lost);
        Connection stranger = company.connect(company.signIn(other));
        const QUuid session = QUuid::fromString(devices(there).at(0)[QStringLiteral("session_id")].toString());

        QCOMPARE(refusal(call(stranger, "api.end_session", session)), QStringLiteral("CV003"));
        QCOMPARE(refusal(call(stranger, "api.end_session", {})), QStringLiteral("CV003"));
        QVERIFY(isSignedIn(there));
        MUST(call(here, "api.end_session", session));
        QVERIFY(!isSignedIn(there));
        QVERIFY(isSignedIn(here));
        QVERIFY(isSignedIn(stranger));
        QVERIFY(!Connection::open(lost.url, QStringLiteral("test")));
        QCOMPARE(refusal(call(here, "api.end_session", session)), QStringLiteral("CV003"));
    }

    void everywhereMeansEverywhere()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        Connection here = company.connect(company.signIn(agent));
        Connection there = company.connect(company.signIn(agent));
        QCOMPARE(MUST(here.call(QLatin1StringView("api.sign_out_everywhere"))).number(0, 0), 2);
        QVERIFY(!isSignedIn(here));
        QVERIFY(!isSignedIn(there));
        Connection again = company.connect(company.signIn(agent));
        QVERIFY(isSignedIn(again));
    }

    void onlyAnAdminDeactivatesAndNeverThemselves()
    {
        Company company(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        const auto agent = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto stranger = other.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection agentClient = company.connect(company.signIn(agent));
        Connection adminClient = company.connect(company.signIn(admin));
        Connection strangerClient = other.connect(other.signIn(stranger));

        QCOMPARE(refusal(call(agentClient, "api.deactivate", admin.id.value)), QStringLiteral("CV002"));
        QCOMPARE(refusal(call(adminClient, "api.deactivate", admin.id.value)), QStringLiteral("CV002"));
        QCOMPARE(refusal(call(strangerClient, "api.deactivate", agent.id.value)), QStringLiteral("CV003"));
        QVERIFY(isSignedIn(agentClient));
        QCOMPARE(audit(company), QStringList());
    }

    void whoIsDeactivatedLosesTheNextStatement()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto device = company.signIn(agent);
        Connection agentClient = company.connect(device);
        Connection adminClient = company.connect(company.signIn(admin));
        company.receive(QStringLiteral("+971501112233"), QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(QStringLiteral("+971501112233"));
        MUST(call(agentClient, "api.claim", conversation.value));

        MUST(agentClient.script("begin"));
        QVERIFY(isSignedIn(agentClient));
        const auto answer = MUST(call(adminClient, "api.deactivate", agent.id.value)).object(0, 0);
        QCOMPARE(answer[QStringLiteral("open_conversations")].toInt(), 1);
        QCOMPARE(refusal(call(agentClient, "api.claim", conversation.value)), QStringLiteral("CV001"));
        MUST(agentClient.script("rollback"));
        QVERIFY(!isSignedIn(agentClient));
        QVERIFY(!Connection::open(device.url, QStringLiteral("test")));

        MUST(call(adminClient, "api.deactivate", agent.id.value)); // twice is once
        MUST(call(adminClient, "api.activate", agent.id.value));
        QVERIFY(!isSignedIn(agentClient));
        Connection again = company.connect(company.signIn(agent));
        QVERIFY(isSignedIn(again));
        QCOMPARE(audit(company),
            (QStringList{QStringLiteral("conversation.claimed"), QStringLiteral("user.deactivated"),
                QStringLiteral("user.activated")}));
    }

    void anAgentsOpenTransactionStopsNoAdmin()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection agentClient = company.connect(company.signIn(agent));
        Connection adminClient = company.connect(company.signIn(admin));
        adminClient.setDeadline(10'000);
        company.receive(QStringLiteral("+971501112233"), QStringLiteral("wamid.1"), QStringLiteral("Hi"));
        MUST(agentClient.script("begin"));
        // A row that names the agent, and with it a lock on the agent's own.
        MUST(agentClient.call(QLatin1StringView("api.mark_read"),
            {param(company.conversationOf(QStringLiteral("+971501112233")).value), param(qint64(1))}));
        QCOMPARE(refusal(call(adminClient, "api.deactivate", agent.id.value)), QStringLiteral("accepted"));
        QVERIFY(!isSignedIn(agentClient));
        MUST(agentClient.script("rollback"));
    }

    void whoHoldsOnToAComputerIsCutOff_data()
    {
        QTest::addColumn<QByteArray>("statement");
        QTest::newRow("its rows") << QByteArray("select api.sign_out()");
        QTest::newRow("its role") << QByteArray("alter role session_user password 'mine'");
    }

    void whoHoldsOnToAComputerIsCutOff()
    {
        QFETCH(QByteArray, statement);
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto device = company.signIn(agent);
        Connection holder = company.connect(device);
        Connection colleague = company.connect(company.signIn(company.addPerson()));
        Connection adminClient = company.connect(company.signIn(admin));
        adminClient.setDeadline(30'000);
        MUST(holder.script("begin"));
        MUST(holder.run(statement));
        QCOMPARE(refusal(call(adminClient, "api.deactivate", agent.id.value)), QStringLiteral("accepted"));
        QVERIFY(!holder.run("commit"));
        QVERIFY(!Connection::open(device.url, QStringLiteral("test")));
        QVERIFY(isSignedIn(colleague));
        Connection superuser = m_database->admin();
        QCOMPARE(MUST(superuser.run("select rolcanlogin from pg_roles where rolname = $1", {param(device.role)}))
                     .boolean(0, 0),
            false);
    }

    void twoAdminsCannotDeactivateEachOtherAtOnce()
    {
        Company company(*m_database);
        const auto one = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto other = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection admin = m_database->admin();
        for (int round = 0; round < 10; ++round) {
            MUST(admin.run(
                "update conversure.users set active = true where company_id = $1::uuid", {param(company.id.value)}));
            Connection first = company.connect(company.signIn(one));
            Connection second = company.connect(company.signIn(other));
            QStringList verdicts{QString(), QString()};
            std::thread beside([&] { verdicts[0] = refusal(call(first, "api.deactivate", other.id.value)); });
            verdicts[1] = refusal(call(second, "api.deactivate", one.id.value));
            beside.join();
            QCOMPARE(verdicts.count(QStringLiteral("accepted")), 1);
            QCOMPARE(MUST(admin.run("select count(*) from conversure.users where company_id = $1::uuid and role = "
                                    "'COMPANY_ADMIN' and active",
                              {param(company.id.value)}))
                         .number(0, 0),
                1);
        }
    }

    void whoHoldsTheAdminsIsDeactivatedAllTheSame()
    {
        Company company(*m_database);
        const auto one = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto other = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection first = company.connect(company.signIn(one));
        Connection holder = company.connect(company.signIn(other));
        MUST(holder.script("begin"));
        MUST(holder.call(
            QLatin1StringView("api.set_role"), {param(other.id.value), param(QStringLiteral("COMPANY_ADMIN"))}));
        first.setDeadline(10'000);
        QCOMPARE(refusal(call(first, "api.deactivate", other.id.value)), QStringLiteral("accepted"));
        QVERIFY(!holder.run("commit"));
    }

    void theAuditLogOnlyGrows()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto admin = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection adminClient = company.connect(company.signIn(admin));
        MUST(call(adminClient, "api.deactivate", agent.id.value));
        QCOMPARE(refusal(adminClient.run("delete from conversure.audit_log")), QStringLiteral("42501"));
        QCOMPARE(refusal(adminClient.run("insert into conversure.audit_log (company_id, audit_id, at, action) values "
                                         "($1::uuid, $2::uuid, now(), 'forged')",
                     {param(company.id.value), param(newId())})),
            QStringLiteral("42501"));
        Connection superuser = m_database->admin();
        QCOMPARE(refusal(superuser.run("delete from conversure.audit_log")), QStringLiteral("42501"));
        QCOMPARE(refusal(superuser.run("update conversure.audit_log set action = 'x'")), QStringLiteral("42501"));
        QCOMPARE(refusal(superuser.run("truncate conversure.audit_log")), QStringLiteral("42501"));
        QCOMPARE(audit(company), QStringList{QStringLiteral("user.deactivated")});
    }
};

CONVERSURE_TEST(AccountsTest)
#include "AccountsTest.moc"
