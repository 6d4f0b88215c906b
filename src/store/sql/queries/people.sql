-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The members of the caller's company; of who is not active any more, how many open conversations are still theirs.
select u.user_id, u.name, u.role, u.active, u.guest,
       case when u.active then 0 else (
         select count(*) from conversure.conversations c
         where c.company_id = u.company_id and c.assignee_id = u.user_id and c.status <> 'CLOSED') end
from conversure.users u order by u.name, u.user_id
