# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of a login's cache entry: each login has its own, and none tells a secret."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import (
    read_entry,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import (
    BASE,
    OTHER_LOGINS,
    access,
    cached,
    found,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

# Names.


def test_each_login_has_an_entry_of_its_own(cache: TokenCache) -> None:
    for request in [BASE, *OTHER_LOGINS.values()]:
        cached(cache, request).store_access(access(), NOON)
    assert len(cache.names()) == 1 + len(OTHER_LOGINS)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(["", *OTHER_LOGINS], 2)))
def test_no_login_gets_the_token_of_another(cache: TokenCache, one: str, other: str) -> None:
    cached(cache, OTHER_LOGINS.get(one, BASE)).store_access(access(), NOON)
    assert found(cached(cache, OTHER_LOGINS.get(other, BASE)), NOON, 300) is None
    assert cached(cache, OTHER_LOGINS.get(other, BASE)).read_refusal(NOON) is None
    assert found(cached(cache, OTHER_LOGINS.get(one, BASE)), NOON, 300) == access()


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
    assert (read and read.access.token, was_verified) == (access().token, verify)


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
    with pytest.raises(CacheUnusableError, match=r"^this Python lacks scrypt, which protects the password$"):
        cached(cache, LoginRequest(Password("user", "secret")))
    cached(cache).store_access(access(), NOON)
    assert found(cached(cache), NOON, 300) == access()


def test_system_with_fips_digests_only(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    # Those of SHA-2 and no others.

    def refuse(*_arguments: Any, **_named: Any) -> Any:
        raise ValueError("disabled for FIPS")

    for name in ("blake2b", "blake2s", "md5", "sha1", "sha3_256", "scrypt"):
        monkeypatch.setattr(hashlib, name, refuse)
    for request in (BASE, OTHER_LOGINS["kind: token"]):
        cached(cache, request).store_access(access(), NOON)
        assert found(cached(cache, request), NOON, 300) == access()


# Every token of a login.


def test_tokens_of_a_login_whatever_parameters_they_were_asked_for_with(cache: TokenCache) -> None:
    for number, name in enumerate(("scope", "apply_rcn_roles", "include_endpoints", "two parameters")):
        cached(cache, OTHER_LOGINS[name]).store_access(access(f"own{number}"), NOON)
    for name in ("secret", "username", "tenant_id", "kind: password"):
        cached(cache, OTHER_LOGINS[name]).store_access(access(f"of another: {name}"), NOON)
    cached(cache, BASE._replace(include_accessible_domains=True)).store_refusal(refusal(), NOON)
    assert sorted(cached(cache).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert sorted(cached(cache, OTHER_LOGINS["scope"]).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert cached(cache, OTHER_LOGINS["tenant_id"]).tokens(NOON) == ["of another: tenant_id"]


@pytest.mark.parametrize(("left", "tokens"), [(1, ["first"]), (0, ["first"]), (-1, [])])
def test_tokens_that_have_not_expired(cache: TokenCache, left: int, tokens: list[str]) -> None:
    cached(cache).store_access(access(expires=NOON + timedelta(seconds=left)), NOON)
    assert cached(cache).tokens(NOON) == tokens
