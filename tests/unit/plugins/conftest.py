# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for the tests of all plugins: an environment without surprises, a wire without a network, a clock to set."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from ansible_collections.rackspace.identity.plugins.module_utils._http import sessions
from ansible_collections.rackspace.identity.plugins.plugin_utils import _lookup, _memo
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, Task
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

_OTHERS = {
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "NETRC",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
}

# The same examples in every run: a test that fails for one person fails for all. More of them are in tests/fuzz.
settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=30)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def _empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home", numbered=False)


@pytest.fixture(autouse=True)
def home(_empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty home, and an environment without logins, proxies and certificates.

    All tests have one home, as few write to it: to make a directory for each would take a tenth of all their time.
    """
    for name in list(os.environ):
        if name.startswith(("RAX_", "RS_", "OS_")) or name.upper() in _OTHERS:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(_empty_home))
    yield _empty_home
    # What a test has replaced is put back first.
    monkeypatch.undo()
    if any(_empty_home.iterdir()):
        shutil.rmtree(_empty_home)
        _empty_home.mkdir()


@pytest.fixture
def tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put back what a test has replaced before its directory is removed."""
    yield tmp_path
    monkeypatch.undo()


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at once; what it costs to guess them is tested with the names of logins."""
    scrypt = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda secret, **cost: scrypt(secret, **{**cost, "n": 2}))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWire]:
    """Put a fake in place of the network, which responds with what the test prepared; all of it must be used."""
    fake = FakeWire()
    # Connections that an earlier test left are not those of this wire.
    monkeypatch.setattr(sessions, "_shared_sessions", {})

    def send(adapter: HTTPAdapter, request: PreparedRequest, **how: Any) -> Response:
        return fake.send(adapter, request, **how)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    yield fake
    assert fake.pending == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Set the time that the collection sees."""
    return FakeClock(monkeypatch)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Name the directory of the cache, which does not exist yet."""
    return tmp_path / "cache"


@pytest.fixture
def task(directory: Path) -> Task:
    """Make tasks of one play."""
    return Task(directory)


@pytest.fixture
def login(directory: Path) -> dict[str, Any]:
    """Return the options of a login that is cached in the directory."""
    return {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(directory)}


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start with nothing stored by other tests, and leave nothing for them."""
    monkeypatch.setattr(_memo, "_results", {})
    monkeypatch.setattr(_memo, "_inputs", set())
    _lookup._environment.cache_clear()
    yield
    _lookup._environment.cache_clear()
