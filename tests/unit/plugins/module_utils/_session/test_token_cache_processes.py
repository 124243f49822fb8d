# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token cache between real processes: many that begin at once, and some that are killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import AccessProvider
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files_write import locked
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    REMEMBERED,
    UNAUTHORIZED,
    by_password,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.forked import Work, child, crowd
from ansible_collections.rackspace.identity.tests.unit.support.small_server import (
    Behaviour,
    SmallServer,
    after,
    http,
    serving,
    stall,
)

NAME = "ab" * 32
KILLS = 250
JSON = "Content-Type: application/json"
MFA = "WWW-Authenticate: OS-MF sessionId='secretsession', factor='PASSCODE'"


def granted(token: str = "first") -> Behaviour:
    return http("200 OK", json.dumps(issued(token, _clock.now() + timedelta(days=1))).encode(), JSON)


def refused(*headers: str) -> Behaviour:
    return http("401 Unauthorized", json.dumps(UNAUTHORIZED).encode(), JSON, *headers)


def logging_in(server: SmallServer, directory: Path, **given: Any) -> Work:
    """Return work that logs in and tells what came of it."""
    options = login_options(directory, identity_url=server.url, timeout=10.0, retries=0, **given)
    settings = Settings.from_options(options)

    def work(tell: Callable[[str], None]) -> None:
        warnings: list[str] = []
        try:
            login = AccessProvider(settings, Context(warn=warnings.append)).get_access()
            tell(json.dumps({"token": login.access.token.id, "cached": login.cached, "warnings": warnings}))
        except ServiceError as error:
            tell(json.dumps({**error.as_result(), "warnings": warnings}))

    return work


def outcomes(server: SmallServer, directory: Path, count: int = 50, **given: Any) -> list[dict[str, Any]]:
    with crowd(count, logging_in(server, directory, **given)) as many:
        many.release()
        return [json.loads(text) for text in many.tell()]


# One login.


@pytest.mark.parametrize("given", [{}, by_password()])
def test_fifty_at_once(directory: Path, given: dict[str, Any]) -> None:
    with serving(granted("first"), granted("second")) as server:
        told = outcomes(server, directory, **given)
        assert len(server.requests) == 1
    assert [one["token"] for one in told] == ["first"] * 50
    assert sorted(one["cached"] for one in told) == [False] + [True] * 49
    assert not any(one["warnings"] for one in told)


def with_lock(work: Work, make_lock: Callable[[Callable[[str], None]], Callable[[CachedLogin, float], Any]]) -> Work:
    """Return the same work, with another way to lock a login."""

    def wrapped(tell: Callable[[str], None]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CachedLogin, "lock", make_lock(tell))
            work(tell)

    return wrapped


def telling_of_the_wait(work: Work) -> Work:
    """Return the same work, which also tells before it waits for the lock."""
    lock = CachedLogin.lock

    def make(tell: Callable[[str], None]) -> Callable[[CachedLogin, float], Any]:
        def told_lock(login: CachedLogin, patience: float) -> Any:
            tell("waiting")
            return lock(login, patience)

        return told_lock

    return with_lock(work, make)


def impatient(work: Work, patience: float) -> Work:
    """Return the same work, which takes a lock over after this many seconds."""
    lock = CachedLogin.lock
    return with_lock(work, lambda _tell: lambda login, _patience: lock(login, patience))


@pytest.mark.parametrize("left", [-60, 0, 60])
def test_ten_that_wait_for_a_token_with_little_life(directory: Path, left: int) -> None:
    all_wait = threading.Event()
    short = http("200 OK", json.dumps(issued("first", _clock.now() + timedelta(seconds=left))).encode(), JSON)
    with serving(after(all_wait, short), granted("second")) as server:
        with crowd(10, telling_of_the_wait(logging_in(server, directory))) as many:
            many.release()
            assert {process.tells() for process in many.children} == {"waiting"}
            all_wait.set()
            told = [json.loads(text) for text in many.tell()]
        assert len(server.requests) == 1
    assert [one["token"] for one in told] == ["first"] * 10
    assert sorted(one["cached"] for one in told) == [False] + [True] * 9


def check_that_one_was_refused_and_the_others_read(told: list[dict[str, Any]], kind: str) -> None:
    told.sort(key=lambda one: len(one["msg"]))
    first, *others = told
    assert first["error"]["kind"] == kind
    assert all(one == {**first, "msg": f"{first['msg']} {REMEMBERED}"} for one in others)


