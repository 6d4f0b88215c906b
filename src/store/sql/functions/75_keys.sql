-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Signed keys and what is sealed to them. The store cannot check a signature; it keeps them, holds who may bring which, and
-- that what is brought fits together. Whether it is right, each client sees for itself (src/vault/CompanyVault).
set local role conversure_owner;

create or replace view conversure.statement_rows with (security_invoker = true) as
select k.company_id, k.subject_kind, k.subject_id, k.authority, k.retired_at, jsonb_build_object(
  'kind', k.subject_kind, 'id', k.subject_id, 'box_public', encode(k.box_public, 'base64'), 'sign_public', encode(k.sign_public, 'base64'),
  'authority', k.authority, 'signer_kind', k.signer_kind, 'signer_id', k.signer_id, 'signature', encode(k.signature, 'base64'),
  'retired', k.retired_at is not null) as statement
from conversure.key_signatures k;

create or replace view conversure.seal_rows with (security_invoker = true) as
select v.company_id, v.recipient_kind, v.recipient_id, v.key_version, jsonb_build_object(
  'kind', v.recipient_kind, 'id', v.recipient_id, 'key_version', v.key_version, 'sealed', encode(v.sealed, 'base64'),
  'commitment', encode(v.commitment, 'base64'), 'sealed_by_kind', v.sealed_by_kind, 'sealed_by', v.sealed_by,
  'signature', encode(v.signature, 'base64')) as seal
from conversure.vault_keys v;

create or replace view conversure.manifest_rows with (security_invoker = true) as
select m.company_id, jsonb_build_object(
  'version', m.version, 'key_version', m.key_version, 'commitment', encode(m.commitment, 'base64'), 'entries', m.entries,
  'signed_by_kind', m.signed_by_kind, 'signed_by', m.signed_by, 'signature', encode(m.signature, 'base64')) as manifest
from conversure.vault_manifests m;

create or replace view conversure.secret_rows with (security_invoker = true) as
select s.company_id, s.owner_kind, s.owner_id, s.secret_id, jsonb_build_object(
  'secret_id', s.secret_id, 'kind', s.kind, 'key_version', s.key_version, 'secret_version', s.secret_version,
  'nonce', encode(s.nonce, 'base64'), 'ciphertext', encode(s.ciphertext, 'base64')) as secret
from conversure.vault_secrets s;

grant select on conversure.statement_rows, conversure.seal_rows, conversure.manifest_rows, conversure.secret_rows
  to conversure_client, conversure_work, conversure_api;
reset role;
set local role conversure_work;

drop function if exists relay.company_key(uuid, uuid);

-- Bytes of a JSON object, or CV004.
create or replace function conversure.bytes_of(object jsonb, field text, size integer) returns bytea
language plpgsql volatile as $$
declare
  bytes bytea;
begin
  begin
    bytes := decode(object ->> field, 'base64');
  exception when invalid_parameter_value then
    bytes := null;
  end;
  if bytes is null or length(bytes) <> size then
    perform conversure.refuse('CV004', 'not well formed', jsonb_build_object('field', field));
  end if;
  return bytes;
end $$;
grant execute on function conversure.bytes_of(jsonb, text, integer) to conversure_api;

-- The relays are of no company, and only these roles see their table.
create or replace function conversure.relay_has_keys(relay uuid, box_public bytea, sign_public bytea) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from conversure.relays r where r.relay_id = relay and r.box_public = relay_has_keys.box_public
                 and r.sign_public = relay_has_keys.sign_public)
$$;
grant execute on function conversure.relay_has_keys(uuid, bytea, bytea) to conversure_api;

create or replace function conversure.known_relays() returns table (relay_id uuid, name text, box_public bytea, sign_public bytea)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select r.relay_id, r.name, r.box_public, r.sign_public from conversure.relays r
$$;
grant execute on function conversure.known_relays() to conversure_api;

-- Takes turns with all who change the vault of this company.
create or replace function conversure.hold_vault(company uuid) returns void
language plpgsql volatile as $$
begin
  perform from conversure.companies c where c.company_id = company for no key update;
  if not found then
    perform conversure.refuse('CV003', 'no such company');
  end if;
end $$;
grant execute on function conversure.hold_vault(uuid) to conversure_api;

