# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many checks a session passed and failed, read from what its commands print, and the file that it is saved in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from paths import RESULTS

_PYTEST_SUMMARY = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in \d[\d.:]*\s?s", re.MULTILINE)
_PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
_COVERAGE = re.compile(r"^TOTAL\s.*\s(\d[\d.]*%)$", re.MULTILINE)
_COVERAGE_FAILED = re.compile(r"^.*(?:Required test coverage .* not reached|Coverage failure:).*$", re.MULTILINE)
_ANSIBLE_TEST_STARTED = re.compile(r"^Running (?:sanity test |\S+ integration test (?:role|script)\b)", re.MULTILINE)
_ANSIBLE_TEST_FAILED = re.compile(r"^FATAL: The (\d+) \w+ test\(s\) listed below", re.MULTILINE)
_IMPORTS = re.compile(r"^(\d+) imported, (\d+) failed$", re.MULTILINE)
_COMPLAINT = re.compile(r"^(?:ERROR|WARNING|CRITICAL).*$", re.MULTILINE)
_SILENT_GAP = re.compile(
    r"^.*(?:Required program|All targets skipped|Excluding .*tests |No targets? (?:remain|found|selected)|no tests ran"
    r"|nothing to test|Skipping .*(?:because .*not (?:found|installed)|due to missing|checks since )).*$",
    re.IGNORECASE | re.MULTILINE,
)
_DEPRECATION = re.compile(r"^.*\[DEPRECATION WARNING\].*$", re.MULTILINE)


class CheckError(Exception):
    """A check has failed. The text says why."""


@dataclass(frozen=True)
class Result:
    """How many checks passed, failed and were skipped, in how many seconds, and what there is to say about them.

    cpu_seconds: those in which a processor was busy with them, whatever else the machine had to do.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    remark: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: Result) -> Result:
        return Result(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            "; ".join(remark for remark in (self.remark, other.remark) if remark),
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
        )

    @property
    def good(self) -> bool:
        """Whether something was checked and all of it passed: a run of nothing is a failure."""
        return self.passed > 0 and self.failed == 0

    def line(self, name: str) -> str:
        """Return the line that tells people of this result."""
        line = f"{'ok' if self.good else 'FAILED':6} {name:21} {self.seconds:4.0f} s"
        line += f" {self.cpu_seconds:5.0f} s of CPU" if self.cpu_seconds else ""
        line += f"  {self.passed:4} passed"
        line += f", {self.failed} failed" if self.failed else ""
        line += f", {self.skipped} skipped" if self.skipped else ""
        return line + (f"  ({self.remark})" if self.remark else "")


MISSING = Result(failed=1, remark="it left no result")

Counter = Callable[[bool, str], Result]


def one(succeeded: bool, _output: str) -> Result:
    """Count a command as one check."""
    return Result(passed=1) if succeeded else Result(failed=1)


def importer(succeeded: bool, output: str) -> Result:
    """Count a run of galaxy-importer as one check, failed if it complains of anything."""
    return one(succeeded and not _COMPLAINT.search(output), output)


def _counted(succeeded: bool, passed: int, failed: int, skipped: int = 0) -> Result:
    """Make a failure of a command that failed without naming one, or that checked nothing."""
    if not failed and (not succeeded or not passed):
        failed = 1
    return Result(passed, failed, skipped)


def pytest(succeeded: bool, output: str) -> Result:
    """Count the tests of a pytest run by its summary lines, and remark on its coverage."""
    totals = dict.fromkeys(("passed", "failed", "error", "skipped", "xfailed", "xpassed"), 0)
    for summary in _PYTEST_SUMMARY.findall(output):
        for number, word in _PYTEST_COUNT.findall(summary):
            totals["error" if word == "errors" else word] += int(number)
    failed = totals["failed"] + totals["error"] + totals["xpassed"]
    result = _counted(succeeded, totals["passed"], failed, totals["skipped"] + totals["xfailed"])
    if missed := _COVERAGE_FAILED.search(output):
        return replace(result, remark=missed.group(0).strip())
    covered = _COVERAGE.search(output)
    return replace(result, remark=f"coverage {covered.group(1)}" if covered else "")


def ansible_test(succeeded: bool, output: str) -> Result:
    """Count the sanity tests or integration targets of an ansible-test run."""
    started = len(_ANSIBLE_TEST_STARTED.findall(output))
    failed = sum(int(number) for number in _ANSIBLE_TEST_FAILED.findall(output))
    if not failed and (not succeeded or not started):
        failed = 1
    return Result(max(started - failed, 0), failed)


def imports(succeeded: bool, output: str) -> Result:
    """Count the modules that import_all.py imported and those it could not."""
    summary = _IMPORTS.search(output)
    passed, failed = (int(number) for number in summary.groups()) if summary else (0, 0)
    return _counted(succeeded, passed, failed)


def silent_gap(output: str) -> str | None:
    """Return the line in which a tool says that it left something out although it ended well, or None."""
    found = _SILENT_GAP.search(output)
    return found.group(0).strip() if found else None


def deprecation(output: str) -> str | None:
    """Return the first line in which Ansible warns of what will no longer work, or None."""
    found = _DEPRECATION.search(output)
    return found.group(0).strip() if found else None


def judge(succeeded: bool, output: str, count: Counter) -> Result:
    """Count the checks of a command; a silent gap or a deprecation is a failure whatever the exit code."""
    result = count(succeeded, output)
    if result.failed:
        return result
    if gap := silent_gap(output):
        return replace(result, failed=1, remark=f"left out: {gap}")
    if warning := deprecation(output):
        return replace(result, failed=1, remark=warning)
    return result


def clear(names: Iterable[str]) -> None:
    """Remove the results of earlier runs of these sessions."""
    for name in names:
        (RESULTS / f"{name}.json").unlink(missing_ok=True)


def save(name: str, result: Result) -> None:
    """Write the result of a session."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(asdict(result)), encoding="utf-8")


def load(name: str) -> Result:
    """Return the result that a session has saved; one that has saved none has failed."""
    try:
        return Result(**json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return MISSING


def total(results: Iterable[Result]) -> Result:
    """Add results up; those that checked nothing are failures."""
    return sum((result if result.good or result.failed else result + Result(failed=1) for result in results), Result())
