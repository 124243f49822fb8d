# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is cached for one login: under which name, for how long, and what becomes of damage."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, MfaRequiredError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    MfaChallenge,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session import cached_login
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import (
    CachedLogin,
    forget_token,
    read_entry,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
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


def cached(
    cache: TokenCache, request: LoginRequest = BASE, url: str = URL, *, verify: bool | str = True
) -> CachedLogin:
    return CachedLogin(cache, url, request, verify=verify)


def found(login: CachedLogin, now: datetime, min_ttl: float | None) -> Access | None:
    """Return the cached access with its whole catalog decoded."""
    access = login.read_access(now, min_ttl)
    whole = [service._replace(endpoints=list(service.endpoints)) for service in access.services] if access else []
    return access and access._replace(services=tuple(whole))


def access(token: str = "first", expires: datetime = NOON + DAY) -> Access:
    # As the client reads it: without the support PIN.
    return read_access(Redactor(()).payload(issued(token, expires)))


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


@pytest.mark.parametrize(
    ("first", "second"),
    [(True, False), (False, True), (True, "/ca1.pem"), ("/ca1.pem", True), ("/ca1.pem", "/ca2.pem")],
)
def test_login_that_was_verified_otherwise_has_another_entry(
    cache: TokenCache, first: bool | str, second: bool | str
) -> None:
    # An impostor's token and catalog must not reach a login that verifies.
    cached(cache, verify=first).store_access(access("first"), NOON)
    other = cached(cache, verify=second)
    assert found(other, NOON, 300) is None
    assert other.tokens(NOON) == []
    other.store_access(access("second"), NOON)
    assert found(cached(cache, verify=first), NOON, 300) == access("first")
    assert found(other, NOON, 300) == access("second")
    assert other.tokens(NOON) == ["second"]


@pytest.mark.parametrize("is_verified", [True, False])
def test_refusal_by_a_service_that_was_not_verified_is_another(cache: TokenCache, is_verified: bool) -> None:
    cached(cache, verify=is_verified).store_refusal(refusal(), NOON)
    assert cached(cache, verify=not is_verified).read_refusal(NOON) is None
    assert cached(cache, verify=is_verified).read_refusal(NOON)


@pytest.mark.parametrize("verify", [True, False, "/ca1.pem"])
def test_entry_says_how_the_service_was_verified(cache: TokenCache, verify: bool | str) -> None:
    login = cached(cache, verify=verify)
    assert read_entry(cache, login.name, NOON) == (None, False)
    login.store_access(access(), NOON)
    read, was_verified = read_entry(cache, login.name, NOON)
    assert (read and read.token, was_verified) == (access().token, verify)


def test_entry_of_an_unknown_origin_was_not_verified(cache: TokenCache) -> None:
    login = cached(cache)
    login.store_access(access(), NOON)
    for verified in ({"a": 1}, 1, None):
        entry = cache.read(login.name)
        assert entry
        cache.write(login.name, CacheEntry({**entry.head, "verified": verified}, entry.lines))
        assert read_entry(cache, login.name, NOON)[1] is False


def test_name_is_that_of_the_entry(cache: TokenCache) -> None:
    cached(cache).store_access(access(), NOON)
    assert cache.names() == [cached(cache).name]


def test_another_salt_makes_another_entry(cache: TokenCache, directory: Path) -> None:
    cached(cache).store_access(access(), NOON)
    (directory / "salt").unlink()
    assert found(cached(TokenCache(str(directory))), NOON, 300) is None


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


# Entries of our own format with other fields.

STORED: dict[str, Any] = {
    "stored": NOON.timestamp(),
    "verified": True,
    "token": access().token._asdict(),
    "user": access().user,
    "services": [],
    "extra": {},
}


def with_token(**fields: Any) -> dict[str, Any]:
    return {**STORED, "token": {**STORED["token"], **fields}}


def with_user(**fields: Any) -> dict[str, Any]:
    return {**STORED, "user": {**STORED["user"], **fields}}


OTHER_FIELDS: dict[str, dict[str, Any]] = {
    "none": {},
    **{f"no {name}": {key: STORED[key] for key in STORED if key != name} for name in STORED if name != "verified"},
    **{f"{name}: a number": {**STORED, name: 5} for name in ("token", "user", "services", "extra")},
    **{f"{name}: null": {**STORED, name: None} for name in ("stored", "token", "user", "services", "extra")},
    "stored: a string": {**STORED, "stored": "now"},
    "services: strings": {**STORED, "services": ["compute"]},
    "token: a string": {**STORED, "token": "first"},
    "token: a list": {**STORED, "token": ["first", "2030-01-01T00:00:00Z", 1.0]},
    "token: a field more": with_token(more=1),
    "token: a field less": {**STORED, "token": {"id": "first"}},
    "token: id": with_token(id=["first"]),
    "token: expires": with_token(expires=5),
    "token: valid_until as a string": with_token(valid_until="later"),
    "token: valid_until as true": with_token(valid_until=True),
    "token: valid for ever": with_token(valid_until=float("inf")),
    "token: valid until no number": with_token(valid_until=float("nan")),
    "token: tenant as a string": with_token(tenant="123456"),
    "token: tenant without an id": with_token(tenant={"name": "n"}),
    "token: authenticated_by": with_token(authenticated_by=5),
    "token: extra": with_token(extra=5),
    "user: name": with_user(name=5),
    "user: default_region": with_user(default_region=5),
    "user: roles": with_user(roles=5),
    "user: roles as strings": with_user(roles=["admin"]),
    "user: roles without a name": with_user(roles=[{"id": "1"}]),
}


@pytest.mark.parametrize("name", OTHER_FIELDS)
def test_entry_with_other_fields_is_ignored_and_replaced(cache: TokenCache, name: str) -> None:
    login = cached(cache)
    cache.write(login.name, CacheEntry(OTHER_FIELDS[name]))
    assert login.read_access(NOON, None) is None
    assert login.read_access(NOON, 300) is None
    assert login.read_refusal(NOON) is None
    assert login.tokens(NOON) == []
    assert read_entry(cache, login.name, NOON)[0] is None
    login.forget_token("other")
    forget_token(cache, "other")
    login.store_access(access("second"), NOON)
    assert found(login, NOON, 300) == access("second")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'"x"',
        b"[1]",
        b"{bad",
        b"[{bad}]",
        b"null",
        b"{}",
        b"[[]]",
        b'[{"region": 5}]',
        b'[{"version": "2"}]',
        b'[{"version": {"id": 2}}]',
        b'[{"public_url": ["http://x"]}]',
        b"[" * 100_000,
    ],
)
def test_entry_with_other_endpoints_is_ignored_and_replaced(cache: TokenCache, line: bytes) -> None:
    login = cached(cache)
    head = {**STORED, "services": [["compute", "cloudServers"]]}
    cache.write(login.name, CacheEntry(head, [b'[{"region": "DFW", "version": {"id": null}}]']))
    assert found(login, NOON, 300)
    cache.write(login.name, CacheEntry(head, [line]))
    assert login.read_access(NOON, 300) is None
    login.store_access(access("second"), NOON)
    assert found(login, NOON, 300) == access("second")


