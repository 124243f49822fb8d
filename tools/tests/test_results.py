# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results must not be fooled: every failure, every gap and every empty run shows."""

from __future__ import annotations

from pathlib import Path

import pytest
import results
from results import Result


@pytest.mark.parametrize(
    ("succeeded", "output", "counts"),
    [
        (True, "....\n4 passed in 0.02s\n", Result(4)),
        (True, "==== 12 passed, 3 skipped, 1 xfailed in 61.20s (0:01:01) ====\n", Result(12, 0, 4)),
        (False, "2 failed, 3 passed, 1 error in 1.00s\n", Result(3, 3)),
        (False, "1 passed, 2 errors in 1.00s\n", Result(1, 2)),
        (True, "1 passed, 1 xpassed in 0.10s\n", Result(1, 1)),
        (True, "3 passed in 0.1s\n==== 5 passed, 2 warnings in 0.10s ====\n", Result(8)),
    ],
)
def test_pytest_counts(succeeded: bool, output: str, counts: Result) -> None:
    assert results.pytest(succeeded, output) == counts


@pytest.mark.parametrize(
    ("succeeded", "output"),
    [
        (False, "no tests ran in 0.01s\n"),
        (False, "ERROR: file or directory not found: tests/unit\n"),
        (False, "7 passed in 0.02s\n"),
        (True, ""),
        (True, "3 skipped in 0.02s\n"),
        (False, "....."),
    ],
)
def test_a_pytest_run_without_a_good_summary_is_a_failure(succeeded: bool, output: str) -> None:
    assert results.pytest(succeeded, output).failed == 1


def test_words_of_a_test_do_not_count() -> None:
    assert results.pytest(True, "said: 100 passed\n1 passed in 0.02s\n") == Result(1)


def test_ansible_test_counts_what_was_started() -> None:
    output = 'Running sanity test "pep8"\nRunning sanity test "import" on Python 3.9\n'
    assert results.ansible_test(True, output) == Result(2)
    assert results.ansible_test(
        True, "Running one integration test role\nRunning two integration test role\n"
    ) == Result(2)


def test_ansible_test_counts_what_failed() -> None:
    output = (
        'Running sanity test "pep8"\nRunning sanity test "pylint"\n'
        "FATAL: The 1 sanity test(s) listed below (out of 2) failed. See error output above for details.\npylint\n"
    )
    assert results.ansible_test(False, output) == Result(1, 1)


@pytest.mark.parametrize(("succeeded", "output"), [(True, "WARNING: all is quiet\n"), (False, "ERROR: usage\n")])
def test_ansible_test_without_a_test_is_a_failure(succeeded: bool, output: str) -> None:
    assert results.ansible_test(succeeded, output) == Result(0, 1)


def test_ansible_test_that_breaks_in_a_target_is_a_failure() -> None:
    assert results.ansible_test(False, "Running one integration test role\nERROR: boom\n") == Result(0, 1)


@pytest.mark.parametrize(
    "line",
    [
        'WARNING: Required program "shellcheck" not found.',
        "WARNING: All targets skipped.",
        # Of the targets that it was asked for, the others are run, and all is well.
        'WARNING: Excluding target tests marked "destructive" which require --allow-destructive: one_login',
        'WARNING: Excluding controller tests marked "needs/root" which require running as root: one_login',
        "WARNING: Excluding controller tests since a fallback controller is in use: one_login",
        'WARNING: Skipping sanity test "import" on Python 3.9 due to missing virtual environment support.',
        "WARNING: Skipping pylint collection version checks since no collection version was found.",
        "no tests ran in 0.01s",
    ],
)
def test_a_silent_gap_is_found(line: str) -> None:
    assert results.silent_gap(f"before\n{line}\nafter\n") == line


def test_a_python_that_is_not_here_is_no_gap() -> None:
    line = 'WARNING: Skipping sanity test "import" on Python 3.14 because it could not be found.'
    assert results.silent_gap(line) is None


