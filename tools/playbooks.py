# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection and the services of the tests, ready for use: the demo, the shell, and the documented playbooks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import service
from paths import ROOT, ansible_variables, is_foreign, tool_variables
from results import CheckError

# Every complete playbook in these documents is run word for word. Others hold examples for accounts of their own.
DOCUMENTS = (
    "README.md",
    "docs/docsite/rst/endpoint_guide.rst",
    "docs/docsite/rst/request_guide.rst",
    "docs/docsite/rst/token_guide.rst",
)

_RECAP = re.compile(r"^localhost\s+: ok=(\d+)\s+changed=\d+\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
_BLOCKS = {
    ".md": re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL),
    ".rst": re.compile(r"^\.\. code-block:: ya?ml\n+((?:[ \t]+.*\n|[ \t]*\n)+)", re.MULTILINE),
}
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
        yield Sandbox(environment, variables, directory, url, origins)


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
    """Run the demo, and raise PlayError unless it printed what the services have for it."""
    output = play(sandbox, ROOT / "demo" / "playbook.yml", echo=echo, options=options)
    for expected in (f"{sandbox.origins['files/DFW']}/v1/", "The file says: Hello from"):
        if expected not in output:
            raise PlayError(f"The demo did not print: {expected}")
    return "the demo logged in, found Cloud Files in DFW, listed its containers, uploaded a file and read it back"


def playbooks_in(text: str, suffix: str) -> list[str]:
    """Return the YAML blocks of a document that are complete playbooks. suffix: .md or .rst."""
    blocks = (textwrap.dedent(block).rstrip() + "\n" for block in _BLOCKS[suffix].findall(text))
    return [block for block in blocks if re.search(r"^(?:- |  )hosts:", block, re.MULTILINE)]


def documented(root: Path = ROOT, documents: Sequence[str] = DOCUMENTS) -> Iterator[tuple[str, str]]:
    """Yield a name for each playbook in the documents, and its text.

    Raises PlayError for a document that has none.
    """
    for document in documents:
        path = root / document
        found = playbooks_in(path.read_text(encoding="utf-8"), path.suffix)
        if not found:
            raise PlayError(f"{document} has no playbook in a yaml block.")
        for number, text in enumerate(found, 1):
            yield f"playbook {number} of {document}", text


def play_documented(sandbox: Sandbox, name: str, text: str) -> str:
    """Run a playbook of a document word for word."""
    playbook = sandbox.directory / f"{name.replace('/', '-').replace(' ', '-')}.yml"
    playbook.write_text(text, encoding="utf-8")
    play(sandbox, playbook, echo=False)
    return f"{name} ran word for word"


def shell_welcome(sandbox: Sandbox, directory: Path) -> str:
    """Return what a user of the shell wants to know: who there is, where the shell is, and what it can talk to."""
    services = sorted({name.partition("/")[0] for name in sandbox.origins} - {"control", "elsewhere"})
    return f"""\
The identity service runs at {sandbox.url}; you are {service.USERNAME}, whose API key is exported.
Other users and their passwords: tests/identity_service/README.md, for example mfaTestUser, who needs a passcode.
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