-- The version of the data key in use; 0 before the first.
create or replace function conversure.vault_version(company uuid) returns integer
language sql volatile as $$
  select coalesce((select m.key_version from conversure.vault_manifests m where m.company_id = company),
                  (select max(v.key_version) from conversure.vault_keys v where v.company_id = company), 0)
$$;
grant execute on function conversure.vault_version(uuid) to conversure_api;

-- CV040: the caller worked from what is no longer so, and should read it again.
create or replace function conversure.refuse_stale(figures jsonb default '{}') returns void
language plpgsql volatile as $$
begin
  perform conversure.refuse('CV040', 'the vault has changed meanwhile', figures);
end $$;
grant execute on function conversure.refuse_stale(jsonb) to conversure_api;

-- Keeps a statement about keys, instead of the one about the same member. They must be the keys that this member has now.
create or replace function conversure.put_statement(company uuid, s jsonb) returns void
language plpgsql volatile as $$
declare
  subject constant uuid := s ->> 'id';
  box constant bytea := conversure.bytes_of(s, 'box_public', 32);
  sign constant bytea := conversure.bytes_of(s, 'sign_public', 32);
  known constant boolean := case s ->> 'kind'
    when 'user' then exists (select from conversure.user_keys k where k.company_id = company and k.user_id = subject
                             and k.box_public = box and k.sign_public = sign)
    when 'relay' then conversure.relay_has_keys(subject, box, sign)
    when 'recovery' then exists (select from conversure.recovery_keys r where r.company_id = company and r.recovery_id = subject
                                 and r.box_public = box and r.sign_public = sign)
    else false end;
begin
  if not known then
    perform conversure.refuse_stale(jsonb_build_object('kind', s -> 'kind', 'id', subject));
  end if;
  update conversure.key_signatures k set retired_at = conversure.now()
  where k.company_id = company and k.subject_kind = s ->> 'kind' and k.subject_id = subject and k.retired_at is null;
  insert into conversure.key_signatures (company_id, statement_id, subject_kind, subject_id, box_public, sign_public, authority,
    signer_kind, signer_id, signature, signed_at)
  values (company, conversure.uuid7(), s ->> 'kind', subject, box, sign, (s ->> 'authority')::boolean,
    s ->> 'signer_kind', (s ->> 'signer_id')::uuid, conversure.bytes_of(s, 'signature', 64), conversure.now());
end $$;
grant execute on function conversure.put_statement(uuid, jsonb) to conversure_api;

-- Keeps a data key sealed to somebody.
create or replace function conversure.put_seal(company uuid, s jsonb) returns void
language plpgsql volatile as $$
begin
  insert into conversure.vault_keys (company_id, key_version, recipient_kind, recipient_id, sealed, commitment, sealed_by_kind, sealed_by, signature)
  values (company, (s ->> 'key_version')::integer, s ->> 'kind', (s ->> 'id')::uuid, conversure.bytes_of(s, 'sealed', 80),
    conversure.bytes_of(s, 'commitment', 32), s ->> 'sealed_by_kind', (s ->> 'sealed_by')::uuid, conversure.bytes_of(s, 'signature', 64))
  on conflict (company_id, key_version, recipient_kind, recipient_id) do update
  set sealed = excluded.sealed, commitment = excluded.commitment, sealed_by_kind = excluded.sealed_by_kind,
      sealed_by = excluded.sealed_by, signature = excluded.signature;
end $$;
grant execute on function conversure.put_seal(uuid, jsonb) to conversure_api;

-- Keeps secrets of a number: new ones, and such as follow the version that is there.
create or replace function conversure.put_secrets(company uuid, number uuid, secrets jsonb) returns void
language plpgsql volatile as $$
declare
  s jsonb;
