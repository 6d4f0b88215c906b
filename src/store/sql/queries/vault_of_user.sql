-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What a member needs to open the vault: the data key sealed to them, and the secrets of all numbers.
select
  (select coalesce(jsonb_agg(jsonb_build_object('key_version', v.key_version, 'sealed', encode(v.sealed, 'base64'))), '[]') from conversure.vault_keys v
   where v.company_id = (select conversure.my_company()) and v.recipient_id = (select conversure.my_user())),
  (select coalesce(jsonb_agg(jsonb_build_object('number_id', n.number_id, 'provider', n.provider, 'config', n.config, 'secrets',
     (select coalesce(jsonb_agg(jsonb_build_object('secret_id', s.secret_id, 'kind', s.kind, 'key_version', s.key_version,
        'secret_version', s.secret_version, 'nonce', encode(s.nonce, 'base64'), 'ciphertext', encode(s.ciphertext, 'base64'))), '[]')
      from conversure.vault_secrets s where s.company_id = n.company_id and s.owner_kind = 'number' and s.owner_id = n.number_id))), '[]')
   from conversure.whatsapp_numbers n where n.company_id = (select conversure.my_company()))
