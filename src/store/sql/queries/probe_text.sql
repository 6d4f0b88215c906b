-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

select lower('Я') = 'я' and 'د' ~ '\w', (select datctype from pg_database where datname = current_database())
