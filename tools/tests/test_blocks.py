# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of documents, and the examples of plugins."""

from __future__ import annotations

import textwrap
from pathlib import Path

import blocks
import pytest
from blocks import Block
from paths import ROOT

_PLAY = "---\n- name: One\n  hosts: localhost\n\n  tasks: []\n"


def test_blocks_of_a_markdown_document_lose_nothing_but_their_margin() -> None:
    text = f"# Title\n\n```yaml\n{_PLAY}```\n\n1. Do:\n\n   ```shell\n   make\n   ```\n\n```\nplain\n```\n"
    text += '\n```yaml title="a.yml"\na: 1\n```\n'
    assert blocks.blocks_in(text, "a.md") == [
        Block("a.md", 4, "yaml", _PLAY),
        Block("a.md", 14, "shell", "make\n"),
        Block("a.md", 18, "", "plain\n"),
        Block("a.md", 22, "yaml", "a: 1\n", "a.yml"),
    ]


def test_blocks_of_a_guide_lose_nothing_but_their_margin_and_options() -> None:
    play = textwrap.indent(_PLAY, "    ")
    text = f"Title\n=====\n\n.. code-block:: yaml\n\n{play}\nText.\n\n.. code-block:: YAML+Jinja\n"
    text += "    :caption: a.yml\n\n    a: 1\n\n#. Item\n\n   .. code-block:: ini\n\n      [a]\n\n   More.\n"
    assert blocks.blocks_in(text, "a.rst") == [
        Block("a.rst", 6, "yaml", _PLAY),
        Block("a.rst", 17, "YAML+Jinja", "a: 1\n", "a.yml"),
        Block("a.rst", 23, "ini", "[a]\n"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "is_yaml", "is_playbook"),
    [
        ("yaml", _PLAY, True, True),
        ("yaml", "- hosts: all\n", True, True),
        ("YAML+Jinja", "- debug:\n", True, False),
        ("shell", "- hosts: all\n", False, False),
        ("", "a: 1\n", False, False),
    ],
)
def test_playbooks_are_told_from_other_blocks(language: str, text: str, is_yaml: bool, is_playbook: bool) -> None:
    block = Block("a.md", 1, language, text)
    assert (block.is_yaml, block.is_playbook) == (is_yaml, is_playbook)


def test_hidden_directories_hold_no_documents(tmp_path: Path) -> None:
    for name in ("README.md", "docs/b.md", "roles/a/README.md", ".build/docs/c.md", "docs/docsite/rst/d.rst", "e.rst"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert blocks.documents(tmp_path) == ["README.md", "docs/b.md", "docs/docsite/rst/d.rst", "roles/a/README.md"]


def test_examples_are_found_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "plugins" / "lookup").mkdir(parents=True)
    (tmp_path / "plugins" / "lookup" / "a.py").write_text('A = 1\nEXAMPLES = r"""\n- debug:\n"""\n', encoding="utf-8")
    (tmp_path / "plugins" / "lookup" / "b.py").write_text("A = 1\n", encoding="utf-8")
    assert list(blocks.examples(tmp_path)) == [Block("plugins/lookup/a.py", 3, "yaml", "- debug:\n")]


def test_every_documented_plugin_has_examples() -> None:
    paths = ROOT.glob("plugins/*/[!_]*.py")
    documented = {
        str(path.relative_to(ROOT)) for path in paths if "DOCUMENTATION = " in path.read_text(encoding="utf-8")
    }
    assert {block.document for block in blocks.examples(ROOT)} == documented
