# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: an identity service and the cloud services in this process, restored before each test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from identity_service.parts import Parts as IdentityParts
from identity_service.server import start_server
from identity_service.web import create_app

from cloud_services.command import CONTROL, Ports
from cloud_services.control import PREFIX, catalog_entries
from cloud_services.identity import IdentityClient
from cloud_services.parts import Parts
from cloud_services.tests.cloud_client import CloudClient


@dataclass(frozen=True)
class Running:
    """Where the services are."""

    identity_url: str
    control_url: str


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Run all services for all tests: opening their ports takes longer than most tests."""
    identity = start_server(create_app(IdentityParts()), "127.0.0.1", 0)
    thread = threading.Thread(target=identity.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{identity.port}/v2.0"
    parts = Parts(IdentityClient(url))
    ports = Ports(parts)
    ports.open()
    parts.identity.enter(catalog_entries(parts, ports.services))
    yield Running(url, parts.origins[CONTROL] + PREFIX)
    ports.close()
    identity.shutdown()
    thread.join()
    identity.server_close()


@pytest.fixture
def cloud(running: Running) -> Iterator[CloudClient]:
    """Return a user of the services in their initial state."""
    client = CloudClient(running.identity_url, running.control_url)
    client.identity_control("POST", "reset")
    client.control("POST", "reset")
    client.login()
    yield client
    client.session.close()
