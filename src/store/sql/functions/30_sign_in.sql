-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Signing in takes two calls in two transactions: whatever the first one counted is committed before the second one
-- hands anything out, so a caller who rolls back gains nothing.
set local role conversure_roles;

create or replace function conversure.make_device_role(role_name text, verifier text, valid_until timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- A verifier, never a password: CREATE ROLE would otherwise carry it in clear through the server. What only looks like
  -- a verifier the server takes for a password, so the base64 must be right, too.
  if verifier is null
     or verifier !~ '^SCRAM-SHA-256\$[1-9][0-9]{3,5}:(?:[A-Za-z0-9+/]{4}){3,15}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' then
    perform conversure.refuse('CV004', 'not a SCRAM verifier');
  end if;
  execute format('create role %I login noinherit password %L connection limit 6 valid until %L', role_name, verifier, valid_until);
  execute format('alter role %I inherit', role_name);
  execute format('grant conversure_client to %I', role_name);
end $$;
grant execute on function conversure.make_device_role(text, text, timestamptz) to conversure_auth;

-- A role that can no longer log in owns nothing and may go.
create or replace function conversure.drop_device_role(role_name text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if role_name ~ '^cv_[0-9a-f]{20}$' and exists (select from pg_roles where rolname = role_name and not rolcanlogin) then
    execute format('drop role %I', role_name);
  end if;
end $$;
grant execute on function conversure.drop_device_role(text) to conversure_auth;

create or replace function conversure.close_device_role(role_name text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if role_name !~ '^cv_[0-9a-f]{20}$' then
    perform conversure.refuse('CV004', 'not a device role');
  end if;
  if exists (select from pg_roles where rolname = role_name) then
    execute format('alter role %I nologin', role_name);
  end if;
end $$;
grant execute on function conversure.close_device_role(text) to conversure_auth;

reset role;
set local role conversure_auth;

-- What a client needs to turn a password into keys. The same for everybody: an answer that depended on the e-mail would
-- tell who has an account.
create or replace function api.sign_in_params() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('salt', encode(i.kdf_salt, 'base64'), 'ops', i.kdf_ops, 'mem_kib', i.kdf_mem_kib)
  from conversure.installation i
$$;
grant execute on function api.sign_in_params() to conversure_door, conversure_relay, conversure_client;

-- First call: checks the proof and remembers the outcome under a ticket. Says nothing about it, and does the same work
-- whether the account exists or not. bcrypt looks at 72 bytes only, so longer proofs are refused.
create or replace function api.sign_in_begin(email text, proof text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  account conversure.accounts;
  ticket constant bytea := conversure_ext.gen_random_bytes(24);
  stored text;
  ok boolean;
begin
  if octet_length(coalesce(proof, '')) not between 32 and 64 then
    perform conversure.refuse('CV004', 'not a proof');
  end if;
  select a.* into account from conversure.accounts a where a.email_normal = conversure.normal_email(email);
  stored := coalesce(account.proof_hash, (select i.dummy_hash from conversure.installation i));
  ok := conversure_ext.crypt(proof, stored) = stored and account.user_id is not null
        and exists (select from conversure.users u
                    where u.company_id = account.company_id and u.user_id = account.user_id and u.active);

  insert into conversure.sign_in_tickets (ticket_hash, ok, xid, company_id, user_id, created_at)
  values (sha256(ticket), ok, pg_current_xact_id(),
          case when ok then account.company_id end, case when ok then account.user_id end, conversure.now());
  return jsonb_build_object('ticket', encode(ticket, 'hex'));
end $$;
grant execute on function api.sign_in_begin(text, text) to conversure_door, conversure_relay;

-- Tickets of a day ago, and computers whose session ended or expired a day ago, with their login roles.
create or replace function conversure.purge_sign_ins() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  device record;
  dropped integer := 0;
begin
  delete from conversure.sign_in_tickets t where t.created_at < conversure.now() - interval '1 day';
  for device in
    select d.device_id, d.role_name from conversure.devices d
    join conversure.sessions s on s.company_id = d.company_id and s.session_id = d.session_id
    where least(s.ended_at, s.expires_at) < conversure.now() - interval '1 day' limit 200
  loop
    perform conversure.close_device_role(device.role_name);
    perform conversure.drop_device_role(device.role_name);
    delete from conversure.devices d where d.device_id = device.device_id;
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
grant execute on function conversure.purge_sign_ins() to conversure_work;

-- Second call, in a later transaction: makes the device's login role and the token, each shown once.
create or replace function api.sign_in_finish(ticket text, device_name text, verifier text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  pass conversure.sign_in_tickets;
  at constant timestamptz := conversure.now();
  until constant timestamptz := at + interval '90 days';
  device constant uuid := conversure.uuid7();
  session constant uuid := conversure.uuid7();
  role_name constant text := 'cv_' || encode(conversure_ext.gen_random_bytes(10), 'hex');
  token text;
begin
  if current_setting('transaction_isolation') <> 'read committed' or ticket !~ '^[0-9a-f]{48}$' then
    perform conversure.refuse('CV001', 'not signed in');
  end if;
  update conversure.sign_in_tickets t set used_at = at
  where t.ticket_hash = sha256(decode(ticket, 'hex')) and t.used_at is null and t.created_at > at - interval '1 minute'
  returning t.* into pass;
  if not found or pass.xid = pg_current_xact_id() or pg_xact_status(pass.xid) is distinct from 'committed' then
    perform conversure.refuse('CV001', 'not signed in');
  end if;
  if not pass.ok then
    perform conversure.refuse('CV005', 'e-mail or password is wrong');
  end if;

  token := replace(pass.company_id::text, '-', '') || '.' || translate(encode(conversure_ext.gen_random_bytes(32), 'base64'), E'+/=\n', '-_');
  insert into conversure.sessions (company_id, session_id, user_id, device_id, created_at, expires_at)
  values (pass.company_id, session, pass.user_id, device, at, until);
  insert into conversure.devices (device_id, role_name, token_hash, company_id, user_id, session_id, name, created_at)
  values (device, role_name, sha256(convert_to(token, 'UTF8')), pass.company_id, pass.user_id, session, left(device_name, 80), at);
  perform conversure.make_device_role(role_name, verifier, clock_timestamp() + interval '90 days');

  return (select jsonb_build_object('role', role_name, 'token', token, 'company_id', u.company_id, 'user_id', u.user_id,
                                    'name', u.name, 'user_role', u.role, 'company', c.name, 'expires_at', until)
          from conversure.users u join conversure.companies c using (company_id)
          where u.company_id = pass.company_id and u.user_id = pass.user_id);
end $$;
grant execute on function api.sign_in_finish(text, text, text) to conversure_door, conversure_relay;

-- Ends this session: the next statement of this device is nobody's, and its role can no longer log in.
create or replace function api.sign_out() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
  closed text;
begin
  update conversure.sessions s set ended_at = conversure.now(), end_reason = 'signed_out'
  where s.company_id = me.company_id and s.session_id = me.session_id;
  update conversure.devices d set closed_at = conversure.now() where d.session_id = me.session_id returning d.role_name into closed;
  perform conversure.close_device_role(closed);
end $$;
grant execute on function api.sign_out() to conversure_client;

reset role;