@pytest.mark.parametrize("service", [[5, None], [None, ["x"]]])
def test_entry_with_other_services_is_ignored(cache: TokenCache, service: list[Any]) -> None:
    login = cached(cache)
    cache.write(login.name, CacheEntry({**STORED, "services": [service]}, [b"[]"]))
    assert login.read_access(NOON, 300) is None


def test_entry_with_the_fields_that_others_lack_is_used(cache: TokenCache) -> None:
    cache.write(cached(cache).name, CacheEntry(STORED))
    assert found(cached(cache), NOON, 300) == access()._replace(services=())


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"refusal": {}},
        {"stored": NOON.timestamp()},
        {"stored": "now", "refusal": {"msg": "m", "error": {}}},
        {"stored": NOON.timestamp(), "refusal": "no"},
        {"stored": NOON.timestamp(), "refusal": {"msg": "m", "error": None}},
        {"stored": NOON.timestamp(), "refusal": {"msg": "m", "error": {"kind": "unauthorized"}}},
    ],
)
def test_refusal_with_other_fields_is_ignored_and_replaced(cache: TokenCache, head: dict[str, Any]) -> None:
    login = cached(cache)
    login.store_refusal(refusal(), NOON)
    (name,) = cache.names()
    cache.write(name, CacheEntry(head))
    assert login.read_refusal(NOON) is None
    login.store_refusal(refusal(), NOON)
    assert login.read_refusal(NOON)


# The second step of a login has the entry of its first.

SECOND_STEP = LoginRequest(Passcode("secretsession", "1411594"))
FIRST_STEP = LoginRequest(Password("user", "secret"))


def test_second_step_serves_the_login_of_the_first(cache: TokenCache, directory: Path) -> None:
    first = cached(cache, FIRST_STEP)
    first.store_first_step("secretsession", NOON)
    second = cached(cache, SECOND_STEP)
    assert second.name == first.name
    second.store_access(access(), NOON)
    assert found(first, NOON, 300) == found(second, NOON, 300) == access()
    assert first.tokens(NOON) == second.tokens(NOON) == ["first"]
    everything = repr(files(directory))
    assert "secretsession" not in everything
    assert "1411594" not in everything
    first.forget_token("first")
    assert found(cached(cache, SECOND_STEP), NOON, 300) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"tenant_id": "1"},
        {"tenant_name": "1"},
        {"scope": "setup-mfa"},
        {"apply_rcn_roles": True},
        {"include_endpoints": False},
    ],
)
def test_second_step_that_asks_for_something_else_has_an_entry_of_its_own(
    cache: TokenCache, changes: dict[str, Any]
) -> None:
    first = cached(cache, FIRST_STEP)
    first.store_first_step("secretsession", NOON)
    second = cached(cache, SECOND_STEP._replace(**changes))
    assert second.name != first.name
    second.store_access(access("second"), NOON)
    assert found(first, NOON, 300) is None
    # And the other way around.
    cached(cache, FIRST_STEP._replace(**changes)).store_first_step("othersession", NOON)
    asked = LoginRequest(Passcode("othersession", "1"))
    assert cached(cache, asked).name not in (first.name, cached(cache, FIRST_STEP._replace(**changes)).name)


