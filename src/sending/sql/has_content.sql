-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
select 1 from pragma_table_info('sends') where name = 'content'
