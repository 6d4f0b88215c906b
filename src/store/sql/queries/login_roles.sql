-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

select exists (select from pg_roles where rolname = 'conversure_door'), exists (select from pg_roles where rolname = 'conversure_relay')
