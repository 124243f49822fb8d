# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's cache plugins as the store that controllers share."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import cache_loader

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError, StoreError
from ansible_collections.rackspace.identity.plugins.module_utils._run_module import ENDED
from ansible_collections.rackspace.identity.plugins.module_utils._settings import CacheSettings
from ansible_collections.rackspace.identity.plugins.plugin_utils._cache_plugin import CachePlugin, open_store
from ansible_collections.rackspace.identity.tests.unit.support.action_run import Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.lookup_run import run_lookup

NAME = "ab" * 32


def settings(plugin: str | None, connection: str | None = None, *, cache: bool = True) -> CacheSettings:
    return CacheSettings(cache, None, 300, plugin, connection)


def opened(directory: Path, name: str = "ansible.builtin.jsonfile") -> CachePlugin:
    store = open_store(settings(name, str(directory)), 5.0)
    assert store
    return store


@pytest.mark.parametrize("name", ["ansible.builtin.jsonfile", "jsonfile"])
def test_what_is_stored_is_found_until_it_is_deleted(tmp_path: Path, name: str) -> None:
    opened(tmp_path, name).set(NAME, "text")
    assert opened(tmp_path, name).get(NAME) == "text"
    opened(tmp_path, name).delete(NAME)
    assert opened(tmp_path, name).get(NAME) is None
    opened(tmp_path, name).delete(NAME)


def test_entries_have_a_name_of_their_own_beside_facts(tmp_path: Path) -> None:
    opened(tmp_path / "store").set(NAME, "text")
    (path,) = (tmp_path / "store").iterdir()
    assert "rackspace_identity_" in path.name
    assert path.name.endswith(NAME)


@pytest.mark.parametrize("value", ["text", ["text"], {"login": 5}, {}, None, 5])
def test_other_values_are_no_entries(tmp_path: Path, value: object) -> None:
    store = opened(tmp_path)
    store._plugin.set(NAME, value)
    assert store.get(NAME) is None


def test_no_plugin_is_no_store() -> None:
    assert open_store(settings(None, "x"), 5.0) is None
    assert open_store(settings("", "x"), 5.0) is None
    assert open_store(settings("jsonfile", "/x", cache=False), 5.0) is None


