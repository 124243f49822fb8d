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
_KEPT = (".ansible/", ".git/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", "/tests/output/")


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


def fill(copy: Path, checkout: Path) -> None:
    """Make the copy hold exactly the files of the checkout, and what tools keep there.

    It is a repository of its own: tools would ask the checkout's, which ignores everything here.
    """
    git = ["git", "-C", str(copy)]
    copy.mkdir(parents=True, exist_ok=True)
    for command in (["init", "--quiet"], ["clean", "-ffdxq", *(f"--exclude={kept}" for kept in _KEPT)]):
        subprocess.run([*git, *command], check=True, env=tool_variables(), stdin=subprocess.DEVNULL)
    for name in tracked_files(checkout):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / name, copy / name, follow_symlinks=False)


def collection_directory(collections: Path) -> Path:
    """Return the collection's directory below a directory of collections."""
    return collections / "ansible_collections" / NAMESPACE / NAME


def copied(purpose: str) -> Path:
    """Bring the copy for one purpose up to date and return its directory of collections.

    Each purpose has its own, so that sessions can run side by side.
    """
    collections = BUILD / "copies" / purpose
    fill(collection_directory(collections), ROOT)
    return collections
