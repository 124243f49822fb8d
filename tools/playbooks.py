# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection and the services of the tests, ready for use: the demo, the shell, and the documented playbooks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import blocks
import service
from blocks import Block
from paths import NAME, NAMESPACE, ROOT, ansible_variables, is_foreign, tool_variables
from results import CheckError

# What the examples of the documentation call by names of their own. In the shell it stands where Ansible looks for it.
_VARIABLES = f"""\
---
# What the examples of the documentation use beside RAX_USERNAME and RAX_API_KEY. Elsewhere these would be vaulted.
vault_rax_api_key: {service.API_KEY}
vault_admin_api_key: aaaaa-bbbbb-ccccc-00000003
vault_mfa_password: mfaPassword06
user_token: >-
  {{{{ lookup('rackspace.identity.rax_token', username='demouser', api_key='aaaaa-bbbbb-ccccc-00000002') }}}}
"""
# What a person would type. Each passcode of the user is good for one login.
_PASSCODES = tuple(f"2000000{number}" for number in range(1, 7))
_USER = {"rax_username": "mfaTestUser", "rax_password": "mfaPassword06"}

# The playbooks that are not run, by the name of their first play, and why. Their arguments are checked all the same.
NOT_RUN = {
    "Work on the account in the United Kingdom": "it names the real identity service",
}

_RECAP = re.compile(r"^localhost\s+: ok=(\d+)\s+changed=\d+\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
_LEFT_OUT = re.compile(r"^TASK \[(.*)\] \**\nskipping:", re.MULTILINE)
_SHELL_START = """\
[ -f ~/.bashrc ] && . ~/.bashrc
export PATH={path!r}
PS1="(rackspace.identity) $PS1"
"""


class PlayError(CheckError):
    """A play did not do its work. The text says what is missing."""


@dataclass(frozen=True)
class Sandbox:
    """What a play runs with: an environment, its variables, a directory of this run alone, and services.

    url: of the identity service. origins: of the cloud services, by name.
    """

    environment: Path
    variables: Mapping[str, str]
    directory: Path
    url: str
    origins: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def opened(environment: Path, collections: Path) -> Iterator[Sandbox]:
    """Run an identity service and the cloud services, and give what a play or a shell needs to use them."""
    with (
        service.scratch_directory() as directory,
        service.running(environment, directory, "service") as url,
        service.cloud_running(environment, directory, url) as origins,
    ):
        variables = {
            **tool_variables(environment),
            **ansible_variables(collections),
            "RAX_API_KEY": service.API_KEY,
            "RAX_CACHE_DIR": str(directory / "tokens"),
            "RAX_IDENTITY_URL": url,
            "RAX_USERNAME": service.USERNAME,
        }
        provide_variables(directory)
        yield Sandbox(environment, variables, directory, url, origins)


def recap_is_good(output: str) -> bool:
    """Return whether the recap of a play on localhost tells of tasks done and of none that failed."""
    recap = _RECAP.search(output)
    return recap is not None and int(recap.group(1)) > 0 and recap.group(2) == recap.group(3) == "0"


def play(sandbox: Sandbox, playbook: Path | str, *, echo: bool, options: Sequence[str] = ()) -> str:
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
        problem = f"{Path(playbook).name} ended with {process.returncode} and did not do all its work."
        raise PlayError(problem if echo else f"{problem}\n{output}")
    return output


def demo(sandbox: Sandbox, *, echo: bool, options: Sequence[str] = ()) -> str:
    """Run the demo, and raise PlayError unless it printed what the services have for it."""
    output = play(sandbox, ROOT / "demo" / "playbook.yml", echo=echo, options=options)
    for expected in (f"{sandbox.origins['files/DFW']}/v1/", "The file says: Hello from"):
        if expected not in output:
            raise PlayError(f"The demo did not print: {expected}")
    return "the demo logged in, found Cloud Files in DFW, listed its containers, uploaded a file and read it back"


def provide_variables(directory: Path) -> None:
    """Write what the examples use, for the playbooks in a directory, unless its owner has written something else."""
    file = directory / "group_vars" / "all.yml"
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        file.write_text(_VARIABLES, encoding="utf-8")


def documented(root: Path = ROOT) -> Iterator[Block]:
    """Yield the examples of each plugin as the tasks of a playbook, and each complete playbook in the documents."""
    for block in blocks.examples(root):
        head = f"- name: Run the examples of {block.document}\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
        yield block if block.is_playbook else replace(block, text=head + textwrap.indent(block.text, "    "))
    for block in blocks.documented(root):
        if block.is_playbook and not any(f"- name: {name}\n" in block.text for name in NOT_RUN):
            yield block


def _answers(block: Block, passcode: str) -> dict[str, object]:
    """Return, as extra variables, what a person who runs a playbook of the documentation would type."""
    typed = {"user_input": passcode}
    return {"answer": typed, "rax_session_prompt": typed, **(_USER if "vars_prompt:" in block.text else {})}


def needs_passcode(block: Block) -> bool:
    """Return whether a playbook logs in with a second factor."""
    return "mfaTestUser" in block.text or "mfa is mapping" in block.text


def _must_run(name: str, block: Block) -> bool:
    """Return whether a task is one of the playbook, not of what it imports, and does not only report a failure."""
    return re.search(rf"- name: {re.escape(name)}\n +(?! |ansible\.builtin\.fail:)", block.text) is not None


def play_documented(sandbox: Sandbox, block: Block, passcode: str = "") -> str:
    """Run a playbook of the documentation word for word, and raise PlayError unless each of its tasks did something.

    passcode: for one that logs in with a second factor, which finds no login of another one in its cache.
    """
    playbook = sandbox.directory / f"{re.sub(r'[^A-Za-z0-9.]', '-', block.name)}.yml"
    playbook.write_text(block.text, encoding="utf-8")
    if passcode:
        variables = {**sandbox.variables, "RAX_CACHE_DIR": str(sandbox.directory / f"cache-{passcode}")}
        sandbox = replace(sandbox, variables=variables)
    options = ["--extra-vars", json.dumps(_answers(block, passcode))]
    output = play(sandbox, playbook, echo=False, options=options)
    if left_out := [name for name in _LEFT_OUT.findall(output) if _must_run(name, block)]:
        raise PlayError(f"{block.name} left out: {', '.join(left_out)}\n{output}")
    return f"{block.name} ran word for word"


def plays_documented(sandbox: Sandbox) -> Iterator[Callable[[], str]]:
    """Yield what runs each playbook of the documentation."""
    passcodes = iter(_PASSCODES)
    for block in documented():
        yield partial(play_documented, sandbox, block, next(passcodes) if needs_passcode(block) else "")


def play_of_collection(sandbox: Sandbox, path: Path) -> str:
    """Run a playbook of the collection by its name."""
    name = f"{NAMESPACE}.{NAME}.{path.stem}"
    play(sandbox, name, echo=False)
    return f"{name} ran"


def shell_welcome(sandbox: Sandbox, directory: Path) -> str:
    """Return what a user of the shell wants to know: who there is, where the shell is, and what it can talk to."""
    services = sorted({name.partition("/")[0] for name in sandbox.origins} - {"control", "elsewhere"})
    return f"""\
The identity service runs at {sandbox.url}; you are {service.USERNAME}, whose API key is exported.
Other users and their passwords: tests/identity_service/README.md, for example mfaTestUser, who needs a passcode.
The examples of ansible-doc and the playbooks of the guides run as they are; group_vars/all.yml has their variables.
Behind the catalog answer, in DFW and IAD: {", ".join(services)}.
Your files stay in {directory} until make clean. Leave with: exit"""


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
