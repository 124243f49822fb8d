# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token cache between real processes: many that begin at once, and some that end in the middle of things."""

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

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._cache import Document, TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._private_writes import locked
from ansible_collections.rackspace.identity.plugins.module_utils._remembered import RememberedLogin
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.forked import Work, child, crowd
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import (
    UNAUTHORIZED,
    by_password,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.small_server import (
    Behaviour,
    SmallServer,
    after,
    http,
    serving,
    stall,
)

NAME = "ab" * 32
KILLS = 500
JSON = "Content-Type: application/json"
MFA = "WWW-Authenticate: OS-MF sessionId='secretsession', factor='PASSCODE'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def granted(token: str = "first") -> Behaviour:
    return http("200 OK", json.dumps(issued(token, utc_now() + timedelta(days=1))).encode(), JSON)


def refused(*headers: str) -> Behaviour:
    return http("401 Unauthorized", json.dumps(UNAUTHORIZED).encode(), JSON, *headers)


def logging_in(server: SmallServer, folder: Path, **given: Any) -> Work:
    """Log in, and tell what came of it."""
    options = login_options(folder, identity_url=server.url, timeout=10.0, retries=0, **given)

    def work(tell: Callable[[str], None]) -> None:
        warnings: list[str] = []
        try:
            session = _session.log_in(options, Context(warn=warnings.append))
            tell(json.dumps({"token": session.access.token.id, "cached": session.cached, "warnings": warnings}))
        except ServiceError as error:
            tell(json.dumps({**error.as_result(), "warnings": warnings}))

    return work


def outcomes(server: SmallServer, folder: Path, count: int = 50, **given: Any) -> list[dict[str, Any]]:
    with crowd(count, logging_in(server, folder, **given)) as many:
        many.release()
        return [json.loads(text) for text in many.tell()]


# One login.


@pytest.mark.parametrize("given", [{}, by_password()])
def test_fifty_at_once(folder: Path, given: dict[str, Any]) -> None:
    with serving(granted("first"), granted("second")) as server:
        told = outcomes(server, folder, **given)
        assert len(server.requests) == 1
    assert [one["token"] for one in told] == ["first"] * 50
    assert sorted(one["cached"] for one in told) == [False] + [True] * 49
    assert not any(one["warnings"] for one in told)


def telling_of_the_wait(work: Work) -> Work:
    """The same work, that tells before it asks for the lock."""
    lock = RememberedLogin.lock

    def wrapped(tell: Callable[[str], None]) -> None:
        def told_lock(place: RememberedLogin, patience: float) -> Any:
            tell("waiting")
            return lock(place, patience)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RememberedLogin, "lock", told_lock)
            work(tell)

    return wrapped


@pytest.mark.parametrize("left", [-60, 0, 60])
def test_ten_that_wait_for_a_token_with_little_life(folder: Path, left: int) -> None:
    all_wait = threading.Event()
    short = http("200 OK", json.dumps(issued("first", utc_now() + timedelta(seconds=left))).encode(), JSON)
    with serving(after(all_wait, short), granted("second")) as server:
        with crowd(10, telling_of_the_wait(logging_in(server, folder))) as many:
            many.release()
            assert {process.tells() for process in many.children} == {"waiting"}
            all_wait.set()
            told = [json.loads(text) for text in many.tell()]
        assert len(server.requests) == 1
    assert [one["token"] for one in told] == ["first"] * 10
    assert sorted(one["cached"] for one in told) == [False] + [True] * 9


def test_fifty_with_a_wrong_password(folder: Path) -> None:
    with serving(refused()) as server:
        told = outcomes(server, folder, **by_password())
        assert len(server.requests) == 1
    assert all(one == told[0] for one in told)
    assert told[0]["error"]["kind"] == "unauthorized"


def test_fifty_that_would_get_a_text_message(folder: Path) -> None:
    with serving(refused(MFA)) as server:
        told = outcomes(server, folder, **by_password())
        assert len(server.requests) == 1
    assert all(one == told[0] for one in told)
    assert told[0]["error"]["kind"] == "mfa_required"


