-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Templates: what they need to be complete, how they read, and how the store learns of them. The components are kept as
-- the provider lists them (contract: {"type":"HEADER|BODY|FOOTER|BUTTONS", …}).
--
-- The helpers here run with the rights of the function that calls them.
set local role conversure_work;

-- What has to be filled in: "header.1", "body.first_name", "header.link", "buttons.0".
create or replace function conversure.template_fields(components jsonb) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct f.field order by f.field), '{}')
  from (
    select lower(c ->> 'type') || '.' || variable[1] as field
    from jsonb_array_elements(components) c, regexp_matches(c ->> 'text', '\{\{\s*([A-Za-z0-9_]+)\s*\}\}', 'g') variable
    where c ->> 'type' = 'BODY' or c ->> 'type' = 'HEADER' and coalesce(c ->> 'format', 'TEXT') = 'TEXT'
    union all
    select 'header.' || part
    from jsonb_array_elements(components) c, unnest(case when c ->> 'format' = 'LOCATION' then '{latitude,longitude}'::text[] else '{link}' end) part
    where c ->> 'type' = 'HEADER' and c ->> 'format' in ('IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION')
    union all
    select 'buttons.' || b.place - 1
    from jsonb_array_elements(components) c,
         jsonb_array_elements(case when jsonb_typeof(c -> 'buttons') = 'array' then c -> 'buttons' else '[]' end) with ordinality b (button, place)
    where c ->> 'type' = 'BUTTONS'
      and (b.button ->> 'type' = 'COPY_CODE' or b.button ->> 'type' = 'URL' and b.button ->> 'url' ~ '\{\{\s*[A-Za-z0-9_]+\s*\}\}')
  ) f
$$;

-- Whether these are values as the store reads them: {"header|body|buttons": {"key": text or number}}.
create or replace function conversure.are_template_values(filled jsonb) returns boolean
language sql immutable parallel safe as $$
  select jsonb_typeof(filled) = 'object'
     and not exists (select from jsonb_each(case when jsonb_typeof(filled) = 'object' then filled else '{}' end) part
                     where jsonb_typeof(part.value) <> 'object'
                        or exists (select from jsonb_each(case when jsonb_typeof(part.value) = 'object' then part.value else '{}' end) item
                                   where jsonb_typeof(item.value) not in ('string', 'number')))
$$;

-- The values as "part.key" and text; what is no text is as if it were not there.
create or replace function conversure.template_values(filled jsonb) returns table (field text, value text)
language sql immutable parallel safe rows 10 as $$
  select part.key || '.' || item.key, item.value #>> '{}'
  from jsonb_each(case when jsonb_typeof(filled) = 'object' then filled else '{}' end) part,
       jsonb_each(case when jsonb_typeof(part.value) = 'object' then part.value else '{}' end) item
  where jsonb_typeof(item.value) in ('string', 'number')
$$;

