-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The record of who did what.
set local role conversure_work;

create or replace function conversure.keep_audit() returns trigger
language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = '42501';
end $$;

-- What nobody who is signed in did: the command line, the provider's word, or somebody at the door.
create or replace function conversure.note_outside(company uuid, actor uuid, action text, subject_kind text, subject uuid, detail jsonb default '{}') returns void
language sql volatile as $$
  insert into conversure.audit_log (company_id, audit_id, at, actor_id, action, subject_kind, subject_id, detail)
  values (company, conversure.uuid7(), conversure.now(), actor, action, subject_kind, subject, detail)
$$;
grant execute on function conversure.note_outside(uuid, uuid, text, text, uuid, jsonb) to conversure_api;

reset role;
grant execute on function conversure.keep_audit() to conversure_owner;
set local role conversure_owner;

create or replace trigger append_only before update or delete or truncate on conversure.audit_log
  for each statement execute function conversure.keep_audit();

reset role;
set local role conversure_api;

-- Notes an act of the caller. The action is "subject.what_happened"; the detail never holds a secret or a message's text.
create or replace function conversure.note_act(me conversure.session_info, action text, subject_kind text, subject uuid, detail jsonb default '{}') returns void
language sql volatile as $$
  insert into conversure.audit_log (company_id, audit_id, at, actor_id, action, subject_kind, subject_id, detail)
  values (me.company_id, conversure.uuid7(), conversure.now(), me.user_id, action, subject_kind, subject, detail)
$$;
grant execute on function conversure.note_act(conversure.session_info, text, text, uuid, jsonb) to conversure_auth, conversure_work;

-- The session of an admin, or CV002.
create or replace function conversure.require_admin() returns conversure.session_info
language plpgsql volatile as $$
declare
  me constant conversure.session_info := conversure.require_session();
begin
  if me.role not in ('COMPANY_ADMIN', 'SUPER_ADMIN') then
    perform conversure.refuse('CV002', 'only an admin may do this');
  end if;
  return me;
end $$;

reset role;
