# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to one service with a token of the test's, without a login."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._request.call import Call
from ansible_collections.rackspace.identity.plugins.module_utils._request.service_client import ServiceClient
from ansible_collections.rackspace.identity.plugins.module_utils._request.target import Target
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings

TOKEN = "AABBCCDDsecrettoken"
HOST = "files.example.com"
BASE = f"https://{HOST}/v1/acct"
URL = f"{BASE}/backups/db.dump"
WORDS = "object-store in DFW"


def service(
    base: str = BASE, authorization: Authorization | None = None, context: Context | None = None, **options: Any
) -> ServiceClient:
    """Return a client of Cloud Files."""
    settings = connection_settings(**{"retries": 0, "retry_max_wait": 120.0, **options})
    target = Target(base, WORDS, is_object_store=True)
    return ServiceClient(target, authorization or Authorization(TOKEN), settings, context or Context())


def call(method: str = "GET", url: str = URL, **fields: Any) -> Call:
    """Return a call without headers of its own."""
    return Call(method, url, **fields)


def checked(error: IdentityError) -> IdentityError:
    """Return an error after checking that it speaks of the service alone, and shows no token."""
    shown = json.dumps(error.as_result())
    assert TOKEN not in shown
    assert "identity" not in shown
    assert error.kind in KINDS
    assert error.__suppress_context__ or error.__context__ is None
    return error


def failure(client: ServiceClient, one: Call) -> IdentityError:
    """Return the error that a call ends with."""
    with pytest.raises(IdentityError) as caught:
        client.send(one)
    return checked(caught.value)
