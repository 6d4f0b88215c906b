-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Small rules that everything else stands on: the clock, ranks, ids, masks, days, limits.
set local role conversure_work;

-- The clock of every rule. Never now(): a client can hold a transaction over midnight or over the end of a window.
create or replace function conversure.now() returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return clock_timestamp() + coalesce((select clock_offset from conversure.installation where testing), interval '0');
end $$;
grant execute on function conversure.now() to conversure_auth, conversure_api, conversure_client, conversure_relay;

create or replace function conversure.microseconds(t timestamptz) returns bigint
language sql stable parallel safe
return (extract(epoch from t) * 1000000)::bigint;
revoke execute on function conversure.microseconds(timestamptz) from public;
grant execute on function conversure.microseconds(timestamptz) to conversure_auth, conversure_api, conversure_client;

create or replace function conversure.from_microseconds(us bigint) returns timestamptz
language sql immutable parallel safe
return timestamptz 'epoch' + us * interval '1 microsecond';
revoke execute on function conversure.from_microseconds(bigint) from public;
grant execute on function conversure.from_microseconds(bigint) to conversure_api, conversure_client;

-- UUID of version 7: milliseconds, then a counter that keeps the order within one, then chance.
create or replace function conversure.uuid7() returns uuid
language plpgsql volatile as $$
declare
  ms    constant text := lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0');
  tick  constant text := lpad(to_hex(nextval('conversure.uuid_order') % 4096), 3, '0');
begin
  return (ms || '7' || tick || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 18))::uuid;
end $$;
grant execute on function conversure.uuid7() to conversure_auth, conversure_api;

-- How sure we are of an attempt's fate; a total order, so that every permutation of events ends alike.
create or replace function conversure.rank_of(word text) returns smallint
language sql immutable parallel safe
return case word
  when 'sending' then 10 when 'unconfirmed' then 20 when 'failed_by_client' then 30 when 'sent' then 40
  when 'failed_by_provider' then 50 when 'delivered' then 60 when 'read' then 70 else 0 end::smallint;
grant execute on function conversure.rank_of(text) to conversure_api;

create or replace function conversure.status_of_rank(rank smallint) returns text
language sql immutable parallel safe
return case rank
  when 10 then 'sending' when 20 then 'unconfirmed' when 30 then 'failed' when 40 then 'sent'
  when 50 then 'failed' when 60 then 'delivered' when 70 then 'read' end;
grant execute on function conversure.status_of_rank(smallint) to conversure_api;

-- '+971501112233' → '+971 ••••• ••33'. Anything that is not a number of at least seven digits is masked whole.
create or replace function conversure.mask_phone(phone text) returns text
language sql immutable parallel safe as $$
  select case
    when phone is null then ''
    when length(phone) < 8 then '•••••'
    else substr(phone, 1, 4) || ' ••••• ••' || right(phone, 2) end
$$;
grant execute on function conversure.mask_phone(text) to conversure_api;

-- The first line's worth of a text, for lists.
create or replace function conversure.preview(body text) returns text
language sql immutable parallel safe
return left(regexp_replace(body, '\s+', ' ', 'g'), 160);
grant execute on function conversure.preview(text) to conversure_api;

-- Whether there is nothing to see in a text: blanks of any kind, and what is not shown.
create or replace function conversure.is_blank(given text) returns boolean
language sql immutable parallel safe
return given !~ '[^\s\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff]';

-- As vault::stretchPassword does it: without the blanks of any kind that a pasted address brings along, in lower case.
create or replace function conversure.normal_email(email text) returns text
language sql immutable parallel safe as $$
  select lower(regexp_replace(email, '^[\s\u00a0]+|[\s\u00a0]+$', '', 'g'))
$$;
grant execute on function conversure.normal_email(text) to conversure_auth;

-- A provider's time, which counts whole seconds; null where it is none: never before 2015, when nobody had written by this
-- way, and never a number that is no time at all.
create or replace function conversure.provider_time(seconds text) returns timestamptz
language sql immutable parallel safe as $$
  select case when seconds::numeric between 1420070400 and 253402300799 then to_timestamp(seconds::double precision) end
$$;

-- What a refusal looks like to a client: SQLSTATE of class CV, figures as JSON in DETAIL. Volatile, because the planner
-- calls an immutable function ahead of its turn.
create or replace function conversure.refuse(code text, sentence text, figures jsonb default '{}') returns void
language plpgsql volatile as $$
begin
  raise exception using errcode = code, message = sentence, detail = figures::text;
end $$;
grant execute on function conversure.refuse(text, text, jsonb) to conversure_auth, conversure_api, conversure_roles;