def test_one_command_is_one_check() -> None:
    assert results.one(True, "") == Result(1)
    assert results.one(False, "") == Result(0, 1)


@pytest.mark.parametrize(
    ("succeeded", "output", "good"),
    [
        (True, "INFO: all is well\n", True),
        (True, "WARNING: something is odd\n", False),
        (True, "ERROR: something is wrong\n", False),
        (False, "INFO: all is well\n", False),
    ],
)
def test_a_complaint_of_the_importer_is_a_failure(succeeded: bool, output: str, good: bool) -> None:
    assert results.importer(succeeded, output).good is good


def test_coverage_is_shown() -> None:
    output = "Name   Stmts   Miss  Cover\nTOTAL   3000     60  98.03%\n7 passed in 0.02s\n"
    assert results.pytest(True, output) == Result(7, remark="coverage 98.03%")


def test_coverage_below_the_floor_is_a_failure_and_says_so() -> None:
    missed = "FAIL Required test coverage of 95% not reached. Total coverage: 90.00%"
    assert results.pytest(False, f"TOTAL 10 1 90%\n{missed}\n7 passed in 0.02s\n") == Result(7, 1, remark=missed)


def test_a_silent_gap_is_a_failure_although_the_command_succeeded() -> None:
    line = "WARNING: All targets skipped."
    assert results.judge(True, line, results.one) == Result(1, 1, remark=f"left out: {line}")


def test_a_failure_is_not_counted_twice_for_a_gap() -> None:
    assert results.judge(False, "no tests ran in 0.01s\n", results.pytest) == Result(0, 1)


def test_counts_add_up() -> None:
    assert sum([Result(1, 2, 3), Result(10, 20, 30)], Result()) == Result(11, 22, 33)


def test_a_deprecation_is_a_failure_whatever_the_exit_code() -> None:
    line = "[DEPRECATION WARNING]: Importing 'to_text' from 'ansible.module_utils._text' is deprecated."
    output = f"ok: [testhost]\n{line}\nThis feature will be removed.\n"
    assert results.judge(True, output, results.one) == Result(1, 1, remark=line)


@pytest.mark.parametrize(
    ("succeeded", "output", "counts"),
    [
        (True, "a: done\nb: done\n2 imported, 0 failed\n", Result(2)),
        (False, "1 imported, 2 failed\n", Result(1, 2)),
        (False, "Traceback\n", Result(0, 1)),
        (True, "0 imported, 0 failed\n", Result(0, 1)),
    ],
)
def test_imports_are_counted(succeeded: bool, output: str, counts: Result) -> None:
    assert results.imports(succeeded, output) == counts


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def test_a_result_is_kept(directory: Path) -> None:
    results.save("units-2.21", Result(7, 1, 2, "remark", 3.5))
    assert results.load("units-2.21") == Result(7, 1, 2, "remark", 3.5)
    results.clear(["units-2.21", "never-run"])
    assert not list(directory.iterdir())


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"other": 1}'])
def test_a_session_without_a_result_has_failed(directory: Path, text: str | None) -> None:
    directory.mkdir()
    if text is not None:
        (directory / "units.json").write_text(text, encoding="utf-8")
    assert results.load("units") == results.MISSING


def test_a_session_that_checked_nothing_is_a_failure_of_the_whole() -> None:
    assert results.total([Result(5), Result(skipped=3)]) == Result(5, 1, 3)
    assert not results.total([]).good


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (Result(7, seconds=61.2, cpu_seconds=47), "ok     units                   61 s    47 s of CPU     7 passed"),
        (Result(7, 1, 2, "why", 1.0), "FAILED units                    1 s     7 passed, 1 failed, 2 skipped  (why)"),
        (Result(0, 0, 2), "FAILED units                    0 s     0 passed, 2 skipped"),
    ],
)
def test_a_line_tells_of_a_result(result: Result, line: str) -> None:
    assert result.line("units") == line
