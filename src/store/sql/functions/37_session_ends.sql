-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What becomes of sessions without anybody's doing: those that run out are ended, and the computers that are connected
-- count as used.
set local role conversure_reaper;

-- The login roles of computers that are connected now.
create or replace function conversure.connected_roles() returns setof text
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select distinct a.usename::text from pg_stat_activity a
  where a.datname = current_database() and a.usename ~ '^cv_[0-9a-f]{20}$'
$$;
grant execute on function conversure.connected_roles() to conversure_auth;

reset role;
set local role conversure_auth;

-- Ends sessions that ran out: a statement of theirs is nobody's by itself, but their live connection is open, and closes
-- with the news that ending leaves. One whose own client holds its row, or which another relay is ending, waits for the
-- next time.
create or replace function conversure.end_expired_sessions() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
declare
  due record;
  ended integer := 0;
begin
  for due in
    select s.company_id, s.user_id, s.session_id from conversure.sessions s
    where s.ended_at is null and s.expires_at <= conversure.now() order by s.expires_at limit 200
  loop
    perform from conversure.devices d
    where d.company_id = due.company_id and d.session_id = due.session_id and d.closed_at is null for update skip locked;
    continue when not found and exists (
      select from conversure.devices d where d.company_id = due.company_id and d.session_id = due.session_id and d.closed_at is null);
    begin
      if conversure.end_sessions(due.company_id, due.user_id, 'expired', null, due.session_id) = 0 then
        -- The computer was forgotten before, so that nothing led to the session.
        update conversure.sessions s set ended_at = conversure.now(), end_reason = 'expired'
        where s.company_id = due.company_id and s.session_id = due.session_id and s.ended_at is null;
        continue when not found;
      end if;
      ended := ended + 1;
    exception when lock_not_available or internal_error then
      continue;
    end;
  end loop;
  return ended;
end $$;
grant execute on function conversure.end_expired_sessions() to conversure_work;

-- Written down at most each five minutes, and not while somebody holds the row; as conversure.touch_device.
create or replace function conversure.touch_connected_devices() returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with due as (
    select d.device_id from conversure.connected_roles() role_name
    join conversure.devices d using (role_name)
    where d.closed_at is null and (d.last_used_at is null or d.last_used_at < conversure.now() - interval '5 minutes')
    for update of d skip locked),
  touched as (
    update conversure.devices d set last_used_at = conversure.now() from due where d.device_id = due.device_id returning 1)
  select count(*)::integer from touched
$$;
grant execute on function conversure.touch_connected_devices() to conversure_work;

reset role;
set local role conversure_work;

create or replace function relay.end_expired() returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select conversure.end_expired_sessions()
$$;

create or replace function relay.touch_devices() returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select conversure.touch_connected_devices()
$$;

reset role;
