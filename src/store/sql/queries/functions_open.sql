-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Definer roles own functions in these schemas, but may create there only while the functions are loaded.
do $$
declare
  definer text;
begin
  foreach definer in array array['conversure_auth', 'conversure_api', 'conversure_work', 'conversure_roles', 'conversure_reaper'] loop
    execute format('grant usage, create on schema conversure, api, relay to %I', definer);
    execute format('grant usage on schema conversure_ext to %I', definer);
  end loop;
end $$
