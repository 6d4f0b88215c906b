-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The life of an outgoing message after it was reserved (51_reserve.sql). Lock order everywhere: conversation, attempt,
-- message, receipt, quota of the user, quota of the number; the hot quota rows come last and are held shortest.
--
-- All of it is conversure_work's, for clients and relays alike: the plan of a statement belongs to the role that it runs
-- as, and one that two roles take in turn is planned anew each time. So no policy holds the company here: each statement
-- names it, and an api.* function has it from the session and from nowhere else.
set local role conversure_work;

-- Shows a message's state, and the conversation's last line when it is that message.
create or replace function conversure.show_message_state(company uuid, message uuid, new_status text, code text, figures jsonb) returns void
language plpgsql volatile as $$
begin
  update conversure.messages m set status = new_status, error_code = code, error_detail = figures
  where m.company_id = company and m.message_id = message
    and (m.status, m.error_code) is distinct from (new_status, code);
  update conversure.conversations c set last_status = new_status
  where c.company_id = company and c.last_message_id = message and c.last_status <> new_status
    and c.conversation_id = (select m.conversation_id from conversure.messages m where m.company_id = company and m.message_id = message);
end $$;

-- Whether a rank says that the provider has accepted the message.
create or replace function conversure.is_accepted(rank smallint) returns boolean
language sql immutable parallel safe
return rank in (40, 60, 70);

-- Moves an attempt up to a rank, never down, and lets message and quota follow. The caller holds the conversation's lock.
create or replace function conversure.advance_attempt(company uuid, attempt uuid, new_rank smallint, by_whom text, code text, figures jsonb) returns void
language plpgsql volatile as $$
declare
  a conversure.message_delivery_attempts;
  is_current boolean;
  sure_failure constant smallint := conversure.rank_of('failed_by_client');
begin
  select t.* into a from conversure.message_delivery_attempts t
  where t.company_id = company and t.attempt_id = attempt for update;
  -- What a person has said of it, whoever asked the provider may still know for certain.
  if not found or a.rank > new_rank or a.rank = new_rank and (a.outcome_by is distinct from 'person' or by_whom = 'person') then
    return;
  end if;

  -- A definite rejection frees its place, and a person's word does not. If the provider then says that it was sent after
  -- all, the place is taken again, limit or not, because it happened.
  update conversure.message_delivery_attempts t
  set rank = new_rank, outcome_by = by_whom, error_code = code, error_detail = figures,
      refunded = (new_rank = sure_failure and by_whom <> 'person')
  where t.company_id = company and t.attempt_id = attempt;
  if a.rank = sure_failure and conversure.is_accepted(new_rank) then
    perform conversure.note_outside(company, null, 'message.failed_and_came', 'message', a.message_id,
      jsonb_build_object('attempt', attempt, 'failed_by', a.outcome_by));
  end if;

  select m.current_attempt_id = attempt into is_current from conversure.messages m where m.company_id = company and m.message_id = a.message_id;
  if is_current then
    perform conversure.show_message_state(company, a.message_id, conversure.status_of_rank(new_rank), code, figures);
  end if;
  if conversure.is_accepted(new_rank) and not conversure.is_accepted(a.rank) then
    perform conversure.note_accepted_twice(company, a.message_id, attempt, is_current);
  end if;
  if figures ? 'class' then
    perform conversure.heed_failure(company, a.message_id, figures);
  end if;
  if new_rank = sure_failure and by_whom <> 'person' then
    perform conversure.move_charge(a, -1);
  elsif a.refunded then
    perform conversure.move_charge(a, 1);
  end if;
end $$;

-- A try that is not the message's last, or one of two, was accepted: whoever looks at the message is to know.
create or replace function conversure.note_accepted_twice(company uuid, message uuid, attempt uuid, is_current boolean) returns void
language plpgsql volatile as $$
begin
  if is_current and not exists (select from conversure.message_delivery_attempts o
                                where o.company_id = company and o.message_id = message and o.attempt_id <> attempt and conversure.is_accepted(o.rank)) then
    return;
  end if;
  update conversure.messages m set earlier_accepted = true where m.company_id = company and m.message_id = message and not m.earlier_accepted;
  perform conversure.note_outside(company, null, 'message.accepted_twice', 'message', message, jsonb_build_object('attempt', attempt));
