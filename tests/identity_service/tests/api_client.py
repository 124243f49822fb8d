# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for these tests: requests as documented, with every part open to change."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from identity_service.accounts import USERS

TOKENS = "/v2.0/tokens"
SECRETS = {user.login: user.credentials for user in USERS}


class ApiClient:
    """A wrapper around the test client of Flask."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def post(self, body: Any, query: str = "", headers: dict[str, str] | None = None) -> TestResponse:
        """POST /v2.0/tokens with a body that is sent as JSON, or as is if it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        all_headers = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        return self.client.post(TOKENS + query, data=data, headers=all_headers)

    def auth(self, auth: Any, query: str = "", headers: dict[str, str] | None = None) -> TestResponse:
        """Log in with an auth object."""
        return self.post({"auth": auth}, query, headers)

    def password(self, user: str = "demoauthor", query: str = "", **beside: str) -> TestResponse:
        """Log in with the user's password."""
        secret = SECRETS[user].password
        return self.auth({"passwordCredentials": {"username": user, "password": secret}, **beside}, query)

    def api_key(self, user: str = "demoauthor", query: str = "", **beside: str) -> TestResponse:
        """Log in with the user's API key."""
        secret = SECRETS[user].api_key
        return self.auth({"RAX-KSKEY:apiKeyCredentials": {"username": user, "apiKey": secret}, **beside}, query)

    def token(self, user: str = "demoauthor", **beside: str) -> str:
        """Log in with the user's API key and return the token ID."""
        return str(access(self.api_key(user, **beside))["token"]["id"])

    def get(self, path: str, token: str | None = None, **headers: str) -> TestResponse:
        """GET a path below /v2.0/tokens/."""
        return self.client.get(f"{TOKENS}/{path}", headers={**_auth(token), **headers})

    def delete(self, path: str = "", token: str | None = None, **headers: str) -> TestResponse:
        """DELETE /v2.0/tokens, with a query or a path below it."""
        return self.client.delete(
            f"{TOKENS}/{path}" if path[:1] not in ("", "?") else TOKENS + path, headers={**_auth(token), **headers}
        )

    def control(self, method: str, name: str, body: Any = None, status: int = 200) -> Any:
        """Send a control request and return the JSON response."""
        data = None if body is None else json.dumps(body)
        response = self.client.open(f"/_control/{name}", method=method, data=data)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()

    def add_fault(self, **fault: Any) -> None:
        """Add a fault."""
        self.control("POST", "faults", fault)

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.control("PATCH", "settings", settings)

    def count(self, operation: str) -> int:
        """Return how often an operation was requested."""
        return int(self.control("GET", "counters")["requests"][operation])


def _auth(token: str | None) -> dict[str, str]:
    return {} if token is None else {"X-Auth-Token": token}


def access(response: TestResponse) -> dict[str, Any]:
    """Return the access object of a successful response."""
    assert response.status_code == 200, response.get_data(as_text=True)
    payload: dict[str, Any] = response.get_json()["access"]
    return payload


def refused(response: TestResponse, status: int, fault: str) -> str:
    """Check that the response is exactly the documented fault, and return its message."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/json"
    body = response.get_json()
    assert list(body) == [fault]
    assert body[fault]["code"] == status
    message = body[fault]["message"]
    assert isinstance(message, str)
    assert message
    return message
