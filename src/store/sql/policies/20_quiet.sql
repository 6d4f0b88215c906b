-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- With debug_print_plan, which everybody may set for themselves, the server tells a caller the plan of each statement
-- inside a function, with the values that the function has read and worked out: password hashes, and whether a guess was
-- right. So every function that runs with its owner's rights switches it off. It says as well how the texts in it are
-- meant: a caller who switches standard_conforming_strings off would change what its patterns match. Drawn from the
-- catalogue.
do $$
declare
  f record;
begin
  for f in
    select p.oid::regprocedure as signature from pg_proc p
    where p.prosecdef and p.pronamespace in ('conversure'::regnamespace, 'api'::regnamespace, 'relay'::regnamespace)
  loop
    execute format('alter function %s set debug_print_plan = off', f.signature);
    execute format('alter function %s set standard_conforming_strings = on', f.signature);
  end loop;
end $$;
