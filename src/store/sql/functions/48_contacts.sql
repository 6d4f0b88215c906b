-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Telephone numbers: who gets to know them, and that it is known who did.
set local role conversure_work;

-- A name that is the telephone number gives away what masked_phone hides: where the company masks, name is the masked
-- number and the true one is kept where no client may look, for the day on which masking ends.
create or replace function conversure.mask_lead_name() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  given constant text := case when tg_op = 'UPDATE' and new.name = old.name then coalesce(old.unmasked_name, new.name) else new.name end;
  digits constant text := conversure.digits_of(given);
  masks boolean := false;
begin
  new.name := given;
  new.unmasked_name := null;
  if length(digits) < 7 then
    return new;
  end if;
  -- Shared, so that a name given at this moment is masked either here or by who switches masking on.
  select s.mask_phones into masks from conversure.company_settings s where s.company_id = new.company_id for share;
  if masks and (given !~ '[[:alpha:]]' or position(right(conversure.digits_of(new.phone), 7) in digits) > 0
                or exists (select from conversure.lead_identities i
                           where i.company_id = new.company_id and i.lead_id = new.lead_id and i.kind = 'phone'
                             and position(right(conversure.digits_of(i.value), 7) in digits) > 0)) then
    new.name := coalesce(nullif(conversure.mask_phone(new.phone), ''), '•••••');
    new.unmasked_name := given;
  end if;
  return new;
end $$;

-- The list shows the lead's name, and where it was masked, as it was masked.
create or replace function conversure.mask_conversation_name() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.lead_name := coalesce((select l.name from conversure.leads l
                             where l.company_id = new.company_id and l.lead_id = new.lead_id and l.unmasked_name is not null), new.lead_name);
  return new;
end $$;

