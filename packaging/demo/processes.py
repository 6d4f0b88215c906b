# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes that never outlive the demo."""

import ctypes
import os
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """Something did not happen; the text says what, for a person."""


class Interrupted(BaseException):
    """A signal asked us to end."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Child:
    def __init__(self, name, process, log, patience):
        self.name = name
        self.process = process
        self.log = log
        self.patience = patience
        self.may_end = False

    @property
    def pid(self):
        return self.process.pid

    def last_words(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:]).rstrip()
        except OSError:
            return ""

    def end(self):
        """Asks politely, so that the relay can shut its PostgreSQL down in order; then insists."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                _signal_group(self.process.pid, signal.SIGKILL)
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


class Household:
    """Starts children, each in a session of its own, and ends them in reverse order.

    A child gets SIGTERM from the kernel when we die, however that happens. Whatever a child leaves behind becomes ours
    (we are the subreaper), so that "nothing is left" can be checked: nobody descends from us any more.
    """

    def __init__(self, logs):
        self._logs = logs
        self._children = []
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def start(self, name, command, environment=None, patience=5, **streams):
        """stdout and stderr go to a log file unless `streams` says otherwise."""
        log = os.path.join(self._logs, name + ".log")
        parent = os.getpid()

        def in_child():
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

        with open(log, "ab") as file:
            options = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": file, **streams}
            try:
                process = subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=in_child,
                                           restore_signals=True, **options)
            except OSError as error:
                raise Failure(f"{name} cannot be started: {error}") from error
        child = Child(name, process, log, patience)
        self._children.append(child)
        return child

    def check(self):
        """Fails when a child has ended that should be running."""
        for child in self._children:
            if not child.may_end and child.process.poll() is not None:
                raise Failure(f"{child.name} ended by itself ({_how_ended(child.process)}).\n{child.last_words()}")

    def end(self, child):
        child.end()
        self._children.remove(child)

    def end_all(self):
        """Ends everything. The answer is what could not be ended."""
        while self._children:
            self.end(self._children[-1])
        for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            if not _wait_for_nobody(seconds, number):
                continue
            return []
        return [_describe(pid) for pid in descendants()]


def descendants():
    """The processes that descend from us, zombies taken away."""
    _reap()
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                pass  # gone meanwhile
    found, wanted = [], {os.getpid()}
    while wanted:
        wanted = {pid for pid, parent in parents.items() if parent in wanted}
        found.extend(wanted)
    return found


def _wait_for_nobody(seconds, number):
    for pid in descendants():
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not descendants():
            return True
        time.sleep(0.02)
    return False


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        pass


def _signal_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def _describe(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return f"{pid} {file.read().replace(bytes(1), b' ').decode(errors='replace').strip()}"
    except OSError:
        return str(pid)


def _how_ended(process):
    code = process.returncode
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def interrupt_on_signals():
    """Ctrl-C, SIGTERM and a closed terminal end the demo through its normal clearing up."""

    def interrupt(number, _frame):
        ignore_signals()  # once is enough; clearing up must not be cut short
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def ignore_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
