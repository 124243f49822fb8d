# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache files of every kind: the entry that was written, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import CacheEntry, TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

NAME = "a" * 64
REQUEST = LoginRequest(ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
HEADS = st.dictionaries(
    st.sampled_from(["stored", "verified", "token", "user", "services", "extra", "refusal", "login", "x"]), VALUES
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> TokenCache:
    """Make a cache."""
    return TokenCache(str(tmp_path_factory.mktemp("cache") / "tokens"))


@given(st.binary(max_size=200))
def test_any_file_is_an_entry_or_none(cache: TokenCache, content: bytes) -> None:
    path = Path(cache.directory) / f"{NAME}.json"
    path.write_bytes(content)
    path.chmod(0o600)
    assert cache.read(NAME) is None


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_entry_is_none(cache: TokenCache, position: int, damage: bytes) -> None:
    cache.write(NAME, CacheEntry({"token": {"id": "x"}}, [b"[]", b"[1, 2]"]))
    path = Path(cache.directory) / f"{NAME}.json"
    whole = path.read_bytes()
    position %= len(whole)
    damaged = whole[:position] + damage + whole[position + len(damage) :]
    path.write_bytes(damaged)
    assert (cache.read(NAME) is None) == (damaged != whole)


@given(HEADS)
def test_an_entry_of_another_shape_is_a_miss(cache: TokenCache, head: dict[str, Any]) -> None:
    login = CachedLogin(cache, "https://identity.example.com/v2.0", REQUEST, verify=True)
    cache.write(login.name, CacheEntry(head, [b"[]"]))
    cached = login.read_access(NOON, None)
    assert cached is None or cached.access.token.id
    login.read_refusal(NOON)
    login.tokens(NOON)
    login.forget_token("x", set())
