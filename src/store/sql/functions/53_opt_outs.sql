-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Who wants no marketing. Only marketing templates are stopped by it: whoever writes to us is answered.
--
-- The helpers here run with the rights of the function that calls them.
set local role conversure_work;

-- A word as it is compared: without marks around it, in lower case, letters that are written in several ways as one (full
-- width and presentation forms, hamza forms, ta marbuta, the yeh and kaf of Persian and Urdu keyboards), without what is not
-- seen or only decorates (tatweel, vowel signs, stress marks, directions, joiners).
create or replace function conversure.normal_word(given text) returns text
language sql immutable parallel safe as $$
  select btrim(regexp_replace(
    regexp_replace(
      lower(translate(normalize(given, NFKC), 'أإآٱةؤئیىک', 'ااااهويييك')),
      '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]', '', 'g'),
    '[^[:alnum:]]+', ' ', 'g'))
$$;
grant execute on function conversure.normal_word(text) to conversure_api;

create or replace function conversure.default_stop_words() returns text[]
language sql immutable parallel safe as $$
  select array(select conversure.normal_word(w) from unnest(array[
    'stop', 'stopall', 'stop all', 'unsubscribe', 'opt out', 'optout', 'stop promotions', 'no more messages', 'remove me',
    'توقف', 'أوقف', 'إيقاف', 'قف', 'إلغاء', 'إلغاء الاشتراك', 'الغاء الاشتراك', 'لا ترسل', 'ستوب',
    'стоп', 'отписаться', 'отписка', 'отпишите', 'отпишите меня', 'не писать', 'хватит']) w)
$$;
grant execute on function conversure.default_stop_words() to conversure_api;

create or replace function conversure.default_start_words() returns text[]
language sql immutable parallel safe as $$
  select array(select conversure.normal_word(w) from unnest(array[
    'start', 'unstop', 'subscribe', 'opt in', 'ابدأ', 'اشتراك', 'старт', 'подписаться']) w)
$$;
grant execute on function conversure.default_start_words() to conversure_api;

-- A company's list as words are compared by now, whatever they were when it was given; the defaults where there is none.
create or replace function conversure.words_by_now(given text[], defaults text[]) returns text[]
language sql immutable parallel safe as $$
  select case when given is null then defaults else array(select conversure.normal_word(w) from unnest(given) w) end
$$;

-- What is in force for a lead on a number, the strongest word first: the provider's.
create or replace function conversure.opt_out_of(company uuid, lead uuid, number uuid) returns conversure.opt_outs
language sql stable as $$
  select o.* from conversure.opt_outs o
  where o.company_id = company and o.lead_id = lead and o.lifted_at is null and (o.number_id is null or o.number_id = number)
  order by array_position('{provider,admin,word}', o.kind), o.since limit 1
$$;
grant execute on function conversure.opt_out_of(uuid, uuid, uuid) to conversure_api;

-- Brings a lead's conversations into line with what is in force. The column is for those who look: the rule itself asks
-- opt_outs (conversure.check_marketing), because a conversation may begin at the same moment.
create or replace function conversure.show_opt_outs(company uuid, lead uuid) returns void
language sql volatile as $$
  update conversure.conversations c set opted_out = f.kind
  from (select k.conversation_id, (conversure.opt_out_of(company, lead, k.number_id)).kind as kind
        from conversure.conversations k where k.company_id = company and k.lead_id = lead) f
  where c.company_id = company and c.conversation_id = f.conversation_id and c.opted_out is distinct from f.kind
$$;
grant execute on function conversure.show_opt_outs(uuid, uuid) to conversure_api;

