-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Before a message may leave: what it is, whether every rule allows it, and its place in the quotas.
--
-- The rules are asked when a client reserves, and again when a relay takes up what was reserved for it.
do $$
begin
  if to_regtype('conversure.send_facts') is null then
    create type conversure.send_facts as (number conversure.whatsapp_numbers, existing conversure.messages, identity jsonb, via text, day date,
      number_limit integer, agent_limit integer);
    alter type conversure.send_facts owner to conversure_owner;
    grant usage on type conversure.send_facts to conversure_work;
  end if;
  if not exists (select from pg_attribute where attrelid = 'conversure.send_facts'::regclass and attname = 'author_name') then
    alter type conversure.send_facts add attribute author_name text;
  end if;
  if to_regtype('conversure.send_content') is null then
    create type conversure.send_content as (content_type text, body text, template_id uuid, template_values jsonb);
    alter type conversure.send_content owner to conversure_owner;
    grant usage on type conversure.send_content to conversure_api, conversure_work;
  end if;
end $$;

set local role conversure_work;

-- What a caller wants to send, or CV004, CV015: {"type":"TEXT","text"}, {"type":"TEMPLATE","template_id","values"}, or
-- {"type":"AGAIN"}, which is what the message had; of a template, as it reads by now.
create or replace function conversure.read_content(company uuid, content jsonb, existing conversure.messages) returns conversure.send_content
language plpgsql volatile as $$
declare
  wanted conversure.send_content;
begin
  case content ->> 'type'
    when 'TEXT' then
      wanted := ('TEXT', content ->> 'text', null, null);
      if jsonb_typeof(content -> 'text') is distinct from 'string' or conversure.is_blank(wanted.body) or length(wanted.body) > 4096 then
        perform conversure.refuse('CV004', 'the message cannot be sent like this', '{"max_length": 4096}');
      end if;
    when 'TEMPLATE' then
      if coalesce(content ->> 'template_id', '') !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' then
        perform conversure.refuse('CV015', 'no such template', '{"status": "DELETED"}');
      end if;
      wanted.content_type := 'TEMPLATE';
      wanted.template_id := (content ->> 'template_id')::uuid;
      wanted.template_values := coalesce(content -> 'values', '{}');
      if octet_length(wanted.template_values::text) > 65536 or not conversure.are_template_values(wanted.template_values) then
        perform conversure.refuse('CV004', 'these are no values of a template');
      end if;
      wanted.body := conversure.render_template(company, wanted.template_id, wanted.template_values);
    when 'AGAIN' then
      if existing.message_id is null then
        perform conversure.refuse('CV003', 'no such message');
      end if;
      wanted := (existing.content_type, existing.body, existing.template_id, existing.template_values);
      if existing.template_id is not null then
        wanted.body := conversure.render_template(company, existing.template_id, existing.template_values);
      end if;
    else
      perform conversure.refuse('CV004', 'the message cannot be sent like this', '{"max_length": 4096}');
  end case;
  return wanted;
end $$;

-- Every rule that is about the conversation, its number and the content: CV014 number inactive, CV018 nobody to be reached,
-- CV012 window closed, CV015 and CV016 template, CV013 and CV017 marketing. identity: as conversure.identity_for finds it.
drop function if exists conversure.check_send(conversure.conversations, conversure.whatsapp_numbers, conversure.send_content, timestamptz);
create or replace function conversure.check_send(talk conversure.conversations, number conversure.whatsapp_numbers, identity jsonb, wanted conversure.send_content, t timestamptz) returns void
language plpgsql volatile as $$
begin
  if not number.active then
    perform conversure.refuse('CV014', 'the number is not active', jsonb_build_object('number', number.label));
  end if;
  if identity is null then
    perform conversure.refuse('CV018', 'the lead cannot be reached on this number');
  end if;
  if wanted.template_id is not null then
    perform conversure.check_template(number, wanted.template_id, wanted.template_values);
    perform conversure.check_marketing(talk, wanted.template_id, t);
  elsif number.has_window and coalesce(talk.last_inbound_at + interval '24 hours', '-infinity') <= t then
    perform conversure.refuse('CV012', 'the service window is closed',
      jsonb_build_object('closed_at', conversure.microseconds(talk.last_inbound_at + interval '24 hours')));
  end if;
end $$;

