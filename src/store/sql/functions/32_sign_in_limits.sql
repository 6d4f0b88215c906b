-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- How often somebody may guess, without anybody else being locked out by it. Three kinds of buckets: a computer the
-- account is known on has one of its own; all other computers share one for each e-mail; and an address has one.
--
-- A try is counted as wrong when it begins, and forgiven when its ticket is used: a count that depended on the outcome
-- could be read in the same transaction, and the transaction rolled back. For the same reason nothing here waits for a
-- lock: a caller may keep its transaction open for as long as it likes.
set local role conversure_auth;

-- The bucket of an address: itself, its /64 in IPv6, none where it is unknown or a pooler's.
create or replace function conversure.origin_of(address inet) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select host(network(set_masklen(address, case family(address) when 6 then 64 else 32 end)))
  from conversure.installation i
  where not exists (select from unnest(i.pooler_addresses) pooler where address <<= pooler)
$$;

-- What is kept of a computer's secret: 32 random bytes in base64url (43 characters) or hexadecimal (64).
create or replace function conversure.device_digest(secret text) returns bytea
language plpgsql stable as $$
begin
  if secret !~ '^([A-Za-z0-9_-]{43}|[0-9A-Fa-f]{64})$' then
    perform conversure.refuse('CV004', 'not a secret of a computer');
  end if;
  return sha256(convert_to(secret, 'UTF8'));
end $$;

-- Seconds until something may be tried again; 0 at once.
create or replace function conversure.bucket_wait(of_kind text, of_key text) returns integer
language sql volatile as $$
  select coalesce((select greatest(0, ceil(extract(epoch from b.next_at - conversure.now())))::integer
                   from conversure.sign_in_buckets b where b.kind = of_kind and b.key = of_key), 0)
$$;

-- Takes a bucket that is there for this transaction; false when somebody else has it.
create or replace function conversure.take_bucket(of_kind text, of_key text) returns boolean
language plpgsql volatile as $$
begin
  perform from conversure.sign_in_buckets b where b.kind = of_kind and b.key = of_key for update skip locked;
  return found or not exists (select from conversure.sign_in_buckets b where b.kind = of_kind and b.key = of_key);
end $$;

-- Counts one try. A known computer has 10 in a quarter of an hour, an address 100; for an e-mail the delay doubles from
-- one second to a quarter of an hour, so that its owner always gets another try. Answers the seconds to wait when the
-- bucket is full (it was not counted then), null when somebody else holds it.
create or replace function conversure.count_try(of_kind text, of_key text) returns integer
language plpgsql volatile set lock_timeout = '20ms' as $$
declare
  at constant timestamptz := conversure.now();
  quarter constant interval := interval '15 minutes';
  b conversure.sign_in_buckets;
  is_new boolean;
begin
  select t.* into b from conversure.sign_in_buckets t where t.kind = of_kind and t.key = of_key for update skip locked;
  is_new := not found;
  if b.next_at > at then
    return ceil(extract(epoch from b.next_at - at));
  end if;
  if is_new or b.last_at < at - interval '1 day' or of_kind <> 'account' and b.since <= at - quarter then
    b.tries := 0;
    b.since := at;
  end if;
  b.tries := b.tries + 1;
  b.next_at := case
    when of_kind = 'account' then at + least(quarter, power(2, least(b.tries - 1, 20)) * interval '1 second')
    when b.tries >= case of_kind when 'device' then 10 else 100 end then b.since + quarter
    else at end;
  if is_new then
    -- Waits, for a moment, for somebody who is making the same row.
    insert into conversure.sign_in_buckets (kind, key, tries, since, last_at, next_at)
    values (of_kind, of_key, b.tries, b.since, at, b.next_at) on conflict do nothing;
    return case when found then 0 end;
  end if;
  update conversure.sign_in_buckets t set tries = b.tries, since = b.since, last_at = at, next_at = b.next_at
  where t.kind = of_kind and t.key = of_key;
  return 0;
exception when lock_not_available then
  return null;
end $$;

