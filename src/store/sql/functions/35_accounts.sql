-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What people do with their own sign-ins, and admins with others'.
set local role conversure_auth;

-- Ends sessions of one user: all, all but one, or one. Their login roles are closed; open connections are nobody's with
-- their next statement. Answers how many it ended.
create or replace function conversure.end_sessions(company uuid, person uuid, reason text, except_session uuid default null, only_session uuid default null) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  device record;
  ended integer := 0;
begin
  for device in
    select d.device_id, d.role_name, d.session_id from conversure.devices d
    where d.company_id = company and d.user_id = person and d.closed_at is null
      and d.session_id is distinct from except_session and (only_session is null or d.session_id = only_session)
    order by d.device_id for update
  loop
    update conversure.sessions s set ended_at = conversure.now(), end_reason = reason
    where s.company_id = company and s.session_id = device.session_id and s.ended_at is null;
    update conversure.devices d set closed_at = conversure.now() where d.device_id = device.device_id;
    perform conversure.close_device_role(device.role_name);
    ended := ended + 1;
  end loop;
  return ended;
end $$;
grant execute on function conversure.end_sessions(uuid, uuid, text, uuid, uuid) to conversure_api;

-- A computer was used; written down at most each five minutes.
create or replace function conversure.touch_device(token_digest bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update conversure.devices d set last_used_at = conversure.now()
  where d.token_hash = token_digest and d.closed_at is null
    and (d.last_used_at is null or d.last_used_at < conversure.now() - interval '5 minutes')
$$;
grant execute on function conversure.touch_device(bytea) to conversure_work;

-- The computers this user is signed in on, newest first.
create or replace function api.my_devices() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return (select coalesce(jsonb_agg(jsonb_build_object(
            'session_id', s.session_id, 'device', d.name, 'current', s.session_id = me.session_id,
            'signed_in_at', conversure.microseconds(s.created_at),
            'last_used_at', conversure.microseconds(coalesce(d.last_used_at, s.created_at)),
            'expires_at', conversure.microseconds(s.expires_at)) order by s.created_at desc, s.session_id desc), '[]')
          from conversure.sessions s
          join conversure.devices d on d.company_id = s.company_id and d.session_id = s.session_id
          where s.company_id = me.company_id and s.user_id = me.user_id and s.ended_at is null and s.expires_at > conversure.now());
end $$;
grant execute on function api.my_devices() to conversure_client;

-- Signs this user out on one computer (CV003 when it is not theirs), or on all.
create or replace function api.end_session(session uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  if session is null or conversure.end_sessions(me.company_id, me.user_id, 'signed_out_elsewhere', null, session) = 0 then
    perform conversure.refuse('CV003', 'no such session');
  end if;
end $$;
grant execute on function api.end_session(uuid) to conversure_client;

create or replace function api.sign_out_everywhere() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return conversure.end_sessions(me.company_id, me.user_id, 'signed_out_everywhere');
end $$;
grant execute on function api.sign_out_everywhere() to conversure_client;

reset role;
set local role conversure_api;

-- Lets a user of the company try their password again at once, on any computer.
create or replace function api.unlock(person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = person) then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  perform conversure.empty_buckets(me.company_id, person);
  perform conversure.note_act(me, 'user.unlocked', 'user', person);
end $$;
grant execute on function api.unlock(uuid) to conversure_client;

-- Deactivates a user of the company: their sessions end with their next statement. Answers how many open conversations
-- are theirs and wait for somebody else. Nobody deactivates themselves, so one admin is always left.
create or replace function api.deactivate(person uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  if person = me.user_id then
    perform conversure.refuse('CV002', 'nobody deactivates themselves');
  end if;
  perform from conversure.users u where u.company_id = me.company_id and u.user_id = person for update;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  update conversure.users u set active = false where u.company_id = me.company_id and u.user_id = person and u.active;
  if found then
    perform conversure.end_sessions(me.company_id, person, 'deactivated');
    perform conversure.note_act(me, 'user.deactivated', 'user', person);
  end if;
  return jsonb_build_object('open_conversations', (
    select count(*) from conversure.conversations c
    where c.company_id = me.company_id and c.assignee_id = person and c.status <> 'CLOSED'));
end $$;
grant execute on function api.deactivate(uuid) to conversure_client;

create or replace function api.activate(person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform from conversure.users u where u.company_id = me.company_id and u.user_id = person for update;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  update conversure.users u set active = true where u.company_id = me.company_id and u.user_id = person and not u.active;
  if found then
    perform conversure.note_act(me, 'user.activated', 'user', person);
  end if;
end $$;
grant execute on function api.activate(uuid) to conversure_client;

reset role;
