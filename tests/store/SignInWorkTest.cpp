// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "vault/SignInTicket.h"

#include <QProcess>
#include <QRegularExpression>

#include <atomic>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// The work of a sign-in: the same whatever it finds out, bounded, and left behind by nobody.
class SignInWorkTest : public QObject
{
    Q_OBJECT

private:
    static constexpr int knownLane = 7166531;
    static constexpr int unknownLane = 7166532;

    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_door;
    std::unique_ptr<Company> m_company;
    Company::Person m_person;
    Company::Person m_deactivated;

    /// What there is to find out: name, e-mail, proof.
    struct Case {
        const char *name;
        QString email;
        QString proof;
    };
    QList<Case> cases() const
    {
        return {{"right", m_person.email, m_person.proof}, {"wrong", m_person.email, wrongProof},
            {"unknown", QStringLiteral("nobody@example.com"), wrongProof},
            {"unknown, before all others", QStringLiteral("!"), wrongProof},
            {"unknown, after all others", QStringLiteral("~"), wrongProof},
            {"deactivated", m_deactivated.email, m_deactivated.proof}};
    }

    /// How often the hash was worked out in one call, which is then rolled back.
    qint64 hashes(const QString &email, const QString &proof)
    {
        Connection counting = m_database->admin();
        MUST(counting.script("set track_functions = 'all'; begin"));
        MUST(counting.run("select api.sign_in_begin($1, $2)", {param(email), param(proof)}));
        const qint64 calls = number(
            counting, "select coalesce(sum(calls), 0) from pg_stat_xact_user_functions where funcname = 'crypt'");
        MUST(counting.script("rollback"));
        return calls;
    }

    qint64 locksOf(qint64 pid)
    {
        return number(
            m_admin, "select count(*) from pg_locks where locktype = 'advisory' and pid = $1::integer", {param(pid)});
    }

    static qint64 pidOf(Connection &connection) { return number(connection, "select pg_backend_pid()"); }

