# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-cores there are, on which Pythons they run, and which environments the sessions use."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import checkout
import interpreters
import nox
import pytest
import results
import sessions
from paths import ROOT
from results import CheckError, Result


@pytest.mark.parametrize(
    ("minor", "core"), [("3.10", "2.17"), ("3.11", "2.19"), ("3.12", "2.21"), ("3.13", "2.21"), ("3.14", "2.21")]
)
def test_a_python_runs_the_newest_released_core_that_it_can(minor: str, core: str) -> None:
    assert sessions.newest_core(minor) == core


@pytest.mark.parametrize(("core", "pythons"), [("2.16", ["3.12", "3.11", "3.10"]), ("2.22", ["3.15", "3.14", "3.13"])])
def test_a_core_names_its_pythons_newest_first(core: str, pythons: list[str]) -> None:
    assert sessions.pythons(sessions.cores()[core], interpreters.CONTROLLERS) == pythons


@pytest.mark.parametrize(("core", "oldest", "newest"), [("2.16", "3.8", "3.12"), ("2.22", "3.9", "3.15")])
def test_a_core_names_the_pythons_of_its_targets_newest_first(core: str, oldest: str, newest: str) -> None:
    on_targets = sessions.targets(core, interpreters.TARGETS)
    assert (on_targets[-1], on_targets[0]) == (oldest, newest)


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("3.10 3.11 3.12 and 2.7 3.6 3.7 3.8 3.9", True),
        ("3.10 3.11 3.12 and 3.9", False),
        ("3.11 3.12 and 3.8 3.9 3.10", False),
        ("3.10 3.11 3.12 3.16 and 3.8 3.9", False),
    ],
)
def test_an_ansible_core_itself_knows_its_pythons(said: str, good: bool) -> None:
    if good:
        assert said in sessions.check_support("2.16", said)
    else:
        with pytest.raises(CheckError, match=r"other Pythons for ansible-core 2\.16 than it names itself"):
            sessions.check_support("2.16", said)


def test_the_support_matrix_of_the_readme_is_that_of_the_cores() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Support matrix\n(.*?)^## ", readme, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert [line for line in section.group(1).splitlines() if line.startswith("|")] == sessions.support()


def test_a_core_is_pinned() -> None:
    assert re.fullmatch(r"ansible-core==2\.16\.\d+", sessions.pin("2.16"))


def test_continuous_integration_runs_every_core() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    listed = re.search(r"^ +core: \[(.+)\]$", workflow, re.MULTILINE)
    assert listed is not None
    assert re.findall(r"\d+\.\d+", listed.group(1)) == list(sessions.cores())


def test_continuous_integration_runs_the_matrix_on_every_python() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    installed = re.search(r"python-version: \|\n((?: +[0-9.]+\n)+) +- run: make matrix$", workflow, re.MULTILINE)
    assert installed is not None
    pythons = installed.group(1).split()
    assert sorted(pythons) == sorted(interpreters.TARGETS)
    # The last one is `python3`, which starts the tools.
    assert pythons[-1] == interpreters.FOR_TOOLS[0]


def test_ansible_tells_of_deprecations_whatever_its_environment_says(tmp_path: Path) -> None:
    venv.create(tmp_path / "environment")
    python = tmp_path / "environment" / "bin" / "python"
    sessions.show_deprecations(python)
    program = "import os; print(os.environ['ANSIBLE_DEPRECATION_WARNINGS'])"
    variables = {"ANSIBLE_DEPRECATION_WARNINGS": "false"}
    assert subprocess.check_output([python, "-c", program], env=variables, text=True) == "true\n"


_NOXFILE = """
import sys

sys.path.insert(0, {tools!r})

import nox
import sessions


@nox.session(venv_backend="venv")
def one(session):
    sessions.install(session, "pytest")
    session.log("It runs.")
"""


@pytest.fixture
def outdated(tmp_path: Path) -> Path:
    """Make the environment of a nox session, from packages that are no longer those pinned."""
    tools = str(ROOT / "tools")
    (tmp_path / "noxfile.py").write_text(_NOXFILE.format(tools=tools), encoding="utf-8")
    environment = tmp_path / ".nox" / "one"
    venv.create(environment)
    (site_packages,) = environment.glob("lib/python*/site-packages")
    (site_packages / "pytest-0.1.dist-info").mkdir()
    (environment / "made-from").write_text("others", encoding="utf-8")
    return environment


def test_an_outdated_environment_is_kept_and_not_used_where_nothing_may_be_installed(
    outdated: Path, tmp_path: Path
) -> None:
    run = subprocess.run([sys.executable, "-m", "nox", "-R"], capture_output=True, check=False, cwd=tmp_path, text=True)
    assert run.returncode == 1
    assert "The environment one is not what the pinned versions ask for, and -R keeps it from being made: omit -R." in (
        run.stderr
    )
    assert "It runs." not in run.stderr
    assert len(list(outdated.glob("lib/python*/site-packages/pytest-0.1.dist-info"))) == 1
    assert (outdated / "made-from").read_text(encoding="utf-8") == "others"


_CHECK = """
import sys

sys.path.insert(0, {tools!r})

import nox
import sessions


@nox.session(venv_backend="none")
def one(session):
    run = sessions.Checks(session, sessions.ROOT)
    run("python", "--version")
    session.log(f"{{run.total.passed}} passed")
"""


@pytest.mark.parametrize(
    ("options", "told"), [([], "1 passed"), (["--install-only"], "It was only installed, and nothing is checked")]
)
def test_a_command_that_was_not_run_has_not_passed(tmp_path: Path, options: list[str], told: str) -> None:
    (tmp_path / "noxfile.py").write_text(_CHECK.format(tools=str(ROOT / "tools")), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "nox", *options], capture_output=True, check=False, cwd=tmp_path, text=True
    )
    assert told in run.stderr
    assert ("passed" in run.stderr) is (not options)


def test_each_session_has_a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions run side by side, and ansible-test makes a key in its home: a second one would find half of it."""
    monkeypatch.setattr(sessions, "HOMES", tmp_path / "homes")
    monkeypatch.setattr(checkout, "BUILD", tmp_path)
    monkeypatch.setattr(checkout, "copied", lambda purpose: tmp_path / "copies" / purpose)
    for name in ("clear", "save"):
        monkeypatch.setattr(results, name, lambda *_arguments: None)
    homes = []
    for name in ("integration-1of2", "integration-2of2"):
        session: Any = SimpleNamespace(chdir=lambda _path: nullcontext(), env={}, log=print, name=name)
        with sessions.checks(cast(nox.Session, session)) as run:
            run.total = Result(passed=1)
        home = Path(session.env["HOME"])
        assert (home / ".gitconfig").is_file()
        assert Path(session.env["ANSIBLE_HOME"]).parent == home
        homes.append(home)
    assert homes[0] != homes[1]
