# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a fresh service for each test, in this process or as a server on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from identity_service.parts import Parts
from identity_service.server import start_server
from identity_service.tests.api_client import ApiClient
from identity_service.web import create_app


@pytest.fixture
def parts() -> Parts:
    """Return the parts of a fresh service."""
    return Parts()


@pytest.fixture
def api(parts: Parts) -> ApiClient:
    """Return a client of a fresh service."""
    return ApiClient(create_app(parts).test_client())


@pytest.fixture
def port(parts: Parts) -> Iterator[int]:
    """Run a server on the loopback address for the same service that ``api`` uses, and return its port."""
    server = start_server(create_app(parts), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
