-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
create table if not exists sends (
  place integer primary key autoincrement, -- the order typed
  message_id text not null unique,
  conversation_id text not null,
  attempt_id text not null unique,
  lease_secret text not null,
  text text not null,
  typed_at integer not null,
  state text not null check (state in ('typed', 'reserved', 'posting', 'answered')),
  answer text not null default '{}',
  content text not null default '{}'
);
create table if not exists drafts (
  conversation_id text primary key,
  text text not null,
  updated_at integer not null
);
