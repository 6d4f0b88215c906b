-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- How much numbers and users may send a day. A count belongs to a local day and an epoch: the day changes, the row changes,
-- so nothing is reset at midnight; a manual reset raises the epoch, and what was charged before it is forgotten.
--
-- What sending charges is conversure_work's, as all of sending (50_sending.sql).
set local role conversure_work;

-- Waits for one's turn at the row that all senders of a number want. Without a queue each commit wakes up everybody who
-- waits for that row, and all but one go back to sleep; here it wakes up the next. It is for speed alone: what is counted
-- is decided by the row.
create or replace function conversure.queue_for_number(number uuid) returns void
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(7166540, uuid_hash(number));
end $$;

-- Charges one message to a number's local day, atomically: either a place was free, or it answers no row.
drop function if exists conversure.charge_quota(uuid, uuid, date, integer, boolean);
create or replace function conversure.charge_number(company uuid, number uuid, day date, quota_limit integer) returns integer
language plpgsql volatile as $$
#variable_conflict use_column
declare
  charged integer;
begin
  perform conversure.queue_for_number(number);
  -- The day's row is there but for the first message of the day; then there is nothing to try to insert.
  update conversure.quota_log q set sent = q.sent + 1, quota_limit = charge_number.quota_limit
  where q.company_id = company and q.number_id = number and q.day = charge_number.day and q.sent < charge_number.quota_limit
  returning q.epoch into charged;
  if found then
    return charged;
  end if;
  insert into conversure.quota_log as q (company_id, number_id, day, sent, quota_limit)
  select company, number, charge_number.day, 1, charge_number.quota_limit where charge_number.quota_limit > 0
  on conflict (company_id, number_id, day) do update
    set sent = q.sent + 1, quota_limit = excluded.quota_limit
    where q.sent < excluded.quota_limit
  returning q.epoch into charged;
  return charged;
end $$;

-- The same for a user; quota_limit null: counted, and not limited.
create or replace function conversure.charge_agent(company uuid, person uuid, day date, quota_limit integer) returns integer
language plpgsql volatile as $$
#variable_conflict use_column
declare
  charged integer;
begin
  update conversure.agent_quotas q set sent = q.sent + 1, quota_limit = charge_agent.quota_limit
  where q.company_id = company and q.user_id = person and q.day = charge_agent.day
    and (charge_agent.quota_limit is null or q.sent < charge_agent.quota_limit)
  returning q.epoch into charged;
  if found then
    return charged;
  end if;
  insert into conversure.agent_quotas as q (company_id, user_id, day, sent, quota_limit)
  select company, person, charge_agent.day, 1, charge_agent.quota_limit where charge_agent.quota_limit is null or charge_agent.quota_limit > 0
  on conflict (company_id, user_id, day) do update
    set sent = q.sent + 1, quota_limit = excluded.quota_limit
    where excluded.quota_limit is null or q.sent < excluded.quota_limit
  returning q.epoch into charged;
  return charged;
end $$;

-- Moves what an attempt was charged, by −1 (given back) or +1 (taken again, limit or not, because it happened). Only in the
-- epochs it was charged to.
drop function if exists conversure.refund_quota(uuid, uuid, date, integer);
create or replace function conversure.move_charge(a conversure.message_delivery_attempts, step integer) returns void
language plpgsql volatile as $$
begin
  update conversure.agent_quotas q set sent = q.sent + step
  where q.company_id = a.company_id and q.user_id = a.author_id and q.day = a.charged_day and q.epoch = a.charged_agent_epoch;
  perform conversure.queue_for_number(a.number_id);
  update conversure.quota_log q set sent = q.sent + step
  where q.company_id = a.company_id and q.number_id = a.number_id and q.day = a.charged_day and q.epoch = a.charged_epoch;
end $$;

reset role;
set local role conversure_api;

-- {"limit","used","frees_at"} of a number today.
create or replace function conversure.number_quota(company uuid, number uuid, t timestamptz) returns jsonb
language sql stable as $$
  select jsonb_build_object('limit', conversure.daily_limit(company, number, t),
    'used', coalesce((select q.sent from conversure.quota_log q where q.company_id = company and q.number_id = number and q.day = d.today), 0),
    'frees_at', conversure.microseconds(conversure.day_ends(company, d.today)))
  from (select conversure.local_day(company, t) as today) d
$$;
grant execute on function conversure.number_quota(uuid, uuid, timestamptz) to conversure_work;

