# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection's files where Ansible's tools want it: `.../ansible_collections/rackspace/identity`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from environments import only_one
from places import BUILD, HOME, NAME, NAMESPACE, ROOT, tool_environment

# What tools leave in the stage and want to find again.
_KEPT = {".ansible", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
_KEPT_PATHS = {"tests/output", "tests/integration/integration_config.yml"}


class StageError(Exception):
    """The files of the checkout could not be listed."""


def tracked_files(checkout: Path) -> list[str]:
    """Return the files of a git checkout, tracked or new but not ignored, that exist."""
    variables = {**tool_environment(), "HOME": os.environ.get("HOME", str(HOME))}
    command = ["git", "-c", f"safe.directory={checkout}", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard", "--deduplicate"]
    listing = subprocess.run(
        command, cwd=checkout, env=variables, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    if listing.returncode != 0:
        raise StageError(f"git cannot list the files of {checkout}: {listing.stderr.decode(errors='replace').strip()}")
    names = [os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]
    return sorted(name for name in names if (checkout / name).is_file() or (checkout / name).is_symlink())


def _same(source: Path, copy: Path) -> bool:
    if copy.is_symlink() or not copy.is_file():
        return False
    old, new = copy.stat(), source.stat()
    return (old.st_size, old.st_mtime_ns, old.st_mode) == (new.st_size, new.st_mtime_ns, new.st_mode)


def _copy(source: Path, copy: Path) -> None:
    if not _same(source, copy):
        if copy.is_dir() and not copy.is_symlink():
            shutil.rmtree(copy)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        shutil.copy2(source, copy)


def _remove_what_is_gone(folder: Path, stage: Path, wanted: set[str]) -> None:
    for entry in list(folder.iterdir()):
        path = entry.relative_to(stage).as_posix()
        if entry.name in _KEPT or path in _KEPT_PATHS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            _remove_what_is_gone(entry, stage, wanted)
            if not any(entry.iterdir()):
                entry.rmdir()
        elif path not in wanted:
            entry.unlink()


def fill(stage: Path, checkout: Path, names: list[str]) -> None:
    """Make the stage hold exactly the files of that name of the checkout, and what tools keep there."""
    stage.mkdir(parents=True, exist_ok=True)
    _remove_what_is_gone(stage, stage, set(names))
    for name in names:
        _copy(checkout / name, stage / name)


def collection_folder(collections: Path) -> Path:
    """Return the collection's folder below a folder of collections."""
    return collections / "ansible_collections" / NAMESPACE / NAME


def make(purpose: str) -> Path:
    """Bring the stage for one purpose up to date and return its folder of collections.

    Each purpose has its own, so that a shell can stay open while tests run.
    """
    collections = BUILD / "stage" / purpose
    stage = collection_folder(collections)
    with only_one(f"stage-{purpose}", "Waiting for another run in this checkout ..."):
        fill(stage, ROOT, tracked_files(ROOT))
        # Without a repository of its own the tools would ask the checkout's, which ignores everything here.
        if not (stage / ".git").exists():
            subprocess.run(["git", "init", "--quiet", str(stage)], check=True, env=tool_environment())
    return collections
