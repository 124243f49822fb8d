# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The payloads of the Identity API 2.0, as objects, lists and strings: what JSON holds, and what XML stands for.

Written after the "Authentication Tokens" reference. It also reads what real services send beyond it: absent and
empty fields, numbers as ids, a response without the `access` wrapper. No error shows a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from .._catalog.services import sort_services
from .._errors import DecodeError, Fault
from .._models import (
    MAX_TOKEN_BYTES,
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
    Service,
    ServiceEndpoint,
    Tenant,
    Token,
    User,
)
from .._text import HEADER_VALUE
from .._timestamps import format_timestamp, parse_timestamp
from . import payload_fields as fields

_CREDENTIALS: dict[type, tuple[str, dict[str, str]]] = {
    ApiKey: ("RAX-KSKEY:apiKeyCredentials", {"username": "username", "api_key": "apiKey"}),
    Password: ("passwordCredentials", {"username": "username", "password": "password"}),
    Passcode: ("RAX-AUTH:passcodeCredentials", {"passcode": "passcode"}),
    ExistingToken: ("token", {"token": "id"}),
}


# Of a larger number, as of one in the header, nothing can be made.
_MAX_SECONDS = 1e9
_RETRY_KEYS = ("retryAfter", "retryAt")
# What some services call every fault. They name it inside.
_UNNAMED = ("error", "NeutronError")


def login_payload(request: LoginRequest) -> dict[str, Any]:
    """Return the body of POST /tokens. The tenant stands beside the credentials: inside, known services ignore it."""
    object_key, keys = _CREDENTIALS[type(request.credentials)]
    beside = {
        "RAX-AUTH:scope": request.scope.upper() if request.scope else None,
        "tenantId": request.tenant_id,
        "tenantName": request.tenant_name,
    }
    return {
        "auth": {
            object_key: {key: getattr(request.credentials, name) for name, key in keys.items()},
            **{key: value for key, value in beside.items() if value},
        }
    }


def read_access(payload: Mapping[str, Any]) -> Access:
    """Read the response to a login. Only the token's id and expiry are required; raises DecodeError without them."""
    access = fields.required_object(payload.get("access", payload), "access")
    impersonator = access.get("RAX-AUTH:impersonator")
    return Access(
        token=read_token(access.get("token"), "access.token"),
        user=_read_user(access.get("user")),
        services=_read_catalog(access.get("serviceCatalog")),
        impersonator=_read_user(impersonator) if impersonator else None,
        extra=fields.unknown_fields(access, "token", "user", "serviceCatalog", "RAX-AUTH:impersonator"),
    )


def read_endpoints(payload: Mapping[str, Any]) -> tuple[Service, ...]:
    """Read the endpoints of a token, each of which names its service. Raises DecodeError if the list is missing."""
    if "endpoints" not in payload:
        raise DecodeError("endpoints is missing")
    return sort_services(
        Service(
            fields.string(endpoint, "type"),
            fields.string(endpoint, "name"),
            [read_endpoint({key: value for key, value in endpoint.items() if key not in _SERVICE_KEYS})],
        )
        for endpoint in fields.objects(payload["endpoints"])
    )


def read_fault(payload: Mapping[str, Any], now: datetime) -> Fault:
    """Read what an error response says, in any of the forms that Rackspace's services use; never raises.

    now: the service's time.
    """
    name, fault = _fault_object(payload)
    said = (_sentence(source, key) for source in (fault, payload) for key in ("message", "description", "explanation"))
    message = next(filter(None, said), None)
    return Fault(
        name=name,
        message=": ".join(filter(None, (message, _items(fault) or _items(payload)))) or None,
        details=fields.string(fault, "details") or fields.string(fault, "detail"),
        retry_after=_retry_after(fault, now),
    )


