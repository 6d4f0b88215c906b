-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- Invitations: to join a company, and for a member who lost the password. A code of 128 random bits, which only the inviter
-- and the invitee ever see, gives three keys: one finds the row, one opens the data key that lies in it, and one shows the
-- inviter that the new keys were made by whoever has the code (src/vault/Invitation). Nothing here can be guessed, so nothing
-- is counted; what an acceptance that is rolled back gives is nothing.
set local role conversure_api;

-- Keeps an invitation: {"invitation_id", "user_id", "role", "name", "email": text | null, "expires_at": µs, "lookup_hash",
-- "key_version", "sealed_data_key", "auth", "signature"}, bytes in base64. Between an hour and thirty days, 200 open ones.
create or replace function conversure.keep_invitation(me conversure.session_info, kind text, i jsonb) returns void
language plpgsql volatile as $$
declare
  at constant timestamptz := conversure.now();
  until constant timestamptz := conversure.from_microseconds((i ->> 'expires_at')::bigint);
  slack constant interval := interval '10 minutes'; -- the clocks of two computers
begin
  perform conversure.require_signer(me);
  if until is null or until not between at + interval '1 hour' - slack and at + interval '30 days' + slack then
    perform conversure.refuse('CV004', 'an invitation holds for an hour to thirty days', jsonb_build_object('now', conversure.microseconds(at)));
  end if;
  if (i ->> 'key_version')::integer is distinct from conversure.vault_version(me.company_id) then
    perform conversure.refuse_stale();
  end if;
  if (select count(*) from conversure.invitations o
      where o.company_id = me.company_id and o.used_at is null and o.revoked_at is null and o.expires_at > at) >= 200 then
    perform conversure.refuse('CV041', 'too many open invitations', '{"limit": 200}');
  end if;
  insert into conversure.invitations (company_id, invitation_id, kind, user_id, role, name, email, lookup_hash, key_version,
    sealed_data_key, auth_for_inviter, signature, created_by, created_at, expires_at)
  values (me.company_id, (i ->> 'invitation_id')::uuid, kind, (i ->> 'user_id')::uuid, i ->> 'role', btrim(i ->> 'name'),
    nullif(btrim(i ->> 'email'), ''), conversure.bytes_of(i, 'lookup_hash', 32), (i ->> 'key_version')::integer,
    conversure.bytes_of(i, 'sealed_data_key', 72), conversure.bytes_of(i, 'auth', 80), conversure.bytes_of(i, 'signature', 64),
    me.user_id, at, until);
exception when unique_violation then
  perform conversure.refuse('CV004', 'not a new invitation');
end $$;

