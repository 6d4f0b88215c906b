-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- In the order in which whoever sends takes them, and all before anything else: clients are at work meanwhile.
lock table conversure.conversations, conversure.message_delivery_attempts, conversure.messages, conversure.lead_identities,
  conversure.opt_outs, conversure.jobs in access exclusive mode;

-- What people say comes late, twice and out of order: which word is the newest has to be known from what is kept.
alter table conversure.opt_outs add column heard_at timestamptz;
update conversure.opt_outs set heard_at = coalesce(lifted_at, since);
alter table conversure.opt_outs alter column heard_at set not null;
comment on column conversure.opt_outs.heard_at is 'The newest word to the same effect. A word that takes it back counts when it is newer than this one.';

alter table conversure.lead_identities add column seen_at timestamptz not null default '-infinity';
comment on column conversure.lead_identities.seen_at is 'When the person was last known to use it, where a lead has several of one kind: the newest is the one to answer to.';

-- Jobs are taken in the order in which they were asked for.
create index jobs_in_order on conversure.jobs (job_id) where state in ('waiting', 'running');
