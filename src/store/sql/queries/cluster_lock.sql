-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Roles and rights on databases belong to the cluster, advisory locks to a database: two databases that are migrated at
-- once take turns here. Where there is no superuser, one of them may have to be repeated.
do $$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    lock table pg_catalog.pg_database in share row exclusive mode;
  end if;
end $$
