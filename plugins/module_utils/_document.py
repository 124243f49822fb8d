# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Identity API 2.0 as a document of objects, lists and texts: what JSON holds, and XML means.

Written after the "Authentication Tokens" reference. It reads what real services send beside it, too: absent and
empty members, numbers for ids, a response without the `access` wrapper. It never shows a value in an error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from ansible_collections.rackspace.identity.plugins.module_utils import _fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service, ServiceEndpoint, in_order
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    Credentials,
    Login,
    Passcode,
    Password,
    Role,
    Tenant,
    Token,
    User,
)
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time, parse_time


def login_document(login: Login) -> dict[str, Any]:
    """The body of POST /tokens. The tenant stands beside the credentials: inside, known services ignore it."""
    auth = _credentials(login.credentials)
    if login.scope:
        auth["RAX-AUTH:scope"] = login.scope.upper()
    if login.tenant_id:
        auth["tenantId"] = login.tenant_id
    if login.tenant_name:
        auth["tenantName"] = login.tenant_name
    return {"auth": auth}


def _credentials(credentials: Credentials) -> dict[str, Any]:
    if isinstance(credentials, ApiKey):
        return {
            "RAX-KSKEY:apiKeyCredentials": {"username": credentials.username, "apiKey": credentials.api_key},
        }
    if isinstance(credentials, Password):
        return {"passwordCredentials": {"username": credentials.username, "password": credentials.password}}
    if isinstance(credentials, Passcode):
        return {"RAX-AUTH:passcodeCredentials": {"passcode": credentials.passcode}}
    return {"token": {"id": credentials.token}}


def read_access(document: Mapping[str, Any]) -> Access:
    """The answer to a login. Only the token's id and expiry are required.

    Raises DecodeError for everything that is no such answer.
    """
    access = fields.as_object(document.get("access", document), "access")
    impersonator = access.get("RAX-AUTH:impersonator")
    return Access(
        token=read_token(access.get("token"), "access.token"),
        user=_user(access.get("user") or {}, "access.user"),
        services=_catalog(access.get("serviceCatalog") or []),
        impersonator=_user(impersonator, "access.RAX-AUTH:impersonator") if impersonator else None,
        extra=fields.rest(access, "token", "user", "serviceCatalog", "RAX-AUTH:impersonator"),
    )


def read_endpoints(document: Mapping[str, Any]) -> tuple[Service, ...]:
    """The endpoints of a token, each of which names its service itself. Raises DecodeError where there is no list."""
    if "endpoints" not in document:
        raise DecodeError("endpoints is missing")
    where = "endpoints"
    return in_order(
        Service(
            fields.text(endpoint, "type", where),
            fields.text(endpoint, "name", where),
            [read_endpoint({key: value for key, value in endpoint.items() if key not in _OF_SERVICE}, where)],
        )
        for endpoint in fields.as_objects(document.get("endpoints"), where)
    )


def read_fault(document: Mapping[str, Any], now: datetime) -> Fault:
    """What an error answer says of itself, in any of the forms that services use; never an error of its own.

    now: what time it is at the service.
    """
    name = next((key for key, value in document.items() if isinstance(value, dict)), None)
    fault = document[name] if name is not None else document
    return Fault(
        name=name,
        message=fields.text_or_none(fault.get("message")),
        details=fields.text_or_none(fault.get("details")),
        retry_after=_retry_hint(fault, now),
    )


