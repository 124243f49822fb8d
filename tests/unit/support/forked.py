# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes forked off a test: they start together, report to the test, and are gone when it ends."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Work = Callable[[Callable[[str], None]], None]
"""What a child does. It is given a function that reports a string to the test."""


class Child:
    """A process that does some work as soon as its gate is opened, or at once if it has no gate."""

    def __init__(self, work: Work, gate: tuple[int, int] | None = None) -> None:
        self._ended: int | None = None
        self._told, tell = os.pipe()
        with warnings.catch_warnings():
            # The test's process may have threads; the child needs none of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            _do(work, gate, tell)
        os.close(tell)

    def tells(self) -> str:
        """Return the next string that it reports, or an empty one if it has ended."""
        length = os.read(self._told, 6)
        return os.read(self._told, int(length)).decode() if length else ""

    def kill(self) -> int:
        """End it as a power failure would, if it is still running, and return how it ended."""
        if self._ended is None:
            os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; return 0, or minus the signal that killed it, or 1 for an exception."""
        if self._ended is None:
            os.close(self._told)
            _pid, status = os.waitpid(self.pid, 0)
            self._ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return self._ended


def _do(work: Work, gate: tuple[int, int] | None, tell: int) -> None:
    status = 1
    try:
        if gate:
            os.close(gate[1])
            os.read(gate[0], 1)
        work(lambda text: _tell(tell, text))
        status = 0
    finally:
        # Without the test's clean-up and its report, which are for the parent to do.
        os._exit(status)


def _tell(descriptor: int, text: str) -> None:
    data = text.encode()
    os.write(descriptor, f"{len(data):6}".encode() + data)


@contextmanager
def child(work: Work) -> Iterator[Child]:
    """Start a child, and kill it at the end of the block."""
    process = Child(work)
    try:
        yield process
    finally:
        process.kill()


class Crowd:
    """Many children that wait at the same gate."""

    def __init__(self, count: int, work: Work) -> None:
        self._gate = os.pipe()
        self.children = [Child(work, self._gate) for _number in range(count)]
        os.close(self._gate[0])

    def release(self) -> None:
        """Let them all begin."""
        os.close(self._gate[1])

    def tell(self) -> list[str]:
        """Return what each reports next, and check that all of them end without an error."""
        told = [process.tells() for process in self.children]
        assert {process.wait() for process in self.children} == {0}
        return told


@contextmanager
def crowd(count: int, work: Work) -> Iterator[Crowd]:
    """Start a crowd, and kill what is left of it at the end of the block."""
    many = Crowd(count, work)
    try:
        yield many
    finally:
        for process in many.children:
            process.kill()
