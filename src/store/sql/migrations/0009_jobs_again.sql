-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Work that is asked for while it is being done may have come too late for it.
alter table conversure.jobs add column asked_again boolean not null default false;
comment on column conversure.jobs.asked_again is 'The same work was asked for while it was being done: it is done once more.';
