-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The first tables. Every tenant table carries company_id, and it leads every key, so that the store stays distributable
-- by company. Global by nature, and small: installation, relays, accounts, devices, number_claims, sign_in_tickets.

create sequence conversure.uuid_order;
comment on sequence conversure.uuid_order is 'Keeps ids made within one millisecond in the order they were made.';

create table conversure.installation (
  only_row      boolean primary key default true check (only_row),
  epoch         uuid not null default gen_random_uuid(),
  kdf_salt      bytea not null default conversure_ext.gen_random_bytes(16),
  kdf_ops       integer not null default 3 check (kdf_ops >= 2),
  kdf_mem_kib   integer not null default 262144 check (kdf_mem_kib >= 65536),
  dummy_hash    text not null default conversure_ext.crypt(encode(conversure_ext.gen_random_bytes(16), 'hex'), conversure_ext.gen_salt('bf', 10)),
  feed_floor    xid8 not null default '0',
  testing       boolean not null default false,
  clock_offset  interval not null default '0'
);
comment on table conversure.installation is 'One row: what this store is. epoch changes with a restore; the salt makes password keys of this store its own; dummy_hash gives an unknown e-mail the same work; clock_offset counts only where testing is set.';
insert into conversure.installation default values;

create table conversure.relays (
  relay_id     uuid primary key,
  name         text not null,
  box_public   bytea not null check (length(box_public) = 32),
  sign_public  bytea not null check (length(sign_public) = 32),
  created_at   timestamptz not null default clock_timestamp()
);
comment on table conversure.relays is 'Public keys of the relays to which data keys are sealed. The private ones never come here.';

create table conversure.companies (
  company_id  uuid primary key,
  name        text not null check (name <> ''),
  time_zone   text not null default 'UTC',
  created_at  timestamptz not null default clock_timestamp(),
  rev         bigint not null default 0
);
comment on table conversure.companies is 'The tenants. time_zone decides when a day of quota begins.';

create table conversure.company_settings (
  company_id     uuid primary key references conversure.companies,
  send_via       text not null default 'client' check (send_via in ('client', 'relay')),
  visibility     text not null default 'all' check (visibility in ('all', 'team', 'own')),
  warmup_ladder  integer[] not null default '{20,50,100,1000}' check (cardinality(warmup_ladder) > 0),
  rev            bigint not null default 0
);
comment on table conversure.company_settings is 'One row a company: who sends, who sees what, how many messages a day in each week of a number''s life.';

create table conversure.users (
  company_id  uuid not null references conversure.companies,
  user_id     uuid not null,
  email       text not null,
  name        text not null check (name <> ''),
  role        text not null check (role in ('SUPER_ADMIN', 'COMPANY_ADMIN', 'AGENT')),
  active      boolean not null default true,
  created_at  timestamptz not null default clock_timestamp(),
  rev         bigint not null default 0,
  primary key (company_id, user_id)
);
comment on table conversure.users is 'The people of a company.';

create table conversure.accounts (
  email_normal  text primary key,
  company_id    uuid not null,
  user_id       uuid not null,
  proof_hash    text not null,
  foreign key (company_id, user_id) references conversure.users
);
comment on table conversure.accounts is 'Global: an e-mail signs in to one place. proof_hash is the bcrypt hash of a key derived from the password; the password itself never comes here.';

create table conversure.user_keys (
  company_id   uuid not null,
  user_id      uuid not null,
  box_public   bytea not null check (length(box_public) = 32),
  sign_public  bytea not null check (length(sign_public) = 32),
  wrapped      bytea not null,
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references conversure.users
);
comment on table conversure.user_keys is 'A member''s public keys, and both private keys under the wrap key that only the password gives.';

create table conversure.sessions (
  company_id    uuid not null,
  session_id    uuid not null,
  user_id       uuid not null,
  device_id     uuid not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  ended_at      timestamptz,
  end_reason    text,
  rev           bigint not null default 0,
  primary key (company_id, session_id),
  foreign key (company_id, user_id) references conversure.users
);
create index sessions_of_user on conversure.sessions (company_id, user_id) where ended_at is null;
comment on table conversure.sessions is 'Sign-ins. A session is over when ended_at is set, when it expires, or when its user is deactivated; the next statement of its device sees that.';