-- The day at a moment, where the company is. A change of zone counts from the end of the day on which it was made, and never
-- leads back.
create or replace function conversure.day_of(c conversure.companies, t timestamptz) returns date
language sql stable parallel safe
return case when c.zone_changes_at is null or t < c.zone_changes_at then (t at time zone c.time_zone)::date
            else greatest((t at time zone c.next_time_zone)::date, c.zone_day) end;
grant execute on function conversure.day_of(conversure.companies, timestamptz) to conversure_api;

create or replace function conversure.local_day(company uuid, t timestamptz) returns date
language plpgsql stable as $$
begin
  return (select conversure.day_of(c, t) from conversure.companies c where c.company_id = company);
end $$;
grant execute on function conversure.local_day(uuid, timestamptz) to conversure_api;

-- When a day ends somewhere. Where clocks go back over midnight, it comes twice: the day ends with the first.
create or replace function conversure.day_ends_in(zone text, day date) returns timestamptz
language sql stable parallel safe as $$
  select case when just_before.there::date > day then e.at - (just_before.there + interval '1 microsecond' - (day + 1)::timestamp) else e.at end
  from (select (day + 1)::timestamp at time zone zone as at) e,
       lateral (select (e.at - interval '1 microsecond') at time zone zone as there) just_before
$$;
grant execute on function conversure.day_ends_in(text, date) to conversure_api;

-- When the local day ends and the quota frees.
create or replace function conversure.day_ends(company uuid, day date) returns timestamptz
language sql stable as $$
  select conversure.day_ends_in(
    case when c.zone_changes_at is null or day < c.zone_day
           or day = c.zone_day and conversure.local_day(company, c.zone_changes_at) > day
         then c.time_zone else c.next_time_zone end, day)
  from conversure.companies c where c.company_id = company
$$;
grant execute on function conversure.day_ends(uuid, date) to conversure_api;

-- Which week of its life a number is in, from 1.
create or replace function conversure.warmup_week(started_at timestamptz, t timestamptz) returns integer
language sql immutable parallel safe
return 1 + greatest(0, floor(extract(epoch from t - started_at) / 604800))::integer;
grant execute on function conversure.warmup_week(timestamptz, timestamptz) to conversure_api;

-- Messages a number may send a day: its own limit, or the rung of the ladder for each week since it started.
create or replace function conversure.number_limit(n conversure.whatsapp_numbers, s conversure.company_settings, t timestamptz) returns integer
language sql immutable parallel safe
return coalesce(n.daily_limit, s.warmup_ladder[least(cardinality(s.warmup_ladder), conversure.warmup_week(n.warmup_started_at, t))]);
grant execute on function conversure.number_limit(conversure.whatsapp_numbers, conversure.company_settings, timestamptz) to conversure_api;

create or replace function conversure.daily_limit(company uuid, number uuid, t timestamptz) returns integer
language plpgsql stable as $$
begin
  return (select conversure.number_limit(n, s, t)
          from conversure.whatsapp_numbers n join conversure.company_settings s on s.company_id = n.company_id
          where n.company_id = company and n.number_id = number);
end $$;
grant execute on function conversure.daily_limit(uuid, uuid, timestamptz) to conversure_api;

-- Messages a user may send a day, by their own limit or the company's; null: as many as the numbers allow.
create or replace function conversure.user_limit(u conversure.users, s conversure.company_settings) returns integer
language sql immutable parallel safe
return coalesce(u.daily_limit, s.agent_daily_limit);
grant execute on function conversure.user_limit(conversure.users, conversure.company_settings) to conversure_api;

create or replace function conversure.agent_limit(company uuid, person uuid) returns integer
language plpgsql stable as $$
begin
  return (select conversure.user_limit(u, s)
          from conversure.users u join conversure.company_settings s on s.company_id = u.company_id
          where u.company_id = company and u.user_id = person);
end $$;
grant execute on function conversure.agent_limit(uuid, uuid) to conversure_api;

-- What the store has to know of a provider: whether free text is bound to a window, and by which identities it reaches
-- people. Of one that nobody has described: the stricter. tests/relay_parts/
-- ProviderRulesTest compares it with src/providers.
create or replace function conversure.provider_rules(provider text, out has_window boolean, out identity_kinds text[])
language sql immutable parallel safe as $$
  select provider <> 'evolution', case when provider in ('meta', 'dialog360') then '{phone,bsuid}'::text[] else '{phone}' end
$$;

grant execute on function conversure.provider_rules(text) to conversure_api, conversure_owner;

create or replace function conversure.adopt_provider_rules() returns trigger
language plpgsql as $$
begin
  select r.has_window, r.identity_kinds into new.has_window, new.identity_kinds from conversure.provider_rules(new.provider) r;
  return new;
end $$;

reset role;
grant execute on function conversure.adopt_provider_rules() to conversure_owner;
set local role conversure_owner;

create or replace trigger provider_rules before insert or update of provider on conversure.whatsapp_numbers
  for each row execute function conversure.adopt_provider_rules();

reset role;
