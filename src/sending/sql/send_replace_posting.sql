-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Another try of a message whose former try was left open; the store says whether it may be made.
delete from sends where message_id = :message and state = 'posting'