def _retry_hint(fault: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds to wait from `retryAfter` or `retryAt`, each of which holds seconds or a timestamp."""
    for key in ("retryAfter", "retryAt"):
        value = fault.get(key)
        if isinstance(value, bool) or value is None:
            continue
        try:
            seconds = float(value)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            if math.isfinite(seconds):
                return max(0.0, seconds)
        try:
            return max(0.0, (parse_time(str(value)) - now).total_seconds())
        except ValueError:
            continue
    return None


def read_token(value: Any, where: str) -> Token:
    """The token at the place where; its id and expiry are required."""
    token = fields.as_object(value, where)
    methods = "RAX-AUTH:authenticatedBy"
    token_id, expires = fields.required(token, "id", where), fields.timestamp(token, "expires", where)
    return Token(
        id=token_id,
        expires=format_time(expires),
        lasts_until=expires.timestamp(),
        tenant=_tenant(token["tenant"], f"{where}.tenant") if token.get("tenant") else None,
        authenticated_by=fields.texts(token.get(methods), f"{where}.{methods}"),
        extra=fields.rest(token, "id", "expires", "tenant", methods),
    )


def _tenant(value: Any, where: str) -> Tenant:
    tenant = fields.as_object(value, where)
    return {"id": fields.text(tenant, "id", where), "name": fields.text(tenant, "name", where)}


def _user(value: Any, where: str) -> User:
    user = fields.as_object(value, where)
    # The reference's XML calls it `username` in some samples.
    name = "username" if "username" in user and "name" not in user else "name"
    domains = "RAX-AUTH:accessibleDomains"
    decoded: User = {
        "id": fields.text(user, "id", where),
        "name": fields.text(user, name, where),
        "default_region": fields.text(user, "RAX-AUTH:defaultRegion", where),
        "domain_id": fields.text(user, "RAX-AUTH:domainId", where),
        "federated": fields.flag(user, "RAX-AUTH:federated", where),
        "roles": [_role(role, f"{where}.roles") for role in fields.as_objects(user.get("roles"), f"{where}.roles")],
        "accessible_domains": _domains(user.get(domains), f"{where}.{domains}"),
        "phone_pin_state": fields.text(user, "RAX-AUTH:phonePinState", where),
    }
    extra = fields.rest(user, name, *_USER_KEYS)
    if extra:
        decoded["extra"] = extra
    return decoded


_USER_KEYS = (
    "id",
    "RAX-AUTH:defaultRegion",
    "RAX-AUTH:domainId",
    "RAX-AUTH:federated",
    "roles",
    "RAX-AUTH:accessibleDomains",
    "RAX-AUTH:phonePinState",
)


def _role(role: Mapping[str, Any], where: str) -> Role:
    decoded: Role = {
        "id": fields.text(role, "id", where),
        "name": fields.text(role, "name", where),
        "description": fields.text(role, "description", where),
        "tenant_id": fields.text(role, "tenantId", where),
        "service_id": fields.text(role, "serviceId", where),
        "propagate": fields.flag(role, "RAX-AUTH:propagate", where),
    }
    extra = fields.rest(role, "id", "name", "description", "tenantId", "serviceId", "RAX-AUTH:propagate")
    if extra:
        decoded["extra"] = extra
    return decoded


def _domains(value: Any, where: str) -> list[str]:
    # The reference shows one object where there is a list of them.
    domains = [value] if isinstance(value, dict) else value
    return [fields.required(domain, "id", where) for domain in fields.as_objects(domains, where)]


def _catalog(catalog: Any) -> tuple[Service, ...]:
    where = "access.serviceCatalog"
    return in_order(
        Service(
            fields.text(service, "type", where),
            fields.text(service, "name", where),
            [
                read_endpoint(endpoint, f"{where}.endpoints")
                for endpoint in fields.as_objects(service.get("endpoints"), f"{where}.endpoints")
            ],
        )
        for service in fields.as_objects(catalog, where)
    )


_ENDPOINT_TEXTS = {
    "region": "region",
    "tenantId": "tenant_id",
    "publicURL": "public_url",
    "internalURL": "internal_url",
    "adminURL": "admin_url",
}
_VERSION_TEXTS = {"versionId": "id", "versionInfo": "info", "versionList": "list"}
_ENDPOINT_KEYS = frozenset({*_ENDPOINT_TEXTS, *_VERSION_TEXTS})


_OF_SERVICE = frozenset({"id", "name", "type"})


def read_endpoint(endpoint: Mapping[str, Any], where: str) -> ServiceEndpoint:
    """One endpoint: what is said of it, and no more."""
    decoded: dict[str, Any] = _texts(endpoint, _ENDPOINT_TEXTS, where)
    version = _texts(endpoint, _VERSION_TEXTS, where)
    if version:
        decoded["version"] = version
    if not endpoint.keys() <= _ENDPOINT_KEYS:
        decoded["extra"] = fields.rest(endpoint, *_ENDPOINT_KEYS)
    return cast(ServiceEndpoint, decoded)


def _texts(source: Mapping[str, Any], names: Mapping[str, str], where: str) -> dict[str, Any]:
    """The members that hold something, by our names for them."""
    found = {name: fields.text(source, key, where) for key, name in names.items() if key in source}
    return {name: value for name, value in found.items() if value is not None}
