# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of the token cache: written, read, removed, swept, and what damage does."""

from __future__ import annotations

import errno
import json
import os
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session import private_files_write
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import (
    CacheEntry,
    TokenCache,
    keyed_digest,
)
from ansible_collections.rackspace.identity.tests.unit.support.cache_files import (
    NAME,
    OTHER,
    entry_file,
    head,
    in_the_way,
    refusal,
    refuse_to_unlink,
)

DAYS = 24 * 3600

pytestmark = pytest.mark.usefixtures("no_hanging")


# Reading and writing.


def test_empty_cache(cache: TokenCache) -> None:
    assert cache.read(NAME) is None
    assert cache.fingerprint(NAME) is None
    assert cache.names() == []
    cache.remove(NAME)


def test_write_and_read(cache: TokenCache) -> None:
    cache.write(NAME, CacheEntry({"a": [1, "é", None]}))
    cache.write(OTHER, CacheEntry({"b": {}}))
    assert cache.read(NAME) == ({"a": [1, "é", None]}, [])
    assert sorted(cache.names()) == [NAME, OTHER]
    cache.remove(NAME)
    assert cache.read(NAME) is None
    assert cache.names() == [OTHER]


def test_lines_are_read_as_they_are(cache: TokenCache) -> None:
    cache.write(NAME, CacheEntry({"a": 1}, [b"[1]", b"no JSON at all", b""]))
    assert cache.read(NAME) == ({"a": 1}, [b"[1]", b"no JSON at all", b""])


def test_write_replaces(cache: TokenCache, directory: Path) -> None:
    cache.write(NAME, CacheEntry({"a": 1}))
    cache.write(NAME, CacheEntry({"a": 2}))
    assert head(cache)["a"] == 2
    assert [path.name for path in directory.glob("*.json")] == [f"{NAME}.json"]


def test_each_write_is_a_file_of_its_own(cache: TokenCache, directory: Path) -> None:
    cache.write(NAME, CacheEntry({"a": 1}))
    before = cache.fingerprint(NAME)
    moment = entry_file(directory).stat().st_mtime_ns
    with entry_file(directory).open("rb"):
        # Kept open, so that its inode is not given to the next one.
        cache.write(NAME, CacheEntry({"a": 1}))
        os.utime(entry_file(directory), ns=(moment, moment))
        assert cache.fingerprint(NAME) not in (before, None)


def test_file_that_another_process_wrote_is_read(cache: TokenCache, directory: Path) -> None:
    TokenCache(str(directory)).write(NAME, CacheEntry({"a": 1}))
    assert head(cache)["a"] == 1


# The salt.


def test_salt_stays(cache: TokenCache, directory: Path) -> None:
    salt = cache.salt()
    assert len(salt) == 32
    assert cache.salt() == TokenCache(str(directory)).salt() == (directory / "salt").read_bytes() == salt


def test_each_directory_has_its_own_salt(cache: TokenCache, tmp_path: Path) -> None:
    assert cache.salt() != TokenCache(str(tmp_path / "other")).salt()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_damaged_salt_is_replaced(cache: TokenCache, directory: Path, content: bytes) -> None:
    (directory / "salt").write_bytes(content)
    (directory / "salt").chmod(0o600)
    salt = cache.salt()
    assert len(salt) == 32
    assert salt != content
    assert cache.salt() == salt


def test_of_two_first_salts_one_wins(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    theirs: list[bytes] = []

    def fsync_while_another_is_faster(descriptor: int) -> None:
        if not theirs:
            theirs.append(b"")
            theirs[0] = TokenCache(str(directory)).salt()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync_while_another_is_faster)
    assert cache.salt() == theirs[0] != b""
    assert [path.name for path in directory.iterdir()] == ["salt"]


