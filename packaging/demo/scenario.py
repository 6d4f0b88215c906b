# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One conversation from end to end, each step seen where it happens."""

import datetime
import os

from watching import literal, until

LEAD = "James Whitfield"
LEAD_WRITES = "One more thing: is the villa in The Springs still free from 12 January?"
AGENT_WRITES = "Good morning James, yes, it is. Shall we do a video viewing on Wednesday?"
LEAD_CLOSES = "Wednesday is fine, thank you. Talk to you then."
ARABIC_LEAD = "Omar Al Mansoori"
ARABIC_LEAD_CLOSES = "شكراً جزيلاً، بانتظار ردكم"


class Protocol:
    """Prints what was seen: when, where, what. Within a step by time, whichever place was looked at first."""

    def __init__(self):
        self.count = 0
        self._seen = []

    def step(self, title):
        self.finish()
        print(f"\n{title}", flush=True)

    def seen(self, at, place, what):
        self.count += 1
        self._seen.append((_moment(at), place, what))

    def finish(self):
        for moment, place, what in sorted(self._seen):
            print(f"  {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}  {place:<16}  {what}", flush=True)
        self._seen.clear()


class Scenario:
    """lead writes → agent opens → replies → sent → delivered → read → lead answers"""

    def __init__(self, household, agency, agent, store, client, protocol, pictures):
        self._household = household
        self._agency = agency
        self._agent = agent
        self._store = store
        self._client = client
        self._protocol = protocol
        self._pictures = pictures
        self._conversation = ""

    def play(self):
        try:
            self._play()
        finally:
            self._protocol.finish()

    def _play(self):
        self._inbox_is_there()
        self._lead_writes()
        self._agent_opens()
        message, provider_id = self._agent_replies()
        for status in ("sent", "delivered", "read"):
            self._status_arrives(message, provider_id, status)
        self._window_shows_it_read()
        self._lead_answers(message)

    def _until(self, what, attempt, seconds=20.0):
        return until(what, attempt, self._household, seconds)

    def _picture(self, name):
        if self._pictures:
            self._client.picture(os.path.join(self._pictures, name))

    def _inbox_is_there(self):
        leads = len(self._agency.script["leads"])
        self._protocol.step(f"The inbox fills: {leads} leads write")
        self._until(f"{leads} conversations in the client's trace", lambda: len(self._client.conversations()) >= leads, 90)
        self._protocol.seen(_now(), "client's trace", f"{len(self._client.conversations())} conversations")
        row = self._client.wait_for("list item", "")
        self._protocol.seen(_now(), "window", f"row “{row['name']}”")
        self._picture("scenario-1-inbox.png")

    def _lead_writes(self):
        self._protocol.step(f"{LEAD} writes: “{LEAD_WRITES}”")
        provider_id = self._agency.let_write(self._agency.lead_named(LEAD), LEAD_WRITES)
        line = self._until("the webhook in the sandbox's record",
                           lambda: self._agency.record.first(kind="delivered", what="message", message_id=provider_id))
        self._protocol.seen(line["at"], "sandbox's record", f"webhook answered {line['status']} by the relay")
        row = self._until("the message in the store", lambda: self._store.row(
            "select message_id, conversation_id, status, created_at from conversure.messages"
            f" where provider_message_id = {literal(provider_id)}"))
        self._conversation = row["conversation_id"]
        self._protocol.seen(row["created_at"], "store", f"message {row['message_id']} {row['status']}")
        rev = self._rev_with(row["message_id"])
        line = self._until("the conversation in the client's trace", lambda: next(
            (line for line in self._client.trace.read()
             if line["kind"] == "conversation" and line["id"] == self._conversation and line["rev"] >= rev), None))
        self._protocol.seen(line["at"], "client's trace", f"conversation {line['id']}, revision {line['rev']}")
        row = self._client.wait_for("list item", LEAD + ",", LEAD_WRITES[:30])
        self._protocol.seen(_now(), "window", f"row “{row['name']}”")
        self._picture("scenario-2-lead-wrote.png")

    def _agent_opens(self):
        self._protocol.step("The agent opens the conversation with a click")
        before = len(self._client.trace.read())
        self._client.click("list item", LEAD + ",")
        line = self._until("the read mark in the client's trace", lambda: next(
            (line for line in self._client.trace.read()[before:] if line["kind"] == "read_mark" and line["id"] == self._conversation), None))
        self._protocol.seen(line["at"], "client's trace", f"read mark of conversation {line['id']}")
        row = self._until("the read mark in the store", lambda: self._store.row(
            "select f.at, f.row->>'read_seq' as read_seq from conversure.change_feed f"
            f" where f.kind = 'read_mark' and f.row_id = {literal(self._conversation)} order by f.seq desc limit 1"))
        self._protocol.seen(row["at"], "store", f"read up to message {row['read_seq']} of the lead")
        bubble = self._client.wait_for("list item", LEAD + ":", LEAD_WRITES)
        self._protocol.seen(_now(), "window", f"message “{bubble['name']}”")
        self._picture("scenario-3-opened.png")

    def _agent_replies(self):
        self._protocol.step(f"The agent types “{AGENT_WRITES}” and presses Enter")
        self._client.click("text", "Message")
        self._client.type(AGENT_WRITES)
        self._picture("scenario-4-typed.png")
        self._client.press("Return")
        row = self._until("the reply in the store, counted and leased", lambda: self._feed_row("sending"))
        message = row["row_id"]
        self._protocol.seen(row["at"], "store", f"message {message} sending, quota reserved")
        line = self._until("the reply in the client's trace", lambda: self._client.trace.first(kind="message", id=message))
        self._protocol.seen(line["at"], "client's trace", f"message {message} {line['status']}")
        line = self._until("the client's call in the sandbox's record", self._accepted_call)
        self._protocol.seen(line["at"], "sandbox's record", f"POST {line['path']} answered {line['status']}: {line['message_id']}")
        return message, line["message_id"]

    def _status_arrives(self, message, provider_id, status):
        self._protocol.step(status.capitalize())
        line = self._until(f"the webhook “{status}” in the sandbox's record",
                           lambda: self._agency.record.first(kind="delivered", what=status, message_id=provider_id))
        self._protocol.seen(line["at"], "sandbox's record", f"webhook “{status}” answered {line['status']} by the relay")
        row = self._until(f"“{status}” in the store", lambda: self._feed_row(status))
        self._protocol.seen(row["at"], "store", f"message {message} {status}")
        line = self._until(f"“{status}” in the client's trace",
                           lambda: self._client.trace.first(kind="message", id=message, status=status))
        self._protocol.seen(line["at"], "client's trace", f"message {message} {status}")

    def _window_shows_it_read(self):
        bubble = self._client.wait_for("list item", self._agent + ":", ", read")
        self._protocol.seen(_now(), "window", f"message “{bubble['name']}”")
        self._picture("scenario-5-read.png")

    def _lead_answers(self, reply):
        self._protocol.step(f"{LEAD} answers")
        row = self._until("the lead's answer in the store", lambda: self._store.row(
            "select a.message_id, a.provider_message_id, a.body, a.created_at from conversure.messages a"
            " join conversure.messages r using (company_id, conversation_id)"
            f" where r.message_id = {literal(reply)} and a.direction = 'INBOUND' and a.created_at > r.created_at order by a.created_at limit 1"))
        self._protocol.seen(row["created_at"], "store", f"message {row['message_id']} received: “{row['body']}”")
        line = self._until("the webhook in the sandbox's record", lambda: self._agency.record.first(
            kind="delivered", what="message", message_id=row["provider_message_id"]))
        self._protocol.seen(line["at"], "sandbox's record", f"webhook answered {line['status']} by the relay")
        line = self._until("the answer in the client's trace", lambda: self._client.trace.first(kind="message", id=row["message_id"]))
        self._protocol.seen(line["at"], "client's trace", f"message {line['id']} {line['status']}")

    def _rev_with(self, message):
        """The revision of the conversation that the message made: a client that has it open nowhere hears only of that."""
        return self._store.row(
            "select min(c.rev) as rev from conversure.change_feed c join conversure.change_feed m using (company_id, xid)"
            f" where c.kind = 'conversation' and c.row_id = {literal(self._conversation)}"
            f" and m.kind = 'message' and m.row_id = {literal(message)}")["rev"]

    def _feed_row(self, status):
        """When the store said so: the row of the change feed, which is written in the transaction that makes the change."""
        return self._store.row(
            "select f.at, f.row_id from conversure.change_feed f"
            f" where f.kind = 'message' and f.conversation_id = {literal(self._conversation)}"
            f" and f.row->>'text' = {literal(AGENT_WRITES)} and f.row->>'status' = {literal(status)} order by f.seq limit 1")

    def _accepted_call(self):
        for line in self._agency.record.read():
            body = line.get("body")
            if line["kind"] == "request" and line["status"] == 200 and isinstance(body, dict) \
                    and isinstance(body.get("text"), dict) and body["text"].get("body") == AGENT_WRITES:
                return line
        return None


def gallery(open_client, agency, store, household, pictures):
    """The same inbox in both themes and both directions."""
    for language, lead, text in (("en", LEAD, LEAD_CLOSES), ("ar", ARABIC_LEAD, ARABIC_LEAD_CLOSES)):
        agency.let_write(agency.lead_named(lead), text)  # to the top of the list, where a click reaches the row
        row = until(f"the message of {lead} in the store", lambda: store.row(
            f"select conversation_id from conversure.messages where body = {literal(text)}"), household)
        for theme in ("light", "dark"):
            name = f"inbox-{theme}-{language}"
            client = open_client(name, language, theme)
            client.click("list item", lead)
            until("the messages in the client's trace", lambda: client.messages_of(row["conversation_id"]), household)
            client.picture(os.path.join(pictures, name + ".png"))
            client.end()


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def _moment(at):
    """A moment as one of the three wrote it, in local time."""
    return datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone()