def test_fifty_with_a_wrong_password(directory: Path) -> None:
    with serving(refused()) as server:
        told = outcomes(server, directory, **by_password())
        assert len(server.requests) == 1
    check_that_one_was_refused_and_the_others_read(told, "unauthorized")


def test_fifty_that_would_get_a_text_message(directory: Path) -> None:
    with serving(refused(MFA)) as server:
        told = outcomes(server, directory, **by_password())
        assert len(server.requests) == 1
    check_that_one_was_refused_and_the_others_read(told, "mfa_required")


def test_ten_with_the_same_passcode(directory: Path) -> None:
    # It is good for one use: a second request would be refused, and count as a wrong passcode.
    given: dict[str, Any] = {"username": None, "api_key": None, "session_id": "secretsession", "passcode": "1411594"}
    with serving(granted(), refused()) as server:
        told = outcomes(server, directory, count=10, **given)
        assert len(server.requests) == 1
    assert [one.get("token") for one in told] == ["first"] * 10
    assert sorted(one["cached"] for one in told) == [False] + [True] * 9


def test_ten_that_follow_a_second_step(directory: Path) -> None:
    with serving(refused(MFA), granted(), refused()) as server:
        assert outcomes(server, directory, count=1, **by_password())[0]["error"]["kind"] == "mfa_required"
        second = {"username": None, "api_key": None, "session_id": "secretsession", "passcode": "1411594"}
        assert outcomes(server, directory, count=1, **second)[0]["token"] == "first"
        told = outcomes(server, directory, count=10, **by_password())
        assert len(server.requests) == 2
    assert [(one["token"], one["cached"]) for one in told] == [("first", True)] * 10


def test_verified_and_unverified_at_once_do_not_mix(directory: Path) -> None:
    with serving(granted("first"), granted("second")) as server:
        with crowd(5, logging_in(server, directory)) as some, crowd(
            5, logging_in(server, directory, validate_certs=False)
        ) as more:
            some.release()
            more.release()
            tokens = [{json.loads(text)["token"] for text in many.tell()} for many in (some, more)]
        assert len(server.requests) == 2
    assert sorted(map(sorted, tokens)) == [["first"], ["second"]]


def test_two_logins_at_once_do_not_mix(directory: Path) -> None:
    with serving(granted("first"), granted("second")) as server:
        with crowd(10, logging_in(server, directory)) as some, crowd(
            10, logging_in(server, directory, tenant_id="7")
        ) as more:
            some.release()
            more.release()
            tokens = [{json.loads(text)["token"] for text in many.tell()} for many in (some, more)]
        assert len(server.requests) == 2
    assert sorted(map(sorted, tokens)) == [["first"], ["second"]]


def test_without_a_cache_every_process_logs_in(directory: Path) -> None:
    with serving(granted()) as server:
        outcomes(server, directory, count=5, cache=False)
        assert len(server.requests) == 5


def test_renewing_at_once_is_one_login_each(directory: Path) -> None:
    with serving(granted()) as server:
        assert not any(one["cached"] for one in outcomes(server, directory, count=5, renew=True))
        assert len(server.requests) == 5


# Killed processes.


def until(condition: Callable[[], Any]) -> None:
    give_up = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < give_up, "the condition was never met"
        time.sleep(0.01)


def test_killed_while_logging_in(directory: Path) -> None:
    with serving(stall(), granted("second")) as server:
        with child(logging_in(server, directory)) as holder:
            until(lambda: server.requests)
            with crowd(10, logging_in(server, directory)) as others:
                others.release()
                assert holder.kill() == -signal.SIGKILL
                assert {json.loads(text)["token"] for text in others.tell()} == {"second"}
        assert len(server.requests) == 2


def holding(directory: Path) -> Work:
    def work(tell: Callable[[str], None]) -> None:
        directory.mkdir(exist_ok=True)
        with locked(str(directory / "a.lock"), 60.0):
            tell("held")
            signal.pause()

    return work


def test_killed_while_holding_the_lock(directory: Path, clock: FakeClock) -> None:
    with child(holding(directory)) as holder:
        assert holder.tells() == "held"
        holder.kill()
        with locked(str(directory / "a.lock"), 60.0):
            assert clock.waits == []


def test_patience_runs_out(directory: Path, clock: FakeClock) -> None:
    with child(holding(directory)) as holder:
        assert holder.tells() == "held"
        with locked(str(directory / "a.lock"), 7.0):
            assert 7.0 <= sum(clock.waits) < 7.2


# Stopped processes, which do not end.


