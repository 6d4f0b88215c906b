-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What the catalogue says about the promises of docs/architecture.md, "Roles": check, whether it holds, what to do.
select 'row-level security', not exists (
         select from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)),
       'A table has no forced row-level security: run migrate as the owner.'
union all
select 'functions pin their search_path', not exists (
         select from pg_proc p
         where p.pronamespace in ('conversure'::regnamespace, 'api'::regnamespace, 'relay'::regnamespace) and p.prosecdef
           and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)),
       'A function that runs with rights of its own has no pinned search_path: run migrate.'
union all
select 'nothing for PUBLIC', not exists (
         select from pg_proc p, aclexplode(p.proacl) a
         where p.pronamespace in ('api'::regnamespace, 'relay'::regnamespace) and a.grantee = 0),
       'PUBLIC may execute a function of schema api or relay: run migrate.'
union all
select 'clients write nothing directly', not exists (
         select from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind = 'r'
           and has_table_privilege('conversure_client', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
       'conversure_client may write a table: revoke that.'
union all
select 'PUBLIC may not connect', not exists (
         select from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where d.datname = current_database() and a.grantee = 0),
       'PUBLIC may connect to this database: run migrate as the owner.'
union all
select 'functions keep their plans to themselves', not exists (
         select from pg_proc p
         where p.pronamespace in ('conversure'::regnamespace, 'api'::regnamespace, 'relay'::regnamespace) and p.prosecdef
           and not coalesce('debug_print_plan=off' = any (p.proconfig), false)),
       'A function shows what it reads to whoever calls it: run migrate.'
union all
select 'statistics are hidden', not has_table_privilege('conversure_client', 'pg_catalog.pg_stat_activity', 'SELECT')
         and not has_function_privilege('conversure_client', 'pg_catalog.pg_stat_get_xact_tuples_fetched(oid)', 'EXECUTE'),
       'Clients can read what others run, and what a sign-in found out: run migrate as a superuser.'
union all
select 'no transaction is left behind', current_setting('max_prepared_transactions') = '0',
       'A client could prepare a transaction, whose locks nothing ends: set max_prepared_transactions to 0.'
union all
select 'texts are compared after row-level security', not exists (
         select from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proleakproof
           and p.proargtypes::oid[] && array['text', 'varchar', 'bpchar', 'bytea']::regtype[]::oid[]),
       'A client can find out texts that it may not see, by comparing: run migrate as a superuser.'
