# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages for beginners, followed as they follow it: files are saved, commands typed, and what is printed is compared."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from blocks import Block, blocks_in
from paths import ROOT

from playbooks import PlayError, Sandbox

PAGES = ("README.md", "docs/docsite/rst/getting_started.rst")

# A line of expected output that stands for lines which the page leaves out.
_LEFT_OUT = "..."


def steps(document: str) -> list[Block]:
    """Return what a reader of a document does in `make shell`: the blocks from there to the command that leaves it."""
    found = blocks_in((ROOT / document).read_text(encoding="utf-8"), document)
    opens = [number for number, block in enumerate(found) if block.text.endswith("make shell\n")]
    leaves = [number for number, block in enumerate(found) if block.text == "exit\n"]
    if not opens or not leaves:
        raise PlayError(f"{document} has no block that ends with `make shell`, or none that is `exit`.")
    return found[opens[0] + 1 : leaves[0]]


def _missing(expected: str, printed: str) -> Iterator[str]:
    """Yield the expected lines that were not printed, in this order."""
    lines = iter(line.rstrip() for line in printed.splitlines())
    for line in expected.splitlines():
        if line.strip() not in ("", _LEFT_OUT) and line.rstrip() not in lines:
            yield line


def follow(sandbox: Sandbox, document: str) -> str:
    """Do what a document says, and raise PlayError if a command fails or does not print what it shows."""
    printed = ""
    commands = 0
    for block in steps(document):
        if block.caption:
            (sandbox.directory / block.caption).write_text(block.text, encoding="utf-8")
        elif block.language == "shell":
            command = subprocess.run(
                # Not on its standard input, of which a command could read the ones that follow.
                ["bash", "-e", "-c", block.text],
                check=False,
                cwd=sandbox.directory,
                encoding="utf-8",
                env=dict(sandbox.variables),
                errors="replace",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            printed = command.stdout
            commands += 1
            if command.returncode != 0:
                raise PlayError(f"{block.name}: {block.text.strip()} ended with {command.returncode}:\n{printed}")
        elif missing := list(_missing(block.text, printed)):
            raise PlayError(f"{block.name} shows a line that was not printed: {missing[0]}\n{printed}")
    if not commands:
        raise PlayError(f"{document} has no command in its shell.")
    return f"{document} works as it stands: {commands} commands"
