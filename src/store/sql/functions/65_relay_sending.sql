-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A relay sends what was reserved for it, by the same steps as a client, which keeps the last ones in its journal.
set local role conversure_work;

-- Moves the charge of an attempt that was reserved on an earlier day to the day on which it is sent, or CV010, CV011.
create or replace function conversure.charge_today(a conversure.message_delivery_attempts, number conversure.whatsapp_numbers, t timestamptz) returns void
language plpgsql volatile as $$
declare
  before constant conversure.message_delivery_attempts := a;
  today constant date := conversure.local_day(a.company_id, t);
begin
  if a.charged_day = today then
    return;
  end if;
  -- Users before numbers, of both days: as everybody takes them.
  perform from conversure.agent_quotas q
  where q.company_id = a.company_id and q.user_id = a.author_id and q.day in (a.charged_day, today) order by q.day for update;
  update conversure.message_delivery_attempts k set charged_day = today, charged_epoch = 0, charged_agent_epoch = 0
  where k.company_id = a.company_id and k.attempt_id = a.attempt_id returning * into a;
  perform conversure.charge_attempt(a, number, conversure.agent_limit(a.company_id, a.author_id), conversure.daily_limit(a.company_id, a.number_id, t), t);
  perform conversure.move_charge(before, -1);
end $$;

-- Takes up what was reserved for a relay to send, under a lease that only lease_secret proves: all rules again, since time
-- has passed. Answers as conversure.send_order; another state than "sending" means that there is nothing to do. CV019 while
-- another relay has it, or may have.
create or replace function relay.begin_send(company uuid, attempt uuid, lease_secret text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  t timestamptz;
  talk conversure.conversations;
  number conversure.whatsapp_numbers;
  m conversure.messages;
  a conversure.message_delivery_attempts;
begin
  perform conversure.lock_conversation_of(company, attempt);
  t := conversure.now();
  select * into a from conversure.message_delivery_attempts k where k.company_id = company and k.attempt_id = attempt for update;
  if not found or a.via <> 'relay' then
    perform conversure.refuse('CV003', 'nothing that a relay was asked to send');
  end if;
  if conversure.end_lease(company, attempt, t) then
    return conversure.send_order(company, attempt, true);
  end if;
  if a.rank <> conversure.rank_of('sending') then
    return conversure.send_order(company, attempt, true);
  end if;
  if a.lease_until <> 'infinity' and a.lease_until >= t and a.lease_secret_hash <> sha256(convert_to(lease_secret, 'UTF8'))
     or a.posting_at is not null then
    perform conversure.refuse('CV019', 'another relay has it', '{"status": "sending"}');
  end if;

  select * into m from conversure.messages k where k.company_id = company and k.message_id = a.message_id;
  select * into talk from conversure.conversations k where k.company_id = company and k.conversation_id = a.conversation_id;
  select * into number from conversure.whatsapp_numbers k where k.company_id = company and k.number_id = a.number_id;
  declare
    figures text;
  begin
    perform conversure.check_send(talk, number, (select i.identity from conversure.identity_for(company, talk.lead_id, number.identity_kinds) i), (m.content_type, m.body, m.template_id, m.template_values)::conversure.send_content, t);
    perform conversure.charge_today(a, number, t);
  exception when others then
    if sqlstate not like 'CV%' then
      raise;
    end if;
    get stacked diagnostics figures = pg_exception_detail;
    perform conversure.fail_attempt(a, sqlstate, figures::jsonb, 'relay');
    return conversure.send_order(company, attempt, true);
  end;
  update conversure.message_delivery_attempts k
  set lease_until = t + interval '90 seconds', lease_secret_hash = sha256(convert_to(lease_secret, 'UTF8'))
  where k.company_id = company and k.attempt_id = attempt;
  return conversure.send_order(company, attempt, true);
end $$;

-- Before the first byte: from here on nobody knows, until somebody does. CV019 once the lease is over or given back.
create or replace function relay.mark_posting(company uuid, attempt uuid, lease_secret text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  a constant conversure.message_delivery_attempts := conversure.held_attempt(company, attempt, lease_secret);
begin
  if a.rank <> conversure.rank_of('sending') or a.lease_until <= conversure.now() or a.lease_until = 'infinity' then
    perform conversure.refuse('CV019', 'the lease is over', jsonb_build_object('status', conversure.status_of_rank(a.rank)));
  end if;
  update conversure.message_delivery_attempts k set posting_at = conversure.now() where k.company_id = company and k.attempt_id = attempt;
end $$;

-- The provider has certainly not accepted what was posted: it may be posted again under the same lease.
create or replace function relay.unmark_posting(company uuid, attempt uuid, lease_secret text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  a constant conversure.message_delivery_attempts := conversure.held_attempt(company, attempt, lease_secret);
begin
  if a.rank = conversure.rank_of('sending') then
    update conversure.message_delivery_attempts k set posting_at = null where k.company_id = company and k.attempt_id = attempt;
  end if;
end $$;

create or replace function relay.renew_lease(company uuid, attempt uuid, lease_secret text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform conversure.renew_attempt(conversure.held_attempt(company, attempt, lease_secret));
  return conversure.send_order(company, attempt, true);
end $$;

create or replace function relay.confirm_send(company uuid, attempt uuid, lease_secret text, provider_message_id text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return conversure.confirm_attempt(conversure.held_attempt(company, attempt, lease_secret), provider_message_id, 'relay');
end $$;

create or replace function relay.fail_send(company uuid, attempt uuid, lease_secret text, code text, figures jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return conversure.fail_attempt(conversure.held_attempt(company, attempt, lease_secret), code, figures, 'relay');
end $$;

-- Gives back what was taken up and not posted: its job is to be tried again.
create or replace function relay.release_send(company uuid, attempt uuid, lease_secret text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  a constant conversure.message_delivery_attempts := conversure.held_attempt(company, attempt, lease_secret);
begin
  update conversure.message_delivery_attempts k set lease_until = 'infinity'
  where k.company_id = company and k.attempt_id = attempt and k.rank = conversure.rank_of('sending') and k.posting_at is null;
end $$;

reset role;
