# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that are forgotten, also while others log in."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._session import cached_login
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import (
    forget_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import (
    BASE,
    OTHER_LOGINS,
    access,
    cached,
    found,
    only_file,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock

# Forgetting.


def test_forget(cache: TokenCache) -> None:
    cached(cache).store_access(access(), NOON)
    cached(cache).forget_token("first", set())
    assert cache.names() == []


def test_forget_only_this_token(cache: TokenCache) -> None:
    cached(cache).store_access(access("second"), NOON)
    cached(cache).forget_token("first", set())
    assert found(cached(cache), NOON, 300) == access("second")
    cached(cache).forget_token("second", set())
    assert cache.names() == []
    cached(cache).forget_token("second", set())


def test_forget_leaves_refusals(cache: TokenCache) -> None:
    cached(cache).store_refusal(refusal(), NOON)
    cached(cache).forget_token("first", set())
    forget_token(cache, "first", set())
    assert cached(cache).read_refusal(NOON)


def test_forget_a_token_everywhere(cache: TokenCache, directory: Path) -> None:
    both = [cached(cache), cached(cache, OTHER_LOGINS["include_endpoints"])]
    for login in both:
        login.store_access(access(), NOON)
    cached(cache, OTHER_LOGINS["tenant_id"]).store_access(access("second"), NOON)
    # An entry that cannot be read must not keep the others from being forgotten.
    (directory / f"{'0' * 64}.json").symlink_to(directory / "nothing")
    (directory / "foreign.json").write_text("[]", encoding="utf-8")
    (directory / "foreign.json").chmod(0o600)
    forget_token(cache, "first", set())
    assert [found(login, NOON, 300) for login in both] == [None, None]
    assert found(cached(cache, OTHER_LOGINS["tenant_id"]), NOON, 300) == access("second")
    assert (directory / "foreign.json").exists()


@pytest.mark.parametrize("name", ["entry", "salt"])
def test_a_token_in_a_file_that_is_refused_is_forgotten(cache: TokenCache, directory: Path, name: str) -> None:
    cached(cache).store_access(access(), NOON)
    foreign = directory / "foreign.json"
    foreign.write_text("{}", encoding="utf-8")
    path = directory / "salt" if name == "salt" else directory / f"{cached(cache).name}.json"
    for each in (path, foreign):
        each.chmod(0o644)
    forget_token(TokenCache(str(directory)), "first", set())
    # As the warning says that can be done with it.
    if path.exists():
        path.chmod(0o600)
    assert found(cached(TokenCache(str(directory))), NOON, 300) is None
    assert foreign.exists()


def test_kinds_that_are_cached() -> None:
    assert sorted(cached_login.REFUSALS) == ["mfa_required", "unauthorized", "user_disabled"]
    assert cached_login.REFUSAL_SECONDS == 30


# Forgetting, while others log in.

Forget = Callable[[TokenCache, str, set[str]], None]


def forget_of_this_login(cache: TokenCache, token: str, shared: set[str]) -> None:
    cached(cache).forget_token(token, shared)


EITHER_WAY = pytest.mark.parametrize("forget", [forget_of_this_login, forget_token])


@EITHER_WAY
def test_token_that_comes_after_the_first_look_stays(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)
    read = TokenCache.read
    looks: list[str] = []

    def read_before_another_logs_in(self: TokenCache, name: str) -> CacheEntry | None:
        entry = read(self, name)
        looks.append(name)
        if len(looks) == 1:
            cached(cache).store_access(access("second"), NOON)
        return entry

    monkeypatch.setattr(TokenCache, "read", read_before_another_logs_in)
    forget(cache, "first", set())
    monkeypatch.undo()
    assert len(looks) == 2
    assert found(cached(cache), NOON, 300) == access("second")


@EITHER_WAY
def test_nothing_is_removed_while_another_logs_in(
    cache: TokenCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)
    holder = cached(cache).lock(1.0)
    holder.__enter__()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        assert found(cached(cache), NOON, 300) == access("first")
        if len(clock.waits) == 3:
            cached(cache).store_access(access("second"), NOON)
            holder.__exit__(None, None, None)
            monkeypatch.setattr(_clock, "sleep", clock.sleep)

    monkeypatch.setattr(_clock, "sleep", sleep)
    forget(cache, "first", set())
    assert len(clock.waits) == 3
    assert found(cached(cache), NOON, 300) == access("second")


@EITHER_WAY
def test_another_logs_in_only_after_the_removal(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)
    remove = TokenCache.remove

    def another_logs_in() -> None:
        cached(cache).store_access(access("second"), NOON)

    def remove_while_another_waits(self: TokenCache, name: str) -> None:
        monkeypatch.undo()
        descriptor = os.open(directory / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            remove(self, name)
            another_logs_in()
        else:
            another_logs_in()
            remove(self, name)
        finally:
            os.close(descriptor)

    monkeypatch.setattr(TokenCache, "remove", remove_while_another_waits)
    forget(cache, "first", set())
    assert found(cached(cache), NOON, 300) == access("second")


@EITHER_WAY
def test_holder_that_does_not_end_does_not_keep_a_token(cache: TokenCache, clock: FakeClock, forget: Forget) -> None:
    cached(cache).store_access(access("first"), NOON)
    with cached(cache).lock(1.0):
        forget(cache, "first", set())
        assert 5.0 <= sum(clock.waits) < 5.2
        assert cache.names() == []
        # It went on without the lock: the others wait for the holder all the same.
        with cached(cache).lock(1.0):
            assert sum(clock.waits) >= 6.0


@EITHER_WAY
def test_token_that_cannot_be_removed_is_an_error(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)

    def refuse(_cache: TokenCache, name: str) -> None:
        raise CacheUnusableError(f"{name} cannot be removed")

    monkeypatch.setattr(TokenCache, "remove", refuse)
    with pytest.raises(CacheUnusableError) as caught:
        forget(cache, "first", set())
    assert str(caught.value) == f"{only_file(directory).stem} cannot be removed"


@EITHER_WAY
def test_file_that_cannot_be_removed_is_named_where_nothing_can_be_written(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)
    entry, open_low = only_file(directory), os.open

    def refuse(path: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    def open_to_read(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_CREAT | os.O_TRUNC):
            refuse(path)
        return open_low(path, flags, mode)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refuse)
        patched.setattr(os, "open", open_to_read)
        with pytest.raises(CacheUnusableError) as caught:
            forget(cache, "first", set())
    # Not the salt, which cannot be replaced either.
    assert str(caught.value) == f"{entry}: Read-only file system"


def test_names_in_the_store_are_told_although_one_entry_cannot_be_read(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(cache).store_access(access("second"), NOON, "its name")
    (directory / f"{'0' * 64}.json").symlink_to(directory / "nothing")
    names = ["0" * 64, cached(cache).name]
    monkeypatch.setattr(TokenCache, "names", lambda _cache: names)

    def refuse(_cache: TokenCache, name: str) -> None:
        raise CacheUnusableError(f"{name} cannot be removed")

    monkeypatch.setattr(TokenCache, "remove", refuse)
    shared: set[str] = set()
    with pytest.raises(CacheUnusableError):
        forget_token(cache, "first", shared)
    assert shared == {"its name"}


def test_the_others_are_forgotten_if_one_cannot_be_removed(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = [BASE, OTHER_LOGINS["include_endpoints"], OTHER_LOGINS["scope"]]
    for request in requests:
        cached(cache, request).store_access(access("first"), NOON)
    remove, stuck = TokenCache.remove, cached(cache).name

    def refuse_one(self: TokenCache, name: str) -> None:
        if name == stuck:
            raise CacheUnusableError("this one")
        remove(self, name)

    monkeypatch.setattr(TokenCache, "remove", refuse_one)
    with pytest.raises(CacheUnusableError, match=r"^this one$"):
        forget_token(cache, "first", set())
    assert cache.names() == [stuck]


def test_token_is_not_found_again_where_the_entries_cannot_be_listed(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(cache).store_access(access("first"), NOON)

    def too_many_files(path: str) -> list[str]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "listdir", too_many_files)
        with pytest.raises(CacheUnusableError) as caught:
            forget_token(cache, "first", set())
    assert str(caught.value) == f"{directory}: Too many open files"
    assert found(cached(TokenCache(str(directory))), NOON, 300) is None


@EITHER_WAY
def test_token_is_removed_where_files_cannot_be_locked(cache: TokenCache, directory: Path, forget: Forget) -> None:
    cached(cache).store_access(access("first"), NOON)
    (directory / f"{cached(cache).name}.lock").mkdir()
    forget(cache, "first", set())
    assert cache.names() == []