def _fault_object(payload: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """Return the name of a fault, and the object that describes it."""
    name = fields.string(payload, "type") or fields.string(payload, "title")
    if "message" in payload or "description" in payload:
        return name, payload
    for key, value in payload.items():
        if isinstance(value, dict):
            return (fields.string(value, "type") or name or key) if key in _UNNAMED else key, value
        if isinstance(value, str) and len(payload) == 1 and key not in _RETRY_KEYS:
            return key, {"message": value}
    return name, payload


def _sentence(source: Mapping[str, Any], key: str) -> str | None:
    """Return a message, which may come in several parts."""
    return "; ".join(fields.strings(source, key)) or None


def _items(payload: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the parts of a request, as Cloud Load Balancers and Cloud DNS list it."""
    invalid = fields.object_or_empty(payload.get("validationErrors"))
    # In XML, each message is an element, which may stand in another one for all of them.
    listed = fields.object_or_empty(invalid.get("messages"))
    said = _sentence(invalid, "messages") or _sentence(invalid, "message") or _sentence(listed, "message")
    failed = fields.object_or_empty(payload.get("failedItems"))
    messages = [fields.string(fault, "message") for fault in fields.objects(failed.get("faults"))]
    return said or "; ".join(filter(None, messages)) or None


def _retry_after(fault: Mapping[str, Any], now: datetime) -> float | None:
    """Return the seconds to wait from `retryAfter` or `retryAt`, each of which holds seconds or a timestamp."""
    for key in _RETRY_KEYS:
        value = fault.get(key)
        if isinstance(value, bool) or value is None:
            continue
        try:
            seconds = float(value)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            if seconds < _MAX_SECONDS:
                return max(0.0, seconds)
        try:
            return max(0.0, (parse_timestamp(str(value)) - now).total_seconds())
        except ValueError:
            continue
    return None


def token_id(payload: Mapping[str, Any]) -> str:
    """Read only the ID of the token in the response to a login, of either version. Raises DecodeError without one."""
    access = fields.required_object(payload.get("access", payload.get("auth", payload)), "access")
    token = fields.required_string(fields.required_object(access.get("token"), "access.token"), "id", "access.token")
    # It becomes a header and a part of a URL.
    if not HEADER_VALUE.fullmatch(token) or not token.strip("."):
        raise DecodeError("access.token.id cannot be sent back")
    if len(token) > MAX_TOKEN_BYTES:
        raise DecodeError(f"access.token.id has more than {MAX_TOKEN_BYTES} characters")
    return token


def read_token(value: Any, where: str) -> Token:
    """Read a token; its id and expiry are required. where: its path, for errors."""
    token = fields.required_object(value, where)
    methods = "RAX-AUTH:authenticatedBy"
    expires = fields.timestamp(token, "expires", where)
    return Token(
        id=fields.required_string(token, "id", where),
        expires=format_timestamp(expires),
        valid_until=expires.timestamp(),
        tenant=_read_tenant(token.get("tenant")),
        authenticated_by=fields.strings(token, methods),
        extra=fields.unknown_fields(token, "id", "expires", "tenant", methods),
    )


def _read_tenant(value: Any) -> Tenant | None:
    """Read a tenant; some services send nothing but its ID."""
    tenant = value if isinstance(value, dict) else {"id": value}
    tenant_id, name = fields.string(tenant, "id"), fields.string(tenant, "name")
    return {"id": tenant_id, "name": name} if tenant_id or name else None


def _read_user(value: Any) -> User:
    user = fields.object_or_empty(value)
    if "username" in user and "name" not in user:
        # The reference's XML calls it so in some samples.
        user = {**user, "name": user["username"]}
        del user["username"]
    return cast(User, fields.read_fields(user, _USER))


def _read_roles(user: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [fields.read_fields(role, _ROLE) for role in fields.objects(user.get(key))]


def _read_domains(user: Mapping[str, Any], key: str) -> list[str]:
    # The reference shows one object where there should be a list of them.
    domains = (fields.string(domain, "id") for domain in fields.objects(user.get(key)))
    return [domain for domain in domains if domain]


_ROLE: fields.Fields = {
    "id": ("id", fields.string),
    "name": ("name", fields.string),
    "description": ("description", fields.string),
    "tenantId": ("tenant_id", fields.string),
    "serviceId": ("service_id", fields.string),
    "RAX-AUTH:propagate": ("propagate", fields.boolean),
}
_USER: fields.Fields = {
    "id": ("id", fields.string),
    "name": ("name", fields.string),
    "RAX-AUTH:defaultRegion": ("default_region", fields.string),
    "RAX-AUTH:domainId": ("domain_id", fields.string),
    "RAX-AUTH:federated": ("federated", fields.boolean),
    "roles": ("roles", _read_roles),
    "RAX-AUTH:accessibleDomains": ("accessible_domains", _read_domains),
    "RAX-AUTH:phonePinState": ("phone_pin_state", fields.string),
}


def _read_catalog(catalog: Any) -> tuple[Service, ...]:
    return sort_services(
        Service(
            fields.string(service, "type"),
            fields.string(service, "name"),
            [read_endpoint(endpoint) for endpoint in fields.objects(service.get("endpoints"))],
        )
        for service in fields.objects(catalog)
    )


_ENDPOINT = {
    "region": "region",
    "tenantId": "tenant_id",
    "publicURL": "public_url",
    "internalURL": "internal_url",
    "adminURL": "admin_url",
}
_VERSION = {"versionId": "id", "versionInfo": "info", "versionList": "list"}
_ENDPOINT_KEYS = frozenset({*_ENDPOINT, *_VERSION})
_SERVICE_KEYS = frozenset({"id", "name", "type"})


def read_endpoint(endpoint: Mapping[str, Any]) -> ServiceEndpoint:
    """Read one endpoint, leaving out what the service does not say about it: a catalog can be large."""
    decoded: dict[str, Any] = _read_strings(endpoint, _ENDPOINT)
    version = _read_strings(endpoint, _VERSION)
    if version:
        decoded["version"] = version
    if not endpoint.keys() <= _ENDPOINT_KEYS:
        decoded["extra"] = fields.unknown_fields(endpoint, *_ENDPOINT_KEYS)
    return cast(ServiceEndpoint, decoded)


def _read_strings(source: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found = {name: fields.string(source, key) for key, name in names.items() if key in source}
    return {name: value for name, value in found.items() if value is not None}
