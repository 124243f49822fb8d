# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy of the checkout holds what the checkout holds, and what tools want to find again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import checkout as copies
import pytest


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    directory = tmp_path / "checkout"
    (directory / "plugins" / "modules").mkdir(parents=True)
    (directory / "plugins" / "modules" / "one.py").write_text("1", encoding="utf-8")
    (directory / "new and odd näme.txt").write_text("new", encoding="utf-8")
    (directory / ".gitignore").write_text(".build/\n", encoding="utf-8")
    (directory / ".build").mkdir()
    (directory / ".build" / "made").write_text("made", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
    subprocess.run(["git", "add", "plugins"], cwd=directory, check=True)
    return directory


def test_tracked_and_new_files_are_listed_and_ignored_ones_are_not(checkout: Path) -> None:
    assert copies.tracked_files(checkout) == [".gitignore", "new and odd näme.txt", "plugins/modules/one.py"]


def test_a_deleted_file_is_not_listed(checkout: Path) -> None:
    (checkout / "plugins" / "modules" / "one.py").unlink()
    assert "plugins/modules/one.py" not in copies.tracked_files(checkout)


def test_a_directory_without_git_is_told(tmp_path: Path) -> None:
    with pytest.raises(copies.CheckoutError, match="git cannot list"):
        copies.tracked_files(tmp_path)


def test_the_copy_follows_the_checkout(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copies.fill(copy, checkout)
    assert (copy / "plugins" / "modules" / "one.py").read_text(encoding="utf-8") == "1"
    (checkout / "plugins" / "modules" / "one.py").unlink()
    (checkout / "plugins" / "lookup").write_text("now a file", encoding="utf-8")
    (copy / "litter" / "deep").mkdir(parents=True)
    (copy / "litter" / "deep" / "importer_result.json").write_text("{}", encoding="utf-8")
    copies.fill(copy, checkout)
    assert not (copy / "plugins" / "modules").exists()
    assert not (copy / "litter").exists()
    assert (copy / "plugins" / "lookup").read_text(encoding="utf-8") == "now a file"


def test_what_tools_keep_stays(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copies.fill(copy, checkout)
    kept = [copy / ".git" / "own", copy / "tests" / "output" / "cache", copy / ".mypy_cache" / "one"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("kept", encoding="utf-8")
    copies.fill(copy, checkout)
    assert all(path.is_file() for path in kept)


def test_a_changed_file_is_copied_again(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    source = checkout / "plugins" / "modules" / "one.py"
    copies.fill(copy, checkout)
    source.write_text("2", encoding="utf-8")
    source.chmod(0o755)
    copies.fill(copy, checkout)
    copied = copy / "plugins" / "modules" / "one.py"
    assert copied.read_text(encoding="utf-8") == "2"
    assert copied.stat().st_mode == source.stat().st_mode
