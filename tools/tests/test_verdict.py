# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict must not be fooled: every failure, every gap and every empty run shows."""

from __future__ import annotations

import pytest
import verdict
from verdict import Counts


@pytest.mark.parametrize(
    ("code", "output", "counts"),
    [
        (0, "....\n4 passed in 0.02s\n", Counts(4)),
        (0, "==== 12 passed, 3 skipped, 1 xfailed in 61.20s (0:01:01) ====\n", Counts(12, 0, 4)),
        (1, "2 failed, 3 passed, 1 error in 1.00s\n", Counts(3, 3)),
        (1, "1 passed, 2 errors in 1.00s\n", Counts(1, 2)),
        (0, "1 passed, 1 xpassed in 0.10s\n", Counts(1, 1)),
        (0, "3 passed in 0.1s\n==== 5 passed, 2 warnings in 0.10s ====\n", Counts(8)),
    ],
)
def test_pytest_counts(code: int, output: str, counts: Counts) -> None:
    assert verdict.pytest(code, output) == counts


@pytest.mark.parametrize(
    ("code", "output"),
    [
        (5, "no tests ran in 0.01s\n"),
        (4, "ERROR: file or directory not found: tests/unit\n"),
        (1, "7 passed in 0.02s\n"),
        (0, ""),
        (0, "3 skipped in 0.02s\n"),
        (-9, "....."),
    ],
)
def test_a_pytest_run_without_a_good_summary_is_a_failure(code: int, output: str) -> None:
    assert verdict.pytest(code, output).failed == 1


def test_words_of_a_test_do_not_count() -> None:
    assert verdict.pytest(0, "said: 100 passed\n1 passed in 0.02s\n") == Counts(1)


def test_ansible_test_counts_what_was_started() -> None:
    output = 'Running sanity test "pep8"\nRunning sanity test "import" on Python 3.9\n'
    assert verdict.ansible_test(0, output) == Counts(2)
    assert verdict.ansible_test(0, "Running one integration test role\nRunning two integration test role\n") == Counts(
        2
    )


def test_ansible_test_counts_what_failed() -> None:
    output = (
        'Running sanity test "pep8"\nRunning sanity test "pylint"\n'
        "FATAL: The 1 sanity test(s) listed below (out of 2) failed. See error output above for details.\npylint\n"
    )
    assert verdict.ansible_test(1, output) == Counts(1, 1)


@pytest.mark.parametrize(("code", "output"), [(0, "WARNING: all is quiet\n"), (2, "ERROR: usage\n")])
def test_ansible_test_without_a_test_is_a_failure(code: int, output: str) -> None:
    assert verdict.ansible_test(code, output) == Counts(0, 1)


def test_ansible_test_that_breaks_in_a_target_is_a_failure() -> None:
    assert verdict.ansible_test(1, "Running one integration test role\nERROR: boom\n") == Counts(0, 1)


@pytest.mark.parametrize(
    "line",
    [
        'WARNING: Required program "shellcheck" not found.',
        "WARNING: All targets skipped.",
        "no tests ran in 0.01s",
    ],
)
def test_a_silent_gap_is_found(line: str) -> None:
    assert verdict.silent_gap(f"before\n{line}\nafter\n") == line


def test_a_python_that_is_not_here_is_no_gap() -> None:
    line = 'WARNING: Skipping sanity test "import" on Python 3.14 because it could not be found.'
    assert verdict.silent_gap(line) is None


def test_one_command_is_one_check() -> None:
    assert verdict.one(0, "") == Counts(1)
    assert verdict.one(3, "") == Counts(0, 1)


def test_counts_add_up() -> None:
    assert sum([Counts(1, 2, 3), Counts(10, 20, 30)], Counts()) == Counts(11, 22, 33)


@pytest.mark.parametrize(
    ("code", "output", "counts"),
    [
        (0, "a: done\nb: done\n2 imported, 0 failed\n", Counts(2)),
        (1, "1 imported, 2 failed\n", Counts(1, 2)),
        (1, "Traceback\n", Counts(0, 1)),
        (0, "0 imported, 0 failed\n", Counts(0, 1)),
    ],
)
def test_imports_are_counted(code: int, output: str, counts: Counts) -> None:
    assert verdict.imports(code, output) == counts
