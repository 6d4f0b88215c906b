-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The company's vault for the member who asks: what vault::openCompanyVault reads, with the numbers and their secrets. Of the
-- statements only those that may be links, and the member's own. One statement, so that everything is of one moment.
select jsonb_build_object(
  'company_id', c.company_id, 'user_id', (select conversure.my_user()), 'root_key', encode(c.root_key, 'base64'),
  'statements', (select coalesce(jsonb_agg(k.statement), '[]') from conversure.statement_rows k
                 where k.company_id = c.company_id and (k.authority or (k.subject_kind = 'user' and k.subject_id = (select conversure.my_user())))),
  'seals', (select coalesce(jsonb_agg(v.seal), '[]') from conversure.seal_rows v
            where v.company_id = c.company_id and v.recipient_kind = 'user' and v.recipient_id = (select conversure.my_user())),
  'manifest', (select m.manifest from conversure.manifest_rows m where m.company_id = c.company_id),
  'numbers', (select coalesce(jsonb_agg(jsonb_build_object('number_id', n.number_id, 'provider', n.provider, 'config', n.config,
                'secrets', (select coalesce(jsonb_agg(s.secret), '[]') from conversure.secret_rows s
                            where s.company_id = n.company_id and s.owner_kind = 'number' and s.owner_id = n.number_id))), '[]')
              from conversure.whatsapp_numbers n where n.company_id = c.company_id))
from conversure.companies c where c.company_id = (select conversure.my_company())