def test_second_step_of_another_session_has_an_entry_of_its_own(cache: TokenCache) -> None:
    first = cached(cache, FIRST_STEP)
    first.store_first_step("secretsession", NOON)
    names = {
        first.name,
        cached(cache, LoginRequest(Passcode("othersession", "1411594"))).name,
        cached(cache, SECOND_STEP, url="https://other.example.com/v2.0").name,
        cached(cache, SECOND_STEP, verify=False).name,
    }
    assert len(names) == 4


def test_second_step_without_a_first_has_an_entry_of_its_own(cache: TokenCache) -> None:
    second = cached(cache, SECOND_STEP)
    second.store_access(access(), NOON)
    assert found(cached(cache, SECOND_STEP), NOON, 300) == access()
    assert found(cached(cache, FIRST_STEP), NOON, 300) is None
    assert found(cached(cache, LoginRequest(Passcode("secretsession", "2"))), NOON, 300) is None


def test_wrong_passcode_is_no_refusal_of_the_first_step(cache: TokenCache) -> None:
    cached(cache, FIRST_STEP).store_first_step("secretsession", NOON)
    cached(cache, SECOND_STEP).store_refusal(refusal(), NOON)
    assert cached(cache, SECOND_STEP).read_refusal(NOON)
    assert cached(cache, FIRST_STEP).read_refusal(NOON) is None
    # Nor of another passcode for the same session.
    assert cached(cache, LoginRequest(Passcode("secretsession", "2"))).read_refusal(NOON) is None


@pytest.mark.parametrize("head", [{}, {"login": 5}, {"login": None}, {"login": ["a"]}])
def test_first_step_with_other_fields_is_ignored(cache: TokenCache, head: dict[str, Any]) -> None:
    own_name = cached(cache, SECOND_STEP).name
    first = cached(cache, FIRST_STEP)
    first.store_first_step("secretsession", NOON)
    (name,) = cache.names()
    cache.write(name, CacheEntry({"stored": NOON.timestamp(), "parameters": list(FIRST_STEP[1:]), **head}))
    assert cached(cache, SECOND_STEP).name == own_name
    cache.write(name, CacheEntry({"stored": NOON.timestamp(), "login": first.name, "parameters": "all"}))
    assert cached(cache, SECOND_STEP).name == own_name


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


# Forgetting, while others log in.

Forget = Callable[[TokenCache, str], None]


def forget_of_this_login(cache: TokenCache, token: str) -> None:
    cached(cache).forget_token(token)


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
    forget(cache, "first")
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
    forget(cache, "first")
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
    forget(cache, "first")
    assert found(cached(cache), NOON, 300) == access("second")


@EITHER_WAY
def test_holder_that_does_not_end_does_not_keep_a_token(cache: TokenCache, clock: FakeClock, forget: Forget) -> None:
    cached(cache).store_access(access("first"), NOON)
    with cached(cache).lock(1.0):
        forget(cache, "first")
    assert 5.0 <= sum(clock.waits) < 5.2
    assert cache.names() == []


@EITHER_WAY
def test_token_that_cannot_be_removed_is_an_error(
    cache: TokenCache, directory: Path, monkeypatch: pytest.MonkeyPatch, forget: Forget
) -> None:
    cached(cache).store_access(access("first"), NOON)

    def refuse(_cache: TokenCache, name: str) -> None:
        raise CacheUnusableError(f"{name} cannot be removed")

    monkeypatch.setattr(TokenCache, "remove", refuse)
    with pytest.raises(CacheUnusableError) as caught:
        forget(cache, "first")
    assert str(caught.value) == f"{only_file(directory).stem} cannot be removed"


def test_the_others_are_forgotten_if_one_cannot_be_removed(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = [BASE, OTHERS["include_endpoints"], OTHERS["scope"]]
    for request in requests:
        cached(cache, request).store_access(access("first"), NOON)
    remove, stuck = TokenCache.remove, cached(cache).name

    def refuse_one(self: TokenCache, name: str) -> None:
        if name == stuck:
            raise CacheUnusableError("this one")
        remove(self, name)

    monkeypatch.setattr(TokenCache, "remove", refuse_one)
    with pytest.raises(CacheUnusableError, match=r"^this one$"):
        forget_token(cache, "first")
    assert cache.names() == [stuck]
