-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A row's first rev is a default and costs no trigger.
do $$
declare
  t regclass;
begin
  for t in
    select a.attrelid from pg_attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attname = 'rev' and a.attrelid in (select c.oid from pg_class c where c.relnamespace = 'conversure'::regnamespace)
  loop
    execute format('alter table %s alter column rev set default 1', t);
  end loop;
end $$;
