-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Limits on guessing passwords, the computers an account is known on, and guests from the company that runs the store.

alter table conversure.installation
  add column sign_in_slots     integer not null default 1 check (sign_in_slots between 1 and 64),
  add column pooler_addresses  inet[] not null default '{}';
comment on column conversure.installation.sign_in_slots is 'How many password hashes may be computed at a time for known computers, and again as many for all others. One for two cores.';
comment on column conversure.installation.pooler_addresses is 'Addresses and networks of connection poolers: what comes from there says nothing about where somebody is, and has no limit of its own.';

alter table conversure.accounts add column proof_version integer not null default 1;
comment on column conversure.accounts.proof_version is 'Raised with each new password, so that a ticket of the old one is worth nothing.';

create table conversure.known_devices (
  company_id    uuid not null,
  user_id       uuid not null,
  device_hash   bytea not null check (length(device_hash) = 32),
  name          text not null,
  created_at    timestamptz not null,
  last_used_at  timestamptz not null,
  primary key (company_id, user_id, device_hash),
  foreign key (company_id, user_id) references conversure.users
);
comment on table conversure.known_devices is 'Computers on which somebody has signed in before, by the SHA-256 of a secret that only that computer has. Their wrong passwords are counted apart, so that nobody elsewhere can lock them out.';

create table conversure.sign_in_buckets (
  kind     text not null check (kind in ('device', 'account', 'origin')),
  key      text not null,
  tries    integer not null,
  since    timestamptz not null,
  last_at  timestamptz not null,
  next_at  timestamptz not null,
  primary key (kind, key)
);
create index sign_in_buckets_by_time on conversure.sign_in_buckets (last_at);
comment on table conversure.sign_in_buckets is 'How often a password was tried: on one known computer, on all unknown computers for one e-mail (its SHA-256, whether it has an account or not), and from one address. Before next_at nothing is tried. Global, because nobody is signed in yet; a row goes a day after its last try.';

-- Tickets last a minute, so none is worth keeping.
delete from conversure.sign_in_tickets;
alter table conversure.sign_in_tickets
  alter column company_id set not null,
  alter column user_id set not null,
  add column proof_version  integer not null,
  add column bucket         text not null,
  add column bucket_key     text not null,
  add column origin         text,
  add column device_hash    bytea;
comment on table conversure.sign_in_tickets is 'Between the two calls of a sign-in: what the first one found out, and what it counted. Global, because nobody is signed in yet. xid proves that the first call was committed, so that nothing it counted can be rolled back. company_id and user_id are random unless ok: a row must look the same from outside, whatever was found out.';

alter table conversure.users
  add column guest            boolean not null default false,
  add column home_company_id  uuid,
  add column home_user_id     uuid,
  add constraint guests_have_a_home check (guest = (home_company_id is not null) and guest = (home_user_id is not null)),
  add constraint guests_are_super_admins check (not guest or role = 'SUPER_ADMIN');
create unique index users_guest_once on conversure.users (company_id, home_company_id, home_user_id) where guest;
create index users_guests_of on conversure.users (home_company_id, home_user_id) where guest;
comment on column conversure.users.guest is 'A SUPER_ADMIN of another company who entered this one: home_company_id and home_user_id say who. Has no account, so it cannot sign in by itself.';

alter table conversure.sessions add column home_session_id uuid;
create index sessions_of_visits on conversure.sessions (home_session_id) where ended_at is null;
comment on column conversure.sessions.home_session_id is 'Of a guest''s session: the session at home that it was entered from, with which it ends.';

comment on column conversure.devices.last_used_at is 'When it last asked who it is or opened its live connection; null before the first time.';
