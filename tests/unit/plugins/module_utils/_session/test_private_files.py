# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who can access the files of the token cache, and what is never used as one of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cache_files import (
    NAME,
    entry_file,
    head,
    in_the_way,
    mode,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("no_hanging")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "does" / "not" / "exist"


# Modes.


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_mask(directory: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        cache = TokenCache(str(directory))
        cache.salt()
        cache.write(NAME, CacheEntry({}))
        with cache.lock(NAME, 1.0):
            pass
    finally:
        os.umask(before)
    # The parents, too: who can write there can put another directory in place of ours.
    assert [mode(path) for path in (directory, *directory.parents[:2])] == [0o700] * 3
    assert {path.name: mode(path) for path in directory.iterdir()} == {
        "salt": 0o600,
        f"{NAME}.json": 0o600,
        f"{NAME}.lock": 0o600,
    }


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_lock_that_is_taken_over_is_private_too(
    cache: TokenCache, directory: Path, clock: FakeClock, mask: int
) -> None:
    before = os.umask(mask)
    try:
        with cache.lock(NAME, 0.0), cache.lock(NAME, 0.0, take_over=True):
            pass
    finally:
        os.umask(before)
    assert {path.name: mode(path) for path in directory.iterdir()} == {
        f"{NAME}.lock": 0o600,
        f"{NAME}.lock.guard": 0o600,
    }


def test_parents_that_exist_keep_their_modes(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    TokenCache(str(tmp_path / "there" / "new" / "cache"))
    assert [mode(tmp_path / name) for name in ("there", "there/new", "there/new/cache")] == [0o755, 0o700, 0o700]


# The directory.


def test_directory_is_made_once(directory: Path) -> None:
    TokenCache(str(directory))
    assert mode(directory) == 0o700
    TokenCache(str(directory))


def test_relative_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    TokenCache("here").write(NAME, CacheEntry({}))
    assert entry_file(tmp_path / "here").exists()
    TokenCache("not/yet/there").write(NAME, CacheEntry({}))
    assert entry_file(tmp_path / "not" / "yet" / "there").exists()


def test_directory_that_another_process_makes_at_the_same_time(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir = os.mkdir

    def mkdir_after_another(path: str, mode: int = 0o777) -> None:
        mkdir(path, mode)
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", mkdir_after_another)
    TokenCache(str(directory)).write(NAME, CacheEntry({}))
    assert entry_file(directory).exists()


def test_directory_that_cannot_be_written_is_no_cache(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A token that was revoked could not be removed from it, and would be used again.
    TokenCache(str(directory)).write(NAME, CacheEntry({"a": 1}))
    asked: list[tuple[str, int]] = []

    def access(path: str, how: int) -> bool:
        asked.append((path, how))
        return False

    monkeypatch.setattr(os, "access", access)
    assert refusal(TokenCache, str(directory)) == f"{directory} cannot be written"
    assert asked == [(str(directory), os.W_OK | os.X_OK)]


@pytest.mark.parametrize("wrong", [0o750, 0o705, 0o777, 0o701, 0o710])
def test_directory_that_others_can_access(directory: Path, wrong: int) -> None:
    directory.mkdir(parents=True)
    directory.chmod(wrong)
    expected = f"users other than its owner can access {directory}; remove it, or chmod it"
    assert refusal(TokenCache, str(directory)) == expected
    assert mode(directory) == wrong


def test_directory_that_is_a_symbolic_link(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    directory.parent.mkdir(parents=True)
    directory.symlink_to(tmp_path / "target")
    assert refusal(TokenCache, str(directory)) == f"{directory} is a symbolic link"
    assert list((tmp_path / "target").iterdir()) == []


def test_directory_that_is_a_symbolic_link_to_nothing(directory: Path, tmp_path: Path) -> None:
    directory.parent.mkdir(parents=True)
    directory.symlink_to(tmp_path / "nothing")
    assert refusal(TokenCache, str(directory)) == f"{directory} is a symbolic link"
    assert not (tmp_path / "nothing").exists()


def test_directory_that_is_not_a_path() -> None:
    assert refusal(TokenCache, "/tmp/a\0b") == r"'/tmp/a\x00b' is not a path"


def test_directory_that_is_a_file(directory: Path) -> None:
    directory.parent.mkdir(parents=True)
    directory.write_text("", encoding="utf-8")
    assert refusal(TokenCache, str(directory)) == f"{directory} is not a directory"


def test_directory_below_a_file(directory: Path) -> None:
    directory.parent.mkdir(parents=True)
    directory.write_text("", encoding="utf-8")
    below = str(directory / "x" / "y")
    assert refusal(TokenCache, below) == f"{below}: Not a directory"


def test_directory_of_another_user(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TokenCache(str(directory))
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert refusal(TokenCache, str(directory)) == f"{directory} belongs to another user"


def test_home_that_cannot_be_written(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.parent.mkdir(parents=True)

    def mkdir(path: str, mode: int = 0o777) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    assert refusal(TokenCache, str(directory)) == f"{directory}: Read-only file system"


def test_directory_that_disappears(cache: TokenCache, directory: Path) -> None:
    directory.rmdir()
    assert cache.names() == []
    assert cache.read(NAME) is None
    assert "No such file or directory" in refusal(cache.write, NAME, CacheEntry({}))


# Files that are not private files.


OTHERS_CAN_ACCESS = "users other than its owner can access {path}; remove it, or chmod it"
IN_THE_WAY = [
    ("link", "{path} is a symbolic link"),
    ("link to nothing", "{path} is a symbolic link"),
    ("directory", "{path} is not a file"),
    ("pipe", "{path} is not a file"),
    ("0640", OTHERS_CAN_ACCESS),
    ("0604", OTHERS_CAN_ACCESS),
    ("0660", OTHERS_CAN_ACCESS),
]


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize(("kind", "problem"), IN_THE_WAY)
def test_entry_that_is_not_a_private_file(
    cache: TokenCache, directory: Path, tmp_path: Path, kind: str, problem: str
) -> None:
    in_the_way(kind, entry_file(directory), tmp_path)
    descriptors = open_files()
    assert refusal(cache.read, NAME) == problem.format(path=entry_file(directory))
    assert open_files() == descriptors


@pytest.mark.parametrize(("kind", "problem"), IN_THE_WAY)
def test_salt_that_is_not_a_private_file(
    cache: TokenCache, directory: Path, tmp_path: Path, kind: str, problem: str
) -> None:
    in_the_way(kind, directory / "salt", tmp_path)
    assert refusal(cache.salt) == problem.format(path=directory / "salt")
    assert not (tmp_path / "target").exists() or (tmp_path / "target").read_bytes() == b"x" * 32


def test_file_of_another_user(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, CacheEntry({}))
    fresh = TokenCache(str(directory))
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert refusal(cache.read, NAME) == f"{entry_file(directory)} belongs to another user"
    assert refusal(fresh.salt) == f"{directory / 'salt'} belongs to another user"


def test_file_that_cannot_be_opened(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, CacheEntry({}))

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(cache.read, NAME) == f"{entry_file(directory)}: Permission denied"
    assert refusal(cache.write, NAME, CacheEntry({})) == f"{entry_file(directory)}: Permission denied"
    with pytest.raises(CacheUnusableError, match=r"\.lock: Permission denied$"), cache.lock(NAME, 1.0):
        pass


def test_disk_that_cannot_be_read(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, CacheEntry({}))

    def fstat(descriptor: int) -> os.stat_result:
        # Once: the test's own tools read files too.
        monkeypatch.undo()
        raise OSError(errno.EIO, None)

    monkeypatch.setattr(os, "fstat", fstat)
    assert refusal(cache.read, NAME) == f"{entry_file(directory)}: it cannot be used"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    cache.write(NAME, CacheEntry({"a": 1}))

    def fail(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, fail)
    assert refusal(cache.write, NAME, CacheEntry({"a": 2})) == f"{entry_file(directory)}: No space left on device"
    monkeypatch.undo()
    assert head(cache)["a"] == 1
    assert sorted(path.name for path in directory.iterdir()) == [f"{NAME}.json", "salt"]


def test_directory_in_place_of_a_file_is_not_written(cache: TokenCache, directory: Path) -> None:
    entry_file(directory).mkdir()
    assert refusal(cache.write, NAME, CacheEntry({})) == f"{entry_file(directory)}: Is a directory"
    assert refusal(cache.remove, NAME) == f"{entry_file(directory)}: Is a directory"
    assert sorted(path.name for path in directory.iterdir()) == [f"{NAME}.json", "salt"]


def test_symbolic_link_is_replaced_and_not_followed(cache: TokenCache, directory: Path, tmp_path: Path) -> None:
    in_the_way("link", entry_file(directory), tmp_path)
    cache.write(NAME, CacheEntry({"a": 1}))
    assert head(cache)["a"] == 1
    assert (tmp_path / "target").read_bytes() == b"x" * 32
