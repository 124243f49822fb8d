# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is cached for one login: under which name, for how long, and what becomes of damage."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, MfaRequiredError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    MfaChallenge,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session import cached_login
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin, forget_token
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.caching import PIN, files, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.models import ahead
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

URL = "https://identity.example.com/v2.0"
BASE = LoginRequest(ApiKey("user", "secret"))
DAY = timedelta(days=1)

OTHERS = {
    "secret": BASE._replace(credentials=ApiKey("user", "Secret")),
    "username": BASE._replace(credentials=ApiKey("User", "secret")),
    "the same letters": BASE._replace(credentials=ApiKey("users", "ecret")),
    "kind: password": BASE._replace(credentials=Password("user", "secret")),
    "password": BASE._replace(credentials=Password("user", "secret ")),
    "kind: token": BASE._replace(credentials=ExistingToken("secret"), tenant_id="1"),
    "token": BASE._replace(credentials=ExistingToken("secrets"), tenant_id="1"),
    "tenant_id": BASE._replace(tenant_id="1"),
    "another tenant_id": BASE._replace(tenant_id="2"),
    "empty tenant_id": BASE._replace(tenant_id=""),
    "tenant_name": BASE._replace(tenant_name="1"),
    "another tenant_name": BASE._replace(tenant_name="2"),
    "scope": BASE._replace(scope="setup-mfa"),
    "apply_rcn_roles": BASE._replace(apply_rcn_roles=True),
    "include_accessible_domains": BASE._replace(include_accessible_domains=True),
    "include_endpoints": BASE._replace(include_endpoints=False),
    "two parameters": BASE._replace(apply_rcn_roles=True, include_accessible_domains=True),
}


@pytest.fixture
def cache(tmp_path: Path) -> TokenCache:
    return TokenCache(str(tmp_path / "cache"))


@pytest.fixture
def directory(cache: TokenCache) -> Path:
    return Path(cache.directory)


def cached(cache: TokenCache, request: LoginRequest = BASE, url: str = URL) -> CachedLogin:
    return CachedLogin(cache, url, request)


def found(login: CachedLogin, now: datetime, min_ttl: float | None) -> Access | None:
    """Return the cached access with its whole catalog decoded."""
    access = login.read_access(now, min_ttl)
    whole = [service._replace(endpoints=list(service.endpoints)) for service in access.services] if access else []
    return access and access._replace(services=tuple(whole))


def access(token: str = "first", expires: datetime = NOON + DAY) -> Access:
    return read_access(issued(token, expires))


def only_file(directory: Path) -> Path:
    (path,) = directory.glob("*.json")
    return path


# Names.


def test_each_login_has_an_entry_of_its_own(cache: TokenCache) -> None:
    for request in [BASE, *OTHERS.values()]:
        cached(cache, request).store_access(access(), NOON)
    assert len(cache.names()) == 1 + len(OTHERS)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(["", *OTHERS], 2)))
