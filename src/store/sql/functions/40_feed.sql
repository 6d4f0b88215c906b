-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The change feed: one shape of each row, made in one place, for pages and for the feed alike.
set local role conversure_work;

-- A row as clients see it, made of what it was read from: a table, or the rows that a statement has changed. These are
-- inlined, so a caller needs no more than the columns it names.
create or replace function conversure.conversation_json(lead_id uuid, number_id uuid, assignee_id uuid, team_id uuid, status text,
  lead_name text, number_label text, inbound_seq bigint, last_message_at timestamptz, last_inbound_at timestamptz, last_preview text,
  last_direction text, last_content_type text, last_status text, provider text, account_id text, has_window boolean, opted_out text,
  marketing_after timestamptz) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
  'lead_id', lead_id, 'number_id', number_id, 'assignee_id', assignee_id, 'team_id', team_id, 'status', status,
  'lead_name', lead_name, 'number_label', number_label, 'inbound_seq', inbound_seq,
  'last_message_at', (extract(epoch from last_message_at) * 1000000)::bigint, 'last_inbound_at', (extract(epoch from last_inbound_at) * 1000000)::bigint,
  'last_preview', last_preview, 'last_direction', last_direction, 'last_content_type', last_content_type,
  'last_status', last_status, 'provider', provider, 'account_id', account_id, 'has_window', has_window,
  'window_until', (extract(epoch from last_inbound_at + interval '24 hours') * 1000000)::bigint,
  'opted_out', opted_out, 'marketing_after', (extract(epoch from marketing_after) * 1000000)::bigint);

create or replace function conversure.message_json(conversation_id uuid, direction text, status text, content_type text, body text, author_id uuid,
  author_name text, sort_at timestamptz, original_type text, error_code text, error_detail jsonb, template text, sent_twice boolean) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
  'conversation_id', conversation_id, 'direction', direction, 'status', status, 'content_type', content_type,
  'text', body, 'author_id', author_id, 'author_name', author_name, 'sort_at', (extract(epoch from sort_at) * 1000000)::bigint,
  'original_type', original_type, 'error_code', error_code, 'error_detail', error_detail, 'template', template, 'sent_twice', sent_twice);

grant execute on function conversure.conversation_json, conversure.message_json to conversure_client, conversure_api;

reset role;
set local role conversure_owner;

create or replace view conversure.conversation_rows with (security_invoker = true) as
select c.company_id, c.conversation_id, c.last_message_at, c.rev, conversure.conversation_json(
  c.lead_id, c.number_id, c.assignee_id, c.team_id, c.status, c.lead_name, n.label, c.inbound_seq, c.last_message_at, c.last_inbound_at,
  c.last_preview, c.last_direction, c.last_content_type, c.last_status, n.provider, n.account_id, n.has_window, c.opted_out,
  c.marketing_after) as row
from conversure.conversations c
join conversure.whatsapp_numbers n on n.company_id = c.company_id and n.number_id = c.number_id;

create or replace view conversure.message_rows with (security_invoker = true) as
select m.company_id, m.message_id, m.conversation_id, m.sort_at, m.rev, conversure.message_json(
  m.conversation_id, m.direction, m.status, m.content_type, m.body, m.author_id, u.name, m.sort_at, m.original_type, m.error_code,
  m.error_detail, t.name, m.earlier_accepted) as row
from conversure.messages m
left join conversure.users u on u.company_id = m.company_id and u.user_id = m.author_id
left join conversure.templates t on t.company_id = m.company_id and t.template_id = m.template_id;

create or replace view conversure.template_rows with (security_invoker = true) as
select t.company_id, t.template_id, t.rev, jsonb_build_object(
  'provider', t.provider, 'account_id', t.account_id, 'name', t.name, 'language', t.language, 'category', t.category,
  'status', t.status, 'components', t.components, 'parameter_format', t.parameter_format, 'quality', t.quality,
  'rejected_reason', t.rejected_reason) as row
from conversure.templates t;

create or replace view conversure.lead_rows with (security_invoker = true) as
select l.company_id, l.lead_id, l.rev, jsonb_build_object(
  'name', l.name, 'masked_phone', l.masked_phone, 'status', l.status, 'language', l.language, 'source', l.source,
  'budget', l.budget, 'property_type', l.property_type, 'location', l.location, 'bedrooms', l.bedrooms) as row
from conversure.leads l;

