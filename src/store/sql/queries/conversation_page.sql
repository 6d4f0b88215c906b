-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A page of the list, newest first, after ($1 microseconds, $2 id); $1 null: from the top. $3: how many.
select conversure.change_json('conversation', v.conversation_id, v.rev, v.row),
       conversure.change_json('read_mark', v.conversation_id, r.rev, jsonb_build_object('read_seq', r.read_seq))
from conversure.conversation_rows v
left join conversure.conversation_reads r on r.company_id = v.company_id and r.conversation_id = v.conversation_id and r.user_id = (select conversure.my_user())
where v.company_id = (select conversure.my_company())
  and (v.last_message_at, v.conversation_id) < (coalesce(conversure.from_microseconds($1::bigint), 'infinity'), coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
order by v.last_message_at desc, v.conversation_id desc
limit $3::integer
