-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
update sends set state = 'answered', answer = :answer where attempt_id = :attempt
