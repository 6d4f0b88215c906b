-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The life of an outgoing message. Lock order everywhere: conversation, attempt, message, receipt, quota; the hot quota
-- row comes last and is held shortest.
--
-- The helpers here run with the rights of the function that calls them, so that the company policy of schema api holds
-- in them too.
set local role conversure_work;

-- Charges one message to a number's local day, atomically: either a place was free, or it answers no row.
create or replace function conversure.charge_quota(company uuid, number uuid, day date, quota_limit integer, unconditional boolean default false)
returns table (epoch integer, sent integer)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    insert into conversure.quota_log as q (company_id, number_id, day, sent, quota_limit)
    select company, number, charge_quota.day, 1, charge_quota.quota_limit where charge_quota.quota_limit > 0 or unconditional
    on conflict (company_id, number_id, day) do update
      set sent = q.sent + 1, quota_limit = case when unconditional then q.quota_limit else excluded.quota_limit end
      where q.sent < excluded.quota_limit or unconditional
    returning q.epoch, q.sent;
end $$;
grant execute on function conversure.charge_quota(uuid, uuid, date, integer, boolean) to conversure_api;

-- Gives a charge back to the day and epoch it was taken from; a manual reset in between has forgotten it already.
create or replace function conversure.refund_quota(company uuid, number uuid, day date, epoch integer) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  update conversure.quota_log q set sent = q.sent - 1
  where q.company_id = company and q.number_id = number and q.day = refund_quota.day and q.epoch = refund_quota.epoch and q.sent > 0
$$;
grant execute on function conversure.refund_quota(uuid, uuid, date, integer) to conversure_api;

