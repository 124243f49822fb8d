# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the plugins share: an environment without surprises, and a wire without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire

_OTHERS = {
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NETRC",
    "XDG_CACHE_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
}

# The same examples in every run: a test that fails for one person fails for all.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home, and an environment that says nothing of logins, proxies and certificates."""
    for name in list(os.environ):
        if name.startswith("RAX_") or name.upper() in _OTHERS:
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWire]:
    """A wire that answers what the test prepared, all of which must be asked for."""
    fake = FakeWire()

    def send(adapter: HTTPAdapter, request: PreparedRequest, **how: Any) -> Response:
        return fake.send(adapter, request, **how)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    yield fake
    assert fake.pending == []
