# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection and its identity service, ready for use: the demo, the shell, and the first playbook of the README."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import environments
import processes
import service
import stage
from places import ROOT, ansible_variables, tool_environment

DEMO_URL = "https://storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"

_RECAP = re.compile(r"^localhost\s+: ok=(\d+)\s+changed=\d+\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
_YAML_BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL_START = """\
[ -f ~/.bashrc ] && . ~/.bashrc
export PATH={path!r}
PS1="(rackspace.identity) $PS1"
"""


class PlayError(Exception):
    """A play did not do its work. The text says what is missing."""


@dataclass(frozen=True)
class Playground:
    """Where to run: the variables, a folder of this run alone, and the URL of the service."""

    environment: Path
    variables: dict[str, str]
    folder: Path
    url: str


@contextmanager
def opened(environment: Path, collections: Path) -> Iterator[Playground]:
    """Run an identity service and give what a play or a shell needs to use it."""
    with service.scratch_folder() as folder, service.running(environment, folder, "service") as url:
        variables = {
            **tool_environment(environment),
            **ansible_variables(collections),
            **service.credentials(url, folder),
        }
        yield Playground(environment, variables, folder, url)


def recap_is_good(output: str) -> bool:
    """Return whether the recap of a play on localhost tells of tasks done and of none that failed."""
    recap = _RECAP.search(output)
    return recap is not None and int(recap.group(1)) > 0 and recap.group(2) == recap.group(3) == "0"


def play(ground: Playground, playbook: Path, echo: bool, options: Sequence[str] = ()) -> str:
    """Run a playbook, return what it printed, and raise PlayError unless it did its work."""
    variables = dict(ground.variables)
    if echo and sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        variables.pop("NO_COLOR", None)
        variables["ANSIBLE_FORCE_COLOR"] = "1"
    command: list[str | Path] = [ground.environment / "bin" / "ansible-playbook", *options, playbook]
    process = processes.start(command, subprocess.PIPE, variables, ground.folder)
    lines = []
    for raw in process.stdout or ():
        line = raw.decode(errors="replace")
        lines.append(line)
        if echo:
            print(line, end="", flush=True)
    output = re.sub(r"\x1b\[[0-9;]*m", "", "".join(lines))
    code = process.wait()
    if code != 0 or not recap_is_good(output):
        raise PlayError(f"{'' if echo else output}{playbook.name} ended with {code} and did not do all its work.")
    return output


def demo(ground: Playground, echo: bool, options: Sequence[str] = ()) -> None:
    """Run the demo and raise PlayError unless it printed the URL that the service has for it."""
    output = play(ground, ROOT / "demo" / "playbook.yml", echo, options)
    if DEMO_URL not in output:
        raise PlayError(f"The demo did not print {DEMO_URL}.")


def run_demo() -> None:
    """Set up what is missing, run the demo against a service of its own, and say in one line what it has shown."""
    environment = environments.pinned("run", "run")
    collections = stage.make("play")
    started = time.monotonic()
    with opened(environment, collections) as ground:
        print(f"The identity service runs at {ground.url}", flush=True)
        demo(ground, echo=True)
    print(f"The demo did its work in {time.monotonic() - started:.0f} s: logged in, looked up object-store in DFW,")
    print(f"and found {DEMO_URL}")
    print("The identity service has ended. To try things yourself: make shell")


def _shell_command(folder: Path, variables: dict[str, str]) -> list[str]:
    shell = os.environ.get("SHELL") or "bash"
    if Path(shell).name == "bash" and sys.stdin.isatty():
        start = folder / "bashrc"
        start.write_text(_SHELL_START.format(path=variables["PATH"]), encoding="utf-8")
        return [shell, "--rcfile", str(start), "-i"]
    return [shell]


def _shell_variables(ground: Playground) -> dict[str, str]:
    ours = {name: value for name, value in ground.variables.items() if name.startswith(("ANSIBLE_", "RAX_"))}
    folders = [str(ground.environment / "bin"), os.environ.get("PATH", os.defpath)]
    foreign = ("ANSIBLE_", "MAKE", "MFLAGS", "PYTHONPATH", "PYTHONHOME", "RAX_")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**theirs, **ours, "LC_ALL": "C.UTF-8", "PATH": os.pathsep.join(folders)}


def run_shell() -> int:
    """Open a shell in which the collection and a service are ready, and return the shell's exit code."""
    environment = environments.pinned("run", "run")
    collections = stage.make("play")
    with opened(environment, collections) as ground:
        if sys.stdin.isatty():
            print(f"The identity service runs at {ground.url}; you are {service.USERNAME}.", flush=True)
            print("Leave with: exit", flush=True)
        variables = _shell_variables(ground)
        # Ctrl-C is the shell's to handle. A handler, unlike SIG_IGN, is not inherited by it.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            shell = subprocess.Popen(_shell_command(ground.folder, variables), env=variables)
            code = shell.wait()
            # A shell that a signal ended is told as shells tell it.
            return code if code >= 0 else 128 - code
        finally:
            signal.signal(signal.SIGINT, before)


def readme_playbook(readme: str) -> str:
    """Return the first YAML block of a README that is a playbook.

    Raises PlayError where there is none.
    """
    for block in _YAML_BLOCK.findall(readme):
        if re.search(r"^(?:- |  )hosts:", block, re.MULTILINE):
            return str(block)
    raise PlayError("README.md has no playbook in a yaml block.")


def play_readme(ground: Playground) -> None:
    """Run the first playbook of the README word for word."""
    playbook = ground.folder / "playbook.yml"
    playbook.write_text(readme_playbook((ROOT / "README.md").read_text(encoding="utf-8")), encoding="utf-8")
    play(ground, playbook, echo=False)