-- By which identity a lead is reached where these kinds are known: a telephone number first, and of several the one that
-- they used last; no row when by none. Read when
-- it is made, so that it becomes part of the statement that asks; a migration that gives a column it names another type drops it.
drop function if exists conversure.identity_for(conversure.whatsapp_numbers, uuid);
create or replace function conversure.identity_for(company uuid, lead uuid, kinds text[]) returns table (identity jsonb)
language sql stable
begin atomic
  select jsonb_build_object('kind', i.kind, 'scope', i.scope, 'value', i.value)
  from conversure.lead_identities i
  where i.company_id = identity_for.company and i.lead_id = identity_for.lead and i.kind = any (identity_for.kinds)
  order by i.kind = 'phone' desc, i.seen_at desc, i.value limit 1;
end;

-- What whoever sends an attempt needs, with the message as the feed shows it; for a client no identity where the relay sends,
-- as then it has no business with it.
drop function if exists conversure.order_json(conversure.message_delivery_attempts, conversure.messages, conversure.whatsapp_numbers, jsonb, jsonb);
create or replace function conversure.order_json(a conversure.message_delivery_attempts, m conversure.messages, n conversure.whatsapp_numbers, identity jsonb, author_name text) returns jsonb
language plpgsql stable as $$
declare
  template jsonb;
begin
  if m.template_id is not null then
    select jsonb_build_object('name', t.name, 'language', t.language, 'parameter_format', t.parameter_format,
                              'components', t.components, 'values', m.template_values) into template
    from conversure.templates t where t.company_id = m.company_id and t.template_id = m.template_id;
  end if;
  return jsonb_build_object(
    'via', a.via, 'state', conversure.status_of_rank(a.rank), 'attempt_id', a.attempt_id, 'message_id', a.message_id,
    'lease_ms', case when a.lease_until = 'infinity' then 0 else greatest(0, (extract(epoch from a.lease_until - conversure.now()) * 1000)::bigint) end,
    'number_id', a.number_id, 'provider', n.provider, 'content_type', m.content_type, 'text', m.body,
    'template', template, 'identity', identity,
    'message', conversure.change_json('message', m.message_id, m.rev, conversure.message_json(
      m.conversation_id, m.direction, m.status, m.content_type, m.body, m.author_id, author_name, m.sort_at, m.original_type, m.error_code,
      m.error_detail, template ->> 'name', m.earlier_accepted)));
end $$;

-- The same of an attempt that was made before.
drop function if exists conversure.send_order(uuid, uuid);
create or replace function conversure.send_order(company uuid, attempt uuid, for_relay boolean) returns jsonb
language plpgsql stable as $$
begin
  return (select conversure.order_json(a, m, n,
    case when for_relay = (a.via = 'relay') then i.identity end, u.name)
  from conversure.message_delivery_attempts a
  join conversure.messages m on m.company_id = a.company_id and m.message_id = a.message_id
  join conversure.conversations c on c.company_id = a.company_id and c.conversation_id = a.conversation_id
  join conversure.whatsapp_numbers n on n.company_id = a.company_id and n.number_id = a.number_id
  left join conversure.users u on u.company_id = m.company_id and u.user_id = m.author_id
  left join conversure.identity_for(n.company_id, c.lead_id, n.identity_kinds) i on true
  where a.company_id = company and a.attempt_id = attempt);
end $$;

-- Whether a message that is there may have another attempt: CV019 on its way, or any try of it accepted or unknown, which a
-- person has to be asked about; CV004 another content; CV015 a template that reads otherwise by now.
drop function if exists conversure.check_again(conversure.session_info, conversure.messages, uuid, jsonb, conversure.send_content);
create or replace function conversure.check_again(existing conversure.messages, content jsonb, wanted conversure.send_content) returns void
language plpgsql volatile as $$
declare
  may_resend constant boolean := content @> '{"resend": true}';
  open_rank smallint;
begin
  if existing.status <> 'failed' and not (existing.status = 'unconfirmed' and may_resend) then
    perform conversure.refuse('CV019', 'the message is on its way already', jsonb_build_object('status', existing.status));
  end if;
  if not may_resend then
    select max(a.rank) into open_rank from conversure.message_delivery_attempts a
    where a.company_id = existing.company_id and a.message_id = existing.message_id and a.rank in (10, 20, 40, 60, 70);
    if open_rank is not null then
      perform conversure.refuse('CV019', 'an earlier try may have arrived', jsonb_build_object('status', conversure.status_of_rank(open_rank)));
    end if;
  end if;
  if (existing.template_id, existing.template_values) = (wanted.template_id, wanted.template_values) and existing.body <> wanted.body then
    perform conversure.refuse('CV015', 'the template has been changed', jsonb_build_object('status', 'CHANGED', 'name', (
      select t.name from conversure.templates t where t.company_id = existing.company_id and t.template_id = existing.template_id)));
  end if;
  if (existing.content_type, existing.body, existing.template_id, existing.template_values)
     is distinct from (wanted.content_type, wanted.body, wanted.template_id, wanted.template_values) then
    perform conversure.refuse('CV004', 'another try must carry the same content');
  end if;
