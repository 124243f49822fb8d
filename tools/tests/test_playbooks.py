# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a play that did its work, and which block of the README is the playbook."""

from __future__ import annotations

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


def test_the_first_playbook_is_taken_word_for_word() -> None:
    blocks = ["```shell\nmake demo\n```\n", "```yaml\ndependencies: []\n```\n", f"```yaml\n{_PLAYBOOK}```\n"]
    readme = "# Title\n" + "".join(blocks) + "```yaml\n- hosts: other\n```\n"
    assert playbooks.readme_playbook(readme) == _PLAYBOOK


def test_a_document_mark_belongs_to_the_playbook() -> None:
    assert playbooks.readme_playbook(f"```yaml\n---\n{_PLAYBOOK}```\n") == f"---\n{_PLAYBOOK}"


def test_a_readme_without_a_playbook_is_told() -> None:
    with pytest.raises(playbooks.PlayError, match="no playbook"):
        playbooks.readme_playbook("```yaml\na: 1\n```\n")
