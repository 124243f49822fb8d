# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments inside `.build`, made once and again whenever what they were made from changes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from interpreters import Interpreter, newest
from places import BUILD, CACHE, ENVIRONMENTS, HOME, LOGS, REQUIREMENTS, tool_environment
from processes import run_logged

_CONSTRAINTS = REQUIREMENTS / "constraints.txt"
_LIMIT_SECONDS = 1200

# The file has the name and the place where ansible-test keeps pip's bootstrap script, and so it never asks the one
# host which has that script: a machine behind a package mirror cannot reach it.
_GET_PIP = """\
import sys

sys.path.insert(0, {folder!r})

from pip._internal.cli.main import main

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--ignore-installed", *options]))
"""

_PIP_VERSION = """
from ansible_test._internal.python_requirements import get_venv_packages
from types import SimpleNamespace
import sys
print(get_venv_packages(SimpleNamespace(version="%d.%d" % sys.version_info[:2]))["pip"])
"""


class SetUpError(Exception):
    """An environment could not be made. The text says why, with the end of the log."""


@contextmanager
def only_one(name: str, waiting: str) -> Iterator[None]:
    """Let one run at a time into the block, and tell the others that they wait."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(waiting, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_home() -> None:
    """Make the home of the tools. Of the user's own it knows where pip finds packages, and no more."""
    HOME.mkdir(parents=True, exist_ok=True)
    # The checkout may belong to another user, as in a container, and git would refuse to list its files.
    (HOME / ".gitconfig").write_text("[safe]\n\tdirectory = *\n", encoding="utf-8")
    for settings in (".config/pip", ".pip"):
        source, link = Path.home() / settings, HOME / settings
        if source.is_dir() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(source)


def fingerprint(interpreter: Interpreter, place: Path, names: Sequence[str], extra: Sequence[str]) -> str:
    """Return a text that changes whenever an environment has to be made anew."""
    parts = [str(interpreter), str(place), *extra, _CONSTRAINTS.read_text(encoding="utf-8")]
    parts += [(REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _install(interpreter: Interpreter, place: Path, arguments: Sequence[str | Path]) -> None:
    log = LOGS / f"set-up-{place.name}.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    commands: list[list[str | Path]] = [
        [interpreter.path, "-m", "venv", place],
        [place / "bin" / "python", "-m", "pip", "install", "--quiet", *arguments],
    ]
    for command in commands:
        if run_logged(command, log, tool_environment(), BUILD, _LIMIT_SECONDS) != 0:
            end = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
            raise SetUpError(f"{end}\nThe set-up of {place.name} failed. Its log is {log}.")


def make(place: Path, interpreter: Interpreter, names: Sequence[str], arguments: Sequence[str | Path]) -> Path:
    """Make a virtual environment where it is missing, damaged or out of date, and return its folder."""
    stamp = place / "made-from"
    wanted = fingerprint(interpreter, place, names, [str(argument) for argument in arguments])
    with only_one("set-up", "Waiting for another set-up in this checkout ..."):
        if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
            print(f"Setting up {place.relative_to(BUILD.parent)} with Python {interpreter.full} ...", flush=True)
            shutil.rmtree(place, ignore_errors=True)
            prepare_home()
            _install(interpreter, place, arguments)
            # Written last: an environment whose making was interrupted has none and is made anew.
            stamp.write_text(wanted, encoding="utf-8")
    return place


def pinned(name: str, *requirements: str) -> Path:
    """Return the environment `name` on the newest Python, with the pinned requirements files of these names."""
    arguments: list[str | Path] = ["--constraint", _CONSTRAINTS]
    for requirement in requirements:
        arguments += ["--requirement", REQUIREMENTS / f"{requirement}.txt"]
    return make(ENVIRONMENTS / name, newest(), requirements, arguments)


def provide_pip_bootstrap(environment: Path) -> None:
    """Give ansible-test the pip it wants in its own environments, from the package index."""
    python, variables = str(environment / "bin" / "python"), tool_environment(environment)
    version = subprocess.check_output([python, "-c", _PIP_VERSION], env=variables, text=True).strip()
    script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
    folder = CACHE / f"pip-{version}"
    wanted = _GET_PIP.format(folder=str(folder))
    if script.is_file() and script.read_text(encoding="utf-8") == wanted and (folder / "pip").is_dir():
        return
    fresh = folder.with_suffix(f".{os.getpid()}")
    fetch = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(fresh), f"pip=={version}"]
    subprocess.run(fetch, check=True, env=variables, stdin=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(wanted, encoding="utf-8")


def clean() -> None:
    """Remove everything the tools made."""
    if BUILD.exists():
        with only_one("set-up", "Waiting for a set-up in this checkout ..."):
            shutil.rmtree(BUILD)
    sys.stdout.write("Removed .build\n")
