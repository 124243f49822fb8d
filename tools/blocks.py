# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of code in the documents, and the examples of the plugins, found without being named anywhere."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Each with a margin, a language and a body; in a guide, the body begins with the options of the directive.
_BLOCKS = {
    ".md": re.compile(
        r"^(?P<margin>[ \t]*)```(?P<language>\S*)(?P<options>.*)\n(?P<body>(?:.*\n)*?)(?P=margin)```[ \t]*$",
        re.MULTILINE,
    ),
    ".rst": re.compile(
        r"^(?P<margin>[ \t]*)\.\. (?:code|code-block|sourcecode)::[ \t]*(?P<language>\S*)[ \t]*\n"
        r"(?P<body>(?:(?P=margin)[ \t]+\S.*\n|[ \t]*\n)*)",
        re.MULTILINE,
    ),
}
_OPTIONS = re.compile(r"(?:[ \t]*:[\w-]+:.*\n)*")
_CAPTION = re.compile(r":caption:[ \t]*(.+)|title=\"(.+?)\"")
_YAML = ("yaml", "yml", "yaml+jinja")

FORMER = re.compile(
    r"(?:community\.general\.)?rax(?:_(?:cbs|cbs_attachments|cdb|cdb_database|cdb_user|clb|clb_nodes|clb_ssl|dns"
    r"|dns_record|facts|files|files_objects|identity|keypair|meta|mon_alarm|mon_check|mon_entity|mon_notification"
    r"|mon_notification_plan|network|queue|scaling_group|scaling_policy))?"
)
"""The names of Ansible's former rax_* modules, which guides show to say what replaces them."""

_FORMER_TASK = re.compile(rf"^[- ]*{FORMER.pattern}:", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: where it stands, in which language it says to be, and its text without the margin.

    caption: the file that a reader saves it as, or nothing.
    """

    document: str
    line: int
    language: str
    text: str
    caption: str = ""

    @property
    def name(self) -> str:
        """The place of the block, as editors open it."""
        return f"{self.document}:{self.line}"

    @property
    def is_yaml(self) -> bool:
        """Whether the block says that it is YAML."""
        return self.language.lower() in _YAML

    @property
    def is_playbook(self) -> bool:
        """Whether the block is a complete playbook."""
        return self.is_yaml and re.search(r"^(?:- |  )hosts:", self.text, re.MULTILINE) is not None

    @property
    def is_former(self) -> bool:
        """Whether the block uses modules of the former collection."""
        return _FORMER_TASK.search(self.text) is not None


def blocks_in(text: str, document: str) -> list[Block]:
    """Return the blocks of a document, whose name ends in .md or .rst."""
    found = []
    for match in _BLOCKS[Path(document).suffix].finditer(text):
        start, body = match.start("body"), match.group("body")
        if document.endswith(".rst"):
            skipped = _OPTIONS.match(body)
            options = skipped.group() if skipped else ""
            start += len(options)
            body = text[start : match.end("body")]
        else:
            options = match.group("options")
        caption = _CAPTION.search(options)
        start += len(body) - len(body.lstrip("\n"))
        code = textwrap.dedent(body).strip("\n") + "\n"
        line = text.count("\n", 0, start) + 1
        found.append(
            Block(document, line, match.group("language"), code, caption[caption.lastindex or 0] if caption else "")
        )
    return found


def documents(root: Path) -> list[str]:
    """Return the documents below a directory: each guide and each Markdown file, except in hidden directories."""
    paths = [*root.glob("*.md"), *root.glob("[!.]*/**/*.md"), *root.glob("docs/docsite/rst/*.rst")]
    return sorted(str(path.relative_to(root)) for path in paths)


def documented(root: Path) -> Iterator[Block]:
    """Yield each block of each document."""
    for document in documents(root):
        yield from blocks_in((root / document).read_text(encoding="utf-8"), document)


def examples(root: Path) -> Iterator[Block]:
    """Yield the examples of each plugin that has some."""
    for path in sorted(root.glob("plugins/*/*.py")):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="EXAMPLES")], value=ast.Constant(value=str() as text)):
                    yield Block(str(path.relative_to(root)), statement.lineno + 1, "yaml", text.strip("\n") + "\n")