begin
  for s in select value from jsonb_array_elements(secrets) loop
    update conversure.vault_secrets v
    set key_version = (s ->> 'key_version')::integer, secret_version = (s ->> 'secret_version')::integer,
        nonce = conversure.bytes_of(s, 'nonce', 24), ciphertext = decode(s ->> 'ciphertext', 'base64')
    where v.company_id = company and v.secret_id = (s ->> 'secret_id')::uuid and v.owner_kind = 'number' and v.owner_id = number
      and v.kind = s ->> 'kind' and v.secret_version = (s ->> 'secret_version')::integer - 1;
    continue when found;
    insert into conversure.vault_secrets (company_id, secret_id, owner_kind, owner_id, kind, key_version, secret_version, nonce, ciphertext)
    values (company, (s ->> 'secret_id')::uuid, 'number', number, s ->> 'kind', (s ->> 'key_version')::integer,
      (s ->> 'secret_version')::integer, conversure.bytes_of(s, 'nonce', 24), decode(s ->> 'ciphertext', 'base64'));
  end loop;
exception when unique_violation then
  perform conversure.refuse_stale();
end $$;
grant execute on function conversure.put_secrets(uuid, uuid, jsonb) to conversure_api;

-- Keeps the vault's next manifest: of a higher version, over exactly the secrets that are there, all under its data key.
-- Whoever worked from an older one has not all of the secrets or not a higher version. Usually the version is the next one;
-- after a restored backup it has to be higher than any that a client remembers.
create or replace function conversure.put_manifest(company uuid, m jsonb) returns void
language plpgsql volatile as $$
declare
  old conversure.vault_manifests;
  new_version constant bigint := m ->> 'version';
  new_key constant integer := m ->> 'key_version';
  new_commitment constant bytea := conversure.bytes_of(m, 'commitment', 32);
  signed constant bytea := conversure.bytes_of(m, 'signature', 64);
begin
  select k.* into old from conversure.vault_manifests k where k.company_id = company for update;
  if new_version is null or new_version <= coalesce(old.version, 0) or new_key is null or new_key < old.key_version
     or (new_key = old.key_version and new_commitment <> old.commitment)
     or m -> 'entries' is distinct from (select coalesce(jsonb_object_agg(s.secret_id, s.secret_version), '{}')
                                         from conversure.vault_secrets s where s.company_id = company)
     or exists (select from conversure.vault_secrets s where s.company_id = company and s.key_version <> new_key) then
    perform conversure.refuse_stale(jsonb_build_object('version', coalesce(old.version, 0)));
  end if;
  insert into conversure.vault_manifests (company_id, version, key_version, commitment, entries, signed_by_kind, signed_by, signature)
  values (company, new_version, new_key, new_commitment, m -> 'entries', m ->> 'signed_by_kind', (m ->> 'signed_by')::uuid, signed)
  on conflict (company_id) do update
  set version = excluded.version, key_version = excluded.key_version, commitment = excluded.commitment, entries = excluded.entries,
      signed_by_kind = excluded.signed_by_kind, signed_by = excluded.signed_by, signature = excluded.signature;
end $$;
grant execute on function conversure.put_manifest(uuid, jsonb) to conversure_api;

-- The public keys behind a recovery code, instead of those of an older one.
create or replace function conversure.put_recovery(company uuid, r jsonb) returns void
language plpgsql volatile as $$
begin
  update conversure.key_signatures k set retired_at = conversure.now()
  where k.company_id = company and k.subject_kind = 'recovery' and k.retired_at is null;
  delete from conversure.vault_keys v where v.company_id = company and v.recipient_kind = 'recovery';
  insert into conversure.recovery_keys (company_id, recovery_id, box_public, sign_public, created_at)
  values (company, (r ->> 'id')::uuid, conversure.bytes_of(r, 'box_public', 32), conversure.bytes_of(r, 'sign_public', 32), conversure.now())
  on conflict (company_id) do update
  set recovery_id = excluded.recovery_id, box_public = excluded.box_public, sign_public = excluded.sign_public, created_at = excluded.created_at;
end $$;
grant execute on function conversure.put_recovery(uuid, jsonb) to conversure_api;

-- What a vault begins with: {"root_key", "recovery": null | {"id", "box_public", "sign_public"}, "statements": […],
-- "seals": […], "manifest"}. The members it speaks of are there already.
create or replace function conversure.found_vault(company uuid, vault jsonb) returns void
language plpgsql volatile as $$
declare
  item jsonb;
