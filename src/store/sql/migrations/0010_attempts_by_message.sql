-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The message first: in a store too new for statistics the planner took this index for a lookup by attempt, and read all
-- attempts of the company.
drop index conversure.attempts_of_message;
create index attempts_of_message on conversure.message_delivery_attempts (message_id, company_id);
