-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
insert into sends (message_id, conversation_id, attempt_id, lease_secret, text, typed_at, content, state)
values (:message, :conversation, :attempt, :secret, :text, :typed_at, :content, 'typed')
on conflict (message_id) do nothing