-- The digits of a text, Arabic and Persian ones as well.
create or replace function conversure.digits_of(given text) returns text
language sql immutable parallel safe as $$
  select regexp_replace(translate(given, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789'), '[^0-9]', '', 'g')
$$;
grant execute on function conversure.digits_of(text) to conversure_api;

reset role;
grant execute on function conversure.mask_lead_name(), conversure.mask_conversation_name() to conversure_owner;
set local role conversure_owner;

create or replace trigger mask_name before insert or update of name, phone on conversure.leads
  for each row execute function conversure.mask_lead_name();
create or replace trigger mask_name before insert or update of lead_name on conversure.conversations
  for each row execute function conversure.mask_conversation_name();

reset role;
set local role conversure_api;

-- Hides the leads' telephone numbers from agents, or shows them again. Who sends must know the number, so hiding makes the
-- relay send; showing leaves that as it is.
create or replace function api.set_phone_masking(masked boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  before boolean;
  renamed uuid[];
begin
  if masked is null then
    perform conversure.refuse('CV004', 'masked or not');
  end if;
  select s.mask_phones into before from conversure.company_settings s where s.company_id = me.company_id for no key update;
  if before = masked then
    return;
  end if;
  update conversure.company_settings s set mask_phones = masked, send_via = case when masked then 'relay' else s.send_via end
  where s.company_id = me.company_id;
  -- The trigger decides anew what each name may show.
  with touched as (
    update conversure.leads l set name = l.name
    where l.company_id = me.company_id
      and (l.unmasked_name is not null or masked and length(conversure.digits_of(l.name)) >= 7)
    returning l.lead_id)
  select array_agg(t.lead_id) into renamed from touched t;
  update conversure.conversations c set lead_name = l.name
  from conversure.leads l
  where c.company_id = me.company_id and c.lead_id = any (renamed)
    and l.company_id = me.company_id and l.lead_id = c.lead_id and c.lead_name <> l.name;
  perform conversure.note_act(me, 'company.phone_masking_changed', 'company', me.company_id, jsonb_build_object('masked', masked));
end $$;
grant execute on function api.set_phone_masking(boolean) to conversure_client;

-- Who sends: 'client' or 'relay'. CV002 while telephone numbers are hidden, since then only the relay may.
create or replace function api.set_send_via(via text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  settings conversure.company_settings;
begin
  if via is null or via not in ('client', 'relay') then
    perform conversure.refuse('CV004', 'no such way of sending');
  end if;
  select s.* into settings from conversure.company_settings s where s.company_id = me.company_id for no key update;
  if settings.send_via = via then
    return;
  end if;
  if settings.mask_phones then
    perform conversure.refuse('CV002', 'telephone numbers are hidden, so the relay sends', '{"reason": "phones_masked"}');
  end if;
  update conversure.company_settings s set send_via = via where s.company_id = me.company_id;
  perform conversure.note_act(me, 'company.send_via_changed', 'company', me.company_id, jsonb_build_object('from', settings.send_via, 'to', via));
end $$;
grant execute on function api.set_send_via(text) to conversure_client;

-- Whether the caller gets to know telephone numbers, or CV002.
create or replace function conversure.require_contacts(me conversure.session_info) returns void
language plpgsql volatile as $$
begin
  if me.role = 'AGENT' and (select s.mask_phones from conversure.company_settings s where s.company_id = me.company_id) then
    perform conversure.refuse('CV002', 'telephone numbers are hidden in this company');
  end if;
end $$;

-- Which of these leads the caller sees.
create or replace function conversure.leads_in_sight(company uuid, wanted uuid[]) returns uuid[]
language plpgsql volatile as $$
declare
  sight constant text[] := conversure.my_topics();
begin
  return array(select distinct c.lead_id from conversure.conversations c
               where c.company_id = company and c.lead_id = any (wanted) and c.topics && sight order by 1);
end $$;

-- To be told telephone numbers takes two calls, the second in a later transaction: the first leaves a record of who asked
-- for whose, and its id is the ticket of the second. In one call the record could be rolled back once the answer is read.
-- At most 50 leads; those that the caller does not see are left out, CV003 when none is left.
create or replace function api.ask_lead_contact(leads uuid[]) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  ticket constant uuid := conversure.uuid7();
  seen uuid[];
begin
  if coalesce(cardinality(leads), 0) not between 1 and 50 then
    perform conversure.refuse('CV004', 'one to fifty leads at once', '{"most": 50}');
  end if;
  perform conversure.require_contacts(me);
  seen := conversure.leads_in_sight(me.company_id, leads);
  if cardinality(seen) = 0 then
    perform conversure.refuse('CV003', 'no such lead');
  end if;
  insert into conversure.audit_log (company_id, audit_id, at, actor_id, action, subject_kind, subject_id, detail)
  values (me.company_id, ticket, conversure.now(), me.user_id, 'lead.contact_read', 'lead', case when cardinality(seen) = 1 then seen[1] end,
          jsonb_build_object('count', cardinality(seen), 'leads', to_jsonb(seen), 'xid', pg_current_xact_id()::text));
  return ticket;
end $$;
grant execute on function api.ask_lead_contact(uuid[]) to conversure_client;

-- [{"lead_id", "phone", "identities": [{"kind", "scope", "value"}]}] for a ticket of the caller's that is less than a
-- minute old. CV002: of somebody else, too old, or of this very transaction, which could still take the record back.
create or replace function api.lead_contact(ticket uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  asked jsonb;
  seen uuid[];
begin
  perform conversure.require_contacts(me);
  -- What another transaction wrote can be seen only once it is committed.
  select a.detail into asked from conversure.audit_log a
  where a.company_id = me.company_id and a.audit_id = ticket and a.actor_id = me.user_id and a.action = 'lead.contact_read'
    and a.at > conversure.now() - interval '1 minute' and a.detail ->> 'xid' <> pg_current_xact_id()::text;
  if not found then
    perform conversure.refuse('CV002', 'ask first, and in a transaction of its own');
  end if;
  seen := conversure.leads_in_sight(me.company_id, array(select jsonb_array_elements_text(asked -> 'leads')::uuid));
  return (select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.lead_id, 'phone', l.phone, 'identities', (
                   select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'scope', i.scope, 'value', i.value) order by i.kind, i.value), '[]')
                   from conversure.lead_identities i where i.company_id = me.company_id and i.lead_id = l.lead_id)) order by l.lead_id), '[]')
          from conversure.leads l where l.company_id = me.company_id and l.lead_id = any (seen));
end $$;
grant execute on function api.lead_contact(uuid) to conversure_client;

reset role;