end $$;

-- Where status and confirm meet. Answers what the receipt knows after this event.
create or replace function conversure.note_receipt(company uuid, number uuid, provider_id text, attempt uuid, new_rank smallint, code text, figures jsonb)
returns conversure.receipts
language plpgsql volatile as $$
declare
  known conversure.receipts;
begin
  insert into conversure.receipts as r (company_id, number_id, provider_message_id, attempt_id, rank, error_code, error_detail)
  values (company, number, provider_id, attempt, new_rank, code, figures)
  on conflict (company_id, number_id, provider_message_id) do update
    set attempt_id = coalesce(r.attempt_id, excluded.attempt_id),
        rank = greatest(r.rank, excluded.rank),
        error_code = case when excluded.rank > r.rank then excluded.error_code else r.error_code end,
        error_detail = case when excluded.rank > r.rank then excluded.error_detail else r.error_detail end
  returning r.* into known;
  return known;
end $$;

-- An attempt becomes unconfirmed whose lease is over and of which nobody knows; answers whether. The caller holds the
-- conversation's lock: before it had that, the attempt may have been renewed or answered.
create or replace function conversure.end_lease(company uuid, attempt uuid, at timestamptz) returns boolean
language plpgsql volatile as $$
begin
  if not exists (select from conversure.message_delivery_attempts t
                 where t.company_id = company and t.attempt_id = attempt and t.rank = 10 and t.lease_until < at
                   and (t.via = 'client' or t.posting_at is not null)) then
    return false;
  end if;
  perform conversure.advance_attempt(company, attempt, conversure.rank_of('unconfirmed'), 'relay', 'unconfirmed', '{}');
  return true;
end $$;

-- Up to so many attempts whose lease is over and of which nobody knows become unconfirmed: of one number, or (null) of all.
-- What a relay has reserved and not begun to post is certainly not sent; its job takes it up again.
drop function if exists conversure.end_leases(uuid, uuid);
create or replace function conversure.end_leases(company uuid, number uuid, at timestamptz, most integer) returns integer
language plpgsql volatile as $$
declare
  a record;
  ended integer := 0;
begin
  -- Nearly always none is over. In order, here and below, so that it is the index that is asked, also by a plan that was made
  -- when there were hardly any attempts: reading them all would take longer with each that is sent.
  if (select t.lease_until from conversure.message_delivery_attempts t
      where t.rank = 10 and t.lease_until < at order by t.lease_until limit 1) is null then
    return 0;
  end if;
  for a in select t.company_id, t.attempt_id, t.conversation_id from conversure.message_delivery_attempts t
           where t.rank = 10 and t.lease_until < at and (t.via = 'client' or t.posting_at is not null)
             and (company is null or t.company_id = company and t.number_id = number)
           order by t.lease_until limit most loop
    -- A conversation that somebody holds is left for the next round.
    perform from conversure.conversations c
    where c.company_id = a.company_id and c.conversation_id = a.conversation_id for update skip locked;
    if found and conversure.end_lease(a.company_id, a.attempt_id, at) then
      ended := ended + 1;
    end if;
  end loop;
  return ended;
end $$;

-- The message as a change, so that a caller need not wait for the feed.
create or replace function conversure.message_change(company uuid, message uuid) returns jsonb
language plpgsql stable as $$
begin
  return (select conversure.change_json('message', v.message_id, v.rev, v.row)
          from conversure.message_rows v where v.company_id = company and v.message_id = message);
end $$;

-- The attempt with its conversation locked first, for whoever holds its lease secret; CV002 for anybody else.
create or replace function conversure.held_attempt(company uuid, attempt uuid, lease_secret text) returns conversure.message_delivery_attempts
language plpgsql volatile as $$
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