def test_salt_that_comes_while_ours_is_made(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urandom = os.urandom
    theirs: list[bytes] = []

    def urandom_while_another_is_faster(size: int) -> bytes:
        if not theirs:
            theirs.append(b"")
            theirs[0] = TokenCache(str(directory)).salt()
        return urandom(size)

    monkeypatch.setattr(os, "urandom", urandom_while_another_is_faster)
    assert cache.salt() == theirs[0] == TokenCache(str(directory)).salt() != b""


def test_salt_that_does_not_stay(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files_write, "_link", lambda _temporary, _path: None)
    assert refusal(cache.salt) == f"{directory}/salt cannot be written"


# Removing.


def test_entry_that_cannot_be_removed_is_emptied(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write(NAME, CacheEntry({"token": {"id": "secret"}}))
    refuse_to_unlink(monkeypatch)
    cache.remove(NAME)
    monkeypatch.undo()
    assert entry_file(directory).read_bytes() == b""
    assert cache.read(NAME) is None


def test_entry_that_can_be_neither_removed_nor_emptied(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write(NAME, CacheEntry({"a": 1}))

    def refuse(_path: str, _flags: int, _mode: int = 0o777) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    refuse_to_unlink(monkeypatch)
    monkeypatch.setattr(os, "open", refuse)
    text = refusal(cache.remove, NAME)
    monkeypatch.undo()
    # What was asked for first, and why it failed.
    assert text == f"{entry_file(directory)}: Operation not permitted"
    assert head(cache)["a"] == 1


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_entry_is_not_emptied(
    cache: TokenCache, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    in_the_way(kind, entry_file(directory), tmp_path)
    refuse_to_unlink(monkeypatch)
    assert refusal(cache.remove, NAME) == f"{entry_file(directory)}: Operation not permitted"
    assert not (tmp_path / "target").exists() or (tmp_path / "target").read_bytes() == b"x" * 32


def test_removal_of_what_is_in_the_way(cache: TokenCache, directory: Path, tmp_path: Path) -> None:
    for kind in ("link", "link to nothing", "pipe", "0644"):
        in_the_way(kind, entry_file(directory), tmp_path)
        cache.remove(NAME)
        assert not os.path.lexists(entry_file(directory))


# Damage.


SALT = b"s" * 32


@pytest.fixture
def own_salt(directory: Path, cache: TokenCache) -> None:
    (directory / "salt").touch(mode=0o600)
    (directory / "salt").write_bytes(SALT)
    assert cache.salt() == SALT


def whole(content: bytes = b'{"a": 1}', salt: bytes = SALT, **changes: Any) -> bytes:
    checksum = keyed_digest(salt, str(zlib.crc32(content)).encode())
    first = {"format": 6, "name": NAME, "checksum": checksum, **changes}
    return json.dumps(first).encode() + b"\n" + content


DAMAGED = {
    "empty": b"",
    "no JSON": b"\0\1\2\xff",
    "two entries": whole() + whole(),
    "nothing but a head": b'{"a": 1}',
    "other format": whole(format=3),
    "format as a string": whole(format="6"),
    "other name": whole(name=OTHER),
    "other checksum": whole(checksum="0"),
    "a checksum that anyone can compute": whole(checksum=zlib.crc32(b'{"a": 1}')),
    "the salt of another user": whole(salt=b"t" * 32),
    "other content": whole().replace(b'"a"', b'"b"'),
    "a line more": whole() + b"\n[]",
    "other line ends": whole().replace(b"\n", b"\r\n"),
    "deep": b"[" * 200000,
    "too large": whole(b" " * (16 * 1024 * 1024) + b'{"a": 1}'),
    "zeros, as after a crash": b"\0" * 4096,
}


@pytest.mark.usefixtures("own_salt")
@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_ignored_and_replaced(cache: TokenCache, directory: Path, damage: str) -> None:
    entry_file(directory).write_bytes(DAMAGED[damage])
    entry_file(directory).chmod(0o600)
    assert cache.read(NAME) is None
    cache.write(NAME, CacheEntry({"a": 2}))
    assert head(cache)["a"] == 2


@pytest.mark.usefixtures("own_salt")
def test_entry_cut_anywhere_is_ignored(cache: TokenCache, directory: Path) -> None:
    content = whole()
    entry_file(directory).touch(mode=0o600)
    for length in range(len(content)):
        entry_file(directory).write_bytes(content[:length])
        assert cache.read(NAME) is None
    entry_file(directory).write_bytes(content)
    assert cache.read(NAME) == ({"a": 1}, [])


def test_entry_that_is_too_large_is_not_written(cache: TokenCache, directory: Path) -> None:
    cache.write(NAME, CacheEntry({"a": 1}))
    too_large = CacheEntry({"a": 2}, [b"x" * (16 * 1024 * 1024)])
    assert refusal(cache.write, NAME, too_large) == f"the response of the service is too large for {directory}"
    assert head(cache)["a"] == 1


def test_representation_shows_no_token(cache: TokenCache) -> None:
    entry = CacheEntry({"token": {"id": "secret"}, "user": {}}, [b"[]"])
    assert repr(entry) == "CacheEntry(['token', 'user'], 1 lines)"


@pytest.mark.usefixtures("own_salt")
def test_entry_of_the_largest_size_is_read(cache: TokenCache, directory: Path) -> None:
    entry_file(directory).touch(mode=0o600)
    blanks = b" " * (16 * 1024 * 1024 - len(whole()) - 2)
    entry_file(directory).write_bytes(whole(blanks + b'{"a": 1}'))
    assert entry_file(directory).stat().st_size in range(16 * 1024 * 1024 - 4, 16 * 1024 * 1024 + 1)
    assert head(cache)["a"] == 1


# Sweeping.


def test_entries_are_left_behind_though_the_salt_stays(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def refuse(path: str) -> None:
        if Path(path).name == "salt":
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        unlink(path)

    def refuse_to_open(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_TRUNC:
            refuse(path)
        return open_low(path, flags, mode)

    open_low = os.open
    monkeypatch.setattr(os, "unlink", refuse)
    monkeypatch.setattr(os, "open", refuse_to_open)
    salts = {cache.salt()}
    # The first one never counts again, however often this happens.
    for number in range(2, 4):
        cache.write(NAME, CacheEntry({}))
        cache.abandon()
        assert TokenCache(str(directory)).read(NAME) is None
        salts.add(cache.salt())
        assert len(salts) == number
        assert TokenCache(str(directory)).salt() == cache.salt()


def test_old_files_are_swept(cache: TokenCache, directory: Path) -> None:
    mine = [f"{OTHER}.json", f"{OTHER}.lock", f"{OTHER}.lock.guard", f"{OTHER}.json.123.0a1b2c3d.tmp"]
    mine += ["salt.123.0a1b2c3d.tmp", "salt.next.123.0a1b2c3d.tmp"]
    others = ["package-lock.json", "notes.tmp", "x.lock", f"{OTHER}.txt", f"{OTHER[:-1]}.json", f"{OTHER}.json.tmp"]
    others.append(f"{OTHER}.json.guard")
    cache.salt()
    for name in [*mine, *others, f"{'ef' * 32}.json"]:
        (directory / name).touch(mode=0o600)
    old = time.time() - 2 * DAYS - 60
    for path in directory.iterdir():
        if not path.name.startswith("ef"):
            os.utime(path, (old, old))
    # What it leads to is young.
    link = directory / f"{'12' * 32}.json"
    link.symlink_to(directory / f"{'ef' * 32}.json")
    os.utime(link, (old, old), follow_symlinks=False)
    (directory / f"{'0' * 64}.json").mkdir()
    os.utime(directory / f"{'0' * 64}.json", (old, old))
    cache.write(NAME, CacheEntry({}))
    left = {path.name for path in directory.iterdir()}
    assert left == {*others, "salt", f"{NAME}.json", f"{'ef' * 32}.json", f"{'0' * 64}.json"}


def test_files_of_a_day_ago_stay(cache: TokenCache, directory: Path) -> None:
    cache.write(OTHER, CacheEntry({}))
    day_old = time.time() - DAYS
    os.utime(entry_file(directory, OTHER), (day_old, day_old))
    cache.write(NAME, CacheEntry({}))
    assert sorted(cache.names()) == [NAME, OTHER]
