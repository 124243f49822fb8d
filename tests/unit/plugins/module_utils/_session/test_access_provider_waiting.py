# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that wait while another logs in, and what they do afterwards."""

from __future__ import annotations

import fcntl
from datetime import timedelta
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    Task,
    by_password,
    issued,
    reason_for_no_cache,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")


def while_waiting(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen before the next attempt to take the lock."""
    flock = fcntl.flock

    def flock_after_that(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        happens()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_that)


@pytest.mark.parametrize("left", [86400, 300, 299, 10, 0, -3600])
def test_task_that_waited_takes_the_token_of_the_other(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    def another_logs_in() -> None:
        wire.respond(200, issued("theirs", NOON + timedelta(seconds=left)))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    login = task.login()
    # Just issued: whatever its life, another login would not get a better one.
    assert (login.access.token.id, login.cached) == ("theirs", True)
    assert len(wire.sent) == 1


def test_task_that_waited_takes_it_in_place_of_a_cached_one(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"

    def another_logs_in() -> None:
        wire.respond(200, issued("theirs", soon))
        assert task.token() == "theirs"

    while_waiting(monkeypatch, another_logs_in)
    assert task.token() == "theirs"
    # But a task that comes later does not.
    wire.respond(200, issued("ours", soon))
    assert task.token() == "ours"


def test_task_that_waited_in_vain_does_not_take_the_cached_one(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: None)
    wire.respond(200, issued("second", soon))
    assert task.token() == "second"


def test_task_that_waited_to_renew_logs_in(wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_logs_in() -> None:
        wire.respond(200, issued("theirs"))
        assert task.token() == "theirs"
        wire.respond(200, issued("ours"))

    while_waiting(monkeypatch, another_logs_in)
    login = task.login(renew=True)
    assert (login.access.token.id, login.cached) == ("ours", False)
    assert len(wire.sent) == 2


def test_task_that_waited_logs_in_if_the_cached_one_was_revoked(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = NOON + timedelta(seconds=10)
    wire.respond(200, issued("first", soon))
    assert task.token() == "first"
    while_waiting(monkeypatch, lambda: forget_everywhere(task.settings(), task.context(), "first"))
    wire.respond(200, issued("second", soon))
    assert task.token() == "second"


@pytest.mark.parametrize(
    ("given", "patience"),
    [
        # The longest call.
        ({}, 11.0 + 3 * 7.0),
        # Three of them, and the wait for the next passcode.
        (by_password(totp_secret="JBSWY3DPEHPK3PXP"), 3 * (11.0 + 3 * 7.0) + 300.0),
        # The store is opened, asked and told.
        ({"cache_plugin": "community.general.redis"}, 11.0 + 3 * 7.0 + 3 * 7.0),
    ],
)
def test_patience_covers_a_whole_login(
    wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], patience: float
) -> None:
    patiences = []

    def lock(_login: CachedLogin, patience: float) -> Any:
        patiences.append(patience)
        raise CacheUnusableError("no locks")

    monkeypatch.setattr(CachedLogin, "lock", lock)
    wire.respond(200, issued())
    task.login(timeout=7.0, retry_max_wait=11.0, **given)
    # And what comes with it.
    assert patiences == [patience + 5.0]
    assert reason_for_no_cache(task) == "no locks"
