-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A page of the list, newest first, after ($1 microseconds, $2 id); $1 null: from the top. $3: how many.
select conversure.change_json('conversation', v.conversation_id, v.rev, v.row),
       conversure.change_json('read_mark', v.conversation_id, r.rev, jsonb_build_object('read_seq', r.read_seq))
from conversure.conversations c
join conversure.conversation_rows v on v.company_id = c.company_id and v.conversation_id = c.conversation_id
left join conversure.conversation_reads r on r.company_id = c.company_id and r.conversation_id = c.conversation_id and r.user_id = (select conversure.my_user())
where c.company_id = (select conversure.my_company())
  and ($1::bigint is null or (c.last_message_at, c.conversation_id) < (conversure.from_microseconds($1::bigint), $2::uuid))
order by c.last_message_at desc, c.conversation_id desc
limit $3::integer
