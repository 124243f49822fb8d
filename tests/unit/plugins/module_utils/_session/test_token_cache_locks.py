# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The locks of the token cache: who waits for whom, how long, and what a holder that does not end costs."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cache_files import (
    NAME,
    OTHER,
    refuse_to_unlink,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("no_hanging")


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


@pytest.mark.parametrize("take_over", [True, False])
def test_others_wait_only_once_more_however_often_the_lock_is_replaced(
    cache: TokenCache, directory: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, take_over: bool
) -> None:
    takers = [cache.lock(NAME, 0.0) for _taker in range(3)]

    def replace() -> None:
        (directory / f"{NAME}.lock").unlink()
        takers.append(takers.pop(0))
        takers[-1].__enter__()

    with cache.lock(NAME, 0.0):
        at(clock, monkeypatch, (2.0, replace), (2.9, replace), (4.0, replace))
        with cache.lock(NAME, 3.0, take_over=take_over):
            # From 2 seconds on, once more; whoever does not take locks over goes on when the patience ends.
            end = 5.0 if take_over else 3.0
            assert end <= sum(clock.waits) < end + 0.4


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
