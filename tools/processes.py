# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start programs, and leave none of them behind, however the run ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 5.0

_ENDING = threading.Event()


class Interrupted(BaseException):
    """The run was told to end. `signal_number` says by what."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


def _interrupt(signal_number: int, _frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Interrupted(signal_number)


def _adopt_orphans() -> None:
    """Become the parent of whatever a child leaves running, so that it can be found and ended (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _parents() -> dict[int, int]:
    """Return the parent of every process, by process id."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The second field is the program's name in brackets, which may hold blanks.
            fields = entry.read_text(errors="replace").rpartition(")")[2].split()
            parents[int(entry.parent.name)] = int(fields[1])
    return parents


def descendants(ancestor: int) -> list[int]:
    """Return the ids of all processes below one."""
    parents = _parents()
    found = [ancestor]
    for known in found:
        found += [process for process, parent in parents.items() if parent == known and process not in found]
    return found[1:]


def _signal_all(processes: Sequence[int], signal_number: int) -> None:
    for process in processes:
        with suppress(OSError):
            os.kill(process, signal_number)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def end_everything() -> None:
    """End all that this run started and has not ended yet: first asking, then by force."""
    _ENDING.set()
    _signal_all(descendants(os.getpid()), signal.SIGTERM)
    limit = time.monotonic() + _GRACE_SECONDS
    while descendants(os.getpid()) and time.monotonic() < limit:
        _reap()
        time.sleep(0.05)
    _signal_all(descendants(os.getpid()), signal.SIGKILL)
    _reap()


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Turn the signals that end a run into `Interrupted`, and end all child processes when the block is left."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    _adopt_orphans()
    try:
        yield
    finally:
        end_everything()


def is_ending() -> bool:
    """Return whether the run is ending, so that nothing more is to be started."""
    return _ENDING.is_set()


def start(
    command: Sequence[str | Path], output: IO[bytes] | int, variables: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Start a program out of reach of the terminal's signals, with both its outputs going to one place.

    Raises RuntimeError once the run is ending: a lane that is still at work must not start anything then.
    """
    if is_ending():
        raise RuntimeError("the run is ending")
    return subprocess.Popen(
        list(map(str, command)),
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def run_logged(
    command: Sequence[str | Path],
    log: Path,
    variables: Mapping[str, str],
    folder: Path,
    limit_seconds: float,
) -> int:
    """Run a command, append its output to a log, and return its exit code (124 where it took too long)."""
    with log.open("ab") as output:
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        process = start(command, output, variables, folder)
        try:
            return process.wait(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            _signal_all([*descendants(process.pid), process.pid], signal.SIGKILL)
            process.wait()
            output.write(f"ERROR: ended after {limit_seconds:.0f} seconds\n".encode())
            return 124
