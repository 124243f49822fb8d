# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every block of YAML in the documents, and the examples of every plugin: valid, and with arguments that exist.

What is found is not listed anywhere. The playbooks and the examples are also run, see tools/playbooks.py.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook import Playbook
from ansible.vars.manager import VariableManager

from ansible_collections.rackspace.identity.tools.blocks import FORMER, Block, documented, examples

from .conftest import ROOT
from .plugins import is_foreign
from .shapes import load, problems_of, shape_of

_DOCUMENTED = list(documented(ROOT))
_BLOCKS = [block for block in [*_DOCUMENTED, *examples(ROOT)] if block.is_yaml]
_OTHER_LANGUAGES = {"console", "ini", "jinja", "json", "mermaid", "python", "shell", "text"}
_ACTION = re.compile(r"^([- ]*)([\w.]+):(?=\s)", re.MULTILINE)


def _with_known_modules(text: str) -> str:
    """Return a text with the names of modules replaced that are not installed."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(2)
        known = "ansible.builtin.debug" if is_foreign(name) or FORMER.fullmatch(name) else name
        return f"{match.group(1)}{known}:"

    return _ACTION.sub(replace, text)


@pytest.mark.parametrize("block", _BLOCKS, ids=[block.name for block in _BLOCKS])
def test_block_is_what_it_seems_to_be(block: Block, tmp_path: Path) -> None:
    data = load(block.text, ROOT / block.document)
    assert problems_of(data) == []
    shape = shape_of(data)
    assert shape
    if not (shape.is_playbook or shape.is_tasks):
        return
    text = block.text if shape.is_playbook else f"- hosts: localhost\n  tasks:\n{textwrap.indent(block.text, '    ')}"
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(_with_known_modules(text), encoding="utf-8")
    loader = DataLoader()
    variables = VariableManager(loader, InventoryManager(loader, sources=["localhost,"]))
    # As ansible-playbook --syntax-check does.
    Playbook.load(str(playbook), variable_manager=variables, loader=loader)


@pytest.mark.parametrize("block", _DOCUMENTED, ids=[block.name for block in _DOCUMENTED])
def test_block_says_its_language(block: Block) -> None:
    assert block.is_yaml or block.language in _OTHER_LANGUAGES
