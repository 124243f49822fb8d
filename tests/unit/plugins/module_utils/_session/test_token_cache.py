# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the token cache: who can access them, what damage does, and who waits for whom."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import stat
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._session import private_files_write
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock

NAME = "ab" * 32
OTHER = "cd" * 32
DAYS = 24 * 3600
MAX_SECONDS = 10.0


@pytest.fixture(autouse=True)
def _no_hanging() -> Iterator[None]:
    """Let a test fail that waits for what never comes, such as the other end of a pipe."""

    def fail(_signal: int, _frame: Any) -> None:
        raise AssertionError("the test hangs")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "does" / "not" / "exist"


@pytest.fixture
def cache(directory: Path) -> TokenCache:
    return TokenCache(str(directory))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def entry_file(directory: Path, name: str = NAME) -> Path:
    return directory / f"{name}.json"


def head(cache: TokenCache) -> dict[str, Any]:
    entry = cache.read(NAME)
    return entry.head if entry else {}


def refusal(action: Any, *arguments: Any) -> str:
    with pytest.raises(CacheUnusableError) as caught:
        action(*arguments)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


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
    assert [path.name for path in directory.iterdir()] == [f"{NAME}.json"]


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


def in_the_way(kind: str, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if kind == "link":
        target.write_bytes(b"x" * 32)
        target.chmod(0o600)
        path.symlink_to(target)
    elif kind == "link to nothing":
        path.symlink_to(target)
    elif kind == "directory":
        path.mkdir(mode=0o700)
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.write_bytes(b"x" * 32)
        path.chmod(int(kind, 8))


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
    TokenCache(str(directory)).salt()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert refusal(cache.read, NAME) == f"{entry_file(directory)} belongs to another user"
    assert refusal(cache.salt) == f"{directory / 'salt'} belongs to another user"


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
    assert [path.name for path in directory.iterdir()] == [f"{NAME}.json"]


def test_directory_in_place_of_a_file_is_not_written(cache: TokenCache, directory: Path) -> None:
    entry_file(directory).mkdir()
    assert refusal(cache.write, NAME, CacheEntry({})) == f"{entry_file(directory)}: Is a directory"
    assert refusal(cache.remove, NAME) == f"{entry_file(directory)}: Is a directory"
    assert [path.name for path in directory.iterdir()] == [f"{NAME}.json"]


def test_symbolic_link_is_replaced_and_not_followed(cache: TokenCache, directory: Path, tmp_path: Path) -> None:
    in_the_way("link", entry_file(directory), tmp_path)
    cache.write(NAME, CacheEntry({"a": 1}))
    assert head(cache)["a"] == 1
    assert (tmp_path / "target").read_bytes() == b"x" * 32


# Removing.


def refuse_to_unlink(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlink(_path: str) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "unlink", unlink)


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


def whole(content: bytes = b'{"a": 1}', **changes: Any) -> bytes:
    first = {"format": 5, "name": NAME, "checksum": zlib.crc32(content), **changes}
    return json.dumps(first).encode() + b"\n" + content


DAMAGED = {
    "empty": b"",
    "no JSON": b"\0\1\2\xff",
    "two entries": whole() + whole(),
    "nothing but a head": b'{"a": 1}',
    "other format": whole(format=3),
    "format as a string": whole(format="5"),
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
def test_damage_is_ignored_and_replaced(cache: TokenCache, directory: Path, damage: str) -> None:
    entry_file(directory).write_bytes(DAMAGED[damage])
    entry_file(directory).chmod(0o600)
    assert cache.read(NAME) is None
    cache.write(NAME, CacheEntry({"a": 2}))
    assert head(cache)["a"] == 2


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


def test_entry_of_the_largest_size_is_read(cache: TokenCache, directory: Path) -> None:
    entry_file(directory).touch(mode=0o600)
    blanks = b" " * (16 * 1024 * 1024 - len(whole()) - 2)
    entry_file(directory).write_bytes(whole(blanks + b'{"a": 1}'))
    assert entry_file(directory).stat().st_size in range(16 * 1024 * 1024 - 4, 16 * 1024 * 1024 + 1)
    assert head(cache)["a"] == 1


# Sweeping.


def test_old_files_are_swept(cache: TokenCache, directory: Path) -> None:
    mine = [f"{OTHER}.json", f"{OTHER}.lock", f"{OTHER}.lock.guard", f"{OTHER}.json.123.0a1b2c3d.tmp"]
    mine.append("salt.123.0a1b2c3d.tmp")
    others = ["package-lock.json", "notes.tmp", "x.lock", f"{OTHER}.txt", f"{OTHER[:-1]}.json", f"{OTHER}.json.tmp"]
    others.append(f"{OTHER}.json.guard")
    cache.salt()
    for name in [*mine, *others, f"{'ef' * 32}.json"]:
        (directory / name).touch(mode=0o600)
    old = time.time() - 2 * DAYS - 60
    for path in directory.iterdir():
        if not path.name.startswith("ef"):
            os.utime(path, (old, old))
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


# Locks.


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if anything waits."""

    def sleep(_seconds: float) -> None:
        raise AssertionError("a lock was waited for")

    monkeypatch.setattr(_clock, "sleep", sleep)


@pytest.mark.usefixtures("no_wait")
def test_lock_is_free_afterwards(cache: TokenCache) -> None:
    for _time in range(2):
        with cache.lock(NAME, 1.0):
            pass


@pytest.mark.usefixtures("no_wait")
def test_lock_is_free_after_an_exception(cache: TokenCache) -> None:
    with pytest.raises(KeyError), cache.lock(NAME, 1.0):
        raise KeyError
    with cache.lock(NAME, 1.0):
        pass


@pytest.mark.usefixtures("no_wait")
def test_each_name_has_a_lock_of_its_own(cache: TokenCache) -> None:
    with cache.lock(NAME, 1.0), cache.lock(OTHER, 1.0):
        pass


def test_patience_runs_out(cache: TokenCache, clock: FakeClock) -> None:
    with cache.lock(NAME, 0.0):
        with cache.lock(NAME, 3.0):
            assert sum(clock.waits) >= 3.0
        assert sum(clock.waits) < 3.2
        assert clock.waits[0] == 0.005
        assert max(clock.waits) == 0.1
        # Going on without the lock does not release it either.
        with cache.lock(NAME, 1.0):
            assert sum(clock.waits) >= 4.0


def test_lock_that_is_released_while_waiting(
    cache: TokenCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = cache.lock(NAME, 0.0)
    holder.__enter__()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.waits) == 3:
            holder.__exit__(None, None, None)

    monkeypatch.setattr(_clock, "sleep", sleep)
    with cache.lock(NAME, 60.0):
        assert len(clock.waits) == 3


def test_lock_in_use_is_not_old(cache: TokenCache, directory: Path) -> None:
    lock = directory / f"{NAME}.lock"
    lock.touch(mode=0o600)
    os.utime(lock, (0, 0))
    with cache.lock(NAME, 1.0):
        cache.write(OTHER, CacheEntry({}))
        assert lock.exists()


def test_lock_that_was_removed_before_it_was_taken(
    cache: TokenCache, directory: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock
    removed: list[bool] = []

    def flock_of_a_removed_file(descriptor: int, operation: int) -> None:
        if not removed:
            removed.append(True)
            (directory / f"{NAME}.lock").unlink()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_of_a_removed_file)
    with cache.lock(NAME, 3.0):
        assert removed
        assert len(clock.waits) == 1
        # Any process that comes now finds the lock held.
        with cache.lock(NAME, 1.0):
            assert sum(clock.waits[1:]) >= 1.0


@pytest.mark.usefixtures("no_wait")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EIO])
def test_system_without_locks(cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(CacheUnusableError) as caught, cache.lock(NAME, 1.0):
        pass
    assert str(caught.value) == f"{directory}/{NAME}.lock: {os.strerror(number)}"


def test_lock_that_is_a_symbolic_link(cache: TokenCache, directory: Path, tmp_path: Path) -> None:
    (directory / f"{NAME}.lock").symlink_to(tmp_path / "target")
    with pytest.raises(CacheUnusableError, match=r"is a symbolic link$"), cache.lock(NAME, 1.0):
        pass
    assert not (tmp_path / "target").exists()


def test_lock_that_is_a_directory(cache: TokenCache, directory: Path) -> None:
    (directory / f"{NAME}.lock").mkdir()
    with pytest.raises(CacheUnusableError, match=r"Is a directory$"), cache.lock(NAME, 1.0):
        pass


def test_lock_that_is_a_pipe_does_not_hang(cache: TokenCache, directory: Path) -> None:
    os.mkfifo(directory / f"{NAME}.lock", 0o600)
    with cache.lock(NAME, 1.0):
        pass


# A holder that does not end.


def test_lock_is_taken_over_after_the_patience(cache: TokenCache, clock: FakeClock) -> None:
    with cache.lock(NAME, 0.0):
        with cache.lock(NAME, 3.0, take_over=True):
            assert 3.0 <= sum(clock.waits) < 3.3
            # Unlike one who goes on without the lock, this one holds it.
            before = sum(clock.waits)
            with cache.lock(NAME, 2.0):
                assert 2.0 <= sum(clock.waits) - before < 2.2
    # And gives it back.
    before = sum(clock.waits)
    with cache.lock(NAME, 2.0):
        assert sum(clock.waits) == before


def at(clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *events: tuple[float, Any]) -> None:
    """Let something happen when this many seconds were waited."""
    ahead = list(events)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        while ahead and sum(clock.waits) >= ahead[0][0]:
            # What happens may wait, too.
            ahead.pop(0)[1]()

    monkeypatch.setattr(_clock, "sleep", sleep)


@pytest.mark.parametrize("when", [2.1, 2.5, 2.95])
def test_others_wait_for_the_one_who_took_the_lock_over(
    cache: TokenCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, when: float
) -> None:
    taker = cache.lock(NAME, 0.0, take_over=True)
    with cache.lock(NAME, 0.0):
        at(
            clock,
            monkeypatch,
            (when, taker.__enter__),
            (5.0, lambda: taker.__exit__(None, None, None)),
        )
        with cache.lock(NAME, 3.0, take_over=True):
            # At 3 seconds their own patience would have ended.
            assert 5.0 <= sum(clock.waits) < 5.3
            before = sum(clock.waits)
            with cache.lock(NAME, 1.0):
                assert sum(clock.waits) - before >= 1.0


def test_others_wait_only_once_more(cache: TokenCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    taker = cache.lock(NAME, 0.0, take_over=True)
    with cache.lock(NAME, 0.0):
        at(clock, monkeypatch, (2.0, taker.__enter__))
        with cache.lock(NAME, 3.0, take_over=True):
            assert 5.0 <= sum(clock.waits) < 5.4
            # They went on without it: it is still the taker's.
            before = sum(clock.waits)
            with cache.lock(NAME, 1.0):
                assert sum(clock.waits) - before >= 1.0
        taker.__exit__(None, None, None)


def test_lock_is_not_taken_over_by_two(cache: TokenCache, directory: Path, clock: FakeClock) -> None:
    lock = directory / f"{NAME}.lock"
    with cache.lock(NAME, 0.0):
        before = lock.stat()
        descriptor = os.open(f"{lock}.guard", os.O_RDWR | os.O_CREAT, 0o600)
        # Another one is just about to do so.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with cache.lock(NAME, 3.0, take_over=True):
            assert 6.0 <= sum(clock.waits) < 6.3
        assert os.path.samestat(lock.stat(), before)
        os.close(descriptor)


def test_lock_that_was_just_taken_over_is_left_to_its_new_holder(
    cache: TokenCache, directory: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, flock = directory / f"{NAME}.lock", fcntl.flock
    others = [cache.lock(NAME, 0.0)]

    def flock_after_another(descriptor: int, operation: int) -> None:
        guard = Path(f"{lock}.guard")
        if len(others) == 1 and guard.exists() and os.path.samestat(os.fstat(descriptor), guard.stat()):
            lock.unlink()
            others.append(cache.lock(NAME, 0.0))
            others[-1].__enter__()
        flock(descriptor, operation)

    others[0].__enter__()
    monkeypatch.setattr(fcntl, "flock", flock_after_another)
    with cache.lock(NAME, 3.0, take_over=True):
        assert len(others) == 2
        assert 6.0 <= sum(clock.waits) < 6.3
    for other in others:
        other.__exit__(None, None, None)


def test_lock_that_cannot_be_taken_over(
    cache: TokenCache, directory: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cache.lock(NAME, 0.0):
        refuse_to_unlink(monkeypatch)
        with cache.lock(NAME, 3.0, take_over=True):
            assert 6.0 <= sum(clock.waits) < 6.3
