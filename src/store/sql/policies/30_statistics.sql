-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The planner keeps samples of what a column holds, of all companies together, and guesses from them how many rows a
-- condition finds. Whoever sees the guess (EXPLAIN shows it, and debug_print_plan also for tables one has no right to)
-- can ask for it with one constant after another and read the samples: text, bytea and times compare by operators that
-- are leakproof, and for these row-level security does not stand in the way. So no samples of what somebody wrote, is
-- called, or keeps secret. What remains are ids, times, counts, and words of a fixed vocabulary, which plans need.
-- Drawn from the catalogue, so that a new column cannot escape.
set local role conversure_owner;

do $$
declare
  vocabulary constant text[] := array['action', 'bucket', 'content_type', 'direction', 'kind', 'last_content_type', 'last_direction',
    'last_status', 'owner_kind', 'provider', 'recipient_kind', 'role', 'sealed_by_kind', 'send_via', 'signed_by_kind', 'signer_kind',
    'state', 'status', 'subject_kind', 'topics', 'visibility', 'was_topics'];
  item record;
begin
  for item in
    select c.relname, a.attname
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'conversure'::regnamespace and c.relkind in ('r', 'p', 'm')
      and a.attlen < 0 and a.attname <> all (vocabulary) and a.attstattarget <> 0
  loop
    execute format('alter table conversure.%I alter column %I set statistics 0', item.relname, item.attname);
  end loop;
  -- An index over an expression has samples of its own.
  for item in
    select c.relname, a.attnum
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'conversure'::regnamespace and i.indkey[a.attnum - 1] = 0 and a.attlen < 0 and a.attstattarget <> 0
  loop
    execute format('alter index conversure.%I alter column %s set statistics 0', item.relname, item.attnum);
  end loop;
end $$;

reset role;

-- Samples that were taken before stay until they are deleted, and only a superuser may. Without one there are none, as
-- long as this ran before the first ANALYZE.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    delete from pg_catalog.pg_statistic s using pg_attribute a, pg_class c
    where a.attrelid = s.starelid and a.attnum = s.staattnum and a.attstattarget = 0
      and c.oid = s.starelid and c.relnamespace = 'conversure'::regnamespace;
  end if;
end $$;
