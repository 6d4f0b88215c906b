-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What people do with their own sign-ins, and admins with others'; guests from the company that runs the store.
set local role conversure_reaper;

-- Ends the other connections of one computer.
create or replace function conversure.cut_device(role_name text) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select count(pg_terminate_backend(a.pid, 0))::integer
  from pg_stat_activity a
  where a.usename = role_name and role_name ~ '^cv_[0-9a-f]{20}$' and a.pid <> pg_backend_pid() and a.datname = current_database()
$$;
grant execute on function conversure.cut_device(text) to conversure_auth;

reset role;
set local role conversure_auth;

-- Closes a computer's login role and takes its row. Its own client may be holding one of them, in a transaction that it
-- keeps open (each role may change its own password): then its connections end, else somebody who has stolen a session
-- could keep it from being closed.
create or replace function conversure.shut_device(device uuid, role_name text) returns void
language plpgsql volatile set lock_timeout = '1s' as $$
begin
  perform from conversure.devices d where d.device_id = device for update;
  perform conversure.close_device_role(role_name);
exception when lock_not_available or internal_error then -- the latter: the role was changed meanwhile
  perform conversure.cut_device(role_name);
  perform from conversure.devices d where d.device_id = device for update;
  perform conversure.close_device_role(role_name);
end $$;

