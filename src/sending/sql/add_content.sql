-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
alter table sends add column content text not null default '{}';
