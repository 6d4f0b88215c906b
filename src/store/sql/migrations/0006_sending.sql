-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Everything a message has to pass before it may leave, and the work that relays do by themselves.

alter table conversure.companies
  add column next_time_zone   text,
  add column zone_changes_at  timestamptz,
  add column zone_day         date,
  add constraint a_zone_changes_at_a_time check ((next_time_zone is null) = (zone_changes_at is null) and (next_time_zone is null) = (zone_day is null));
comment on column conversure.companies.next_time_zone is 'The zone from zone_changes_at on, which is the end of the local day zone_day: what was charged to a day stays charged, and days never go back.';

alter table conversure.company_settings
  add column agent_daily_limit  integer check (agent_daily_limit >= 0),
  add column stop_words         text[],
  add column start_words        text[];
comment on column conversure.company_settings.agent_daily_limit is 'Messages an agent may send a day who has no limit of their own; null: as many as the numbers allow.';
comment on column conversure.company_settings.stop_words is 'What a lead writes to get no more marketing, as conversure.normal_word gives it; null: the defaults for English, Arabic and Russian. start_words takes it back.';

alter table conversure.users add column daily_limit integer check (daily_limit >= 0);
comment on column conversure.users.daily_limit is 'Messages this user may send a day; null: the company''s agent_daily_limit.';

alter table conversure.whatsapp_numbers
  add column limit_reason    text,
  add column has_window      boolean not null default true,
  add column identity_kinds  text[] not null default '{phone,bsuid}';
comment on column conversure.whatsapp_numbers.has_window is 'Free text only within 24 hours of the lead''s last message or call. With identity_kinds drawn from the provider (conversure.provider_rules).';

create table conversure.agent_quotas (
  company_id   uuid not null,
  user_id      uuid not null,
  day          date not null,
  epoch        integer not null default 0,
  sent         integer not null default 0 check (sent >= 0),
  quota_limit  integer,
  primary key (company_id, user_id, day),
  foreign key (company_id, user_id) references conversure.users
);
comment on table conversure.agent_quotas is 'How many messages a user was charged on a local day of the company, as quota_log for numbers.';

create table conversure.templates (
  company_id            uuid not null references conversure.companies,
  template_id           uuid not null,
  provider              text not null,
  account_id            text not null default '',
  name                  text not null check (name <> ''),
  language              text not null check (language <> ''),
  provider_template_id  text not null default '',
  category              text not null,
  status                text not null,
  components            jsonb not null check (jsonb_typeof(components) = 'array'),
  parameter_format      text not null default 'POSITIONAL' check (parameter_format in ('POSITIONAL', 'NAMED')),
  quality               text not null default 'UNKNOWN',
  rejected_reason       text not null default '',
  status_at             timestamptz not null default '-infinity',
  rev                   bigint not null default 0,
  primary key (company_id, template_id),
  unique (company_id, provider, account_id, name, language)
);
comment on table conversure.templates is 'What a company may send outside the service window, as its account at the provider has it. Only status APPROVED can be sent. One that the account has no more is kept as DELETED, since messages name it. status_at: the time of the newest news about the status.';

create table conversure.opt_outs (
  company_id  uuid not null,
  opt_out_id  uuid not null,
  lead_id     uuid not null,
  number_id   uuid,
  kind        text not null check (kind in ('word', 'provider', 'admin')),
  since       timestamptz not null,
  remark      text not null default '',
  noted_by    uuid,
  lifted_at   timestamptz,
  lifted_by   uuid,
  primary key (company_id, opt_out_id),
  foreign key (company_id, lead_id) references conversure.leads,
  foreign key (company_id, number_id) references conversure.whatsapp_numbers,
  foreign key (company_id, noted_by) references conversure.users,
  foreign key (company_id, lifted_by) references conversure.users
);
create unique index opt_outs_in_force on conversure.opt_outs (company_id, lead_id, kind, coalesce(number_id, '00000000-0000-0000-0000-000000000000')) where lifted_at is null;
comment on table conversure.opt_outs is 'Who wants no marketing: by a word they wrote (for all numbers), by the provider''s own switch (for one number; only the person can take it back), or noted by a member.';

alter table conversure.conversations
  add column opted_out        text check (opted_out in ('word', 'provider', 'admin')),
  add column marketing_after  timestamptz;
comment on column conversure.conversations.opted_out is 'Kept from opt_outs by conversure.show_opt_outs; the strongest kind in force.';
comment on column conversure.conversations.marketing_after is 'The provider said that this person has had enough marketing for now: none before this time.';

alter table conversure.messages
  add column template_id       uuid,
  add column template_values   jsonb,
  add column earlier_accepted  boolean not null default false,
  add foreign key (company_id, template_id) references conversure.templates,
  add constraint templates_have_values check ((template_id is null) = (template_values is null));
comment on column conversure.messages.earlier_accepted is 'A try before the current one turned out to have been accepted as well.';

alter table conversure.message_delivery_attempts
  add column via                  text not null default 'client' check (via in ('client', 'relay')),
  add column posting_at           timestamptz,
  add column charged_agent_epoch  integer not null default 0;
comment on column conversure.message_delivery_attempts.posting_at is 'A relay was about to hand the message to the provider: from here on nobody knows, until somebody does. A client keeps that in its journal.';

create table conversure.jobs (
  company_id   uuid not null references conversure.companies,
  job_id       uuid not null,
  kind         text not null check (kind <> ''),
  key          text not null,
  payload      jsonb not null default '{}',
  state        text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
  tries        integer not null default 0,
  not_before   timestamptz not null,
  lease_until  timestamptz,
  held_by      uuid,
  last_error   text,
  created_at   timestamptz not null,
  finished_at  timestamptz,
  lane         text generated always as (payload ->> 'conversation_id') stored,
  primary key (company_id, job_id)
);
create index jobs_in_lanes on conversure.jobs (company_id, lane, job_id) where state in ('waiting', 'running') and lane is not null;
create unique index jobs_once on conversure.jobs (company_id, kind, key) where state in ('waiting', 'running');
create index jobs_due on conversure.jobs (not_before) where state = 'waiting';
create index jobs_held on conversure.jobs (lease_until) where state = 'running';
create index jobs_over on conversure.jobs (finished_at) where state in ('done', 'dead');
comment on table conversure.jobs is 'Work for relays. One holds a job under a lease; whoever finds the lease over takes the job up again. key: the same work is asked for once. lane: what must be done in order. dead: tried too often, for a person to look at.';

create table conversure.chores (
  name     text primary key,
  next_at  timestamptz not null
);
comment on table conversure.chores is 'When recurring work of the whole installation is due next; the relay that moves next_at on does it. Global: it is no company''s.';