    /// Whether the connection with this name has asked for a ticket, and has had its answer.
    bool hasAsked(const QString &name)
    {
        return number(m_admin,
                   "select count(*) from pg_stat_activity where application_name = $1 and state = 'idle' and query "
                   "like '%sign_in_begin%'",
                   {param(name)})
            == 1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_door = m_database->door();
        m_company = std::make_unique<Company>(*m_database);
        m_person = m_company->addPerson();
        m_deactivated = m_company->addPerson();
        for (int i = 0; i < 20; ++i)
            m_company->addPerson();
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(m_deactivated.id.value)}));
        MUST(m_admin.script("vacuum analyze"));
    }

    void everyTryCostsOneHash()
    {
        for (const Case &each : cases())
            QVERIFY2(hashes(each.email, each.proof) == 1, each.name);
    }

    void whatIsRefusedCostsNone()
    {
        for (const QString &email : {m_person.email, QStringLiteral("nobody@example.com")}) {
            MUST(m_admin.run(
                "insert into conversure.sign_in_buckets select 'account', encode(sha256($1::bytea), 'hex'), "
                "3, at, at, at + interval '1 minute' from conversure.now() at",
                {param(email)}));
            QCOMPARE(hashes(email, wrongProof), 0);
            MUST(m_admin.run("update conversure.sign_in_buckets set next_at = last_at"));
            Connection holder = m_database->door();
            MUST(holder.script("begin"));
            QCOMPARE(outcome(begin(holder, email, wrongProof)), QStringLiteral("ticket"));
            QCOMPARE(outcome(begin(m_door, email, wrongProof)), QStringLiteral("busy"));
            QCOMPARE(hashes(email, wrongProof), 0);
            MUST(holder.script("rollback"));
            MUST(m_admin.run("delete from conversure.sign_in_buckets"));
        }
        MUST(m_admin.run("select pg_advisory_lock($1::integer, 1)", {param(qint64(unknownLane))}));
        QCOMPARE(hashes(m_person.email, m_person.proof), 0);
        MUST(m_admin.run("select pg_advisory_unlock($1::integer, 1)", {param(qint64(unknownLane))}));
    }

    void theSameIsReadAndWrittenWhateverIsFoundOut()
    {
        // Anybody may ask how many pages a call has touched and how much it has logged, and roll it back.
        QStringList work;
        for (const Case &each : cases()) {
            QString least;
            for (int i = 0; i < 5; ++i) {
                MUST(m_door.script("begin"));
                const QString plan = column(m_door,
                    "explain (analyze, buffers, wal, costs off, timing off, summary off) select api.sign_in_begin("
                        + m_door.literal(each.email) + ", " + m_door.literal(each.proof) + ")")
                                         .join(u'\n');
                MUST(m_door.script("rollback"));
                static const QRegularExpression figures(
                    QStringLiteral("Buffers: shared hit=(\\d+)\\n.*WAL: records=(\\d+) bytes=(\\d+)"));
                const QRegularExpressionMatch found = figures.match(plan);
                if (found.hasMatch()) { // else something was read from the disk or logged whole: another time
                    const QString now = found.captured(1).rightJustified(6, u'0') + u' ' + found.captured(2) + u' '
                        + found.captured(3).rightJustified(8, u'0');
                    least = least.isEmpty() ? now : std::min(least, now);
                }
            }
            QVERIFY2(!least.isEmpty(), each.name);
            work << least;
        }
        for (const QString &each : work)
            QCOMPARE(each, work.first());
    }

    void ticketsLookAlikeWhateverIsFoundOut()
    {
        for (const Case &each : cases())
            begin(m_door, each.email, each.proof);
        QCOMPARE(number(m_admin, "select count(distinct pg_column_size(t)) from conversure.sign_in_tickets t"), 1);
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
    }

    void statisticsTellNothing_data()
    {
        QTest::addColumn<QString>("statement");
        for (const char *statement : {"select pg_stat_get_xact_tuples_fetched('conversure.users_pkey'::regclass)",
                 "select pg_stat_get_xact_numscans('conversure.users_pkey'::regclass)",
                 "select pg_stat_get_tuples_fetched('conversure.accounts_pkey'::regclass)",
                 "select * from pg_stat_xact_all_tables", "select * from pg_stat_all_indexes",
                 "select * from pg_statio_all_tables", "select * from pg_stat_database", "select * from pg_stat_wal",
                 "select * from pg_stat_xact_user_functions", "select pg_try_advisory_xact_lock(7166531, 1)"})
            QTest::newRow(statement) << QString::fromLatin1(statement);
    }

    void statisticsTellNothing()
    {
        QFETCH(QString, statement);
        QCOMPARE(verdict(m_door, statement.toUtf8()), QStringLiteral("42501"));
        Connection client = m_company->connect(m_company->signIn(m_person));
        QCOMPARE(verdict(client, statement.toUtf8()), QStringLiteral("42501"));
        QCOMPARE(verdict(m_admin, statement.toUtf8()), QStringLiteral("accepted"));
    }

    void aPlanTellsNothing()
    {
        // debug_print_plan is everybody's own setting, and shows the values inside of functions.
        QProcess psql;
        psql.setProcessChannelMode(QProcess::MergedChannels);
        psql.start(QStringLiteral("psql"), {QStringLiteral("-X"), QStringLiteral("-q"), m_database->doorUrl()});
        psql.write("set plan_cache_mode = force_custom_plan; set client_min_messages = log;\n"
                   "set debug_print_plan = on; set debug_print_rewritten = off;\n"
                   "begin; select api.sign_in_begin('"
            + m_person.email.toUtf8() + "', '" + m_person.proof.toUtf8() + "'); rollback;\n");
        psql.closeWriteChannel();
        QVERIFY(psql.waitForFinished(60'000));
        const QString output = QString::fromUtf8(psql.readAll());
        QVERIFY2(output.contains(QStringLiteral("ticket")), qPrintable(output));
        QCOMPARE(output.count(QStringLiteral("LOG:  plan:")), 1); // that of the caller's own statement
    }

    void everyFunctionKeepsItsPlansToItself()
    {
        QCOMPARE(column(m_admin,
                     "select p.oid::regprocedure::text from pg_proc p where p.prosecdef and "
                     "p.pronamespace::regnamespace::text in ('conversure', 'api', 'relay') and not "
                     "coalesce('debug_print_plan=off' = any (p.proconfig), false)"),
            QStringList());
    }

    void theSlotsAreTheStores_data()
    {
        QTest::addColumn<int>("lane");
        QTest::addColumn<int>("slots");
        QTest::addColumn<QString>("known");
        QTest::addColumn<QString>("unknown");
        QTest::newRow("free") << 0 << 1 << QStringLiteral("ticket") << QStringLiteral("ticket");
        QTest::newRow("the unknown are many") << unknownLane << 1 << QStringLiteral("ticket") << QStringLiteral("busy");
        QTest::newRow("the known are many") << knownLane << 1 << QStringLiteral("busy") << QStringLiteral("ticket");
        QTest::newRow("a second slot") << unknownLane << 2 << QStringLiteral("ticket") << QStringLiteral("ticket");
    }

    void theSlotsAreTheStores()
    {
        QFETCH(int, lane);
        QFETCH(int, slots);
        QFETCH(QString, known);
        QFETCH(QString, unknown);
        const QString desk = newSecret();
        MUST(finish(m_door, begin(m_door, m_person.email, m_person.proof, desk)));
        MUST(m_admin.run("update conversure.installation set sign_in_slots = $1::integer", {param(qint64(slots))}));
        Connection holder = m_database->admin();
        MUST(holder.run("select pg_advisory_lock($1::integer, 1)", {param(qint64(lane))}));
        const QJsonObject knownBegun = begin(m_door, m_person.email, m_person.proof, desk);
        const QJsonObject unknownBegun = begin(m_door, m_person.email, m_person.proof);
        MUST(m_admin.run("update conversure.installation set sign_in_slots = 1"));
        // Now, and not whenever the server has noticed that the connection is closed.
        MUST(holder.run("select pg_advisory_unlock($1::integer, 1)", {param(qint64(lane))}));
        QCOMPARE(outcome(knownBegun), known);
        QCOMPARE(outcome(unknownBegun), unknown);
        for (const QJsonObject &begun : {knownBegun, unknownBegun}) {
            if (outcome(begun) == QStringLiteral("busy"))
                QCOMPARE(begun[QStringLiteral("retry_after")].toInt(), 1);
            else
                MUST(finish(m_door, begun));
        }
        // Being busy is no try.
        QCOMPARE(number(m_admin, "select count(*) from conversure.sign_in_buckets"), 0);
    }

    void aClientWaitsForASlot()
    {
        Connection holder = m_database->admin();
        MUST(holder.run("select pg_advisory_lock($1::integer, 1)", {param(qint64(unknownLane))}));
        Connection patient = MUST(Connection::open(m_database->doorUrl(), QStringLiteral("patient")));
        QString ticket;
        std::thread client([&] {
            const auto got = vault::signInTicket(patient, m_person.email, m_person.proof, {});
            ticket = got ? *got : got.error().code;
        });
        const bool isWaiting = eventually([this] { return hasAsked(QStringLiteral("patient")); });
        holder.close();
        client.join();
        QVERIFY(isWaiting);
        QCOMPARE(ticket.size(), 48);
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
    }

    void aClientThatWaitsIsInterrupted()
    {
        Connection holder = m_database->admin();
        MUST(holder.run("select pg_advisory_lock($1::integer, 1)", {param(qint64(unknownLane))}));
        const int interrupt = ::eventfd(0, EFD_CLOEXEC);
        Connection patient = MUST(Connection::open(m_database->doorUrl(), QStringLiteral("interrupted")));
        patient.setInterrupt(interrupt);
        QString code;
        std::thread client([&] {
            const auto got = vault::signInTicket(patient, m_person.email, m_person.proof, {});
            code = got ? QStringLiteral("a ticket") : got.error().code;
        });
        const bool isWaiting = eventually([this] { return hasAsked(QStringLiteral("interrupted")); });
        ::eventfd_write(interrupt, 1);
        client.join();
        ::close(interrupt);
        QVERIFY(isWaiting);
        QCOMPARE(code, QStringLiteral("store:lost"));
    }

    void aClientIsToldHowLongToWait()
    {
        MUST(
            m_admin.run("insert into conversure.sign_in_buckets select 'account', encode(sha256($1::bytea), 'hex'), 9, "
                        "at, at, at + interval '4 minutes' from conversure.now() at",
                {param(m_person.email)}));
        const auto refused = vault::signInTicket(m_door, m_person.email, m_person.proof, {});
        QCOMPARE(verdict(refused), QStringLiteral("CV007"));
        QCOMPARE(refused.error().kind, ErrorKind::Refused);
        const int left = refused.error().detail[QStringLiteral("retry_after")].toInt();
        QVERIFY(left > 120 && left <= 240);
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
    }

    void aCancelledTryLeavesNoLock()
    {
        // One's own statements can be cancelled by anybody who holds the connection, as often as they like.
        Connection hostile = m_database->door();
        const qint64 pid = pidOf(hostile);
        std::atomic<bool> isOver = false;
        std::thread canceller([&] {
            Connection admin = m_database->admin();
            while (!isOver) {
                // In bursts, so that one comes while the one before is being dealt with.
                MUST(admin.run(
                    "select count(pg_cancel_backend($1::integer)) from generate_series(1, 200)", {param(pid)}));
                admin.pause(QRandomGenerator::global()->bounded(0, 60));
            }
        });
        int cancelled = 0;
        const QDeadlineTimer deadline(60'000);
        while (cancelled < 60 && !deadline.hasExpired()) {
            const QString code = verdict(
                hostile, "select api.sign_in_begin($1, $2)", {param(newId().toString() + u'@'), param(wrongProof)});
            cancelled += code == QStringLiteral("57014") ? 1 : 0;
        }
        isOver = true;
        canceller.join();
        QVERIFY(cancelled >= 60);
        QCOMPARE(locksOf(pid), 0);
        QVERIFY(hostile.isOpen());
        QCOMPARE(outcome(begin(m_door, m_person.email, m_person.proof)), QStringLiteral("ticket"));
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
    }

    void anErrorThatIsCaughtLeavesNoLock()
    {
        MUST(m_admin.script("update conversure.installation set dummy_hash = conversure_ext.crypt('x', "
                            "conversure_ext.gen_salt('bf', 12))")); // longer than the time-out on any machine
        Connection hostile = m_database->door();
        MUST(hostile.script("begin; set local statement_timeout = '5ms'; savepoint s"));
        const QByteArray ask = "select api.sign_in_begin(gen_random_uuid()::text, repeat('w', 43))";
        QCOMPARE(verdict(hostile, ask), QStringLiteral("57014"));
        MUST(hostile.script("rollback to s"));
        QCOMPARE(locksOf(pidOf(hostile)), 0);
        QCOMPARE(verdict(hostile,
                     "do $$ begin perform api.sign_in_begin('x@', repeat('w', 43)); exception when "
                     "query_canceled then null; end $$"),
            QStringLiteral("accepted"));
        QCOMPARE(locksOf(pidOf(hostile)), 0);
        MUST(hostile.script("set local statement_timeout = 0"));
        MUST(hostile.run(ask));
        QCOMPARE(locksOf(pidOf(hostile)), 0); // also while the transaction is still open
        MUST(hostile.script("rollback"));
    }
};

CONVERSURE_TEST(SignInWorkTest)
#include "SignInWorkTest.moc"