-- The feed's rows as they are handed out: who may see a row's subject by now, and who is to hear that it is gone. A row that
-- was written when a conversation was still theirs must not bring it back.
create or replace view conversure.feed_by_now with (security_invoker = true) as
select f.company_id, f.xid, f.seq, f.kind, f.row_id, f.rev, f.row,
       coalesce(case when f.kind = 'lead' then l.topics
                     when f.kind = 'read_mark' or f.conversation_id is null then f.topics
                     else c.topics end, '{}') as topics,
       case when f.kind = 'conversation'
            then array(select topic from unnest(f.topics || f.was_topics) topic where topic <> all (coalesce(c.topics, '{}')))
            else coalesce(f.was_topics, '{}') end as gone_topics
from conversure.change_feed f
left join conversure.conversations c on c.company_id = f.company_id and c.conversation_id = f.conversation_id
left join lateral (select array_agg(distinct topic) as topics
                   from conversure.conversations o, unnest(o.topics) topic
                   where o.company_id = f.company_id and o.lead_id = f.row_id) l on f.kind = 'lead';

grant select on conversure.conversation_rows, conversure.message_rows, conversure.lead_rows, conversure.template_rows to conversure_client, conversure_work, conversure_api;
grant select on conversure.feed_by_now to conversure_work, conversure_api;
reset role;
set local role conversure_work;

-- Raises rev, which begins with 1, with every change of a row; under the row's lock, so that the order of revs is the order of
-- changes.
create or replace function conversure.raise_rev() returns trigger
language plpgsql as $$
begin
  new.rev := old.rev + 1;
  return new;
end $$;

create or replace function conversure.conversation_topics() returns trigger
language plpgsql as $$
begin
  new.topics := conversure.topics_of(new.assignee_id, new.team_id);
  return new;
end $$;

create or replace function conversure.feed_conversations() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into conversure.change_feed (company_id, kind, row_id, conversation_id, rev, topics, row)
    select n.company_id, 'conversation', n.conversation_id, n.conversation_id, n.rev, n.topics,
           conversure.conversation_json(n.lead_id, n.number_id, n.assignee_id, n.team_id, n.status, n.lead_name, w.label, n.inbound_seq,
             n.last_message_at, n.last_inbound_at, n.last_preview, n.last_direction, n.last_content_type, n.last_status,
             w.provider, w.account_id, w.has_window, n.opted_out, n.marketing_after)
    from new_rows n join conversure.whatsapp_numbers w on w.company_id = n.company_id and w.number_id = n.number_id;
  else
    insert into conversure.change_feed (company_id, kind, row_id, conversation_id, rev, topics, was_topics, row)
    select n.company_id, 'conversation', n.conversation_id, n.conversation_id, n.rev, n.topics,
           case when o.topics <> n.topics then o.topics end,
           conversure.conversation_json(n.lead_id, n.number_id, n.assignee_id, n.team_id, n.status, n.lead_name, w.label, n.inbound_seq,
             n.last_message_at, n.last_inbound_at, n.last_preview, n.last_direction, n.last_content_type, n.last_status,
             w.provider, w.account_id, w.has_window, n.opted_out, n.marketing_after)
    from new_rows n
    join old_rows o on o.company_id = n.company_id and o.conversation_id = n.conversation_id
    join conversure.whatsapp_numbers w on w.company_id = n.company_id and w.number_id = n.number_id;
  end if;
  return null;
end $$;

create or replace function conversure.feed_messages() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, conversation_id, rev, topics, row)
  select n.company_id, 'message', n.message_id, n.conversation_id, n.rev, c.topics,
         conversure.message_json(n.conversation_id, n.direction, n.status, n.content_type, n.body, n.author_id, u.name, n.sort_at,
           n.original_type, n.error_code, n.error_detail, t.name, n.earlier_accepted)
  from new_rows n
  join conversure.conversations c on c.company_id = n.company_id and c.conversation_id = n.conversation_id
  left join conversure.users u on u.company_id = n.company_id and u.user_id = n.author_id
  left join conversure.templates t on t.company_id = n.company_id and t.template_id = n.template_id;
  return null;
end $$;

-- A lead is seen by whoever sees one of its conversations.
create or replace function conversure.feed_leads() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select n.company_id, 'lead', n.lead_id, v.rev, t.topics, v.row
  from new_rows n
  join conversure.lead_rows v on v.company_id = n.company_id and v.lead_id = n.lead_id
  cross join lateral (select array_agg(distinct topic) as topics
                      from conversure.conversations c, unnest(c.topics) topic
                      where c.company_id = n.company_id and c.lead_id = n.lead_id) t
  where t.topics is not null;
  return null;
