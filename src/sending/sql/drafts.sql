-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
select conversation_id, text, updated_at from drafts order by conversation_id
