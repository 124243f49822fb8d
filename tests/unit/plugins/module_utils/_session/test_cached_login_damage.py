# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache entries in our own format that hold other fields than they should."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import (
    forget_token,
    read_entry,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import (
    access,
    cached,
    found,
    only_file,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

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
    "user: roles as strings": with_user(roles=["the name"]),
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
    login.forget_token("other", set())
    forget_token(cache, "other", set())
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
def test_endpoints_that_another_wrote_are_ignored_and_replaced(
    cache: TokenCache, directory: Path, tmp_path: Path, line: bytes
) -> None:
    login, another = cached(cache), TokenCache(str(tmp_path / "another"))
    head = {**STORED, "services": [["compute", "cloudServers"]]}
    another.write(login.name, CacheEntry(head, [line]))
    shutil.copy2(only_file(tmp_path / "another"), directory)
    assert login.read_access(NOON, 300) is None
    login.store_access(access("second"), NOON)
    assert found(login, NOON, 300) == access("second")


def test_endpoints_are_decoded_when_they_are_looked_at(cache: TokenCache) -> None:
    login = cached(cache)
    head = {**STORED, "services": [["compute", "cloudServers"], ["dns", "cloudDNS"]]}
    cache.write(login.name, CacheEntry(head, [b"not looked at", b'[{"region": "DFW"}]']))
    read = login.read_access(NOON, 300)
    assert read
    endpoints = read.access.services[1].endpoints
    assert (len(endpoints), endpoints[0]) == (1, {"region": "DFW"})


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
