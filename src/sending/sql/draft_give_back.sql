-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
insert into drafts (conversation_id, text, updated_at) values (:conversation, :text, :updated_at)
on conflict (conversation_id) do update set text = excluded.text || char(10) || drafts.text, updated_at = excluded.updated_at
