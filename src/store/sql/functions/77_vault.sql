-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What relays and members do with a vault: read it, sign keys, change secrets, give it a new data key.
set local role conversure_work;

-- A company's vault for one relay: what vault::openCompanyVault reads, with the numbers and their secrets. Of the
-- statements only those that may be links, and the relay's own.
create or replace function conversure.vault_for_relay(company uuid, for_relay uuid) returns jsonb
language sql volatile as $$
  select jsonb_build_object(
    'company_id', c.company_id, 'root_key', encode(c.root_key, 'base64'),
    'statements', (select coalesce(jsonb_agg(k.statement), '[]') from conversure.statement_rows k
                   where k.company_id = company and (k.authority or (k.subject_kind = 'relay' and k.subject_id = for_relay))),
    'seals', (select coalesce(jsonb_agg(v.seal), '[]') from conversure.seal_rows v
              where v.company_id = company and v.recipient_kind = 'relay' and v.recipient_id = for_relay),
    'manifest', (select m.manifest from conversure.manifest_rows m where m.company_id = company),
    'numbers', (select coalesce(jsonb_agg(jsonb_build_object(
                  'number_id', n.number_id, 'provider', n.provider, 'provider_number_id', n.provider_number_id,
                  'account_id', n.account_id, 'config', n.config,
                  'secrets', (select coalesce(jsonb_agg(s.secret), '[]') from conversure.secret_rows s
                              where s.company_id = company and s.owner_kind = 'number' and s.owner_id = n.number_id))), '[]')
                from conversure.whatsapp_numbers n where n.company_id = company))
  from conversure.companies c where c.company_id = company
$$;

-- Null when there is no such company.
create or replace function relay.company_vault(company uuid, for_relay uuid) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select conversure.vault_for_relay(company, for_relay)
$$;

-- The vaults of all companies that have a number.
create or replace function relay.directory(for_relay uuid) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(conversure.vault_for_relay(c.company_id, for_relay)), '[]')
  from conversure.companies c
  where exists (select from conversure.whatsapp_numbers n where n.company_id = c.company_id)
$$;

-- The keys that a member has now, by e-mail.
create or replace function relay.member_by_email(company uuid, email text) returns table (user_id uuid, role text, box_public bytea, sign_public bytea)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select u.user_id, u.role, k.box_public, k.sign_public
  from conversure.users u join conversure.user_keys k using (company_id, user_id)
  where u.company_id = company and u.active and conversure.normal_email(u.email) = conversure.normal_email(member_by_email.email)
$$;

create or replace function relay.relay_keys(relay uuid) returns table (box_public bytea, sign_public bytea)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select r.box_public, r.sign_public from conversure.relays r where r.relay_id = relay
$$;

