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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import blocks
import service
from blocks import Block
from paths import NAME, NAMESPACE, ROOT, ansible_variables, is_foreign, tool_variables
from results import CheckError, deprecation

# What the examples of the documentation call by names of their own. In the shell it stands where Ansible looks for it.
_VARIABLES = f"""\
---
# What the examples of the documentation use beside RAX_USERNAME and RAX_API_KEY. Elsewhere these would be vaulted.
vault_rax_api_key: {service.API_KEY}
vault_rax_password: myPassword01
vault_admin_api_key: aaaaa-bbbbb-ccccc-00000003
vault_mfa_password: mfaPassword06
user_token: >-
  {{{{ lookup('rackspace.identity.rax_token', username='demouser', api_key='aaaaa-bbbbb-ccccc-00000002') }}}}
"""
# What a person would type, by the name of the first play.
_ANSWERS = {
    "Run the examples of plugins/modules/rax_identity_token.py": {"answer": {"user_input": "20000001"}},
    "Work with a second factor": {"rax_session_prompt": {"user_input": "20000003"}},
    "Log in with a second factor": {
        # The cached login of the one before would serve this one, too.
        "rax_cache_dir": "{{ playbook_dir }}/tokens-of-its-own",
        "rax_username": "mfaTestUser",
        "rax_password": "mfaPassword06",
        "answer": {"user_input": "20000002"},
    },
}

# The playbooks that are not run, by the name of their first play, and why. Their arguments are checked all the same.
# Those with modules of the former collection are not run either.
NOT_RUN = {
    "Work on the account in the United Kingdom": "it names the real identity service",
}

_DEMO = ROOT / "demo" / "playbook.yml"
_DEMO_MODULES = 7
_RECAP = re.compile(r"^localhost\s+: ok=(\d+)\s+changed=\d+\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
# Warnings stand between the header of a play or a task and what became of it.
_LATER = r"\n(?:(?!TASK \[|PLAY |\w+: \[).*\n)*?"
# Ansible goes on without such a play, and ends well.
_WITHOUT_HOSTS = re.compile(rf"^PLAY \[(.*)\] \**{_LATER}skipping: no hosts matched$", re.MULTILINE)
# Those of roles decide for themselves.
_LEFT_OUT = re.compile(rf"^TASK \[(?!\S+ : )(.*)\] \**{_LATER}skipping:", re.MULTILINE)
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
    if without_hosts := _WITHOUT_HOSTS.findall(output):
        raise PlayError(f"{Path(playbook).name} has no hosts for: {', '.join(without_hosts)}\n{output}")
    if not echo and (warning := deprecation(output)):
        raise PlayError(f"{Path(playbook).name}: {warning}\n{output}")
    return output


def demo(sandbox: Sandbox, *, echo: bool) -> str:
    """Run the demo, and raise PlayError unless it printed what the services have for it."""
    _check_demo(sandbox, play(sandbox, _DEMO, echo=echo))
    return "the demo logged in, found Cloud Files in DFW, listed its containers, uploaded a file and read it back"


def demo_on_target(sandbox: Sandbox, python: Path) -> str:
    """Run the demo with its modules sent to a Python of targets, and raise PlayError unless they ran there."""
    playbook = sandbox.directory / "playbook.yml"
    # A task with an environment is a module of its own even on the controller.
    environment = "  environment:\n    SENT_AS: module\n"
    playbook.write_text(f"{_DEMO.read_text(encoding='utf-8')}\n{environment}", encoding="utf-8")
    program, ran = sandbox.directory / "python-of-target", sandbox.directory / "ran"
    program.write_text(f'#!/bin/sh\necho >> "{ran}"\nexec "{python}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    # Only an extra variable wins over the Python that Ansible takes for a localhost of its own.
    options = ["--extra-vars", json.dumps({"ansible_python_interpreter": str(program)})]
    _check_demo(sandbox, play(sandbox, playbook, echo=False, options=options))
    modules = len(ran.read_text(encoding="utf-8").splitlines()) if ran.exists() else 0
    if modules < _DEMO_MODULES:
        raise PlayError(f"Only {modules} of {_DEMO_MODULES} modules of the demo ran on {python}.")
    return f"the demo ran {modules} modules on {python}"


def _check_demo(sandbox: Sandbox, output: str) -> None:
    for expected in (f"{sandbox.origins['files/DFW']}/v1/", "The file says: Hello from"):
        if expected not in output:
            raise PlayError(f"The demo did not print: {expected}")


def provide_variables(directory: Path) -> None:
    """Write what the examples use, for the playbooks in a directory, unless its owner has written something else."""
    file = directory / "group_vars" / "all.yml"
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        file.write_text(_VARIABLES, encoding="utf-8")


def _title(text: str) -> str:
    """Return the name of the first play."""
    found = re.search(r"^- name: (.*)$", text, re.MULTILINE)
    return found.group(1) if found else ""


def documented(root: Path = ROOT, without: Sequence[str] = ()) -> Iterator[Block]:
    """Yield the examples of each plugin as the tasks of a playbook, and each complete playbook in the documents.

    without: the documents to leave out.
    """
    for block in blocks.examples(root):
        head = f"- name: Run the examples of {block.document}\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
        yield block if block.is_playbook else replace(block, text=head + textwrap.indent(block.text, "    "))
    for block in blocks.documented(root):
        is_runnable = block.is_playbook and not block.is_former and _title(block.text) not in NOT_RUN
        if is_runnable and block.document not in without:
            yield block


def play_documented(sandbox: Sandbox, block: Block) -> str:
    """Run a playbook of the documentation word for word; of examples, no task may be left out. Raises PlayError."""
    playbook = sandbox.directory / f"{re.sub(r'[^A-Za-z0-9.]', '-', block.name)}.yml"
    playbook.write_text(block.text, encoding="utf-8")
    answers = json.dumps(_ANSWERS.get(_title(block.text), {}))
    output = play(sandbox, playbook, echo=False, options=["--extra-vars", answers])
    left_out = _LEFT_OUT.findall(output)
    if left_out and block.document.endswith(".py"):
        raise PlayError(f"{block.name} left out: {', '.join(left_out)}\n{output}")
    return f"{block.name} ran word for word"


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
