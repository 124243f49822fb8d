# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins with the credentials of the API's documentation, and their errors, none of which may show a secret."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings

URL = "https://identity.example.com/v2.0"
API_KEY = ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678")
PASSWORD = Password("demoAuthor", "myPassword01")
TOKEN = ExistingToken("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
PASSCODE = Passcode("secretsession", "1411594")
AS_PASSWORD = "Logging in as demoAuthor with a password failed: identity.example.com responded with"
AS_API_KEY = "Logging in as demoauthor with an API key failed: identity.example.com responded with"
AS_PASSCODE = "Logging in with a passcode failed: identity.example.com responded with"

_SECRETS = (*API_KEY.secrets, *PASSWORD.secrets, *TOKEN.secrets, *PASSCODE.secrets)


def log_in(login: LoginRequest, url: str = URL, wire_format: str = "json") -> Access:
    """Log in, and return what the client makes of the response."""
    client = IdentityClient(connection_settings(identity_url=url, wire_format=wire_format, retries=0))
    try:
        return client.log_in(login)
    finally:
        client.close()


def refusal(login: LoginRequest, wire_format: str = "json") -> ServiceError:
    """Return the error that a login ends with."""
    with pytest.raises(ServiceError) as caught:
        log_in(login, wire_format=wire_format)
    error = caught.value
    for secret in _SECRETS:
        assert secret not in repr((error.as_result(), error.args))
    # Only what was not found is named; a login's URL holds no secret.
    assert error.status == 404 or "/tokens" not in str(error)
    assert error.kind in KINDS
    return error
