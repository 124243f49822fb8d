# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection and its identity service, ready for use: the demo, the shell, and the first playbook of the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import service
from paths import ROOT, ansible_variables, is_foreign, tool_variables
from results import CheckError

DEMO_URL = "https://storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f"

_RECAP = re.compile(r"^localhost\s+: ok=(\d+)\s+changed=\d+\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
_YAML_BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL_START = """\
[ -f ~/.bashrc ] && . ~/.bashrc
export PATH={path!r}
PS1="(rackspace.identity) $PS1"
"""


class PlayError(CheckError):
    """A play did not do its work. The text says what is missing."""


@dataclass(frozen=True)
class Sandbox:
    """What a play runs with: an environment, its variables, a directory of this run alone, the URL of the service."""

    environment: Path
    variables: Mapping[str, str]
    directory: Path
    url: str


@contextmanager
def opened(environment: Path, collections: Path) -> Iterator[Sandbox]:
    """Run an identity service and give what a play or a shell needs to use it."""
    with service.scratch_directory() as directory, service.running(environment, directory, "service") as url:
        variables = {
            **tool_variables(environment),
            **ansible_variables(collections),
            "RAX_API_KEY": service.API_KEY,
            "RAX_CACHE_DIR": str(directory / "tokens"),
            "RAX_IDENTITY_URL": url,
            "RAX_USERNAME": service.USERNAME,
        }
        yield Sandbox(environment, variables, directory, url)


def recap_is_good(output: str) -> bool:
    """Return whether the recap of a play on localhost tells of tasks done and of none that failed."""
    recap = _RECAP.search(output)
    return recap is not None and int(recap.group(1)) > 0 and recap.group(2) == recap.group(3) == "0"


def play(sandbox: Sandbox, playbook: Path, *, echo: bool, options: Sequence[str] = ()) -> str:
    """Run a playbook, return what it printed, and raise PlayError unless it did its work."""
    colour = {"ANSIBLE_FORCE_COLOR": "1", "NO_COLOR": ""} if echo and sys.stdout.isatty() else {}
    command = [str(sandbox.environment / "bin" / "ansible-playbook"), *options, str(playbook)]
    lines = []
    with subprocess.Popen(
        command,
        cwd=sandbox.directory,
        encoding="utf-8",
        env={**sandbox.variables, **colour},
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if echo:
                print(line, end="", flush=True)
    output = re.sub(r"\x1b\[[0-9;]*m", "", "".join(lines))
    if process.returncode != 0 or not recap_is_good(output):
        problem = f"{playbook.name} ended with {process.returncode} and did not do all its work."
        raise PlayError(problem if echo else f"{problem}\n{output}")
    return output


def demo(sandbox: Sandbox, *, echo: bool, options: Sequence[str] = ()) -> str:
    """Run the demo, and raise PlayError unless it printed the URL that the service has for it."""
    if DEMO_URL not in play(sandbox, ROOT / "demo" / "playbook.yml", echo=echo, options=options):
        raise PlayError(f"The demo did not print {DEMO_URL}.")
    return f"the demo logged in, looked object-store in DFW up, and found {DEMO_URL}"


def readme_playbook(readme: str) -> str:
    """Return the first YAML block of a README that is a playbook.

    Raises PlayError if it has none.
    """
    for block in _YAML_BLOCK.findall(readme):
        if re.search(r"^(?:- |  )hosts:", block, re.MULTILINE):
            return str(block)
    raise PlayError("README.md has no playbook in a yaml block.")


def play_readme(sandbox: Sandbox) -> str:
    """Run the first playbook of the README word for word."""
    playbook = sandbox.directory / "playbook.yml"
    playbook.write_text(readme_playbook((ROOT / "README.md").read_text(encoding="utf-8")), encoding="utf-8")
    play(sandbox, playbook, echo=False)
    return "the playbook of README.md ran word for word"


def shell_command(directory: Path, path: str, user: Mapping[str, str]) -> list[str]:
    """Return how to start the user's shell; bash is told again what its start-up files may have put first."""
    shell = user.get("SHELL") or "bash"
    if Path(shell).name == "bash" and sys.stdin.isatty():
        start = directory / "bashrc"
        start.write_text(_SHELL_START.format(path=path), encoding="utf-8")
        return [shell, "--rcfile", str(start), "-i"]
    return [shell]


def shell_variables(sandbox: Sandbox, user: Mapping[str, str]) -> dict[str, str]:
    """Return the user's own variables, and those that lead to the collection and its service."""
    ours = {name: value for name, value in sandbox.variables.items() if name.startswith(("ANSIBLE_", "RAX_"))}
    theirs = {name: value for name, value in user.items() if not is_foreign(name)}
    path = os.pathsep.join([str(sandbox.environment / "bin"), user.get("PATH", os.defpath)])
    return {**theirs, **ours, "LC_ALL": "C.UTF-8", "PATH": path}