-- number null: for all numbers of the company. Of what the person has taken back since, nothing is noted: it came late. A
-- member's lifting is not theirs: it was about what was known then.
create or replace function conversure.note_opt_out(company uuid, lead uuid, number uuid, kind text, at timestamptz, remark text, person uuid default null) returns void
language plpgsql volatile as $$
#variable_conflict use_column
begin
  if exists (select from conversure.opt_outs o
             where o.company_id = company and o.lead_id = lead and o.number_id is not distinct from number and o.kind = note_opt_out.kind
               and o.lifted_at > at and o.lifted_by is null) then
    return;
  end if;
  insert into conversure.opt_outs as o (company_id, opt_out_id, lead_id, number_id, kind, since, heard_at, remark, noted_by)
  values (company, conversure.uuid7(), lead, number, kind, at, at, left(coalesce(remark, ''), 2000), person)
  on conflict (company_id, lead_id, kind, coalesce(number_id, '00000000-0000-0000-0000-000000000000')) where lifted_at is null do update
    set since = least(o.since, excluded.since), heard_at = greatest(o.heard_at, excluded.heard_at);
  perform conversure.show_opt_outs(company, lead);
end $$;
grant execute on function conversure.note_opt_out(uuid, uuid, uuid, text, timestamptz, text, uuid) to conversure_api;

-- A member ends what is known of some kinds, on all numbers; answers how many.
drop function if exists conversure.end_opt_outs(uuid, uuid, uuid, text[], timestamptz, uuid);
create or replace function conversure.lift_opt_outs(company uuid, lead uuid, kinds text[], person uuid) returns integer
language plpgsql volatile as $$
declare
  lifted integer;
begin
  update conversure.opt_outs o set lifted_at = conversure.now(), lifted_by = person
  where o.company_id = company and o.lead_id = lead and o.kind = any (kinds) and o.lifted_at is null;
  get diagnostics lifted = row_count;
  perform conversure.show_opt_outs(company, lead);
  return lifted;
end $$;
grant execute on function conversure.lift_opt_outs(uuid, uuid, text[], uuid) to conversure_api;

-- The person takes back what they said before a moment. Kept also where nothing is in force, so that an older word which
-- comes after it finds the newer one.
create or replace function conversure.take_back_opt_out(company uuid, lead uuid, number uuid, kind text, at timestamptz) returns void
language plpgsql volatile as $$
begin
  update conversure.opt_outs o set lifted_at = at
  where o.company_id = company and o.lead_id = lead and o.number_id is not distinct from number and o.kind = take_back_opt_out.kind
    and o.lifted_at is null and o.heard_at < at;
  if not found then
    insert into conversure.opt_outs (company_id, opt_out_id, lead_id, number_id, kind, since, heard_at, lifted_at)
    select company, conversure.uuid7(), lead, number, kind, at, at, at
    where not exists (select from conversure.opt_outs o
                      where o.company_id = company and o.lead_id = lead and o.number_id is not distinct from number and o.kind = take_back_opt_out.kind
                        and (o.lifted_at is null or o.lifted_at >= at and o.lifted_by is null));
  end if;
  perform conversure.show_opt_outs(company, lead);
end $$;

-- A lead's whole message that is one of the words, and nothing else, stops or starts marketing.
create or replace function conversure.heed_word(company uuid, lead uuid, said text, at timestamptz) returns void
language plpgsql volatile as $$
declare
  word text;
  s conversure.company_settings;
begin
  if length(said) > 1000 then
    return;
  end if;
  word := conversure.normal_word(said);
  if length(word) not between 1 and 60 then
    return;
  end if;
  select * into s from conversure.company_settings k where k.company_id = company;
  if word = any (conversure.words_by_now(s.stop_words, conversure.default_stop_words())) then
    perform conversure.note_opt_out(company, lead, null, 'word', at, left(btrim(said, E' \t\n\r'), 60));
  elsif word = any (conversure.words_by_now(s.start_words, conversure.default_start_words())) then
    perform conversure.take_back_opt_out(company, lead, null, 'word', at);
  end if;
end $$;

-- The provider's own switch, as its webhook tells: {"identities","value":"stop"|"resume","timestamp"}. The newest word
-- counts, and only the person can take it back.
create or replace function conversure.apply_preference(e jsonb) returns void
language plpgsql volatile as $$
declare
  company constant uuid := e ->> 'company_id';
  number constant uuid := e ->> 'number_id';
  at constant timestamptz := least(conversure.provider_time(e ->> 'timestamp'), conversure.now());
  lead constant uuid := conversure.lead_of(company, e -> 'identities', left(coalesce(e ->> 'profile_name', ''), 200), at);
