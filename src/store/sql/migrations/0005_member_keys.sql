-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Keys are signed: who may be trusted with a company's data key is no longer what the database says, but what the company's
-- first key has said, itself or through others that it gave that right.

alter table conversure.installation
  add column registration text not null default 'first' check (registration in ('open', 'first', 'closed'));
comment on column conversure.installation.registration is 'Whether a client may found a company: always, while there is none, never.';

alter table conversure.companies add column root_key bytea check (length(root_key) = 32);
comment on column conversure.companies.root_key is 'Ed25519 key of the founder (the first admin, or the relay that founded the company). All signatures end at it; clients pin it. Null: nothing of this company is signed.';

create table conversure.key_signatures (
  company_id    uuid not null references conversure.companies,
  statement_id  uuid not null,
  subject_kind  text not null check (subject_kind in ('user', 'relay', 'recovery')),
  subject_id    uuid not null,
  box_public    bytea not null check (length(box_public) = 32),
  sign_public   bytea not null check (length(sign_public) = 32),
  authority     boolean not null,
  signer_kind   text not null check (signer_kind in ('user', 'relay', 'recovery')),
  signer_id     uuid not null,
  signature     bytea not null check (length(signature) = 64),
  signed_at     timestamptz not null,
  retired_at    timestamptz,
  primary key (company_id, statement_id)
);
create unique index key_signatures_current on conversure.key_signatures (company_id, subject_kind, subject_id) where retired_at is null;
comment on table conversure.key_signatures is 'Statements that a key is somebody''s, and whether it may sign others (authority). A retired one is nobody''s key any more but still a link: what it signed stays signed.';

create table conversure.recovery_keys (
  company_id   uuid primary key references conversure.companies,
  recovery_id  uuid not null,
  box_public   bytea not null check (length(box_public) = 32),
  sign_public  bytea not null check (length(sign_public) = 32),
  created_at   timestamptz not null
);
comment on table conversure.recovery_keys is 'Public keys derived from a company''s recovery code, which is on paper only. The data key is sealed to it as to any member, so that the code outlives a new data key.';

alter table conversure.vault_keys
  drop constraint vault_keys_recipient_kind_check,
  add constraint vault_keys_recipient_kind_check check (recipient_kind in ('user', 'relay', 'recovery')),
  add column sealed_by_kind text check (sealed_by_kind in ('user', 'relay', 'recovery')),
  add column sealed_by uuid,
  add column commitment bytea check (length(commitment) = 32),
  add column signature bytea check (length(signature) = 64);
comment on column conversure.vault_keys.commitment is 'Keyed hash of a constant under the data key: tells a data key without telling what it is.';
comment on column conversure.vault_keys.signature is 'Of whoever sealed it; a sealed box names no sender. Clients refuse what has none.';

create table conversure.vault_manifests (
  company_id      uuid primary key references conversure.companies,
  version         bigint not null check (version > 0),
  key_version     integer not null check (key_version > 0),
  commitment      bytea not null check (length(commitment) = 32),
  entries         jsonb not null check (jsonb_typeof(entries) = 'object'),
  signed_by_kind  text not null check (signed_by_kind in ('user', 'relay', 'recovery')),
  signed_by       uuid not null,
  signature       bytea not null check (length(signature) = 64),
  rev             bigint not null default 0
);
comment on table conversure.vault_manifests is 'What is in the vault now, signed: the data key''s version and commitment, and the version of every secret. Its own version only rises, and clients remember it, so that nothing can be put back.';

create table conversure.invitations (
  company_id        uuid not null references conversure.companies,
  invitation_id     uuid not null,
  kind              text not null check (kind in ('join', 'reset')),
  user_id           uuid not null,
  role              text not null check (role in ('SUPER_ADMIN', 'COMPANY_ADMIN', 'AGENT')),
  name              text not null check (name <> ''),
  email             text,
  lookup_hash       bytea not null check (length(lookup_hash) = 32),
  key_version       integer not null check (key_version > 0),
  sealed_data_key   bytea,
  auth_for_inviter  bytea not null,
  signature         bytea not null check (length(signature) = 64),
  mac               bytea check (length(mac) = 32),
  created_by        uuid not null,
  created_at        timestamptz not null,
  expires_at        timestamptz not null,
  used_at           timestamptz,
  revoked_at        timestamptz,
  primary key (company_id, invitation_id),
  unique (company_id, lookup_hash),
  foreign key (company_id, created_by) references conversure.users
);
create index invitations_by_lookup on conversure.invitations (lookup_hash);
comment on table conversure.invitations is 'Invitations to join, and resets of a member who lost the password. The code itself is nowhere: lookup_hash finds the row, sealed_data_key opens with it, mac shows that the new keys were made by who had it. auth_for_inviter is sealed to the inviting admin, who signed the row.';