-- Whether the store knows all that has to be filled in. Of a part that it does not know (a carousel, a flow) or a variable
-- that it cannot read it would take an incomplete message for a complete one. As conversure::isSendable.
create or replace function conversure.is_known_form(components jsonb) returns boolean
language sql immutable parallel safe as $$
  select not exists (
    select from jsonb_array_elements(components) c
    where case c ->> 'type'
            when 'BODY' then false
            when 'FOOTER' then false
            when 'HEADER' then coalesce(nullif(c ->> 'format', ''), 'TEXT') not in ('TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION')
            when 'BUTTONS' then exists (
              select from jsonb_array_elements(case when jsonb_typeof(c -> 'buttons') = 'array' then c -> 'buttons' else '[]' end) b
              where coalesce(b ->> 'type', '') not in ('QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'VOICE_CALL'))
            else true end
       or regexp_replace(coalesce(c ->> 'text', ''), '\{\{\s*[A-Za-z0-9_]+\s*\}\}', '', 'g') ~ '\{\{[^{}]*\}\}')
$$;

-- Whether a value can stand in a message: the provider takes no line breaks, tabs, or more than four blanks in a row, and
-- fetches files over https only (contract of Meta, "Templates"). The lengths as in domain/Template.cpp.
drop function if exists conversure.fits_template(text, text);
create or replace function conversure.fits_template(field text, value text, components jsonb) returns boolean
language sql immutable parallel safe as $$
  select case
    when field = 'header.link' then length(value) <= 2000 and value ~ '^https://[^\s]+$'
    when field in ('header.latitude', 'header.longitude')
      then case when value ~ '^-?[0-9]{1,3}(\.[0-9]{1,15})?$' then abs(value::numeric) <= case field when 'header.latitude' then 90 else 180 end else false end
    else value !~ '[\n\r\t\v\f\u0085\u2028\u2029]|     '
      and length(value) <= case
        when field = 'header.filename' then 240
        when field like 'header.%' then 60
        when field not like 'buttons.%' then 1024
        when exists (select from jsonb_array_elements(components) c
                     where c ->> 'type' = 'BUTTONS' and c -> 'buttons' -> substr(field, 9)::integer ->> 'type' = 'COPY_CODE') then 15
        else 2000 end end
$$;

-- One part of a template as people read it.
create or replace function conversure.fill_text(given text, part text, filled jsonb) returns text
language plpgsql immutable parallel safe as $$
declare
  pieces text[];
  done text := '';
begin
  -- Piece by piece, so that a value which looks like a variable is not filled in its turn.
  loop
    pieces := regexp_match(given, '^(.*?)\{\{\s*([A-Za-z0-9_]+)\s*\}\}(.*)$');
    exit when pieces is null;
    done := done || pieces[1] || coalesce(filled -> part ->> pieces[2], '{{' || pieces[2] || '}}');
    given := pieces[3];
  end loop;
  return done || coalesce(given, '');
end $$;

-- A template of a number's account that can be sent with these values, or CV015, CV016.
create or replace function conversure.check_template(number conversure.whatsapp_numbers, template uuid, filled jsonb) returns void
language plpgsql volatile as $$
declare
  t conversure.templates;
  needed text[];
  may text[];
  missing text[];
  surplus text[];
  unfit text[];
begin
  select k.* into t from conversure.templates k where k.company_id = number.company_id and k.template_id = template;
  if t.template_id is null or (t.provider, t.account_id) <> (number.provider, number.account_id) then
    perform conversure.refuse('CV015', 'no template of this number', jsonb_build_object('status', 'DELETED', 'name', coalesce(t.name, '')));
  end if;
  if t.status <> 'APPROVED' then
    perform conversure.refuse('CV015', 'the template cannot be sent', jsonb_build_object('status', t.status, 'name', t.name));
  end if;
  if not conversure.is_known_form(t.components) then
    perform conversure.refuse('CV015', 'the template has parts that cannot be filled in', jsonb_build_object('status', 'UNSUPPORTED', 'name', t.name));
  end if;
  needed := conversure.template_fields(t.components);
  may := needed || case when t.components @> '[{"type": "HEADER", "format": "DOCUMENT"}]' then '{header.filename}'::text[] else '{}' end;
  missing := array(select n from unnest(needed) n
                   where not exists (select from conversure.template_values(filled) v where v.field = n and not conversure.is_blank(v.value)));
  surplus := array(select v.field from conversure.template_values(filled) v where v.field <> all (may));
  unfit := array(select v.field from conversure.template_values(filled) v where v.field = any (may) and not conversure.fits_template(v.field, v.value, t.components));
  if missing || surplus || unfit <> '{}' then
    perform conversure.refuse('CV016', 'the template''s fields are not filled as it demands', jsonb_build_object(
      'missing', to_jsonb(missing), 'unknown', to_jsonb(surplus), 'bad', to_jsonb(unfit), 'name', t.name));
  end if;
end $$;

-- What a message made of a template says: header, body and footer, a line each. Nothing for a template that is not there.
create or replace function conversure.render_template(company uuid, template uuid, filled jsonb) returns text
language sql stable as $$
  select left(coalesce(string_agg(conversure.fill_text(c.component ->> 'text', lower(c.component ->> 'type'), filled), E'\n'
                                  order by array_position('{HEADER,BODY,FOOTER}', c.component ->> 'type')), ''), 4096)
  from conversure.templates t, jsonb_array_elements(t.components) c (component)
  where t.company_id = company and t.template_id = template and c.component ->> 'type' in ('HEADER', 'BODY', 'FOOTER')
    and c.component ->> 'text' is not null
$$;

-- News of one template from the provider: {"provider","account_id","name","language","event","quality","category","reason",
-- "time"}. They come twice and out of order, with whole seconds of another clock, and while a list is being read: the newest
-- word on the status counts at once, and the list is asked for, which has the last word.
create or replace function conversure.apply_template(e jsonb) returns void
language plpgsql volatile as $$
declare
  company constant uuid := e ->> 'company_id';
  at constant timestamptz := coalesce(conversure.provider_time(e ->> 'time'), conversure.now());
  event constant text := upper(nullif(e ->> 'event', ''));
  -- FLAGGED is a warning; an archived template that comes back is not yet what the list says it is.
  new_status constant text := case event when 'REINSTATED' then 'APPROVED' when 'UNARCHIVED' then 'PENDING' when 'FLAGGED' then null else left(event, 40) end;
begin
  update conversure.templates t
  set status = case when new_status is not null and at >= t.status_at then new_status else t.status end,
      rejected_reason = case when new_status is not null and at >= t.status_at then left(coalesce(e ->> 'reason', ''), 200) else t.rejected_reason end,
      quality = coalesce(left(nullif(e ->> 'quality', ''), 40), t.quality),
      category = coalesce(left(nullif(upper(e ->> 'category'), ''), 40), t.category),
      status_at = case when new_status is not null then greatest(at, t.status_at) else t.status_at end
  where t.company_id = company and t.provider = e ->> 'provider' and t.account_id = coalesce(e ->> 'account_id', '')
    and (t.name = e ->> 'name' and t.language = e ->> 'language' or t.provider_template_id = nullif(e ->> 'provider_template_id', ''));
  if not found or event is not null then
    perform conversure.ask_for_templates(company, e ->> 'provider', coalesce(e ->> 'account_id', ''));
  end if;
end $$;

-- Leaves a job that reads an account's templates, for whichever of its numbers can.
create or replace function conversure.ask_for_templates(company uuid, provider text, account_id text) returns void
language sql volatile as $$
  select conversure.add_job(company, 'sync_templates', n.provider || ' ' || n.account_id,
                            jsonb_build_object('number_id', n.number_id, 'provider', n.provider, 'account_id', n.account_id))
  from conversure.whatsapp_numbers n
  where n.company_id = company and n.provider = ask_for_templates.provider and n.account_id = ask_for_templates.account_id and n.active
  order by n.number_id limit 1
$$;
grant execute on function conversure.ask_for_templates(uuid, text, text) to conversure_api;

-- A number that is new, or active again, may bring an account whose templates nobody has read.
create or replace function conversure.ask_for_new_templates() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.active then
    perform conversure.ask_for_templates(new.company_id, new.provider, new.account_id);
  end if;
  return null;
end $$;

-- All templates that an account has: [{"provider_template_id","name","language","category","status","components",
-- "parameter_format","quality","rejected_reason"}]. What is not among them the account has no more.
create or replace function relay.put_templates(company uuid, provider text, account_id text, templates jsonb) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  changed integer;
  gone integer;
begin
  perform from conversure.companies c where c.company_id = company for no key update; -- two lists at once take turns
  with listed as (
    select distinct on (i ->> 'name', i ->> 'language') i from jsonb_array_elements(templates) i
    where i ->> 'name' <> '' and i ->> 'language' <> '' and jsonb_typeof(i -> 'components') = 'array')
  insert into conversure.templates as t (company_id, template_id, provider, account_id, name, language, provider_template_id, category, status,
    components, parameter_format, quality, rejected_reason, status_at)
  select company, conversure.uuid7(), put_templates.provider, put_templates.account_id, i ->> 'name', i ->> 'language',
    coalesce(i ->> 'provider_template_id', ''), upper(coalesce(i ->> 'category', 'MARKETING')), upper(coalesce(i ->> 'status', 'PENDING')),
    i -> 'components', case when i ->> 'parameter_format' = 'NAMED' then 'NAMED' else 'POSITIONAL' end,
    coalesce(nullif(i ->> 'quality', ''), 'UNKNOWN'), coalesce(i ->> 'rejected_reason', ''), conversure.now()
  from listed
  on conflict on constraint templates_company_id_provider_account_id_name_language_key do update
    set provider_template_id = excluded.provider_template_id, category = excluded.category, status = excluded.status, components = excluded.components,
        parameter_format = excluded.parameter_format, quality = excluded.quality, rejected_reason = excluded.rejected_reason, status_at = excluded.status_at
    where (t.provider_template_id, t.category, t.status, t.components, t.parameter_format, t.quality, t.rejected_reason)
          is distinct from (excluded.provider_template_id, excluded.category, excluded.status, excluded.components, excluded.parameter_format, excluded.quality, excluded.rejected_reason);
  get diagnostics changed = row_count;
  update conversure.templates t set status = 'DELETED', status_at = conversure.now()
  where t.company_id = company and t.provider = put_templates.provider and t.account_id = put_templates.account_id and t.status <> 'DELETED'
    and not exists (select from jsonb_array_elements(templates) i where i ->> 'name' = t.name and i ->> 'language' = t.language);
  get diagnostics gone = row_count;
  return changed + gone;
end $$;

reset role;
grant execute on function conversure.ask_for_new_templates() to conversure_owner;
set local role conversure_owner;

create or replace trigger ask_for_templates after insert or update of active, account_id, provider on conversure.whatsapp_numbers
  for each row execute function conversure.ask_for_new_templates();

-- All templates of the caller's company, as changes.
create or replace view conversure.template_changes with (security_invoker = true) as
select v.company_id, jsonb_build_object('kind', 'template', 'id', v.template_id, 'rev', v.rev, 'row', v.row) as change
from conversure.template_rows v;
grant select on conversure.template_changes to conversure_client;

reset role;
set local role conversure_api;

-- Asks a relay to read the templates anew that can be sent in a conversation.
create or replace function api.sync_templates(conversation uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  n conversure.whatsapp_numbers;
begin
  select w.* into n
  from conversure.conversations c join conversure.whatsapp_numbers w on w.company_id = c.company_id and w.number_id = c.number_id
  where c.company_id = me.company_id and c.conversation_id = conversation and c.topics && conversure.my_topics();
  if not found then
    perform conversure.refuse('CV003', 'no such conversation');
  end if;
  perform conversure.ask_for_templates(me.company_id, n.provider, n.account_id);
end $$;
grant execute on function api.sync_templates(uuid) to conversure_client;

reset role;
