-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Founding companies, users and numbers from the relay's command line.
set local role conversure_work;

create or replace function relay.register_relay(relay uuid, name text, box_public bytea, sign_public bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into conversure.relays (relay_id, name, box_public, sign_public) values (relay, name, box_public, sign_public)
  on conflict (relay_id) do nothing
$$;

create or replace function relay.create_company(company uuid, name text, time_zone text, relay uuid, sealed bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if btrim(coalesce(name, '')) = '' then
    perform conversure.refuse('CV004', 'a company needs a name');
  end if;
  if not exists (select from pg_timezone_names z where z.name = create_company.time_zone) then
    perform conversure.refuse('CV004', 'no such time zone', jsonb_build_object('time_zone', time_zone));
  end if;
  insert into conversure.companies (company_id, name, time_zone) values (company, btrim(name), time_zone);
  insert into conversure.company_settings (company_id) values (company);
  insert into conversure.vault_keys (company_id, key_version, recipient_kind, recipient_id, sealed) values (company, 1, 'relay', relay, sealed);
end $$;

-- The sealed data key of a company for a relay; no row when this relay was never given it.
create or replace function relay.company_key(company uuid, for_relay uuid) returns table (key_version integer, sealed bytea)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select k.key_version, k.sealed from conversure.vault_keys k
  where k.company_id = company and k.recipient_kind = 'relay' and k.recipient_id = for_relay
  order by k.key_version desc limit 1
$$;

create or replace function relay.company_exists(company uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from conversure.companies c where c.company_id = company)
$$;

create or replace function relay.create_user(company uuid, person uuid, email text, name text, role text, proof text,
  box_public bytea, sign_public bytea, wrapped bytea, key_version integer, sealed bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if email !~ '^[^@\s]+@[^@\s]+$' or length(email) > 254 then
    perform conversure.refuse('CV004', 'not an e-mail address');
  end if;
  if btrim(coalesce(name, '')) = '' or role not in ('AGENT', 'COMPANY_ADMIN', 'SUPER_ADMIN') then
    perform conversure.refuse('CV004', 'a user needs a name and a role');
  end if;
  insert into conversure.users (company_id, user_id, email, name, role) values (company, person, btrim(email), btrim(name), role);
  perform conversure.open_account(email, company, person, proof);
  insert into conversure.user_keys (company_id, user_id, box_public, sign_public, wrapped) values (company, person, box_public, sign_public, wrapped);
  insert into conversure.vault_keys (company_id, key_version, recipient_kind, recipient_id, sealed) values (company, key_version, 'user', person, sealed);
end $$;

create or replace function relay.add_number(company uuid, number uuid, phone text, label text, provider text, provider_number_id text,
  account_id text, config jsonb, secrets jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into conversure.whatsapp_numbers (company_id, number_id, phone, label, provider, provider_number_id, account_id, config)
  values (company, number, phone, label, provider, provider_number_id, account_id, config);
  begin
    insert into conversure.number_claims (provider, provider_number_id, company_id, number_id) values (provider, provider_number_id, company, number);
  exception when unique_violation then
    perform conversure.refuse('CV006', 'this number is connected already');
  end;
  insert into conversure.vault_secrets (company_id, secret_id, owner_kind, owner_id, kind, key_version, secret_version, nonce, ciphertext)
  select company, (s ->> 'secret_id')::uuid, 'number', number, s ->> 'kind', (s ->> 'key_version')::integer, (s ->> 'secret_version')::integer,
         decode(s ->> 'nonce', 'base64'), decode(s ->> 'ciphertext', 'base64')
  from jsonb_array_elements(secrets) s;
end $$;

reset role;
set local role conversure_auth;

-- An account for an e-mail that has none. bcrypt, cost 10, over a key derived from the password.
create or replace function conversure.open_account(email text, company uuid, person uuid, proof text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if octet_length(coalesce(proof, '')) not between 32 and 64 then
    perform conversure.refuse('CV004', 'not a proof');
  end if;
  insert into conversure.accounts (email_normal, company_id, user_id, proof_hash)
  values (conversure.normal_email(email), company, person, conversure_ext.crypt(proof, conversure_ext.gen_salt('bf', 10)));
exception when unique_violation then
  perform conversure.refuse('CV006', 'this e-mail has an account already');
end $$;
grant execute on function conversure.open_account(text, uuid, uuid, text) to conversure_work;

reset role;
do $$
declare
  f record;
begin
  for f in select p.oid::regprocedure as signature from pg_proc p where p.pronamespace = 'relay'::regnamespace loop
    execute format('grant execute on function %s to conversure_relay', f.signature);
  end loop;
end $$;
