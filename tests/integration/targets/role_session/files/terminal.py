# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command at a terminal of its own and answer its question: terminal.py QUESTION ANSWER COMMAND..."""

from __future__ import annotations

import os
import pty
import sys
import time

_SETTLE_SECONDS = 1.0


def run(question: bytes, answer: bytes, command: list[str]) -> int:
    """Run the command, type the answer once the question has been asked, and return the exit code."""
    said = b""
    answered = False

    def read(terminal: int) -> bytes:
        nonlocal said, answered
        data = os.read(terminal, 4096)
        said += data
        if not answered and question in said:
            # What is typed before the program has made the terminal ready is thrown away.
            time.sleep(_SETTLE_SECONDS)
            os.write(terminal, answer + b"\r")
            answered = True
        return data

    return os.waitstatus_to_exitcode(pty.spawn(command, read))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]))