-- The same of a user; null when there is no limit.
create or replace function conversure.agent_quota(company uuid, person uuid, t timestamptz) returns jsonb
language sql stable as $$
  select jsonb_build_object('limit', l.agent_limit,
    'used', coalesce((select q.sent from conversure.agent_quotas q where q.company_id = company and q.user_id = person and q.day = d.today), 0),
    'frees_at', conversure.microseconds(conversure.day_ends(company, d.today)))
  from (select conversure.local_day(company, t) as today) d, (select conversure.agent_limit(company, person) as agent_limit) l
  where l.agent_limit is not null
$$;
grant execute on function conversure.agent_quota(uuid, uuid, timestamptz) to conversure_work;

-- How much of today is left for who writes in a conversation: {"now","number":{…},"agent":{…}|null}.
create or replace function api.send_limits(conversation uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  number uuid;
  t constant timestamptz := conversure.now();
begin
  select c.number_id into number from conversure.conversations c
  where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && conversure.my_topics();
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  return jsonb_build_object('now', conversure.microseconds(t), 'number', conversure.number_quota(me.company_id, number, t),
                            'agent', conversure.agent_quota(me.company_id, me.user_id, t));
end $$;
grant execute on function api.send_limits(uuid) to conversure_client;

-- Gives a number a limit of its own, with the reason, or (null) the ladder's again.
create or replace function api.set_number_limit(number uuid, daily_limit integer, remark text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  reason constant text := btrim(coalesce(remark, ''));
  before conversure.whatsapp_numbers;
begin
  if daily_limit not between 0 and 1000000 or length(reason) > 2000 or daily_limit is not null and reason = '' then
    perform conversure.refuse('CV004', 'a limit needs a reason', '{"most": 1000000}');
  end if;
  select n.* into before from conversure.whatsapp_numbers n where n.company_id = me.company_id and n.number_id = number for no key update;
  if not found then
    perform conversure.refuse('CV003', 'no such number');
  end if;
  update conversure.whatsapp_numbers n set daily_limit = set_number_limit.daily_limit, limit_reason = nullif(reason, '')
  where n.company_id = me.company_id and n.number_id = number;
  perform conversure.note_act(me, 'number.limit_changed', 'number', number,
    jsonb_build_object('from', before.daily_limit, 'to', daily_limit, 'reason', reason));
end $$;
grant execute on function api.set_number_limit(uuid, integer, text) to conversure_client;

-- The messages a day in each week of a number's life; the last one holds from then on.
create or replace function api.set_warmup_ladder(limits integer[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  before integer[];
begin
  if coalesce(cardinality(limits), 0) not between 1 and 52 or array_ndims(limits) <> 1
     or exists (select from unnest(limits) step where step is null or step not between 1 and 1000000) then
    perform conversure.refuse('CV004', 'one to fifty-two limits', '{"most": 1000000}');
  end if;
  select s.warmup_ladder into before from conversure.company_settings s where s.company_id = me.company_id for no key update;
  limits := array(select step from unnest(limits) step); -- counted from 1
  if before = limits then
    return;
  end if;
  update conversure.company_settings s set warmup_ladder = limits where s.company_id = me.company_id;
  perform conversure.note_act(me, 'company.warmup_changed', 'company', me.company_id, jsonb_build_object('from', to_jsonb(before), 'to', to_jsonb(limits)));
end $$;
grant execute on function api.set_warmup_ladder(integer[]) to conversure_client;

-- How many messages a day a user may send, or (person null) every agent who has no limit of their own; null: no limit.
create or replace function api.set_agent_limit(person uuid, daily_limit integer) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  before integer;
begin
  if daily_limit not between 0 and 1000000 then
    perform conversure.refuse('CV004', 'no such limit', '{"most": 1000000}');
  end if;
  if person is null then
    select s.agent_daily_limit into before from conversure.company_settings s where s.company_id = me.company_id for no key update;
    update conversure.company_settings s set agent_daily_limit = set_agent_limit.daily_limit where s.company_id = me.company_id;
  else
    select u.daily_limit into before from conversure.users u where u.company_id = me.company_id and u.user_id = person for no key update;
    if not found then
      perform conversure.refuse('CV003', 'no such colleague');
    end if;
    update conversure.users u set daily_limit = set_agent_limit.daily_limit where u.company_id = me.company_id and u.user_id = person;
  end if;
  perform conversure.note_act(me, 'user.limit_changed', case when person is null then 'company' else 'user' end, coalesce(person, me.company_id),
    jsonb_build_object('from', before, 'to', daily_limit));
end $$;
grant execute on function api.set_agent_limit(uuid, integer) to conversure_client;

-- Where the company's days begin and end, from the end of the present one on.
create or replace function api.set_time_zone(time_zone text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  t timestamptz;
  c conversure.companies;
  today date;
  present text;
begin
  -- Of a place, and not "as this machine has it".
  if time_zone in ('localtime', 'posixrules', 'Factory') or not exists (select from pg_timezone_names z where z.name = set_time_zone.time_zone) then
    perform conversure.refuse('CV004', 'no such time zone', jsonb_build_object('time_zone', left(time_zone, 80)));
  end if;
  select k.* into c from conversure.companies k where k.company_id = me.company_id for no key update;
  t := conversure.now();
  today := conversure.local_day(me.company_id, t);
  present := case when t >= c.zone_changes_at then c.next_time_zone else c.time_zone end;
  if (t at time zone present)::date <> today then
    perform conversure.refuse('CV004', 'the last change has not come to its first day yet',
      jsonb_build_object('after', conversure.microseconds(conversure.day_ends(me.company_id, today))));
  end if;
  -- One that was to come is replaced.
  update conversure.companies k
  set time_zone = present, next_time_zone = set_time_zone.time_zone, zone_day = today,
      zone_changes_at = conversure.day_ends(me.company_id, today)
  where k.company_id = me.company_id;
  if set_time_zone.time_zone = present then
    update conversure.companies k set next_time_zone = null, zone_changes_at = null, zone_day = null where k.company_id = me.company_id;
  end if;
  perform conversure.note_act(me, 'company.time_zone_changed', 'company', me.company_id, jsonb_build_object('from', present, 'to', time_zone));
end $$;
grant execute on function api.set_time_zone(text) to conversure_client;

-- Gives numbers and users today's messages back (null: all of the company; '{}': none). What was sent before stays in
-- the log under its epoch, and gives no room back any more when it turns out to have failed.
-- {"numbers":[{"number_id","number","label","week","new_limit","previous_sent","overridden","day","epoch"}],"agents":n,"at"}
create or replace function api.reset_quotas(numbers uuid[] default null, people uuid[] default null) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  t constant timestamptz := conversure.now();
  today constant date := conversure.local_day(me.company_id, t);
  n conversure.whatsapp_numbers;
  q conversure.quota_log;
  reset_numbers jsonb := '[]';
  reset_agents integer;
begin
  if exists (select from unnest(numbers) id where not exists (select from conversure.whatsapp_numbers w where w.company_id = me.company_id and w.number_id = id))
     or exists (select from unnest(people) id where not exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = id)) then
    perform conversure.refuse('CV003', 'no such number or colleague');
  end if;
  -- In the order in which sending takes them: users first, the numbers last.
  perform from conversure.agent_quotas a where a.company_id = me.company_id and a.day = today and (people is null or a.user_id = any (people))
  order by a.user_id for update;
  update conversure.agent_quotas a set sent = 0, epoch = a.epoch + 1, quota_limit = conversure.agent_limit(me.company_id, a.user_id)
  where a.company_id = me.company_id and a.day = today and (people is null or a.user_id = any (people));
  get diagnostics reset_agents = row_count;

  for n in select w.* from conversure.whatsapp_numbers w
           where w.company_id = me.company_id and (numbers is null or w.number_id = any (numbers)) order by w.number_id loop
    select l.* into q from conversure.quota_log l where l.company_id = me.company_id and l.number_id = n.number_id and l.day = today for update;
    update conversure.quota_log l set sent = 0, epoch = l.epoch + 1, quota_limit = conversure.daily_limit(me.company_id, n.number_id, t)
    where l.company_id = me.company_id and l.number_id = n.number_id and l.day = today;
    reset_numbers := reset_numbers || jsonb_build_object('number_id', n.number_id, 'number', n.phone, 'label', n.label,
      'week', conversure.warmup_week(n.warmup_started_at, t), 'new_limit', conversure.daily_limit(me.company_id, n.number_id, t),
      'previous_sent', coalesce(q.sent, 0), 'overridden', n.daily_limit is not null, 'day', today, 'epoch', coalesce(q.epoch + 1, 0));
  end loop;
  perform conversure.note_act(me, 'quota.reset', 'company', me.company_id, jsonb_build_object('agents', reset_agents, 'numbers',
    (select coalesce(jsonb_agg(jsonb_build_object('number_id', r -> 'number_id', 'previous_sent', r -> 'previous_sent', 'new_limit', r -> 'new_limit')), '[]')
     from jsonb_array_elements(reset_numbers) r)));
  return jsonb_build_object('numbers', reset_numbers, 'agents', reset_agents, 'at', conversure.microseconds(t));
end $$;
grant execute on function api.reset_quotas(uuid[], uuid[]) to conversure_client;

reset role;
