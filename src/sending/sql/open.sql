-- SPDX-FileCopyrightText: Conversure contributors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- FULL, because in WAL mode NORMAL leaves the last commits to the system's own time, and "posting" must be on the disk
-- before the first byte leaves.
pragma journal_mode = wal;
pragma synchronous = full;
pragma busy_timeout = 2000;
