// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "Pooler.h"
#include "TestMain.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A modified client: raw SQL under the role of a device that is properly signed in. All of it straight to the server,
/// and behind a pooler in transaction mode under the device's own login and under one that all share.
class HostileTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");
    static constexpr char leaseSecret[] = "0123456789abcdef0123";

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Company> m_company;
    std::unique_ptr<Company> m_other;
    Company::Person m_agent;
    Company::Device m_device;
    Company::Device m_colleague;
    std::unique_ptr<Pooler> m_pooler;
    Connection m_admin;
    Connection m_client;
    QString m_way; ///< In which m_client is connected.

    static Result<Rows> reserve(
        Connection &client, const QUuid &message, const QUuid &attempt, ConversationId conversation)
    {
        return client.call(QLatin1StringView("api.reserve_send"),
            {param(message), param(attempt), param(conversation.value), param(QString::fromLatin1(leaseSecret)),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("Hello")}})});
    }

    Connection connect(const QString &way) const
    {
        if (way == QStringLiteral("straight"))
            return m_company->connect(m_device);
        const bool shared = way == QStringLiteral("pooled, shared");
        const QString url = !shared ? m_device.url
                                    : Connection::urlWithUser(m_database->adminUrl(), QStringLiteral("hostile_login"),
                                        QStringLiteral("shared by all"));
        Connection client = MUST(Connection::open(m_pooler->through(url), QStringLiteral("test client")));
        if (shared)
            client.setToken(m_device.token);
        return client;
    }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<QString>("way");
        for (const char *way : {"straight", "pooled", "pooled, shared"})
            QTest::newRow(way) << QString::fromLatin1(way);
    }

    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_company = std::make_unique<Company>(*m_database);
        m_other = std::make_unique<Company>(*m_database, QStringLiteral("Other"));
        m_agent = m_company->addPerson();
        m_device = m_company->signIn(m_agent);
        m_colleague = m_company->signIn(m_company->addPerson());
        for (const Company *company : {m_company.get(), m_other.get()})
            company->receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"), QStringLiteral("Omar"));
        m_other->signIn(m_other->addPerson());
        m_pooler = std::make_unique<Pooler>();
        MUST(m_admin.script("drop role if exists hostile_login; create role hostile_login login password 'shared by "
                            "all' in role conversure_client"));
    }

    void init()
    {
        QFETCH_GLOBAL(QString, way);
        if (way == m_way && m_client.isOpen())
            return;
        m_client = connect(way);
        m_way = way;
    }

    void cleanupTestCase()
    {
        m_client = {};
        m_pooler.reset();
    }

    void whatIsNotAllowedIsRefused_data()
    {
        QTest::addColumn<QString>("statement");
        for (const char *statement : {// Others' statements, connections and locks.
                 "select * from pg_stat_activity", "select * from pg_stat_get_activity(null)",
                 "select pg_stat_get_backend_activity(1)", "select pg_terminate_backend(pg_backend_pid())",
                 "select pg_cancel_backend(1)", "select pg_advisory_lock(7166521)", "select pg_try_advisory_lock(1, 2)",
                 "select pg_advisory_xact_lock_shared(1)", "select pg_advisory_unlock_all()", "select * from pg_locks",
                 "select pg_blocking_pids(1)", "select * from pg_prepared_xacts", "select pg_current_wal_insert_lsn()",
                 "select n_tup_ins from pg_stat_user_tables", "select xact_commit from pg_stat_database",
                 "select * from pg_stat_ssl", "select * from pg_hba_file_rules", "select rolpassword from pg_authid",
                 "select * from pg_shadow", "select * from pg_statistic", "select * from pg_backend_memory_contexts",
                 "do $$ begin lock table conversure.messages in access exclusive mode; end $$",
                 "do $$ begin lock table conversure.messages in row share mode; end $$",
                 "select * from conversure.conversations for update", "select * from conversure.messages for key share",
                 // Things of one's own making.
                 "create temp table leads (x integer)", "create temporary view v as select 1",
                 "create table public.x (x integer)", "create table conversure.x (x integer)", "create schema mine",
                 "create function api.f() returns integer language sql as 'select 1'",
                 "create function pg_temp.now() returns integer language sql as 'select 1'",
                 "create extension dblink schema public", "create role mine", "create database mine",
                 "create event trigger t on ddl_command_start execute function f()",
                 "create rule r as on insert to conversure.messages do nothing",
                 "create policy p on conversure.messages using (true)",
                 // Files, programs, large objects.
                 "copy (select 1) to program 'true'", "copy (select 1) to '/tmp/x'",
                 "copy conversure.messages from '/etc/passwd'", "select pg_read_file('/etc/passwd')",
                 "select pg_ls_dir('/')", "select lo_import('/etc/passwd')", "select lo_create(0)",
                 "select lo_creat(-1)", "select lo_from_bytea(0, 'x')", "select lo_open(1, 131072)",
                 "select pg_logical_emit_message(false, 'x', 'x')", "select pg_export_snapshot()",
                 "select txid_current()", "select pg_current_xact_id()", "select pg_reload_conf()",
                 // Tables, past the functions.
                 "insert into conversure.messages select * from conversure.messages",
                 "update conversure.conversations set assignee_id = null", "delete from conversure.messages",
                 "truncate conversure.messages", "update conversure.users set role = 'SUPER_ADMIN'",
                 "insert into conversure.change_feed (company_id) values (null)",
                 "alter table conversure.messages disable row level security",
                 "alter table conversure.messages no force row level security", "drop table conversure.messages",
                 "select nextval('conversure.uuid_order')",
                 "merge into conversure.messages m using (select 1) s on false when not matched then insert default "
                 "values",
                 // Other people's functions.
                 "select relay.apply('[]')", "select relay.reap('0 s')", "select relay.directory(null)",
                 "select * from relay.feed_tail('0', '{}', 10)", "select relay.reset_door()",
                 "select conversure.close_device_role('cv_00000000000000000000')",
                 "select conversure.make_device_role('x', 'x', now())",
                 "select conversure.open_account('a', null, null, 'x')", "select conversure.topics_for(null, null)",
                 "select conversure.require_session()", "select conversure.lead_of(null, '[]', '', null)",
                 "select conversure.refuse('CV001', 'x')", "select conversure.charge_number(null, null, null, 1)",
                 "select conversure_ext.crypt('x', 'y')", "select api.sign_in_finish('a', 'b', 'c')",
                 "select conversure.begin_sign_in('a', 'b', null, null)", "select conversure.use_ticket('a')",
                 "select conversure.end_sessions(null, null, 'x')", "select conversure.cut_device('x')",
                 "select pg_stat_get_xact_numscans(1)",
                 // Roles.
                 "alter role conversure_door set search_path = x", "alter role conversure_client set search_path = x",
                 "alter role all set search_path = x", "alter role conversure_relay nologin",
                 "grant conversure_client to conversure_door", "grant conversure_owner to session_user",
                 "drop role conversure_door", "alter role session_user superuser", "alter role session_user createrole",
                 "alter role session_user bypassrls", "alter role session_user connection limit 1000",
                 "alter role session_user valid until 'infinity'", "reassign owned by conversure_owner to session_user",
                 "set role conversure_relay", "set session authorization conversure_relay",
                 "set session_replication_role = replica", "set log_statement = 'all'",
                 "set session_preload_libraries = 'x'", "set temp_file_limit = -1",
                 "alter database postgres set jit = on", "alter system set jit = on"})
            QTest::newRow(statement) << QString::fromLatin1(statement);
    }

    void whatIsNotAllowedIsRefused()
    {
        QFETCH(QString, statement);
        QString refusal = verdict(m_client, statement.toUtf8());
        if (refusal == QStringLiteral("25001")) { // wants to be outside of a transaction, and so outside of a token's
            m_client.setToken({});
            refusal = verdict(m_client, statement.toUtf8());
            m_client.setToken(m_device.token);
        }
        QCOMPARE(refusal, QStringLiteral("42501"));
        QVERIFY(m_client.isOpen());
    }

    void whatTheServerOffersIsKnown()
    {
        // Every function with an effect that a client may call; one that came with an extension or another version is
        // looked at before it joins them. These refuse by themselves, or touch nothing of others.
        const QByteArray known =
            "amvalidate bernoulli binary_upgrade_create_empty_extension binary_upgrade_set_missing_value "
            "binary_upgrade_set_next_array_pg_type_oid binary_upgrade_set_next_heap_pg_class_oid "
            "binary_upgrade_set_next_heap_relfilenode binary_upgrade_set_next_index_pg_class_oid "
            "binary_upgrade_set_next_index_relfilenode binary_upgrade_set_next_multirange_array_pg_type_oid "
            "binary_upgrade_set_next_multirange_pg_type_oid binary_upgrade_set_next_pg_authid_oid "
            "binary_upgrade_set_next_pg_enum_oid binary_upgrade_set_next_pg_tablespace_oid "
            "binary_upgrade_set_next_pg_type_oid binary_upgrade_set_next_toast_pg_class_oid "
            "binary_upgrade_set_next_toast_relfilenode binary_upgrade_set_record_init_privs "
            "binary_upgrade_set_next_attribute_versions brin_desummarize_range brin_summarize_new_values "
            "brin_summarize_range clock_timestamp current_query currtid2 currval cursor_to_xml cursor_to_xmlschema "
            "gen_random_uuid gin_clean_pending_list heap_tableam_handler lastval lo_close lo_get lo_lseek lo_lseek64 "
            "lo_tell lo_tell64 loread nextval pg_collation_actual_version pg_control_checkpoint pg_control_init "
            "pg_control_recovery pg_control_system pg_copy_logical_replication_slot pg_copy_physical_replication_slot "
            "pg_create_logical_replication_slot pg_create_physical_replication_slot "
            "pg_database_collation_actual_version pg_database_size pg_drop_replication_slot pg_extension_config_dump "
            "pg_get_multixact_members pg_get_wal_replay_pause_state pg_get_wal_resource_managers "
            "pg_import_system_collations pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available "
            "pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp "
            "pg_logical_slot_get_binary_changes pg_logical_slot_get_changes pg_logical_slot_peek_binary_changes "
            "pg_logical_slot_peek_changes pg_nextoid pg_notify pg_partition_ancestors pg_partition_tree "
            "pg_read_file_old pg_relation_size pg_replication_slot_advance pg_rotate_logfile_old "
            "pg_sequence_last_value pg_sleep pg_sleep_for pg_sleep_until pg_stat_clear_snapshot "
            "pg_stat_force_next_flush pg_stop_making_pinned_objects pg_table_size pg_tablespace_size "
            "pg_total_relation_size pg_xact_commit_timestamp pg_xact_commit_timestamp_origin pg_xact_status "
            "plpgsql_inline_handler plpgsql_validator query_to_xml query_to_xml_and_xmlschema query_to_xmlschema "
            "random "
            "set_config setseed setval system timeofday ts_rewrite ts_stat txid_status";
        QCOMPARE(column(m_admin,
                     "select distinct p.oid::regprocedure::text from pg_proc p where p.provolatile = 'v' and "
                     "p.pronamespace::regnamespace::text not in ('api', 'conversure') and "
                     "has_schema_privilege('conversure_client', p.pronamespace, 'USAGE') and "
                     "has_function_privilege('conversure_client', p.oid, 'EXECUTE') and p.prorettype <> all "
                     "('{trigger,event_trigger,internal,language_handler,index_am_handler}'::regtype[]) and p.proname "
                     "<> all (string_to_array($1, ' '))",
                     {param(QString::fromLatin1(known))})
                     .join(u' '),
            QString());
    }

    void colleaguesCannotBeChanged()
    {
        const QByteArray colleague = m_client.identifier(m_colleague.role);
        for (const QByteArray &statement : {"alter role " + colleague + " password 'x'",
                 "alter role " + colleague + " set search_path = x", "alter role " + colleague + " nologin",
                 "grant " + colleague + " to session_user", "alter role " + colleague + " rename to somebody",
                 "drop role " + colleague, "set role " + colleague, "set session authorization " + colleague})
            QVERIFY2(verdict(m_client, statement) == QStringLiteral("42501"), statement.constData());
        QVERIFY(Connection::open(m_colleague.url, QStringLiteral("test")));
    }

    void whatARoleDoesToItselfHurtsNobodyElse()
    {
        const auto device = m_company->signIn(m_agent);
        Connection self = m_company->connect(device);
        MUST(self.script("alter role session_user set local_preload_libraries = 'nope'; alter role session_user set "
                         "default_transaction_isolation = 'serializable';"
                         " alter role session_user password 'mine now'"));
        QVERIFY(!Connection::open(device.url, QStringLiteral("test")));
        for (const QString &url : {m_device.url, m_colleague.url, m_database->doorUrl(), m_database->relayUrl()})
            QVERIFY(Connection::open(url, QStringLiteral("test")));
        QVERIFY(Connection::open(m_company->signIn(m_agent).url, QStringLiteral("test")));
    }

    void theDoorIsPutBackInOrder()
    {
        Connection door = m_database->door();
        MUST(door.script("alter role conversure_door set local_preload_libraries = 'nope'"));
        QVERIFY(!Connection::open(m_database->doorUrl(), QStringLiteral("test")));
        Connection relayConnection = m_database->relay();
        MUST(RelayStore(relayConnection).resetDoor());
        QVERIFY(Connection::open(m_database->doorUrl(), QStringLiteral("test")));
    }

    void settingsForgeNobody()
    {
        MUST(m_client.run("select set_config('conversure.token', $1, false), set_config('conversure.company', $2, "
                          "false), set_config('role', 'none', false)",
            {param(m_colleague.token), param(m_other->id.text())}));
        QCOMPARE(text(m_client, "select conversure.my_user()"), m_agent.id.text());
        // Off means: an error instead of rows left out.
        MUST(m_client.script("set row_security = off"));
        QCOMPARE(verdict(m_client, "select count(*) from conversure.messages"), QStringLiteral("42501"));
        MUST(m_client.script("set row_security = on; set search_path = pg_temp, public"));
        QCOMPARE(text(m_client, "select company_id from conversure.messages"), m_company->id.text());
        MUST(m_client.script("reset all"));
    }

    void noPathOfTheCallersIsLookedIn()
    {
        // Operators and functions that shout when they are found, ahead of those of the same name. A client can make
        // none; if one ever could, the functions that it calls would not look there, nor those that these call.
        MUST(m_admin.script(
            "create schema lures; grant usage on schema lures to public;"
            "create function lures.shout(a uuid, b uuid) returns boolean language plpgsql as $$ begin raise 'lured'; "
            "end $$;"
            "create operator lures.= (leftarg = uuid, rightarg = uuid, function = lures.shout);"
            "create function lures.sha256(a bytea) returns bytea language plpgsql as $$ begin raise 'lured'; end $$;"
            "create function lures.left(a text, n integer) returns text language plpgsql as $$ begin raise 'lured'; "
            "end $$;"
            "create function lures.clock_timestamp() returns timestamptz language plpgsql as $$ begin raise 'lured'; "
            "end $$;"
            "create function lures.uuid_hash(a uuid) returns integer language plpgsql as $$ begin raise 'lured'; end "
            "$$;"
            "grant execute on all functions in schema lures to public"));
        Connection lured = connect(m_way);
        MUST(lured.script("set search_path = lures, pg_catalog"));
        QCOMPARE(verdict(lured, "select left('a', 1)"), QStringLiteral("P0001"));
        QCOMPARE(verdict(lured, "select 1 from conversure.messages m where m.message_id = m.company_id"),
            QStringLiteral("P0001"));
        QCOMPARE(
            verdict(reserve(lured, newId(), newId(), m_company->conversationOf(phone))), QStringLiteral("accepted"));
        QCOMPARE(verdict(lured, "select api.feed_cursor(), api.conversation_page(null, null, 10)"),
            QStringLiteral("accepted"));
        MUST(lured.script("reset all"));
        MUST(m_admin.script("drop schema lures cascade"));
    }

    void noTableOrViewShowsAnotherCompany()
    {
        const QStringList relations = column(m_admin,
            "select c.oid::regclass::text from pg_class c where c.relnamespace = 'conversure'::regnamespace and "
            "c.relkind in ('r', 'v', 'p')"
            " and has_any_column_privilege('conversure_client', c.oid, 'SELECT') and c.relname <> 'schema_migrations' "
            "order by 1");
        QVERIFY(relations.size() >= 14);
        int there = 0;
        for (const QString &relation : relations) {
            const QByteArray statement = "select count(*) from " + relation.toUtf8() + " where company_id <> $1::uuid";
            QVERIFY2(number(m_client, statement, {param(m_company->id.value)}) == 0, qPrintable(relation));
            there += number(m_admin, statement, {param(m_company->id.value)}) > 0 ? 1 : 0;
        }
        QVERIFY(there >= 9);
    }

    void aPolicyCannotBeTrickedIntoShowingRows()
    {
        // A function of one's own in the condition would see rows before the policy; there is no place to make one, and
        // built-in ones that tell their argument by an error are not leakproof, so they run behind it.
        QCOMPARE(verdict(m_client,
                     "select 1 from conversure.messages where 1 / (case when company_id::text = '"
                         + m_other->id.text().toUtf8() + "' then 0 else 1 end) = 1"),
            QStringLiteral("accepted"));
        QCOMPARE(verdict(m_client,
                     "select body::integer from conversure.messages where company_id::text = '"
                         + m_other->id.text().toUtf8() + "'"),
            QStringLiteral("accepted"));
        QCOMPARE(text(m_client, "explain select body from conversure.messages where body like '%x%'")
                     .contains(QStringLiteral("rows=0")),
            false);
        QCOMPARE(number(m_client, "select count(*) from pg_stats where schemaname = 'conversure'"), 0);
    }

    void functionsTellNothingOfOtherCompanies()
    {
        const ConversationId theirs = m_other->conversationOf(phone);
        const ConversationId nowhere(newId());
        const QUuid message = newId();
        Connection stranger = m_other->connect(m_other->signIn(m_other->addPerson()));
        const QUuid attempt = newId();
        MUST(reserve(stranger, message, attempt, theirs));

        QCOMPARE(verdict(reserve(m_client, newId(), newId(), theirs)),
            verdict(reserve(m_client, newId(), newId(), nowhere)));
        QCOMPARE(verdict(m_client.call(QLatin1StringView("api.mark_read"), {param(theirs.value), param(qint64(1))})),
            QStringLiteral("CV003"));
        for (const char *function : {"api.renew_lease", "api.release_send"}) {
            const auto known =
                m_client.call(QLatin1StringView(function), {param(attempt), param(QString::fromLatin1(leaseSecret))});
            const auto unknown =
                m_client.call(QLatin1StringView(function), {param(newId()), param(QString::fromLatin1(leaseSecret))});
            QCOMPARE(verdict(known), verdict(unknown));
            QCOMPARE(known.error().message, unknown.error().message);
            QCOMPARE(known.error().detail, unknown.error().detail);
        }
        QCOMPARE(text(m_client, "select api.send_state(array[$1::uuid])", {param(message)}), QStringLiteral("[]"));
        // The ids of another company are free here: no key is shared, so no key can tell.
        QCOMPARE(
            verdict(reserve(m_client, message, attempt, m_company->conversationOf(phone))), QStringLiteral("accepted"));
    }

    void nobodyEndsAColleaguesAttempt_data()
    {
        QTest::addColumn<QByteArray>("call");
        for (const char *call : {"api.confirm_send($1::uuid, null, 'x')", "api.confirm_send($1::uuid, '', 'x')",
                 "api.fail_send($1::uuid, null, 'x')", "api.fail_send($1::uuid, 'a guess at the secret', 'x')",
                 "api.release_send($1::uuid, null)", "api.renew_lease($1::uuid, null)"})
            QTest::newRow(call) << QByteArray(call);
    }

    void nobodyEndsAColleaguesAttempt()
    {
        QFETCH(QByteArray, call);
        const QUuid attempt = newId();
        MUST(reserve(m_client, newId(), attempt, m_company->conversationOf(phone)));
        Connection colleague = m_company->connect(m_colleague);
        QCOMPARE(verdict(colleague, "select " + call, {param(attempt)}), QStringLiteral("CV002"));
        QCOMPARE(number(m_admin, "select rank from conversure.message_delivery_attempts where attempt_id = $1::uuid",
                     {param(attempt)}),
            10);
    }

    void anAttemptIdServesOneMessage()
    {
        const ConversationId conversation = m_company->conversationOf(phone);
        const QUuid attempt = newId();
        MUST(reserve(m_client, newId(), attempt, conversation));
        const qint64 charged = number(m_admin, "select sum(sent) from conversure.quota_log where company_id = $1::uuid",
            {param(m_company->id.value)});
        QCOMPARE(verdict(reserve(m_client, newId(), attempt, conversation)), QStringLiteral("CV004"));
        QCOMPARE(number(m_admin, "select sum(sent) from conversure.quota_log where company_id = $1::uuid",
                     {param(m_company->id.value)}),
            charged);
    }

    void figuresOfAFailureCannotFillTheFeed()
    {
        const QUuid attempt = newId();
        MUST(reserve(m_client, newId(), attempt, m_company->conversationOf(phone)));
        MUST(m_client.call(QLatin1StringView("api.fail_send"),
            {param(attempt), param(QString::fromLatin1(leaseSecret)), param(QStringLiteral("meta:1")),
                json(QJsonObject{{QStringLiteral("x"), QString(1'000'000, u'x')}})}));
        QVERIFY(number(m_admin, "select max(length(row::text)) from conversure.change_feed where company_id = $1::uuid",
                    {param(m_company->id.value)})
            < 10'000);
    }

    void nonsenseIsRefusedWithAWord()
    {
        const ConversationId conversation = m_company->conversationOf(phone);
        QCOMPARE(verdict(reserve(m_client, {}, newId(), conversation)), QStringLiteral("CV004"));
        QCOMPARE(verdict(reserve(m_client, newId(), {}, conversation)), QStringLiteral("CV004"));
        QCOMPARE(verdict(reserve(m_client, newId(), newId(), {})), QStringLiteral("CV003"));
        QCOMPARE(verdict(m_client,
                     "select api.reserve_send(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'a secret of "
                     "some length', null)"),
            QStringLiteral("CV004"));
        QCOMPARE(verdict(m_client,
                     "select api.reserve_send(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'a secret of "
                     "some length', '[]')"),
            QStringLiteral("CV004"));
        QCOMPARE(verdict(m_client, "select api.confirm_send(gen_random_uuid(), null, 'x')"), QStringLiteral("CV002"));
        QUuid attempt = newId();
        MUST(reserve(m_client, newId(), attempt, conversation));
        QCOMPARE(verdict(m_client, "select api.confirm_send($1::uuid, null, 'x')", {param(attempt)}),
            QStringLiteral("CV002"));
        QCOMPARE(
            verdict(m_client, "select api.fail_send($1::uuid, null, 'x')", {param(attempt)}), QStringLiteral("CV002"));
        QCOMPARE(verdict(m_client, "select api.mark_read($1::uuid, null)", {param(conversation.value)}),
            QStringLiteral("accepted"));
        QCOMPARE(text(m_client, "select api.send_state(null)"), QStringLiteral("[]"));
    }

    void notificationsAreHarmless()
    {
        Connection relayConnection = m_database->relay();
        MUST(relayConnection.script("listen conversure_feed"));
        RelayStore relay(relayConnection);
        const quint64 from = MUST(relay.feedHorizon()).xid;
        for (int i = 0; i < 200; ++i)
            MUST(m_client.run("select pg_notify('conversure_feed', $1)",
                {param(QStringLiteral("{\"kind\":\"conversation\",\"n\":%1}").arg(i))}));
        QVERIFY(relayConnection.waitForNotification(10'000));
        QCOMPARE(MUST(relay.feedTail(from, {}, 100)).size(), 0);
    }

    void aTransactionThatStaysOpenIsEnded()
    {
        const auto device = m_company->signIn(m_agent);
        Connection idle = m_company->connect(device);
        Connection inOrder = m_company->connect(device);
        MUST(idle.script("begin"));
        MUST(reserve(idle, newId(), newId(), m_company->conversationOf(phone)));
        Connection relay = m_database->relay();
        QCOMPARE(number(relay, "select relay.reap('1 hour')"), 0);
        QVERIFY(idle.run("select 1"));
        QVERIFY(number(relay, "select relay.reap('0 s')") >= 1);
        QVERIFY(eventually([&] { return !idle.run("select 1"); }));
        QVERIFY(inOrder.run("select 1"));
        QVERIFY(m_admin.run("select 1")); // nobody but clients
        // What it held is free again.
        QCOMPARE(
            verdict(reserve(inOrder, newId(), newId(), m_company->conversationOf(phone))), QStringLiteral("accepted"));
    }

    void otherDatabasesAreClosed_data()
    {
        QTest::addColumn<QString>("database");
        for (const char *database : {"postgres", "template1", "template0", "conversure_template"})
            QTest::newRow(database) << QString::fromLatin1(database);
    }

    void otherDatabasesAreClosed()
    {
        QFETCH(QString, database);
        const QString there = cluster().adminUrl(database);
        for (const QString &mine : {m_device.url, m_database->doorUrl()}) {
            const QUrl url(mine);
            const QString elsewhere = Connection::urlWithUser(there, url.userName(), url.password());
            if (database != QStringLiteral("conversure_template")) {
                QVERIFY(!Connection::open(elsewhere, QStringLiteral("test")));
                continue;
            }
            // Another store of the same cluster lets the group in, but knows nobody of it.
            auto other = Connection::open(elsewhere, QStringLiteral("test"));
            QVERIFY(other);
            if (url.userName() == m_device.role)
                QCOMPARE(verdict(*other, "select api.feed_cursor()"), QStringLiteral("CV001"));
        }
    }
};

CONVERSURE_TEST(HostileTest)
#include "HostileTest.moc"
