# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Pythons are on this machine, on the search path and under pyenv."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from paths import LINKS, real_directories

# The tools are tested on these, and run on the newest that is there.
TESTED = ("3.13", "3.12", "3.11", "3.10")
# They run on the first of these where there is none of those: all that is pinned can be had for it. Ansible runs on
# both.
NEWER = ("3.14", "3.15")
FOR_TOOLS = (*TESTED, NEWER[0])
CONTROLLERS = (*reversed(NEWER), *TESTED)
TARGETS = (*CONTROLLERS, "3.9", "3.8")

# Said where the tools run on a Python newer than those.
UNTESTED = (
    f"The tools run on Python {NEWER[0]}, since none from {TESTED[-1]} to {TESTED[0]} that can make virtual "
    "environments was found. They are tested less on it."
)

_ASK = "import ensurepip, os, sys, venv; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"


def real_path(program: Path, minor: str) -> Path | None:
    """Return the path of a program without links, or None unless it is Python `minor` and makes environments."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYENV_"))}
    command = [str(program), "-c", _ASK]
    try:
        found = subprocess.check_output(command, env=variables, stderr=subprocess.DEVNULL, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    version, _separator, path = found.strip().partition(" ")
    return Path(path) if version == minor else None


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


def find(minor: str) -> Path | None:
    """Return the first Python of that minor version which works, or None."""
    programs = candidates(minor, dict(os.environ))
    return next(filter(None, (real_path(program, minor) for program in programs)), None)


def link_all() -> list[str]:
    """Link every Python found into one directory, for the search path, and return their minor versions, newest first.

    Raises LookupError, which names the way out, if the tools can run on none of them.
    """
    found = {minor: path for minor in TARGETS if (path := find(minor))}
    if not found.keys() & set(FOR_TOOLS):
        raise LookupError(
            f"No Python from {TESTED[-1]} to {FOR_TOOLS[-1]} that can make virtual environments was found. "
            "Install one with its venv module (on Debian and Ubuntu: apt install python3 python3-venv)."
        )
    LINKS.mkdir(parents=True, exist_ok=True)
    wanted = {f"python{minor}": path for minor, path in found.items()}
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
    return list(found)