-- The right password after all: the bucket of the e-mail or the computer is emptied, the address gets its try back. What
-- somebody else holds is left as it is; it empties by itself.
create or replace function conversure.forgive_try(pass conversure.sign_in_tickets) returns void
language plpgsql volatile as $$
begin
  perform from conversure.sign_in_buckets b where b.kind = pass.bucket and b.key = pass.bucket_key for update skip locked;
  if found then
    delete from conversure.sign_in_buckets b where b.kind = pass.bucket and b.key = pass.bucket_key;
  end if;
  perform from conversure.sign_in_buckets b
  where b.kind = 'origin' and b.key = pass.origin and b.since <= pass.created_at for update skip locked;
  if found then
    update conversure.sign_in_buckets b set tries = greatest(b.tries - 1, 0), next_at = b.since
    where b.kind = 'origin' and b.key = pass.origin;
  end if;
end $$;

-- bcrypt, some 60 ms of a core: at most installation.sign_in_slots of them at a time in each lane (1: computers that are
-- known, 2: all others), so that a flood of guesses keeps nobody out whose computer is known. Null when all slots are
-- taken. The slot is a transaction's lock, given back by leaving the block with an error: unlike a session's lock it
-- cannot stay behind, however often and whenever the statement is cancelled.
create or replace function conversure.crypt_in_turn(proof text, setting text, lane integer) returns text
language plpgsql volatile as $$
declare
  slots constant integer := (select i.sign_in_slots from conversure.installation i);
  answer text;
begin
  for slot in 1 .. slots loop
    begin
      if pg_try_advisory_xact_lock(7166530 + lane, slot) then
        answer := conversure_ext.crypt(proof, setting);
        raise exception using errcode = 'CVEND';
      end if;
    exception when sqlstate 'CVEND' then
      return answer;
    end;
  end loop;
  return null;
end $$;

-- How proofs are hashed from now on: bcrypt over a key derived from the password. The cost is installation.dummy_hash's,
-- or an e-mail that is not known could be told by the time its refusal takes.
create or replace function conversure.new_salt() returns text
language sql volatile
return conversure_ext.gen_salt('bf', 10);

-- What is kept of a proof. In a lane's turn, or CV007 when the store is busy; without a lane at once.
drop function if exists conversure.hash_proof(text);
drop function if exists conversure.new_hash(text, boolean);
create or replace function conversure.new_hash(proof text, lane integer) returns text
language plpgsql volatile as $$
declare
  hash text;
begin
  if octet_length(coalesce(proof, '')) not between 32 and 64 then
    perform conversure.refuse('CV004', 'not a proof');
  end if;
  if lane is null then
    return conversure_ext.crypt(proof, conversure.new_salt());
  end if;
  hash := conversure.crypt_in_turn(proof, conversure.new_salt(), lane);
  if hash is null then
    perform conversure.refuse('CV007', 'the store is busy', '{"retry_after": 1, "reason": "busy"}');
  end if;
  return hash;
end $$;

-- Empties what was counted against a user's e-mail and known computers. Somebody may be holding it: then 55P03.
create or replace function conversure.empty_buckets(company uuid, person uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  delete from conversure.sign_in_buckets b using conversure.accounts a
  where a.company_id = company and a.user_id = person and b.kind = 'account' and b.key = conversure.account_key(a.email_normal);
  delete from conversure.sign_in_buckets b using conversure.known_devices d
  where d.company_id = company and d.user_id = person and b.kind = 'device' and b.key = conversure.device_key(company, person, d.device_hash);
end $$;
grant execute on function conversure.empty_buckets(uuid, uuid) to conversure_api;

create or replace function conversure.account_key(email_normal text) returns text
language sql stable as $$
  select encode(sha256(convert_to(email_normal, 'UTF8')), 'hex')
$$;

create or replace function conversure.device_key(company uuid, person uuid, device_hash bytea) returns text
language sql immutable as $$
  select encode(sha256(uuid_send(company) || uuid_send(person) || device_hash), 'hex')
$$;

reset role;