-- The provider accepted an attempt whose conversation is held. Late is fine: the receipt may know better already.
create or replace function conversure.confirm_attempt(a conversure.message_delivery_attempts, provider_id text, by_whom text) returns jsonb
language plpgsql volatile as $$
declare
  receipt conversure.receipts;
begin
  if length(coalesce(provider_id, '')) not between 1 and 512 then
    perform conversure.refuse('CV004', 'not a provider''s message id');
  end if;
  update conversure.message_delivery_attempts t set provider_message_id = provider_id
  where t.company_id = a.company_id and t.attempt_id = a.attempt_id and t.provider_message_id is null;
  begin
    update conversure.messages m set provider_message_id = provider_id
    where m.company_id = a.company_id and m.message_id = a.message_id and m.current_attempt_id = a.attempt_id and m.provider_message_id is null;
  exception when unique_violation then
    null; -- a provider that gives one id twice: the receipt is the first one's
  end;
  receipt := conversure.note_receipt(a.company_id, a.number_id, provider_id, a.attempt_id, conversure.rank_of('sent'), null, null);
  perform conversure.advance_attempt(a.company_id, a.attempt_id, receipt.rank, by_whom, receipt.error_code, receipt.error_detail);
  return conversure.message_change(a.company_id, a.message_id);
end $$;

