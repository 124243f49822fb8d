# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a play that did its work, and which blocks of the documents and examples of plugins are run."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import blocks
import pytest
from blocks import Block
from paths import ROOT

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


def write(root: Path, document: str, text: str) -> None:
    (root / document).parent.mkdir(parents=True, exist_ok=True)
    (root / document).write_text(text, encoding="utf-8")


def test_the_playbooks_of_all_documents_are_run(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"```yaml\n{_PLAYBOOK}```\n\n```yaml\na: 1\n```\n")
    write(tmp_path, "docs/docsite/rst/b.rst", f".. code-block:: yaml\n\n{textwrap.indent(_PLAYBOOK, '    ')}")
    found = [(block.name, block.text) for block in playbooks.documented(tmp_path)]
    assert found == [("a.md:2", _PLAYBOOK), ("docs/docsite/rst/b.rst:3", _PLAYBOOK)]


def test_the_examples_of_a_plugin_are_the_tasks_of_a_playbook(tmp_path: Path) -> None:
    task = "- name: Look it up\n  debug:\n"
    write(tmp_path, "plugins/lookup/rax_a.py", f'EXAMPLES = """\n{task}"""\n')
    (block,) = playbooks.documented(tmp_path)
    assert block.text.startswith("- name: Run the examples of plugins/lookup/rax_a.py\n  hosts: localhost\n")
    assert block.text.endswith(f"  tasks:\n{textwrap.indent(task, '    ')}")


@pytest.mark.parametrize("name", playbooks.NOT_RUN)
def test_what_is_not_run_exists(name: str) -> None:
    assert any(f"- name: {name}\n" in block.text for block in blocks.documented(ROOT))
    assert not any(f"- name: {name}\n" in block.text for block in playbooks.documented())


def test_the_variables_of_the_examples_are_written_once(tmp_path: Path) -> None:
    playbooks.provide_variables(tmp_path)
    file = tmp_path / "group_vars" / "all.yml"
    assert "vault_rax_api_key: aaaaa-bbbbb" in file.read_text(encoding="utf-8")
    file.write_text("mine: true\n", encoding="utf-8")
    playbooks.provide_variables(tmp_path)
    assert file.read_text(encoding="utf-8") == "mine: true\n"


def _output(*tasks: str) -> str:
    recap = "PLAY RECAP ***\nlocalhost : ok=1 changed=0 unreachable=0 failed=0 skipped=1"
    return "\n\n".join([*tasks, recap])


_TASKS = """\
- hosts: localhost
  tasks:
    - name: Two (of two)
      debug:
    - name: Say why it failed
      ansible.builtin.fail:
"""


@pytest.mark.parametrize(
    ("task", "is_told"),
    [("Two (of two)", True), ("Say why it failed", False), ("rackspace.identity.session : Two", False), ("Two", False)],
)
def test_a_task_that_is_left_out_is_told(
    task: str, is_told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = _output("TASK [One] ****\nok: [localhost]", f"TASK [{task}] ***\nskipping: [localhost]")
    monkeypatch.setattr(playbooks, "play", lambda *_arguments, **_options: output)
    sandbox, block = playbooks.Sandbox(tmp_path, {}, tmp_path, ""), Block("a.md", 2, "yaml", _TASKS)
    if not is_told:
        assert playbooks.play_documented(sandbox, block) == "a.md:2 ran word for word"
        return
    with pytest.raises(playbooks.PlayError, match=re.escape(f"a.md:2 left out: {task}")):
        playbooks.play_documented(sandbox, block)


def test_each_login_with_a_second_factor_has_a_passcode_and_a_cache_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays = [
        Block(
            "a.md", 1, "yaml", "- hosts: localhost\n  vars_prompt: []\n  tasks: [{when: first_step.mfa is mapping}]\n"
        ),
        Block("a.md", 2, "yaml", "- hosts: localhost\n"),
        Block("a.md", 3, "yaml", "- hosts: localhost\n  vars: {rax_username: mfaTestUser}\n"),
    ]
    seen = []

    def play(sandbox: playbooks.Sandbox, _path: Path, *, echo: bool, options: list[str]) -> str:
        given = json.loads(options[1])
        seen.append((sandbox.variables.get("RAX_CACHE_DIR"), given["answer"]["user_input"], given.get("rax_username")))
        return _output()

    monkeypatch.setattr(playbooks, "documented", lambda: plays)
    monkeypatch.setattr(playbooks, "play", play)
    for run in playbooks.plays_documented(playbooks.Sandbox(tmp_path, {}, tmp_path, "")):
        run()
    assert seen == [
        (f"{tmp_path}/cache-20000001", "20000001", "mfaTestUser"),
        (None, "", None),
        (f"{tmp_path}/cache-20000002", "20000002", None),
    ]