end $$;

-- Puts the message, or its next try, into its conversation.
drop function if exists conversure.place_message(conversure.session_info, uuid, uuid, conversure.conversations, conversure.messages,
  conversure.send_content, timestamptz);
create or replace function conversure.place_message(me conversure.session_info, message uuid, attempt uuid, talk conversure.conversations,
  existing conversure.messages, wanted conversure.send_content, t timestamptz) returns conversure.messages
language plpgsql volatile as $$
declare
  placed conversure.messages;
begin
  if existing.message_id is null then
    insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, status, content_type, body,
      author_id, sort_at, current_attempt_id, template_id, template_values)
    values (me.company_id, message, talk.conversation_id, talk.number_id, 'OUTBOUND', 'sending', wanted.content_type, wanted.body,
      me.user_id, t, attempt, wanted.template_id, wanted.template_values)
    on conflict (company_id, message_id) do nothing
    returning * into placed;
    if not found then
      perform conversure.refuse('CV003', 'no such message');
    end if;
  else
    update conversure.messages m
    set status = 'sending', current_attempt_id = attempt, error_code = null, error_detail = null, provider_message_id = null
    where m.company_id = me.company_id and m.message_id = message
    returning * into placed;
  end if;
  if existing.message_id is null or talk.last_message_id = message then
    update conversure.conversations c
    set last_message_at = greatest(t, c.last_message_at), last_message_id = message, last_preview = conversure.preview(wanted.body),
        last_direction = 'OUTBOUND', last_content_type = wanted.content_type, last_status = 'sending'
    where c.company_id = me.company_id and c.conversation_id = talk.conversation_id;
  end if;
  return placed;
end $$;

-- All that the rules have to know and that has a place of its own, read at once: of the message if it is there, the number,
-- the identity by which it reaches the lead, what the settings of company, number and user say, and the user's name.
create or replace function conversure.send_facts(me conversure.session_info, talk conversure.conversations, message uuid, t timestamptz) returns conversure.send_facts
language plpgsql stable as $$
declare
  facts conversure.send_facts;
begin
  select n, m, i.identity, s.send_via, conversure.day_of(c, t), conversure.number_limit(n, s, t),
         conversure.user_limit(u, s), u.name into facts
  from conversure.companies c
  join conversure.company_settings s on s.company_id = c.company_id
  join conversure.whatsapp_numbers n on n.company_id = c.company_id and n.number_id = talk.number_id
  join conversure.users u on u.company_id = c.company_id and u.user_id = me.user_id
  left join conversure.messages m on m.company_id = c.company_id and m.message_id = send_facts.message
  left join conversure.identity_for(n.company_id, talk.lead_id, n.identity_kinds) i on true
  where c.company_id = me.company_id;
  return facts;
end $$;

-- Takes a place in the quotas for an attempt that is there: the user's first, the number's last, because that row is the
-- one that all senders want. Answers the attempt with the epochs it was charged to. CV010, CV011.
drop function if exists conversure.charge_attempt(conversure.message_delivery_attempts, conversure.whatsapp_numbers, timestamptz);
drop function if exists conversure.charge_attempt(conversure.message_delivery_attempts, conversure.whatsapp_numbers, integer, integer, timestamptz);
create or replace function conversure.charge_attempt(a conversure.message_delivery_attempts, number conversure.whatsapp_numbers, agent_limit integer, number_limit integer, t timestamptz) returns conversure.message_delivery_attempts
language plpgsql volatile as $$
declare
  agent_epoch integer;
  number_epoch integer;
