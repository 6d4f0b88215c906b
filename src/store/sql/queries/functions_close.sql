-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

do $$
declare
  definer text;
begin
  foreach definer in array array['conversure_auth', 'conversure_api', 'conversure_work', 'conversure_roles', 'conversure_reaper'] loop
    execute format('revoke create on schema conversure, api, relay from %I', definer);
  end loop;
end $$
