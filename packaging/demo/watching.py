# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the demo looks: files that get a JSON line for each event, and the store."""

import json
import os
import subprocess
import time
import urllib.parse

from processes import Failure


def until(what, attempt, household, seconds=20.0, pause=0.03):
    """Repeats `attempt` until it gives something; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = attempt()
        if found:
            return found
        household.check()
        if time.monotonic() > deadline:
            raise Failure(f"Not seen within {seconds:.0f} s: {what}")
        time.sleep(pause)


class JsonLines:
    """A file that another program appends to, one JSON object a line."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self._offset = 0
        self._rest = b""

    def read(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self._offset)
                new = file.read()
        except FileNotFoundError:
            return self.lines
        self._offset += len(new)
        *whole, self._rest = (self._rest + new).split(b"\n")
        self.lines.extend(json.loads(line) for line in whole if line)
        return self.lines

    def first(self, **wanted):
        """The first line that has all these members."""
        return next((line for line in self.read() if all(line.get(key) == value for key, value in wanted.items())), None)


class Store:
    """Reads the store through one psql, as its administrator; never writes."""

    def __init__(self, household, url):
        parts = urllib.parse.urlsplit(url)
        query = urllib.parse.parse_qs(parts.query)
        # In the environment, as a command line can be read by others.
        environment = dict(os.environ, PGUSER=parts.username, PGPASSWORD=urllib.parse.unquote(parts.password),
                           PGHOST=query["host"][0], PGDATABASE=parts.path.lstrip("/"), PGAPPNAME="conversure demo",
                           PGOPTIONS="-c default_transaction_read_only=on")
        self._child = household.start("psql", ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], environment,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def rows(self, query):
        pipe = self._child.process
        try:
            pipe.stdin.write(f"select coalesce(json_agg(t), '[]')::jsonb from ({query}) t;\n".encode())
            pipe.stdin.flush()
        except BrokenPipeError:
            pass
        answer = pipe.stdout.readline()
        if not answer:
            raise Failure(f"The store could not be read.\n{self._child.last_words()}")
        return json.loads(answer)

    def row(self, query):
        rows = self.rows(query)
        return rows[0] if rows else None


def literal(text):
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
