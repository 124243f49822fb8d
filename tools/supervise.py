# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command and leave none of its processes behind, however it ends: `supervise.py COMMAND...`."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 5.0


class Interrupted(BaseException):
    """The run was told to end. `signal_number` says by what."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


def _interrupt(signal_number: int, _frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Interrupted(signal_number)


def _end_everything() -> None:
    """End all descendants of this process: first asking, then by force."""
    children = psutil.Process().children(recursive=True)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.terminate()
    psutil.wait_procs(children, timeout=_GRACE_SECONDS)
    # Anew, since one that was asked to end may have started others.
    children = psutil.Process().children(recursive=True)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(children, timeout=_GRACE_SECONDS)


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Turn the signals that end a run into `Interrupted`, and end all child processes when the block is left."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    if sys.platform == "linux":
        # Become the parent of whatever a child leaves running, so that it can be found.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        _end_everything()


def run(command: Sequence[str], variables: dict[str, str] | None = None, limit_seconds: float | None = None) -> int:
    """Run a command to its end and return its exit code: 124 if it took too long, 128 and the signal if interrupted."""
    try:
        with nothing_left_behind():
            return subprocess.Popen(command, env=variables).wait(limit_seconds)
    except subprocess.TimeoutExpired:
        print(f"Ended after {limit_seconds:g} seconds.", file=sys.stderr)
        return 124
    except Interrupted as interruption:
        print(f"\nEnded by {interruption}.", file=sys.stderr)
        return 128 + interruption.signal_number


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
