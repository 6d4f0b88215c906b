-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
select message_id, conversation_id, attempt_id, lease_secret, text, typed_at, state, answer, content from sends order by place
