-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A member's own keys: the private ones wrapped, and the public one that they must fit.
select k.wrapped, k.box_public
from conversure.user_keys k
where k.company_id = (select conversure.my_company()) and k.user_id = (select conversure.my_user())
