-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

insert into conversure.schema_migrations (version, name, checksum) values ($1::integer, $2, $3)
on conflict (version) do update set name = excluded.name, checksum = excluded.checksum, applied_at = clock_timestamp()