end $$;

create or replace function conversure.feed_reads() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, conversation_id, rev, topics, row)
  select n.company_id, 'read_mark', n.conversation_id, n.conversation_id, n.rev, array['me:' || n.user_id],
         jsonb_build_object('read_seq', n.read_seq)
  from new_rows n;
  return null;
end $$;

-- What can be sent outside the service window is everybody's business.
create or replace function conversure.feed_templates() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select n.company_id, 'template', n.template_id, v.rev, array['members'], v.row
  from new_rows n join conversure.template_rows v on v.company_id = n.company_id and v.template_id = n.template_id;
  return null;
end $$;

-- A session that ends is news for its user; the relay closes what is no longer allowed.
create or replace function conversure.feed_sessions() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select n.company_id, 'session', n.session_id, n.rev, array['me:' || n.user_id], jsonb_build_object('what', 'signed_out')
  from new_rows n
  join old_rows o on o.company_id = n.company_id and o.session_id = n.session_id
  where o.ended_at is null and n.ended_at is not null;
  return null;
end $$;

-- Who is deactivated, and who may see other things than before: the relay asks again what they may.
create or replace function conversure.feed_users() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select n.company_id, 'session', n.user_id, n.rev, array['me:' || n.user_id],
         jsonb_build_object('what', case when n.active then 'topics' else 'signed_out' end)
  from new_rows n
  join old_rows o on o.company_id = n.company_id and o.user_id = n.user_id
  where (o.active, o.role) is distinct from (n.active, n.role);
  return null;
end $$;

-- Who joins or leaves a team. Whatever the visibility is: somebody may be changing it at this moment.
create or replace function conversure.feed_team_members() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select distinct m.company_id, 'session', m.user_id, 0, array['me:' || m.user_id], jsonb_build_object('what', 'topics')
  from changed_rows m;
  return null;
end $$;

-- Where phones are masked or shown again, names may read differently, and everything is read again as well.
create or replace function conversure.feed_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics, row)
  select n.company_id, 'session', n.company_id, n.rev, array_agg('me:' || u.user_id), jsonb_build_object('what', 'topics')
  from new_rows n
  join old_rows o on o.company_id = n.company_id
  join conversure.users u on u.company_id = n.company_id and u.active
  where (o.visibility, o.mask_phones) is distinct from (n.visibility, n.mask_phones)
  group by n.company_id, n.rev;
  return null;
end $$;

-- Numbers and their secrets: for the relay alone, which reads them again.
create or replace function conversure.feed_numbers() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics)
  select n.company_id, 'number', n.number_id, n.rev, '{}' from new_rows n;
  return null;
end $$;

create or replace function conversure.feed_secrets() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics)
  select n.company_id, 'vault', n.secret_id, n.rev, '{}' from new_rows n;
  return null;
end $$;

-- Only relays listen. The payload is empty: a notification is a wake-up, never a message.
create or replace function conversure.wake_relays() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  notify conversure_feed;
  return null;
end $$;

reset role;
grant execute on function conversure.raise_rev(), conversure.conversation_topics(), conversure.feed_conversations(),
  conversure.feed_messages(), conversure.feed_leads(), conversure.feed_templates(), conversure.feed_reads(), conversure.feed_sessions(),
  conversure.feed_users(), conversure.feed_team_members(), conversure.feed_settings(), conversure.feed_numbers(), conversure.feed_secrets(), conversure.wake_relays() to conversure_owner;
set local role conversure_owner;

do $$
declare
  item text[];
  name text;
