# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of one login: under which name, for how long, and what becomes of damage."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _remembered
from ansible_collections.rackspace.identity.plugins.module_utils._cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._challenge import Challenge
from ansible_collections.rackspace.identity.plugins.module_utils._document import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault, MfaRequiredError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._remembered import RememberedLogin, forget_token
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.models import ahead
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import (
    NOON,
    PIN,
    SetClock,
    files,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

URL = "https://identity.example.com/v2.0"
BASE = Login(ApiKey("user", "secret"))
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
def folder(cache: TokenCache) -> Path:
    return Path(cache.folder)


def place(cache: TokenCache, login: Login = BASE, url: str = URL) -> RememberedLogin:
    return RememberedLogin(cache, url, login)


def found(remembered: RememberedLogin, now: datetime, min_ttl: float | None) -> Access | None:
    """What is remembered, with its whole catalog."""
    access = remembered.access(now, min_ttl)
    whole = [service._replace(endpoints=list(service.endpoints)) for service in access.services] if access else []
    return access and access._replace(services=tuple(whole))


def access(token: str = "first", expires: datetime = NOON + DAY) -> Access:
    return read_access(issued(token, expires))


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("*.json")
    return path


# Names.


def test_each_login_has_a_place_of_its_own(cache: TokenCache) -> None:
    for login in [BASE, *OTHERS.values()]:
        place(cache, login).keep(access(), NOON)
    assert len(cache.names()) == 1 + len(OTHERS)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(["", *OTHERS], 2)))
