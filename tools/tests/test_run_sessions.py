# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of many sessions: each that was asked for counts, whatever has become of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import results
import run_sessions
import supervise
from results import Result


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(run_sessions, "BUILD", tmp_path)
    monkeypatch.setattr(run_sessions, "LOGS", tmp_path / "logs")
    return tmp_path


def _run_all(monkeypatch: pytest.MonkeyPatch, names: Sequence[str], left: dict[str, Result], code: int = 0) -> int:
    """Run all of these sessions with a make that leaves these results."""

    def make(command: Sequence[str], _variables: dict[str, str], _limit: float) -> int:
        assert command == ["make", "-j2", *(f"session-{name}" for name in names)]
        for name, result in left.items():
            results.save(name, result)
        return code

    monkeypatch.setattr(run_sessions, "sessions", lambda _tag: list(names))
    monkeypatch.setattr(supervise, "run", make)
    return run_sessions.run_all("test", ["make", "-j2"])


def _last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_the_last_line_adds_up_what_all_sessions_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run_all(monkeypatch, ["ruff", "units"], {"ruff": Result(2), "units": Result(700, 0, 3)}) == 0
    assert _last_line(capsys) == "702 passed, 0 failed"


@pytest.mark.parametrize(
    ("left", "code", "last"),
    [
        ({"ruff": Result(2), "units": Result(7, 1)}, 2, "9 passed, 1 failed"),
        # Both have run, and one of them has checked nothing.
        ({"ruff": Result(2), "units": Result()}, 0, "2 passed, 1 failed"),
        ({"ruff": Result(2), "units": Result(skipped=3)}, 0, "2 passed, 1 failed"),
        # One was never run, or died while it ran.
        ({"ruff": Result(2)}, 0, "2 passed, 1 failed"),
        ({}, 0, "0 passed, 2 failed"),
        # Make itself has failed, of what only it knows.
        ({"ruff": Result(2), "units": Result(7)}, 2, "9 passed, 1 failed"),
        ({"ruff": Result(2), "units": Result(7)}, 130, "9 passed, 1 failed"),
    ],
)
def test_what_is_not_wholly_good_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    left: dict[str, Result],
    code: int,
    last: str,
) -> None:
    assert _run_all(monkeypatch, ["ruff", "units"], left, code) != 0
    assert _last_line(capsys) == last


def test_no_session_at_all_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run_all(monkeypatch, [], {}) != 0
    assert _last_line(capsys) == "0 passed, 1 failed"


def test_results_of_an_earlier_run_do_not_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results.save("units", Result(7))
    assert _run_all(monkeypatch, ["units"], {}) != 0
    output = capsys.readouterr().out
    assert "FAILED units" in output
    assert "it left no result" in output
    assert output.endswith("\n0 passed, 1 failed\n")


def _nox(monkeypatch: pytest.MonkeyPatch, code: int, said: str, left: Result | None) -> None:
    """Let nox say something, leave a result and end with a code."""

    def run(_command: Sequence[str], *, stdout: Any, **_how: Any) -> subprocess.CompletedProcess[bytes]:
        stdout.write(said.encode())
        if left:
            results.save("units", left)
        return subprocess.CompletedProcess([], code)

    monkeypatch.setattr(subprocess, "run", run)


def test_a_good_session_is_one_line(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _nox(monkeypatch, 0, "much\nto\nsay\n", Result(7))
    assert run_sessions.run_one("units") == 0
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert output.startswith("ok     units")
    assert (build / "logs" / "units.log").read_text(encoding="utf-8") == "much\nto\nsay\n"


@pytest.mark.parametrize(
    ("code", "left", "remark"),
    [
        (1, Result(7, 1, remark="why"), "why"),
        (1, None, "it left no result"),
        (0, None, "it left no result"),
        (-9, Result(7), "nox ended with -9"),
    ],
)
def test_a_bad_session_shows_the_end_of_its_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, left: Result | None, remark: str
) -> None:
    _nox(monkeypatch, code, "the reason\n", left)
    assert run_sessions.run_one("units") == 1
    output = capsys.readouterr().out
    assert output.startswith("FAILED units")
    assert remark in output
    assert "\n  | the reason\n" in output
    assert results.load("units").failed == 1


def test_only_the_end_of_a_long_log_is_shown() -> None:
    lines = run_sessions.tail("".join(f"{number}\n" for number in range(1000))).splitlines()
    assert lines[-1] == "  | 999"
    assert len(lines) < 100


def test_sessions_of_a_tag_are_listed_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = '[{"session": "integration-2.21"}, {"session": "ruff"}]'
    monkeypatch.setattr(run_sessions, "_NOX", [sys.executable, "-c", f"print({listing!r})"])
    assert run_sessions.sessions("test") == ["integration-2.21", "ruff"]
