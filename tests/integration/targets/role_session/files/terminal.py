# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command at a terminal of its own and type a reply to its prompt: terminal.py PROMPT REPLY COMMAND..."""

from __future__ import annotations

import os
import pty
import sys
import time

_SETTLE_SECONDS = 1.0


def run(prompt: bytes, reply: bytes, command: list[str]) -> int:
    """Run the command, type the reply once the prompt is shown, and return the exit code."""
    output = b""
    replied = False

    def read(terminal: int) -> bytes:
        nonlocal output, replied
        data = os.read(terminal, 4096)
        output += data
        if not replied and prompt in output:
            # What is typed before the program has set up the terminal is discarded.
            time.sleep(_SETTLE_SECONDS)
            os.write(terminal, reply + b"\r")
            replied = True
        return data

    return os.waitstatus_to_exitcode(pty.spawn(command, read))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]))
