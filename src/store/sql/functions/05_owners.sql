-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Functions that an earlier version made as conversure_api and that are conversure_work's now: only the owner may replace
-- a function.
do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid from pg_proc p
    where p.proowner = 'conversure_api'::regrole and p.pronamespace in ('conversure'::regnamespace, 'api'::regnamespace)
      and p.proname = any (array[
        'held_conversation', 'message_change', 'held_attempt', 'confirm_attempt', 'fail_attempt', 'renew_attempt',
        'read_content', 'check_send', 'identity_for', 'send_order', 'check_again', 'place_message', 'charge_attempt',
        'reserve_send', 'confirm_send', 'fail_send', 'release_send', 'renew_lease', 'say_not_sent', 'send_state'])
  loop
    execute format('alter function %s owner to conversure_work', f);
  end loop;
end $$;