def stopped_while_logging_in(server: SmallServer, directory: Path) -> Work:
    """Return work that stops while it holds the lock of the login, as with Ctrl-Z."""
    request = LoginRequest(ApiKey("demoauthor", API_KEY))
    login = CachedLogin(TokenCache(str(directory)), f"{server.url}/v2.0", request, verify=True)

    def work(tell: Callable[[str], None]) -> None:
        with login.lock(60.0):
            tell("held")
            os.kill(os.getpid(), signal.SIGSTOP)

    return work


def test_one_takes_over_from_a_stopped_holder_and_the_others_read(directory: Path) -> None:
    with serving(granted("first"), granted("second")) as server:
        with child(stopped_while_logging_in(server, directory)) as holder:
            assert holder.tells() == "held"
            with crowd(8, impatient(logging_in(server, directory), 1.0)) as others:
                others.release()
                told = [json.loads(text) for text in others.tell()]
        assert len(server.requests) == 1
    assert [one["token"] for one in told] == ["first"] * 8
    assert sorted(one["cached"] for one in told) == [False] + [True] * 7
    assert not any(one["warnings"] for one in told)


def test_one_after_the_other_takes_a_lock_over(directory: Path) -> None:
    path = str(directory / "a.lock")

    def work(tell: Callable[[str], None]) -> None:
        with locked(path, 2.0, take_over=True):
            begun = time.monotonic()
            # Together they take less than one of them would wait for another.
            time.sleep(0.02)
            tell(json.dumps([begun, time.monotonic()]))

    with child(holding(directory)) as holder:
        assert holder.tells() == "held"
        os.kill(holder.pid, signal.SIGSTOP)
        with crowd(8, work) as others:
            others.release()
            spans = sorted(json.loads(text) for text in others.tell())
    assert all(end <= begin for (_begin, end), (begin, _end) in zip(spans, spans[1:]))


def test_stopped_holder_that_goes_on_does_not_hold_the_new_lock(directory: Path) -> None:
    path = str(directory / "a.lock")

    def work(tell: Callable[[str], None]) -> None:
        with locked(path, 0.1, take_over=True):
            tell("taken over")
            signal.pause()

    with child(holding(directory)) as holder:
        assert holder.tells() == "held"
        os.kill(holder.pid, signal.SIGSTOP)
        with child(work) as taker:
            assert taker.tells() == "taken over"
            os.kill(holder.pid, signal.SIGCONT)
            holder.kill()
            begun = time.monotonic()
            with locked(path, 0.3):
                assert time.monotonic() - begun >= 0.3


def generation_of(cache: TokenCache) -> Any:
    entry = cache.read(NAME)
    return entry and entry.head["generation"]


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_a_step_of_a_write(directory: Path, step: str, before: bool) -> None:
    cache = TokenCache(str(directory))
    cache.write(NAME, CacheEntry({"generation": 1}))
    original = getattr(os, step)

    def die(*arguments: Any, **named: Any) -> None:
        if not before:
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    def work(_tell: Callable[[str], None]) -> None:
        setattr(os, step, die)
        cache.write(NAME, CacheEntry({"generation": 2}))

    with child(work) as process:
        assert process.wait() == -signal.SIGKILL
    written = step == "replace" and not before
    assert generation_of(cache) == (2 if written else 1)
    cache.write(NAME, CacheEntry({"generation": 3}))
    assert generation_of(cache) == 3


def whole(generation: int) -> CacheEntry:
    """Return an entry of a length of its own, which a part of another one would spoil."""
    return CacheEntry({"generation": generation}, [str(generation).encode()] * (generation * 37 % 4000))


def is_whole(entry: CacheEntry | None) -> bool:
    return entry is not None and entry == whole(entry.head["generation"])


def writing(directory: Path) -> Work:
    def work(tell: Callable[[str], None]) -> None:
        cache = TokenCache(str(directory))
        tell("ready")
        for generation in range(1, 100_000):
            cache.write(NAME, whole(generation))

    return work


def test_killed_at_any_moment_of_a_write(directory: Path) -> None:
    moments = random.Random(20150605)
    cache = TokenCache(str(directory))
    cache.write(NAME, whole(0))
    torn = 0
    for _kill in range(KILLS):
        with child(writing(directory)) as writer:
            assert writer.tells() == "ready"
            end = time.monotonic() + moments.uniform(0.0, 0.004)
            while time.monotonic() < end:
                torn += not is_whole(cache.read(NAME))
            assert writer.kill() == -signal.SIGKILL
        torn += not is_whole(cache.read(NAME))
    assert torn == 0
    assert cache.names() == [NAME]
    cache.write(NAME, whole(1))
    assert cache.read(NAME) == whole(1)
