-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- The same rules for the tables that every message writes to, at less cost. The checks of a table are read and planned anew
-- by each statement that writes to it, also where it leaves the column alone; those of a domain once a connection.

-- In the order in which whoever sends takes them, and all before anything else: clients are at work meanwhile.
lock table conversure.conversations, conversure.message_delivery_attempts, conversure.messages, conversure.opt_outs,
  conversure.agent_quotas, conversure.quota_log, conversure.change_feed in access exclusive mode;

-- First without their checks: a column that gets a domain which has one is written anew, with all indexes of its table.
create domain conversure.message_direction as text;
create domain conversure.message_status as text;
create domain conversure.content_type as text;
create domain conversure.conversation_status as text;
create domain conversure.opt_out_kind as text;
create domain conversure.attempt_witness as text;
create domain conversure.sending_side as text;
create domain conversure.charged_count as integer;
comment on domain conversure.attempt_witness is 'On whose word an attempt is as it is.';
comment on domain conversure.sending_side is 'Who talks to the provider.';

-- Made again with the functions, which are loaded before anybody sees that they are gone.
drop view if exists conversure.conversation_rows, conversure.message_rows;

alter table conversure.conversations
  drop constraint conversations_status_check,
  drop constraint conversations_opted_out_check,
  alter column status type conversure.conversation_status,
  alter column opted_out type conversure.opt_out_kind;
alter table conversure.message_delivery_attempts
  drop constraint message_delivery_attempts_outcome_by_check,
  drop constraint message_delivery_attempts_via_check,
  alter column outcome_by type conversure.attempt_witness,
  alter column via type conversure.sending_side;
alter table conversure.messages
  drop constraint messages_direction_check,
  drop constraint messages_status_check,
  drop constraint messages_content_type_check,
  alter column direction type conversure.message_direction,
  alter column status type conversure.message_status,
  alter column content_type type conversure.content_type;
alter table conversure.opt_outs
  drop constraint opt_outs_kind_check,
  alter column kind type conversure.opt_out_kind;
alter table conversure.agent_quotas
  drop constraint agent_quotas_sent_check,
  alter column sent type conversure.charged_count;
alter table conversure.quota_log
  drop constraint quota_log_sent_check,
  alter column sent type conversure.charged_count;

alter domain conversure.message_direction add check (value in ('INBOUND', 'OUTBOUND'));
alter domain conversure.message_status add check (value in ('sending', 'unconfirmed', 'sent', 'delivered', 'read', 'failed', 'received'));
alter domain conversure.content_type add check (value in ('TEXT', 'IMAGE', 'AUDIO', 'VIDEO', 'DOCUMENT', 'STICKER', 'LOCATION', 'CONTACTS', 'INTERACTIVE', 'TEMPLATE', 'REACTION', 'UNSUPPORTED'));
alter domain conversure.conversation_status add check (value in ('OPEN', 'PENDING', 'SNOOZED', 'CLOSED'));
alter domain conversure.opt_out_kind add check (value in ('word', 'provider', 'admin'));
alter domain conversure.attempt_witness add check (value in ('client', 'provider', 'relay', 'person'));
alter domain conversure.sending_side add check (value in ('client', 'relay'));
alter domain conversure.charged_count add check (value >= 0);

-- The place of a change in its company's feed is its key: one index where every change was written to two.
alter table conversure.change_feed drop constraint change_feed_pkey, add primary key (company_id, xid, seq);
drop index conversure.change_feed_of_company;

-- Another type takes a column's statistics with it, and autovacuum would not notice. Of a new store none were made, and to
-- count nothing would make the planner believe in empty tables.
do $$
begin
  if exists (select from conversure.messages) then
    analyze conversure.conversations, conversure.message_delivery_attempts, conversure.messages, conversure.opt_outs;
  end if;
end $$;