begin
  update conversure.companies c set root_key = conversure.bytes_of(vault, 'root_key', 32) where c.company_id = company;
  if jsonb_typeof(vault -> 'recovery') = 'object' then
    perform conversure.put_recovery(company, vault -> 'recovery');
  end if;
  for item in select value from jsonb_array_elements(vault -> 'statements') loop
    perform conversure.put_statement(company, item);
  end loop;
  for item in select value from jsonb_array_elements(vault -> 'seals') loop
    perform conversure.put_seal(company, item);
  end loop;
  perform conversure.put_manifest(company, vault -> 'manifest');
end $$;
grant execute on function conversure.found_vault(uuid, jsonb) to conversure_api;

-- The authority of a member follows the role.
create or replace function conversure.check_authority(company uuid, statement jsonb) returns void
language plpgsql volatile as $$
declare
  their_role text;
begin
  if statement ->> 'kind' = 'relay' then
    return;
  elsif statement ->> 'kind' is distinct from 'user' then
    perform conversure.refuse('CV004', 'whose keys?');
  end if;
  select u.role into their_role from conversure.users u
  where u.company_id = company and u.user_id = (statement ->> 'id')::uuid and u.active;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  if (statement ->> 'authority')::boolean is distinct from (their_role <> 'AGENT') then
    perform conversure.refuse_stale();
  end if;
end $$;
grant execute on function conversure.check_authority(uuid, jsonb) to conversure_api;

-- Who holds the data key: active members and others whose present keys are signed.
create or replace function conversure.vault_recipients(company uuid) returns table (kind text, id uuid)
language sql volatile as $$
  select k.subject_kind, k.subject_id from conversure.key_signatures k
  where k.company_id = company and k.retired_at is null
    and (k.subject_kind <> 'user' or exists (
      select from conversure.users u join conversure.user_keys n using (company_id, user_id)
      where u.company_id = company and u.user_id = k.subject_id and u.active
        and n.box_public = k.box_public and n.sign_public = k.sign_public))
$$;
grant execute on function conversure.vault_recipients(uuid) to conversure_api;

-- New keys for a member who lost the old ones: nothing is sealed to those any more, and nobody has signed the new ones yet.
create or replace function conversure.replace_member_keys(company uuid, person uuid, new_box bytea, new_sign bytea, new_wrapped bytea) returns void
language plpgsql volatile as $$
begin
  update conversure.user_keys k set box_public = new_box, sign_public = new_sign, wrapped = new_wrapped
  where k.company_id = company and k.user_id = person;
  delete from conversure.vault_keys v where v.company_id = company and v.recipient_kind = 'user' and v.recipient_id = person;
  update conversure.key_signatures k set retired_at = conversure.now()
  where k.company_id = company and k.subject_kind = 'user' and k.subject_id = person and k.retired_at is null;
end $$;

-- A relay that is given the data key, or another one, reads the vault again.
create or replace function conversure.feed_seals() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.change_feed (company_id, kind, row_id, rev, topics)
  select n.company_id, 'vault', n.recipient_id, n.key_version, '{}' from new_rows n where n.recipient_kind = 'relay';
  return null;
end $$;

reset role;
grant execute on function conversure.feed_seals() to conversure_owner;
set local role conversure_owner;

create or replace trigger feed_new after insert on conversure.vault_keys referencing new table as new_rows
  for each statement execute function conversure.feed_seals();
create or replace trigger feed_changed after update on conversure.vault_keys referencing new table as new_rows old table as old_rows
  for each statement execute function conversure.feed_seals();
create or replace trigger rev before update on conversure.vault_manifests
  for each row execute function conversure.raise_rev();

reset role;
set local role conversure_auth;

-- A new proof for an account, the end of all its sessions, and a new beginning for what was counted against it.
drop function if exists conversure.renew_account(uuid, uuid, text);
create or replace function conversure.renew_account(company uuid, person uuid, proof text, in_turn boolean default false) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  hash constant text := conversure.new_hash(proof, case when in_turn then 2 end);
begin
  update conversure.accounts a set proof_hash = hash, proof_version = a.proof_version + 1
  where a.company_id = company and a.user_id = person;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  perform conversure.empty_buckets(company, person);
  delete from conversure.known_devices d where d.company_id = company and d.user_id = person;
  perform conversure.end_sessions(company, person, 'reset');
end $$;
grant execute on function conversure.renew_account(uuid, uuid, text, boolean) to conversure_work;

reset role;