-- Shows a message's state, and the conversation's last line when it is that message.
create or replace function conversure.show_message_state(company uuid, message uuid, new_status text, code text, figures jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  update conversure.messages m set status = new_status, error_code = code, error_detail = figures
  where m.company_id = company and m.message_id = message
    and (m.status, m.error_code) is distinct from (new_status, code);
  update conversure.conversations c set last_status = new_status
  where c.company_id = company and c.last_message_id = message and c.last_status <> new_status
    and c.conversation_id = (select m.conversation_id from conversure.messages m where m.company_id = company and m.message_id = message);
end $$;
grant execute on function conversure.show_message_state(uuid, uuid, text, text, jsonb) to conversure_api;

-- Moves an attempt up to a rank, never down, and lets message and quota follow. The caller holds the conversation's lock.
create or replace function conversure.advance_attempt(company uuid, attempt uuid, new_rank smallint, by_whom text, code text, figures jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  a conversure.message_delivery_attempts;
  sure_failure constant smallint := conversure.rank_of('failed_by_client');
begin
  select t.* into a from conversure.message_delivery_attempts t
  where t.company_id = company and t.attempt_id = attempt for update;
  if not found or a.rank >= new_rank then
    return;
  end if;

  update conversure.message_delivery_attempts t
  set rank = new_rank, outcome_by = by_whom, error_code = code, error_detail = figures,
      refunded = (new_rank = sure_failure and by_whom = 'client')
  where t.company_id = company and t.attempt_id = attempt;

  -- A definite rejection frees its place; if the provider then says that it was sent after all, it is taken again,
  -- limit or not, because it happened.
  if new_rank = sure_failure and by_whom = 'client' then
    perform conversure.refund_quota(company, a.number_id, a.charged_day, a.charged_epoch);
  elsif a.refunded then
    perform conversure.charge_quota(company, a.number_id, a.charged_day, 0, true);
  end if;

  if exists (select from conversure.messages m
             where m.company_id = company and m.message_id = a.message_id and m.current_attempt_id = attempt) then
    perform conversure.show_message_state(company, a.message_id, conversure.status_of_rank(new_rank), code, figures);
  end if;
end $$;
grant execute on function conversure.advance_attempt(uuid, uuid, smallint, text, text, jsonb) to conversure_api;

-- Where status and confirm meet. Answers what the receipt knows after this event.
create or replace function conversure.note_receipt(company uuid, number uuid, provider_id text, attempt uuid, new_rank smallint, code text, figures jsonb)
returns conversure.receipts
language sql volatile set search_path = pg_catalog, pg_temp as $$
  insert into conversure.receipts as r (company_id, number_id, provider_message_id, attempt_id, rank, error_code, error_detail)
  values (company, number, provider_id, attempt, new_rank, code, figures)
  on conflict (company_id, number_id, provider_message_id) do update
    set attempt_id = coalesce(r.attempt_id, excluded.attempt_id),
        rank = greatest(r.rank, excluded.rank),
        error_code = case when excluded.rank > r.rank then excluded.error_code else r.error_code end,
        error_detail = case when excluded.rank > r.rank then excluded.error_detail else r.error_detail end
  returning r.*
$$;
grant execute on function conversure.note_receipt(uuid, uuid, text, uuid, smallint, text, jsonb) to conversure_api;

reset role;
set local role conversure_api;

-- The message as a change, so that a caller need not wait for the feed.
create or replace function conversure.message_change(company uuid, message uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select conversure.change_json('message', v.message_id, v.rev, v.row)
  from conversure.message_rows v where v.company_id = company and v.message_id = message
$$;

-- What the holder of an attempt needs to send it; no identity where telephone numbers are hidden, as then the relay sends.
create or replace function conversure.send_order(company uuid, attempt uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'state', m.status, 'attempt_id', a.attempt_id, 'message_id', a.message_id,
    'lease_ms', greatest(0, (extract(epoch from a.lease_until - conversure.now()) * 1000)::bigint),
    'number_id', a.number_id, 'provider', n.provider, 'content_type', m.content_type, 'text', m.body,
    'identity', (select jsonb_build_object('kind', i.kind, 'scope', i.scope, 'value', i.value)
                 from conversure.lead_identities i
                 where i.company_id = company and i.lead_id = c.lead_id
                   and not (select s.mask_phones from conversure.company_settings s where s.company_id = company)
                 order by i.kind = 'phone' desc, i.value limit 1),
    'message', conversure.message_change(company, a.message_id))
  from conversure.message_delivery_attempts a
  join conversure.messages m on m.company_id = a.company_id and m.message_id = a.message_id
  join conversure.conversations c on c.company_id = a.company_id and c.conversation_id = a.conversation_id
  join conversure.whatsapp_numbers n on n.company_id = a.company_id and n.number_id = a.number_id
  where a.company_id = company and a.attempt_id = attempt
$$;

-- Records a message and reserves its quota before a provider is called. Message id, attempt id and lease secret are made
-- by the caller and journalled first, so that a repeated call, whatever was lost in between, is recognised and answers
-- the same. Refusals: CV003 not visible, CV004 content, CV014 number inactive, CV018 no way to reach the lead,
-- CV010 quota, CV019 the message exists in a state that allows no new attempt.
create or replace function api.reserve_send(message uuid, attempt uuid, conversation uuid, lease_secret text, content jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  at timestamptz;
  body constant text := content ->> 'text';
  talk conversure.conversations;
  number conversure.whatsapp_numbers;
  existing conversure.messages;
  today date;
  day_limit integer;
  charged record;
begin
  if content ->> 'type' is distinct from 'TEXT' or btrim(coalesce(body, ''), E' \t\n\r') = '' or length(body) > 4096
     or message is null or attempt is null or length(coalesce(lease_secret, '')) not between 16 and 128 then
    perform conversure.refuse('CV004', 'the message cannot be sent like this', '{"max_length": 4096}');
  end if;

  select c.* into talk from conversure.conversations c
  where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && conversure.my_topics() for update;
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  at := conversure.now(); -- once the lock is there: the lease and the message's place begin now, not before the wait

  select m.* into existing from conversure.messages m where m.company_id = me.company_id and m.message_id = message;
  if found then
    if existing.conversation_id <> conversation or existing.author_id is distinct from me.user_id then
      perform conversure.refuse('CV003', 'no such message');
    end if;
    if existing.current_attempt_id = attempt
       and exists (select from conversure.message_delivery_attempts a
                   where a.company_id = me.company_id and a.attempt_id = attempt
                     and a.lease_secret_hash = sha256(convert_to(lease_secret, 'UTF8'))) then
      return conversure.send_order(me.company_id, attempt);
    end if;
    if existing.status <> 'failed' then
      perform conversure.refuse('CV019', 'the message is on its way already', jsonb_build_object('status', existing.status));
    end if;
    if existing.body <> body then
      perform conversure.refuse('CV004', 'another try must carry the same text');
    end if;
  end if;

  select n.* into number from conversure.whatsapp_numbers n where n.company_id = me.company_id and n.number_id = talk.number_id;
  if not number.active then
    perform conversure.refuse('CV014', 'the number is not active', jsonb_build_object('number', number.label));
  end if;
  if not exists (select from conversure.lead_identities i where i.company_id = me.company_id and i.lead_id = talk.lead_id) then
    perform conversure.refuse('CV018', 'the lead cannot be reached on this number');
  end if;

  today := conversure.local_day(me.company_id, at);
  day_limit := conversure.daily_limit(me.company_id, number.number_id, at);

  if existing.message_id is null then
    insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, status, content_type, body, author_id, sort_at, current_attempt_id)
    values (me.company_id, message, conversation, number.number_id, 'OUTBOUND', 'sending', 'TEXT', body, me.user_id, at, attempt)
    on conflict (company_id, message_id) do nothing;
    if not found then
      perform conversure.refuse('CV003', 'no such message');
    end if;
  else
    update conversure.messages m set status = 'sending', current_attempt_id = attempt, error_code = null, error_detail = null
    where m.company_id = me.company_id and m.message_id = message;
  end if;

  update conversure.conversations c
  set last_message_at = greatest(at, c.last_message_at), last_message_id = message, last_preview = conversure.preview(body),
      last_direction = 'OUTBOUND', last_content_type = 'TEXT', last_status = 'sending'
  where c.company_id = me.company_id and c.conversation_id = conversation
    and (existing.message_id is null or c.last_message_id = message);

  select q.* into charged from conversure.charge_quota(me.company_id, number.number_id, today, day_limit) q;
  if not found then
    perform conversure.refuse('CV010', 'the number''s messages for today are used up', jsonb_build_object(
      'limit', day_limit, 'number', number.label,
      'used', coalesce((select q.sent from conversure.quota_log q
                        where q.company_id = me.company_id and q.number_id = number.number_id and q.day = today), 0),
      'frees_at', conversure.microseconds(conversure.day_ends(me.company_id, today))));
  end if;

  insert into conversure.message_delivery_attempts (company_id, attempt_id, message_id, conversation_id, number_id, author_id,
    lease_until, lease_secret_hash, charged_day, charged_epoch)
  values (me.company_id, attempt, message, conversation, number.number_id, me.user_id,
    at + interval '90 seconds', sha256(convert_to(lease_secret, 'UTF8')), today, charged.epoch)
  on conflict (company_id, attempt_id) do nothing;
  if not found then
    perform conversure.refuse('CV004', 'another try needs an id of its own');
  end if;
  return conversure.send_order(me.company_id, attempt);
end $$;
grant execute on function api.reserve_send(uuid, uuid, uuid, text, jsonb) to conversure_client;

-- The attempt with its conversation locked first, for whoever holds its lease secret; CV002 for anybody else.
create or replace function conversure.held_attempt(company uuid, attempt uuid, lease_secret text) returns conversure.message_delivery_attempts
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  a conversure.message_delivery_attempts;
begin
  perform from conversure.conversations c
  where c.company_id = company and c.conversation_id = (
    select t.conversation_id from conversure.message_delivery_attempts t where t.company_id = company and t.attempt_id = attempt)
  for update;
  select t.* into a from conversure.message_delivery_attempts t where t.company_id = company and t.attempt_id = attempt for update;
  if not found or a.lease_secret_hash is distinct from sha256(convert_to(lease_secret, 'UTF8')) then
    perform conversure.refuse('CV002', 'this attempt is held by somebody else');
  end if;
  return a;
end $$;

-- The provider accepted it. Late is fine: the receipt may know better already.
create or replace function api.confirm_send(attempt uuid, lease_secret text, provider_message_id text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  a conversure.message_delivery_attempts;
  receipt conversure.receipts;
begin
  if length(coalesce(provider_message_id, '')) not between 1 and 512 then
    perform conversure.refuse('CV004', 'not a provider''s message id');
  end if;
  a := conversure.held_attempt(me.company_id, attempt, lease_secret);
  update conversure.message_delivery_attempts t set provider_message_id = confirm_send.provider_message_id
  where t.company_id = me.company_id and t.attempt_id = attempt and t.provider_message_id is null;
  update conversure.messages m set provider_message_id = confirm_send.provider_message_id
  where m.company_id = me.company_id and m.message_id = a.message_id and m.current_attempt_id = attempt and m.provider_message_id is null
    and not exists (select from conversure.messages o where o.company_id = me.company_id and o.number_id = a.number_id
                    and o.provider_message_id = confirm_send.provider_message_id);
  receipt := conversure.note_receipt(me.company_id, a.number_id, confirm_send.provider_message_id, attempt, conversure.rank_of('sent'), null, null);
  perform conversure.advance_attempt(me.company_id, attempt, receipt.rank, 'client', receipt.error_code, receipt.error_detail);
  return conversure.message_change(me.company_id, a.message_id);
end $$;
grant execute on function api.confirm_send(uuid, text, text) to conversure_client;

-- The provider definitely rejected the call: the message has failed and its quota is given back, once. Figures beyond what
-- a sentence needs are left out: they go to everybody with the feed.
create or replace function api.fail_send(attempt uuid, lease_secret text, code text, figures jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  a conversure.message_delivery_attempts;
begin
  a := conversure.held_attempt(me.company_id, attempt, lease_secret);
  perform conversure.advance_attempt(me.company_id, attempt, conversure.rank_of('failed_by_client'), 'client', left(code, 80),
    case when octet_length(figures::text) <= 4000 then figures end);
  return conversure.message_change(me.company_id, a.message_id);
end $$;
grant execute on function api.fail_send(uuid, text, text, jsonb) to conversure_client;

-- The journal proves that no byte was written: the message was not sent and may be tried again.
create or replace function api.release_send(attempt uuid, lease_secret text) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select api.fail_send(attempt, lease_secret, 'not_sent', '{}')
$$;
grant execute on function api.release_send(uuid, text) to conversure_client;
grant execute on function api.fail_send(uuid, text, text, jsonb) to conversure_api;

-- More time before the first byte; refused (CV019) once the lease has run out, because the relay may have told others.
create or replace function api.renew_lease(attempt uuid, lease_secret text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  a conversure.message_delivery_attempts;
begin
  a := conversure.held_attempt(me.company_id, attempt, lease_secret);
  if a.rank <> conversure.rank_of('sending') or a.lease_until <= conversure.now() then
    perform conversure.refuse('CV019', 'the lease is over', jsonb_build_object('status', conversure.status_of_rank(a.rank)));
  end if;
  update conversure.message_delivery_attempts t set lease_until = conversure.now() + interval '90 seconds'
  where t.company_id = me.company_id and t.attempt_id = attempt;
  return conversure.send_order(me.company_id, attempt);
end $$;
grant execute on function api.renew_lease(uuid, text) to conversure_client;

-- How messages of this user stand, for a client that compares them with its journal:
-- [{"message_id", "attempt_id", "status", "change"}]; a message that was never reserved is left out.
create or replace function api.send_state(messages uuid[]) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.message_id, 'attempt_id', m.current_attempt_id, 'status', m.status,
                                                       'change', conversure.message_change(me.company_id, m.message_id))), '[]')
          from conversure.messages m
          where m.company_id = me.company_id and m.message_id = any (send_state.messages) and m.author_id = me.user_id);
end $$;
grant execute on function api.send_state(uuid[]) to conversure_client;

-- How far this user has read; two desktops merge by maximum. Nothing beyond what has come in.
create or replace function api.mark_read(conversation uuid, read_seq bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  reached bigint;
begin
  select least(mark_read.read_seq, c.inbound_seq) into reached from conversure.conversations c
  where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && conversure.my_topics();
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  insert into conversure.conversation_reads as r (company_id, user_id, conversation_id, read_seq)
  values (me.company_id, me.user_id, conversation, greatest(reached, 0))
  on conflict (company_id, user_id, conversation_id) do update set read_seq = excluded.read_seq
    where r.read_seq < excluded.read_seq;
end $$;
grant execute on function api.mark_read(uuid, bigint) to conversure_client;

reset role;
