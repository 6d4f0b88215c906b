-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Teams, roles and who sees what: for admins. Each change that gives somebody other things to see puts a row for them
-- into the feed (triggers in 40_feed.sql), in the same transaction.
set local role conversure_api;

-- The name of a team as it is kept, or CV004.
create or replace function conversure.team_name(name text) returns text
language plpgsql volatile as $$
begin
  if length(btrim(coalesce(name, ''))) not between 1 and 80 then
    perform conversure.refuse('CV004', 'a team needs a name', '{"max_length": 80}');
  end if;
  return btrim(name);
end $$;

-- The name of the caller's team, locked against others who change it, or CV003.
create or replace function conversure.locked_team(company uuid, team uuid) returns text
language plpgsql volatile as $$
declare
  found_name text;
begin
  select t.name into found_name from conversure.teams t where t.company_id = company and t.team_id = team for no key update;
  if not found then
    perform conversure.refuse('CV003', 'no such team');
  end if;
  return found_name;
end $$;

-- The id is made by the caller, so that a repeated call is recognised. CV006: the name is taken.
create or replace function api.create_team(team uuid, name text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  new_name constant text := conversure.team_name(name);
begin
  if team is null then
    perform conversure.refuse('CV004', 'a team needs an id');
  end if;
  begin
    insert into conversure.teams (company_id, team_id, name) values (me.company_id, team, new_name)
    on conflict (company_id, team_id) do nothing;
  exception when unique_violation then
    perform conversure.refuse('CV006', 'there is a team of this name');
  end;
  if not found then
    if conversure.locked_team(me.company_id, team) <> new_name then
      perform conversure.refuse('CV006', 'this is another team');
    end if;
    return;
  end if;
  perform conversure.note_act(me, 'team.created', 'team', team, jsonb_build_object('name', new_name));
end $$;
grant execute on function api.create_team(uuid, text) to conversure_client;

create or replace function api.rename_team(team uuid, name text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  new_name constant text := conversure.team_name(name);
  old_name constant text := conversure.locked_team(me.company_id, team);
begin
  if old_name = new_name then
    return;
  end if;
  begin
    update conversure.teams t set name = new_name where t.company_id = me.company_id and t.team_id = team;
  exception when unique_violation then
    perform conversure.refuse('CV006', 'there is a team of this name');
  end;
  perform conversure.note_act(me, 'team.renamed', 'team', team, jsonb_build_object('from', old_name, 'to', new_name));
end $$;
grant execute on function api.rename_team(uuid, text) to conversure_client;

-- Its conversations stay with whoever has them; what nobody has is everybody's again.
create or replace function api.delete_team(team uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  old_name constant text := conversure.locked_team(me.company_id, team);
begin
  delete from conversure.teams t where t.company_id = me.company_id and t.team_id = team;
  perform conversure.note_act(me, 'team.deleted', 'team', team, jsonb_build_object('name', old_name));
end $$;
grant execute on function api.delete_team(uuid) to conversure_client;

create or replace function api.add_team_member(team uuid, person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.locked_team(me.company_id, team);
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = person and u.active) then
    perform conversure.refuse('CV003', 'no such colleague');
  end if;
  insert into conversure.team_members (company_id, team_id, user_id) values (me.company_id, team, person)
  on conflict do nothing;
  if found then
    perform conversure.note_act(me, 'team.member_added', 'team', team, jsonb_build_object('user_id', person));
  end if;
end $$;
grant execute on function api.add_team_member(uuid, uuid) to conversure_client;

create or replace function api.remove_team_member(team uuid, person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.locked_team(me.company_id, team);
  delete from conversure.team_members m where m.company_id = me.company_id and m.team_id = team and m.user_id = person;
  if not found then
    perform conversure.refuse('CV003', 'not a member of this team');
  end if;
  perform conversure.note_act(me, 'team.member_removed', 'team', team, jsonb_build_object('user_id', person));
end $$;
grant execute on function api.remove_team_member(uuid, uuid) to conversure_client;

-- What agents see: 'all'; 'team': what they have, what their teams were given, what nobody has; 'own': what they have.
create or replace function api.set_visibility(mode text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  before text;
begin
  if mode is null or mode not in ('all', 'team', 'own') then
    perform conversure.refuse('CV004', 'no such visibility');
  end if;
  select s.visibility into before from conversure.company_settings s where s.company_id = me.company_id for no key update;
  if before = mode then
    return;
  end if;
  update conversure.company_settings s set visibility = mode where s.company_id = me.company_id;
  perform conversure.note_act(me, 'company.visibility_changed', 'company', me.company_id, jsonb_build_object('from', before, 'to', mode));
end $$;
grant execute on function api.set_visibility(text) to conversure_client;

-- Holds the active admins, so that two of them cannot take each other's rights at once, and answers how many there are.
create or replace function conversure.hold_admins(company uuid) returns integer
language sql volatile as $$
  select count(*)::integer
  from (select from conversure.users u
        where u.company_id = company and u.role = 'COMPANY_ADMIN' and u.active order by u.user_id for no key update) held
$$;

-- Makes an agent an admin or the other way round. CV002: the last admin stays one, and SUPER_ADMIN is nobody's to change.
create or replace function api.set_role(person uuid, role text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  admins constant integer := conversure.hold_admins(me.company_id);
  member conversure.users;
begin
  if role is null or role not in ('AGENT', 'COMPANY_ADMIN') then
    perform conversure.refuse('CV004', 'no such role');
  end if;
  perform conversure.require_still_admin(me);
  select u.* into member from conversure.users u where u.company_id = me.company_id and u.user_id = person for no key update;
  if not found then
    perform conversure.refuse('CV003', 'no such colleague');
  end if;
  if member.role = 'SUPER_ADMIN' then
    perform conversure.refuse('CV002', 'this role is not the company''s to change');
  end if;
  if member.role = set_role.role then
    return;
  end if;
  if member.role = 'COMPANY_ADMIN' and member.active and admins < 2 then
    perform conversure.refuse('CV002', 'the last admin stays one', '{"reason": "last_admin"}');
  end if;
  update conversure.users u set role = set_role.role where u.company_id = me.company_id and u.user_id = person;
  perform conversure.note_act(me, 'user.role_changed', 'user', person, jsonb_build_object('from', member.role, 'to', set_role.role));
end $$;
grant execute on function api.set_role(uuid, text) to conversure_client;

reset role;
