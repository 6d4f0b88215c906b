// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What must hold of every table and function, drawn from the catalogue, so that a new one cannot escape.
class CatalogueTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;

    QStringList rows(const QByteArray &statement) { return column(m_admin, statement); }
    /// In one text, so that a failing comparison shows the names.
    QString found(const QByteArray &statement) { return rows(statement).join(u' '); }

    static constexpr char tables[] = "select c.relname from pg_class c where c.relnamespace = "
                                     "'conversure'::regnamespace and c.relkind in ('r', 'p') ";
    static constexpr char ours[] = "'conversure', 'api', 'relay'";

    /// The parameters of a function as typed nulls.
    QStringList callsOfClient()
    {
        return rows("select format('select %I.%I(%s)', n.nspname, p.proname, coalesce((select "
                    "string_agg(format('null::%s', format_type(t, null)), ', ' order by place)"
                    " from unnest(p.proargtypes) with ordinality as a (t, place)), ''))"
                    " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
                    " where n.nspname = 'api' and has_function_privilege('conversure_client', p.oid, 'EXECUTE') and "
                    "p.proname not in ('sign_in_params', 'sign_in_begin') order by 1");
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void everyTableHasForcedRowSecurity()
    {
        QVERIFY(rows(tables).size() > 20);
        QCOMPARE(found(QByteArray(tables) + "and not (c.relrowsecurity and c.relforcerowsecurity)"), QString());
    }

    void tablesWithoutACompanyAreKnownByName()
    {
        QCOMPARE(found(QByteArray(tables)
                     + "and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = "
                       "'company_id') order by 1"),
            QStringLiteral("chores installation relays schema_migrations sign_in_buckets"));
    }

    void keysOfTenantTablesAreLedByTheCompany()
    {
        // Unique indexes stand for primary and unique keys, and for those that were made without a constraint.
        const QString global = found("select distinct c.relname from pg_index i join pg_class c on c.oid = i.indrelid"
                                     " join pg_attribute a on a.attrelid = c.oid and a.attname = 'company_id'"
                                     " where c.relnamespace = 'conversure'::regnamespace and i.indisunique and "
                                     "i.indkey[0] <> a.attnum order by 1");
        QCOMPARE(global, QStringLiteral("accounts devices number_claims sign_in_tickets"));
    }

    void foreignKeysOfTenantTablesAreLedByTheCompany()
    {
        QVERIFY(
            rows("select conname from pg_constraint where contype = 'f' and connamespace = 'conversure'::regnamespace")
                .size()
            > 15);
        QCOMPARE(found("select conrelid::regclass || '.' || conname from pg_constraint k"
                       " where contype = 'f' and connamespace = 'conversure'::regnamespace and not exists ("
                       "   select from pg_attribute a, pg_attribute b where a.attrelid = k.conrelid and a.attnum = "
                       "k.conkey[1] and a.attname = 'company_id'"
                       "   and b.attrelid = k.confrelid and b.attnum = k.confkey[1] and b.attname = 'company_id')"),
            QString());
    }

    void nothingBelongsToPublic()
    {
        QCOMPARE(
            found("select 'function ' || p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, "
                  "acldefault('f', p.proowner))) a"
                  " where p.pronamespace::regnamespace::text in ('conversure', 'api', 'relay') and a.grantee = 0"
                  " union all select 'relation ' || c.oid::regclass from pg_class c, aclexplode(c.relacl) a"
                  " where c.relnamespace::regnamespace::text in ('conversure', 'api', 'relay') and a.grantee = 0"
                  " union all select 'column ' || t.attrelid::regclass || '.' || t.attname from pg_attribute t, "
                  "aclexplode(t.attacl) a"
                  " where a.grantee = 0 and t.attrelid in (select oid from pg_class where relnamespace = "
                  "'conversure'::regnamespace)"
                  " union all select 'schema ' || n.nspname from pg_namespace n, aclexplode(n.nspacl) a"
                  " where n.nspname in ('conversure', 'api', 'relay', 'conversure_ext', 'public') and a.grantee = 0"
                  " union all select 'database ' || d.datname from pg_database d, aclexplode(coalesce(d.datacl, "
                  "acldefault('d', d.datdba))) a"
                  " where d.datname in (current_database(), 'postgres', 'template1') and a.grantee = 0"),
            QString());
    }

    void aFunctionMadeLaterIsNotPublicEither()
    {
        MUST(m_admin.script("begin; grant create on schema api to conversure_api; set local role conversure_api;"
                            "create function api.made_later() returns integer language sql as 'select 1'; reset role"));
        const QString open =
            text(m_admin, "select has_function_privilege('conversure_client', 'api.made_later()', 'EXECUTE')");
        MUST(m_admin.script("rollback"));
        QCOMPARE(open, QStringLiteral("f"));
    }

    /// Where rights change, no path of the caller's decides what names mean: everything that runs as its owner, and
    /// everything that anybody but the definer roles may call. The rest has the path of whoever called it, which is
    /// one of those; or its names were read when it was made.
    void noCallersPathDecidesWhatNamesMean()
    {
        QVERIFY(rows("select 1 from pg_proc where prosecdef and pronamespace = 'api'::regnamespace").size() >= 12);
        QCOMPARE(found("select p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in "
                       "('conversure', 'api', 'relay')"
                       " and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)"
                       " and (p.prosecdef or p.prosqlbody is null and exists ("
                       "   select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
                       "   where a.privilege_type = 'EXECUTE' and a.grantee not in ("
                       "     select r.oid from pg_roles r where r.rolname in ('conversure_owner', 'conversure_api', "
                       "'conversure_auth', 'conversure_work', 'conversure_roles', 'conversure_reaper'))))"),
            QString());
    }

    void everyFunctionOfTheApiRunsAsANarrowRole()
    {
        QCOMPARE(found("select p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in ('api', "
                       "'relay') and not p.prosecdef"),
            QString());
        QCOMPARE(found("select distinct r.rolname::text from pg_proc p join pg_roles r on r.oid = p.proowner"
                       " where p.pronamespace::regnamespace::text in ('conversure', 'api', 'relay') order by 1"),
            QStringLiteral("conversure_api conversure_auth conversure_reaper conversure_roles conversure_work"));
        QCOMPARE(found("select rolname from pg_roles where rolname in ('conversure_owner', 'conversure_api', "
                       "'conversure_auth', 'conversure_reaper', 'conversure_roles',"
                       " 'conversure_work', 'conversure_client') and (rolsuper or rolbypassrls or rolcanlogin or "
                       "rolreplication or rolcreatedb)"),
            QString());
        QCOMPARE(
            found("select rolname from pg_roles where rolname like 'conversure_%' and rolcreaterole and not rolsuper"),
            QStringLiteral("conversure_roles"));
    }

    void rolesWithPowerOwnOnlyWhatNeedsIt()
    {
        QCOMPARE(found("select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner where "
                       "r.rolname in ('conversure_roles', 'conversure_reaper') order by 1"),
            QStringLiteral("conversure.close_device_role(text) conversure.connected_roles() "
                           "conversure.cut_device(text) conversure.drop_device_role(text) "
                           "conversure.make_device_role(text,text,timestamp with "
                           "time zone) relay.reap(interval) relay.reset_door()"));
        QCOMPARE(found("select count(*) from pg_class c join pg_roles r on r.oid = c.relowner"
                       " where c.relnamespace = 'conversure'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') and "
                       "r.rolname <> 'conversure_owner'"),
            QStringLiteral("0"));
        QCOMPARE(found("select r.rolname || ' ' || n.nspname from pg_roles r, pg_namespace n where n.nspname in "
                       "('conversure', 'api', 'relay', 'conversure_ext', 'public', 'pg_catalog')"
                       " and r.rolname like 'conversure\\_%' and r.rolname not in ('conversure_owner', "
                       "'conversure_admin') and has_schema_privilege(r.oid, n.oid, 'CREATE')"),
            QString());
    }

    void theDoorMayOnlySignInAndJoin()
    {
        QCOMPARE(found("select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text in "
                       "('conversure', 'api', 'relay')"
                       " and has_function_privilege('conversure_door', p.oid, 'EXECUTE') order by 1"),
            QStringLiteral("api.accept_invitation(bytea,text,text,text,bytea,bytea,bytea,bytea,jsonb) "
                           "api.invitation_begin(bytea) "
                           "api.register_company(uuid,text,text,uuid,text,text,text,bytea,bytea,bytea,jsonb) "
                           "api.sign_in_begin(text,text,text) api.sign_in_finish(text,text,text) "
                           "api.sign_in_params()"));
        QCOMPARE(found("select c.relname from pg_class c where c.relnamespace = 'conversure'::regnamespace and "
                       "c.relkind in ('r', 'v', 'p')"
                       " and has_any_column_privilege('conversure_door', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')"),
            QStringLiteral("schema_migrations"));
    }

    void clientsMayCallOnlyTheApiAndPureHelpers()
    {
        QCOMPARE(found("select p.proname::text from pg_proc p where p.pronamespace = 'conversure'::regnamespace"
                       " and has_function_privilege('conversure_client', p.oid, 'EXECUTE') order by 1"),
            QStringLiteral("change_json conversation_json current_session from_microseconds gone_json message_json "
                           "microseconds my_company my_topics my_user now"));
        QCOMPARE(found("select p.proname from pg_proc p where p.pronamespace = 'relay'::regnamespace and "
                       "has_function_privilege('conversure_client', p.oid, 'EXECUTE')"),
            QString());
        QCOMPARE(found("select n.nspname::text from pg_namespace n where n.nspname !~ '^pg_' and "
                       "has_schema_privilege('conversure_client', n.oid, 'USAGE') order by 1"),
            QStringLiteral("api conversure information_schema"));
    }

    void everyClientFunctionAsksWhoIsCalling()
    {
        MUST(m_admin.script(
            "drop role if exists cat_nobody; create role cat_nobody login password 'x' in role conversure_client"));
        Connection nobody = MUST(Connection::open(
            Connection::urlWithUser(m_database->adminUrl(), QStringLiteral("cat_nobody"), QStringLiteral("x")),
            QStringLiteral("test")));
        const QStringList calls = callsOfClient();
        QVERIFY(calls.size() >= 10);
        for (const QString &call : calls)
            QVERIFY2(verdict(nobody, call.toUtf8()) == QStringLiteral("CV001"),
                qPrintable(call + u' ' + verdict(nobody, call.toUtf8())));
    }

    void clientsWriteNoTable()
    {
        QCOMPARE(found("select r.rolname || ' ' || c.relname from pg_class c, pg_roles r where "
                       "c.relnamespace::regnamespace::text in ('conversure', 'api', 'relay')"
                       " and c.relkind in ('r', 'p', 'v', 'm', 'f') and r.rolname in ('conversure_client', "
                       "'conversure_door', 'conversure_relay')"
                       " and (has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES') or "
                       "has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))"),
            QString());
        QCOMPARE(
            found(
                "select c.relname from pg_class c where c.relnamespace = 'conversure'::regnamespace and case when "
                "c.relkind = 'S' then has_sequence_privilege('conversure_client', c.oid, 'USAGE, SELECT, UPDATE') end"),
            QString());
    }

    void clientsReadTheseTablesAndNoOther()
    {
        QCOMPARE(
            found(QByteArray(tables) + "and has_any_column_privilege('conversure_client', c.oid, 'SELECT') order by 1"),
            QStringLiteral(
                "agent_quotas companies company_settings conversation_reads conversations key_signatures leads "
                "messages "
                "quota_log schema_migrations team_members teams templates user_keys users vault_keys vault_manifests "
                "vault_secrets "
                "whatsapp_numbers"));
        QCOMPARE(found("select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid "
                       "where c.relnamespace = 'conversure'::regnamespace"
                       " and has_column_privilege('conversure_client', c.oid, a.attnum, 'SELECT') and a.attnum > 0"
                       " and a.attname ~ '(phone|hash|secret|token|proof|email|password|verifier)' order by 1"),
            QStringLiteral("company_settings.mask_phones leads.masked_phone secret_rows.secret secret_rows.secret_id "
                           "vault_secrets.secret_id vault_secrets.secret_version whatsapp_numbers.phone"));
    }

    void everyTableOfClientsHasAPolicyByCompany()
    {
        QCOMPARE(found(QByteArray(tables)
                     + "and has_any_column_privilege('conversure_client', c.oid, 'SELECT') and c.relname <> "
                       "'schema_migrations' and not exists ("
                       " select from pg_policies p where p.schemaname = 'conversure' and p.tablename = c.relname and "
                       "p.roles = '{conversure_client}'"
                       " and p.cmd = 'SELECT' and p.qual like '%(company_id = ( SELECT conversure.my_company() AS "
                       "my_company))%')"),
            QString());
        QCOMPARE(found("select tablename from pg_policies where schemaname = 'conversure' and 'public' = any (roles)"),
            QStringLiteral("schema_migrations"));
        QCOMPARE(found("select tablename || ' ' || policyname from pg_policies where schemaname = 'conversure' and "
                       "'conversure_client' = any (roles) and cmd <> 'SELECT'"),
            QString());
        QCOMPARE(
            found(
                "select tablename from pg_policies where schemaname = 'conversure' and 'conversure_api' = any (roles) "
                "and tablename <> 'installation'"
                " and (qual not like '%my_company()%' or with_check is null or with_check not like '%my_company()%')"),
            QString());
    }

    void viewsShowOnlyWhatTheirReaderMaySee()
    {
        QCOMPARE(found("select c.relname from pg_class c where c.relnamespace::regnamespace::text in ('conversure', "
                       "'api', 'relay') and c.relkind in ('v', 'm')"
                       " and not coalesce('security_invoker=true' = any (c.reloptions), false)"),
            QString());
    }

    void hiddenColumnsCannotBeRead_data()
    {
        QTest::addColumn<QString>("statement");
        for (const char *statement : {"select phone from conversure.leads", "select * from conversure.leads",
                 "select unmasked_name from conversure.leads", "select value from conversure.lead_identities",
                 "select count(*) from conversure.accounts", "select count(*) from conversure.devices",
                 "select count(*) from conversure.sign_in_tickets", "select count(*) from conversure.known_devices",
                 "select count(*) from conversure.sign_in_buckets", "select home_user_id from conversure.users",
                 "select count(*) from conversure.webhook_events",
                 "select lease_secret_hash from conversure.message_delivery_attempts",
                 "select email from conversure.users", "select count(*) from conversure.sessions",
                 "select count(*) from conversure.change_feed", "select count(*) from conversure.receipts",
                 "select count(*) from conversure.number_claims", "select count(*) from conversure.installation",
                 "select count(*) from conversure.invitations", "select count(*) from conversure.recovery_keys",
                 "select count(*) from conversure.relays", "select 1 from conversure.leads order by phone",
                 "select 1 from conversure.leads where phone like '+9715%'", "select leads from conversure.leads",
                 "select row_to_json(l) from conversure.leads l"})
            QTest::newRow(statement) << QString::fromLatin1(statement);
    }

    void hiddenColumnsCannotBeRead()
    {
        QFETCH(QString, statement);
        static Company company(*m_database);
        static const Company::Device device = company.signIn(company.addPerson(QStringLiteral("COMPANY_ADMIN")));
        Connection client = company.connect(device);
        QCOMPARE(verdict(client, statement.toUtf8()), QStringLiteral("42501"));
    }

    void keysOfOthersAreTheirs()
    {
        Company company(*m_database);
        const auto me = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const auto other = company.addPerson();
        Connection client = company.connect(company.signIn(me));
        QCOMPARE(text(client, "select string_agg(recipient_id::text, ' ') from conversure.vault_keys"), me.id.text());
        QCOMPARE(text(client, "select string_agg(user_id::text, ' ') from conversure.user_keys"), me.id.text());
        QCOMPARE(number(m_admin, "select count(*) from conversure.vault_keys where company_id = $1::uuid",
                     {param(company.id.value)}),
            3);
        QVERIFY(other.id != me.id);
    }

    void aDeviceRoleIsAnOrdinaryMemberOfTheGroup()
    {
        Company company(*m_database);
        const auto device = company.signIn(company.addPerson());
        QCOMPARE(found("select concat_ws(' ', rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, "
                       "rolconnlimit, rolvaliduntil < now() + interval '91 days')"
                       " from pg_roles where rolname = "
                     + m_admin.literal(device.role)),
            QStringLiteral("f f f f f 6 t"));
        QCOMPARE(found("select roleid::regrole || ' ' || admin_option from pg_auth_members where member = "
                     + m_admin.literal(device.role) + "::regrole"),
            QStringLiteral("conversure_client false"));
    }

    void theDoctorFindsNothing()
    {
        const Rows rows = MUST(m_admin.run(sql().query(QStringLiteral("doctor"))));
        QVERIFY(rows.count() >= 6);
        for (int row = 0; row < rows.count(); ++row)
            QVERIFY2(rows.boolean(row, 1), qPrintable(rows.text(row, 0)));
    }

    void plpgsqlCheckFindsNothing()
    {
        // Debian: postgresql-15-plpgsql-check. Required: without it this test fails.
        MUST(m_admin.script("create extension if not exists plpgsql_check schema public"));
        const QString findings = found("select p.oid::regprocedure || ': ' || f from pg_proc p join pg_language l on "
                                       "l.oid = p.prolang and l.lanname = 'plpgsql'"
                                       " left join lateral (select distinct on (t.tgrelid) t.tgrelid, t.tgoldtable, "
                                       "t.tgnewtable from pg_trigger t where t.tgfoid = p.oid and not t.tgisinternal"
                                       " order by t.tgrelid, t.tgoldtable nulls last) t on true"
                                       " cross join lateral public.plpgsql_check_function(p.oid, coalesce(t.tgrelid, "
                                       "0), oldtable => t.tgoldtable, newtable => t.tgnewtable, other_warnings => "
                                       "false, extra_warnings => false, performance_warnings => false) f"
                                       " where p.pronamespace::regnamespace::text in ('conversure', 'api', 'relay') "
                                       "and (p.prorettype <> 'trigger'::regtype or t.tgrelid is not null)");
        MUST(m_admin.script("drop extension plpgsql_check"));
        QCOMPARE(findings, QString());
    }

    void everyTriggerFunctionIsInUse()
    {
        QCOMPARE(found("select p.oid::regprocedure from pg_proc p where p.pronamespace = 'conversure'::regnamespace "
                       "and p.prorettype = 'trigger'::regtype"
                       " and not exists (select from pg_trigger t where t.tgfoid = p.oid)"),
            QString());
    }
};

CONVERSURE_TEST(CatalogueTest)
#include "CatalogueTest.moc"