begin
  agent_epoch := conversure.charge_agent(a.company_id, a.author_id, a.charged_day, agent_limit);
  if agent_epoch is null then
    perform conversure.refuse('CV011', 'the user''s messages for today are used up', conversure.agent_quota(a.company_id, a.author_id, t));
  end if;
  number_epoch := conversure.charge_number(a.company_id, a.number_id, a.charged_day, number_limit);
  if number_epoch is null then
    perform conversure.refuse('CV010', 'the number''s messages for today are used up',
      conversure.number_quota(a.company_id, a.number_id, t) || jsonb_build_object('number', number.label));
  end if;
  -- Rare: somebody has reset the quotas today.
  if (agent_epoch, number_epoch) <> (a.charged_agent_epoch, a.charged_epoch) then
    update conversure.message_delivery_attempts x set charged_agent_epoch = agent_epoch, charged_epoch = number_epoch
    where x.company_id = a.company_id and x.attempt_id = a.attempt_id
    returning * into a;
  end if;
  return a;
end $$;

-- Records a message and reserves its quota before a provider is called. Message id, attempt id and lease secret are made
-- by the caller and journalled first, so that a repeated call, whatever was lost in between, is recognised and answers
-- the same. content as conversure.read_content reads it; with "resend" also a message of which nobody knows whether it was
-- sent, when a person wants it. Where the company lets the relay send, a job is left to it ("via":"relay").
-- Refusals: CV003 not visible, CV004 content, CV019 the message exists in a state that allows no new attempt, those of
-- conversure.check_send, CV011 and CV010 quotas.
create or replace function api.reserve_send(message uuid, attempt uuid, conversation uuid, lease_secret text, content jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  t timestamptz;
  talk conversure.conversations;
  number conversure.whatsapp_numbers;
  existing conversure.messages;
  wanted conversure.send_content;
  placed conversure.messages;
  made conversure.message_delivery_attempts;
  facts conversure.send_facts;
begin
  if message is null or attempt is null or length(coalesce(lease_secret, '')) not between 16 and 128
     or jsonb_typeof(content) is distinct from 'object' then
    perform conversure.refuse('CV004', 'the message cannot be sent like this', '{"max_length": 4096}');
  end if;
  talk := conversure.held_conversation(me, conversation);
  t := conversure.now(); -- once the lock is there: the lease and the message's place begin now, not before the wait
  perform conversure.end_leases(me.company_id, talk.number_id, t, 10); -- where no relay does it
  facts := conversure.send_facts(me, talk, message, t);
  number := facts.number;
  existing := facts.existing;

  if existing.message_id is not null then
    if existing.conversation_id <> conversation or existing.author_id is distinct from me.user_id then
      perform conversure.refuse('CV003', 'no such message');
    end if;
    if existing.current_attempt_id = attempt
       and exists (select from conversure.message_delivery_attempts a
                   where a.company_id = me.company_id and a.attempt_id = attempt
                     and a.lease_secret_hash = sha256(convert_to(lease_secret, 'UTF8'))) then
      return conversure.send_order(me.company_id, attempt, false);
    end if;
  end if;
  wanted := conversure.read_content(me.company_id, content, existing);
  if existing.message_id is not null then
    perform conversure.check_again(existing, content, wanted);
  end if;
  perform conversure.check_send(talk, number, facts.identity, wanted, t);

  placed := conversure.place_message(me, message, attempt, talk, existing, wanted, t);
  insert into conversure.message_delivery_attempts (company_id, attempt_id, message_id, conversation_id, number_id, author_id,
    lease_until, lease_secret_hash, charged_day, charged_epoch, charged_agent_epoch, via)
  values (me.company_id, attempt, message, conversation, number.number_id, me.user_id,
    case when facts.via = 'relay' then 'infinity' else t + interval '90 seconds' end, sha256(convert_to(lease_secret, 'UTF8')), facts.day,
    0, 0, facts.via) -- the epochs of a day on which nobody has reset the quotas
  on conflict (company_id, attempt_id) do nothing
  returning * into made;
  if not found then
    perform conversure.refuse('CV004', 'another try needs an id of its own');
  end if;
  if facts.via = 'relay' then
    perform conversure.add_job(me.company_id, 'send', attempt::text,
      jsonb_build_object('attempt_id', attempt, 'message_id', message, 'conversation_id', conversation, 'number_id', number.number_id));
  end if;
  made := conversure.charge_attempt(made, number, facts.agent_limit, facts.number_limit, t);
  return conversure.order_json(made, placed, number, case when facts.via = 'client' then facts.identity end, facts.author_name);
end $$;
grant execute on function api.reserve_send(uuid, uuid, uuid, text, jsonb) to conversure_client;

reset role;
