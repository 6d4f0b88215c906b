# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo company: a store, a relay, people, numbers, and simulated leads."""

import json
import os
import secrets
import socket
import subprocess
import urllib.parse
import urllib.request

from processes import Failure
from watching import JsonLines, until

COMPANY = "Marina Homes"
PEOPLE = [
    ("agent1@marina-homes.example", "Noura Al Suwaidi", "AGENT"),
    ("agent2@marina-homes.example", "Daniel Reyes", "AGENT"),
    ("agent3@marina-homes.example", "Yulia Orlova", "AGENT"),
    ("admin@marina-homes.example", "Hassan Qureshi", "COMPANY_ADMIN"),
]
LABELS = ["Sales", "Leasing"]


class Agency:
    """Everything but the client."""

    def __init__(self, household, programs, script, folder):
        self._household = household
        self._programs = programs
        self._script_path = script
        self._folder = folder
        self._state = os.path.join(folder, "relay")
        with open(script, encoding="utf-8") as file:
            self.script = json.load(file)
        self.passwords = {}
        self.record = JsonLines(os.path.join(folder, "sandbox-record.jsonl"))
        self.urls = {}
        self.live = ""
        self._sandbox_url = ""

    def open(self):
        http = self._start_relay()
        company = self._relay("create-company", "--name", COMPANY, "--time-zone", "Asia/Dubai")["company_id"]
        for email, name, role in PEOPLE:
            self.passwords[email] = secrets.token_urlsafe(15)
            self._relay("create-user", "--company", company, "--email", email, "--name", name, "--role", role,
                        "--password-stdin", given=self.passwords[email] + "\n")
        # A delivery for an unknown number is dropped, so the numbers are there before the first lead writes.
        port = _free_port()
        self._sandbox_url = f"http://127.0.0.1:{port}"
        for label, number in zip(LABELS, self.script["numbers"]):
            self._add_number(company, label, number)
        self._start_sandbox(port, http)

    def _start_relay(self):
        os.mkdir(self._state)
        # The private PostgreSQL of root runs as another user, who must get through to its own folder.
        os.chmod(self._state, 0o711 if os.geteuid() == 0 else 0o700)
        relay = self._household.start(
            "relay", [self._programs["conversure-relay"], "serve", "--private", "--listen", "127.0.0.1:0", "--state-dir", self._state],
            _environment(), patience=25, stdout=subprocess.PIPE)
        ready = self._ready_line(relay, 90)
        with open(os.path.join(self._state, "connection.json"), encoding="utf-8") as file:
            self.urls = json.load(file)
        self.live = ready["live"]
        return ready["http"]

    def _start_sandbox(self, port, relay_http):
        sandbox = self._household.start(
            "sandbox", [self._programs["conversure-sandbox"], "serve", "--listen", f"127.0.0.1:{port}", "--deliver-to",
                        relay_http + "/api/webhooks/whatsapp", "--record", self.record.path, "--script", self._script_path],
            _environment(), stdout=subprocess.PIPE)
        self._ready_line(sandbox, 20)

    def _ready_line(self, child, seconds):
        os.set_blocking(child.process.stdout.fileno(), False)
        collected = b""

        def read():
            nonlocal collected
            collected += child.process.stdout.read() or b""
            return collected if b"\n" in collected else None

        line = until(f"{child.name} says that it is ready", read, self._household, seconds)
        return json.loads(line.split(b"\n")[0])

    def _relay(self, command, *arguments, given=""):
        """One command of the relay that ends by itself."""
        # The URL holds a password: in the environment, as a command line can be read by others.
        environment = dict(_environment(), DATABASE_URL=self.urls["relay"])
        done = subprocess.run([self._programs["conversure-relay"], command, "--json", "--state-dir", self._state, *arguments],
                              input=given, capture_output=True, text=True, env=environment, timeout=60, check=False,
                              start_new_session=True)
        if done.returncode != 0:
            raise Failure(f"conversure-relay {command} failed: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def _add_number(self, company, label, number):
        settings = {key: number[key] for key in ("phone_number_id", "waba_id", "access_token", "app_secret", "verify_token")}
        settings["api_base_url"] = self._sandbox_url
        pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        self._relay("add-number", "--company", company, "--number", "+" + number["display_phone_number"], "--label", label,
                    "--provider", "meta", *pairs)

    def lead_named(self, name):
        return next(lead for lead in self.script["leads"] if lead["name"] == name)

    def let_write(self, lead, text):
        """Makes a lead write now. The answer is the provider's id of the message."""
        order = {"number": lead["number"], "wa_id": lead["wa_id"], "name": lead["name"], "text": text}
        request = urllib.request.Request(self._sandbox_url + "/_sandbox/inbound", json.dumps(order).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["message_id"]


def socket_folder(urls):
    """Where the private PostgreSQL has its socket: outside of our folder, as such a path must be short."""
    return urllib.parse.parse_qs(urllib.parse.urlsplit(urls["admin"]).query)["host"][0]


def _environment():
    """Without what could point the relay at another store."""
    return {key: value for key, value in os.environ.items()
            if not key.startswith(("PG", "CONVERSURE_", "DATABASE_", "WHATSAPP_", "BITRIX_"))}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
