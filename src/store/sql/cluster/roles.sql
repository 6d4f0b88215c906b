-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The roles of the cluster. Run by `migrate` under an advisory lock, as the user it connects as; repeating changes nothing.
-- Who owns, writes and logs in: docs/architecture.md, "Roles".
do $$
declare
  wanted constant text[] := array[
    'conversure_owner  nologin noinherit',
    'conversure_auth   nologin noinherit',
    'conversure_api    nologin noinherit',
    'conversure_work   nologin noinherit',
    'conversure_roles  nologin noinherit createrole',
    'conversure_reaper nologin inherit',
    'conversure_client nologin',
    'conversure_door   login noinherit connection limit 40',
    'conversure_relay  login noinherit',
    'conversure_backup login bypassrls'];
  line text;
begin
  foreach line in array wanted loop
    if not exists (select from pg_catalog.pg_roles where rolname = split_part(line, ' ', 1)) then
      begin
        execute 'create role ' || line;
      exception when duplicate_object then null; -- another database of this cluster is being migrated as well
      end;
    end if;
  end loop;

  -- The function that makes device roles must be able to put them into the group.
  execute 'grant conversure_client to conversure_roles with admin option';
  execute 'grant pg_signal_backend, pg_read_all_stats to conversure_reaper';

  -- A managed server has no superuser to lend: then whoever migrates becomes a member.
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute format('grant conversure_owner, conversure_auth, conversure_api, conversure_work, conversure_roles, conversure_reaper to %I',
                   current_user);
  end if;
end $$;
