# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the token cache: who may use them, what damage does, and who waits for whom."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import time
import zlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _private_writes
from ansible_collections.rackspace.identity.plugins.module_utils._cache import Document, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError

NAME = "ab" * 32
OTHER = "cd" * 32
DAYS = 24 * 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there" / "yet"


@pytest.fixture
def cache(folder: Path) -> TokenCache:
    return TokenCache(str(folder))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def document_file(folder: Path, name: str = NAME) -> Path:
    return folder / f"{name}.json"


def head(cache: TokenCache) -> dict[str, Any]:
    document = cache.read(NAME)
    return document.head if document else {}


def held(cache: TokenCache, name: str, patience: float, **timing: Any) -> AbstractContextManager[None]:
    """The lock of a name, with a clock of the test's own."""
    return _private_writes.locked(f"{cache.folder}/{name}.lock", patience, **timing)


def refusal(action: Any, *arguments: Any) -> str:
    with pytest.raises(CacheUnusableError) as caught:
        action(*arguments)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


# Reading and writing.


def test_nothing_yet(cache: TokenCache) -> None:
    assert cache.read(NAME) is None
    assert cache.identity(NAME) is None
    assert cache.names() == []
    cache.forget(NAME)


def test_write_and_read(cache: TokenCache) -> None:
    cache.write(NAME, Document({"a": [1, "é", None]}))
    cache.write(OTHER, Document({"b": {}}))
    assert cache.read(NAME) == ({"a": [1, "é", None]}, [])
    assert sorted(cache.names()) == [NAME, OTHER]
    cache.forget(NAME)
    assert cache.read(NAME) is None
    assert cache.names() == [OTHER]


def test_lines_are_given_as_they_are(cache: TokenCache) -> None:
    cache.write(NAME, Document({"a": 1}, [b"[1]", b"no JSON at all", b""]))
    assert cache.read(NAME) == ({"a": 1}, [b"[1]", b"no JSON at all", b""])


def test_write_replaces(cache: TokenCache, folder: Path) -> None:
    cache.write(NAME, Document({"a": 1}))
    cache.write(NAME, Document({"a": 2}))
    assert head(cache)["a"] == 2
    assert [path.name for path in folder.iterdir()] == [f"{NAME}.json"]


def test_each_write_is_a_file_of_its_own(cache: TokenCache, folder: Path) -> None:
    cache.write(NAME, Document({"a": 1}))
    before = cache.identity(NAME)
    moment = document_file(folder).stat().st_mtime_ns
    with document_file(folder).open("rb"):
        # Open, so that its place on the disk is not given to the next one.
        cache.write(NAME, Document({"a": 1}))
        os.utime(document_file(folder), ns=(moment, moment))
        assert cache.identity(NAME) not in (before, None)


