# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds one element in a program's accessibility tree, as a screen reader would.

accessibility.py PID ROLE PREFIX [PART]: the first showing element of that role whose name begins with PREFIX and contains
PART, as JSON; "null" when there is none. A process of its own for each question: the library keeps what it has seen.
"""

import json
import sys

import pyatspi


def application_of(pid):
    for application in pyatspi.Registry.getDesktop(0):
        if application and application.get_process_id() == pid:
            return application
    return None


def find(node, role, prefix, part):
    waiting = [node] if node else []
    while waiting:
        node = waiting.pop(0)
        try:
            if node.getRoleName() == role and node.name.startswith(prefix) and part in node.name:
                if node.getState().contains(pyatspi.STATE_SHOWING):
                    return node
            waiting.extend(child for child in node if child)
        except (LookupError, RuntimeError, NotImplementedError):
            pass  # gone while we looked
    return None


def main():
    pid, role, prefix, *part = sys.argv[1:]
    node = find(application_of(int(pid)), role, prefix, part[0] if part else "")
    if node is None:
        print("null")
        return
    box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    print(json.dumps({"name": node.name, "x": box.x, "y": box.y, "width": box.width, "height": box.height}))


main()