-- Invites somebody as AGENT or COMPANY_ADMIN, under a user id that is theirs once they accept.
create or replace function api.invite(invitation jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  invited constant uuid := invitation ->> 'user_id';
begin
  perform conversure.hold_vault(me.company_id);
  if coalesce(invitation ->> 'role', '') not in ('AGENT', 'COMPANY_ADMIN') or btrim(coalesce(invitation ->> 'name', '')) = ''
     or length(invitation ->> 'name') > 200 or length(invitation ->> 'email') > 254
     or nullif(btrim(invitation ->> 'email'), '') !~ '^\s*[^@\s]+@[^@\s]+\s*$' then
    perform conversure.refuse('CV004', 'an invitation needs a name and a role');
  end if;
  if exists (select from conversure.users u where u.company_id = me.company_id and u.user_id = invited) then
    perform conversure.refuse('CV004', 'not a new user');
  end if;
  perform conversure.keep_invitation(me, 'join', invitation);
  perform conversure.note_act(me, 'user.invited', 'user', invited,
    jsonb_build_object('role', invitation -> 'role', 'invitation', invitation -> 'invitation_id'));
end $$;
grant execute on function api.invite(jsonb) to conversure_client;

-- Lets a colleague who lost the password begin anew, with new keys. Role, name and e-mail are theirs; an earlier offer to
-- the same person is withdrawn.
create or replace function api.invite_reset(invitation jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  person conversure.users;
begin
  perform conversure.hold_vault(me.company_id);
  select u.* into person from conversure.users u
  where u.company_id = me.company_id and u.user_id = (invitation ->> 'user_id')::uuid and u.active and not u.guest;
  if not found then
    perform conversure.refuse('CV003', 'no such user');
  end if;
  if person.user_id = me.user_id or person.role = 'SUPER_ADMIN' and me.role <> 'SUPER_ADMIN' then
    perform conversure.refuse('CV002', 'not this one');
  end if;
  if invitation ->> 'role' is distinct from person.role then
    perform conversure.refuse_stale();
  end if;
  update conversure.invitations o set revoked_at = conversure.now(), sealed_data_key = null
  where o.company_id = me.company_id and o.kind = 'reset' and o.user_id = person.user_id and o.used_at is null and o.revoked_at is null;
  perform conversure.keep_invitation(me, 'reset', invitation || jsonb_build_object('name', person.name, 'email', person.email));
  perform conversure.note_act(me, 'user.reset_offered', 'user', person.user_id, jsonb_build_object('invitation', invitation -> 'invitation_id'));
end $$;
grant execute on function api.invite_reset(jsonb) to conversure_client;

create or replace function api.revoke_invitation(invitation uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
begin
  update conversure.invitations i set revoked_at = conversure.now(), sealed_data_key = null
  where i.company_id = me.company_id and i.invitation_id = invitation and i.used_at is null and i.revoked_at is null;
  if not found then
    perform conversure.refuse('CV003', 'no such invitation');
  end if;
  perform conversure.note_act(me, 'invitation.revoked', 'invitation', invitation);
end $$;
grant execute on function api.revoke_invitation(uuid) to conversure_client;

-- The company's invitations of the last ninety days, newest first; state: open, used, revoked, expired.
create or replace function api.invitations() returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  me constant conversure.session_info := conversure.require_admin();
  at constant timestamptz := conversure.now();
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'invitation_id', i.invitation_id, 'kind', i.kind, 'user_id', i.user_id, 'role', i.role, 'name', i.name, 'email', i.email,
      'invited_by', i.created_by, 'created_at', conversure.microseconds(i.created_at), 'expires_at', conversure.microseconds(i.expires_at),
      'state', case when i.used_at is not null then 'used' when i.revoked_at is not null then 'revoked'
                    when i.expires_at <= at then 'expired' else 'open' end) order by i.created_at desc, i.invitation_id desc), '[]')
    from conversure.invitations i
    where i.company_id = me.company_id and i.created_at > at - interval '90 days');
end $$;
grant execute on function api.invitations() to conversure_client;

reset role;
set local role conversure_work;

-- A data key does not lie longer in an invitation than it can be accepted; after half a year the row goes.
create or replace function conversure.purge_invitations() returns integer
language plpgsql volatile as $$
declare
  purged integer;
begin
  update conversure.invitations i set sealed_data_key = null where i.sealed_data_key is not null and i.expires_at < conversure.now();
  delete from conversure.invitations i where i.expires_at < conversure.now() - interval '180 days';
  get diagnostics purged = row_count;
  return purged;
end $$;

-- The invitation that a code finds; CV003, the same for unknown, used, revoked and expired ones, and for those of somebody
-- who may not invite any more. Only in READ COMMITTED: an older snapshot would find what is over.
create or replace function conversure.find_invitation(lookup bytea) returns conversure.invitations
language plpgsql volatile as $$
declare
  i conversure.invitations;
begin
  if length(lookup) = 32 and current_setting('transaction_isolation') = 'read committed' then
    select o.* into i from conversure.invitations o
    where o.lookup_hash = sha256(lookup) and o.used_at is null and o.revoked_at is null and o.expires_at > conversure.now()
      and exists (select from conversure.users u where u.company_id = o.company_id and u.user_id = o.created_by and u.active and u.role <> 'AGENT')
      and (o.kind = 'join' or exists (select from conversure.users u where u.company_id = o.company_id and u.user_id = o.user_id and u.active));
  end if;
  if i.invitation_id is null then
    perform conversure.refuse('CV003', 'no such invitation');
  end if;
  return i;
end $$;

