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
from ansible_collections.rackspace.identity.plugins.module_utils._operations import token
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import UNAUTHORIZED, issued, login_options
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")


def run(directory: Path, *terms: str, **given: Any) -> tuple[list[str], Callable[[], bool] | None]:
    return token.run(terms, login_options(directory, **given), Context())


def test_its_options_are_the_shared_ones() -> None:
    assert token.OPTIONS == SHARED


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
