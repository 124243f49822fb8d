# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is cached for one login, for how long, and until when it is current."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    MfaChallenge,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import (
    forget_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import (
    DAY,
    OTHER_LOGINS,
    access,
    cached,
    found,
    only_file,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import PIN, files, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.models import ahead
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

# Tokens.


def test_empty_cache(cache: TokenCache) -> None:
    assert found(cached(cache), NOON, 300) is None
    assert cached(cache).read_refusal(NOON) is None


@pytest.mark.parametrize(
    "name", ["login", "login_with_token", "login_with_passcode", "login_with_accessible_domains", "login_to_set_up_mfa"]
)
def test_access_is_read_as_it_was_stored(cache: TokenCache, name: str) -> None:
    stored = read_access(sample(name))
    moment = datetime.fromtimestamp(stored.token.valid_until, timezone.utc) - DAY
    cached(cache).store_access(stored, moment)
    read = found(cached(cache), moment, 300)
    assert read == stored
    assert read is not None and flatten(read.services) == flatten(stored.services)


def test_unknown_fields_are_read_as_they_were_stored(cache: TokenCache) -> None:
    payload = issued()
    payload["access"]["future"] = {"a": [1]}
    payload["access"]["token"]["RAX-AUTH:issued"] = "x"
    payload["access"]["user"]["email"] = "a@example.com"
    payload["access"]["user"]["roles"][0]["future"] = "y"
    stored = read_access(payload)
    cached(cache).store_access(stored, NOON)
    read = found(cached(cache), NOON, 300)
    assert read == stored
    assert stored.extra == {"future": {"a": [1]}}
    assert stored.user["roles"][0]["extra"] == {"future": "y"}


def test_no_secret_is_stored(cache: TokenCache, directory: Path) -> None:
    for credentials in (ApiKey("user", "keysecret"), Password("user", "wordsecret"), ExistingToken("tokensecret")):
        request = LoginRequest(credentials, tenant_id="1")
        cached(cache, request).store_access(access("thetoken"), NOON)
        with cached(cache, request).lock(1.0):
            pass
    everything = repr(files(directory))
    assert everything.count("thetoken") == 3
    assert "thetoken" not in repr(list(files(directory)))
    for secret in ("keysecret", "wordsecret", "tokensecret", PIN):
        assert secret not in everything


@pytest.mark.parametrize(
    ("left", "min_ttl", "usable"),
    [
        (301, 300, True),
        (300, 300, True),
        (299, 300, False),
        (0, 0, True),
        (-1, 0, False),
        (-1, -3600, False),
        (0, -3600, True),
        (3600, 10**18, False),
    ],
)
def test_remaining_life(cache: TokenCache, left: int, min_ttl: int, usable: bool) -> None:
    stored = access(expires=NOON + timedelta(seconds=left))
    cached(cache).store_access(stored, NOON - timedelta(hours=1))
    assert found(cached(cache), NOON, min_ttl) == (stored if usable else None)


@pytest.mark.parametrize(
    ("back", "usable"), [(timedelta(seconds=1), True), (timedelta(minutes=1), True), (timedelta(seconds=61), False)]
)
def test_clock_set_back(cache: TokenCache, back: timedelta, usable: bool) -> None:
    cached(cache).store_access(access(), NOON)
    assert found(cached(cache), NOON - back, 300) == (access() if usable else None)


@pytest.mark.parametrize("hours", [-5, 0, 1, 24])
def test_life_by_the_clock_of_this_machine(cache: TokenCache, hours: int) -> None:
    """Store a token that lives for an hour, from a service whose clock is this far ahead."""
    stored = ahead(access(expires=NOON + timedelta(hours=1 + hours)), timedelta(hours=hours))
    cached(cache).store_access(stored, NOON)
    assert found(cached(cache), NOON + timedelta(minutes=55), 300) == stored
    assert found(cached(cache), NOON + timedelta(minutes=55, seconds=1), 300) is None


def test_entry_that_was_changed_is_not_used(cache: TokenCache, directory: Path) -> None:
    cached(cache).store_access(access(), NOON)
    path = only_file(directory)
    path.write_bytes(path.read_bytes().replace(b'"first"', b'"other"'))
    assert found(cached(cache), NOON, 300) is None
    assert cached(cache).read_refusal(NOON) is None
    cached(cache).forget_token("first", set())
    forget_token(cache, "first", set())
    cached(cache).store_access(access("second"), NOON)
    assert found(cached(cache), NOON, 300) == access("second")


# Whether an access is still current.


@pytest.mark.parametrize("left", [-3600, 0, 10])
def test_access_whatever_its_remaining_life(cache: TokenCache, left: int) -> None:
    stored = access(expires=NOON + timedelta(seconds=left))
    cached(cache).store_access(stored, NOON)
    assert found(cached(cache), NOON, None) == stored
    # Unless the clock was set back: then nothing in it can be relied on.
    assert found(cached(cache), NOON - timedelta(hours=1), None) is None


def test_fingerprint(cache: TokenCache) -> None:
    assert cached(cache).fingerprint() is None
    cached(cache).store_access(access(), NOON)
    first = cached(cache).fingerprint()
    assert first is not None
    assert cached(cache).fingerprint() == first
    assert cached(cache, OTHER_LOGINS["tenant_id"]).fingerprint() is None
    cached(cache).store_access(access(), NOON)
    assert cached(cache).fingerprint() != first
    cached(cache).forget_token("first", set())
    assert cached(cache).fingerprint() is None


def test_access_is_current_until_its_token_is_too_old(cache: TokenCache, clock: FakeClock) -> None:
    cached(cache).store_access(access(), NOON)
    is_current = cached(cache).watch(cached(cache).fingerprint(), access(), 300)
    assert is_current()
    clock.move(days=1, seconds=-300)
    assert is_current()
    clock.move(seconds=1)
    assert not is_current()


def test_access_is_not_current_after_its_token_has_expired(cache: TokenCache, clock: FakeClock) -> None:
    cached(cache).store_access(access(), NOON)
    is_current = cached(cache).watch(cached(cache).fingerprint(), access(), -3600)
    clock.move(days=1, seconds=1)
    assert not is_current()


def test_access_is_current_until_another_is_stored(cache: TokenCache, clock: FakeClock) -> None:
    cached(cache).store_access(access(), NOON)
    is_current = cached(cache).watch(cached(cache).fingerprint(), access(), 300)
    cached(cache).store_access(access("second"), NOON)
    assert not is_current()


def test_access_is_current_until_it_is_forgotten(cache: TokenCache, clock: FakeClock) -> None:
    cached(cache).store_access(access(), NOON)
    is_current = cached(cache).watch(cached(cache).fingerprint(), access(), 300)
    cached(cache).forget_token("first", set())
    assert not is_current()


def test_access_is_current_until_its_entry_is_left_behind(cache: TokenCache, clock: FakeClock) -> None:
    cached(cache).store_access(access(), NOON)
    before = cached(cache).fingerprint()
    is_current = cached(cache).watch(before, access(), 300)
    assert is_current()
    # As where it could not be removed.
    cache.abandon()
    assert not is_current()
    # The next login makes a new salt, with which nothing here is current either.
    cache.salt()
    assert not is_current()


def test_access_that_is_not_cached_is_not_current(cache: TokenCache, clock: FakeClock) -> None:
    assert not cached(cache).watch(cached(cache).fingerprint(), access(), 300)()


# Refusals.


@pytest.mark.parametrize("kind", ["unauthorized", "user_disabled"])
def test_refusal_is_read_as_it_was_stored(cache: TokenCache, kind: str) -> None:
    cached(cache).store_refusal(refusal(kind), NOON)
    read = cached(cache).read_refusal(NOON)
    assert read is not None and read.__class__ is ServiceError
    assert read.as_result() == refusal(kind).as_result()
    assert found(cached(cache), NOON, 300) is None


def test_challenge_is_stored_without_its_session_id(cache: TokenCache, directory: Path) -> None:
    error = MfaRequiredError("A passcode is needed.", status=401)
    error.challenge = MfaChallenge("secretsession", "PASSCODE")
    cached(cache).store_refusal(error, NOON)
    read = cached(cache).read_refusal(NOON)
    assert isinstance(read, MfaRequiredError)
    assert (read.kind, read.challenge, str(read)) == ("mfa_required", None, "A passcode is needed.")
    assert "secretsession" not in repr(files(directory))


@pytest.mark.parametrize(
    ("age", "usable"), [(0, True), (29, True), (30, False), (3600, False), (-1, True), (-2, False)]
)
def test_refusal_expires_soon(cache: TokenCache, age: int, usable: bool) -> None:
    cached(cache).store_refusal(refusal(), NOON)
    assert bool(cached(cache).read_refusal(NOON + timedelta(seconds=age))) == usable


def test_refusal_leaves_the_token_and_a_token_ends_the_refusal(cache: TokenCache) -> None:
    login = cached(cache)
    login.store_refusal(refusal(), NOON)
    login.store_access(access(), NOON)
    assert (found(login, NOON, 300), login.read_refusal(NOON)) == (access(), None)
    login.store_refusal(refusal(), NOON)
    assert found(login, NOON, 300) == access()
    assert login.read_refusal(NOON)
