# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins with the documents' credentials, and their refusals, none of which may show a secret."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection

URL = "https://identity.example.com/v2.0"
API_KEY = ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678")
PASSWORD = Password("demoAuthor", "myPassword01")
TOKEN = ExistingToken("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
PASSCODE = Passcode("secretsession", "1411594")
AS_PASSWORD = "Logging in as demoAuthor with a password failed: identity.example.com answered"
AS_API_KEY = "Logging in as demoauthor with an API key failed: identity.example.com answered"
AS_PASSCODE = "Logging in with a passcode failed: identity.example.com answered"

_SECRETS = (*API_KEY.secrets, *PASSWORD.secrets, *TOKEN.secrets, *PASSCODE.secrets, "/tokens")


def log_in(login: Login, url: str = URL, wire_format: str = "json") -> Access:
    """What the client makes of the answer."""
    client = IdentityClient(url, Connection(retries=0), wire_format)
    try:
        return client.log_in(login)
    finally:
        client.close()


def refusal(login: Login, wire_format: str = "json") -> ServiceError:
    """The error that a login ends with."""
    with pytest.raises(ServiceError) as caught:
        log_in(login, wire_format=wire_format)
    error = caught.value
    for secret in _SECRETS:
        assert secret not in repr((error.as_result(), error.args))
    assert error.kind in KINDS
    return error
