-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What the relay may call. It works across companies, so every statement names the company.
set local role conversure_work;

create or replace function relay.store_webhooks(companies uuid[], events uuid[], numbers uuid[], providers text[], keys bytea[], bodies bytea[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  stored integer;
begin
  insert into conversure.webhook_events (company_id, event_id, number_id, provider, dedup_key, body)
  select * from unnest(companies, events, numbers, providers, keys, bodies)
  on conflict do nothing;
  get diagnostics stored = row_count;
  return stored;
end $$;

create or replace function relay.take_webhooks(row_limit integer)
returns table (company_id uuid, event_id uuid, number_id uuid, provider text, body bytea, attempts integer)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select w.company_id, w.event_id, w.number_id, w.provider, w.body, w.attempts
  from conversure.webhook_events w
  where w.state = 'pending' and w.not_before <= clock_timestamp()
  order by w.received_at, w.event_id
  limit row_limit
  for update skip locked
$$;

create or replace function relay.finish_webhooks(companies uuid[], events uuid[], notes text[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update conversure.webhook_events w set state = 'done', note = nullif(left(d.note, 4000), ''), processed_at = conversure.now()
  from unnest(companies, events, notes) as d (company_id, event_id, note)
  where w.company_id = d.company_id and w.event_id = d.event_id
$$;

create or replace function relay.bury_webhook(company uuid, event uuid, reason text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update conversure.webhook_events w set state = 'dead', attempts = w.attempts + 1, note = left(reason, 4000), processed_at = conversure.now()
  where w.company_id = company and w.event_id = event
$$;

create or replace function relay.backlog_age() returns double precision
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select extract(epoch from clock_timestamp() - w.received_at)::double precision
                   from conversure.webhook_events w where w.state = 'pending' order by w.received_at limit 1), 0)
$$;

-- A profile's name as it may be shown to everybody: none when it is a telephone number, which would give away what
-- masked_phone hides. Arabic and Persian digits count as well.
create or replace function conversure.shown_name(profile_name text, phone text) returns text
language sql immutable parallel safe as $$
  select case when length(n.digits) >= 7
                   and (profile_name !~ '[[:alpha:]]' or position(right(regexp_replace(phone, '[^0-9]', '', 'g'), 7) in n.digits) > 0)
              then '' else coalesce(profile_name, '') end
  from (select regexp_replace(translate(profile_name, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789'), '[^0-9]', '', 'g') as digits) n
$$;

-- The lead behind a set of identities ([{"kind","scope","value"}], strongest first), made if nobody is known by any of
-- them; identities that are new are added to the lead that was found. at: when the person used them. The caller holds the company (relay.apply), so that
-- nobody else makes the same lead meanwhile.
drop function if exists conversure.lead_of(uuid, jsonb, text);
create or replace function conversure.lead_of(company uuid, identities jsonb, profile_name text, at timestamptz) returns uuid
language plpgsql volatile as $$
declare
  found_lead uuid;
  known_phone constant text := (select i ->> 'value' from jsonb_array_elements(identities) i where i ->> 'kind' = 'phone' limit 1);
  known_name constant text := conversure.shown_name(profile_name, known_phone);
begin
  if coalesce(jsonb_array_length(identities), 0) = 0 then
    raise exception 'a message of nobody' using errcode = '22023';
  end if;
  select l.lead_id into found_lead
  from jsonb_array_elements(identities) with ordinality as e (identity, place)
  join conversure.lead_identities l on l.company_id = company and l.kind = e.identity ->> 'kind'
    and l.scope = coalesce(e.identity ->> 'scope', '') and l.value = e.identity ->> 'value'
  order by e.place limit 1;

  if found_lead is null then
    found_lead := conversure.uuid7();
    insert into conversure.leads (company_id, lead_id, name, phone, masked_phone, source)
    values (company, found_lead, coalesce(nullif(known_name, ''), nullif(conversure.mask_phone(known_phone), ''), 'WhatsApp'),
            known_phone, conversure.mask_phone(known_phone), 'WhatsApp');
  else
    update conversure.leads l
    set name = case when l.name_from_profile and known_name <> '' then known_name else l.name end,
        phone = coalesce(l.phone, known_phone),
        masked_phone = case when l.phone is null then conversure.mask_phone(known_phone) else l.masked_phone end
    where l.company_id = company and l.lead_id = found_lead
      and (l.name_from_profile and known_name <> '' and l.name <> known_name or l.phone is null and known_phone is not null);
    if found then
      update conversure.conversations c set lead_name = l.name
      from conversure.leads l
      where c.company_id = company and c.lead_id = found_lead and l.company_id = company and l.lead_id = found_lead and c.lead_name <> l.name;
    end if;
  end if;

  insert into conversure.lead_identities (company_id, kind, scope, value, lead_id, seen_at)
  select company, i ->> 'kind', coalesce(i ->> 'scope', ''), i ->> 'value', found_lead, at from jsonb_array_elements(identities) i
  on conflict do nothing;
  -- Of most people there is one of a kind, and nothing to write.
  update conversure.lead_identities l set seen_at = at
  from jsonb_array_elements(identities) i
  where l.company_id = company and l.lead_id = found_lead and l.kind = i ->> 'kind' and l.scope = coalesce(i ->> 'scope', '') and l.value = i ->> 'value'
    and l.seen_at < at
    and exists (select from conversure.lead_identities o where o.company_id = company and o.lead_id = found_lead and o.kind = l.kind and o.value <> l.value);
  return found_lead;
end $$;

-- The conversation of a lead on a number, made if there is none.
create or replace function conversure.conversation_of(company uuid, lead uuid, number uuid, at timestamptz) returns uuid
language plpgsql volatile as $$
declare
  found_conversation uuid;
begin
  select c.conversation_id into found_conversation from conversure.conversations c
  where c.company_id = company and c.lead_id = lead and c.number_id = number for update;
  if not found then
    insert into conversure.conversations as c (company_id, conversation_id, lead_id, number_id, lead_name, last_message_at, opted_out)
    select company, conversure.uuid7(), lead, number, l.name, at, (conversure.opt_out_of(company, lead, number)).kind from conversure.leads l where l.company_id = company and l.lead_id = lead
    on conflict (company_id, lead_id, number_id) do update set lead_id = excluded.lead_id
    returning c.conversation_id into found_conversation;
  end if;
  return found_conversation;
end $$;

-- One inbound message. The same one twice does nothing.
create or replace function conversure.apply_message(e jsonb) returns void
language plpgsql volatile as $$
declare
  company constant uuid := e ->> 'company_id';
  number constant uuid := e ->> 'number_id';
  received constant timestamptz := conversure.now();
  said constant timestamptz := conversure.provider_time(e ->> 'timestamp'); -- comes late or wrong: never after receipt
  sort_at constant timestamptz := least(said, received);
  -- What the person did, and not what happened to their account: only that opens the service window.
  is_theirs constant boolean := coalesce(e ->> 'original_type', '') not in ('system', 'edit', 'revoke', 'reaction');
  -- A telephone sends 4,096 characters at most; what is longer is no message, and the feed carries every row whole.
  body constant text := left(coalesce(e ->> 'text', ''), 16384);
  message uuid;
  conversation uuid;
  lead uuid;
begin
  if exists (select from conversure.messages m where m.company_id = company and m.number_id = number
             and m.provider_message_id = e ->> 'provider_message_id') then
    return;
  end if;
  lead := conversure.lead_of(company, e -> 'identities', left(coalesce(e ->> 'profile_name', ''), 200), sort_at);
  conversation := conversure.conversation_of(company, lead, number, sort_at);
  message := conversure.uuid7(); -- under the conversation's lock: ids are in the order in which the last line is set

  insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, status, content_type, body,
    original_type, provider_message_id, provider_time, sort_at)
  values (company, message, conversation, number, 'INBOUND', 'received', e ->> 'content_type', body,
    e ->> 'original_type', e ->> 'provider_message_id', said, sort_at)
  on conflict do nothing;
  if not found then
    return;
  end if;

  update conversure.conversations c
  set inbound_seq = c.inbound_seq + 1, last_inbound_at = case when is_theirs then greatest(c.last_inbound_at, sort_at) else c.last_inbound_at end
  where c.company_id = company and c.conversation_id = conversation and c.last_message_id is not null and c.last_message_at > sort_at;
  if not found then
    update conversure.conversations c
    set inbound_seq = c.inbound_seq + 1, last_inbound_at = case when is_theirs then greatest(c.last_inbound_at, sort_at) else c.last_inbound_at end,
        last_message_at = sort_at, last_message_id = message, last_preview = conversure.preview(body),
        last_direction = 'INBOUND', last_content_type = e ->> 'content_type', last_status = 'received'
    where c.company_id = company and c.conversation_id = conversation;
  end if;
  if is_theirs and body <> '' then
    perform conversure.heed_word(company, lead, body, sort_at);
  end if;
end $$;

-- Somebody called one of our numbers: that opens the service window as a message does.
create or replace function conversure.apply_call(e jsonb) returns void
language plpgsql volatile as $$
declare
  company constant uuid := e ->> 'company_id';
  at timestamptz := conversure.provider_time(e ->> 'timestamp');
  conversation uuid;
begin
  if at is null then
    return; -- when it was nobody knows, so nothing is opened by it
  end if;
  at := least(at, conversure.now());
  conversation := conversure.conversation_of(company,
    conversure.lead_of(company, e -> 'identities', left(coalesce(e ->> 'profile_name', ''), 200), at), (e ->> 'number_id')::uuid, at);
  update conversure.conversations c set last_inbound_at = at
  where c.company_id = company and c.conversation_id = conversation and (c.last_inbound_at is null or c.last_inbound_at < at);
end $$;

-- One status of a message of ours, found by the attempt id that travelled along, or by the provider's id.
create or replace function conversure.apply_status(e jsonb) returns void
language plpgsql volatile as $$
declare
  company constant uuid := e ->> 'company_id';
  number constant uuid := e ->> 'number_id';
  provider_id constant text := e ->> 'provider_message_id';
  code constant text := case when e ->> 'status' = 'failed' then coalesce(nullif(e ->> 'error_code', ''), 'provider:failed') end;
  at constant timestamptz := least(conversure.provider_time(e ->> 'timestamp'), conversure.now());
  figures constant jsonb := case when code is not null then jsonb_build_object('title', coalesce(e ->> 'error_title', ''))
                                 || conversure.failure_figures(e ->> 'error_class', e -> 'wait_seconds', at) end;
  new_rank constant smallint := conversure.rank_of(case when e ->> 'status' = 'failed' then 'failed_by_provider' else e ->> 'status' end);
  attempt uuid;
  receipt conversure.receipts;
begin
  select a.attempt_id into attempt from conversure.message_delivery_attempts a
  where a.company_id = company and a.number_id = number and a.attempt_id = nullif(e ->> 'attempt_id', '')::uuid;
  attempt := coalesce(attempt, (select r.attempt_id from conversure.receipts r
                                where r.company_id = company and r.number_id = number and r.provider_message_id = provider_id));
  if attempt is not null then
    perform conversure.lock_conversation_of(company, attempt);
  end if;
  receipt := conversure.note_receipt(company, number, provider_id, attempt, new_rank, code, figures);
  if receipt.attempt_id is null then
    return; -- parked: the confirm will find it
  end if;
  if attempt is null then
    perform conversure.lock_conversation_of(company, receipt.attempt_id);
  end if;
  update conversure.message_delivery_attempts a set provider_message_id = provider_id
  where a.company_id = company and a.attempt_id = receipt.attempt_id and a.provider_message_id is null;
  perform conversure.advance_attempt(company, receipt.attempt_id, receipt.rank, 'provider', receipt.error_code, receipt.error_detail);
end $$;

create or replace function conversure.lock_conversation_of(company uuid, attempt uuid) returns void
language sql volatile as $$
  select from conversure.conversations c
  where c.company_id = company and c.conversation_id = (
    select a.conversation_id from conversure.message_delivery_attempts a where a.company_id = company and a.attempt_id = attempt)
  for update
$$;

-- One company's events in their order. Relays take turns by company: else two batches that touch the same conversations
-- would wait for each other, and two first messages of one person would make two leads.
create or replace function conversure.apply_company(company uuid, events jsonb) returns void
language plpgsql volatile as $$
declare
  e jsonb;
begin
  perform from conversure.companies c where c.company_id = company for no key update;
  for e in select value from jsonb_array_elements(events) loop
    case e ->> 'type'
      when 'message' then perform conversure.apply_message(e);
      when 'status' then perform conversure.apply_status(e);
      when 'call' then perform conversure.apply_call(e);
      when 'preference' then perform conversure.apply_preference(e);
      when 'template' then perform conversure.apply_template(e);
      else raise exception 'unknown event type %', e ->> 'type' using errcode = '22023';
    end case;
  end loop;
end $$;

-- Applies translated events. Each is {"type":"message"|"status","company_id","number_id", …} as src/relay/Interpreter
-- makes it; an event twice, late or out of order ends in the same state. Answers the companies of which nothing was
-- applied because somebody holds a lock there: one company's idle transaction must not keep the others waiting.
drop function if exists relay.apply(jsonb);
create or replace function relay.apply(events jsonb) returns uuid[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  part record;
  waiting uuid[] := '{}';
begin
  for part in
    select (e.event ->> 'company_id')::uuid as company, jsonb_agg(e.event order by e.place) as events
    from jsonb_array_elements(events) with ordinality as e (event, place)
    group by 1 order by 1
  loop
    begin
      perform conversure.apply_company(part.company, part.events);
    exception when lock_not_available then
      waiting := waiting || part.company;
    end;
  end loop;
  return waiting;
end $$;

-- Puts off what cannot be applied now; it is tried again a little later each time.
create or replace function relay.postpone_webhooks(companies uuid[], event_ids uuid[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update conversure.webhook_events w
  set attempts = w.attempts + 1, not_before = clock_timestamp() + least(30, power(2, least(w.attempts, 5))) * interval '1 second'
  from unnest(companies, event_ids) as d (company_id, event_id)
  where w.company_id = d.company_id and w.event_id = d.event_id
$$;

create or replace function relay.feed_horizon() returns table (epoch text, xid text)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select i.epoch::text, pg_snapshot_xmin(pg_current_snapshot())::text from conversure.installation i
$$;

-- What is visible and was not seen yet. Rows of one conversation may come in another order than they were made, so each
-- goes by who may see it now: an older one must not show what a newer one has taken away.
create or replace function relay.feed_tail(from_xid text, seen bigint[], row_limit integer)
returns table (xid text, seq bigint, company_id uuid, kind text, row_id uuid, rev bigint, topics text[], was_topics text[], change text, gone text)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select f.xid::text, f.seq, f.company_id, f.kind, f.row_id, f.rev, f.topics, f.gone_topics,
         conversure.change_json(f.kind, f.row_id, f.rev, f.row)::text, conversure.gone_json(f.kind, f.row_id, f.rev)::text
  from conversure.feed_by_now f
  where f.xid >= from_xid::xid8 and not exists (select from unnest(seen) known where known = f.seq)
  order by f.xid, f.seq
  limit row_limit
$$;

-- One company's rows since a cursor, with the topics of those who may see them by now; CV030 means "resync".
create or replace function relay.feed_since(company uuid, cursor_epoch text, cursor_xid text, row_limit integer)
returns table (xid text, seq bigint, kind text, row_id uuid, rev bigint, topics text[], was_topics text[], change text, gone text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from conversure.installation i where i.epoch::text = cursor_epoch and i.feed_floor <= cursor_xid::xid8) then
    raise exception 'the cursor is of another epoch or pruned' using errcode = 'CV030';
  end if;
  return query
    select f.xid::text, f.seq, f.kind, f.row_id, f.rev, f.topics, f.gone_topics,
           conversure.change_json(f.kind, f.row_id, f.rev, f.row)::text, conversure.gone_json(f.kind, f.row_id, f.rev)::text
    from conversure.feed_by_now f
    where f.company_id = company and f.xid >= cursor_xid::xid8
    order by f.xid, f.seq
    limit row_limit + 1;
end $$;

create or replace function relay.open_live(token_digest bytea)
returns table (company_id uuid, user_id uuid, session_id uuid, topics text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform conversure.touch_device(token_digest);
  return query
    select s.company_id, s.user_id, s.session_id, conversure.topics_for(s.company_id, s.user_id)
    from conversure.devices d
    join conversure.sessions s on s.company_id = d.company_id and s.session_id = d.session_id
    join conversure.users u on u.company_id = s.company_id and u.user_id = s.user_id
    where d.token_hash = token_digest and d.closed_at is null
      and s.ended_at is null and s.expires_at > conversure.now() and u.active;
end $$;

create or replace function relay.refresh_live(company uuid, session uuid)
returns table (company_id uuid, user_id uuid, session_id uuid, topics text[])
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select s.company_id, s.user_id, s.session_id, conversure.topics_for(s.company_id, s.user_id)
  from conversure.sessions s
  join conversure.users u on u.company_id = s.company_id and u.user_id = s.user_id
  where s.company_id = company and s.session_id = session and s.ended_at is null and s.expires_at > conversure.now() and u.active
$$;

-- Leases that ran out: nobody knows whether the provider was reached.
create or replace function relay.end_leases() returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select conversure.end_leases(null, null, conversure.now(), 500)
$$;

-- Keeps 72 hours, and only below the horizon; a cursor below the floor answers "resync".
create or replace function relay.prune_feed() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  floor_xid xid8;
  pruned integer;
begin
  if not conversure.is_due('prune_feed', '10 minutes') then
    return 0;
  end if;
  -- xid8 has no max() on this server version: the newest row to go is the last in (xid, seq) order.
  select f.xid into floor_xid from conversure.change_feed f
  where f.xid < pg_snapshot_xmin(pg_current_snapshot()) and f.at < conversure.now() - interval '72 hours'
  order by f.xid desc limit 1;
  if floor_xid is null then
    return 0;
  end if;
  update conversure.installation i set feed_floor = floor_xid where i.feed_floor < floor_xid;
  delete from conversure.change_feed f where f.xid < floor_xid;
  get diagnostics pruned = row_count;
  return pruned;
end $$;

-- What nobody needs any more: tickets of a day ago; bodies of deliveries that were applied three days ago, and after
-- thirty days their rows, long after the last provider has stopped sending them again; data keys in invitations that are
-- over.
create or replace function relay.purge() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  purged integer;
begin
  if not conversure.is_due('purge', '10 minutes') then
    return 0;
  end if;
  update conversure.webhook_events w set body = ''
  where w.state = 'done' and w.processed_at < conversure.now() - interval '3 days' and w.body <> '';
  delete from conversure.webhook_events w where w.state = 'done' and w.processed_at < conversure.now() - interval '30 days';
  get diagnostics purged = row_count;
  return purged + conversure.purge_sign_ins() + conversure.purge_invitations() + conversure.purge_jobs();
end $$;

create or replace function relay.schema_version() returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select max(version) from conversure.schema_migrations
$$;

reset role;
set local role conversure_roles;

-- conversure_door is known to all, and a role may change its own settings and its password: put them back. Migrator keeps
-- the password's verifier among the relay's settings. Somebody may be changing them right now, in a transaction that stays
-- open: that one is ended, by the same thread that is here and must not wait for it.
create or replace function relay.reset_door() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  verifier constant text := nullif(current_setting('conversure.door_verifier', true), '');
begin
  if exists (select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where r.rolname = 'conversure_door') then
    alter role conversure_door reset all;
    execute format('alter role conversure_door in database %I reset all', current_database());
  end if;
  if verifier is not null then
    execute format('alter role conversure_door password %L', verifier);
  end if;
exception when lock_not_available or internal_error then -- the latter: changed meanwhile
  null;
end $$;

reset role;
set local role conversure_reaper;

-- Ends client transactions that have been open for too long: a held lock or snapshot stops others. Also whoever stands
-- in the door and does nothing, because it has few places, and what is left of computers that are signed out.
create or replace function relay.reap(older_than interval) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select count(pg_terminate_backend(a.pid, 0))::integer
  from pg_stat_activity a left join pg_roles r on r.oid = a.usesysid
  where a.datname = current_database() and a.backend_type = 'client backend'
    and ((a.usename = 'conversure_door' or exists (select from pg_auth_members m where m.roleid = 'conversure_client'::regrole and m.member = a.usesysid))
         and a.xact_start < clock_timestamp() - older_than
         or a.usename = 'conversure_door' and a.state = 'idle' and a.state_change < clock_timestamp() - older_than
         or a.usename ~ '^cv_[0-9a-f]{20}$' and not r.rolcanlogin
         or a.usesysid is not null and r.oid is null)
$$;

reset role;
do $$
declare
  f record;
begin
  for f in select p.oid::regprocedure as signature from pg_proc p where p.pronamespace = 'relay'::regnamespace loop
    execute format('grant execute on function %s to conversure_relay', f.signature);
  end loop;
end $$;
