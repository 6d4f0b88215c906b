-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Sessions that run out are ended by the relay, which looks for them every few seconds.

create index sessions_to_end on conversure.sessions (expires_at) where ended_at is null;

comment on column conversure.devices.last_used_at is 'When it was last connected, to at most five minutes; null before the first time.';
