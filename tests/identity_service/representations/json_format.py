# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API version 2.0 as JSON."""

from __future__ import annotations

import json
from typing import Any

from identity_service.errors import ApiError
from identity_service.model import (
    Access,
    Endpoint,
    ListedEndpoint,
    LoginRequest,
    Person,
    Role,
    Service,
)
from identity_service.representations.login import peek_auth, read_auth
from identity_service.representations.strict_json import members, parse


class JsonFormat:
    """Reads and writes ``application/json``."""

    media_type = "application/json"
    content_type = "application/json"

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly. Raises an ApiError (400), which names what is wrong."""
        return read_auth(members(parse(body), "The request body", {"auth"}).get("auth"))

    def peek_operation(self, body: bytes) -> str | None:
        """Guess the kind of login, even if the body is otherwise invalid."""
        try:
            return peek_auth(json.loads(body)["auth"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write_access(self, access: Access) -> bytes:
        """Write the response to a login or a validation."""
        payload: dict[str, Any] = {"token": _token(access)}
        if access.catalog is not None:
            payload["serviceCatalog"] = [_service(service) for service in access.catalog]
        if access.user is not None:
            payload["user"] = _person(access.user)
        if access.impersonator is not None:
            payload["RAX-AUTH:impersonator"] = _person(access.impersonator)
        return _body({"access": payload} if access.wrapped else payload)

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """Write the response of operation 9."""
        rows = [
            {
                "id": listed.id,
                **_endpoint(listed.endpoint),
                "name": listed.service_name,
                "type": listed.service_type,
            }
            for listed in endpoints
        ]
        return _body({"endpoints": rows, "endpoints_links": []})

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """Write a fault; ``extra`` contains further members of its body, such as retryAt."""
        fault: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.details is not None:
            fault["details"] = error.details
        return _body({error.fault: {**fault, **extra}})


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _token(access: Access) -> dict[str, Any]:
    token = access.token
    payload: dict[str, Any] = {"id": token.id, "expires": access.expires}
    if token.tenant_id is not None:
        payload["tenant"] = {"id": token.tenant_id, "name": token.tenant_id}
    if token.authenticated_by:
        payload["RAX-AUTH:authenticatedBy"] = list(token.authenticated_by)
    if access.issued is not None:
        payload["RAX-AUTH:issued"] = access.issued
    return payload


def _role(role: Role) -> dict[str, Any]:
    return _present(
        tenantId=role.tenant_id,
        id=role.id,
        serviceId=role.service_id,
        description=role.description,
        name=role.name,
    )


def _person(person: Person) -> dict[str, Any]:
    domains = person.accessible_domains
    payload = {
        "RAX-AUTH:accessibleDomains": None if domains is None else [{"id": domain} for domain in domains],
        "id": person.id,
        "roles": [_role(role) for role in person.roles],
        "name": person.name,
        "email": person.email,
        "RAX-AUTH:defaultRegion": person.default_region,
        "RAX-AUTH:domainId": person.domain_id,
        "RAX-AUTH:federated": person.federated,
        "RAX-AUTH:multiFactorEnabled": person.multi_factor_enabled,
        "RAX-AUTH:sessionInactivityTimeout": person.session_inactivity_timeout,
        "RAX-AUTH:phonePin": person.phone_pin,
        "RAX-AUTH:phonePinState": person.phone_pin_state,
    }
    return {key: value for key, value in payload.items() if value is not None}


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return _present(
        region=endpoint.region,
        tenantId=endpoint.tenant_id,
        publicURL=endpoint.public_url,
        internalURL=endpoint.internal_url,
        adminURL=endpoint.admin_url,
        versionInfo=endpoint.version_info,
        versionList=endpoint.version_list,
        versionId=endpoint.version_id,
    )


def _service(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "endpoints": [_endpoint(endpoint) for endpoint in service.endpoints],
        "type": service.type,
    }