def test_two_logins_at_once_do_not_mix(folder: Path) -> None:
    with serving(granted("first"), granted("second")) as server:
        with crowd(10, logging_in(server, folder)) as some, crowd(
            10, logging_in(server, folder, tenant_id="7")
        ) as more:
            some.release()
            more.release()
            tokens = [{json.loads(text)["token"] for text in many.tell()} for many in (some, more)]
        assert len(server.requests) == 2
    assert sorted(map(sorted, tokens)) == [["first"], ["second"]]


def test_without_a_cache_everybody_logs_in(folder: Path) -> None:
    with serving(granted()) as server:
        outcomes(server, folder, count=5, cache=False)
        assert len(server.requests) == 5


def test_renewing_at_once_is_one_login_each(folder: Path) -> None:
    with serving(granted()) as server:
        assert not any(one["cached"] for one in outcomes(server, folder, count=5, renew=True))
        assert len(server.requests) == 5


# Ends.


def until(condition: Callable[[], Any]) -> None:
    give_up = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < give_up, "what was waited for never came"
        time.sleep(0.01)


def test_killed_while_logging_in(folder: Path) -> None:
    with serving(stall(), granted("second")) as server:
        with child(logging_in(server, folder)) as holder:
            until(lambda: server.requests)
            with crowd(10, logging_in(server, folder)) as others:
                others.release()
                assert holder.kill() == -signal.SIGKILL
                assert {json.loads(text)["token"] for text in others.tell()} == {"second"}
        assert len(server.requests) == 2


def no_sleep(_seconds: float) -> None:
    raise AssertionError("somebody waits")


def holding(folder: Path) -> Work:
    def work(tell: Callable[[str], None]) -> None:
        folder.mkdir(exist_ok=True)
        with locked(str(folder / "a.lock"), 60.0):
            tell("held")
            signal.pause()

    return work


def test_killed_while_holding_the_lock(folder: Path) -> None:
    with child(holding(folder)) as holder:
        assert holder.tells() == "held"
        holder.kill()
        with locked(str(folder / "a.lock"), 60.0, sleep=no_sleep):
            pass


def test_patience_runs_out(folder: Path) -> None:
    waits: list[float] = []
    with child(holding(folder)) as holder:
        assert holder.tells() == "held"
        with locked(str(folder / "a.lock"), 7.0, sleep=waits.append, clock=lambda: sum(waits)):
            assert 7.0 <= sum(waits) < 7.2


def generation_of(cache: TokenCache) -> Any:
    document = cache.read(NAME)
    return document and document.head["generation"]


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_a_step_of_a_write(folder: Path, step: str, before: bool) -> None:
    cache = TokenCache(str(folder))
    cache.write(NAME, Document({"generation": 1}))
    original = getattr(os, step)

    def die(*arguments: Any, **named: Any) -> None:
        if not before:
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    def work(_tell: Callable[[str], None]) -> None:
        setattr(os, step, die)
        cache.write(NAME, Document({"generation": 2}))

    with child(work) as process:
        assert process.wait() == -signal.SIGKILL
    written = step == "replace" and not before
    assert generation_of(cache) == (2 if written else 1)
    cache.write(NAME, Document({"generation": 3}))
    assert generation_of(cache) == 3


def whole(generation: int) -> Document:
    """A document of a length of its own, that a part of another one would spoil."""
    return Document({"generation": generation}, [str(generation).encode()] * (generation * 37 % 4000))


def is_whole(document: Document | None) -> bool:
    return document is not None and document == whole(document.head["generation"])


def writing(folder: Path) -> Work:
    def work(tell: Callable[[str], None]) -> None:
        cache = TokenCache(str(folder))
        tell("ready")
        for generation in range(1, 100_000):
            cache.write(NAME, whole(generation))

    return work


def test_killed_at_any_moment_of_a_write(folder: Path) -> None:
    moments = random.Random(20150605)
    cache = TokenCache(str(folder))
    cache.write(NAME, whole(0))
    torn = 0
    for _kill in range(KILLS):
        with child(writing(folder)) as writer:
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
