# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the steps side by side, tell of each in a line, and add up the verdict."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import processes
from checks import STEPS, Report, Workshop
from places import LOGS
from verdict import Counts

LANES = 2
_TAIL_LINES = 60


class Run:
    """One run of several steps: the queue the lanes take from, and what came of it."""

    def __init__(self, workshop: Workshop, names: Sequence[str]) -> None:
        self._workshop = workshop
        self._queue = deque(names)
        self._speak = threading.Lock()
        self.total = Counts()

    def work(self) -> None:
        """Take steps from the queue until there are none."""
        while True:
            try:
                name = self._queue.popleft()
            except IndexError:
                return
            report = self._run(name)
            if processes.is_ending():
                return
            self._tell(name, report)

    def _run(self, name: str) -> Report:
        log = _log(name)
        log.unlink(missing_ok=True)
        log.touch()
        started = time.monotonic()
        try:
            report = STEPS[name](self._workshop, log)
        except Exception as problem:  # A step that breaks is a failed one; the others still have their say.
            with log.open("a", encoding="utf-8") as output:
                output.write(f"ERROR: {type(problem).__name__}: {problem}\n")
            report = Report(Counts(failed=1), f"{type(problem).__name__}: {problem}".splitlines()[0])
        report.seconds = time.monotonic() - started
        return report

    def _tell(self, name: str, report: Report) -> None:
        counts = report.counts
        done = counts.passed or counts.skipped
        word = "FAILED" if counts.failed or not done else "ok"
        line = f"{word:6} {name:12} {report.seconds:5.0f} s  {counts.passed:4} passed"
        line += f", {counts.failed} failed" if counts.failed else ""
        line += f", {counts.skipped} skipped" if counts.skipped else ""
        line += f"  ({report.remark})" if report.remark else ""
        with self._speak:
            self.total += counts if counts.failed or done else Counts(failed=1)
            print(line, flush=True)
            if word == "FAILED":
                _print_end(_log(name))


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def _print_end(log: Path) -> None:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) > _TAIL_LINES:
        print(f"  | ... {len(lines) - _TAIL_LINES} lines more in {log}")
    for line in lines[-_TAIL_LINES:]:
        print(f"  | {line}")
    print(flush=True)


def run(workshop: Workshop, names: Sequence[str]) -> Counts:
    """Run the steps of these names and return the sum of their counts."""
    LOGS.mkdir(parents=True, exist_ok=True)
    current = Run(workshop, names)
    lanes = [threading.Thread(target=current.work, name=f"lane {number}", daemon=True) for number in range(LANES)]
    for lane in lanes:
        lane.start()
    try:
        for lane in lanes:
            lane.join()
    except BaseException:
        # The steps go before the services they use.
        processes.end_everything()
        raise
    return current.total
