-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- All templates of the caller's company, each as a change.
select t.change
from conversure.template_changes t
where t.company_id = (select conversure.my_company())