-- Signs somebody's keys and gives them the data key, from the command line.
create or replace function relay.sign_key(company uuid, statement jsonb, seal jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform conversure.hold_vault(company);
  if (seal ->> 'key_version')::integer is distinct from conversure.vault_version(company) then
    perform conversure.refuse_stale();
  end if;
  perform conversure.check_authority(company, statement);
  perform conversure.put_statement(company, statement);
  perform conversure.put_seal(company, seal);
  perform conversure.note_outside(company, null, 'key.signed', statement ->> 'kind', (statement ->> 'id')::uuid,
    jsonb_build_object('relay', statement -> 'signer_id', 'authority', statement -> 'authority'));
end $$;

-- A new password and new keys for a member, from the command line; all their sessions end. vault: {"statement", "seal"},
-- or null when the relay has no part in the company's vault: then an admin or the recovery code gives the data key.
create or replace function relay.reset_user(company uuid, person uuid, proof text, box_public bytea, sign_public bytea, wrapped bytea, vault jsonb default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform conversure.hold_vault(company);
  perform conversure.renew_account(company, person, proof);
  perform conversure.replace_member_keys(company, person, box_public, sign_public, wrapped);
  if vault is not null then
    perform conversure.put_statement(company, vault -> 'statement');
    perform conversure.put_seal(company, vault -> 'seal');
  end if;
  perform conversure.note_outside(company, null, 'user.reset', 'user', person);
end $$;

reset role;
set local role conversure_api;

-- Signs the keys of a member or a relay of the company and gives them the data key.
create or replace function api.sign_key(statement jsonb, seal jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.hold_vault(me.company_id);
  perform conversure.check_authority(me.company_id, statement);
  perform conversure.check_own_work(me, statement, seal);
  perform conversure.put_statement(me.company_id, statement);
  perform conversure.put_seal(me.company_id, seal);
  perform conversure.note_act(me, 'key.signed', statement ->> 'kind', (statement ->> 'id')::uuid, jsonb_build_object('authority', statement -> 'authority'));
end $$;
grant execute on function api.sign_key(jsonb, jsonb) to conversure_client;

-- Whether the caller's own keys are signed with the right to sign. Else what they sign would lock everybody out.
create or replace function conversure.require_signer(me conversure.session_info) returns void
language plpgsql volatile as $$
begin
  if not exists (select from conversure.key_signatures k join conversure.user_keys n on n.company_id = k.company_id and n.user_id = k.subject_id
                 where k.company_id = me.company_id and k.subject_kind = 'user' and k.subject_id = me.user_id and k.retired_at is null
                   and k.authority and n.box_public = k.box_public and n.sign_public = k.sign_public) then
    perform conversure.refuse('CV002', 'your keys are not signed yet');
  end if;
end $$;

-- What a member brings is signed by themselves, for one and the same recipient, and of the data key in use.
create or replace function conversure.check_own_work(me conversure.session_info, statement jsonb, seal jsonb) returns void
language plpgsql volatile as $$
begin
  perform conversure.require_signer(me);
  if (statement ->> 'signer_kind', (statement ->> 'signer_id')::uuid, seal ->> 'sealed_by_kind', (seal ->> 'sealed_by')::uuid)
       is distinct from ('user'::text, me.user_id, 'user'::text, me.user_id)
     or (statement -> 'kind', statement -> 'id') is distinct from (seal -> 'kind', seal -> 'id') then
    perform conversure.refuse('CV004', 'signed by another or for another');
  end if;
  if (seal ->> 'key_version')::integer is distinct from conversure.vault_version(me.company_id) then
    perform conversure.refuse_stale();
  end if;
end $$;

-- Active members whose present keys nobody has signed. Where an invitation of the caller's brought the keys, what is needed
-- to tell whether whoever was invited made them.
create or replace function api.unsigned_members() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'user_id', u.user_id, 'name', u.name, 'role', u.role, 'box_public', encode(k.box_public, 'base64'), 'sign_public', encode(k.sign_public, 'base64'),
      'invitation', case when i.created_by = me.user_id then jsonb_build_object(
        'invitation_id', i.invitation_id, 'kind', i.kind, 'role', i.role, 'expires_at', conversure.microseconds(i.expires_at),
        'auth', encode(i.auth_for_inviter, 'base64'), 'signature', encode(i.signature, 'base64'), 'mac', encode(i.mac, 'base64')) end,
      'invited_by', i.created_by) order by u.name, u.user_id), '[]')
    from conversure.users u
    join conversure.user_keys k on k.company_id = u.company_id and k.user_id = u.user_id
    left join lateral (select n.* from conversure.invitations n where n.company_id = u.company_id and n.user_id = u.user_id and n.mac is not null
                       order by n.used_at desc limit 1) i on true
    where u.company_id = me.company_id and u.active
      and not exists (select from conversure.key_signatures s where s.company_id = u.company_id and s.subject_kind = 'user' and s.subject_id = u.user_id
                      and s.retired_at is null and s.box_public = k.box_public and s.sign_public = k.sign_public));
end $$;
grant execute on function api.unsigned_members() to conversure_client;

