# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a play that did its work, and which blocks of the documents and examples of plugins are run."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
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


@pytest.mark.parametrize(
    "text", [f"{_PLAYBOOK}    - rax_dns:\n", f"{_PLAYBOOK}    - name: A\n      community.general.rax:\n"]
)
def test_modules_of_the_former_collection_are_not_run(text: str, tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"```yaml\n{_PLAYBOOK}```\n\n```yaml\n{text}```\n")
    assert [block.text for block in playbooks.documented(tmp_path)] == [_PLAYBOOK]


def test_a_document_can_be_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"```yaml\n{_PLAYBOOK}```\n")
    assert list(playbooks.documented(tmp_path, without=["a.md"])) == []


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


_WARNING = "[WARNING]: Something to know,\nin two lines\n\n"


@pytest.mark.parametrize("document", ["a.md", "plugins/lookup/a.py"])
@pytest.mark.parametrize("words", ["ok", "skipping", "ok: [localhost] => (item=1)\nskipping"])
@pytest.mark.parametrize("warning", ["", _WARNING])
def test_no_task_of_examples_is_left_out(
    document: str, words: str, warning: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = _output("TASK [One] ****\nok: [localhost]", f"TASK [Two] ****\n{warning}{words}: [localhost]")
    monkeypatch.setattr(playbooks, "play", lambda *_arguments, **_options: output)
    sandbox = playbooks.Sandbox(tmp_path, {}, tmp_path, "")
    block = Block(document, 2, "yaml", _PLAYBOOK)
    if words != "skipping" or document == "a.md":
        assert playbooks.play_documented(sandbox, block) == f"{document}:2 ran word for word"
        return
    with pytest.raises(playbooks.PlayError, match=r"a\.py:2 left out: Two"):
        playbooks.play_documented(sandbox, block)


def test_answers_are_for_their_playbook_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def play(*_arguments: object, options: Sequence[str], **_options: object) -> str:
        given.append(options[1])
        return _output()

    monkeypatch.setattr(playbooks, "play", play)
    sandbox = playbooks.Sandbox(tmp_path, {}, tmp_path, "")
    for text in (_PLAYBOOK, "- name: Log in with a second factor\n  hosts: localhost\n"):
        playbooks.play_documented(sandbox, Block("a.md", 2, "yaml", text))
    assert [json.loads(extra).get("rax_username") for extra in given] == [None, "mfaTestUser"]


_RECAP = "localhost : ok=2 changed=0 unreachable=0 failed=0"


def _sandbox(directory: Path, script: str) -> playbooks.Sandbox:
    """Make a sandbox whose ansible-playbook is a shell script."""
    program = directory / "environment" / "bin" / "ansible-playbook"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    program.chmod(0o755)
    origins = {"files/DFW": "http://127.0.0.1:1"}
    return playbooks.Sandbox(directory / "environment", {"PATH": "/usr/bin:/bin"}, directory, "", origins)


def test_a_play_that_does_its_work_with_a_deprecated_means_has_failed(tmp_path: Path) -> None:
    warning = "[DEPRECATION WARNING]: This will be removed."
    sandbox = _sandbox(tmp_path, f"echo '{warning}'\necho '{_RECAP}'\n")
    with pytest.raises(playbooks.PlayError, match=r"^some\.yml: \[DEPRECATION WARNING\]: This will be removed\."):
        playbooks.play(sandbox, tmp_path / "some.yml", echo=False)


@pytest.mark.parametrize("warning", ["", _WARNING])
def test_a_play_without_hosts_has_failed_although_another_did_its_work(tmp_path: Path, warning: str) -> None:
    plays = f"PLAY [One] ****\nok: [localhost]\n\nPLAY [Two] ****\n{warning}skipping: no hosts matched\n"
    sandbox = _sandbox(tmp_path, f"cat << END\n{plays}\nPLAY RECAP ****\n{_RECAP}\nEND\n")
    with pytest.raises(playbooks.PlayError, match=r"^some\.yml has no hosts for: Two\n"):
        playbooks.play(sandbox, tmp_path / "some.yml", echo=False)


_MODULE = "\"$interpreter\" -c \"open('by', 'a').write('x')\"\n"


@pytest.mark.parametrize(("modules", "good"), [(7, True), (6, False), (0, False)])
def test_modules_of_the_demo_that_did_not_run_on_the_python_of_a_target_are_missed(
    tmp_path: Path, modules: int, good: bool
) -> None:
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    script = 'interpreter=$(echo "$2" | sed \'s/.*: "//; s/".*//\')\n' + modules * _MODULE
    script += f"echo 'http://127.0.0.1:1/v1/ The file says: Hello from'\necho '{_RECAP}'\n"
    sandbox = _sandbox(tmp_path, script)
    if good:
        assert playbooks.demo_on_target(sandbox, python) == f"the demo ran 7 modules on {python}"
    else:
        with pytest.raises(playbooks.PlayError, match=f"^Only {modules} of 7 modules of the demo ran on {python}"):
            playbooks.demo_on_target(sandbox, python)
    assert (tmp_path / "playbook.yml").read_text(encoding="utf-8").endswith("environment:\n    SENT_AS: module\n")
    written = (tmp_path / "by").read_text(encoding="utf-8") if modules else ""
    assert written == "x" * modules
