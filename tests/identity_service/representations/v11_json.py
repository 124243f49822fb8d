# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API version 1.1 as JSON."""

from __future__ import annotations

import json
from typing import Any

from identity_service.errors import ApiError
from identity_service.model import AuthV11, EndpointV11, LoginRequest
from identity_service.representations.strict_json import members, parse
from identity_service.representations.v11_login import fault_name, read_credentials


class V11JsonFormat:
    """Reads and writes ``application/json`` of version 1.1."""

    media_type = "application/json"
    content_type = "application/json"

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly. Raises an ApiError (400), which names what is wrong."""
        return read_credentials(members(parse(body), "The request body", {"credentials"}).get("credentials"))

    def write_auth(self, auth: AuthV11) -> bytes:
        """Write the response to a login."""
        catalog = {service.name: [_endpoint(endpoint) for endpoint in service.endpoints] for service in auth.catalog}
        token = {"id": auth.token_id, "expires": auth.expires}
        return _body({"auth": {"token": token, "serviceCatalog": catalog}})

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """Write a fault; ``extra`` contains further members of its body, such as retryAt."""
        fault: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.details is not None:
            fault["details"] = error.details
        return _body({fault_name(error): {**fault, **extra}})


def _endpoint(endpoint: EndpointV11) -> dict[str, Any]:
    members_of_document = {
        "region": endpoint.region,
        "publicURL": endpoint.public_url,
        "internalURL": endpoint.internal_url,
        "v1Default": endpoint.v1_default,
    }
    return {name: value for name, value in members_of_document.items() if value is not None}


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
