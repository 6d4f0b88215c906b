// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <QElapsedTimer>

#include <list>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Whoever takes as much of the store as they can get: connections, locks, notifications, memory. The others go on.
class FloodTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Company> m_company;
    Company::Person m_agent;
    Company::Person m_boss;
    Connection m_admin;
    Connection m_relay;

    static bool opens(const QString &url) { return bool(Connection::open(url, QStringLiteral("test"))); }

    /// Connections until one is refused, or \a most.
    static std::list<Connection> flood(const QString &url, int most, QString *refusal)
    {
        std::list<Connection> out;
        while (static_cast<int>(out.size()) < most) {
            auto connection = Connection::open(url, QStringLiteral("flood"));
            if (!connection) {
                *refusal = connection.error().message;
                break;
            }
            out.push_back(std::move(*connection));
        }
        return out;
    }

    static Result<Rows> reserve(Connection &client, ConversationId conversation)
    {
        return client.call(QLatin1StringView("api.reserve_send"),
            {param(newId()), param(newId()), param(conversation.value),
                param(QStringLiteral("a secret of some length")),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("Hello")}})});
    }

    static qint64 pidOf(Connection &connection) { return number(connection, "select pg_backend_pid()"); }

    bool isThere(qint64 pid)
    {
        return number(m_admin, "select count(*) from pg_stat_activity where pid = $1::integer", {param(pid)}) == 1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_relay = m_database->relay();
        m_company = std::make_unique<Company>(*m_database);
        m_agent = m_company->addPerson();
        m_boss = m_company->addPerson(QStringLiteral("COMPANY_ADMIN"));
        m_company->receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"), QStringLiteral("Omar"));
    }

    void aDeviceHasSixConnections()
    {
        const auto device = m_company->signIn(m_agent);
        QString refusal;
        const auto held = flood(device.url, 10, &refusal);
        QCOMPARE(held.size(), size_t(6));
        QVERIFY(opens(m_company->signIn(m_boss).url));
    }

    void theDoorFullOfPeopleKeepsNobodyOutWhoIsInside()
    {
        const auto device = m_company->signIn(m_agent);
        QString refusal;
        const auto held = flood(m_database->doorUrl(), 400, &refusal);
        QVERIFY2(!refusal.isEmpty(), "the door has no limit");
        QVERIFY(opens(device.url));
        QVERIFY(opens(m_database->relayUrl()));
        // More than half of the places are left for those.
        const qint64 places = number(m_admin, "select current_setting('max_connections')");
        QVERIFY2(held.size() < static_cast<size_t>(places / 2), qPrintable(QString::number(held.size())));
    }

    void whoeverStandsInTheDoorIsSentAway()
    {
        QString refusal;
        auto held = flood(m_database->doorUrl(), 400, &refusal);
        QVERIFY(!opens(m_database->doorUrl()));
        QCOMPARE(number(m_relay, "select relay.reap('1 hour')"), 0);
        QVERIFY(number(m_relay, "select relay.reap('0 s')") >= static_cast<qint64>(held.size()));
        QVERIFY(eventually([&] { return opens(m_database->doorUrl()); }));
    }

    void theDoorsPasswordIsPutBack()
    {
        Connection door = m_database->door();
        MUST(door.script("alter role conversure_door password 'mine now'"));
        QVERIFY(!opens(m_database->doorUrl()));
        MUST(RelayStore(m_relay).resetDoor());
        QVERIFY(opens(m_database->doorUrl()));
    }

    void theDoorHeldHalfOpenStopsNoHousekeeping()
    {
        for (const char *statement : {"alter role conversure_door set search_path = x",
                 "alter role conversure_door password 'mine now'", "alter role conversure_door reset all"}) {
            Connection settled = m_database->door();
            MUST(settled.script("alter role conversure_door set search_path = y"));
            Connection door = m_database->door();
            MUST(door.script("begin; " + QByteArray(statement)));
            MUST(m_relay.script("set statement_timeout = '5s'"));
            QCOMPARE(verdict(m_relay, "select relay.reset_door()"), QStringLiteral("accepted"));
            QVERIFY(number(m_relay, "select relay.reap('0 s')") >= 1);
            QVERIFY(eventually([&] { return !door.run("select 1"); }));
            MUST(RelayStore(m_relay).resetDoor());
            QVERIFY(opens(m_database->doorUrl()));
            QCOMPARE(
                number(m_admin, "select count(*) from pg_db_role_setting where setrole = 'conversure_door'::regrole"),
                0);
        }
    }

    void whoIsSignedOutKeepsNoConnection()
    {
        const auto device = m_company->signIn(m_agent);
        Connection first = m_company->connect(device);
        Connection second = m_company->connect(device);
        Connection other = m_company->connect(m_company->signIn(m_agent));
        MUST(first.call(QLatin1StringView("api.sign_out")));
        MUST(m_relay.run("select relay.reap('1 hour')"));
        QVERIFY(eventually([&] { return !first.run("select 1") && !second.run("select 1"); }));
        QVERIFY(other.run("select 1"));
        QVERIFY(!opens(device.url));
    }

    void whatAClientLeavesBehindStopsNoHousekeeping()
    {
        const auto device = m_company->signIn(m_agent);
        Connection client = m_company->connect(device);
        MUST(client.script("alter default privileges grant select on tables to public; alter default privileges grant "
                           "execute on functions to public; alter role session_user set search_path = x"));
        MUST(client.call(QLatin1StringView("api.sign_out")));
        client.close();
        MUST(m_admin.run("update conversure.sessions s set ended_at = ended_at - interval '2 days' from "
                         "conversure.devices d where d.session_id = s.session_id and d.role_name = $1",
            {param(device.role)}));
        QCOMPARE(verdict(m_relay, "select relay.purge()"), QStringLiteral("accepted"));
        QVERIFY(!opens(device.url));
        QCOMPARE(
            number(m_admin, "select count(*) from conversure.devices where role_name = $1", {param(device.role)}), 0);
    }

    void aSignInThatStaysOpenStopsNoOther()
    {
        Connection slow = m_database->door();
        const Company::Person person = m_company->addPerson();
        const QJsonObject ticket = begin(slow, person.email, person.proof, newSecret());
        MUST(slow.script("begin"));
        MUST(finish(slow, ticket));
        Connection quick = m_database->door();
        MUST(quick.script("set statement_timeout = '5s'"));
        QCOMPARE(verdict(finish(quick, begin(quick, m_agent.email, m_agent.proof, newSecret()))),
            QStringLiteral("accepted"));
        MUST(slow.script("rollback"));
    }

    void aHeldConversationStopsNoOtherCompany()
    {
        Company other(*m_database, QStringLiteral("Other"));
        const auto device = m_company->signIn(m_agent);
        Connection holder = m_company->connect(device);
        MUST(holder.script("begin; lock table conversure.conversations in access share mode"));
        MUST(reserve(holder, m_company->conversationOf(phone)));
        Connection colleague = m_company->connect(m_company->signIn(m_boss));
        MUST(colleague.script("set lock_timeout = '50ms'"));
        QCOMPARE(verdict(reserve(colleague, m_company->conversationOf(phone))), QStringLiteral("55P03"));
        other.receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"));
        Connection elsewhere = other.connect(other.signIn(other.addPerson()));
        QCOMPARE(verdict(reserve(elsewhere, other.conversationOf(phone))), QStringLiteral("accepted"));
        QVERIFY(number(m_relay, "select relay.reap('0 s')") >= 1);
        QVERIFY(eventually([&] {
            return verdict(reserve(colleague, m_company->conversationOf(phone))) == QStringLiteral("accepted");
        }));
    }

    void aTransactionOfAnyKindIsEnded_data()
    {
        QTest::addColumn<QByteArray>("statement");
        // None of these can be ended by a time-out that its owner has not switched off.
        QTest::newRow("idle") << QByteArray("begin; select 1");
        QTest::newRow("failed") << QByteArray("begin; savepoint s");
        QTest::newRow("cursor") << QByteArray("begin; declare c cursor for select generate_series(1, 100000000); "
                                              "fetch 10 from c");
        QTest::newRow("snapshot") << QByteArray("begin isolation level repeatable read; select 1");
    }

    void aTransactionOfAnyKindIsEnded()
    {
        QFETCH(QByteArray, statement);
        Connection client = m_company->connect(m_company->signIn(m_agent));
        const qint64 pid = pidOf(client);
        MUST(client.script("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; " + statement));
        QVERIFY(number(m_relay, "select relay.reap('0 s')") >= 1);
        QVERIFY(eventually([&] { return !isThere(pid); }));
    }

    void aBusyStatementIsEnded_data()
    {
        QTest::addColumn<QByteArray>("statement");
        QTest::newRow("sleeps") << QByteArray("select pg_sleep(600)");
        QTest::newRow("counts") << QByteArray("select count(*) from generate_series(1, 1000000000) a");
        QTest::newRow("sorts") << QByteArray("select a from generate_series(1, 1000000000) a order by -a");
        QTest::newRow("loops") << QByteArray("do $$ begin loop begin perform pg_sleep(0.001); exception when "
                                             "others then null; end; end loop; end $$");
        QTest::newRow("catches its end") << QByteArray(
            "do $$ begin loop begin perform pg_sleep(600); exception when query_canceled or admin_shutdown or others "
            "then null; end; end loop; end $$");
    }

    void aBusyStatementIsEnded()
    {
        QFETCH(QByteArray, statement);
        Connection client = m_company->connect(m_company->signIn(m_agent));
        const qint64 pid = pidOf(client);
        std::thread busy([&] { (void)client.run(statement); });
        QVERIFY(eventually([&] {
            return number(m_admin, "select count(*) from pg_stat_activity where pid = $1::integer and state = 'active'",
                       {param(pid)})
                == 1;
        }));
        MUST(m_relay.run("select relay.reap('0 s')"));
        const bool ended = eventually([&] { return !isThere(pid); });
        if (!ended)
            MUST(m_admin.run("select pg_terminate_backend($1::integer)", {param(pid)}));
        busy.join();
        QVERIFY(ended);
    }

    void diskIsBounded()
    {
        Connection client = m_company->connect(m_company->signIn(m_agent));
        QCOMPARE(text(client, "select current_setting('temp_file_limit')"), QStringLiteral("256MB"));
        QCOMPARE(verdict(client, "set temp_file_limit = -1"), QStringLiteral("42501"));
        QCOMPARE(number(client, "select current_setting('max_prepared_transactions')"), 0);
        QCOMPARE(number(client, "select current_setting('jit')::boolean::integer"), 0);
    }

    void notificationsOfOneClientDoNotKeepTheRelayBusy()
    {
        QTemporaryDir state;
        RelayProgram relay(m_database->adminUrl(), state.path());
        MUST(m_admin.script("alter database " + m_admin.identifier(text(m_admin, "select current_database()"))
            + " set track_functions = 'all'"));
        QVERIFY(relay.start());
        const auto looks = [&] {
            return number(m_admin,
                "select coalesce(sum(calls), 0) from pg_stat_user_functions where schemaname = 'relay' and funcname = "
                "'feed_tail'");
        };
        QVERIFY(eventually([&] { return looks() > 0; }));
        const qint64 before = looks();
        Connection client = m_company->connect(m_company->signIn(m_agent));
        QElapsedTimer time;
        time.start();
        int sent = 0;
        while (time.elapsed() < 1500 || sent <= 500) {
            MUST(client.run("select pg_notify('conversure_feed', $1)", {param(QString::number(++sent))}));
        }
        m_company->receive(phone, QStringLiteral("m2"), QStringLiteral("Still there"));
        const qint64 elapsed = time.elapsed();
        QVERIFY(eventually([&] { return looks() > before; }));
        MUST(m_relay.run("select 1")); // its figures come a second later at most
        const qint64 during = looks() - before;
        QVERIFY2(during <= (elapsed + 2000) / 15, qPrintable(QStringLiteral("%1 in %2 ms").arg(during).arg(elapsed)));
        QCOMPARE(relay.terminate(), 0);
    }

    void aListenerWhoDoesNotReadIsEnded()
    {
        // The server writes notifications into a socket that nobody reads, and holds the end of the queue meanwhile.
        Connection listener = m_company->connect(m_company->signIn(m_agent));
        const qint64 pid = pidOf(listener);
        MUST(listener.script("listen flood"));
        Connection sender = m_company->connect(m_company->signIn(m_boss));
        const auto stuck = [&] {
            return number(m_admin,
                       "select count(*) from pg_stat_activity where pid = $1::integer and wait_event = 'ClientWrite'",
                       {param(pid)})
                == 1;
        };
        for (int i = 0; i < 200 && !stuck(); ++i)
            MUST(sender.run("select pg_notify('flood', $1 || repeat('x', 7000) || n) from generate_series(1, 200) n",
                {param(QString::number(i))}));
        QVERIFY(stuck());
        QVERIFY(number(m_relay, "select relay.reap('0 s')") >= 1);
        QVERIFY(eventually([&] { return !isThere(pid); }));
        QVERIFY(eventually([&] {
            MUST(sender.run("notify flood"));
            return number(m_admin, "select (pg_notification_queue_usage() * 1000000)::bigint") == 0;
        }));
    }
};

CONVERSURE_TEST(FloodTest)
#include "FloodTest.moc"