def test_nobody_gets_the_token_of_another(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    # The slow one is the same function of the password here; how slow is tested elsewhere.
    monkeypatch.setattr(hashlib, "scrypt", lambda secret, **_cost: hashlib.sha256(secret).digest())
    place(cache, OTHERS.get(one, BASE)).keep(access(), NOON)
    assert found(place(cache, OTHERS.get(other, BASE)), NOON, 300) is None
    assert place(cache, OTHERS.get(other, BASE)).refusal(NOON) is None
    assert found(place(cache, OTHERS.get(one, BASE)), NOON, 300) == access()


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
def test_another_service_has_another_place(cache: TokenCache, url: str) -> None:
    place(cache).keep(access(), NOON)
    assert found(place(cache, url=url), NOON, 300) is None
    assert found(place(cache), NOON, 300) == access()


def test_another_salt_is_another_place(cache: TokenCache, folder: Path) -> None:
    place(cache).keep(access(), NOON)
    (folder / "salt").unlink()
    assert found(place(cache), NOON, 300) is None


def test_names_are_nothing_but_digests(cache: TokenCache, folder: Path) -> None:
    place(cache).keep(access(), NOON)
    with place(cache).lock(1.0):
        pass
    names = {path.name.partition(".")[0] for path in folder.iterdir()} - {"salt"}
    assert names == set(cache.names())
    (name,) = names
    assert len(name) == 64
    int(name, 16)
    assert name not in [hashlib.blake2b(text, digest_size=32).hexdigest() for text in (b"secret", b"user", b"first")]


@pytest.mark.parametrize(
    ("credentials", "times"),
    [(Password("user", "secret"), 1), (ApiKey("user", "secret"), 0), (ExistingToken("secret"), 0)],
)
def test_slow_for_passwords_only(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch, credentials: Any, times: int
) -> None:
    calls, scrypt = [], hashlib.scrypt

    def count(secret: bytes, **cost: Any) -> bytes:
        calls.append((secret, cost))
        return scrypt(secret, **cost)

    monkeypatch.setattr(hashlib, "scrypt", count)
    remembered = place(cache, Login(credentials, tenant_id="1"))
    remembered.keep(access(), NOON)
    assert found(remembered, NOON, 300) == access()
    assert calls == [(b"secret", {"salt": cache.salt(), "n": 2**14, "r": 8, "p": 1, "dklen": 32})] * times


@pytest.mark.parametrize("absent", [True, False])
def test_no_scrypt_here(cache: TokenCache, monkeypatch: pytest.MonkeyPatch, absent: bool) -> None:
    def refuse(_secret: bytes, **_cost: Any) -> bytes:
        raise ValueError("disabled for FIPS")

    if absent:
        monkeypatch.delattr(hashlib, "scrypt")
    else:
        monkeypatch.setattr(hashlib, "scrypt", refuse)
    with pytest.raises(CacheUnusableError, match=r"^this Python has no scrypt to protect the password with$"):
        place(cache, Login(Password("user", "secret")))
    place(cache).keep(access(), NOON)
    assert found(place(cache), NOON, 300) == access()


def test_other_digests_that_a_system_does_not_allow(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems that keep to FIPS have those of SHA-2 and no other."""

    def refuse(*_arguments: Any, **_named: Any) -> Any:
        raise ValueError("disabled for FIPS")

    for name in ("blake2b", "blake2s", "md5", "sha1", "sha3_256", "scrypt"):
        monkeypatch.setattr(hashlib, name, refuse)
    for login in (BASE, OTHERS["kind: token"]):
        place(cache, login).keep(access(), NOON)
        assert found(place(cache, login), NOON, 300) == access()


# Tokens.


def test_nothing_yet(cache: TokenCache) -> None:
    assert found(place(cache), NOON, 300) is None
    assert place(cache).refusal(NOON) is None


@pytest.mark.parametrize(
    "name", ["login", "login_with_token", "login_with_passcode", "login_with_accessible_domains", "login_to_set_up_mfa"]
)
def test_what_was_kept_comes_back(cache: TokenCache, name: str) -> None:
    kept = read_access(sample(name))
    moment = datetime.fromtimestamp(kept.token.lasts_until, timezone.utc) - DAY
    place(cache).keep(kept, moment)
    back = found(place(cache), moment, 300)
    assert back == kept
    assert back is not None and back.endpoints == kept.endpoints


def test_unknown_attributes_come_back(cache: TokenCache) -> None:
    document = issued()
    document["access"]["future"] = {"a": [1]}
    document["access"]["token"]["RAX-AUTH:issued"] = "x"
    document["access"]["user"]["email"] = "a@example.com"
    document["access"]["user"]["roles"][0]["future"] = "y"
    kept = read_access(document)
    place(cache).keep(kept, NOON)
    back = found(place(cache), NOON, 300)
    assert back == kept
    assert kept.extra == {"future": {"a": [1]}}
    assert kept.user["roles"][0]["extra"] == {"future": "y"}


def test_no_secret_is_kept(cache: TokenCache, folder: Path) -> None:
    for credentials in (ApiKey("user", "keysecret"), Password("user", "wordsecret"), ExistingToken("tokensecret")):
        login = Login(credentials, tenant_id="1")
        place(cache, login).keep(access("thetoken"), NOON)
        with place(cache, login).lock(1.0):
            pass
    everything = repr(files(folder))
    assert everything.count("thetoken") == 3
    assert "thetoken" not in repr(list(files(folder)))
    for secret in ("keysecret", "wordsecret", "tokensecret", PIN):
        assert secret not in everything


@pytest.mark.parametrize(
    ("left", "min_ttl", "good"),
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
def test_life_left(cache: TokenCache, left: int, min_ttl: int, good: bool) -> None:
    kept = access(expires=NOON + timedelta(seconds=left))
    place(cache).keep(kept, NOON - timedelta(hours=1))
    assert found(place(cache), NOON, min_ttl) == (kept if good else None)


@pytest.mark.parametrize(
    ("back", "good"), [(timedelta(seconds=1), True), (timedelta(minutes=1), True), (timedelta(seconds=61), False)]
)
def test_clock_set_back(cache: TokenCache, back: timedelta, good: bool) -> None:
    place(cache).keep(access(), NOON)
    assert found(place(cache), NOON - back, 300) == (access() if good else None)


@pytest.mark.parametrize("hours", [-5, 0, 1, 24])
def test_life_by_the_clock_of_this_machine(cache: TokenCache, hours: int) -> None:
    """A token that lives for an hour, of a service whose clock is so far ahead."""
    kept = ahead(access(expires=NOON + timedelta(hours=1 + hours)), timedelta(hours=hours))
    place(cache).keep(kept, NOON)
    assert found(place(cache), NOON + timedelta(minutes=55), 300) == kept
    assert found(place(cache), NOON + timedelta(minutes=55, seconds=1), 300) is None


def test_a_document_that_somebody_changed(cache: TokenCache, folder: Path) -> None:
    place(cache).keep(access(), NOON)
    path = only_file(folder)
    path.write_bytes(path.read_bytes().replace(b'"first"', b'"other"'))
    assert found(place(cache), NOON, 300) is None
    assert place(cache).refusal(NOON) is None
    place(cache).forget("first")
    forget_token(cache, "first")
    place(cache).keep(access("second"), NOON)
    assert found(place(cache), NOON, 300) == access("second")


def test_a_catalog_is_decoded_no_sooner_than_it_is_looked_at(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(cache).keep(access(), NOON)
    decoded: list[bytes] = []
    loads = json.loads

    def count(text: bytes) -> Any:
        decoded.append(text)
        return loads(text)

    monkeypatch.setattr(json, "loads", count)
    back = place(cache).access(NOON, 300)
    assert back is not None
    assert len(decoded) == 1
    (files_service,) = (service for service in back.services if service.type == "object-store")
    regions = ["DFW", "HKG", "IAD", "SYD"]
    for _time in range(2):
        assert [endpoint.get("region") for endpoint in files_service.endpoints] == regions
    assert len(decoded) == 2


# Every token of a login.


def test_tokens_of_a_login_whatever_was_asked_for_with_them(cache: TokenCache) -> None:
    for number, name in enumerate(("scope", "apply_rcn_roles", "include_endpoints", "two parameters")):
        place(cache, OTHERS[name]).keep(access(f"own{number}"), NOON)
    for name in ("secret", "username", "tenant_id", "kind: password"):
        place(cache, OTHERS[name]).keep(access(f"of another: {name}"), NOON)
    place(cache, BASE._replace(include_accessible_domains=True)).keep_refusal(refusal(), NOON)
    assert sorted(place(cache).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert sorted(place(cache, OTHERS["scope"]).tokens(NOON)) == ["own0", "own1", "own2", "own3"]
    assert place(cache, OTHERS["tenant_id"]).tokens(NOON) == ["of another: tenant_id"]


@pytest.mark.parametrize(("left", "found"), [(1, ["first"]), (0, ["first"]), (-1, [])])
def test_tokens_that_are_alive(cache: TokenCache, left: int, found: list[str]) -> None:
    place(cache).keep(access(expires=NOON + timedelta(seconds=left)), NOON)
    assert place(cache).tokens(NOON) == found


# Watching.


@pytest.mark.parametrize("left", [-3600, 0, 10])
def test_access_whatever_its_life(cache: TokenCache, left: int) -> None:
    kept = access(expires=NOON + timedelta(seconds=left))
    place(cache).keep(kept, NOON)
    assert found(place(cache), NOON, None) == kept
    # Unless the clock was set back, and nothing in it can be relied on.
    assert found(place(cache), NOON - timedelta(hours=1), None) is None


def test_identity_of_what_is_remembered(cache: TokenCache) -> None:
    assert place(cache).identity() is None
    place(cache).keep(access(), NOON)
    first = place(cache).identity()
    assert first is not None
    assert place(cache).identity() == first
    assert place(cache, OTHERS["tenant_id"]).identity() is None
    place(cache).keep(access(), NOON)
    assert place(cache).identity() != first
    place(cache).forget("first")
    assert place(cache).identity() is None


def test_watch_until_it_is_too_old(cache: TokenCache, clock: SetClock) -> None:
    place(cache).keep(access(), NOON)
    good = place(cache).watch(place(cache).identity(), access(), 300)
    assert good()
    clock.move(days=1, seconds=-300)
    assert good()
    clock.move(seconds=1)
    assert not good()


def test_watch_knows_no_life_after_the_end(cache: TokenCache, clock: SetClock) -> None:
    place(cache).keep(access(), NOON)
    good = place(cache).watch(place(cache).identity(), access(), -3600)
    clock.move(days=1, seconds=1)
    assert not good()


def test_watch_until_another_is_kept(cache: TokenCache, clock: SetClock) -> None:
    place(cache).keep(access(), NOON)
    good = place(cache).watch(place(cache).identity(), access(), 300)
    place(cache).keep(access("second"), NOON)
    assert not good()


def test_watch_until_it_is_forgotten(cache: TokenCache, clock: SetClock) -> None:
    place(cache).keep(access(), NOON)
    good = place(cache).watch(place(cache).identity(), access(), 300)
    place(cache).forget("first")
    assert not good()


def test_watch_of_what_is_gone(cache: TokenCache, clock: SetClock) -> None:
    assert not place(cache).watch(place(cache).identity(), access(), 300)()


# Refusals.


def refusal(kind: str = "unauthorized", **others: Any) -> ServiceError:
    fault = Fault("unauthorized", "No such user.", "Ask somebody.")
    return ServiceError(
        "Logging in failed.", kind=kind, status=401, fault=fault, retry_after=2.5, request_id="req-1", **others
    )


@pytest.mark.parametrize("kind", ["unauthorized", "user_disabled"])
def test_refusal_comes_back(cache: TokenCache, kind: str) -> None:
    place(cache).keep_refusal(refusal(kind), NOON)
    back = place(cache).refusal(NOON)
    assert back is not None and back.__class__ is ServiceError
    assert back.as_result() == refusal(kind).as_result()
    assert found(place(cache), NOON, 300) is None


def test_challenge_comes_back_without_its_session(cache: TokenCache, folder: Path) -> None:
    error = MfaRequiredError("A passcode is needed.", status=401)
    error.challenge = Challenge("secretsession", "PASSCODE")
    place(cache).keep_refusal(error, NOON)
    back = place(cache).refusal(NOON)
    assert isinstance(back, MfaRequiredError)
    assert (back.kind, back.challenge, str(back)) == ("mfa_required", None, "A passcode is needed.")
    assert "secretsession" not in repr(files(folder))


@pytest.mark.parametrize(("age", "good"), [(0, True), (29, True), (30, False), (3600, False), (-1, True), (-2, False)])
def test_refusal_is_soon_forgotten(cache: TokenCache, age: int, good: bool) -> None:
    place(cache).keep_refusal(refusal(), NOON)
    assert bool(place(cache).refusal(NOON + timedelta(seconds=age))) == good


def test_a_refusal_leaves_the_token_alone_and_a_token_ends_a_refusal(cache: TokenCache) -> None:
    remembered = place(cache)
    remembered.keep_refusal(refusal(), NOON)
    remembered.keep(access(), NOON)
    assert (found(remembered, NOON, 300), remembered.refusal(NOON)) == (access(), None)
    remembered.keep_refusal(refusal(), NOON)
    assert found(remembered, NOON, 300) == access()
    assert remembered.refusal(NOON)


# Forgetting.


def test_forget(cache: TokenCache) -> None:
    place(cache).keep(access(), NOON)
    place(cache).forget("first")
    assert cache.names() == []


def test_forget_only_the_token_that_is_meant(cache: TokenCache) -> None:
    place(cache).keep(access("second"), NOON)
    place(cache).forget("first")
    assert found(place(cache), NOON, 300) == access("second")
    place(cache).forget("second")
    assert cache.names() == []
    place(cache).forget("second")


def test_forget_leaves_refusals(cache: TokenCache) -> None:
    place(cache).keep_refusal(refusal(), NOON)
    place(cache).forget("first")
    forget_token(cache, "first")
    assert place(cache).refusal(NOON)


def test_forget_a_token_everywhere(cache: TokenCache, folder: Path) -> None:
    both = [place(cache), place(cache, OTHERS["include_endpoints"])]
    for remembered in both:
        remembered.keep(access(), NOON)
    place(cache, OTHERS["tenant_id"]).keep(access("second"), NOON)
    # What cannot be read must not keep the rest from being forgotten.
    (folder / f"{'0' * 64}.json").symlink_to(folder / "nothing")
    (folder / "foreign.json").write_text("[]", encoding="utf-8")
    (folder / "foreign.json").chmod(0o600)
    forget_token(cache, "first")
    assert [found(remembered, NOON, 300) for remembered in both] == [None, None]
    assert found(place(cache, OTHERS["tenant_id"]), NOON, 300) == access("second")
    assert (folder / "foreign.json").exists()


def test_kinds_that_are_remembered() -> None:
    assert sorted(_remembered.REFUSALS) == ["mfa_required", "unauthorized", "user_disabled"]
    assert _remembered.REFUSAL_SECONDS == 30