begin
  foreach name in array array['companies', 'company_settings', 'users', 'sessions', 'whatsapp_numbers', 'vault_secrets', 'leads',
                              'conversations', 'conversation_reads', 'messages', 'teams', 'templates'] loop
    execute format('create or replace trigger rev before update on conversure.%I for each row execute function conversure.raise_rev()', name);
  end loop;
  foreach item slice 1 in array array[
      ['conversations', 'feed_conversations'], ['messages', 'feed_messages'], ['leads', 'feed_leads'],
      ['conversation_reads', 'feed_reads'], ['templates', 'feed_templates'], ['whatsapp_numbers', 'feed_numbers'], ['vault_secrets', 'feed_secrets']] loop
    execute format('create or replace trigger feed_new after insert on conversure.%I referencing new table as new_rows for each statement execute function conversure.%I()', item[1], item[2]);
    execute format('create or replace trigger feed_changed after update on conversure.%I referencing new table as new_rows old table as old_rows for each statement execute function conversure.%I()', item[1], item[2]);
  end loop;
  foreach item slice 1 in array array[['sessions', 'feed_sessions'], ['users', 'feed_users'], ['company_settings', 'feed_settings']] loop
    execute format('create or replace trigger feed_changed after update on conversure.%I referencing new table as new_rows old table as old_rows for each statement execute function conversure.%I()', item[1], item[2]);
  end loop;
end $$;
create or replace trigger feed_new after insert on conversure.team_members referencing new table as changed_rows
  for each statement execute function conversure.feed_team_members();
create or replace trigger feed_gone after delete on conversure.team_members referencing old table as changed_rows
  for each statement execute function conversure.feed_team_members();
create or replace trigger topics before insert or update of assignee_id, team_id on conversure.conversations
  for each row execute function conversure.conversation_topics();
create or replace trigger wake_relays after insert on conversure.change_feed
  for each statement execute function conversure.wake_relays();

reset role;
set local role conversure_api;

-- One object of the feed as it goes to a client.
create or replace function conversure.change_json(kind text, id uuid, rev bigint, content jsonb) returns jsonb
language sql stable parallel safe
return jsonb_build_object('kind', kind, 'id', id, 'rev', rev, 'row', content);
grant execute on function conversure.change_json(text, uuid, bigint, jsonb) to conversure_work, conversure_client;

create or replace function conversure.gone_json(kind text, id uuid, rev bigint) returns jsonb
language sql stable parallel safe
return jsonb_build_object('kind', kind, 'id', id, 'rev', rev, 'gone', true);
grant execute on function conversure.gone_json(text, uuid, bigint) to conversure_work, conversure_client;

-- Where the feed stands: everything below xid is committed and visible. A client without a relay starts here.
create or replace function api.feed_cursor() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  return (select jsonb_build_object('epoch', i.epoch, 'xid', pg_snapshot_xmin(pg_current_snapshot())::text, 'seq', '0')
          from conversure.installation i);
end $$;
grant execute on function api.feed_cursor() to conversure_client;

-- What this user may see of the feed since a cursor, for clients whose relay is away. {"resync":true} when the cursor is
-- of another epoch, pruned, too far back or none at all, and when this user may see other things than before. The horizon
-- is read first, so that it promises nothing the rows lack.
create or replace function api.feed_since(cursor_epoch text, cursor_xid text, row_limit integer default 2000) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  topics_now constant text[] := conversure.my_topics();
  most constant integer := greatest(least(row_limit, 5000), 0);
  place conversure.installation;
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
  here jsonb;
  changes jsonb;
  found_rows integer;
  other_topics boolean;
begin
  select i.* into place from conversure.installation i;
  here := jsonb_build_object('epoch', place.epoch, 'xid', horizon::text, 'seq', '0');
  if cursor_epoch is distinct from place.epoch::text or coalesce(cursor_xid, '') !~ '^[0-9]{1,18}$' then
    return jsonb_build_object('resync', true, 'cursor', here);
  end if;
  if cursor_xid::xid8 < place.feed_floor then
    return jsonb_build_object('resync', true, 'cursor', here);
  end if;
  select count(*), coalesce(jsonb_agg(f.change order by f.xid, f.seq), '[]'), coalesce(bool_or(f.what = 'topics'), false)
    into found_rows, changes, other_topics
  from (select f.xid, f.seq, case when f.kind = 'session' then f.row ->> 'what' end as what,
               case when f.topics && topics_now then conversure.change_json(f.kind, f.row_id, f.rev, f.row)
                    else conversure.gone_json(f.kind, f.row_id, f.rev) end as change
        from conversure.feed_by_now f
        where f.company_id = me.company_id and f.xid >= cursor_xid::xid8
          and (f.topics && topics_now or f.gone_topics && topics_now)
        order by f.xid, f.seq
        limit most + 1) f;
  if found_rows > most or other_topics then
    return jsonb_build_object('resync', true, 'cursor', here);
  end if;
  return jsonb_build_object('cursor', here, 'changes', changes);
end $$;
grant execute on function api.feed_since(text, text, integer) to conversure_client;

reset role;
