# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversure with a demo company. Started by `./dev demo`."""

import argparse
import os
import shutil
import sys
import tempfile

import agency
import desktop
import processes
import scenario
from processes import Failure
from watching import Store, until

AGENT = agency.PEOPLE[0][0]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = ("conversure", "conversure-relay", "conversure-sandbox")


def arguments():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="without a window on this display: play one scenario and check each step")
    parser.add_argument("--screenshots", metavar="DIR", help="headless: where pictures of the window go")
    parser.add_argument("--keep", action="store_true", help="leave the folder with store, logs and traces")
    parser.add_argument("--language", metavar="LANGUAGE", help="with a window: en, ar or ru; else the desktop's")
    parser.add_argument("--theme", metavar="THEME", help="with a window: light, dark or auto")
    parser.add_argument("--bin", default=os.path.join(ROOT, "build", "dev", "bin"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.headless = given.headless or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    given.programs = {name: os.path.join(os.path.abspath(given.bin), name) for name in PROGRAMS}
    if given.screenshots:
        given.screenshots = os.path.abspath(given.screenshots)
        os.makedirs(given.screenshots, exist_ok=True)
    return given


def client_command(given, house, language=None, theme=None):
    command = [given.programs["conversure"], "--database", house.urls["door"], "--relay", house.live, "--email", AGENT, "--password-stdin"]
    for option, value in (("--language", language), ("--theme", theme)):
        if value:
            command += [option, value]
    return command


def run_headless(given, household, house, folder):
    screen = desktop.Desktop(household, os.path.join(folder, "desktop"))
    screen.open()
    store = Store(household, house.urls["admin"])

    def open_client(name, language="en", theme="light"):
        return desktop.Client(screen, name, client_command(given, house, language, theme), house.passwords[AGENT],
                              os.path.join(folder, name))

    try:
        play_scenario(given, household, house, store, open_client)
    except Failure:
        if given.screenshots:
            screen.picture(os.path.join(given.screenshots, "failure.png"))
        raise


def play_scenario(given, household, house, store, open_client):
    client = open_client("client")
    protocol = scenario.Protocol()
    scenario.Scenario(household, house, agency.PEOPLE[0][1], store, client, protocol, given.screenshots).play()
    client.end()
    if given.screenshots:
        print("\nPictures in both themes, in English and Arabic", flush=True)
        scenario.gallery(open_client, house, store, household, given.screenshots)
        print(f"  {given.screenshots}")
    print(f"\nEvery step was seen: {protocol.count} observations.", flush=True)


def run_with_window(given, household, house, folder):
    accounts = os.path.join(folder, "accounts.txt")
    with open(os.open(accounts, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{email}  {house.passwords[email]}  {role}\n" for email, _, role in agency.PEOPLE)
    own = {"CONVERSURE_KEYCHAIN": "off",
           "CONVERSURE_DATA_DIR": os.path.join(folder, "client"), "CONVERSURE_TRACE": os.path.join(folder, "trace.jsonl")}
    client = desktop.start_client(household, "client", client_command(given, house, given.language, given.theme),
                                  house.passwords[AGENT], {**os.environ, **own})
    client.may_end = True
    print(f"Signed in as {AGENT}. Leads write every now and then and answer what you send.\n"
          f"The other accounts are in {accounts}. Close the window or press Ctrl-C to end.", flush=True)
    until("the end of the client", lambda: client.process.poll() is not None, household, float("inf"), 0.2)
    if client.process.returncode != 0:
        raise Failure(f"The client failed (exit code {client.process.returncode}).\n{client.last_words()}")


def run(given, household, folder):
    for name, path in given.programs.items():
        if not os.access(path, os.X_OK):
            raise Failure(f"{path} is missing. ./dev build makes {name}.")
    house = agency.Agency(household, given.programs, os.path.join(ROOT, "resources", "demo", "script.json"), folder)
    try:
        print("Starting a private PostgreSQL, the relay and the demo company…", flush=True)
        house.open()
        (run_headless if given.headless else run_with_window)(given, household, house, folder)
    finally:
        processes.ignore_signals()
        left = household.end_all()
        if house.urls:
            _remove_empty(agency.socket_folder(house.urls))
        if left:
            print("Still running: " + "; ".join(left), file=sys.stderr)
            raise Failure("Some processes could not be ended.")
        print("All processes have ended.", flush=True)


def save_logs(given, folder):
    """After a failure: what the programs said, beside the pictures."""
    if not given.screenshots:
        return
    target = os.path.join(given.screenshots, "logs")
    os.makedirs(target, exist_ok=True)
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".log", ".jsonl")) and os.path.isfile(os.path.join(place, name)):
                shutil.copy(os.path.join(place, name), os.path.join(target, os.path.basename(place) + "-" + name))


def _remove_empty(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal that cannot show Arabic still gets everything else
    given = arguments()
    processes.interrupt_on_signals()
    folder = tempfile.mkdtemp(prefix="conversure-demo-", dir="/tmp")
    # Whoever runs PostgreSQL for root must get through; nobody else can list or read.
    os.chmod(folder, 0o711 if os.geteuid() == 0 else 0o700)
    logs = os.path.join(folder, "logs")
    os.mkdir(logs, 0o700)
    code = 1
    try:
        run(given, processes.Household(logs), folder)
        code = 0
    except processes.Interrupted as interruption:
        print(f"Ended by {interruption}.", file=sys.stderr)
        code = interruption.exit_code
    except Failure as failure:
        print(f"\nThe demo failed. {failure}", file=sys.stderr)
        save_logs(given, folder)
    finally:
        processes.ignore_signals()
        if given.keep:
            print(f"Kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return code


sys.exit(main())
