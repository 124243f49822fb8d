# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a play that did its work, and which blocks of the documents are playbooks."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import playbooks

_PLAYBOOK = "- name: Log in\n  hosts: localhost\n  tasks: []\n"


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("localhost : ok=6 changed=0 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0", True),
        ("localhost                  : ok=6    changed=1    unreachable=0    failed=0", True),
        ("localhost : ok=0 changed=0 unreachable=0 failed=0", False),
        ("localhost : ok=5 changed=0 unreachable=0 failed=1", False),
        ("localhost : ok=5 changed=0 unreachable=1 failed=0", False),
        ("", False),
    ],
)
def test_the_recap_tells_whether_all_was_done(line: str, good: bool) -> None:
    assert playbooks.recap_is_good(f"PLAY RECAP ****\n{line}\n") is good


def test_the_playbooks_of_a_markdown_document_are_taken_word_for_word() -> None:
    blocks = ["```shell\nmake demo\n```\n", "```yaml\ndependencies: []\n```\n", f"```yaml\n{_PLAYBOOK}```\n"]
    readme = "# Title\n" + "".join(blocks) + "```yaml\n- hosts: other\n```\n"
    assert playbooks.playbooks_in(readme, ".md") == [_PLAYBOOK, "- hosts: other\n"]


def test_a_document_mark_belongs_to_the_playbook() -> None:
    assert playbooks.playbooks_in(f"```yaml\n---\n{_PLAYBOOK}```\n", ".md") == [f"---\n{_PLAYBOOK}"]


def test_the_playbooks_of_a_guide_lose_nothing_but_their_indentation() -> None:
    play = "---\n- name: One\n  hosts: localhost\n\n  tasks: []\n"
    block = f".. code-block:: yaml\n\n{textwrap.indent(play, '    ')}"
    task = ".. code-block:: yaml\n\n    - name: A task\n      debug:\n\n"
    guide = f"Title\n=====\n\n{block}\nText.\n\n{task}More text:\n\n{block}"
    assert playbooks.playbooks_in(guide, ".rst") == [play, play]


def test_each_playbook_is_named_after_its_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"```yaml\n{_PLAYBOOK}```\n" * 2, encoding="utf-8")
    names = [name for name, _text in playbooks.documented(tmp_path, ["a.md"])]
    assert names == ["playbook 1 of a.md", "playbook 2 of a.md"]


def test_a_document_without_a_playbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```yaml\na: 1\n```\n", encoding="utf-8")
    with pytest.raises(playbooks.PlayError, match=r"a\.md has no playbook"):
        list(playbooks.documented(tmp_path, ["a.md"]))


def test_the_documents_have_playbooks() -> None:
    assert {name.partition(" of ")[2] for name, _text in playbooks.documented()} == set(playbooks.DOCUMENTS)
