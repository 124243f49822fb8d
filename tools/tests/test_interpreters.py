# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of a Python: real ones that work, in a fixed order, never a shim."""

from __future__ import annotations

import sys
from pathlib import Path

import interpreters
import pytest


def _program(path: Path, text: str = "#!/bin/sh\nexit 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_search_path_comes_before_pyenv_and_shims_never(tmp_path: Path) -> None:
    shim = _program(tmp_path / "pyenv" / "shims" / "python3.12")
    older = _program(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12")
    newer = _program(tmp_path / "pyenv" / "versions" / "3.12.4" / "bin" / "python3.12")
    system = _program(tmp_path / "bin" / "python3.12")
    plain = _program(tmp_path / "bin" / "python3")
    found = interpreters.candidates("3.12", {"PATH": f"{shim.parent}:{system.parent}"})
    assert found == [system, newer, older, plain]


def test_pyenv_is_found_by_its_variable_and_in_the_home(tmp_path: Path) -> None:
    first = _program(tmp_path / "own" / "versions" / "3.11.7" / "bin" / "python3.11")
    second = _program(tmp_path / "home" / ".pyenv" / "versions" / "3.11.2" / "bin" / "python3.11")
    variables = {"PATH": "/nowhere", "PYENV_ROOT": str(tmp_path / "own"), "HOME": str(tmp_path / "home")}
    assert interpreters.candidates("3.11", variables) == [first, second]


def test_what_cannot_be_run_is_not_a_candidate(tmp_path: Path) -> None:
    _program(tmp_path / "python3.12").chmod(0o644)
    (tmp_path / "python3").mkdir()
    assert interpreters.candidates("3.12", {"PATH": str(tmp_path)}) == []


def test_a_python_is_found_behind_its_links(tmp_path: Path) -> None:
    minor = "{}.{}".format(*sys.version_info[:2])
    link = tmp_path / "python3"
    link.symlink_to(Path(sys.executable).resolve())
    assert interpreters.real_path(link, minor) == Path(sys.executable).resolve()
    assert interpreters.real_path(link, "3.7") is None


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 127\n", "#!/nowhere/python\n", "#!/bin/sh\necho odd\n"])
def test_a_program_that_does_not_work_is_not_a_python(tmp_path: Path, text: str) -> None:
    assert interpreters.real_path(_program(tmp_path / "python3.12", text), "3.12") is None


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.setattr(interpreters, "LINKS", tmp_path / "links")
    return tmp_path / "links"


def test_those_that_work_are_linked_and_told_newest_first(tmp_path: Path, links: Path) -> None:
    links.mkdir()
    (links / "python3.10").symlink_to("/gone/python3.10")
    (links / "python3.11").symlink_to("/gone/python3.11")
    _program(tmp_path / "python3.13")
    _program(tmp_path / "python3.12", "#!/bin/sh\necho 3.12 /real/python3.12\n")
    _program(tmp_path / "python3.11", "#!/bin/sh\necho 3.11 /real/python3.11\n")
    _program(tmp_path / "python3.8", "#!/bin/sh\necho 3.8 /real/python3.8\n")
    assert interpreters.link_all() == ["3.12", "3.11", "3.8"]
    assert {link.name: str(link.readlink()) for link in links.iterdir()} == {
        f"python{minor}": f"/real/python{minor}" for minor in ("3.12", "3.11", "3.8")
    }


def test_none_for_the_tools_is_told_with_the_way_out(tmp_path: Path, links: Path) -> None:
    _program(tmp_path / "python3.9", "#!/bin/sh\necho 3.9 /real/python3.9\n")
    with pytest.raises(LookupError, match="python3-venv"):
        interpreters.link_all()
