-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Work for relays. A relay holds a job under a lease; whoever finds the lease over takes the job up again, so a job must be
-- such that it can be begun twice.
set local role conversure_work;

-- Asks for work; the same work that waits already is not asked for again, and what is being done is done once more.
create or replace function conversure.add_job(company uuid, kind text, key text, payload jsonb, at timestamptz default null) returns void
language plpgsql volatile as $$
#variable_conflict use_column
begin
  insert into conversure.jobs as j (company_id, job_id, kind, key, payload, not_before, created_at)
  values (add_job.company, conversure.uuid7(), add_job.kind, left(add_job.key, 500), add_job.payload, coalesce(add_job.at, conversure.now()), conversure.now())
  on conflict (company_id, kind, key) where state in ('waiting', 'running') do update set asked_again = true where j.state = 'running';
end $$;
grant execute on function conversure.add_job(uuid, text, text, jsonb, timestamptz) to conversure_api;

-- Whether recurring work is due; whoever is told so has it until it is due again.
create or replace function conversure.is_due(chore text, every interval) returns boolean
language plpgsql volatile as $$
begin
  insert into conversure.chores as c (name, next_at) values (chore, conversure.now() + every)
  on conflict (name) do update set next_at = excluded.next_at where c.next_at <= conversure.now();
  return found;
end $$;

-- How often a job is tried before it is given up.
create or replace function conversure.most_tries() returns integer
language sql immutable parallel safe
return 12;

-- One of the jobs whose holders' leases ran out as often as a job may be tried: what ends every relay that takes it up must end
-- itself. One at a time, and only if nobody holds its conversation, because it takes quotas that all senders want.
create or replace function conversure.bury_lost_job(kinds text[], at timestamptz) returns void
language plpgsql volatile as $$
declare
  lost record;
begin
  for lost in select j.company_id, j.job_id, j.held_by, j.lane from conversure.jobs j
              where j.state = 'running' and j.lease_until < at and j.tries >= conversure.most_tries() and j.kind = any (kinds)
              order by j.lease_until limit 20 for update skip locked loop
    if lost.lane is not null then
      perform from conversure.conversations c
      where c.company_id = lost.company_id and c.conversation_id = lost.lane::uuid for update skip locked;
      continue when not found;
    end if;
    perform relay.bury_job(lost.company_id, lost.job_id, lost.held_by, 'relay:lost');
    exit;
  end loop;
end $$;

-- Takes up to so many jobs that are due, in the order in which they were asked for, or whose holder's lease is over. In a lane
-- none is taken before an earlier one that waits for its time or that another relay has. Relays claim in turn: else one would
-- not see what another is taking at this moment.
create or replace function relay.claim_jobs(relay uuid, kinds text[], most integer, lease_seconds integer)
returns table (company_id uuid, job_id uuid, kind text, key text, payload jsonb, attempts integer)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  now constant timestamptz := conversure.now(); -- read once: an index cannot look for what may change from row to row
begin
  if not exists (select from conversure.jobs j where j.state = 'waiting' and j.not_before <= now)
     and not exists (select from conversure.jobs j where j.state = 'running' and j.lease_until < now) then
    return;
  end if;
  insert into conversure.chores as c (name, next_at) values ('claim_jobs', now)
  on conflict (name) do update set next_at = excluded.next_at;
  perform conversure.bury_lost_job(kinds, now);
  return query
    with ready as (
      select j.company_id, j.job_id
      from conversure.jobs j
      where j.kind = any (kinds)
        and (j.state = 'waiting' and j.not_before <= now
             or j.state = 'running' and j.lease_until < now and j.tries < conversure.most_tries())
        and not exists (select from conversure.jobs o
                        where o.company_id = j.company_id and o.lane = j.lane and o.job_id < j.job_id and o.kind = j.kind
                          and (o.state = 'waiting' and o.not_before > now
                               or o.state = 'running' and (o.lease_until >= now and o.held_by <> relay or o.tries >= conversure.most_tries())))
      order by j.job_id limit most for update of j skip locked),
    taken as (
      update conversure.jobs j
      set state = 'running', held_by = relay, lease_until = now + lease_seconds * interval '1 second', tries = j.tries + 1
      from ready r where j.company_id = r.company_id and j.job_id = r.job_id
      returning j.company_id, j.job_id, j.kind, j.key, j.payload, j.tries)
    select t.company_id, t.job_id, t.kind, t.key, t.payload, t.tries from taken t order by t.job_id;
end $$;

create or replace function relay.finish_job(company uuid, job uuid, relay uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  t constant timestamptz := conversure.now();
begin
  update conversure.jobs j
  set state = case when j.asked_again then 'waiting' else 'done' end, finished_at = case when not j.asked_again then t end,
      not_before = case when j.asked_again then t else j.not_before end, tries = case when j.asked_again then 0 else j.tries end,
      asked_again = false, held_by = case when not j.asked_again then j.held_by end, lease_until = null, last_error = null
  where j.company_id = company and j.job_id = job and j.state = 'running' and j.held_by = relay;
end $$;

-- Puts a job off: for as long as asked, which is a pause and no try that failed, else longer each time (1 s, 2 s, … 5 min, by
-- chance up to that). After conversure.most_tries it is dead; answers whether.
create or replace function relay.retry_job(company uuid, job uuid, relay uuid, reason text, delay_seconds integer default null) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  j conversure.jobs;
begin
  select * into j from conversure.jobs k where k.company_id = company and k.job_id = job and k.state = 'running' and k.held_by = relay for update;
  if not found then
    return false;
  end if;
  if j.tries >= conversure.most_tries() and delay_seconds is null then
    perform relay.bury_job(company, job, relay, reason);
    return true;
  end if;
  update conversure.jobs k
  set state = 'waiting', asked_again = false, lease_until = null, held_by = null, last_error = left(reason, 2000),
      tries = case when delay_seconds is null then k.tries else k.tries - 1 end,
      not_before = conversure.now() + coalesce(delay_seconds, (0.5 + random() / 2) * least(300, power(2, k.tries - 1))) * interval '1 second'
  where k.company_id = company and k.job_id = job;
  return false;
end $$;

-- Gives a job up. A message whose job that was, and that no byte of was written, has failed for certain.
create or replace function relay.bury_job(company uuid, job uuid, relay uuid, reason text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  j conversure.jobs;
  a conversure.message_delivery_attempts;
begin
  update conversure.jobs k set state = 'dead', finished_at = conversure.now(), lease_until = null, last_error = left(reason, 2000)
  where k.company_id = company and k.job_id = job and k.state = 'running' and k.held_by = relay
  returning * into j;
  if j.kind is distinct from 'send' then
    return;
  end if;
  perform conversure.lock_conversation_of(company, (j.payload ->> 'attempt_id')::uuid);
  select * into a from conversure.message_delivery_attempts t where t.company_id = company and t.attempt_id = (j.payload ->> 'attempt_id')::uuid;
  if a.rank = conversure.rank_of('sending') and a.posting_at is null then
    perform conversure.fail_attempt(a, 'relay:gave-up', '{}', 'relay');
  end if;
end $$;

-- What nobody looks at any more of work that is over.
create or replace function conversure.purge_jobs() returns integer
language plpgsql volatile as $$
declare
  purged integer;
begin
  delete from conversure.jobs j where j.state = 'done' and j.finished_at < conversure.now() - interval '3 days'
                                   or j.state = 'dead' and j.finished_at < conversure.now() - interval '90 days';
  get diagnostics purged = row_count;
  return purged;
end $$;

reset role;
