-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- All statements about keys of the company, and of whom a new data key must be given to: active members and others whose
-- keys are signed.
select
  (select coalesce(jsonb_agg(k.statement), '[]') from conversure.statement_rows k where k.company_id = (select conversure.my_company())),
  (select coalesce(jsonb_agg(jsonb_build_object('kind', k.subject_kind, 'id', k.subject_id)), '[]')
   from conversure.statement_rows k
   where k.company_id = (select conversure.my_company()) and k.retired_at is null
     and (k.subject_kind <> 'user' or exists (
       select from conversure.users u where u.company_id = k.company_id and u.user_id = k.subject_id and u.active)))
