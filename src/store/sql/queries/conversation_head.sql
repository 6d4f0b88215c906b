-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- All that belongs to one open conversation beside its messages: its row, its lead, this user's read mark.
select conversure.change_json('conversation', v.conversation_id, v.rev, v.row),
       conversure.change_json('lead', l.lead_id, l.rev, l.row),
       conversure.change_json('read_mark', c.conversation_id, r.rev, jsonb_build_object('read_seq', r.read_seq))
from conversure.conversations c
join conversure.conversation_rows v on v.company_id = c.company_id and v.conversation_id = c.conversation_id
join conversure.lead_rows l on l.company_id = c.company_id and l.lead_id = c.lead_id
left join conversure.conversation_reads r on r.company_id = c.company_id and r.conversation_id = c.conversation_id and r.user_id = (select conversure.my_user())
where c.company_id = (select conversure.my_company()) and c.conversation_id = $1::uuid
