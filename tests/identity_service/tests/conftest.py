# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a service in its initial state for each test, in this process or as a server on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from identity_service.parts import Parts
from identity_service.server import start_server
from identity_service.tests.api_client import ApiClient
from identity_service.web import create_app


@pytest.fixture(scope="session")
def created() -> tuple[Parts, Flask]:
    """Create the service for all tests: making its routes takes longer than most tests."""
    parts = Parts()
    return parts, create_app(parts)


@pytest.fixture
def parts(created: tuple[Parts, Flask]) -> Parts:
    """Return the parts of the service in its initial state."""
    created[0].reset()
    # They survive a reset.
    created[0].store.origins = ()
    return created[0]


@pytest.fixture
def api(created: tuple[Parts, Flask], parts: Parts) -> ApiClient:
    """Return a client of the service."""
    return ApiClient(created[1].test_client())


@pytest.fixture
def port(created: tuple[Parts, Flask], parts: Parts) -> Iterator[int]:
    """Run a server on the loopback address for the same service that ``api`` uses, and return its port."""
    server = start_server(created[1], "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
