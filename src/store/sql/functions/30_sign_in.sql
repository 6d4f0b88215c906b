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

-- A role that can no longer log in may go. Whatever it left behind that only itself could take away, as default
-- privileges, keeps it: it stays, and serves for nothing.
create or replace function conversure.drop_device_role(role_name text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if role_name ~ '^cv_[0-9a-f]{20}$' and exists (select from pg_roles where rolname = role_name and not rolcanlogin) then
    execute format('drop role %I', role_name);
  end if;
exception when dependent_objects_still_exist then
  null;
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

-- First call: checks the proof and remembers the outcome under a ticket, {"ticket": hex}. Says nothing about it. Where a
-- limit is reached it answers {"retry_after": seconds, "reason": "limit"} and where others are being checked right now
-- {"retry_after": 1, "reason": "busy"}, and has checked nothing then. device_secret: 32 random bytes that this computer
-- keeps, in base64url or hexadecimal; with it, it will be known. The limits: 32_sign_in_limits.sql.
drop function if exists api.sign_in_begin(text, text);
create or replace function api.sign_in_begin(email text, proof text, device_secret text default null) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return conversure.begin_sign_in(email, proof, device_secret, inet_client_addr());
end $$;
grant execute on function api.sign_in_begin(text, text, text) to conversure_door, conversure_relay, conversure_client;

-- The work of it, for a caller at an address. Whoever calls may look at how much was read and written and roll back, so
-- for an e-mail without an account the same is done on somebody else's rows, and the outcome changes nothing but the
-- value of one column. bcrypt looks at 72 bytes only, so longer proofs are refused.
create or replace function conversure.begin_sign_in(email text, proof text, device_secret text, address inet) returns jsonb
language plpgsql volatile as $$
declare
  digest constant bytea := conversure.device_digest(device_secret);
  seen_from constant text := conversure.origin_of(address);
  mine constant conversure.session_info := conversure.current_session();
  ticket constant bytea := conversure_ext.gen_random_bytes(24);
  no_company constant uuid := gen_random_uuid();
  no_user constant uuid := gen_random_uuid();
  no_device constant bytea := conversure_ext.gen_random_bytes(32);
  mail text;
  decoy text;
  account conversure.accounts;
  other conversure.accounts;
  there boolean;
  active boolean;
  known boolean;
  buckets text[];
  bucket text[];
  dummy text;
  answer text;
  wait integer;
  ok boolean;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform conversure.refuse('CV001', 'not signed in');
  end if;
  if octet_length(coalesce(proof, '')) not between 32 and 64 then
    perform conversure.refuse('CV004', 'not a proof');
  end if;
  if octet_length(coalesce(email, '')) not between 1 and 1000 then
    perform conversure.refuse('CV004', 'not an e-mail address');
  end if;
  mail := conversure.normal_email(email);

  -- One look-up that finds and one that does not, whichever comes first.
  decoy := (select min(a.email_normal) from conversure.accounts a);
  select a.* into account from conversure.accounts a where a.email_normal = mail;
  there := found;
  select a.* into other from conversure.accounts a
  where a.email_normal = case when there then '' else decoy end;
  if not there then
    account := other;
  end if;
  select u.active into active from conversure.users u where u.company_id = account.company_id and u.user_id = account.user_id;
  perform from conversure.known_devices d
  where d.company_id = account.company_id and d.user_id = account.user_id
    and d.device_hash = case when digest is null then null when there then digest else no_device end;
  known := found;
  dummy := (select i.dummy_hash from conversure.installation i);

  -- Whoever is signed in as this user is no stranger either.
  if known then
    buckets := array[array['device', conversure.device_key(account.company_id, account.user_id, digest)]];
  elsif there and mine.company_id = account.company_id and mine.user_id = account.user_id then
    known := true;
    buckets := array[array['device', conversure.device_key(mine.company_id, mine.user_id, uuid_send(mine.session_id))]];
  else
    buckets := array[array['account', conversure.account_key(mail)]];
    if seen_from is not null then
      buckets := buckets || array[array['origin', seen_from]];
    end if;
  end if;

  foreach bucket slice 1 in array buckets loop
    wait := greatest(wait, conversure.bucket_wait(bucket[1], bucket[2]));
  end loop;
  if wait > 0 then
    return jsonb_build_object('retry_after', wait, 'reason', 'limit');
  end if;
  foreach bucket slice 1 in array buckets loop
    if not conversure.take_bucket(bucket[1], bucket[2]) then
      return '{"retry_after": 1, "reason": "busy"}';
    end if;
  end loop;
  answer := conversure.crypt_in_turn(proof, case when there then account.proof_hash else dummy end, case when known then 1 else 2 end);
  if answer is null then
    return '{"retry_after": 1, "reason": "busy"}';
  end if;
  begin
    foreach bucket slice 1 in array buckets loop
      wait := conversure.count_try(bucket[1], bucket[2]);
      if wait is distinct from 0 then
        raise exception using errcode = 'CVEND'; -- counts all or none
      end if;
    end loop;
  exception when sqlstate 'CVEND' then
    return jsonb_build_object('retry_after', coalesce(wait, 1), 'reason', case when wait is null then 'busy' else 'limit' end);
  end;

  ok := answer = account.proof_hash and there and active;
  insert into conversure.sign_in_tickets (ticket_hash, ok, xid, company_id, user_id, created_at, proof_version, bucket, bucket_key, origin, device_hash)
  values (sha256(ticket), ok, pg_current_xact_id(), case when ok then account.company_id else no_company end,
          case when ok then account.user_id else no_user end, conversure.now(), coalesce(account.proof_version, 0),
          buckets[1][1], buckets[1][2], case when not known then seen_from end, digest);
  return jsonb_build_object('ticket', encode(ticket, 'hex'));
end $$;

-- What nobody needs any more after a day: tickets, what was counted, and computers whose session ended or expired, with
-- their login roles. Leaves out what somebody holds.
create or replace function conversure.purge_sign_ins() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  day_ago constant timestamptz := conversure.now() - interval '1 day';
  device record;
  dropped integer := 0;
begin
  delete from conversure.sign_in_tickets t where t.created_at < day_ago;
  delete from conversure.sign_in_buckets b using (
    select o.kind, o.key from conversure.sign_in_buckets o where o.last_at < day_ago for update skip locked) old
  where b.kind = old.kind and b.key = old.key;
  for device in
    select d.device_id, d.role_name from conversure.devices d
    join conversure.sessions s on s.company_id = d.company_id and s.session_id = d.session_id
    where least(s.ended_at, s.expires_at) < day_ago limit 200
  loop
    perform conversure.close_device_role(device.role_name);
    perform conversure.drop_device_role(device.role_name);
    delete from conversure.devices d where d.device_id = device.device_id;
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
grant execute on function conversure.purge_sign_ins() to conversure_work;

-- What a ticket stands for, once: CV001 unless it was committed before this transaction, less than a minute ago, and
-- never used; CV005 when the password was wrong, or has been changed, or the user was deactivated. Holds the account to
-- the end of the transaction: its sign-ins and changes of password take turns.
create or replace function conversure.use_ticket(ticket text) returns conversure.sign_in_tickets
language plpgsql volatile set lock_timeout = '5s' as $$
declare
  at constant timestamptz := conversure.now();
  pass conversure.sign_in_tickets;
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
  if pass.ok then
    perform from conversure.accounts a
    where a.company_id = pass.company_id and a.user_id = pass.user_id and a.proof_version = pass.proof_version for update;
    pass.ok := found and exists (
      select from conversure.users u where u.company_id = pass.company_id and u.user_id = pass.user_id and u.active);
  end if;
  if not pass.ok then
    perform conversure.refuse('CV005', 'e-mail or password is wrong');
  end if;
  perform conversure.forgive_try(pass);
  return pass;
end $$;

-- Remembers the computer of a sign-in; of more than 20 the one that was used longest ago leaves.
create or replace function conversure.remember_device(pass conversure.sign_in_tickets, device_name text) returns void
language plpgsql volatile as $$
declare
  at constant timestamptz := conversure.now();
begin
  insert into conversure.known_devices as k (company_id, user_id, device_hash, name, created_at, last_used_at)
  values (pass.company_id, pass.user_id, pass.device_hash, left(coalesce(device_name, ''), 80), at, at)
  on conflict (company_id, user_id, device_hash) do update set name = excluded.name, last_used_at = excluded.last_used_at;
  delete from conversure.known_devices k using (
    select o.device_hash from conversure.known_devices o where o.company_id = pass.company_id and o.user_id = pass.user_id
    order by o.last_used_at desc, o.created_at desc offset 20) old
  where k.company_id = pass.company_id and k.user_id = pass.user_id and k.device_hash = old.device_hash;
end $$;

-- A session of a user on a computer: makes its login role and its token, each shown once. home: of a guest, the session
-- it is entered from. A user has at most 20 sessions; the oldest ends when there are more.
create or replace function conversure.open_session(company uuid, person uuid, device_name text, verifier text, until timestamptz, home uuid default null) returns jsonb
language plpgsql volatile as $$
declare
  at constant timestamptz := conversure.now();
  device constant uuid := conversure.uuid7();
  session constant uuid := conversure.uuid7();
  role_name constant text := 'cv_' || encode(conversure_ext.gen_random_bytes(10), 'hex');
  token constant text := replace(company::text, '-', '') || '.' || translate(encode(conversure_ext.gen_random_bytes(32), 'base64'), E'+/=\n', '-_');
  old record;
begin
  insert into conversure.sessions (company_id, session_id, user_id, device_id, created_at, expires_at, home_session_id)
  values (company, session, person, device, at, until, home);
  insert into conversure.devices (device_id, role_name, token_hash, company_id, user_id, session_id, name, created_at)
  values (device, role_name, sha256(convert_to(token, 'UTF8')), company, person, session, left(coalesce(device_name, ''), 80), at);
  perform conversure.make_device_role(role_name, verifier, clock_timestamp() + (until - at));

  for old in
    select s.session_id from conversure.sessions s
    where s.company_id = company and s.user_id = person and s.ended_at is null and s.expires_at > at
    order by s.created_at desc, s.session_id desc offset 20
  loop
    perform conversure.end_sessions(company, person, 'too_many', null, old.session_id);
  end loop;

  return (select jsonb_build_object('role', role_name, 'token', token, 'company_id', u.company_id, 'user_id', u.user_id,
                                    'name', u.name, 'user_role', u.role, 'company', c.name, 'expires_at', until)
          from conversure.users u join conversure.companies c using (company_id)
          where u.company_id = company and u.user_id = person);
end $$;

-- Second call, in a later transaction: the session.
create or replace function api.sign_in_finish(ticket text, device_name text, verifier text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  pass constant conversure.sign_in_tickets := conversure.use_ticket(ticket);
begin
  if pass.device_hash is not null then
    perform conversure.remember_device(pass, device_name);
  end if;
  return conversure.open_session(pass.company_id, pass.user_id, device_name, verifier, conversure.now() + interval '90 days');
end $$;
grant execute on function api.sign_in_finish(text, text, text) to conversure_door, conversure_relay;

-- Ends this session: the next statement of this device is nobody's, and its role can no longer log in.
create or replace function api.sign_out() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  perform conversure.end_sessions(me.company_id, me.user_id, 'signed_out', null, me.session_id);
end $$;
grant execute on function api.sign_out() to conversure_client;

reset role;