create table conversure.devices (
  device_id    uuid primary key,
  role_name    text not null unique,
  token_hash   bytea not null unique,
  company_id   uuid not null,
  user_id      uuid not null,
  session_id   uuid not null,
  name         text not null,
  created_at   timestamptz not null,
  closed_at    timestamptz
);
comment on table conversure.devices is 'Global: a login role or a token leads to its session. The role''s identity is session_user and cannot be forged; the token (kept as SHA-256) is for the WebSocket and for pooled connections.';

create table conversure.sign_in_tickets (
  ticket_hash  bytea primary key,
  ok           boolean not null,
  xid          xid8 not null,
  company_id   uuid,
  user_id      uuid,
  created_at   timestamptz not null,
  used_at      timestamptz
);
create index sign_in_tickets_by_time on conversure.sign_in_tickets (created_at);
comment on table conversure.sign_in_tickets is 'Between the two calls of a sign-in: what the first one found out. Global, because nobody is signed in yet. xid proves that the first call was committed, so that nothing it counted can be rolled back.';

create table conversure.whatsapp_numbers (
  company_id          uuid not null references conversure.companies,
  number_id           uuid not null,
  phone               text not null check (phone ~ '^\+[0-9]{5,15}$'),
  label               text not null check (label <> ''),
  provider            text not null,
  provider_number_id  text not null check (provider_number_id <> ''),
  account_id          text not null default '',
  config              jsonb not null default '{}',
  active              boolean not null default true,
  warmup_started_at   timestamptz not null default clock_timestamp(),
  daily_limit         integer check (daily_limit >= 0),
  created_at          timestamptz not null default clock_timestamp(),
  rev                 bigint not null default 0,
  primary key (company_id, number_id)
);
comment on table conversure.whatsapp_numbers is 'A company''s own numbers. config holds what is not secret; the secrets are in vault_secrets. daily_limit overrides the warm-up ladder.';

create table conversure.number_claims (
  provider            text not null,
  provider_number_id  text not null,
  company_id          uuid not null,
  number_id           uuid not null,
  primary key (provider, provider_number_id),
  foreign key (company_id, number_id) references conversure.whatsapp_numbers
);
comment on table conversure.number_claims is 'Global: a number at a provider belongs to one company, else a second one could register it and receive the first one''s messages.';

create table conversure.vault_keys (
  company_id      uuid not null references conversure.companies,
  key_version     integer not null check (key_version > 0),
  recipient_kind  text not null check (recipient_kind in ('user', 'relay')),
  recipient_id    uuid not null,
  sealed          bytea not null,
  created_at      timestamptz not null default clock_timestamp(),
  primary key (company_id, key_version, recipient_kind, recipient_id)
);
comment on table conversure.vault_keys is 'The company''s data key, sealed to the public key of each member and relay.';

create table conversure.vault_secrets (
  company_id      uuid not null references conversure.companies,
  secret_id       uuid not null,
  owner_kind      text not null check (owner_kind in ('number')),
  owner_id        uuid not null,
  kind            text not null,
  key_version     integer not null,
  secret_version  integer not null check (secret_version > 0),
  nonce           bytea not null,
  ciphertext      bytea not null,
  rev             bigint not null default 0,
  primary key (company_id, secret_id),
  unique (company_id, owner_kind, owner_id, kind)
);
comment on table conversure.vault_secrets is 'Provider tokens under the data key (XChaCha20-Poly1305); identity and versions of the row are bound in as associated data.';

create table conversure.leads (
  company_id         uuid not null references conversure.companies,
  lead_id            uuid not null,
  name               text not null default '',
  name_from_profile  boolean not null default true,
  phone              text,
  masked_phone       text not null default '',
  status             text not null default 'NEW' check (status in ('NEW', 'HOT', 'WARM', 'COLD', 'FOLLOW_UP', 'VIEWING_SCHEDULED', 'OFFER_MADE', 'CLOSED_WON', 'CLOSED_LOST')),
  language           text,
  source             text,
  budget             text,
  property_type      text,
  location           text,
  bedrooms           text,
  created_at         timestamptz not null default clock_timestamp(),
  rev                bigint not null default 0,
  primary key (company_id, lead_id)
);
comment on table conversure.leads is 'The people who may buy. phone is never granted to clients (policies cannot hide columns); masked_phone is what everybody sees. A lead may have no phone at all.';

