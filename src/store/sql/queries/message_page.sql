-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A page of a conversation's messages, newest first, before ($2 microseconds, $3 id); $2 null: the newest. $4: how many.
select conversure.change_json('message', v.message_id, v.rev, v.row)
from conversure.message_rows v
where v.company_id = (select conversure.my_company()) and v.conversation_id = $1::uuid
  and ($2::bigint is null or (v.sort_at, v.message_id) < (conversure.from_microseconds($2::bigint), $3::uuid))
order by v.sort_at desc, v.message_id desc
limit $4::integer
