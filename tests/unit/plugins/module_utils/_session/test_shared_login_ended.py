# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that have ended, and a store that may go on to have them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._operations import token_revoke
from ansible_collections.rackspace.identity.plugins.module_utils._session.cached_login import CachedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._session.private_files import CacheUnusableError
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.tests.unit.support.caching import Task, issued, keep_what_is_to_be_removed
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.stores import MemoryStore

pytestmark = pytest.mark.usefixtures("clock")

SHARED: dict[str, Any] = {"cache_plugin": "community.general.redis"}
STILL_THERE = (
    "A token that is no longer valid could not be removed from the store that controllers share: Connection refused. "
    "Other controllers may use it until it expires. Check cache_plugin, cache_plugin_connection."
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def task(tmp_path: Path, store: MemoryStore) -> Task:
    one = Task(tmp_path / "one")
    one.store = store
    return one


@pytest.fixture
def other(tmp_path: Path, store: MemoryStore) -> Task:
    two = Task(tmp_path / "two")
    two.store = store
    return two


def test_revoked_token_that_stays_in_the_store_is_a_warning_and_never_served_again(
    wire: FakeWire, task: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    store.fails_from = len(store.uses)
    wire.respond(204)
    assert task.run(token_revoke, **SHARED)["revoked"]
    assert task.warnings == [STILL_THERE]
    # The store can be read again.
    store.fails_from = 1000
    assert len(store.texts) == 1
    wire.respond(200, issued("second"))
    assert (task.token(**SHARED), task.token(**SHARED)) == ("second", "second")


@pytest.mark.parametrize("given", [{}, {"username": None, "api_key": None, "token": "first"}])
def test_token_revoked_by_a_task_that_names_no_store_is_a_warning_and_never_served_again(
    wire: FakeWire, task: Task, store: MemoryStore, given: dict[str, Any]
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    wire.respond(204)
    assert task.run(token_revoke, **given)["revoked"]
    assert task.warnings == [
        (
            "A token that is no longer valid stays in the store that controllers share, which cache_plugin does not "
            "name here. Other controllers may use it until it expires."
        )
    ]
    assert len(store.texts) == 1
    wire.respond(200, issued("second"))
    assert (task.token(**SHARED), task.token(**SHARED)) == ("second", "second")


@pytest.mark.parametrize("stays", [False, True])
def test_token_in_a_cache_that_cannot_be_written_leaves_the_store_too(
    wire: FakeWire, task: Task, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    (path,) = task.directory.glob("*.json")
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda _path, _how: False)
        if stays:
            keep_what_is_to_be_removed(patched)
        wire.respond(204)
        assert task.run(token_revoke, **BY_TOKEN)["revoked"]
    assert store.texts == {}
    assert path.exists() == stays
    assert len(task.warnings) == stays


def test_store_serves_its_token_where_the_cache_cannot_tell_whether_it_has_ended(
    wire: FakeWire, task: Task, other: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.respond(200, issued())
    other.login(**SHARED)

    def has_ended(_self: CachedLogin, _token: str) -> bool:
        raise CacheUnusableError("Input/output error")

    monkeypatch.setattr(CachedLogin, "has_ended", has_ended)
    assert task.token(**SHARED) == "first"
    assert len(wire.sent) == 1


BY_TOKEN: dict[str, Any] = {"username": None, "api_key": None, "token": "first", **SHARED}


@pytest.mark.parametrize("of_what", ["*", "*.json", "salt", "."])
def test_token_in_a_cache_that_others_can_access_leaves_the_store_too(
    wire: FakeWire, task: Task, other: Task, store: MemoryStore, of_what: str
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    paths = list(task.directory.glob(of_what)) if of_what != "." else [task.directory]
    for path in paths:
        path.chmod(0o755)
    wire.respond(204)
    assert task.run(token_revoke, **BY_TOKEN) == {"changed": True, "revoked": True}
    assert store.texts == {}
    for path in filter(Path.exists, paths):
        path.chmod(0o700)
    wire.respond(200, issued("second"))
    assert (task.token(**SHARED), other.token(**SHARED)) == ("second", "second")


def test_token_in_a_file_that_cannot_be_read_is_not_served_again_from_the_store(
    wire: FakeWire, task: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    (entry,) = task.directory.glob("*.json")
    entry.rename(task.directory / "moved")
    entry.symlink_to(task.directory / "moved")
    wire.respond(204)
    assert task.run(token_revoke, **BY_TOKEN) == {"changed": True, "revoked": True}
    # Its name there is unknown.
    assert len(store.texts) == 1
    wire.respond(200, issued("second"))
    assert task.token(**SHARED) == "second"


def test_token_that_another_controller_puts_back_is_not_served_again(
    wire: FakeWire, task: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    before = dict(store.texts)
    wire.respond(204)
    task.run(token_revoke, **SHARED)
    store.texts.update(before)
    assert task.run(token_revoke, **SHARED) == {"changed": False, "revoked": False}
    wire.respond(200, issued("second"))
    assert task.token(**SHARED) == "second"


def test_rejected_token_that_stays_in_the_store_is_not_served_again(
    wire: FakeWire, task: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    store.fails_from = len(store.uses)
    wire.respond(200, issued("second"))
    assert task.provider(**SHARED).replace_token("first") == "second"
    store.fails_from = 1000
    forget_everywhere(task.settings(**SHARED), task.context(), "second")
    wire.respond(200, issued("third"))
    assert task.token(**SHARED) == "third"


def test_another_token_in_the_store_is_used_after_one_has_ended(
    wire: FakeWire, task: Task, other: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    wire.respond(204)
    task.run(token_revoke, **SHARED)
    wire.respond(200, issued("second"))
    other.login(**SHARED)
    assert task.token(**SHARED) == "second"


def test_token_in_the_store_alone_is_revoked(wire: FakeWire, task: Task, other: Task, store: MemoryStore) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    wire.respond(204)
    # It has too little life left for a task, and is revoked all the same.
    assert other.run(token_revoke, **SHARED, min_ttl=10**6) == {"changed": True, "revoked": True}
    assert wire.sent[-1].headers["X-Auth-Token"] == "first"
    assert (store.texts, other.warnings) == ({}, [])


def test_token_is_revoked_and_leaves_the_store_without_a_cache_that_can_be_used(
    wire: FakeWire, task: Task, other: Task, store: MemoryStore
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)
    other.directory.mkdir()
    other.directory.chmod(0o777)
    wire.respond(204)
    assert other.run(token_revoke, **SHARED) == {"changed": True, "revoked": True}
    assert store.texts == {}


# However short its life: other tasks can have a smaller min_ttl.
@pytest.mark.parametrize("seconds", [60, 86400])
def test_without_files_only_the_rejected_token_leaves_the_store(
    wire: FakeWire, task: Task, store: MemoryStore, seconds: int
) -> None:
    task.directory.mkdir()
    task.directory.chmod(0o777)
    wire.respond(200, issued(expires=NOON + timedelta(seconds=seconds)))
    provider = task.provider(**SHARED)
    provider.get_access()
    provider.forget_token("another")
    assert len(store.texts) == 1
    provider.forget_token("first")
    assert store.texts == {}


@pytest.mark.parametrize("what", [["remove"], ["remove", "write"]])
def test_token_whose_file_cannot_be_removed_leaves_the_store(
    wire: FakeWire, task: Task, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, what: list[str]
) -> None:
    wire.respond(200, issued())
    task.login(**SHARED)

    def fail(_cache: object, _name: str, _entry: object = None) -> None:
        raise CacheUnusableError("it stays")

    for name in what:
        monkeypatch.setattr(TokenCache, name, fail)
    wire.respond(204)
    assert task.run(token_revoke, **SHARED)["revoked"]
    assert store.texts == {}
    text = "A token that is no longer valid could not be removed from the cache: it stays. Remove the file."
    assert set(task.warnings) == {text}


def test_all_revoked_tokens_leave_the_store_though_the_file_of_the_first_stays(
    wire: FakeWire, task: Task, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[dict[str, Any]] = [{}, {"apply_rcn_roles": True}]
    for token, given in zip(("first", "second"), logins):
        wire.respond(200, issued(token))
        task.login(**SHARED, **given)
    remove = TokenCache.remove

    def fail(_cache: TokenCache, _name: str) -> None:
        raise CacheUnusableError("it stays")

    monkeypatch.setattr(TokenCache, "remove", fail)
    for _token in logins:
        wire.respond(204)
    assert task.run(token_revoke, **SHARED)["revoked"]
    monkeypatch.setattr(TokenCache, "remove", remove)
    assert store.texts == {}
    wire.respond(200, issued("third"))
    assert task.token(**SHARED) == "third"