-- Ends the connections of a user, whatever they are in the middle of; they may connect again.
create or replace function conversure.cut_user(company uuid, person uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select conversure.cut_device(d.role_name) from conversure.devices d
  where d.company_id = company and d.user_id = person and d.closed_at is null
$$;
grant execute on function conversure.cut_user(uuid, uuid) to conversure_api;

-- Ends sessions of one user: all, all but one, or one. Their login roles are closed; open connections are nobody's with
-- their next statement. A SUPER_ADMIN's visits to other companies end with the session they were entered from, and all of
-- them unless it is about one session. Answers how many it ended, visits apart.
create or replace function conversure.end_sessions(company uuid, person uuid, reason text, except_session uuid default null, only_session uuid default null) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  device record;
  visit record;
  ended integer := 0;
begin
  for device in
    select d.device_id, d.role_name, d.session_id from conversure.devices d
    where d.company_id = company and d.user_id = person and d.closed_at is null
      and d.session_id is distinct from except_session and (only_session is null or d.session_id = only_session)
    order by d.device_id
  loop
    perform conversure.shut_device(device.device_id, device.role_name);
    update conversure.devices d set closed_at = conversure.now() where d.device_id = device.device_id and d.closed_at is null;
    continue when not found;
    update conversure.sessions s set ended_at = conversure.now(), end_reason = reason
    where s.company_id = company and s.session_id = device.session_id and s.ended_at is null;
    ended := ended + 1;
    for visit in
      select s.company_id, s.user_id, s.session_id from conversure.sessions s where s.home_session_id = device.session_id and s.ended_at is null
    loop
      perform conversure.end_sessions(visit.company_id, visit.user_id, reason, null, visit.session_id);
    end loop;
  end loop;
  if only_session is null then
    for visit in
      select u.company_id, u.user_id from conversure.users u where u.home_company_id = company and u.home_user_id = person and u.guest
    loop
      perform conversure.end_sessions(visit.company_id, visit.user_id, reason);
    end loop;
  end if;
  return ended;
end $$;
grant execute on function conversure.end_sessions(uuid, uuid, text, uuid, uuid) to conversure_api;

-- Who is no SUPER_ADMIN any more, or not active, visits nobody.
create or replace function conversure.end_visits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  visit record;
begin
  for visit in
    select u.company_id, u.user_id from conversure.users u where u.home_company_id = new.company_id and u.home_user_id = new.user_id and u.guest
  loop
    perform conversure.end_sessions(visit.company_id, visit.user_id, 'home_ended');
  end loop;
  return null;
end $$;
grant execute on function conversure.end_visits() to conversure_owner;

reset role;
set local role conversure_owner;
create or replace trigger end_visits after update of active, role on conversure.users
  for each row when (not new.guest and old.role = 'SUPER_ADMIN' and not (new.active and new.role = 'SUPER_ADMIN'))
  execute function conversure.end_visits();

reset role;
set local role conversure_auth;

-- A computer was used; written down at most each five minutes, and not while its own client holds the row: the relay,
-- which asks for all, does not wait for one.
create or replace function conversure.touch_device(token_digest bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update conversure.devices d set last_used_at = conversure.now()
  where d.device_id = (
    select o.device_id from conversure.devices o
    where o.token_hash = token_digest and o.closed_at is null
      and (o.last_used_at is null or o.last_used_at < conversure.now() - interval '5 minutes')
    for update skip locked)
$$;
grant execute on function conversure.touch_device(bytea) to conversure_work;

-- The computers this user is signed in on, newest first.
create or replace function api.my_devices() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
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

-- Who this connection is, for a client that comes back with its device's login; CV001 when the session is over.
create or replace function api.whoami() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  perform conversure.touch_device(d.token_hash) from conversure.devices d where d.company_id = me.company_id and d.session_id = me.session_id;
  return (select jsonb_build_object('company_id', u.company_id, 'user_id', u.user_id, 'name', u.name, 'user_role', u.role,
                                    'company', c.name, 'expires_at', s.expires_at, 'email', u.email)
          from conversure.sessions s
          join conversure.users u on u.company_id = s.company_id and u.user_id = s.user_id
          join conversure.companies c on c.company_id = s.company_id
          where s.company_id = me.company_id and s.session_id = me.session_id);
end $$;
grant execute on function api.whoami() to conversure_client;

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

-- Sets a new proof for whom a ticket proves to be the caller; the computers the account is known on are forgotten but for
-- the one of the ticket. Answers how many other sessions it ended.
create or replace function conversure.change_proof(me conversure.session_info, ticket text, new_proof text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  pass constant conversure.sign_in_tickets := conversure.use_ticket(ticket);
  hash text;
begin
  if (pass.company_id, pass.user_id) is distinct from (me.company_id, me.user_id) then
    perform conversure.refuse('CV002', 'not your ticket');
  end if;
  hash := conversure.new_hash(new_proof, 1);
  update conversure.accounts a set proof_hash = hash, proof_version = a.proof_version + 1
  where a.company_id = me.company_id and a.user_id = me.user_id;
  delete from conversure.known_devices d
  where d.company_id = me.company_id and d.user_id = me.user_id and d.device_hash is distinct from pass.device_hash;
  return conversure.end_sessions(me.company_id, me.user_id, 'password_changed', me.session_id);
end $$;
grant execute on function conversure.change_proof(conversure.session_info, text, text) to conversure_api;

reset role;
set local role conversure_api;

-- Changes the caller's password: the ticket, of an earlier transaction, proves the old one; wrapped holds the member's
-- private keys under the new one. Every other session ends. Refused: CV001 and CV005 as sign_in_finish, CV002 for
-- somebody else's ticket, CV007 while the store is busy (the ticket is then not used up). {"ended_sessions": n}
create or replace function api.change_password(ticket text, new_proof text, wrapped bytea) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  ended integer;
begin
  if coalesce(octet_length(wrapped), 0) not between 1 and 1024 then
    perform conversure.refuse('CV004', 'not wrapped keys');
  end if;
  ended := conversure.change_proof(me, ticket, new_proof);
  update conversure.user_keys k set wrapped = change_password.wrapped where k.company_id = me.company_id and k.user_id = me.user_id;
  if not found then
    perform conversure.refuse('CV003', 'this member has no keys');
  end if;
  perform conversure.note_act(me, 'user.password_changed', 'user', me.user_id);
  return jsonb_build_object('ended_sessions', ended);
end $$;
grant execute on function api.change_password(text, text, bytea) to conversure_client;

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

-- Holds rows of users, always in the same order, so that two admins cannot take each other's rights at once. Not more than
-- that: rows that name them, in a transaction of theirs that stays open, must not be in the way.
create or replace function conversure.hold_users(company uuid, people uuid[]) returns void
language sql volatile as $$
  select from conversure.users u where u.company_id = company and u.user_id = any (people) order by u.user_id for no key update
$$;

-- Whether the caller still is an admin, once a wait is over; else CV002.
create or replace function conversure.require_still_admin(me conversure.session_info) returns void
language plpgsql volatile as $$
begin
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = me.user_id and u.active and u.role <> 'AGENT') then
    perform conversure.refuse('CV002', 'only an admin may do this');
  end if;
end $$;

-- Deactivates a user of the company: their sessions end with their next statement. Answers how many open conversations
-- are theirs and wait for somebody else. CV002: nobody deactivates themselves, so one admin is always left.
create or replace function api.deactivate(person uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  if person = me.user_id then
    perform conversure.refuse('CV002', 'nobody deactivates themselves');
  end if;
  begin
    perform conversure.hold_users(me.company_id, array[me.user_id, person]);
  exception when lock_not_available then
    -- Whoever is to go may be holding the rows, in a transaction that they keep open.
    perform conversure.cut_user(me.company_id, person);
    perform conversure.hold_users(me.company_id, array[me.user_id, person]);
  end;
  perform conversure.require_still_admin(me);
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = person) then
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
exception when lock_not_available then
  perform conversure.refuse('CV007', 'the store is busy', '{"retry_after": 1, "reason": "busy"}');
end $$;
grant execute on function api.deactivate(uuid) to conversure_client;

-- Sessions of before stay over, also one that was being made meanwhile.
create or replace function api.activate(person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform from conversure.users u where u.company_id = me.company_id and u.user_id = person for no key update;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  update conversure.users u set active = true where u.company_id = me.company_id and u.user_id = person and not u.active;
  if found then
    perform conversure.end_sessions(me.company_id, person, 'deactivated');
    perform conversure.note_act(me, 'user.activated', 'user', person);
  end if;
end $$;
grant execute on function api.activate(uuid) to conversure_client;

reset role;
