-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The members of the caller's company.
select u.user_id, u.name, u.role, u.active, u.guest from conversure.users u order by u.name, u.user_id
