-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What this database lets nobody do by default. Run by `migrate` each time, as the user it connects as.
do $$
declare
  item record;
  superuser constant boolean := (select rolsuper from pg_catalog.pg_roles where rolname = current_user);
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to conversure_client, conversure_door, conversure_relay, conversure_backup', current_database());
  execute format('grant create on database %I to conversure_owner', current_database());
  execute 'revoke all on schema public from public';

  -- A statement that failed would otherwise stand in the log with everything it carried; policies push cost estimates
  -- over the JIT limit; a client's temporary files must not fill the disk.
  execute format('alter database %I set log_min_error_statement = ''panic''', current_database());
  execute format('alter database %I set log_parameter_max_length_on_error = 0', current_database());
  execute format('alter database %I set jit = off', current_database());
  execute format('alter database %I set temp_file_limit = ''256MB''', current_database());

  if not superuser then
    raise notice 'not a superuser: functions of the server stay open to PUBLIC; the role per device is what protects';
    return;
  end if;

  -- Statistics are cluster-wide: whoever can connect anywhere could read the statements of all.
  for item in select datname from pg_catalog.pg_database where datallowconn loop
    execute format('revoke all on database %I from public', item.datname);
  end loop;

  execute 'revoke all on pg_catalog.pg_stat_activity from public';
  for item in
    select p.oid::regprocedure as signature
    from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and (p.proname in ('pg_stat_get_activity', 'pg_stat_get_backend_activity', 'pg_terminate_backend', 'pg_cancel_backend',
                         'lo_create', 'lo_creat', 'lo_put', 'lo_from_bytea', 'lo_open', 'lowrite', 'lo_unlink', 'lo_truncate',
                         'lo_truncate64', 'pg_logical_emit_message', 'txid_current', 'pg_current_xact_id', 'pg_export_snapshot',
                         'pg_lock_status', 'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids', 'pg_isolation_test_session_is_blocked',
                         'pg_prepared_xact', 'pg_notification_queue_usage')
           or p.proname like 'pg\_%advisory%' or p.proname like 'pg\_stat\_get\_%' or p.proname like 'pg\_current\_wal\_%')
      and exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee = 0)
  loop
    execute format('revoke execute on function %s from public', item.signature);
    -- How many rows a transaction has read, what it holds and how much it wrote tell what a function found out, also when
    -- it is rolled back.
    if item.signature::text ~ 'pg_stat_get_|pg_lock_status|pg_current_wal_' then
      execute format('grant execute on function %s to pg_monitor', item.signature);
    end if;
  end loop;

  -- A condition that promises to leak nothing may run before row-level security does, on rows of everybody. EXPLAIN
  -- ANALYZE then tells whether the policy had anything left to do, and with one comparison after another a text can be
  -- read that way. So nothing that looks into a text promises that here.
  for item in
    select p.oid::regprocedure as signature
    from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proleakproof
      and p.proargtypes::oid[] && array['text', 'varchar', 'bpchar', 'bytea']::regtype[]::oid[]
  loop
    execute format('alter function %s not leakproof', item.signature);
  end loop;
end $$;

grant execute on function pg_catalog.pg_current_xact_id() to conversure_auth, conversure_api, conversure_work;
grant execute on function pg_catalog.pg_try_advisory_xact_lock(integer, integer) to conversure_auth;
grant execute on function pg_catalog.pg_advisory_xact_lock(integer, integer) to conversure_work;
grant execute on function pg_catalog.pg_terminate_backend(integer, bigint) to conversure_reaper;
grant select on pg_catalog.pg_stat_activity to conversure_reaper;
grant execute on function pg_catalog.pg_stat_get_activity(integer) to conversure_reaper;