-- What whoever has a code needs to see whom it is from, to check that against the fingerprint in the link, and to open the
-- data key. Changes nothing.
create or replace function api.invitation_begin(lookup bytea) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  i constant conversure.invitations := conversure.find_invitation(lookup);
begin
  return (
    select jsonb_build_object(
      'company_id', i.company_id, 'company', c.name, 'invitation_id', i.invitation_id, 'kind', i.kind, 'user_id', i.user_id,
      'role', i.role, 'name', i.name, 'email', i.email, 'expires_at', conversure.microseconds(i.expires_at),
      'invited_by', (select u.name from conversure.users u where u.company_id = i.company_id and u.user_id = i.created_by),
      'key_version', i.key_version, 'sealed_data_key', encode(i.sealed_data_key, 'base64'), 'root_key', encode(c.root_key, 'base64'),
      'statements', (select coalesce(jsonb_agg(k.statement), '[]') from conversure.statement_rows k where k.company_id = i.company_id and k.authority),
      'manifest', (select m.manifest from conversure.manifest_rows m where m.company_id = i.company_id))
    from conversure.companies c where c.company_id = i.company_id);
end $$;
grant execute on function api.invitation_begin(bytea) to conversure_door;

-- Accepts an invitation, once: the member's account, keys, and the data key sealed by them to themselves (seal). The keys
-- are signed later, by the inviter's client. An invitation for one e-mail takes no other (CV004). When the e-mail has an
-- account already, the answer is the same, the invitation is used up, and nobody has joined: whoever it was finds out by
-- signing in. CV003 as invitation_begin, CV007 while the store is busy (then the invitation is not used up).
create or replace function api.accept_invitation(lookup bytea, email text, person_name text, proof text,
  box_public bytea, sign_public bytea, wrapped bytea, mac bytea, seal jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '5s' as $$
declare
  i conversure.invitations := conversure.find_invitation(lookup);
  joined boolean := true;
begin
  -- All who change a vault take the company first, then anything else.
  perform conversure.hold_vault(i.company_id);
  perform from conversure.invitations o where o.company_id = i.company_id and o.invitation_id = i.invitation_id for update;
  i := conversure.find_invitation(lookup);
  if coalesce(length(mac), 0) <> 32 or coalesce(octet_length(wrapped), 0) not between 1 and 1024
     or coalesce(length(box_public), 0) <> 32 or coalesce(length(sign_public), 0) <> 32
     or (seal ->> 'kind', (seal ->> 'id')::uuid, seal ->> 'sealed_by_kind', (seal ->> 'sealed_by')::uuid, (seal ->> 'key_version')::integer)
          is distinct from ('user'::text, i.user_id, 'user'::text, i.user_id, i.key_version)
     or i.key_version <> conversure.vault_version(i.company_id) then
    perform conversure.refuse('CV004', 'not well formed');
  end if;
  if i.email is not null and conversure.normal_email(i.email) is distinct from conversure.normal_email(accept_invitation.email) then
    perform conversure.refuse('CV004', 'the invitation is for another e-mail', '{"field": "email"}');
  end if;

  if i.kind = 'join' then
    begin
      perform conversure.open_user(i.company_id, i.user_id, email, coalesce(nullif(btrim(person_name), ''), i.name), i.role, box_public, sign_public, wrapped);
      perform conversure.put_seal(i.company_id, seal);
      perform conversure.open_account(email, i.company_id, i.user_id, proof, true);
    exception when sqlstate 'CV006' then
      joined := false;
    end;
  else
    perform conversure.renew_account(i.company_id, i.user_id, proof, true);
    perform conversure.replace_member_keys(i.company_id, i.user_id, box_public, sign_public, wrapped);
    perform conversure.put_seal(i.company_id, seal);
  end if;
  update conversure.invitations o
  set used_at = conversure.now(), sealed_data_key = null, mac = case when joined then accept_invitation.mac end
  where o.company_id = i.company_id and o.invitation_id = i.invitation_id;
  perform conversure.note_outside(i.company_id, case when joined then i.user_id end,
    case when not joined then 'invitation.used_in_vain' when i.kind = 'join' then 'user.joined' else 'user.reset' end,
    case when joined then 'user' else 'invitation' end, case when joined then i.user_id else i.invitation_id end,
    jsonb_build_object('invitation', i.invitation_id));
exception when lock_not_available then
  perform conversure.refuse('CV007', 'the store is busy', '{"retry_after": 1, "reason": "busy"}');
end $$;
grant execute on function api.accept_invitation(bytea, text, text, text, bytea, bytea, bytea, bytea, jsonb) to conversure_door;

reset role;
