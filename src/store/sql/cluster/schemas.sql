-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Run once a database, before the first migration, as the user `migrate` connects as.
create schema if not exists conversure authorization conversure_owner;
create schema if not exists api authorization conversure_owner;
create schema if not exists relay authorization conversure_owner;
create schema if not exists conversure_ext authorization conversure_owner;
create extension if not exists pgcrypto schema conversure_ext;
create extension if not exists pg_trgm schema conversure_ext;

do $$
declare
  definer text;
begin
  foreach definer in array array['conversure_owner', 'conversure_auth', 'conversure_api', 'conversure_work', 'conversure_roles', 'conversure_reaper'] loop
    execute format('alter default privileges for role %I revoke execute on functions from public', definer);
  end loop;
end $$;

create table if not exists conversure.schema_migrations (
  version     integer primary key,
  name        text not null,
  checksum    text not null,
  applied_at  timestamptz not null default clock_timestamp()
);
comment on table conversure.schema_migrations is 'Which migrations this database has seen, with the checksum of their text; version 0 is the checksum of the functions and policies.';
alter table conversure.schema_migrations owner to conversure_owner;
