# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the checkout where Ansible's tools want a collection: `.../ansible_collections/rackspace/identity`."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paths import BUILD, NAME, NAMESPACE, ROOT, tool_variables

# What tools leave in the copy and want to find again.
_KEPT = {".ansible", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
_KEPT_PATHS = {"tests/output", "tests/integration/integration_config.yml"}


class CheckoutError(Exception):
    """The files of the checkout could not be listed."""


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one process at a time into the block, and tell the others that they wait."""
    locks = BUILD / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another run of {name} in this checkout ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tracked_files(checkout: Path) -> list[str]:
    """Return the files of a git checkout, tracked or new but not ignored, that exist."""
    # The checkout may belong to another user, as in a container.
    command = ["git", "-c", f"safe.directory={checkout}", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard", "--deduplicate"]
    listing = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=checkout,
        encoding="utf-8",
        env=tool_variables(),
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
    )
    if listing.returncode != 0:
        raise CheckoutError(f"git cannot list the files of {checkout}: {listing.stderr.strip()}")
    names = [name for name in listing.stdout.split("\0") if name]
    return sorted(name for name in names if (checkout / name).is_file() or (checkout / name).is_symlink())


def _same(source: Path, copy: Path) -> bool:
    if copy.is_symlink() or not copy.is_file():
        return False
    old, new = copy.stat(), source.stat()
    return (old.st_size, old.st_mtime_ns, old.st_mode) == (new.st_size, new.st_mtime_ns, new.st_mode)


def _copy_file(source: Path, copy: Path) -> None:
    if not _same(source, copy):
        if copy.is_dir() and not copy.is_symlink():
            shutil.rmtree(copy)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        shutil.copy2(source, copy)


def _remove_what_is_gone(directory: Path, copy: Path, wanted: set[str]) -> None:
    for entry in list(directory.iterdir()):
        path = entry.relative_to(copy).as_posix()
        if entry.name in _KEPT or path in _KEPT_PATHS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            _remove_what_is_gone(entry, copy, wanted)
            if not any(entry.iterdir()):
                entry.rmdir()
        elif path not in wanted:
            entry.unlink()


def fill(copy: Path, checkout: Path, names: list[str]) -> None:
    """Make the copy hold exactly the files of that name of the checkout, and what tools keep there."""
    copy.mkdir(parents=True, exist_ok=True)
    _remove_what_is_gone(copy, copy, set(names))
    for name in names:
        _copy_file(checkout / name, copy / name)


def collection_directory(collections: Path) -> Path:
    """Return the collection's directory below a directory of collections."""
    return collections / "ansible_collections" / NAMESPACE / NAME


def copied(purpose: str) -> Path:
    """Bring the copy for one purpose up to date and return its directory of collections.

    Each purpose has its own, so that sessions can run side by side.
    """
    collections = BUILD / "copies" / purpose
    copy = collection_directory(collections)
    fill(copy, ROOT, tracked_files(ROOT))
    # Without a repository of its own the tools would ask the checkout's, which ignores everything here.
    if not (copy / ".git").exists():
        subprocess.run(["git", "init", "--quiet", str(copy)], check=True, env=tool_variables())
    return collections