-- The relays of this store, and which of them have this company's data key.
create or replace function api.relays() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'relay_id', r.relay_id, 'name', r.name, 'box_public', encode(r.box_public, 'base64'), 'sign_public', encode(r.sign_public, 'base64'),
      'signed', s.statement_id is not null, 'authority', coalesce(s.authority, false)) order by r.name, r.relay_id), '[]')
    from conversure.known_relays() r
    left join conversure.key_signatures s on s.company_id = me.company_id and s.subject_kind = 'relay' and s.subject_id = r.relay_id and s.retired_at is null);
end $$;
grant execute on function api.relays() to conversure_client;

-- Takes the data key from a relay. What it has read it knows: rotate the vault, and renew the tokens.
create or replace function api.remove_relay(relay uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.hold_vault(me.company_id);
  update conversure.key_signatures k set retired_at = conversure.now()
  where k.company_id = me.company_id and k.subject_kind = 'relay' and k.subject_id = relay and k.retired_at is null;
  if not found then
    perform conversure.refuse('CV003', 'no such relay');
  end if;
  delete from conversure.vault_keys v where v.company_id = me.company_id and v.recipient_kind = 'relay' and v.recipient_id = relay;
  perform conversure.note_act(me, 'relay.removed', 'relay', relay);
end $$;
grant execute on function api.remove_relay(uuid) to conversure_client;

-- New or renewed secrets of a number, with the vault's next manifest.
create or replace function api.put_secrets(number uuid, secrets jsonb, manifest jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.hold_vault(me.company_id);
  if not exists (select from conversure.whatsapp_numbers n where n.company_id = me.company_id and n.number_id = number) then
    perform conversure.refuse('CV003', 'no such number');
  end if;
  perform conversure.put_secrets(me.company_id, number, secrets);
  perform conversure.check_own_manifest(me, manifest);
  perform conversure.note_act(me, 'secrets.changed', 'number', number,
    jsonb_build_object('kinds', (select jsonb_agg(s -> 'kind') from jsonb_array_elements(secrets) s)));
end $$;
grant execute on function api.put_secrets(uuid, jsonb, jsonb) to conversure_client;

-- The same vault under a manifest of a higher version, after a backup was restored.
create or replace function api.confirm_restored(manifest jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.hold_vault(me.company_id);
  perform conversure.check_own_manifest(me, manifest);
  perform conversure.note_act(me, 'vault.restored', null, null, jsonb_build_object('manifest', manifest -> 'version'));
end $$;
grant execute on function api.confirm_restored(jsonb) to conversure_client;

create or replace function conversure.check_own_manifest(me conversure.session_info, manifest jsonb) returns void
language plpgsql volatile as $$
begin
  perform conversure.require_signer(me);
  if manifest is null or (manifest ->> 'signed_by_kind', (manifest ->> 'signed_by')::uuid) is distinct from ('user'::text, me.user_id) then
    perform conversure.refuse('CV004', 'a manifest signed by another');
  end if;
  perform conversure.put_manifest(me.company_id, manifest);
end $$;

-- Invitations that carry a data key which is used no more.
create or replace function conversure.lapse_invitations(company uuid) returns integer
language plpgsql volatile as $$
declare
  lapsed integer;
begin
  update conversure.invitations i set revoked_at = conversure.now(), sealed_data_key = null
  where i.company_id = company and i.used_at is null and i.revoked_at is null;
  get diagnostics lapsed = row_count;
  update conversure.invitations i set sealed_data_key = null where i.company_id = company and i.sealed_data_key is not null;
  return lapsed;
end $$;

-- A new data key, for exactly those who may have it, over exactly the secrets there are;  from: the version it replaces.
-- CV040 when somebody changed the vault meanwhile, with who is missing and who is too many.
create or replace function api.rotate_vault(old_version integer, seals jsonb, secrets jsonb, manifest jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  next constant integer := old_version + 1;
  missing jsonb;
  surplus jsonb;
  changed integer;
  lapsed integer;
  s jsonb;
begin
  perform conversure.hold_vault(me.company_id);
  if old_version is distinct from conversure.vault_version(me.company_id) or (manifest ->> 'key_version')::integer is distinct from next then
    perform conversure.refuse_stale();
  end if;
  select coalesce(jsonb_agg(r.id), '[]') into missing from conversure.vault_recipients(me.company_id) r
  where not exists (select from jsonb_array_elements(seals) g where g ->> 'kind' = r.kind and (g ->> 'id')::uuid = r.id);
  select coalesce(jsonb_agg(g -> 'id'), '[]') into surplus from jsonb_array_elements(seals) g
  where not exists (select from conversure.vault_recipients(me.company_id) r where g ->> 'kind' = r.kind and (g ->> 'id')::uuid = r.id)
     or (g ->> 'sealed_by_kind', (g ->> 'sealed_by')::uuid, (g ->> 'key_version')::integer) is distinct from ('user'::text, me.user_id, next);
  if missing <> '[]' or surplus <> '[]' then
    perform conversure.refuse_stale(jsonb_build_object('missing', missing, 'surplus', surplus));
  end if;

  delete from conversure.vault_keys v where v.company_id = me.company_id;
  for s in select value from jsonb_array_elements(seals) loop
    perform conversure.put_seal(me.company_id, s);
  end loop;
  update conversure.vault_secrets v
  set key_version = next, nonce = conversure.bytes_of(n.secret, 'nonce', 24), ciphertext = decode(n.secret ->> 'ciphertext', 'base64')
  from jsonb_array_elements(secrets) as n (secret)
  where v.company_id = me.company_id and v.secret_id = (n.secret ->> 'secret_id')::uuid and v.secret_version = (n.secret ->> 'secret_version')::integer;
  get diagnostics changed = row_count;
  if changed <> jsonb_array_length(secrets) then
    perform conversure.refuse_stale();
  end if;
  perform conversure.check_own_manifest(me, manifest); -- and with it, that no secret was left out
  lapsed := conversure.lapse_invitations(me.company_id);
  perform conversure.note_act(me, 'vault.rotated', null, null,
    jsonb_build_object('key_version', next, 'recipients', jsonb_array_length(seals), 'secrets', changed, 'lapsed_invitations', lapsed));
  return jsonb_build_object('lapsed_invitations', lapsed);
end $$;
grant execute on function api.rotate_vault(integer, jsonb, jsonb, jsonb) to conversure_client;

-- A new data key does not make anybody forget: the tokens that whoever left, or lost a computer, may have read.
create or replace function api.tokens_to_renew() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'number_id', n.number_id, 'label', n.label, 'phone', n.phone, 'provider', n.provider, 'active', n.active,
      'kinds', (select jsonb_agg(s.kind order by s.kind) from conversure.vault_secrets s
                where s.company_id = n.company_id and s.owner_kind = 'number' and s.owner_id = n.number_id and s.kind <> 'settings')) order by n.label, n.number_id), '[]')
    from conversure.whatsapp_numbers n
    where n.company_id = me.company_id
      and exists (select from conversure.vault_secrets s where s.company_id = n.company_id and s.owner_kind = 'number' and s.owner_id = n.number_id));
