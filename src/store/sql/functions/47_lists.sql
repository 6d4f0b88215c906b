-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Lists and counts. A policy filters while an index walks the whole company: 1.4 s for an agent who owns nothing among
-- a million conversations. So each kind of sight is a branch with an index and a limit of its own. What may be seen is
-- still said by conversure.my_topics alone. Rows are built here as conversure.change_json does: calling it for each of
-- them costs more than all the rest.
set local role conversure_api;

-- The teams among topics.
create or replace function conversure.teams_among(topics text[]) returns uuid[]
language sql immutable as $$
  select array(select substr(topic, 3)::uuid from unnest(topics) topic where topic like 't:%')
$$;

-- The newest conversations under these topics, below a place in the list.
create or replace function conversure.newest_in_sight(company uuid, person uuid, sight text[], below_at timestamptz, below_id uuid, most integer)
returns table (last_message_at timestamptz, conversation_id uuid, inbound_seq bigint)
language plpgsql stable rows 200 set plan_cache_mode = force_generic_plan as $$
declare
  teams constant uuid[] := conversure.teams_among(sight);
begin
  if 'all' = any (sight) then
    return query
      select c.last_message_at, c.conversation_id, c.inbound_seq from conversure.conversations c
      where c.company_id = company and (c.last_message_at, c.conversation_id) < (below_at, below_id)
      order by c.last_message_at desc, c.conversation_id desc limit most;
    return;
  end if;
  -- What is one's own is always in sight. No row is in two branches, so that they need no comparing.
  return query
    select k.last_message_at, k.conversation_id, k.inbound_seq from (
      (select c.last_message_at, c.conversation_id, c.inbound_seq from conversure.conversations c
       where c.company_id = company and c.assignee_id = person
         and (c.last_message_at, c.conversation_id) < (below_at, below_id)
       order by c.last_message_at desc, c.conversation_id desc limit most)
      union all
      (select c.last_message_at, c.conversation_id, c.inbound_seq from conversure.conversations c
       where c.company_id = company and c.assignee_id is null and c.team_id is null and 'free' = any (sight)
         and (c.last_message_at, c.conversation_id) < (below_at, below_id)
       order by c.last_message_at desc, c.conversation_id desc limit most)
      union all
      select g.last_message_at, g.conversation_id, g.inbound_seq
      from unnest(teams) team cross join lateral (
        select c.last_message_at, c.conversation_id, c.inbound_seq from conversure.conversations c
        where c.company_id = company and c.team_id = team and c.assignee_id is distinct from person
          and (c.last_message_at, c.conversation_id) < (below_at, below_id)
        order by c.last_message_at desc, c.conversation_id desc limit most) g) k
    order by k.last_message_at desc, k.conversation_id desc limit most;
end $$;

-- A page of what the caller sees, newest first, below a place (both null: from the top): rows with the caller's read
-- marks, null where nothing was read. CV004 for more than 500.
create or replace function api.conversation_page(before_us bigint, before_id uuid, max_rows integer)
returns table (change jsonb, read_mark jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  me constant conversure.session_info := conversure.require_session();
  sight constant text[] := conversure.my_topics();
begin
  if max_rows is null or max_rows not between 1 and 500 then
    perform conversure.refuse('CV004', 'a page has at most 500 rows', '{"max_rows": 500}');
  end if;
  return query
    select jsonb_build_object('kind', 'conversation', 'id', v.conversation_id, 'rev', v.rev, 'row', v.row),
           case when r.rev is not null
                then jsonb_build_object('kind', 'read_mark', 'id', v.conversation_id, 'rev', r.rev, 'row', jsonb_build_object('read_seq', r.read_seq)) end
    from conversure.newest_in_sight(me.company_id, me.user_id, sight,
           coalesce(conversure.from_microseconds(before_us), 'infinity'),
           coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), max_rows) k
    join conversure.conversation_rows v on v.company_id = me.company_id and v.conversation_id = k.conversation_id
    left join conversure.conversation_reads r
      on r.company_id = me.company_id and r.user_id = me.user_id and r.conversation_id = k.conversation_id
    order by k.last_message_at desc, k.conversation_id desc;