create table conversure.lead_identities (
  company_id  uuid not null,
  kind        text not null check (kind in ('phone', 'bsuid')),
  scope       text not null default '',
  value       text not null check (value <> ''),
  lead_id     uuid not null,
  primary key (company_id, kind, scope, value),
  foreign key (company_id, lead_id) references conversure.leads
);
create index lead_identities_of_lead on conversure.lead_identities (company_id, lead_id);
comment on table conversure.lead_identities is 'How a lead is known at the providers. A phone is not an identity: people may hide theirs.';

create table conversure.conversations (
  company_id         uuid not null,
  conversation_id    uuid not null,
  lead_id            uuid not null,
  number_id          uuid not null,
  status             text not null default 'OPEN' check (status in ('OPEN', 'PENDING', 'SNOOZED', 'CLOSED')),
  assignee_id        uuid,
  topics             text[] not null default '{}',
  lead_name          text not null default '',
  inbound_seq        bigint not null default 0,
  last_inbound_at    timestamptz,
  last_message_at    timestamptz not null,
  last_message_id    uuid,
  last_preview       text not null default '',
  last_direction     text not null default 'INBOUND',
  last_content_type  text not null default 'TEXT',
  last_status        text not null default 'received',
  created_at         timestamptz not null default clock_timestamp(),
  rev                bigint not null default 0,
  primary key (company_id, conversation_id),
  unique (company_id, lead_id, number_id),
  foreign key (company_id, lead_id) references conversure.leads,
  foreign key (company_id, number_id) references conversure.whatsapp_numbers,
  foreign key (company_id, assignee_id) references conversure.users on delete set null (assignee_id)
);
create index conversations_by_time on conversure.conversations (company_id, last_message_at desc, conversation_id desc);
create index conversations_by_assignee on conversure.conversations (company_id, assignee_id, last_message_at desc, conversation_id desc);
comment on table conversure.conversations is 'One lead on one of our numbers, with all that a row of the list paints. inbound_seq counts inbound messages; unread is its distance to conversation_reads.read_seq, so that a message changes one row and not one for each agent.';

create table conversure.conversation_reads (
  company_id       uuid not null,
  user_id          uuid not null,
  conversation_id  uuid not null,
  read_seq         bigint not null default 0,
  rev              bigint not null default 0,
  primary key (company_id, user_id, conversation_id),
  foreign key (company_id, user_id) references conversure.users,
  foreign key (company_id, conversation_id) references conversure.conversations
);
comment on table conversure.conversation_reads is 'How far each agent has read; marks of two desktops merge by maximum.';

create table conversure.messages (
  company_id           uuid not null,
  message_id           uuid not null,
  conversation_id      uuid not null,
  number_id            uuid not null,
  direction            text not null check (direction in ('INBOUND', 'OUTBOUND')),
  status               text not null check (status in ('sending', 'unconfirmed', 'sent', 'delivered', 'read', 'failed', 'received')),
  content_type         text not null check (content_type in ('TEXT', 'IMAGE', 'AUDIO', 'VIDEO', 'DOCUMENT', 'STICKER', 'LOCATION', 'CONTACTS', 'INTERACTIVE', 'TEMPLATE', 'REACTION', 'UNSUPPORTED')),
  body                 text not null default '',
  original_type        text,
  author_id            uuid,
  provider_message_id  text,
  provider_time        timestamptz,
  sort_at              timestamptz not null,
  current_attempt_id   uuid,
  error_code           text,
  error_detail         jsonb,
  created_at           timestamptz not null default clock_timestamp(),
  rev                  bigint not null default 0,
  primary key (company_id, message_id),
  foreign key (company_id, conversation_id) references conversure.conversations,
  foreign key (company_id, author_id) references conversure.users,
  check ((direction = 'INBOUND') = (status = 'received'))
);
create unique index messages_by_provider_id on conversure.messages (company_id, number_id, provider_message_id) where provider_message_id is not null;
create index messages_by_time on conversure.messages (company_id, conversation_id, sort_at desc, message_id desc);
comment on table conversure.messages is 'What was said, in order (sort_at, message_id): the provider''s time bounded by receipt for inbound, the database''s time for outbound.';

