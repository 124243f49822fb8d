# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tool's output amounts to: how many checks passed, failed and were skipped, and whether some were left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PYTEST_SUMMARY = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in \d[\d.:]*\s?s", re.MULTILINE)
_PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
_ANSIBLE_TEST_STARTED = re.compile(r"^Running (?:sanity test |\S+ integration test (?:role|script)\b)", re.MULTILINE)
_ANSIBLE_TEST_FAILED = re.compile(r"^FATAL: The (\d+) \w+ test\(s\) listed below", re.MULTILINE)
_IMPORTS = re.compile(r"^(\d+) imported, (\d+) failed$", re.MULTILINE)
_SILENT_GAP = re.compile(
    r"^.*(?:Required program|All targets skipped|No targets? (?:remain|found|selected)|no tests ran|nothing to test"
    r"|Skipping .*because .*not (?:found|installed)).*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Counts:
    """How many checks passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def one(exit_code: int, _output: str) -> Counts:
    """Count a command as one check: passed where it ended with 0."""
    return Counts(passed=1) if exit_code == 0 else Counts(failed=1)


def pytest(exit_code: int, output: str) -> Counts:
    """Count the tests of a pytest run by its summary lines. A run that failed without one is one failure."""
    totals = {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "xfailed": 0, "xpassed": 0}
    for summary in _PYTEST_SUMMARY.findall(output):
        for number, word in _PYTEST_COUNT.findall(summary):
            totals["error" if word == "errors" else word] += int(number)
    failed = totals["failed"] + totals["error"] + totals["xpassed"]
    passed = totals["passed"]
    if not failed and (exit_code != 0 or not passed):
        failed = 1
    return Counts(passed, failed, totals["skipped"] + totals["xfailed"])


def ansible_test(exit_code: int, output: str) -> Counts:
    """Count the sanity tests or integration targets of an ansible-test run."""
    started = len(_ANSIBLE_TEST_STARTED.findall(output))
    failed = sum(int(number) for number in _ANSIBLE_TEST_FAILED.findall(output))
    if not failed and (exit_code != 0 or not started):
        failed = 1
    return Counts(max(started - failed, 0), failed)


def imports(exit_code: int, output: str) -> Counts:
    """Count the modules that import_all.py imported and those it could not."""
    summary = _IMPORTS.search(output)
    passed, failed = (int(number) for number in summary.groups()) if summary else (0, 0)
    if not failed and (exit_code != 0 or not passed):
        failed = 1
    return Counts(passed, failed)


def silent_gap(output: str) -> str | None:
    """Return the line in which a tool says that it left something out although it ended well, or None."""
    found = _SILENT_GAP.search(output)
    return found.group(0).strip() if found else None
