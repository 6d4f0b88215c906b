-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- By itself and in ASCII: in another encoding the letters of probe_text could not even be asked about.
select current_setting('server_encoding')
