// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/Migrator.h"

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Bringing a database to the newest schema, on a cluster of its own: roles belong to the cluster.
class MigrationTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char plain[] = " encoding 'UTF8' locale 'C.UTF-8' template template0";

    QTemporaryDir m_folder{QStringLiteral("/tmp/cvmigrate-XXXXXX")};
    std::unique_ptr<PrivateCluster> m_cluster;
    Connection m_root;

    Connection open(const QString &database) const
    {
        return MUST(Connection::open(m_cluster->adminUrl(database), QStringLiteral("test")));
    }

    /// An empty database.
    QString create(const char *name, const QByteArray &options = plain)
    {
        MUST(m_root.script(QByteArray("create database ") + name + options));
        return QString::fromLatin1(name);
    }

    static Result<Migrator::Report> migrate(Connection &connection, const Migrator::Passwords &passwords = {})
    {
        return Migrator(connection, sql()).migrate(passwords);
    }

    QJsonObject run(const QString &database, const QStringList &arguments = {}) const
    {
        return RelayProgram(m_cluster->adminUrl(database), m_folder.path())
            .command(QStringList{QStringLiteral("migrate")} + arguments);
    }

    QString ourRoles()
    {
        return text(m_root,
            "select string_agg(rolname, ' ') from pg_roles where rolname like 'conversure\\_%' and rolname <> "
            "'conversure_admin'");
    }

    /// All that a migration could have changed, as text.
    static QString facts(Connection &connection)
    {
        return column(connection,
            "select fact from ("
            " select 'table ' || c.oid::regclass || ' ' || c.relowner::regrole || ' ' || c.relrowsecurity || "
            "c.relforcerowsecurity || ' ' || coalesce(array(select a from unnest(c.relacl::text[]) a order by "
            "1)::text, '') as fact"
            "   from pg_class c where c.relnamespace::regnamespace::text in ('conversure', 'api', 'relay')"
            " union all select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, "
            "a.atttypmod) || coalesce(array(select x from unnest(a.attacl::text[]) x order by 1)::text, '')"
            "   from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = "
            "'conversure'::regnamespace and a.attnum > 0"
            " union all select 'function ' || p.oid::regprocedure || ' ' || p.proowner::regrole || ' ' || "
            "md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)) || p.prosecdef || coalesce(p.proconfig::text, '') "
            "|| "
            "coalesce(array(select x from "
            "unnest(p.proacl::text[]) x order by 1)::text, '')"
            "   from pg_proc p where p.pronamespace::regnamespace::text in ('conversure', 'api', 'relay')"
            " union all select 'policy ' || p::text from pg_policies p"
            " union all select 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where "
            "not tgisinternal"
            " union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from "
            "pg_constraint where connamespace = 'conversure'::regnamespace"
            " union all select 'role ' || rolname || ' ' || concat_ws(' ', rolsuper, rolinherit, rolcreaterole, "
            "rolcreatedb, rolcanlogin, rolbypassrls, rolconnlimit, rolpassword) from pg_authid where rolname like "
            "'conversure%'"
            " union all select 'member ' || roleid::regrole || ' ' || member::regrole || ' ' || admin_option from "
            "pg_auth_members"
            " union all select 'database ' || datname || ' ' || array(select x from unnest(datacl::text[]) x order by "
            "1)::text from pg_database"
            " union all select 'setting ' || setdatabase || ' ' || setrole || ' ' || setconfig::text from "
            "pg_db_role_setting"
            " union all select 'schema ' || nspname || ' ' || array(select x from unnest(nspacl::text[]) x order by "
            "1)::text from pg_namespace"
            " union all select 'default ' || defaclrole::regrole || ' ' || defaclacl::text from pg_default_acl"
            " union all select 'migration ' || version || ' ' || name || ' ' || checksum from "
            "conversure.schema_migrations"
            ") facts order by fact")
            .join(u'\n');
    }

    static QString firstDifference(const QString &one, const QString &other)
    {
        const QStringList a = one.split(u'\n');
        const QStringList b = other.split(u'\n');
        for (qsizetype i = 0; i < std::max(a.size(), b.size()); ++i) {
            if (a.value(i) != b.value(i))
                return a.value(i) + QStringLiteral(" → ") + b.value(i);
        }
        return {};
    }

    void dropEverything()
    {
        for (const QString &database : column(
                 m_root, "select datname from pg_database where datname not in ('postgres', 'template0', 'template1')"))
            MUST(m_root.script("drop database " + m_root.identifier(database) + " with (force)"));
        for (const QString &role : column(m_root,
                 "select rolname from pg_roles where rolname like 'conversure\\_%' and rolname <> 'conversure_admin'"))
            MUST(m_root.script("drop role " + m_root.identifier(role)));
    }

    /// An empty database in a cluster that has our roles already, since another of its databases was migrated.
    Connection newBesideAWholeOne()
    {
        create("whole");
        Connection whole = open(QStringLiteral("whole"));
        MUST(migrate(whole));
        create("failing");
        return open(QStringLiteral("failing"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile::setPermissions(
            m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ExeOther | QFile::ReadOther);
        m_cluster = MUST(PrivateCluster::start({m_folder.filePath(QStringLiteral("pg")), false, {}}));
        m_root = open(QStringLiteral("postgres"));
    }

    void cleanupTestCase()
    {
        m_root.close();
        m_cluster.reset();
    }

    /// Each test begins with a cluster that has never heard of Conversure.
    void cleanup() { dropEverything(); }

    void theProgramMakesASchemaAndTellsThePasswordsOnce()
    {
        create("first");
        const QJsonObject made = run(QStringLiteral("first"));
        QCOMPARE(made.keys().join(u' '), QStringLiteral("door_password exit relay_password schema"));
        QCOMPARE(made[QStringLiteral("exit")].toInt(-1), 0);
        QCOMPARE(made[QStringLiteral("schema")].toInt(), Migrator::newestSchema(sql()));
        const QString url = m_cluster->adminUrl(QStringLiteral("first"));
        const QString door = made[QStringLiteral("door_password")].toString();
        const QString relay = made[QStringLiteral("relay_password")].toString();
        QVERIFY(door.size() >= 32 && relay.size() >= 32 && door != relay);
        QVERIFY(Connection::open(
            Connection::urlWithUser(url, QStringLiteral("conversure_door"), door), QStringLiteral("test")));
        QVERIFY(Connection::open(
            Connection::urlWithUser(url, QStringLiteral("conversure_relay"), relay), QStringLiteral("test")));
        QCOMPARE(verdict(Connection::open(
                     Connection::urlWithUser(url, QStringLiteral("conversure_relay"), door), QStringLiteral("test"))),
            QStringLiteral("28P01"));

        create("second");
        for (const char *again : {"first", "second"}) {
            const QJsonObject repeated = run(QString::fromLatin1(again));
            QCOMPARE(repeated[QStringLiteral("exit")].toInt(-1), 0);
            QVERIFY(repeated[QStringLiteral("door_password")].isNull()
                && repeated[QStringLiteral("relay_password")].isNull());
        }
        QVERIFY(Connection::open(
            Connection::urlWithUser(url, QStringLiteral("conversure_door"), door), QStringLiteral("test")));
    }

    void aGuessCostsAsMuchAsItMay()
    {
        create("dear");
        Connection connection = open(QStringLiteral("dear"));
        MUST(migrate(connection));
        QCOMPARE(text(connection,
                     "select concat_ws(' ', kdf_ops, kdf_mem_kib, left(dummy_hash, 7), left(conversure.new_salt(), 7)) "
                     "from conversure.installation"),
            QStringLiteral("3 262144 $2a$10$ $2a$10$"));
    }

    void theProgramTakesPasswordsFromItsEnvironment()
    {
        create("env");
        qputenv("CONVERSURE_DOOR_PASSWORD", "door of the environment");
        qputenv("CONVERSURE_RELAY_PASSWORD", "relay 'of' the environment");
        const QJsonObject made = run(QStringLiteral("env"));
        qunsetenv("CONVERSURE_DOOR_PASSWORD");
        qunsetenv("CONVERSURE_RELAY_PASSWORD");
        QCOMPARE(made[QStringLiteral("door_password")].toString(), QStringLiteral("door of the environment"));
        QCOMPARE(made[QStringLiteral("relay_password")].toString(), QStringLiteral("relay 'of' the environment"));
        QVERIFY(Connection::open(Connection::urlWithUser(m_cluster->adminUrl(QStringLiteral("env")),
                                     QStringLiteral("conversure_relay"), QStringLiteral("relay 'of' the environment")),
            QStringLiteral("test")));
        QCOMPARE(number(m_root,
                     "select count(*) from pg_authid where rolname like 'conversure\\_%' and rolpassword is not null "
                     "and rolpassword not like 'SCRAM-SHA-256$%'"),
            0);
    }

    void theProgramSaysHowItFailed()
    {
        create("codes");
        const QString url = m_cluster->adminUrl(QStringLiteral("codes"));
        const auto failing = [&](const QString &database, const QStringList &more = {}) {
            const QJsonObject answer =
                RelayProgram(database, m_folder.path()).command(QStringList{QStringLiteral("migrate")} + more);
            const QJsonValue error = answer[QStringLiteral("error")];
            return QStringLiteral("%1 %2 %3")
                .arg(answer[QStringLiteral("exit")].toInt())
                .arg(error[QStringLiteral("code")].toString(),
                    error[QStringLiteral("message")].toString().isEmpty() ? QStringLiteral("silent")
                                                                          : QStringLiteral("told"));
        };
        QCOMPARE(failing(QString()), QStringLiteral("2 usage told"));
        QCOMPARE(failing(url, {QStringLiteral("--nonsense")}), QStringLiteral("2 usage told"));
        QCOMPARE(
            failing(QStringLiteral("postgresql://x:y@/db?host=/nowhere")), QStringLiteral("3 store:unreachable told"));
        QCOMPARE(failing(Connection::urlWithUser(url, QStringLiteral("conversure_admin"), QStringLiteral("wrong"))),
            QStringLiteral("4 28P01 told"));
        Connection connection = open(QStringLiteral("codes"));
        MUST(migrate(connection));
        MUST(connection.run("insert into conversure.schema_migrations values (9999, 'later', 'x')"));
        QCOMPARE(failing(url), QStringLiteral("5 schema:newer told"));
    }

    void repeatingChangesNothing()
    {
        create("again");
        Connection connection = open(QStringLiteral("again"));
        MUST(migrate(connection));
        const QString before = facts(connection);
        QVERIFY(before.count(u'\n') > 300);
        const auto repeated = MUST(migrate(connection));
        QVERIFY(!repeated.doorPassword && !repeated.relayPassword);
        QCOMPARE(firstDifference(before, facts(connection)), QString());
        // Also when the functions and policies are all made again.
        MUST(connection.run("update conversure.schema_migrations set checksum = 'older' where version = 0"));
        MUST(migrate(connection));
        QCOMPARE(firstDifference(before, facts(connection)), QString());
    }

    void anEditedMigrationIsRefused()
    {
        create("edited");
        Connection connection = open(QStringLiteral("edited"));
        MUST(migrate(connection));
        MUST(connection.run("update conversure.schema_migrations set checksum = 'another' where version = 1"));
        MUST(connection.script("alter database edited reset jit"));
        const QString before = facts(connection);
        const auto refused = migrate(connection);
        QCOMPARE(verdict(refused), QStringLiteral("schema:edited"));
        QVERIFY(refused.error().message.contains(QStringLiteral("0001_foundation")));
        QCOMPARE(firstDifference(before, facts(connection)), QString());
    }

    void aNewerSchemaIsLeftAlone()
    {
        create("newer");
        Connection connection = open(QStringLiteral("newer"));
        MUST(migrate(connection));
        MUST(connection.run("insert into conversure.schema_migrations values (9999, 'later', 'x')"));
        MUST(connection.script("alter database newer reset jit; alter role conversure_door connection limit 3"));
        const QString before = facts(connection);
        const auto refused = migrate(connection);
        QCOMPARE(verdict(refused), QStringLiteral("schema:newer"));
        QVERIFY(refused.error().message.contains(QStringLiteral("9999")));
        QCOMPARE(firstDifference(before, facts(connection)), QString());
    }

    void aDatabaseThatCannotKeepOurTextIsRefused_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("word");
        QTest::newRow("SQL_ASCII") << QByteArray(" encoding 'SQL_ASCII' locale 'C' template template0")
                                   << QStringLiteral("schema:encoding") << QStringLiteral("SQL_ASCII");
        QTest::newRow("LATIN1") << QByteArray(" encoding 'LATIN1' locale 'C' template template0")
                                << QStringLiteral("schema:encoding") << QStringLiteral("LATIN1");
        QTest::newRow("WIN1251") << QByteArray(" encoding 'WIN1251' locale 'C' template template0")
                                 << QStringLiteral("schema:encoding") << QStringLiteral("WIN1251");
        QTest::newRow("LC_CTYPE C") << QByteArray(" encoding 'UTF8' locale 'C' template template0")
                                    << QStringLiteral("schema:ctype") << QStringLiteral("LC_CTYPE 'C.UTF-8'");
    }

    void aDatabaseThatCannotKeepOurTextIsRefused()
    {
        QFETCH(QByteArray, options);
        QFETCH(QString, code);
        QFETCH(QString, word);
        create("odd", options);
        Connection connection = open(QStringLiteral("odd"));
        const auto refused = migrate(connection);
        QCOMPARE(verdict(refused), code);
        QCOMPARE(refused.error().kind, ErrorKind::Refused);
        QVERIFY2(refused.error().message.contains(word), qPrintable(refused.error().message));
        QCOMPARE(ourRoles(), QString());
        QCOMPARE(
            number(connection,
                "select count(*) from pg_namespace where nspname in ('conversure', 'api', 'relay', 'conversure_ext')"),
            0);
    }

    void aMigrationThatFailsLeavesNothing()
    {
        Connection connection = newBesideAWholeOne();
        // A table of the same name stands in the way of the middle of the first migration.
        MUST(connection.script(
            "create schema conversure authorization conversure_owner; create table conversure.messages (x integer);"
            " alter table conversure.messages owner to conversure_owner"));
        const auto refused = migrate(connection);
        QCOMPARE(verdict(refused), QStringLiteral("schema:failed"));
        QVERIFY2(refused.error().message.contains(QStringLiteral("0001_foundation"))
                && refused.error().message.contains(QStringLiteral("messages")),
            qPrintable(refused.error().message));
        QCOMPARE(text(connection,
                     "select string_agg(relname, ' ' order by relname) from pg_class where relnamespace = "
                     "'conversure'::regnamespace and relkind in ('r', 'S', 'v')"),
            QStringLiteral("messages schema_migrations"));
        QCOMPARE(number(connection, "select count(*) from conversure.schema_migrations"), 0);
        MUST(connection.script("drop table conversure.messages"));
        QCOMPARE(verdict(migrate(connection)), QStringLiteral("accepted"));
    }

    void tablesWithoutTheirFunctionsAreNotLeftEither()
    {
        Connection connection = newBesideAWholeOne();
        // A function that belongs to somebody else cannot be replaced.
        MUST(connection.script("create schema conversure authorization conversure_owner;"
                               "create function conversure.refuse(text, text, jsonb) returns void language sql as ''"));
        const auto refused = migrate(connection);
        QCOMPARE(verdict(refused), QStringLiteral("schema:failed"));
        QVERIFY2(refused.error().message.contains(QStringLiteral("10_rules")), qPrintable(refused.error().message));
        QCOMPARE(number(connection, "select count(*) from conversure.schema_migrations"), 0);
        MUST(connection.script("drop function conversure.refuse(text, text, jsonb)"));
        QCOMPARE(verdict(migrate(connection)), QStringLiteral("accepted"));
    }

    void aBeginningThatFailsLeavesNothing()
    {
        create("failing");
        Connection connection = open(QStringLiteral("failing"));
        // The roles are made before the record of migrations, and something else has its name.
        MUST(connection.script("create schema conversure; create view conversure.schema_migrations as select 1 as "
                               "version, 'x' as checksum where false"));
        QVERIFY(!migrate(connection));
        QCOMPARE(ourRoles(), QString());
    }

    void whoeverMigratesAtOnceSucceeds_data()
    {
        QTest::addColumn<QStringList>("databases");
        QTest::newRow("one database") << QStringList{
            QStringLiteral("one"), QStringLiteral("one"), QStringLiteral("one")};
        QTest::newRow("three databases") << QStringList{
            QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")};
    }

    void whoeverMigratesAtOnceSucceeds()
    {
        QFETCH(QStringList, databases);
        for (const char *name : {"one", "two", "three"})
            create(name);
        QStringList outcomes(databases.size());
        std::atomic<int> passwords = 0;
        std::vector<std::thread> threads;
        for (qsizetype i = 0; i < databases.size(); ++i) {
            threads.emplace_back([&, i, outcome = &outcomes[i]] {
                Connection connection = open(databases.at(i));
                const auto report = migrate(connection, {QStringLiteral("same"), QStringLiteral("same")});
                *outcome = report ? QStringLiteral("accepted") : report.error().code + u' ' + report.error().message;
                passwords += report && report->doorPassword ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        for (const QString &outcome : std::as_const(outcomes))
            QCOMPARE(outcome, QStringLiteral("accepted"));
        QVERIFY(passwords >= 1);
        for (const QString &database : std::as_const(databases)) {
            Connection connection = open(database);
            QCOMPARE(number(connection, "select max(version) from conversure.schema_migrations"),
                Migrator::newestSchema(sql()));
        }
        QVERIFY(Connection::open(Connection::urlWithUser(m_cluster->adminUrl(databases.first()),
                                     QStringLiteral("conversure_door"), QStringLiteral("same")),
            QStringLiteral("test")));
    }
};

CONVERSURE_TEST(MigrationTest)
#include "MigrationTest.moc"
