# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of the lookup rax_token: one token, cached or new, and how long it would still be the result."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token, token
from ansible_collections.rackspace.identity.plugins.module_utils._options import RENEW, SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    UNAUTHORIZED,
    Task,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")


def run(directory: Path, *terms: str, fact: object = None, **given: Any) -> tuple[list[str], Callable[[], bool] | None]:
    return token.run(terms, login_options(directory, **given), Context(fact=fact))


def test_its_options_are_the_shared_ones_and_renew() -> None:
    assert token.OPTIONS == SHARED + RENEW


def test_renew_logs_in_although_a_token_is_cached(wire: FakeWire, directory: Path) -> None:
    wire.respond(200, issued("first"))
    wire.respond(200, issued("second"))
    assert run(directory)[0] == ["first"]
    assert run(directory, renew=True) == (["second"], None)
    assert run(directory)[0] == ["second"]


def test_token_of_a_new_login(wire: FakeWire, directory: Path) -> None:
    wire.respond(200, issued())
    # Only asking again can tell whether a new login is current.
    assert run(directory) == (["first"], None)
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"


def test_cached_token_is_current_until_it_expires(wire: FakeWire, directory: Path, clock: FakeClock) -> None:
    wire.respond(200, issued("first", NOON + timedelta(seconds=400)))
    run(directory)
    tokens, is_current = run(directory)
    assert (tokens, len(wire.sent)) == (["first"], 1)
    assert is_current
    assert is_current()
    clock.move(seconds=100)
    assert is_current()
    clock.move(seconds=1)
    assert not is_current()


def test_min_ttl(wire: FakeWire, directory: Path) -> None:
    wire.respond(200, issued("first", NOON + timedelta(hours=1)))
    assert run(directory)[0] == ["first"]
    wire.respond(200, issued("second"))
    assert run(directory, min_ttl=3601)[0] == ["second"]


@pytest.mark.parametrize("terms", [("first",), ("first", "second")])
def test_it_takes_no_terms(wire: FakeWire, directory: Path, terms: tuple[str, ...]) -> None:
    with pytest.raises(OptionError) as caught:
        run(directory, *terms)
    assert str(caught.value) == "rax_token takes no terms, only options such as username=."
    assert wire.sent == []


def test_it_needs_credentials(wire: FakeWire, directory: Path) -> None:
    with pytest.raises(MissingCredentialsError):
        run(directory, username=None, api_key=None)
    assert wire.sent == []


def test_login_that_is_refused(wire: FakeWire, directory: Path) -> None:
    wire.respond(401, UNAUTHORIZED)
    with pytest.raises(ServiceError) as caught:
        run(directory)
    assert caught.value.kind == "unauthorized"


# The fact of a host.


@pytest.fixture
def fact(wire: FakeWire, task: Task) -> Any:
    """Log in, and return the fact that this leaves."""
    wire.respond(200, issued("first", NOON + timedelta(seconds=400)))
    result = task.run(identity_token)
    wire.sent.clear()
    return result["ansible_facts"]["rax_identity"]


NO_CREDENTIALS: dict[str, Any] = {"username": None, "api_key": None}


def test_fact_where_there_are_no_credentials(wire: FakeWire, directory: Path, clock: FakeClock, fact: object) -> None:
    tokens, is_current = run(directory, fact=fact, **NO_CREDENTIALS)
    assert tokens == ["first"]
    assert is_current
    clock.move(seconds=399)
    assert is_current()
    clock.move(seconds=1)
    assert not is_current()
    assert wire.sent == []


def test_credentials_come_before_a_fact(wire: FakeWire, directory: Path, fact: object) -> None:
    wire.respond(200, issued("of another user"))
    assert run(directory, fact=fact, username="other")[0] == ["of another user"]


@pytest.mark.parametrize(
    "changes", [{"login_ref": None}, {"identity_url": "http://elsewhere/v2.0"}, {"complete": False}]
)
def test_fact_that_was_changed_is_an_error(wire: FakeWire, directory: Path, fact: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(MissingCredentialsError, match="the fact rax_identity of this host cannot stand in for them"):
        run(directory, fact={**fact, **changes}, **NO_CREDENTIALS)
    assert wire.sent == []
