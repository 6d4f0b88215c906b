-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The SUPER_ADMINs of the company that runs the store enter the others as guests: with a row of their own among that
-- company's users, which its admins see and may deactivate, and with a record of all that they do.
set local role conversure_work;

-- Notes an act of somebody in a company that is not the caller's.
create or replace function conversure.note_act_in(company uuid, actor uuid, action text, subject_kind text, subject uuid, detail jsonb default '{}') returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into conversure.audit_log (company_id, audit_id, at, actor_id, action, subject_kind, subject_id, detail)
  values (company, conversure.uuid7(), conversure.now(), actor, action, subject_kind, subject, detail)
$$;
grant execute on function conversure.note_act_in(uuid, uuid, text, text, uuid, jsonb) to conversure_auth;

-- Called for each SUPER_ADMIN's call: notes which function of the api a guest uses, if it may change something. What
-- only reads is declared stable; the volatile ones of which that is true nevertheless are named here.
create or replace function conversure.note_guest(me conversure.session_info) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  stack text;
  called text;
begin
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = me.user_id and u.guest) then
    return;
  end if;
  -- The innermost one, and at the beginning of a line: what stands further out holds the text of the caller's statements,
  -- where anything may be written.
  get diagnostics stack = pg_context;
  called := substring(stack from '(?n)^[A-Za-z/]+ function api[.]([a-z0-9_]+)[(]');
  if called is null
     or called <> all (array['feed_since', 'send_state', 'whoami'])
        and exists (select from pg_proc p where p.pronamespace = 'api'::regnamespace and p.proname = called and p.provolatile = 'v') then
    perform conversure.note_act_in(me.company_id, me.user_id, 'guest.acted', null, null, jsonb_build_object('function', called));
  end if;
end $$;
grant execute on function conversure.note_guest(conversure.session_info) to conversure_auth, conversure_api;

reset role;
set local role conversure_auth;

-- The session of a SUPER_ADMIN at home, or CV002.
create or replace function conversure.require_super_admin() returns conversure.session_info
language plpgsql volatile as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  if me.role <> 'SUPER_ADMIN'
     or exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = me.user_id and u.guest) then
    perform conversure.refuse('CV002', 'only a super admin may do this, and at home');
  end if;
  return me;
end $$;

-- All companies of the store: [{"company_id", "name"}], by name.
create or replace function api.companies() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_super_admin();
begin
  return (select jsonb_agg(jsonb_build_object('company_id', c.company_id, 'name', c.name) order by lower(c.name), c.company_id)
          from conversure.companies c);
end $$;
grant execute on function api.companies() to conversure_client;

-- Enters another company as a guest: a session and a login role there, answered as by sign_in_finish. It lasts no longer
-- than the session it is entered from. CV003: no such company; CV004: one's own; CV002: its admins have deactivated the
-- guest.
create or replace function api.enter_company(company uuid, device_name text, verifier text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_super_admin();
  visitor conversure.users;
  until timestamptz;
  pass jsonb;
begin
  if not exists (select from conversure.companies c where c.company_id = company) then
    perform conversure.refuse('CV003', 'no such company');
  end if;
  if company = me.company_id then
    perform conversure.refuse('CV004', 'you are there already');
  end if;
  insert into conversure.users (company_id, user_id, email, name, role, guest, home_company_id, home_user_id)
  select company, conversure.uuid7(), u.email, u.name, 'SUPER_ADMIN', true, u.company_id, u.user_id
  from conversure.users u where u.company_id = me.company_id and u.user_id = me.user_id
  on conflict (company_id, home_company_id, home_user_id) where guest do nothing;
  select u.* into visitor from conversure.users u
  where u.company_id = company and u.home_company_id = me.company_id and u.home_user_id = me.user_id and u.guest for no key update;
  if not visitor.active then
    perform conversure.refuse('CV002', 'this company does not let you in');
  end if;
  select s.expires_at into until from conversure.sessions s where s.company_id = me.company_id and s.session_id = me.session_id;
  pass := conversure.open_session(company, visitor.user_id, device_name, verifier, until, me.session_id);
  perform conversure.note_act_in(company, visitor.user_id, 'company.entered', 'user', visitor.user_id,
    jsonb_build_object('home_company_id', me.company_id, 'home_user_id', me.user_id));
  return pass;
end $$;
grant execute on function api.enter_company(uuid, text, text) to conversure_client;

reset role;
