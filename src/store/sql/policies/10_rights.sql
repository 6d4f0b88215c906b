-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Rights and row-level security, drawn from the catalogue so that a new table cannot escape. Runs as conversure_owner.
set local role conversure_owner;

grant usage on schema conversure to conversure_auth, conversure_api, conversure_work, conversure_roles, conversure_reaper, conversure_client, conversure_relay, conversure_backup;
grant usage on schema conversure_ext to conversure_auth, conversure_api, conversure_work, conversure_owner;
grant usage on schema api to conversure_client, conversure_door, conversure_relay, conversure_api;
grant usage on schema relay to conversure_relay;
grant usage on sequence conversure.uuid_order to conversure_work, conversure_auth, conversure_api;
grant select on all tables in schema conversure to conversure_backup;
grant select on all sequences in schema conversure to conversure_backup;

do $$
declare
  t record;
  -- Tables that only the sign-in may touch.
  auth_only constant text[] := array['accounts', 'devices', 'known_devices', 'sign_in_buckets', 'sign_in_tickets'];
begin
  for t in
    select c.relname as name, c.relkind,
           exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id' and not a.attisdropped) as has_company
    from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format('revoke all on conversure.%I from public', t.name);
    execute format('alter table conversure.%I enable row level security', t.name);
    execute format('alter table conversure.%I force row level security', t.name);
    execute format('drop policy if exists owner_all on conversure.%I', t.name);
    execute format('create policy owner_all on conversure.%I to conversure_owner using (true) with check (true)', t.name);
    execute format('drop policy if exists work_all on conversure.%I', t.name);
    execute format('drop policy if exists api_company on conversure.%I', t.name);
    execute format('drop policy if exists auth_all on conversure.%I', t.name);

    if not t.name = any (auth_only) and t.name <> 'schema_migrations' then
      execute format('grant %s on conversure.%I to conversure_work', case when t.name = 'audit_log' then 'select, insert' else 'select, insert, update, delete' end, t.name);
      execute format('create policy work_all on conversure.%I to conversure_work using (true) with check (true)', t.name);
    end if;
    if t.has_company and not t.name = any (auth_only) then
      execute format('grant %s on conversure.%I to conversure_api', case when t.name = 'audit_log' then 'select, insert' else 'select, insert, update, delete' end, t.name);
      execute format('create policy api_company on conversure.%I to conversure_api using (company_id = (select conversure.my_company())) with check (company_id = (select conversure.my_company()))', t.name);
    end if;
    if t.name = any (auth_only || array['users', 'sessions', 'companies', 'company_settings', 'installation', 'team_members']) then
      execute format('grant select, insert, update, delete on conversure.%I to conversure_auth', t.name);
      execute format('create policy auth_all on conversure.%I to conversure_auth using (true) with check (true)', t.name);
    end if;
  end loop;
end $$;

-- Words that are no company's: the feed's floor and epoch, and for the relay's sign-in of live connections the devices.
grant select on conversure.installation to conversure_api;
drop policy if exists api_company on conversure.installation;
create policy api_company on conversure.installation for select to conversure_api using (true);
grant select on conversure.devices to conversure_work;
drop policy if exists work_all on conversure.devices;
create policy work_all on conversure.devices for select to conversure_work using (true);
grant select on conversure.schema_migrations to conversure_work, conversure_client, conversure_door, conversure_relay;
drop policy if exists everybody on conversure.schema_migrations;
create policy everybody on conversure.schema_migrations for select using (true);
grant usage on schema conversure to conversure_door;

-- What clients may read, and of it only these columns and rows.
grant select on conversure.companies, conversure.company_settings, conversure.conversations, conversure.conversation_reads,
  conversure.quota_log, conversure.vault_secrets to conversure_client;
-- A provider's message id is made of the telephone number, for whoever can read it.
revoke select on conversure.messages from conversure_client;
grant select (company_id, message_id, conversation_id, number_id, direction, status, content_type, body, original_type, author_id,
  provider_time, sort_at, current_attempt_id, error_code, error_detail, created_at, rev, template_id, earlier_accepted) on conversure.messages to conversure_client;
grant select (company_id, user_id, name, role, active, guest, daily_limit, rev) on conversure.users to conversure_client;
grant select (company_id, user_id, box_public, sign_public, wrapped) on conversure.user_keys to conversure_client;
grant select (company_id, key_version, recipient_kind, recipient_id, sealed, commitment, sealed_by_kind, sealed_by, signature) on conversure.vault_keys to conversure_client;
grant select on conversure.key_signatures, conversure.vault_manifests to conversure_client;
grant select (company_id, number_id, phone, label, provider, provider_number_id, account_id, config, active, warmup_started_at, daily_limit, limit_reason, has_window, identity_kinds, rev) on conversure.whatsapp_numbers to conversure_client;
grant select (company_id, lead_id, name, masked_phone, status, language, source, budget, property_type, location, bedrooms, created_at, rev) on conversure.leads to conversure_client;

drop policy if exists client_reads on conversure.companies;
create policy client_reads on conversure.companies for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.company_settings;
create policy client_reads on conversure.company_settings for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.users;
create policy client_reads on conversure.users for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.whatsapp_numbers;
create policy client_reads on conversure.whatsapp_numbers for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.quota_log;
create policy client_reads on conversure.quota_log for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.vault_secrets;
create policy client_reads on conversure.vault_secrets for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.user_keys;
create policy client_reads on conversure.user_keys for select to conversure_client
  using (company_id = (select conversure.my_company()) and user_id = (select conversure.my_user()));
drop policy if exists client_reads on conversure.vault_keys;
create policy client_reads on conversure.vault_keys for select to conversure_client
  using (company_id = (select conversure.my_company()) and recipient_kind = 'user' and recipient_id = (select conversure.my_user()));
drop policy if exists client_reads on conversure.key_signatures;
create policy client_reads on conversure.key_signatures for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.vault_manifests;
create policy client_reads on conversure.vault_manifests for select to conversure_client using (company_id = (select conversure.my_company()));
grant select on conversure.templates to conversure_client;
drop policy if exists client_reads on conversure.templates;
create policy client_reads on conversure.templates for select to conversure_client using (company_id = (select conversure.my_company()));
grant select on conversure.agent_quotas to conversure_client;
drop policy if exists client_reads on conversure.agent_quotas;
create policy client_reads on conversure.agent_quotas for select to conversure_client using (company_id = (select conversure.my_company()));
grant select on conversure.teams, conversure.team_members to conversure_client;
drop policy if exists client_reads on conversure.teams;
create policy client_reads on conversure.teams for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.team_members;
create policy client_reads on conversure.team_members for select to conversure_client using (company_id = (select conversure.my_company()));
drop policy if exists client_reads on conversure.conversations;
create policy client_reads on conversure.conversations for select to conversure_client
  using (company_id = (select conversure.my_company()) and topics && (select conversure.my_topics()));
drop policy if exists client_reads on conversure.conversation_reads;
create policy client_reads on conversure.conversation_reads for select to conversure_client
  using (company_id = (select conversure.my_company()) and user_id = (select conversure.my_user()));
drop policy if exists client_reads on conversure.messages;
create policy client_reads on conversure.messages for select to conversure_client
  using (company_id = (select conversure.my_company())
         and exists (select from conversure.conversations c where c.company_id = messages.company_id and c.conversation_id = messages.conversation_id));
drop policy if exists client_reads on conversure.leads;
create policy client_reads on conversure.leads for select to conversure_client
  using (company_id = (select conversure.my_company())
         and exists (select from conversure.conversations c where c.company_id = leads.company_id and c.lead_id = leads.lead_id));

reset role;