begin
  if e ->> 'value' = 'stop' then
    perform conversure.note_opt_out(company, lead, number, 'provider', at, '');
  else
    perform conversure.take_back_opt_out(company, lead, number, 'provider', at);
  end if;
end $$;

-- What is known of a failure beside its code, as of the moment at which the provider said so: {"class","at","retry_at"}, the
-- latter where waiting helps (class as domain/SendErrors.h names it, which also says how long).
drop function if exists conversure.heed_error(uuid, uuid, text, jsonb);
create or replace function conversure.failure_figures(class text, wait_seconds jsonb, at timestamptz) returns jsonb
language plpgsql stable as $$
declare
  seconds constant integer := case when jsonb_typeof(wait_seconds) = 'number'
                                   then greatest(0, least((wait_seconds #>> '{}')::numeric, 2592000))::integer end;
  wait constant integer := coalesce(nullif(seconds, 0), case when class = 'marketing_cap' then 86400 end);
begin
  return jsonb_strip_nulls(jsonb_build_object('class', left(class, 40), 'at', conversure.microseconds(at),
    'retry_at', conversure.microseconds(at + wait * interval '1 second')));
end $$;

-- What a failure of a message means for what comes after it; figures as conversure.failure_figures makes them. Once for an
-- attempt, whichever way it became known.
create or replace function conversure.heed_failure(company uuid, message uuid, figures jsonb) returns void
language plpgsql volatile as $$
declare
  talk conversure.conversations;
begin
  if figures ->> 'class' = 'template_problem' then
    -- What is wrong with it the account's list says, and not whoever sent it.
    perform conversure.ask_for_templates(company, t.provider, t.account_id)
    from conversure.messages m join conversure.templates t on t.company_id = m.company_id and t.template_id = m.template_id
    where m.company_id = company and m.message_id = message;
  elsif figures ->> 'class' in ('opted_out', 'marketing_cap') then
    select c.* into talk from conversure.messages m
    join conversure.conversations c on c.company_id = m.company_id and c.conversation_id = m.conversation_id
    where m.company_id = company and m.message_id = message;
    if figures ->> 'class' = 'opted_out' then
      perform conversure.note_opt_out(company, talk.lead_id, talk.number_id, 'provider', coalesce(conversure.from_microseconds((figures -> 'at')::bigint), conversure.now()), '');
    else
      update conversure.conversations c
      set marketing_after = greatest(c.marketing_after, conversure.from_microseconds((figures -> 'retry_at')::bigint))
      where c.company_id = company and c.conversation_id = talk.conversation_id;
    end if;
  end if;
end $$;

-- Whether a template may go to this conversation, or CV013, CV017: marketing does not go to who wants none, and not before
-- the provider lets it.
create or replace function conversure.check_marketing(talk conversure.conversations, template uuid, t timestamptz) returns void
language plpgsql volatile as $$
declare
  said conversure.opt_outs;
begin
  if not exists (select from conversure.templates k where k.company_id = talk.company_id and k.template_id = template and k.category = 'MARKETING') then
    return;
  end if;
  said := conversure.opt_out_of(talk.company_id, talk.lead_id, talk.number_id);
  if said.kind is not null then
    perform conversure.refuse('CV013', 'this person wants no marketing',
      jsonb_build_object('kind', said.kind, 'since', conversure.microseconds(said.since)));
  end if;
  if talk.marketing_after > t then
    perform conversure.refuse('CV017', 'this person has had enough marketing for now', jsonb_build_object('retry_at', conversure.microseconds(talk.marketing_after)));
  end if;
end $$;

-- Held for every way in which a message may come to be, today's and those to come.
create or replace function conversure.guard_marketing() returns trigger
language plpgsql as $$
declare
  talk conversure.conversations;
begin
  select c.* into talk from conversure.conversations c where c.company_id = new.company_id and c.conversation_id = new.conversation_id;
  perform conversure.check_marketing(talk, new.template_id, conversure.now());
  return new;
end $$;

reset role;
grant execute on function conversure.guard_marketing() to conversure_owner;
set local role conversure_owner;

create or replace trigger guard_marketing_new before insert on conversure.messages
  for each row when (new.template_id is not null) execute function conversure.guard_marketing();
create or replace trigger guard_marketing_again before update of current_attempt_id on conversure.messages
  for each row when (new.template_id is not null and new.current_attempt_id is distinct from old.current_attempt_id)
  execute function conversure.guard_marketing();

reset role;
set local role conversure_work;

-- A conversation for whoever may see it, and all others of its lead with it, in one order: two members who speak of one
-- person at once take turns.
create or replace function conversure.held_with_its_lead(me conversure.session_info, conversation uuid) returns conversure.conversations
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from conversure.conversations c
  where c.company_id = me.company_id
    and c.lead_id = (select k.lead_id from conversure.conversations k
                     where k.company_id = me.company_id and k.conversation_id = conversation
                       and k.topics && conversure.topics_for(me.company_id, me.user_id))
  order by c.conversation_id for update;
  return conversure.held_conversation(me, conversation);
end $$;
grant execute on function conversure.held_with_its_lead(conversure.session_info, uuid) to conversure_api;

reset role;
set local role conversure_api;

-- A member notes that a lead wants no marketing, from any number of the company.
create or replace function api.opt_out(conversation uuid, remark text default '') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  talk conversure.conversations;
begin
  if length(remark) > 2000 then
    perform conversure.refuse('CV004', 'the remark is too long', '{"max_length": 2000}');
  end if;
  talk := conversure.held_with_its_lead(me, conversation);
  perform conversure.note_opt_out(me.company_id, talk.lead_id, null, 'admin', conversure.now(), remark, me.user_id);
  perform conversure.note_act(me, 'lead.opted_out', 'lead', talk.lead_id, jsonb_build_object('remark', coalesce(remark, '')));
end $$;
grant execute on function api.opt_out(uuid, text) to conversure_client;

-- A member's word that a lead wants marketing again, which needs a reason. CV002 for the provider's own switch: only the
-- person can turn that back. CV003 when nothing is in force.
create or replace function api.lift_opt_out(conversation uuid, remark text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  talk conversure.conversations;
begin
  if length(coalesce(btrim(remark), '')) not between 1 and 2000 then
    perform conversure.refuse('CV004', 'lifting it needs a reason', '{"max_length": 2000}');
  end if;
  talk := conversure.held_with_its_lead(me, conversation);
  if talk.opted_out = 'provider' then
    perform conversure.refuse('CV002', 'only the person can take this back', '{"kind": "provider"}');
  end if;
  if conversure.lift_opt_outs(me.company_id, talk.lead_id, '{word,admin}', me.user_id) = 0 then
    perform conversure.refuse('CV003', 'nothing to lift');
  end if;
  perform conversure.note_act(me, 'lead.opt_out_lifted', 'lead', talk.lead_id, jsonb_build_object('remark', btrim(remark), 'was', talk.opted_out));
end $$;
grant execute on function api.lift_opt_out(uuid, text) to conversure_client;

-- The words that stop and start marketing; null: the defaults. Without a word that starts, only a member takes it back. At most 200 of each, of at most 60 characters.
create or replace function api.set_opt_out_words(stop_words text[], start_words text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  stops constant text[] := case when stop_words is not null then array(select distinct conversure.normal_word(w) from unnest(stop_words) w) end;
  starts constant text[] := case when start_words is not null then array(select distinct conversure.normal_word(w) from unnest(start_words) w) end;
begin
  if greatest(cardinality(stops), cardinality(starts)) > 200 or stops = '{}'
     or coalesce(stops, conversure.default_stop_words()) && coalesce(starts, conversure.default_start_words())
     or exists (select from unnest(stops || starts) w where w is null or length(w) not between 1 and 60) then
    perform conversure.refuse('CV004', 'up to 200 words of up to 60 characters, and none both', '{"most": 200, "max_length": 60}');
  end if;
  update conversure.company_settings s set stop_words = stops, start_words = starts where s.company_id = me.company_id;
  perform conversure.note_act(me, 'company.opt_out_words_changed', 'company', me.company_id, jsonb_build_object('stop', to_jsonb(stops), 'start', to_jsonb(starts)));
end $$;
grant execute on function api.set_opt_out_words(text[], text[]) to conversure_client;

reset role;
