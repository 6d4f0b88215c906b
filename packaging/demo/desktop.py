# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop without a screen, and a client on it that is driven with real keys and a real pointer."""

import json
import os
import subprocess
import sys
import time

from processes import Failure
from watching import JsonLines, until

SCREEN = "1440x900x24"
WINDOW = (1280, 800)
CORNER = (1439, 899)  # where the pointer rests while a picture is taken


class Desktop:
    """Xvfb, a window manager and a session bus, with a home of their own."""

    def __init__(self, household, folder):
        self.household = household
        self.environment = {**_plain_environment(), **_homes(folder)}
        self._log = os.path.join(folder, "tools.log")

    def open(self):
        self.environment["DISPLAY"] = ":" + self._announced(
            "xvfb", lambda fd: ["Xvfb", "-displayfd", str(fd), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset", "-dpi", "96"])
        # Its socket lies with the rest of us, not in a folder that others may tidy up.
        bus = "unix:path=" + os.path.join(self.environment["XDG_RUNTIME_DIR"], "bus")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._announced(
            "dbus", lambda fd: ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}", f"--print-address={fd}"])
        self.household.start("openbox", ["openbox", "--sm-disable"], self.environment)
        until("a window manager", lambda: "window id" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), self.household)

    def _announced(self, name, command):
        """Starts a server that writes where it is to a descriptor."""
        reading, writing = os.pipe()
        try:
            self.household.start(name, command(writing), self.environment, pass_fds=(writing,))
        finally:
            os.close(writing)
        os.set_blocking(reading, False)
        collected = b""

        def read():
            nonlocal collected
            try:
                collected += os.read(reading, 4096)
            except BlockingIOError:
                return None
            return collected if b"\n" in collected else None

        try:
            return until(f"{name} says where it is", read, self.household).decode().strip()
        finally:
            os.close(reading)

    def run(self, *command, seconds=20):
        """A tool that ends by itself: what it prints. What it complains about is in the log."""
        try:
            with open(self._log, "ab") as log:
                done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                      timeout=seconds, check=False, start_new_session=True)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{command[0]} did not end within {seconds} s.") from error
        return done.stdout.decode(errors="replace").strip()

    def picture(self, path, window="root"):
        # Without the time of day in it, so that two pictures of the same thing are the same file.
        self.run("import", "-window", window, "-strip", "-define", "png:exclude-chunks=date,time", path)

    def pointer_to(self, x, y):
        self.run("xdotool", "mousemove", str(x), str(y))


class Client:
    """One run of the client: its window, its trace, its accessibility tree."""

    def __init__(self, desktop, name, command, password, folder, environment=None):
        os.mkdir(folder, 0o700)
        self._desktop = desktop
        self.trace = JsonLines(os.path.join(folder, "trace.jsonl"))
        own = {"CONVERSURE_KEYCHAIN": "off",
               "CONVERSURE_DATA_DIR": os.path.join(folder, "data"), "CONVERSURE_TRACE": self.trace.path}
        self.child = start_client(desktop.household, name, command, password, {**desktop.environment, **own, **(environment or {})})
        self.window = until("the client's window", self._find_window, desktop.household, 30)
        desktop.run("xdotool", "windowactivate", "--sync", self.window)
        desktop.run("xdotool", "windowsize", self.window, *map(str, WINDOW))
        desktop.run("xdotool", "windowmove", self.window, "40", "40")
        desktop.pointer_to(*CORNER)

    def _find_window(self):
        found = self._desktop.run("xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.child.pid), "--name", "Conversure")
        return found.split("\n")[0] if found else None

    def end(self):
        self._desktop.household.end(self.child)

    def conversations(self):
        return {line["id"] for line in self.trace.read() if line["kind"] == "conversation"}

    def messages_of(self, conversation):
        return [line for line in self.trace.read() if line["kind"] == "message" and line.get("conversation_id") == conversation]

    def element(self, role, prefix, part=""):
        """What a screen reader is told; None when there is no such element."""
        helper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "accessibility.py")
        answer = self._desktop.run(sys.executable, "-B", helper, str(self.child.pid), role, prefix, part)
        return json.loads(answer) if answer else None

    def wait_for(self, role, prefix, part=""):
        return until(f"on the screen: {role} “{prefix}…{part}”", lambda: self.element(role, prefix, part), self._desktop.household)

    def click(self, role, prefix, part=""):
        """Goes there first, as a list keeps its order while the pointer moves over it, then looks again and clicks."""
        for last in (False, True):
            box = self.wait_for(role, prefix, part)
            self._desktop.pointer_to(box["x"] + min(box["width"] // 2, 160), box["y"] + box["height"] // 2 + int(last))
        self._desktop.run("xdotool", "click", "1")

    def type(self, text):
        self._desktop.run("xdotool", "type", "--delay", "15", text, seconds=60)

    def press(self, key):
        self._desktop.run("xdotool", "key", key)

    def picture(self, path):
        """Taken when the window has come to rest: two pictures in a row are the same."""
        self._desktop.pointer_to(*CORNER)
        before = b""
        for _ in range(12):
            time.sleep(0.15)
            now = self._capture(path)
            if now == before:
                break
            before = now
        if not before:
            raise Failure(f"No picture could be taken of the window ({path}).")

    def _capture(self, path):
        self._desktop.picture(path, self.window)
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""


def start_client(household, name, command, password, environment):
    child = household.start(name, command, environment, stdin=subprocess.PIPE)
    try:
        child.process.stdin.write(password.encode() + b"\n")
        child.process.stdin.close()
    except BrokenPipeError:
        household.check()
    return child


def _plain_environment():
    """Of the caller's environment only what does not change how the client looks."""
    keep = {key: os.environ[key] for key in ("PATH", "TZ", "USER", "LOGNAME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
            if key in os.environ}
    return {**keep, "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "NO_AT_BRIDGE": "0"}


def _homes(folder):
    homes = {"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "home/config", "XDG_DATA_HOME": "home/data",
             "XDG_CACHE_HOME": "home/cache", "XDG_STATE_HOME": "home/state"}
    for place in homes.values():
        os.makedirs(os.path.join(folder, place), 0o700, exist_ok=True)
    return {name: os.path.join(folder, place) for name, place in homes.items()}