end $$;
grant execute on function api.conversation_page(bigint, uuid, integer) to conversure_client;

-- A page of a conversation's messages, newest first, before a place (null: the newest). CV003 when the conversation is
-- not to be seen: asked once and first, not of each message. CV004 for more than 500.
create or replace function api.message_page(conversation uuid, before_us bigint, before_id uuid, max_rows integer)
returns table (change jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  if max_rows is null or max_rows not between 1 and 500 then
    perform conversure.refuse('CV004', 'a page has at most 500 rows', '{"max_rows": 500}');
  end if;
  if not exists (select from conversure.conversations c
                 where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && conversure.my_topics()) then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  return query
    select jsonb_build_object('kind', 'message', 'id', v.message_id, 'rev', v.rev, 'row', v.row)
    from conversure.message_rows v
    where v.company_id = me.company_id and v.conversation_id = conversation
      and (v.sort_at, v.message_id) < (coalesce(conversure.from_microseconds(before_us), 'infinity'),
                                       coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    order by v.sort_at desc, v.message_id desc
    limit max_rows;
end $$;
grant execute on function api.message_page(uuid, bigint, uuid, integer) to conversure_client;

-- What stands beside the views of the list, of what the caller sees: {"open", "mine", "unassigned", "most", "unread",
-- "unread_of"}. open, mine and unassigned count open conversations and stop at "most", shown as 999+. unread counts the
-- conversations with something unread among the "unread_of" that moved last: whoever has read everything would else pay
-- for a look at each of them (7 ms for a thousand), and what is unread lies on top. Nobody needs the orders: without one
-- the planner takes the limit for a promise that enough is found soon, and reads the whole company for whoever has nothing
-- among few who have much.
create or replace function api.inbox_counts() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  me constant conversure.session_info := conversure.require_session();
  sight constant text[] := conversure.my_topics();
  teams constant uuid[] := conversure.teams_among(sight);
  most constant integer := 1000;
  unread_of constant integer := 200;
  open integer;
  mine integer;
  unassigned integer;
  unread integer;
begin
  select count(*) into mine
  from (select from conversure.conversations c
        where c.company_id = me.company_id and c.status = 'OPEN' and c.assignee_id = me.user_id
        order by c.team_id limit most) o;
  if 'all' = any (sight) then
    select count(*) into open
    from (select from conversure.conversations c where c.company_id = me.company_id and c.status = 'OPEN'
          order by c.assignee_id, c.team_id limit most) o;
    select count(*) into unassigned
    from (select from conversure.conversations c
          where c.company_id = me.company_id and c.status = 'OPEN' and c.assignee_id is null
          order by c.assignee_id, c.team_id limit most) o;
  else
    select count(*) into unassigned
    from (select from conversure.conversations c
          where c.company_id = me.company_id and c.status = 'OPEN' and c.assignee_id is null and c.team_id is null
            and 'free' = any (sight)
          order by c.assignee_id, c.team_id limit most) o;
    unassigned := unassigned + (
      select count(*)
      from (select from unnest(teams) team cross join lateral (
              select from conversure.conversations c
              where c.company_id = me.company_id and c.status = 'OPEN' and c.team_id = team and c.assignee_id is null
              order by c.assignee_id limit most) g limit most) o);
    open := mine + unassigned + (
      select count(*)
      from (select from unnest(teams) team cross join lateral (
              select from conversure.conversations c
              where c.company_id = me.company_id and c.status = 'OPEN' and c.team_id = team and c.assignee_id <> me.user_id
              order by c.assignee_id limit most) g limit most) o);
  end if;
  select count(*) into unread
  from conversure.newest_in_sight(me.company_id, me.user_id, sight, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', unread_of) k
  left join conversure.conversation_reads r
    on r.company_id = me.company_id and r.user_id = me.user_id and r.conversation_id = k.conversation_id
  where k.inbound_seq > coalesce(r.read_seq, 0);
  return jsonb_build_object('open', least(open, most), 'mine', mine, 'unassigned', least(unassigned, most), 'most', most,
                            'unread', unread, 'unread_of', unread_of);
end $$;
grant execute on function api.inbox_counts() to conversure_client;

reset role;
