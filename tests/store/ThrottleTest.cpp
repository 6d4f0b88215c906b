// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <atomic>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// How often a password may be tried, and that nobody is locked out by somebody else's trying.
class ThrottleTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_door;

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_door = m_database->door();
    }

    void theDelayDoublesToAQuarterOfAnHour()
    {
        Database database;
        Company company(database);
        const auto person = company.addPerson();
        const QString unknown = QStringLiteral("nobody@example.com");
        Connection admin = database.admin();
        Connection door = database.door();
        qint64 clock = 0;
        qint64 expected = 1;
        for (int attempt = 1; attempt <= 12; ++attempt) {
            for (const QString &email : {person.email, unknown}) {
                const QJsonObject wrong = begin(door, email, wrongProof);
                QCOMPARE(outcome(wrong), QStringLiteral("ticket"));
                QCOMPARE(verdict(finish(door, wrong)), QStringLiteral("CV005"));
                QCOMPARE(delayOf(admin, email), expected);
                if (expected < 16)
                    continue; // over before a slow machine asks again
                // The right one has to wait, too.
                const QJsonObject right = begin(door, email, person.proof);
                QCOMPARE(outcome(right), QStringLiteral("limit"));
                const int left = right[QStringLiteral("retry_after")].toInt();
                QVERIFY(left > 0 && left <= expected);
            }
            clock += 901;
            database.moveClock(QStringLiteral("%1 seconds").arg(clock));
            expected = std::min<qint64>(expected * 2, 900);
        }
        QCOMPARE(expected, 900);
        QCOMPARE(verdict(finish(door, begin(door, person.email, person.proof))), QStringLiteral("accepted"));
        QCOMPARE(rowsAbout(admin, person.email).section(u' ', 0, 0), QStringLiteral("0"));
        begin(door, person.email, wrongProof);
        QCOMPARE(delayOf(admin, person.email), 1);
        // A day without a try is as good as a right password.
        begin(door, unknown, wrongProof);
        QCOMPARE(delayOf(admin, unknown), 900);
        database.moveClock(QStringLiteral("%1 seconds").arg(clock + 86'500));
        begin(door, unknown, wrongProof);
        QCOMPARE(delayOf(admin, unknown), 1);
    }

    void aFloodKeepsNoKnownComputerOut()
    {
        Company company(*m_database);
        const auto victim = company.addPerson();
        const auto colleague = company.addPerson();
        const auto attacker = company.addPerson();
        const QString desk = newSecret();
        const QString evil = newSecret();
        makeKnown(m_door, victim, desk);
        makeKnown(m_door, attacker, evil);
        raiseTries(m_admin, victim.email, 12);
        std::atomic<bool> isOver = false;
        std::atomic<int> tries = 0;
        std::thread flood([&] {
            atOnce(*m_database, 4, [&](Connection &door, int) {
                while (!isOver) {
                    begin(door, victim.email, wrongProof);
                    begin(door, victim.email, wrongProof, evil); // known, but of another account
                    begin(door, victim.email, wrongProof, newSecret());
                    begin(door, newId().toString() + u'@', wrongProof); // the hash has to be worked out
                    ++tries;
                }
                return QString();
            });
        });
        const bool isFlooded = eventually([&] { return tries > 20; });
        QStringList outcomes;
        for (int i = 0; i < 5; ++i)
            outcomes << verdict(finish(m_door, beginWhenThereIsRoom(m_door, victim, desk)));
        isOver = true;
        flood.join();
        QVERIFY(isFlooded);
        QCOMPARE(outcomes.join(u' '), QStringLiteral("accepted accepted accepted accepted accepted"));
        QCOMPARE(delayOf(m_admin, victim.email), 900);

        QCOMPARE(outcome(begin(m_door, victim.email, victim.proof)), QStringLiteral("limit"));
        QCOMPARE(outcome(begin(m_door, victim.email, victim.proof, evil)), QStringLiteral("limit"));
        QCOMPARE(verdict(finish(m_door, begin(m_door, victim.email, victim.proof, desk))), QStringLiteral("accepted"));
        QCOMPARE(verdict(finish(m_door, begin(m_door, colleague.email, colleague.proof))), QStringLiteral("accepted"));
        // That the known one got in says nothing about who floods.
        QCOMPARE(outcome(begin(m_door, victim.email, victim.proof)), QStringLiteral("limit"));
    }

    void whoIsSignedInIsNoStranger()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        const auto colleague = company.addPerson();
        Connection client = company.connect(company.signIn(person));
        for (const QString &email : {person.email, colleague.email}) {
            raiseTries(m_admin, email, 6);
            begin(m_door, email, wrongProof);
        }
        QCOMPARE(outcome(begin(m_door, person.email, person.proof)), QStringLiteral("limit"));
        QCOMPARE(outcome(begin(client, person.email, person.proof)), QStringLiteral("ticket"));
        QCOMPARE(outcome(begin(client, colleague.email, colleague.proof)), QStringLiteral("limit"));
        for (int i = 1; i < 10; ++i)
            QCOMPARE(outcome(begin(client, person.email, wrongProof)), QStringLiteral("ticket"));
        QCOMPARE(outcome(begin(client, person.email, person.proof)), QStringLiteral("limit"));
    }

    void aKnownComputerHasTenTriesInAQuarterOfAnHour()
    {
        Database database;
        Company company(database);
        const auto person = company.addPerson();
        Connection door = database.door();
        const QString desk = newSecret();
        makeKnown(door, person, desk);
        for (int i = 0; i < 9; ++i)
            QCOMPARE(outcome(begin(door, person.email, wrongProof, desk)), QStringLiteral("ticket"));
        QCOMPARE(verdict(finish(door, begin(door, person.email, person.proof, desk))), QStringLiteral("accepted"));
        for (int i = 0; i < 10; ++i)
            QCOMPARE(outcome(begin(door, person.email, wrongProof, desk)), QStringLiteral("ticket"));
        const QJsonObject full = begin(door, person.email, person.proof, desk);
        QCOMPARE(outcome(full), QStringLiteral("limit"));
        const int left = full[QStringLiteral("retry_after")].toInt();
        QVERIFY(left > 600 && left <= 900);
        // It is about this computer alone.
        QCOMPARE(verdict(finish(door, begin(door, person.email, person.proof))), QStringLiteral("accepted"));
        QCOMPARE(outcome(begin(door, person.email, person.proof, desk)), QStringLiteral("limit"));
        database.moveClock(QStringLiteral("15 minutes"));
        QCOMPARE(verdict(finish(door, begin(door, person.email, person.proof, desk))), QStringLiteral("accepted"));
    }

    void aTryThatIsRolledBackLeavesNoTicketAndShowsNoOutcome()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        QStringList seen;
        for (const QString &proof : {wrongProof, person.proof}) {
            raiseTries(m_admin, person.email, 6);
            MUST(m_door.script("begin; savepoint s"));
            const QJsonObject first = begin(m_door, person.email, proof);
            const QJsonObject second = begin(m_door, person.email, proof);
            QCOMPARE(outcome(first), QStringLiteral("ticket"));
            seen << outcome(second);
            QVERIFY(second[QStringLiteral("retry_after")].toInt() > 1);
            MUST(m_door.script("rollback to s"));
            QCOMPARE(verdict(finish(m_door, first)), QStringLiteral("CV001"));
            MUST(m_door.script("rollback"));
            QCOMPARE(verdict(finish(m_door, first)), QStringLiteral("CV001"));
            QCOMPARE(rowsAbout(m_admin, person.email), QStringLiteral("1 0"));
            QCOMPARE(delayOf(m_admin, person.email), 0);
            MUST(m_admin.run("delete from conversure.sign_in_buckets"));
        }
        QCOMPARE(seen, (QStringList{QStringLiteral("limit"), QStringLiteral("limit")}));
    }

    void otherIsolationsTryNothing()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        for (const char *level : {"repeatable read", "serializable", "read uncommitted"}) {
            MUST(m_door.script(QByteArray("begin isolation level ") + level));
            QCOMPARE(verdict(m_door, "select api.sign_in_begin($1, $2)", {param(person.email), param(person.proof)}),
                QStringLiteral("CV001"));
            MUST(m_door.script("rollback"));
        }
    }

    void sixteenAtOnceGetOneTry()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        raiseTries(m_admin, person.email, 6);
        const std::vector<QString> outcomes = atOnce(
            *m_database, 16, [&](Connection &door, int) { return outcome(begin(door, person.email, wrongProof)); });
        QCOMPARE(std::count(outcomes.begin(), outcomes.end(), QStringLiteral("ticket")), 1);
        QCOMPARE(delayOf(m_admin, person.email), 64);
    }

    void sixteenPeopleAtOnceAllGetIn()
    {
        Company company(*m_database);
        std::vector<Company::Person> people(16);
        for (Company::Person &person : people)
            person = company.addPerson();
        const std::vector<QString> outcomes = atOnce(*m_database, 16, [&people](Connection &door, int i) {
            return verdict(finish(door, beginWhenThereIsRoom(door, people.at(static_cast<size_t>(i)))));
        });
        QCOMPARE(std::count(outcomes.begin(), outcomes.end(), QStringLiteral("accepted")), 16);
    }

    void anIdleTransactionHoldsNobodyUp_data()
    {
        QTest::addColumn<bool>("triedBefore");
        QTest::newRow("the first try of all") << false;
        QTest::newRow("a later one") << true;
    }

    void anIdleTransactionHoldsNobodyUp()
    {
        QFETCH(bool, triedBefore);
        Company company(*m_database);
        const auto victim = company.addPerson();
        const QString desk = newSecret();
        makeKnown(m_door, victim, desk);
        QJsonObject before;
        if (triedBefore) {
            before = begin(m_door, victim.email, victim.proof);
            MUST(m_admin.run("update conversure.sign_in_buckets set next_at = last_at"));
        }

        Connection attacker = m_database->door();
        MUST(attacker.script("begin"));
        QCOMPARE(outcome(begin(attacker, victim.email, wrongProof)), QStringLiteral("ticket"));
        Connection door = m_database->door();
        door.setDeadline(10'000); // a call that waits is a call that fails
        QCOMPARE(outcome(begin(door, victim.email, victim.proof)), QStringLiteral("busy"));
        QCOMPARE(verdict(finish(door, begin(door, victim.email, victim.proof, desk))), QStringLiteral("accepted"));
        if (triedBefore) // nor is the second call stopped
            QCOMPARE(verdict(finish(door, before)), QStringLiteral("accepted"));
        QVERIFY(door.isOpen());
        MUST(m_admin.run("select conversure.purge_sign_ins()"));
        MUST(attacker.script("rollback"));
        QCOMPARE(verdict(finish(door, begin(door, victim.email, victim.proof))), QStringLiteral("accepted"));
    }

    void anAdminUnlocks()
    {
        Company company(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        const auto victim = company.addPerson();
        const auto boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto stranger = other.addPerson(QStringLiteral("COMPANY_ADMIN"));
        Connection bossClient = company.connect(company.signIn(boss));
        Connection strangerClient = other.connect(other.signIn(stranger));
        Connection victimClient = company.connect(company.signIn(victim));
        const QString desk = newSecret();
        makeKnown(m_door, victim, desk);
        for (int i = 0; i < 10; ++i)
            begin(m_door, victim.email, wrongProof, desk);
        raiseTries(m_admin, victim.email, 6);
        begin(m_door, victim.email, wrongProof);
        const QByteArray unlock = "select api.unlock($1::uuid)";
        QCOMPARE(verdict(strangerClient, unlock, {param(victim.id.value)}), QStringLiteral("CV003"));
        QCOMPARE(verdict(bossClient, unlock, {param(newId())}), QStringLiteral("CV003"));
        QCOMPARE(verdict(bossClient, unlock, {Param()}), QStringLiteral("CV003"));
        QCOMPARE(verdict(victimClient, unlock, {param(victim.id.value)}), QStringLiteral("CV002"));
        QCOMPARE(verdict(m_door, unlock, {param(victim.id.value)}), QStringLiteral("42501"));
        QCOMPARE(outcome(begin(m_door, victim.email, victim.proof, desk)), QStringLiteral("limit"));
        QCOMPARE(outcome(begin(m_door, victim.email, victim.proof)), QStringLiteral("limit"));

        QCOMPARE(verdict(bossClient, unlock, {param(victim.id.value)}), QStringLiteral("accepted"));
        QCOMPARE(rowsAbout(m_admin, victim.email).section(u' ', 0, 0), QStringLiteral("0"));
        QCOMPARE(verdict(finish(m_door, begin(m_door, victim.email, victim.proof))), QStringLiteral("accepted"));
        QCOMPARE(verdict(finish(m_door, begin(m_door, victim.email, victim.proof, desk))), QStringLiteral("accepted"));
        QCOMPARE(text(m_admin,
                     "select string_agg(action || ' ' || (subject_id = $2::uuid) || ' ' || (actor_id = $3::uuid), ',')"
                     " from conversure.audit_log where company_id = $1::uuid",
                     {param(company.id.value), param(victim.id.value), param(boss.id.value)}),
            QStringLiteral("user.unlocked true true"));
    }

    void whatWasCountedGoesAfterADay()
    {
        Database database;
        Connection admin = database.admin();
        Connection door = database.door();
        Connection relay = database.relay();
        const auto left = [&admin] {
            return text(admin,
                "select (select count(*) from conversure.sign_in_buckets) || ' ' ||"
                " (select count(*) from conversure.sign_in_tickets)");
        };
        for (const char *email : {"a@example.com", "b@example.com", "c@example.com"})
            begin(door, QString::fromLatin1(email), wrongProof);
        database.moveClock(QStringLiteral("23 hours"));
        MUST(relay.run("select relay.purge()"));
        QCOMPARE(left(), QStringLiteral("3 3"));
        database.moveClock(QStringLiteral("25 hours"));
        // Somebody who holds one keeps only that one.
        MUST(door.script("begin"));
        begin(door, QStringLiteral("b@example.com"), wrongProof);
        relay.setDeadline(10'000);
        MUST(relay.run("select relay.purge()"));
        QCOMPARE(left(), QStringLiteral("1 0"));
        MUST(door.script("rollback"));
        database.moveClock(QStringLiteral("25 hours 10 minutes")); // when it is due again
        MUST(relay.run("select relay.purge()"));
        QCOMPARE(left(), QStringLiteral("0 0"));
    }

    void secretsOfComputersHaveAForm_data()
    {
        QTest::addColumn<QString>("secret");
        QTest::addColumn<QString>("expected");
        QTest::newRow("base64url") << QString(43, u'-') << QStringLiteral("accepted");
        QTest::newRow("hexadecimal") << QString(64, u'f') << QStringLiteral("accepted");
        QTest::newRow("hexadecimal, large") << QString(64, u'F') << QStringLiteral("accepted");
        QTest::newRow("empty") << QString() << QStringLiteral("CV004");
        QTest::newRow("short") << QString(42, u'a') << QStringLiteral("CV004");
        QTest::newRow("long") << QString(44, u'a') << QStringLiteral("CV004");
        QTest::newRow("base64 with padding") << QString(43, u'a') + u'=' << QStringLiteral("CV004");
        QTest::newRow("no letters of it") << QString(64, u'g') << QStringLiteral("CV004");
        QTest::newRow("a line more") << QString(43, u'a') + u'\n' << QStringLiteral("CV004");
    }

    void secretsOfComputersHaveAForm()
    {
        QFETCH(QString, secret);
        QFETCH(QString, expected);
        QCOMPARE(verdict(m_door, "select api.sign_in_begin($1, $2, $3)",
                     {param(newId().toString() + u'@'), param(wrongProof), param(secret)}),
            expected);
    }

    void twentyComputersAreKnown()
    {
        Company company(*m_database);
        const auto person = company.addPerson();
        QStringList secrets;
        for (int i = 0; i < 21; ++i) {
            secrets << newSecret();
            makeKnown(m_door, person, secrets.last());
            if (i == 5) // used again, so that it is not the oldest any more
                makeKnown(m_door, person, secrets.first());
        }
        QCOMPARE(number(m_admin, "select count(*) from conversure.known_devices where user_id = $1::uuid",
                     {param(person.id.value)}),
            20);
        QCOMPARE(number(m_admin, "select count(*) from conversure.known_devices k where k::text like '%' || $1 || '%'",
                     {param(secrets.last())}),
            0);
        raiseTries(m_admin, person.email, 6);
        begin(m_door, person.email, wrongProof);
        QCOMPARE(outcome(begin(m_door, person.email, person.proof, secrets.at(0))), QStringLiteral("ticket"));
        QCOMPARE(outcome(begin(m_door, person.email, person.proof, secrets.at(1))), QStringLiteral("limit"));
        QCOMPARE(outcome(begin(m_door, person.email, person.proof, secrets.at(2))), QStringLiteral("ticket"));
        // And of its sessions the 20 newest live.
        QCOMPARE(text(m_admin,
                     "select count(*) filter (where ended_at is null) || ' ' || count(*) filter (where end_reason = "
                     "'too_many') from conversure.sessions where user_id = $1::uuid",
                     {param(person.id.value)}),
            QStringLiteral("20 2"));
    }
};

CONVERSURE_TEST(ThrottleTest)
#include "ThrottleTest.moc"
