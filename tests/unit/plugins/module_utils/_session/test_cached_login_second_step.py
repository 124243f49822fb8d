# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cache entry of a second step: it is that of the first, and of nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import (
    access,
    cached,
    found,
    refusal,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import files
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

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
    first.forget_token("first", set())
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
