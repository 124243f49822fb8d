# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions that there are, on machines with few Pythons."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sessions
from paths import ROOT
from results import Result


def _provide(directory: Path, pythons: Sequence[str]) -> None:
    """Make a directory of programs that are taken for these Pythons."""
    for minor in pythons:
        program = directory / f"python{minor}"
        program.write_text(f"#!/bin/sh\necho {minor} /real/python{minor}\n", encoding="utf-8")
        program.chmod(0o755)


def _list(directory: Path, pythons: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Let nox list the sessions on a machine with these Pythons."""
    _provide(directory, pythons)
    # Without any word on which, nox lists only those that it runs by default.
    every = ["--keywords", "not nothing"]
    return subprocess.run(
        [sys.executable, "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), "--list", "--json", *every],
        capture_output=True,
        check=False,
        cwd=directory,
        env={"HOME": str(directory), "PATH": str(directory)},
        text=True,
    )


def _sessions(directory: Path, pythons: Sequence[str]) -> dict[str, dict[str, Any]]:
    listing = _list(directory, pythons)
    assert listing.returncode == 0, listing.stderr
    return {session["session"]: session for session in json.loads(listing.stdout)}


# Runs a session whose commands all succeed at once, and prints its result.
_SESSION = """
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])
import noxfile
import sessions
from results import Result


@contextmanager
def checks(session):
    run = sessions.Checks(session, Path())
    yield run
    print(run.total)


sessions.Checks.__call__ = lambda run, *_command, count: setattr(run, "total", run.total + Result(passed=1))
noxfile.checks, noxfile.install, sessions.keep_compiled = checks, lambda *_packages: None, lambda _python: None
sessions.core_python = lambda _session, core, *_packages: core
virtualenv = SimpleNamespace(location="environment")
getattr(noxfile, sys.argv[2])(SimpleNamespace(env={}, log=str, virtualenv=virtualenv, warn=str))
"""


def _matrix(directory: Path, pythons: Sequence[str]) -> list[str]:
    """Return the names of what `make matrix` runs on a machine with these Pythons."""
    return [name for name, session in _sessions(directory, pythons).items() if "matrix" in session["tags"]]


@pytest.mark.parametrize(
    ("pythons", "newest", "core"),
    [
        (["3.10"], "3.10", "2.17"),
        (["3.11", "3.8"], "3.11", "2.19"),
        (["3.13", "3.12", "3.11"], "3.13", "2.21"),
        (["3.15", "3.14", "3.12"], "3.12", "2.21"),
        (["3.15", "3.14"], "3.14", "2.21"),
    ],
)
def test_what_make_test_runs_fits_the_newest_python_for_tools(
    tmp_path: Path, pythons: list[str], newest: str, core: str
) -> None:
    found = [session for session in _sessions(tmp_path, pythons).values() if "test" in session["tags"]]
    assert {session["python"] for session in found} == {newest}
    names = {session["session"] for session in found}
    assert names >= {f"integration-{core}-1of2", f"integration-{core}-2of2", f"sanity-{core}-short", f"units-{core}"}
    assert names >= {"changelog", "mypy", "package", "plays", "ruff", "secrets", "service", "site", "targets", "tools"}


def test_every_core_has_its_sessions(tmp_path: Path) -> None:
    found = _sessions(tmp_path, ["3.12"])
    for core in sessions.cores():
        assert {f"integration-{core}", f"sanity-{core}", f"units-{core}"} <= found.keys()
    # On 3.13 alone, which is missing here: nox says so when it is asked for it.
    assert found["units-2.22"]["python"] == "3.13"


def test_the_matrix_has_the_pythons_that_are_here(tmp_path: Path) -> None:
    matrix = _matrix(tmp_path, ["3.12", "3.11"])
    assert [name for name in matrix if name.startswith("matrix-")][:3] == [
        "matrix-2.16-3.12",
        "matrix-2.16-3.11",
        "matrix-2.17-3.12",
    ]
    assert not [name for name in matrix if name.startswith("matrix-2.22")]


def test_the_matrix_has_pythons_newer_than_those_of_the_tools(tmp_path: Path) -> None:
    assert _matrix(tmp_path, ["3.15", "3.14", "3.13"])[-3:] == [f"matrix-2.22-3.{minor}" for minor in (15, 14, 13)]


@pytest.mark.parametrize(
    ("pythons", "cores"),
    [(["3.13", "3.12"], ["2.16", "2.19", "2.22"]), (["3.13"], ["2.18", "2.19", "2.22"]), (["3.10"], ["2.16", "2.17"])],
)
def test_the_matrix_has_what_make_test_leaves_out(tmp_path: Path, pythons: list[str], cores: list[str]) -> None:
    others = [name for name in _matrix(tmp_path, pythons) if not name.startswith("matrix-")]
    released = sessions.newest_core(pythons[0])
    assert others == [
        *(f"integration-{core}" for core in cores),
        *(f"sanity-{core}" for core in dict.fromkeys((released, cores[-1]))),
        *(f"shared-store-{core}" for core in cores if core != released),
        "ansible-lint",
    ]


@pytest.mark.parametrize(("pythons", "told"), [(["3.14"], True), (["3.14", "3.13"], False)])
def test_a_python_on_which_less_is_tested_is_told(tmp_path: Path, pythons: list[str], told: bool) -> None:
    assert ("The tools run on Python 3.14, since none from 3.10 to 3.13" in _list(tmp_path, pythons).stderr) is told


@pytest.mark.parametrize(
    ("pythons", "result"),
    [
        (["3.10"], Result(passed=2, skipped=1, remark="not on ansible-core 2.19, none of whose Pythons is here")),
        (["3.13"], Result(passed=3)),
    ],
)
def test_the_result_of_a_session_tells_of_a_core_that_it_left_out(
    tmp_path: Path, pythons: list[str], result: Result
) -> None:
    _provide(tmp_path, pythons)
    run = subprocess.run(
        [sys.executable, "-c", _SESSION, str(ROOT), "secrets"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": str(tmp_path)},
        text=True,
    )
    assert run.stdout.strip() == repr(result), run.stderr


@pytest.mark.parametrize("minor", ["3.9", "3.15"])
def test_without_a_python_for_the_tools_the_way_out_is_told(tmp_path: Path, minor: str) -> None:
    listing = _list(tmp_path, [minor])
    assert listing.returncode != 0
    assert "python3-venv" in listing.stderr + listing.stdout