-- When the provider said something of an attempt, as whoever asked it tells: not before the attempt, nor in the future.
create or replace function conversure.said_at(a conversure.message_delivery_attempts, told jsonb) returns timestamptz
language sql volatile as $$
  select case when jsonb_typeof(told) = 'number' and (told #>> '{}')::numeric between 0 and 253402300799000000
              then greatest(a.created_at, least(conversure.from_microseconds((told #>> '{}')::numeric::bigint), t.now)) else t.now end
  from (select conversure.now() as now) t
$$;

-- The provider definitely rejected an attempt whose conversation is held: it has failed and its quota is given back, once.
-- Figures beyond what a sentence needs are left out: they go to everybody with the feed.
create or replace function conversure.fail_attempt(a conversure.message_delivery_attempts, code text, figures jsonb, by_whom text) returns jsonb
language plpgsql volatile as $$
declare
  kept jsonb := case when octet_length(figures::text) <= 4000 and jsonb_typeof(figures) = 'object' then figures else '{}' end;
begin
  kept := kept || conversure.failure_figures(kept ->> 'class', kept -> 'retry_after', conversure.said_at(a, kept -> 'at'));
  perform conversure.advance_attempt(a.company_id, a.attempt_id, conversure.rank_of('failed_by_client'), by_whom, left(code, 80), kept);
  return conversure.message_change(a.company_id, a.message_id);
end $$;

-- The same for a client that has asked the provider itself. Where a relay does that, what became of it is the relay's to say.
create or replace function conversure.held_by_client(company uuid, attempt uuid, lease_secret text) returns conversure.message_delivery_attempts
language plpgsql volatile as $$
declare
  a constant conversure.message_delivery_attempts := conversure.held_attempt(company, attempt, lease_secret);
begin
  if a.via <> 'client' then
    perform conversure.refuse('CV002', 'a relay sends this message');
  end if;
  return a;
end $$;

create or replace function api.confirm_send(attempt uuid, lease_secret text, provider_message_id text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return conversure.confirm_attempt(conversure.held_by_client(me.company_id, attempt, lease_secret), provider_message_id, 'client');
end $$;
grant execute on function api.confirm_send(uuid, text, text) to conversure_client;

create or replace function api.fail_send(attempt uuid, lease_secret text, code text, figures jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  a constant conversure.message_delivery_attempts := conversure.held_by_client(me.company_id, attempt, lease_secret);
begin
  if figures ->> 'class' = 'opted_out' and a.rank < conversure.rank_of('failed_by_client') then
    -- The provider's word as a colleague's computer has it, and nobody can lift it: who said so is kept.
    perform conversure.note_outside(me.company_id, me.user_id, 'lead.opted_out_by_refusal', 'attempt', attempt);
  end if;
  return conversure.fail_attempt(a, code, figures, 'client');
end $$;
grant execute on function api.fail_send(uuid, text, text, jsonb) to conversure_client;

-- The journal proves that no byte was written: the message was not sent and may be tried again. Also what a relay was to
-- send and has not taken up.
create or replace function api.release_send(attempt uuid, lease_secret text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return conversure.fail_attempt(conversure.held_attempt(me.company_id, attempt, lease_secret), 'not_sent', '{}', 'client');
end $$;
grant execute on function api.release_send(uuid, text) to conversure_client;

-- More time before the first byte; refused (CV019) once the lease has run out, because others may have been told.
create or replace function conversure.renew_attempt(a conversure.message_delivery_attempts) returns void
language plpgsql volatile as $$
begin
  if a.rank <> conversure.rank_of('sending') or a.lease_until <= conversure.now() or a.lease_until = 'infinity' then
    perform conversure.refuse('CV019', 'the lease is over', jsonb_build_object('status', conversure.status_of_rank(a.rank)));
  end if;
  update conversure.message_delivery_attempts t set lease_until = conversure.now() + interval '90 seconds'
  where t.company_id = a.company_id and t.attempt_id = a.attempt_id;
end $$;

create or replace function api.renew_lease(attempt uuid, lease_secret text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  perform conversure.renew_attempt(conversure.held_attempt(me.company_id, attempt, lease_secret));
  return conversure.send_order(me.company_id, attempt, false);
end $$;
grant execute on function api.renew_lease(uuid, text) to conversure_client;

-- A person's word on a message of which nobody knows: it was not sent, and may be tried again. What it was charged stays
-- charged, because the provider may know better. Whoever wrote it may say so, and admins.
create or replace function api.say_not_sent(message uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  m conversure.messages;
begin
  perform conversure.held_conversation(me, (
    select o.conversation_id from conversure.messages o where o.company_id = me.company_id and o.message_id = message));
  select o.* into m from conversure.messages o where o.company_id = me.company_id and o.message_id = message;
  if me.role = 'AGENT' and m.author_id is distinct from me.user_id then
    perform conversure.refuse('CV002', 'somebody else''s message');
  end if;
  if m.status <> 'unconfirmed' and not conversure.end_lease(me.company_id, m.current_attempt_id, conversure.now()) then
    perform conversure.refuse('CV019', 'nothing is unknown about this message', jsonb_build_object('status', m.status));
  end if;
  perform conversure.advance_attempt(me.company_id, m.current_attempt_id, conversure.rank_of('failed_by_client'), 'person', 'not_sent_said', '{}');
  perform conversure.note_act(me, 'message.said_not_sent', 'message', message);
  return conversure.message_change(me.company_id, message);
end $$;
grant execute on function api.say_not_sent(uuid) to conversure_client;

-- How messages of this user stand, for a client that compares them with its journal:
-- [{"message_id", "attempt_id", "status", "change"}]; a message that was never reserved is left out. Of those whose lease is
-- over nobody knows, also where no relay has said so.
create or replace function api.send_state(messages uuid[]) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  t constant timestamptz := conversure.now();
begin
  perform conversure.end_lease(me.company_id, a.attempt_id, t)
  from (select k.attempt_id
        from conversure.messages m
        join conversure.message_delivery_attempts k on k.company_id = m.company_id and k.attempt_id = m.current_attempt_id
        join conversure.conversations c on c.company_id = m.company_id and c.conversation_id = m.conversation_id
        where m.company_id = me.company_id and m.message_id = any (send_state.messages) and m.author_id = me.user_id
          and m.status = 'sending' and k.lease_until < t
        order by c.conversation_id for update of c skip locked) a;
  return (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.message_id, 'attempt_id', m.current_attempt_id, 'status', m.status,
                                                       'change', conversure.message_change(me.company_id, m.message_id))), '[]')
          from conversure.messages m
          where m.company_id = me.company_id and m.message_id = any (send_state.messages) and m.author_id = me.user_id);
end $$;
grant execute on function api.send_state(uuid[]) to conversure_client;

reset role;
set local role conversure_api;

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
