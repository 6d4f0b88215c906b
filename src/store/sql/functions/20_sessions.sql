-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Who is asking. The only place that turns a connection into a person.
do $$
begin
  if to_regtype('conversure.session_info') is null then
    create type conversure.session_info as (company_id uuid, user_id uuid, session_id uuid, role text);
    alter type conversure.session_info owner to conversure_owner;
    grant usage on type conversure.session_info to conversure_auth, conversure_api, conversure_client;
  end if;
end $$;

set local role conversure_auth;

-- The session of this connection: of its device role, which nobody can forge, or, over a shared connection, of the token
-- set for this transaction. Nobody in any isolation but READ COMMITTED: an older snapshot would keep rights that are gone.
create or replace function conversure.current_session() returns conversure.session_info
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_session conversure.session_info;
  token constant text := nullif(current_setting('conversure.token', true), '');
  t constant timestamptz := conversure.now(); -- once, and not for each row that the statement looks at
  device conversure.devices;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    return null;
  end if;
  select d.* into device from conversure.devices d where d.role_name = session_user;
  if not found and token is not null then
    select d.* into device from conversure.devices d where d.token_hash = sha256(convert_to(token, 'UTF8'));
  end if;
  if device.device_id is null or device.closed_at is not null then
    return null;
  end if;
  select s.company_id, s.user_id, s.session_id, u.role into found_session
  from conversure.sessions s
  join conversure.users u on u.company_id = s.company_id and u.user_id = s.user_id
  where s.company_id = device.company_id and s.session_id = device.session_id
    and s.ended_at is null and s.expires_at > t and u.active;
  return found_session;
end $$;
grant execute on function conversure.current_session() to conversure_api, conversure_work, conversure_client;

create or replace function conversure.my_company() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (conversure.current_session()).company_id;
end $$;
grant execute on function conversure.my_company() to conversure_api, conversure_client;

create or replace function conversure.my_user() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (conversure.current_session()).user_id;
end $$;
grant execute on function conversure.my_user() to conversure_api, conversure_client;

-- The topics a user may see; 'members' is what concerns all of the company. Visibility has one home: this, and topics_of.
-- Admins see all: under 'own' an unassigned conversation would otherwise be seen by nobody.
create or replace function conversure.topics_for(company uuid, person uuid) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select array['me:' || person, 'members'] || case
            when s.visibility = 'all' or u.role <> 'AGENT' then array['all']
            when s.visibility = 'team' then array['free', 'u:' || person]
              || array(select 't:' || t.team_id from conversure.team_members t where t.company_id = company and t.user_id = person)
            else array['u:' || person] end
          from conversure.company_settings s
          join conversure.users u on u.company_id = s.company_id and u.user_id = person
          where s.company_id = company);
end $$;
grant execute on function conversure.topics_for(uuid, uuid) to conversure_work;

create or replace function conversure.my_topics() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.current_session();
begin
  return coalesce(conversure.topics_for(me.company_id, me.user_id), '{}');
end $$;
grant execute on function conversure.my_topics() to conversure_api, conversure_client;

-- The session, or CV001. Every function of schema api begins with it.
create or replace function conversure.require_session() returns conversure.session_info
language plpgsql volatile as $$
declare
  me constant conversure.session_info := conversure.current_session();
begin
  if me.session_id is null then
    perform conversure.refuse('CV001', 'not signed in');
  end if;
  if me.role = 'SUPER_ADMIN' then
    perform conversure.note_guest(me);
  end if;
  return me;
end $$;
grant execute on function conversure.require_session() to conversure_api, conversure_work;

reset role;
set local role conversure_work;

-- The topics of a conversation: all who see everything, who has it, the team it was given to; free is what nobody has.
drop function if exists conversure.topics_of(uuid);
create or replace function conversure.topics_of(assignee uuid, team uuid) returns text[]
language sql immutable parallel safe
return array_remove(array['all', 'u:' || assignee, 't:' || team, case when assignee is null and team is null then 'free' end], null);
grant execute on function conversure.topics_of(uuid, uuid) to conversure_api, conversure_owner;

reset role;
