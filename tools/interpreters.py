# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Pythons are on this machine, on the search path and under pyenv."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from paths import LINKS, real_directories

SUPPORTED = ("3.13", "3.12", "3.11", "3.10")
TARGETS_ONLY = ("3.9", "3.8")

_ASK = """
import os, sys
import ensurepip, venv
print("%d.%d" % sys.version_info[:2])
print(os.path.realpath(sys.executable))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that works: its minor version, such as `3.12`, and its real path."""

    minor: str
    path: Path


def ask(program: Path) -> Interpreter | None:
    """Run a program and return what Python it is, or None unless it is one that can make virtual environments."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYENV_"))}
    try:
        response = subprocess.run(
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
    minor, path = response.stdout.splitlines()
    return Interpreter(minor, Path(path))


def pyenv_roots(path: str, variables: dict[str, str]) -> list[Path]:
    """Return the directories of pyenv: from its variable, beside its shims on the search path, and in the home."""
    roots = [Path(variables["PYENV_ROOT"])] if variables.get("PYENV_ROOT") else []
    roots += [Path(directory).parent for directory in path.split(os.pathsep) if Path(directory).name == "shims"]
    if variables.get("HOME"):
        roots.append(Path(variables["HOME"]) / ".pyenv")
    return list(dict.fromkeys(roots))


def candidates(minor: str, variables: dict[str, str]) -> list[Path]:
    """Return the programs that may be Python `minor`, best first: the search path, pyenv, then plain `python3`."""
    path = variables.get("PATH", os.defpath)
    directories = [Path(directory) for directory in real_directories(path) if directory != str(LINKS)]
    programs = [directory / f"python{minor}" for directory in directories]
    for root in pyenv_roots(path, variables):
        programs += sorted(root.glob(f"versions/{minor}.*/bin/python{minor}"), reverse=True)
    programs += [directory / "python3" for directory in directories]
    return [program for program in programs if os.access(program, os.X_OK) and program.is_file()]


def find(minor: str) -> Interpreter | None:
    """Return the first Python of that minor version which works, or None."""
    for program in candidates(minor, dict(os.environ)):
        interpreter = ask(program)
        if interpreter and interpreter.minor == minor:
            return interpreter
    return None


def link_all() -> list[str]:
    """Link every Python found into one directory, for the search path, and return their minor versions, newest first.

    Raises LookupError, which names the way out, if the tools can run on none of them.
    """
    found = [interpreter for minor in (*SUPPORTED, *TARGETS_ONLY) if (interpreter := find(minor))]
    if not any(interpreter.minor in SUPPORTED for interpreter in found):
        raise LookupError(
            f"No Python from {SUPPORTED[-1]} to {SUPPORTED[0]} that can make virtual environments was found. "
            "Install one with its venv module (on Debian and Ubuntu: apt install python3 python3-venv)."
        )
    LINKS.mkdir(parents=True, exist_ok=True)
    wanted = {f"python{interpreter.minor}": interpreter.path for interpreter in found}
    for link in LINKS.iterdir():
        if link.name not in wanted and not link.name.startswith("."):
            link.unlink(missing_ok=True)
    for name, path in wanted.items():
        link = LINKS / name
        if not link.is_symlink() or link.readlink() != path:
            # Renamed into place: another session may be looking for a Python at this moment.
            fresh = LINKS / f".{name}.{os.getpid()}"
            fresh.symlink_to(path)
            fresh.replace(link)
    return [interpreter.minor for interpreter in found]