@pytest.mark.parametrize("name", ["pickle", "ansible.builtin.pickle", "community.general.pickle", "memcached"])
def test_plugins_that_run_what_they_read_are_refused(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        open_store(settings(name, "/x"), 5.0)
    assert str(caught.value) == (
        f"cache_plugin {name} runs what it reads from the store, so whoever can write there could run code here. Use "
        "community.general.redis, ansible.builtin.jsonfile or another one that does not."
    )


@pytest.mark.parametrize("name", ["missing", "some.where.else"])
def test_plugin_that_is_not_there(name: str) -> None:
    # Some versions of Ansible say nothing.
    with pytest.raises(
        StoreError, match=rf"^(Unable to load the cache plugin '{name}'$|the cache plugin {name} was not found)"
    ):
        open_store(settings(name, "/x"), 5.0)


def test_plugin_without_its_connection() -> None:
    with pytest.raises(StoreError):
        open_store(settings("jsonfile"), 5.0)


class Broken:
    """A plugin that fails, or hangs until it is released."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.released = error, threading.Event()

    def get(self, _name: str, _value: object = None) -> dict[str, Any]:
        if self.error:
            raise self.error
        # Whoever gave up waiting can end, too.
        assert threading.current_thread().daemon
        self.released.wait(20)
        return {}

    set = delete = get


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broken]:
    plugin = Broken()
    monkeypatch.setattr(cache_loader, "get", lambda _name, **_options: plugin)
    yield plugin
    plugin.released.set()


def test_store_that_does_not_respond_is_given_up(broken: Broken) -> None:
    store = CachePlugin("any", None, 0.05)
    for use in (store.get, store.delete):
        with pytest.raises(StoreError, match=r"^the store did not respond within 0\.05 seconds$"):
            use(NAME)


def test_reason_shows_no_password(broken: Broken) -> None:
    uri = "redis.example.com:6379:0:s3cret/word"
    store = CachePlugin("any", uri, 5.0)
    broken.error = RuntimeError(f"no way to {uri}\nwith s3cret/word or s3cret%2Fword")
    with pytest.raises(StoreError) as caught:
        store.get(NAME)
    assert str(caught.value) == "no way to ******** with ******** or ********"


@pytest.mark.parametrize(
    "uri",
    [
        "redis.example.com:s3cret-word",
        "redis.example.com:6379:s3cret-word",
        "redis://:s3cret-word@redis.example.com:6379/0",
        "mongodb://user:s3cret%2Dword@mongo.example.com/db",
    ],
)
def test_reason_shows_no_password_at_another_place(broken: Broken, uri: str) -> None:
    store = CachePlugin("any", uri, 5.0)
    broken.error = ValueError("invalid literal for int() with base 10: 's3cret-word'")
    with pytest.raises(StoreError, match=r"^invalid literal for int\(\) with base 10: '\*{8}'$"):
        store.get(NAME)


def test_only_what_is_not_there_is_no_error(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    store = CachePlugin("any", "/path", 5.0)
    broken.error = KeyError("no key in /path")
    assert store.get(NAME) is None
    store.delete(NAME)
    with pytest.raises(StoreError, match=r"^'no key in \*{8}'$"):
        store.set(NAME, "text")

    def load(_name: str, **_options: Any) -> None:
        raise KeyError("_uri")

    monkeypatch.setattr(cache_loader, "get", load)
    with pytest.raises(StoreError, match=r"^'_uri'$"):
        CachePlugin("any", "/path", 5.0)


def test_reason_has_no_full_stop(broken: Broken) -> None:
    store = CachePlugin("any", None, 5.0)
    broken.error = RuntimeError("no way.")
    with pytest.raises(StoreError, match=r"^no way$"):
        store.get(NAME)


def test_reason_without_words_is_the_name_of_the_error(broken: Broken) -> None:
    store = CachePlugin("any", None, 5.0)
    broken.error = ConnectionResetError()
    with pytest.raises(StoreError, match=r"^ConnectionResetError$"):
        store.get(NAME)


def login(**given: Any) -> dict[str, Any]:
    return {"username": "demoauthor", "api_key": API_KEY, "cache_plugin": "jsonfile", "facts": "none", **given}


@pytest.mark.usefixtures("clock", "new_process")
def test_worker_and_lookup_share_a_store(wire: FakeWire, worker: Worker, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    wire.respond(200, issued())
    one = worker.run("rax_identity_token", login(cache_plugin_connection=store, cache_dir=str(tmp_path / "one")))
    assert (one["cached"], one["token"]["id"]) == (False, "first")
    two = worker.run("rax_identity_token", login(cache_plugin_connection=store, cache_dir=str(tmp_path / "two")))
    assert (two["cached"], two["changed"], two["token"]["id"]) == (True, False, "first")
    given = login(cache_plugin_connection=store, cache_dir=str(tmp_path / "three"))
    del given["facts"]
    assert run_lookup("rax_token", (), given) == ["first"]
    assert len(wire.sent) == 1
    (stored,) = (tmp_path / "store").iterdir()
    assert "first" not in stored.read_text(encoding="utf-8")


@pytest.mark.usefixtures("clock", "new_process")
def test_action_removes_what_a_module_reports(worker: Worker, tmp_path: Path) -> None:
    opened(tmp_path).set(NAME, "text")
    worker.module = lambda _arguments: {"changed": True, "revoked": True, ENDED: [NAME]}
    given = {"token": "mine", "cache_plugin": "jsonfile", "cache_plugin_connection": str(tmp_path)}
    result = worker.run("rax_token_revoke", given, task={"environment": [{"A": "b"}]})
    assert (result["revoked"], ENDED in result, opened(tmp_path).get(NAME)) == (True, False, None)


def test_what_a_module_reports_as_ended_is_a_warning_where_the_task_names_no_store(worker: Worker) -> None:
    worker.module = lambda _arguments: {"changed": True, "revoked": True, ENDED: [NAME]}
    result = worker.run_elsewhere("rax_token_revoke", {})
    assert [text.partition(", ")[0] for text in result["warnings"]] == [
        "A token that is no longer valid stays in the store that controllers share"
    ]
    assert json.dumps(result)