end $$;
grant execute on function api.tokens_to_renew() to conversure_client;

-- A new recovery code, instead of the old one.
create or replace function api.set_recovery(recovery jsonb, statement jsonb, seal jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  perform conversure.hold_vault(me.company_id);
  if (statement ->> 'kind', statement -> 'id') is distinct from ('recovery'::text, recovery -> 'id') then
    perform conversure.refuse('CV004', 'whose keys?');
  end if;
  perform conversure.check_own_work(me, statement, seal);
  perform conversure.put_recovery(me.company_id, recovery);
  perform conversure.put_statement(me.company_id, statement);
  perform conversure.put_seal(me.company_id, seal);
  perform conversure.note_act(me, 'recovery.renewed', null, null);
end $$;
grant execute on function api.set_recovery(jsonb, jsonb, jsonb) to conversure_client;

-- What the recovery code opens. Useless without it.
create or replace function api.recovery() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  return (select jsonb_build_object('id', r.recovery_id, 'created_at', conversure.microseconds(r.created_at),
            'seals', (select coalesce(jsonb_agg(v.seal), '[]') from conversure.seal_rows v
                      where v.company_id = r.company_id and v.recipient_kind = 'recovery' and v.recipient_id = r.recovery_id))
          from conversure.recovery_keys r where r.company_id = me.company_id);
end $$;
grant execute on function api.recovery() to conversure_client;

-- An admin whose new keys nobody has signed lets the recovery code sign them and seal the data key to them.
create or replace function api.recover(statement jsonb, seal jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  code constant uuid := (select r.recovery_id from conversure.recovery_keys r where r.company_id = me.company_id);
begin
  perform conversure.hold_vault(me.company_id);
  if code is null then
    perform conversure.refuse('CV003', 'no recovery code');
  end if;
  if (statement ->> 'kind', (statement ->> 'id')::uuid, statement ->> 'signer_kind', (statement ->> 'signer_id')::uuid)
       is distinct from ('user'::text, me.user_id, 'recovery'::text, code)
     or (seal ->> 'kind', (seal ->> 'id')::uuid, seal ->> 'sealed_by_kind', (seal ->> 'sealed_by')::uuid)
       is distinct from ('user'::text, me.user_id, 'recovery'::text, code) then
    perform conversure.refuse('CV004', 'not by the recovery code, or not for its user');
  end if;
  if (seal ->> 'key_version')::integer is distinct from conversure.vault_version(me.company_id) then
    perform conversure.refuse_stale();
  end if;
  perform conversure.put_statement(me.company_id, statement);
  perform conversure.put_seal(me.company_id, seal);
  perform conversure.note_act(me, 'vault.recovered', 'user', me.user_id);
end $$;
grant execute on function api.recover(jsonb, jsonb) to conversure_client;

-- The last resort, when nobody can open the vault: its secrets go, and it begins anew ( vault as for a new company) for
-- whom the caller names. With another root key all signatures go as well, and every client stops at the changed key.
create or replace function api.empty_vault(vault jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  root constant bytea := (select c.root_key from conversure.companies c where c.company_id = me.company_id);
  gone integer;
begin
  if me.role <> 'COMPANY_ADMIN' then
    perform conversure.refuse('CV002', 'only an admin of the company may do this');
  end if;
  perform conversure.hold_vault(me.company_id);
  if (vault #>> '{manifest,key_version}')::integer is distinct from conversure.vault_version(me.company_id) + 1
     or (vault #>> '{manifest,signed_by}')::uuid is distinct from me.user_id
     or not exists (select from jsonb_array_elements(vault -> 'seals') g where g ->> 'kind' = 'user' and (g ->> 'id')::uuid = me.user_id) then
    perform conversure.refuse_stale();
  end if;
  with deleted as (delete from conversure.vault_secrets s where s.company_id = me.company_id returning s.kind)
  select count(*) into gone from deleted d where d.kind <> 'settings';
  delete from conversure.vault_keys v where v.company_id = me.company_id;
  if root is distinct from conversure.bytes_of(vault, 'root_key', 32) then
    delete from conversure.key_signatures k where k.company_id = me.company_id;
    delete from conversure.recovery_keys r where r.company_id = me.company_id;
  end if;
  perform conversure.lapse_invitations(me.company_id);
  perform conversure.found_vault(me.company_id, vault);
  perform conversure.note_act(me, 'vault.emptied', null, null,
    jsonb_build_object('secrets', gone, 'new_root', root is distinct from conversure.bytes_of(vault, 'root_key', 32)));
  return jsonb_build_object('secrets', gone);
end $$;
grant execute on function api.empty_vault(jsonb) to conversure_client;

reset role;
do $$
declare
  f record;
begin
  for f in select p.oid::regprocedure as signature from pg_proc p where p.pronamespace = 'relay'::regnamespace loop
    execute format('grant execute on function %s to conversure_relay', f.signature);
  end loop;
end $$;
