-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Who looks after a conversation. The store is the referee: of any number of claims at once exactly one wins, and the
-- others are told who.
set local role conversure_work;

-- The conversation of a call, locked, or CV003.
create or replace function conversure.held_conversation(me conversure.session_info, conversation uuid) returns conversure.conversations
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  sight constant text[] := conversure.topics_for(me.company_id, me.user_id);
  talk conversure.conversations;
begin
  select c.* into talk from conversure.conversations c
  where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && sight for update;
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  return talk;
end $$;
grant execute on function conversure.held_conversation(conversure.session_info, uuid) to conversure_api;

reset role;
set local role conversure_api;

-- A colleague's id and name, for refusals.
create or replace function conversure.named(company uuid, person uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object('user_id', person, 'name', (select u.name from conversure.users u where u.company_id = company and u.user_id = person))
$$;

-- Takes a conversation that nobody has. CV020 names who has it; taking one's own again is no error. Whoever lost a race
-- may no longer see the conversation, and is told all the same who won.
create or replace function api.claim(conversation uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  topics_now constant text[] := conversure.my_topics();
  seen_before constant boolean := exists (select from conversure.conversations c
    where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && topics_now);
  assignee uuid;
begin
  select c.assignee_id into assignee from conversure.conversations c
  where c.company_id = me.company_id and c.conversation_id = conversation and seen_before for update;
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  if assignee = me.user_id then
    return;
  end if;
  if assignee is not null then
    perform conversure.refuse('CV020', 'somebody else has it already', conversure.named(me.company_id, assignee));
  end if;
  update conversure.conversations c set assignee_id = me.user_id
  where c.company_id = me.company_id and c.conversation_id = conversation;
  perform conversure.note_act(me, 'conversation.claimed', 'conversation', conversation);
end $$;
grant execute on function api.claim(uuid) to conversure_client;

-- Gives a conversation to a colleague, or to nobody (null). Agents give away what is theirs or nobody's, admins anything.
create or replace function api.assign(conversation uuid, person uuid, remark text default '') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  assignee uuid;
begin
  if length(coalesce(remark, '')) > 2000 then
    perform conversure.refuse('CV004', 'the remark is too long', '{"max_length": 2000}');
  end if;
  assignee := (conversure.held_conversation(me, conversation)).assignee_id;
  if me.role = 'AGENT' and assignee <> me.user_id then
    perform conversure.refuse('CV020', 'somebody else has it', conversure.named(me.company_id, assignee));
  end if;
  if person is not null and not exists (
      select from conversure.users u where u.company_id = me.company_id and u.user_id = person and u.active) then
    perform conversure.refuse('CV003', 'no such colleague');
  end if;
  if assignee is not distinct from person then
    return;
  end if;
  update conversure.conversations c set assignee_id = person
  where c.company_id = me.company_id and c.conversation_id = conversation;
  perform conversure.note_act(me, case when person is null then 'conversation.released' else 'conversation.assigned' end,
    'conversation', conversation, jsonb_strip_nulls(jsonb_build_object('from', assignee, 'to', person, 'remark', nullif(remark, ''))));
end $$;
grant execute on function api.assign(uuid, uuid, text) to conversure_client, conversure_api;

-- Gives a conversation to a team, or takes it out of one (null). Whoever has it keeps it; what nobody has is the team's
-- to claim. The same people may as with assign.
create or replace function api.assign_team(conversation uuid, team uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  talk constant conversure.conversations := conversure.held_conversation(me, conversation);
begin
  if me.role = 'AGENT' and talk.assignee_id <> me.user_id then
    perform conversure.refuse('CV020', 'somebody else has it', conversure.named(me.company_id, talk.assignee_id));
  end if;
  if team is not null then
    perform from conversure.teams t where t.company_id = me.company_id and t.team_id = team for key share;
    if not found then
      perform conversure.refuse('CV003', 'no such team');
    end if;
  end if;
  if talk.team_id is not distinct from team then
    return;
  end if;
  update conversure.conversations c set team_id = team
  where c.company_id = me.company_id and c.conversation_id = conversation;
  perform conversure.note_act(me, 'conversation.given_to_team', 'conversation', conversation,
    jsonb_strip_nulls(jsonb_build_object('from', talk.team_id, 'to', team)));
end $$;
grant execute on function api.assign_team(uuid, uuid) to conversure_client;

-- Gives a conversation back to everybody.
create or replace function api.release(conversation uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform api.assign(conversation, null);
end $$;
grant execute on function api.release(uuid) to conversure_client;

-- Gives all open conversations of one colleague, as after their deactivation, to another one, or back to everybody ( heir
-- null); answers how many. Only an admin. CV003: no such colleague, or the heir is not active.
create or replace function api.hand_over(person uuid, heir uuid, remark text default '') returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  held uuid[];
begin
  if length(coalesce(remark, '')) > 2000 then
    perform conversure.refuse('CV004', 'the remark is too long', '{"max_length": 2000}');
  end if;
  if not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = person) then
    perform conversure.refuse('CV003', 'no such colleague');
  end if;
  if heir is not null then
    -- Held, so that nobody deactivates the heir meanwhile.
    perform from conversure.users u where u.company_id = me.company_id and u.user_id = heir and u.active for share;
    if not found then
      perform conversure.refuse('CV003', 'no such colleague');
    end if;
  end if;
  if heir = person then
    return 0;
  end if;
  -- In the order of their ids, so that two who do this at once wait for each other and never in a circle.
  select array_agg(h.conversation_id) into held
  from (select c.conversation_id from conversure.conversations c
        where c.company_id = me.company_id and c.assignee_id = person and c.status <> 'CLOSED'
        order by c.conversation_id for update) h;
  if held is null then
    return 0;
  end if;
  update conversure.conversations c set assignee_id = heir
  where c.company_id = me.company_id and c.conversation_id = any (held);
  perform conversure.note_act(me, 'conversations.handed_over', 'user', person,
    jsonb_strip_nulls(jsonb_build_object('from', person, 'to', heir, 'count', cardinality(held), 'remark', nullif(remark, ''))));
  return cardinality(held);
end $$;
grant execute on function api.hand_over(uuid, uuid, text) to conversure_client;

reset role;