def test_no_login_gets_the_token_of_another(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    # A fast stand-in for the slow hash; how slow that is, is tested elsewhere.
    monkeypatch.setattr(hashlib, "scrypt", lambda secret, **_cost: hashlib.sha256(secret).digest())
    cached(cache, OTHERS.get(one, BASE)).store_access(access(), NOON)
    assert found(cached(cache, OTHERS.get(other, BASE)), NOON, 300) is None
    assert cached(cache, OTHERS.get(other, BASE)).read_refusal(NOON) is None
    assert found(cached(cache, OTHERS.get(one, BASE)), NOON, 300) == access()


@pytest.mark.parametrize(
    "url",
    [
        "https://identity.example.com/v1.1",
        "http://identity.example.com/v2.0",
        "https://lon.identity.example.com/v2.0",
        "https://identity.example.com:8443/v2.0",
        "https://identity.example.com/x/v2.0",
    ],
)
def test_another_service_has_another_entry(cache: TokenCache, url: str) -> None:
    cached(cache).store_access(access(), NOON)
    assert found(cached(cache, url=url), NOON, 300) is None
    assert found(cached(cache), NOON, 300) == access()


def test_another_salt_makes_another_entry(cache: TokenCache, directory: Path) -> None:
    cached(cache).store_access(access(), NOON)
    (directory / "salt").unlink()
    assert found(cached(cache), NOON, 300) is None


def test_names_are_nothing_but_digests(cache: TokenCache, directory: Path) -> None:
    cached(cache).store_access(access(), NOON)
    with cached(cache).lock(1.0):
        pass
    names = {path.name.partition(".")[0] for path in directory.iterdir()} - {"salt"}
    assert names == set(cache.names())
    (name,) = names
    assert len(name) == 64
    int(name, 16)
    assert name not in [hashlib.blake2b(text, digest_size=32).hexdigest() for text in (b"secret", b"user", b"first")]


@pytest.mark.parametrize(
    ("credentials", "times"),
    [(Password("user", "secret"), 1), (ApiKey("user", "secret"), 0), (ExistingToken("secret"), 0)],
)
def test_hash_is_slow_for_passwords_only(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch, credentials: Any, times: int
) -> None:
    calls, scrypt = [], hashlib.scrypt

    def count(secret: bytes, **cost: Any) -> bytes:
        calls.append((secret, cost))
        return scrypt(secret, **cost)

    monkeypatch.setattr(hashlib, "scrypt", count)
    login = cached(cache, LoginRequest(credentials, tenant_id="1"))
    login.store_access(access(), NOON)
    assert found(login, NOON, 300) == access()
    assert calls == [(b"secret", {"salt": cache.salt(), "n": 2**14, "r": 8, "p": 1, "dklen": 32})] * times


@pytest.mark.parametrize("absent", [True, False])
def test_system_without_scrypt(cache: TokenCache, monkeypatch: pytest.MonkeyPatch, absent: bool) -> None:
    def refuse(_secret: bytes, **_cost: Any) -> bytes:
        raise ValueError("disabled for FIPS")

    if absent:
        monkeypatch.delattr(hashlib, "scrypt")
    else:
        monkeypatch.setattr(hashlib, "scrypt", refuse)
    with pytest.raises(CacheUnusableError, match=r"^this Python has no scrypt to protect the password with$"):
        cached(cache, LoginRequest(Password("user", "secret")))
    cached(cache).store_access(access(), NOON)
    assert found(cached(cache), NOON, 300) == access()


def test_system_with_fips_digests_only(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    # Those of SHA-2 and no others.

    def refuse(*_arguments: Any, **_named: Any) -> Any:
        raise ValueError("disabled for FIPS")

    for name in ("blake2b", "blake2s", "md5", "sha1", "sha3_256", "scrypt"):
        monkeypatch.setattr(hashlib, name, refuse)
    for request in (BASE, OTHERS["kind: token"]):
        cached(cache, request).store_access(access(), NOON)
        assert found(cached(cache, request), NOON, 300) == access()


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
    cached(cache).forget_token("first")
    forget_token(cache, "first")
    cached(cache).store_access(access("second"), NOON)
    assert found(cached(cache), NOON, 300) == access("second")


def test_endpoints_are_decoded_when_they_are_first_looked_at(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(cache).store_access(access(), NOON)
    decoded: list[bytes] = []
    loads = json.loads

    def count(text: bytes) -> Any:
        decoded.append(text)
        return loads(text)

    monkeypatch.setattr(json, "loads", count)
    read = cached(cache).read_access(NOON, 300)
    assert read is not None
    assert len(decoded) == 1
    (files_service,) = (service for service in read.services if service.type == "object-store")
    regions = ["DFW", "HKG", "IAD", "SYD"]
    for _time in range(2):
        assert [endpoint.get("region") for endpoint in files_service.endpoints] == regions
    assert len(decoded) == 2


# Every token of a login.


def test_tokens_of_a_login_whatever_parameters_they_were_asked_for_with(cache: TokenCache) -> None:
    for number, name in enumerate(("scope", "apply_rcn_roles", "include_endpoints", "two parameters")):
        cached(cache, OTHERS[name]).store_access(access(f"own{number}"), NOON)
    for name in ("secret", "username", "tenant_id", "kind: password"):
        cached(cache, OTHERS[name]).store_access(access(f"of another: {name}"), NOON)
    cached(cache, BASE._replace(include_accessible_domains=True)).store_refusal(refusal(), NOON)
    assert sorted(cached(cache).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert sorted(cached(cache, OTHERS["scope"]).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert cached(cache, OTHERS["tenant_id"]).tokens(NOON) == ["of another: tenant_id"]


@pytest.mark.parametrize(("left", "tokens"), [(1, ["first"]), (0, ["first"]), (-1, [])])
def test_tokens_that_have_not_expired(cache: TokenCache, left: int, tokens: list[str]) -> None:
    cached(cache).store_access(access(expires=NOON + timedelta(seconds=left)), NOON)
    assert cached(cache).tokens(NOON) == tokens


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
    assert cached(cache, OTHERS["tenant_id"]).fingerprint() is None
    cached(cache).store_access(access(), NOON)
    assert cached(cache).fingerprint() != first
    cached(cache).forget_token("first")
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
    cached(cache).forget_token("first")
    assert not is_current()


def test_access_that_is_not_cached_is_not_current(cache: TokenCache, clock: FakeClock) -> None:
    assert not cached(cache).watch(cached(cache).fingerprint(), access(), 300)()


# Refusals.


def refusal(kind: str = "unauthorized", **others: Any) -> ServiceError:
    fault = Fault("unauthorized", "No such user.", "Ask your administrator.")
    return ServiceError(
        "Logging in failed.", kind=kind, status=401, fault=fault, retry_after=2.5, request_id="req-1", **others
    )


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


# Forgetting.


def test_forget(cache: TokenCache) -> None:
    cached(cache).store_access(access(), NOON)
    cached(cache).forget_token("first")
    assert cache.names() == []


def test_forget_only_this_token(cache: TokenCache) -> None:
    cached(cache).store_access(access("second"), NOON)
    cached(cache).forget_token("first")
    assert found(cached(cache), NOON, 300) == access("second")
    cached(cache).forget_token("second")
    assert cache.names() == []
    cached(cache).forget_token("second")


def test_forget_leaves_refusals(cache: TokenCache) -> None:
    cached(cache).store_refusal(refusal(), NOON)
    cached(cache).forget_token("first")
    forget_token(cache, "first")
    assert cached(cache).read_refusal(NOON)


def test_forget_a_token_everywhere(cache: TokenCache, directory: Path) -> None:
    both = [cached(cache), cached(cache, OTHERS["include_endpoints"])]
    for login in both:
        login.store_access(access(), NOON)
    cached(cache, OTHERS["tenant_id"]).store_access(access("second"), NOON)
    # An entry that cannot be read must not keep the others from being forgotten.
    (directory / f"{'0' * 64}.json").symlink_to(directory / "nothing")
    (directory / "foreign.json").write_text("[]", encoding="utf-8")
    (directory / "foreign.json").chmod(0o600)
    forget_token(cache, "first")
    assert [found(login, NOON, 300) for login in both] == [None, None]
    assert found(cached(cache, OTHERS["tenant_id"]), NOON, 300) == access("second")
    assert (directory / "foreign.json").exists()


def test_kinds_that_are_cached() -> None:
    assert sorted(cached_login.REFUSALS) == ["mfa_required", "unauthorized", "user_disabled"]
    assert cached_login.REFUSAL_SECONDS == 30
