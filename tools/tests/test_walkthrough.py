# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for beginners is followed step by step, and one that does not work is noticed."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import walkthrough

from playbooks import PlayError, Sandbox

Page = Callable[..., str]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Return what writes a guide of these blocks, and returns its name."""
    monkeypatch.setattr(walkthrough, "ROOT", tmp_path)

    def write(*blocks: tuple[str, str]) -> str:
        found = (("shell", "git clone x\nmake shell"), *blocks, ("shell", "exit"), ("shell", "false"))
        text = "\n".join(
            f".. code-block:: {head}\n\n{textwrap.indent(text, '    ')}\n\nWords.\n" for head, text in found
        )
        (tmp_path / "page.rst").write_text(f"Title\n=====\n\n{text}", encoding="utf-8")
        return "page.rst"

    return write


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path, {"PATH": os.environ["PATH"]}, tmp_path, "http://127.0.0.1")


def test_steps_are_those_in_the_shell(page: Page) -> None:
    steps = walkthrough.steps(page(("yaml\n    :caption: a.txt", "a: 1\n\nb: 2"), ("shell", "cat a.txt")))
    assert [(step.language, step.caption, step.text) for step in steps] == [
        ("yaml", "a.txt", "a: 1\n\nb: 2\n"),
        ("shell", "", "cat a.txt\n"),
    ]


def test_files_are_saved_and_commands_run_where_they_are(sandbox: Sandbox, page: Page) -> None:
    saved = ("yaml\n    :caption: a.txt", "a: 1\n\nb: 2")
    document = page(saved, ("shell", "cat a.txt"), ("text", "a: 1\n...\nb: 2"))
    assert walkthrough.follow(sandbox, document) == "page.rst works as it stands: 1 commands"


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ([("shell", "false\ntrue")], "ended with 1"),
        ([("shell", "cat > input\nfalse")], "ended with 1"),
        ([("shell", "echo one"), ("text", "two")], "not printed: two"),
        ([("shell", "echo one; echo two"), ("text", "two\none")], "not printed: one"),
        ([], "no command"),
    ],
)
def test_page_that_does_not_work_is_noticed(
    sandbox: Sandbox, page: Page, blocks: list[tuple[str, str]], problem: str
) -> None:
    with pytest.raises(PlayError, match=problem):
        walkthrough.follow(sandbox, page(*blocks))


def test_page_without_the_shell_is_noticed(page: Page, tmp_path: Path) -> None:
    page()
    (tmp_path / "page.rst").write_text(".. code-block:: shell\n\n    exit\n", encoding="utf-8")
    with pytest.raises(PlayError, match="make shell"):
        walkthrough.steps("page.rst")


@pytest.mark.parametrize("document", walkthrough.PAGES)
def test_pages_for_beginners_use_cloud_files(document: str) -> None:
    steps = walkthrough.steps(document)
    assert any("rackspace.identity.rax_request:" in step.text for step in steps if step.caption)
    commands = [step.text for step in steps if step.language == "shell"]
    assert commands[0] == f"ansible-playbook {next(step.caption for step in steps if step.caption)}\n"