create table conversure.message_delivery_attempts (
  company_id           uuid not null,
  attempt_id           uuid not null,
  message_id           uuid not null,
  conversation_id      uuid not null,
  number_id            uuid not null,
  author_id            uuid not null,
  rank                 smallint not null default 10,
  lease_until          timestamptz not null,
  lease_secret_hash    bytea not null,
  charged_day          date not null,
  charged_epoch        integer not null,
  refunded             boolean not null default false,
  provider_message_id  text,
  outcome_by           text check (outcome_by in ('client', 'provider', 'relay', 'person')),
  error_code           text,
  error_detail         jsonb,
  created_at           timestamptz not null default clock_timestamp(),
  primary key (company_id, attempt_id),
  foreign key (company_id, message_id) references conversure.messages
);
create index attempts_with_lease on conversure.message_delivery_attempts (lease_until) where rank = 10;
create index attempts_of_message on conversure.message_delivery_attempts (company_id, message_id);
comment on table conversure.message_delivery_attempts is 'Each try to send a message: its lease, what it was charged to, and how it ended. rank is a total order (conversure.rank_of), so that every order and repetition of events ends alike. The attempt id is what travels with the message.';

create table conversure.receipts (
  company_id           uuid not null,
  number_id            uuid not null,
  provider_message_id  text not null,
  attempt_id           uuid,
  rank                 smallint not null default 0,
  error_code           text,
  error_detail         jsonb,
  primary key (company_id, number_id, provider_message_id)
);
comment on table conversure.receipts is 'Where status and confirm meet: both upsert this one row, then set the message from it, so that neither can miss the other.';

create table conversure.quota_log (
  company_id   uuid not null,
  number_id    uuid not null,
  day          date not null,
  epoch        integer not null default 0,
  sent         integer not null default 0 check (sent >= 0),
  quota_limit  integer not null,
  primary key (company_id, number_id, day),
  foreign key (company_id, number_id) references conversure.whatsapp_numbers
);
comment on table conversure.quota_log is 'How many messages a number was charged on a local day of its company. The day changes, the row changes: nothing is reset at midnight. A manual reset raises epoch.';

create table conversure.webhook_events (
  company_id    uuid not null references conversure.companies,
  event_id      uuid not null,
  number_id     uuid,
  provider      text not null,
  dedup_key     bytea not null,
  body          bytea not null,
  state         text not null default 'pending' check (state in ('pending', 'done', 'dead')),
  attempts      integer not null default 0,
  note          text,
  received_at   timestamptz not null default clock_timestamp(),
  not_before    timestamptz not null default '-infinity',
  processed_at  timestamptz,
  primary key (company_id, event_id),
  unique (company_id, dedup_key)
);
create index webhook_events_pending on conversure.webhook_events (received_at, event_id) where state = 'pending';
create index webhook_events_done on conversure.webhook_events (processed_at) where state = 'done';
comment on table conversure.webhook_events is 'Every verified delivery, one row for each company and number it concerns, as it came. Answered 200 only once it is here.';

create table conversure.change_feed (
  company_id       uuid not null,
  seq              bigint generated always as identity (cache 1),
  xid              xid8 not null default pg_current_xact_id(),
  at               timestamptz not null default clock_timestamp(),
  kind             text not null,
  row_id           uuid not null,
  conversation_id  uuid,
  rev              bigint not null,
  topics           text[] not null,
  was_topics       text[],
  row              jsonb,
  primary key (company_id, seq)
);
create index change_feed_by_xid on conversure.change_feed (xid, seq);
create index change_feed_of_company on conversure.change_feed (company_id, xid, seq);
comment on table conversure.change_feed is 'Every change a client may care about, written in the transaction that makes it. topics: who may see the row; was_topics: who could before. No secrets.';
