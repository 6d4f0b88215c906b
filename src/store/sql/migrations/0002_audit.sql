-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Who did what, and when a computer was last used.

create table conversure.audit_log (
  company_id    uuid not null references conversure.companies,
  audit_id      uuid not null,
  at            timestamptz not null,
  actor_id      uuid,
  action        text not null check (action <> ''),
  subject_kind  text,
  subject_id    uuid,
  detail        jsonb not null default '{}',
  primary key (company_id, audit_id)
);
create index audit_log_by_time on conversure.audit_log (company_id, at desc);
comment on table conversure.audit_log is 'Who did what. Append-only for everyone: nobody is granted UPDATE or DELETE, and a trigger stops the owner, too. actor_id is null for the relay and its command line.';

alter table conversure.devices add column last_used_at timestamptz;
comment on column conversure.devices.last_used_at is 'When its live connection was last opened; null before the first time.';
