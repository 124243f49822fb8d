# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Pythons are here, and which of them the tools run on."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from places import LINKS, real_folders

SUPPORTED = ("3.13", "3.12", "3.11", "3.10")
TARGETS_ONLY = ("3.9", "3.8")

_ASK = """
import os, sys
import ensurepip, venv
print("%d.%d" % sys.version_info[:2])
print("%d.%d.%d" % sys.version_info[:3])
print(os.path.realpath(sys.executable))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that answered: its minor version (`3.12`), its full version (`3.12.1`) and its real path."""

    minor: str
    full: str
    path: Path


def ask(program: Path) -> Interpreter | None:
    """Run a program and return what Python it is, or None where it is none that can make virtual environments."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYENV_"))}
    try:
        answer = subprocess.run(
            [str(program), "-c", _ASK],
            capture_output=True,
            check=True,
            env=variables,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = answer.stdout.split("\n")
    return Interpreter(lines[0], lines[1], Path(lines[2]))


def pyenv_roots(path: str, variables: dict[str, str]) -> list[Path]:
    """Return the folders of pyenv: as its variable says, beside its shims on the search path, and in the home."""
    roots = [Path(variables["PYENV_ROOT"])] if variables.get("PYENV_ROOT") else []
    roots += [Path(folder).parent for folder in path.split(os.pathsep) if Path(folder).name == "shims"]
    if variables.get("HOME"):
        roots.append(Path(variables["HOME"]) / ".pyenv")
    return list(dict.fromkeys(roots))


def candidates(minor: str, variables: dict[str, str]) -> list[Path]:
    """Return the programs that may be Python `minor`, best first: the search path, pyenv, then plain `python3`."""
    path = variables.get("PATH", os.defpath)
    folders = [Path(folder) for folder in real_folders(path)]
    programs = [folder / f"python{minor}" for folder in folders]
    for root in pyenv_roots(path, variables):
        programs += sorted(root.glob(f"versions/{minor}.*/bin/python{minor}"), reverse=True)
    programs += [folder / "python3" for folder in folders]
    return [program for program in programs if os.access(program, os.X_OK) and program.is_file()]


def find(minor: str) -> Interpreter | None:
    """Return the first Python of that minor version which works, or None."""
    for program in candidates(minor, dict(os.environ)):
        interpreter = ask(program)
        if interpreter and interpreter.minor == minor:
            return interpreter
    return None


def newest() -> Interpreter:
    """Return the newest Python the tools can use.

    Raises LookupError with the way out where there is none.
    """
    for minor in SUPPORTED:
        interpreter = find(minor)
        if interpreter:
            return interpreter
    raise LookupError(
        f"No Python from {SUPPORTED[-1]} to {SUPPORTED[0]} that can make virtual environments was found. "
        "Install one with its venv module (on Debian and Ubuntu: apt install python3 python3-venv)."
    )


def link_all() -> list[Interpreter]:
    """Link every Python found into one folder, the first of the search path, and return them."""
    LINKS.mkdir(parents=True, exist_ok=True)
    found = [interpreter for minor in (*SUPPORTED, *TARGETS_ONLY) if (interpreter := find(minor))]
    wanted = {f"python{interpreter.minor}": interpreter.path for interpreter in found}
    for link in LINKS.iterdir():
        if link.name not in wanted or link.readlink() != wanted[link.name]:
            link.unlink()
    for name, path in wanted.items():
        if not (LINKS / name).is_symlink():
            (LINKS / name).symlink_to(path)
    return found
