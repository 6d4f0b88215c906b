-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Teams, what they may see, and indexes for the lists of each kind of sight; hidden telephone numbers.

create table conversure.teams (
  company_id  uuid not null references conversure.companies,
  team_id     uuid not null,
  name        text not null check (name <> ''),
  created_at  timestamptz not null default clock_timestamp(),
  rev         bigint not null default 0,
  primary key (company_id, team_id)
);
create unique index teams_by_name on conversure.teams (company_id, lower(name));
comment on table conversure.teams is 'Groups of colleagues that share conversations.';

create table conversure.team_members (
  company_id  uuid not null,
  team_id     uuid not null,
  user_id     uuid not null,
  primary key (company_id, team_id, user_id),
  foreign key (company_id, team_id) references conversure.teams on delete cascade,
  foreign key (company_id, user_id) references conversure.users
);
create index teams_of_user on conversure.team_members (company_id, user_id);
comment on table conversure.team_members is 'Who belongs to which team. Under visibility ''team'' a member sees what the team was given.';

alter table conversure.conversations
  add column team_id uuid,
  add foreign key (company_id, team_id) references conversure.teams on delete set null (team_id);

-- One for each branch of a list (47_lists.sql): an agent who owns nothing must not walk the whole company to find out.
create index conversations_by_team on conversure.conversations (company_id, team_id, last_message_at desc, conversation_id desc)
  where team_id is not null;
create index conversations_of_nobody on conversure.conversations (company_id, last_message_at desc, conversation_id desc)
  where assignee_id is null and team_id is null;
create index conversations_open on conversure.conversations (company_id, assignee_id, team_id) where status = 'OPEN';
create index conversations_open_by_team on conversure.conversations (company_id, team_id, assignee_id) where status = 'OPEN' and team_id is not null;

alter table conversure.company_settings
  add column mask_phones boolean not null default false,
  add constraint masked_phones_need_the_relay check (not mask_phones or send_via = 'relay');
comment on column conversure.company_settings.mask_phones is 'Agents do not get to know telephone numbers. Then the relay sends: who sends by himself needs them.';

alter table conversure.leads add column unmasked_name text;
comment on column conversure.leads.unmasked_name is 'The name as it was given, where it gives away the telephone number and the company masks these; name is then the masked number. Never granted to clients.';
