-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What is open of a number's settings: what vault::vouchFor seals.
select n.provider, n.config
from conversure.whatsapp_numbers n
where n.company_id = $1::uuid and n.number_id = $2::uuid
