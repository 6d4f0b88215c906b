-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

select to_regclass('conversure.schema_migrations') is not null
