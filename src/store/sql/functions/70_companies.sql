-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Founding companies, users and numbers: from the relay's command line, and companies from a client as well.
set local role conversure_work;

create or replace function relay.register_relay(relay uuid, name text, box_public bytea, sign_public bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into conversure.relays (relay_id, name, box_public, sign_public) values (relay, name, box_public, sign_public)
  on conflict (relay_id) do nothing
$$;

-- A company: its row, its settings, and what its vault begins with (conversure.found_vault). Without vault nothing of it
-- is signed, and clients open nothing of it.
drop function if exists relay.create_company(uuid, text, text, uuid, bytea);
create or replace function relay.create_company(company uuid, name text, time_zone text, relay uuid, sealed bytea, vault jsonb default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform conversure.open_company(company, name, time_zone);
  if vault is null then
    insert into conversure.vault_keys (company_id, key_version, recipient_kind, recipient_id, sealed) values (company, 1, 'relay', relay, sealed);
  else
    perform conversure.found_vault(company, vault);
  end if;
end $$;

create or replace function conversure.open_company(company uuid, name text, time_zone text) returns void
language plpgsql volatile as $$
begin
  if btrim(coalesce(name, '')) = '' or length(name) > 200 then
    perform conversure.refuse('CV004', 'a company needs a name');
  end if;
  if not exists (select from pg_timezone_names z where z.name = open_company.time_zone) then
    perform conversure.refuse('CV004', 'no such time zone', jsonb_build_object('time_zone', left(time_zone, 80)));
  end if;
  insert into conversure.companies (company_id, name, time_zone) values (company, btrim(name), time_zone);
  insert into conversure.company_settings (company_id) values (company);
end $$;

create or replace function relay.company_exists(company uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from conversure.companies c where c.company_id = company)
$$;

-- A user's row and public keys; the account is opened apart, as only the sign-in sees those.
create or replace function conversure.open_user(company uuid, person uuid, email text, name text, role text,
  box_public bytea, sign_public bytea, wrapped bytea) returns void
language plpgsql volatile as $$
begin
  if email is null or email !~ '^[^@\s]+@[^@\s]+$' or length(email) > 254 then
    perform conversure.refuse('CV004', 'not an e-mail address');
  end if;
  if btrim(coalesce(name, '')) = '' or length(name) > 200 or role is null or role not in ('AGENT', 'COMPANY_ADMIN', 'SUPER_ADMIN') then
    perform conversure.refuse('CV004', 'a user needs a name and a role');
  end if;
  if coalesce(length(box_public), 0) <> 32 or coalesce(length(sign_public), 0) <> 32 or coalesce(octet_length(wrapped), 0) not between 1 and 1024 then
    perform conversure.refuse('CV004', 'a user needs keys');
  end if;
  insert into conversure.users (company_id, user_id, email, name, role) values (company, person, btrim(email), btrim(name), role);
  insert into conversure.user_keys (company_id, user_id, box_public, sign_public, wrapped) values (company, person, box_public, sign_public, wrapped);
end $$;

-- vault: {"statement", "seal"}, the founder's word for the keys and the data key sealed to them.
drop function if exists relay.create_user(uuid, uuid, text, text, text, text, bytea, bytea, bytea, integer, bytea);
create or replace function relay.create_user(company uuid, person uuid, email text, name text, role text, proof text,
  box_public bytea, sign_public bytea, wrapped bytea, key_version integer, sealed bytea, vault jsonb default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from conversure.companies c where c.company_id = company for no key update;
  perform conversure.open_user(company, person, email, name, role, box_public, sign_public, wrapped);
  perform conversure.open_account(email, company, person, proof);
  if vault is null then
    insert into conversure.vault_keys (company_id, key_version, recipient_kind, recipient_id, sealed) values (company, key_version, 'user', person, sealed);
  else
    perform conversure.put_statement(company, vault -> 'statement');
    perform conversure.put_seal(company, vault -> 'seal');
  end if;
end $$;

-- secrets: as vault::sealSettings makes them; manifest: the vault's next one, which holds them. A company whose keys
-- are signed takes no secret without it: its clients would refuse to open the vault.
drop function if exists relay.add_number(uuid, uuid, text, text, text, text, text, jsonb, jsonb);
create or replace function relay.add_number(company uuid, number uuid, phone text, label text, provider text, provider_number_id text,
  account_id text, config jsonb, secrets jsonb, manifest jsonb default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from conversure.companies c where c.company_id = company for no key update;
  insert into conversure.whatsapp_numbers (company_id, number_id, phone, label, provider, provider_number_id, account_id, config)
  values (company, number, phone, label, provider, provider_number_id, account_id, config);
  begin
    insert into conversure.number_claims (provider, provider_number_id, company_id, number_id) values (provider, provider_number_id, company, number);
  exception when unique_violation then
    perform conversure.refuse('CV006', 'this number is connected already');
  end;
  perform conversure.put_secrets(company, number, secrets);
  if manifest is not null then
    perform conversure.put_manifest(company, manifest);
  elsif secrets <> '[]' and exists (select from conversure.vault_manifests m where m.company_id = company) then
    perform conversure.refuse('CV004', 'secrets need a manifest');
  end if;
end $$;

-- Whether clients may found companies: 'open', 'first' (while there is none), 'closed'. word: what it shall be from now on.
create or replace function relay.registration(word text default null) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if word is not null and word not in ('open', 'first', 'closed') then
    perform conversure.refuse('CV004', 'open, first or closed');
  end if;
  update conversure.installation i set registration = word where i.registration <> word;
  return (select i.registration from conversure.installation i);
end $$;

-- Founds a company with its first admin from a client. vault: as conversure.found_vault takes it. Answers nothing, and the
-- same when the e-mail has an account already: then there is no company, and whoever it was finds out by signing in. CV002
-- where clients found no companies, CV007 as signing in. Owned by a role that works across companies, because nobody is
-- signed in.
create or replace function api.register_company(company uuid, name text, time_zone text, person uuid, person_name text, email text, proof text,
  box_public bytea, sign_public bytea, wrapped bytea, vault jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  rule constant text := (select i.registration from conversure.installation i);
begin
  if rule = 'closed' or rule = 'first' and exists (select from conversure.companies) then
    perform conversure.refuse('CV002', 'companies are founded by whoever runs this store');
  end if;
  if coalesce(jsonb_array_length(vault -> 'statements'), 9) > 2 or coalesce(jsonb_array_length(vault -> 'seals'), 9) > 2 then
    perform conversure.refuse('CV004', 'a company begins with its founder, and a recovery code');
  end if;
  perform conversure.admit_stranger();
  begin
    perform conversure.open_company(company, name, time_zone);
    perform conversure.open_user(company, person, email, person_name, 'COMPANY_ADMIN', box_public, sign_public, wrapped);
    perform conversure.found_vault(company, vault);
    perform conversure.note_outside(company, person, 'company.registered', 'company', company);
    perform conversure.open_account(email, company, person, proof, true);
  exception when unique_violation or sqlstate 'CV006' then
    return;
  end;
  -- Two who found the first company at once: the later one waits here and finds the rule changed.
  if rule = 'first' then
    update conversure.installation i set registration = 'closed' where i.registration = 'first';
    if not found then
      perform conversure.refuse('CV002', 'companies are founded by whoever runs this store');
    end if;
  end if;
exception when lock_not_available then
  perform conversure.refuse('CV007', 'the store is busy', '{"retry_after": 1, "reason": "busy"}');
end $$;
grant execute on function api.register_company(uuid, text, text, uuid, text, text, text, bytea, bytea, bytea, jsonb) to conversure_door;

reset role;
set local role conversure_auth;

-- Counts somebody who is not signed in against the address they come from; CV007 after too many.
create or replace function conversure.admit_stranger() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  origin constant text := conversure.origin_of(inet_client_addr());
  seconds integer;
begin
  if origin is null then
    return;
  end if;
  seconds := conversure.count_try('origin', origin);
  if seconds is null or seconds > 0 then
    perform conversure.refuse('CV007', 'too many at once', jsonb_build_object('retry_after', coalesce(seconds, 1),
      'reason', case when seconds is null then 'busy' else 'limit' end));
  end if;
end $$;
grant execute on function conversure.admit_stranger() to conversure_work;

-- An account for an e-mail that has none, else CV006. For strangers in turn with the sign-ins of unknown computers.
drop function if exists conversure.open_account(text, uuid, uuid, text);
create or replace function conversure.open_account(email text, company uuid, person uuid, proof text, in_turn boolean default false) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  hash constant text := conversure.new_hash(proof, case when in_turn then 2 end);
begin
  insert into conversure.accounts (email_normal, company_id, user_id, proof_hash)
  values (conversure.normal_email(email), company, person, hash);
exception when unique_violation then
  perform conversure.refuse('CV006', 'this e-mail has an account already');
end $$;
grant execute on function conversure.open_account(text, uuid, uuid, text, boolean) to conversure_work;

reset role;
do $$
declare
  f record;
begin
  for f in select p.oid::regprocedure as signature from pg_proc p where p.pronamespace = 'relay'::regnamespace loop
    execute format('grant execute on function %s to conversure_relay', f.signature);
  end loop;
end $$;