def test_a_file_written_beside_us_is_read(cache: TokenCache, folder: Path) -> None:
    TokenCache(str(folder)).write(NAME, Document({"a": 1}))
    assert head(cache)["a"] == 1


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_mask(folder: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        cache = TokenCache(str(folder))
        cache.salt()
        cache.write(NAME, Document({}))
        with cache.lock(NAME, 1.0):
            pass
    finally:
        os.umask(before)
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == {
        "salt": 0o600,
        f"{NAME}.json": 0o600,
        f"{NAME}.lock": 0o600,
    }


# The salt.


def test_salt_stays(cache: TokenCache, folder: Path) -> None:
    salt = cache.salt()
    assert len(salt) == 32
    assert cache.salt() == TokenCache(str(folder)).salt() == (folder / "salt").read_bytes() == salt


def test_each_user_has_another_salt(cache: TokenCache, tmp_path: Path) -> None:
    assert cache.salt() != TokenCache(str(tmp_path / "other")).salt()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_damaged_salt_is_replaced(cache: TokenCache, folder: Path, content: bytes) -> None:
    (folder / "salt").write_bytes(content)
    (folder / "salt").chmod(0o600)
    salt = cache.salt()
    assert len(salt) == 32
    assert salt != content
    assert cache.salt() == salt


def test_of_two_first_salts_one_wins(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync, theirs = os.fsync, []

    def fsync_while_another_is_faster(descriptor: int) -> None:
        if not theirs:
            theirs.append(b"")
            theirs[0] = TokenCache(str(folder)).salt()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync_while_another_is_faster)
    assert cache.salt() == theirs[0] != b""
    assert [path.name for path in folder.iterdir()] == ["salt"]


def test_salt_that_comes_while_ours_is_made(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urandom, theirs = os.urandom, []

    def urandom_while_another_is_faster(size: int) -> bytes:
        if not theirs:
            theirs.append(b"")
            theirs[0] = TokenCache(str(folder)).salt()
        return urandom(size)

    monkeypatch.setattr(os, "urandom", urandom_while_another_is_faster)
    assert cache.salt() == theirs[0] == TokenCache(str(folder)).salt() != b""


def test_salt_that_does_not_stay(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_private_writes, "_link", lambda _temporary, _path: None)
    assert refusal(cache.salt) == f"{folder}/salt cannot be written"


# The folder.


def test_folder_is_made_and_kept(folder: Path) -> None:
    TokenCache(str(folder))
    assert mode(folder) == 0o700
    TokenCache(str(folder))


def test_folder_beside_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    TokenCache("here").write(NAME, Document({}))
    assert document_file(tmp_path / "here").exists()


@pytest.mark.parametrize("wrong", [0o750, 0o705, 0o777, 0o701, 0o710])
def test_folder_for_others(folder: Path, wrong: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(wrong)
    expected = f"{folder} can be used by others than its owner; remove it, or chmod it"
    assert refusal(TokenCache, str(folder)) == expected
    assert mode(folder) == wrong


def test_folder_is_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path / "target")
    assert refusal(TokenCache, str(folder)) == f"{folder} is a link"
    assert list((tmp_path / "target").iterdir()) == []


def test_folder_is_a_link_to_nothing(folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path / "nothing")
    assert refusal(TokenCache, str(folder)) == f"{folder} is a link"
    assert not (tmp_path / "nothing").exists()


def test_folder_that_is_no_path() -> None:
    assert refusal(TokenCache, "/tmp/a\0b") == r"'/tmp/a\x00b' is no path"


def test_folder_is_a_file(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("", encoding="utf-8")
    assert refusal(TokenCache, str(folder)) == f"{folder} is no folder"


def test_folder_below_a_file(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("", encoding="utf-8")
    below = str(folder / "x" / "y")
    assert refusal(TokenCache, below) == f"{below}: Not a directory"


def test_folder_of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TokenCache(str(folder))
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert refusal(TokenCache, str(folder)) == f"{folder} belongs to another user"


def test_home_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.parent.mkdir(parents=True)

    def mkdir(path: str, mode: int = 0o777) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    assert refusal(TokenCache, str(folder)) == f"{folder}: Read-only file system"


def test_folder_that_goes_away(cache: TokenCache, folder: Path) -> None:
    folder.rmdir()
    assert cache.names() == []
    assert cache.read(NAME) is None
    assert "No such file or directory" in refusal(cache.write, NAME, Document({}))


# Files that are not as they should be.


def in_the_way(kind: str, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if kind == "link":
        target.write_bytes(b"x" * 32)
        target.chmod(0o600)
        path.symlink_to(target)
    elif kind == "link to nothing":
        path.symlink_to(target)
    elif kind == "folder":
        path.mkdir(mode=0o700)
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.write_bytes(b"x" * 32)
        path.chmod(int(kind, 8))


IN_THE_WAY = [
    ("link", "is a link"),
    ("link to nothing", "is a link"),
    ("folder", "is no file"),
    ("pipe", "is no file"),
    ("0640", "can be used by others than its owner; remove it, or chmod it"),
    ("0604", "can be used by others than its owner; remove it, or chmod it"),
    ("0660", "can be used by others than its owner; remove it, or chmod it"),
]


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize(("kind", "problem"), IN_THE_WAY)
def test_document_that_is_not_ours(cache: TokenCache, folder: Path, tmp_path: Path, kind: str, problem: str) -> None:
    in_the_way(kind, document_file(folder), tmp_path)
    descriptors = open_files()
    assert refusal(cache.read, NAME) == f"{document_file(folder)} {problem}"
    assert open_files() == descriptors


@pytest.mark.parametrize(("kind", "problem"), IN_THE_WAY)
def test_salt_that_is_not_ours(cache: TokenCache, folder: Path, tmp_path: Path, kind: str, problem: str) -> None:
    in_the_way(kind, folder / "salt", tmp_path)
    assert refusal(cache.salt) == f"{folder / 'salt'} {problem}"
    assert not (tmp_path / "target").exists() or (tmp_path / "target").read_bytes() == b"x" * 32


def test_file_of_another_user(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, Document({}))
    cache.salt()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert refusal(cache.read, NAME) == f"{document_file(folder)} belongs to another user"
    assert refusal(cache.salt) == f"{folder / 'salt'} belongs to another user"


def test_file_that_cannot_be_opened(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, Document({}))

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(cache.read, NAME) == f"{document_file(folder)}: Permission denied"
    assert refusal(cache.write, NAME, Document({})) == f"{document_file(folder)}: Permission denied"
    with pytest.raises(CacheUnusableError, match=r"\.lock: Permission denied$"), cache.lock(NAME, 1.0):
        pass


def test_disk_that_cannot_be_read(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(NAME, Document({}))

    def fstat(descriptor: int) -> os.stat_result:
        # Once: the test's own tools read files too.
        monkeypatch.undo()
        raise OSError(errno.EIO, None)

    monkeypatch.setattr(os, "fstat", fstat)
    assert refusal(cache.read, NAME) == f"{document_file(folder)}: it cannot be used"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    cache.write(NAME, Document({"a": 1}))

    def fail(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, fail)
    assert refusal(cache.write, NAME, Document({"a": 2})) == f"{document_file(folder)}: No space left on device"
    monkeypatch.undo()
    assert head(cache)["a"] == 1
    assert [path.name for path in folder.iterdir()] == [f"{NAME}.json"]


def test_folder_in_place_of_a_file_is_not_written(cache: TokenCache, folder: Path) -> None:
    document_file(folder).mkdir()
    assert refusal(cache.write, NAME, Document({})) == f"{document_file(folder)}: Is a directory"
    cache.forget(NAME)
    assert [path.name for path in folder.iterdir()] == [f"{NAME}.json"]


def test_link_is_replaced_and_not_followed(cache: TokenCache, folder: Path, tmp_path: Path) -> None:
    in_the_way("link", document_file(folder), tmp_path)
    cache.write(NAME, Document({"a": 1}))
    assert head(cache)["a"] == 1
    assert (tmp_path / "target").read_bytes() == b"x" * 32


# Damage.


def whole(content: bytes = b'{"a": 1}', **changes: Any) -> bytes:
    first = {"format": 2, "name": NAME, "checksum": zlib.crc32(content), **changes}
    return json.dumps(first).encode() + b"\n" + content


DAMAGED = {
    "empty": b"",
    "no JSON": b"\0\1\2\xff",
    "two documents": whole() + whole(),
    "nothing but a document": b'{"a": 1}',
    "other format": whole(format=1),
    "format as a text": whole(format="2"),
    "other name": whole(name=OTHER),
    "other checksum": whole(checksum=0),
    "other content": whole().replace(b'"a"', b'"b"'),
    "a line more": whole() + b"\n[]",
    "other line ends": whole().replace(b"\n", b"\r\n"),
    "deep": b"[" * 200000,
    "too large": whole(b" " * (16 * 1024 * 1024) + b'{"a": 1}'),
    "zeros, as after a crash": b"\0" * 4096,
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_ignored_and_replaced(cache: TokenCache, folder: Path, damage: str) -> None:
    document_file(folder).write_bytes(DAMAGED[damage])
    document_file(folder).chmod(0o600)
    assert cache.read(NAME) is None
    cache.write(NAME, Document({"a": 2}))
    assert head(cache)["a"] == 2


def test_cut_at_any_place(cache: TokenCache, folder: Path) -> None:
    content = whole()
    document_file(folder).touch(mode=0o600)
    for length in range(len(content)):
        document_file(folder).write_bytes(content[:length])
        assert cache.read(NAME) is None
    document_file(folder).write_bytes(content)
    assert cache.read(NAME) == ({"a": 1}, [])


def test_what_is_too_large_is_not_written(cache: TokenCache, folder: Path) -> None:
    cache.write(NAME, Document({"a": 1}))
    too_large = Document({"a": 2}, [b"x" * (16 * 1024 * 1024)])
    assert refusal(cache.write, NAME, too_large) == f"the answer of the service is too large to be kept in {folder}"
    assert head(cache)["a"] == 1


def test_no_token_in_a_traceback(cache: TokenCache) -> None:
    document = Document({"token": {"id": "secret"}, "user": {}}, [b"[]"])
    assert repr(document) == "Document(['token', 'user'], 1 lines)"


def test_as_large_as_may_be(cache: TokenCache, folder: Path) -> None:
    document_file(folder).touch(mode=0o600)
    blanks = b" " * (16 * 1024 * 1024 - len(whole()) - 2)
    document_file(folder).write_bytes(whole(blanks + b'{"a": 1}'))
    assert document_file(folder).stat().st_size in range(16 * 1024 * 1024 - 4, 16 * 1024 * 1024 + 1)
    assert head(cache)["a"] == 1


# Sweeping.


def test_old_files_are_swept(cache: TokenCache, folder: Path) -> None:
    mine = [f"{OTHER}.json", f"{OTHER}.lock", f"{OTHER}.json.123.0a1b2c3d.tmp", "salt.123.0a1b2c3d.tmp"]
    others = ["package-lock.json", "notes.tmp", "x.lock", f"{OTHER}.txt", f"{OTHER[:-1]}.json", f"{OTHER}.json.tmp"]
    cache.salt()
    for name in [*mine, *others, f"{'ef' * 32}.json"]:
        (folder / name).touch(mode=0o600)
    old = time.time() - 2 * DAYS - 60
    for path in folder.iterdir():
        if not path.name.startswith("ef"):
            os.utime(path, (old, old))
    (folder / f"{'0' * 64}.json").mkdir()
    os.utime(folder / f"{'0' * 64}.json", (old, old))
    cache.write(NAME, Document({}))
    left = {path.name for path in folder.iterdir()}
    assert left == {*others, "salt", f"{NAME}.json", f"{'ef' * 32}.json", f"{'0' * 64}.json"}


def test_what_is_a_day_old_stays(cache: TokenCache, folder: Path) -> None:
    cache.write(OTHER, Document({}))
    day_old = time.time() - DAYS
    os.utime(document_file(folder, OTHER), (day_old, day_old))
    cache.write(NAME, Document({}))
    assert sorted(cache.names()) == [NAME, OTHER]


# Locks.


def no_sleep(_seconds: float) -> None:
    raise AssertionError("somebody waits")


class Waiting:
    """A clock that only waiting moves on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def test_lock_is_free_afterwards(cache: TokenCache) -> None:
    for _time in range(2):
        with held(cache, NAME, 0.0, sleep=no_sleep):
            pass


def test_lock_is_free_after_an_exception(cache: TokenCache) -> None:
    with pytest.raises(KeyError), cache.lock(NAME, 0.0):
        raise KeyError
    with held(cache, NAME, 0.0, sleep=no_sleep):
        pass


def test_locks_of_other_names_are_others(cache: TokenCache) -> None:
    with cache.lock(NAME, 0.0), held(cache, OTHER, 0.0, sleep=no_sleep):
        pass


def test_patience_runs_out(cache: TokenCache) -> None:
    waiting = Waiting()
    with cache.lock(NAME, 0.0):
        with held(cache, NAME, 3.0, sleep=waiting.sleep, clock=waiting.clock):
            assert sum(waiting.waits) >= 3.0
        assert sum(waiting.waits) < 3.2
        assert waiting.waits[0] == 0.005
        assert max(waiting.waits) == 0.1
        # Who went on without the lock does not let go of it either.
        with held(cache, NAME, 1.0, sleep=waiting.sleep, clock=waiting.clock):
            assert waiting.now >= 104.0


def test_lock_while_waiting(cache: TokenCache) -> None:
    holder = cache.lock(NAME, 0.0)
    holder.__enter__()
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            holder.__exit__(None, None, None)

    with held(cache, NAME, 60.0, sleep=sleep):
        assert len(waits) == 3


def test_lock_in_use_is_not_old(cache: TokenCache, folder: Path) -> None:
    lock = folder / f"{NAME}.lock"
    lock.touch(mode=0o600)
    os.utime(lock, (0, 0))
    with cache.lock(NAME, 1.0):
        cache.write(OTHER, Document({}))
        assert lock.exists()


def test_lock_that_was_removed_before_it_was_held(
    cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, removed = fcntl.flock, []

    def flock_of_a_removed_file(descriptor: int, operation: int) -> None:
        if not removed:
            removed.append(True)
            (folder / f"{NAME}.lock").unlink()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_of_a_removed_file)
    waiting = Waiting()
    with held(cache, NAME, 3.0, sleep=waiting.sleep, clock=waiting.clock):
        assert removed
        # Whoever comes now finds the lock held.
        others = Waiting()
        with held(cache, NAME, 1.0, sleep=others.sleep, clock=others.clock):
            assert sum(others.waits) >= 1.0
    assert len(waiting.waits) == 1


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EIO])
def test_no_locks_here(cache: TokenCache, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(CacheUnusableError) as caught, held(cache, NAME, 1.0, sleep=no_sleep):
        pass
    assert str(caught.value) == f"{folder}/{NAME}.lock: {os.strerror(number)}"


def test_lock_that_is_a_link(cache: TokenCache, folder: Path, tmp_path: Path) -> None:
    (folder / f"{NAME}.lock").symlink_to(tmp_path / "target")
    with pytest.raises(CacheUnusableError, match=r"is a link$"), cache.lock(NAME, 1.0):
        pass
    assert not (tmp_path / "target").exists()


def test_lock_that_is_a_folder(cache: TokenCache, folder: Path) -> None:
    (folder / f"{NAME}.lock").mkdir()
    with pytest.raises(CacheUnusableError, match=r"Is a directory$"), cache.lock(NAME, 1.0):
        pass
