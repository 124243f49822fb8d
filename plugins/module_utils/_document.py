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
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    Credentials,
    Endpoint,
    Login,
    Passcode,
    Password,
    Role,
    Tenant,
    Token,
    User,
    sorted_endpoints,
    utc_now,
)
from ansible_collections.rackspace.identity.plugins.module_utils._times import parse_time


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
        endpoints=_catalog(access.get("serviceCatalog") or []),
        impersonator=_user(impersonator, "access.RAX-AUTH:impersonator") if impersonator else None,
        extra=fields.rest(access, "token", "user", "serviceCatalog", "RAX-AUTH:impersonator"),
    )


def read_endpoints(document: Mapping[str, Any]) -> tuple[Endpoint, ...]:
    """The endpoints of a token, each of which names its service itself. Raises DecodeError where there is no list."""
    if "endpoints" not in document:
        raise DecodeError("endpoints is missing")
    return sorted_endpoints(
        read_endpoint({key: value for key, value in endpoint.items() if key not in _OF_SERVICE}, endpoint, "endpoints")
        for endpoint in fields.as_objects(document.get("endpoints"), "endpoints")
    )


def read_fault(document: Mapping[str, Any]) -> Fault:
    """What an error answer says of itself, in any of the forms that services use; never an error of its own."""
    name = next((key for key, value in document.items() if isinstance(value, dict)), None)
    fault = document[name] if name is not None else document
    return Fault(
        name=name,
        message=fields.text_or_none(fault.get("message")),
        details=fields.text_or_none(fault.get("details")),
        retry_after=_retry_hint(fault),
    )


def _retry_hint(fault: Mapping[str, Any]) -> float | None:
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
            return max(0.0, (parse_time(str(value)) - utc_now()).total_seconds())
        except ValueError:
            continue
    return None


def read_token(value: Any, where: str) -> Token:
    """The token at the place where; its id and expiry are required."""
    token = fields.as_object(value, where)
    methods = "RAX-AUTH:authenticatedBy"
    return Token(
        id=fields.required(token, "id", where),
        expires=fields.timestamp(token, "expires", where),
        tenant=_tenant(token["tenant"], f"{where}.tenant") if token.get("tenant") else None,
        authenticated_by=fields.texts(token.get(methods), f"{where}.{methods}"),
        extra=fields.rest(token, "id", "expires", "tenant", methods),
    )


def _tenant(value: Any, where: str) -> Tenant:
    tenant = fields.as_object(value, where)
    return Tenant(id=fields.text(tenant, "id", where), name=fields.text(tenant, "name", where))


def _user(value: Any, where: str) -> User:
    user = fields.as_object(value, where)
    # The reference's XML calls it `username` in some samples.
    name = "username" if "username" in user and "name" not in user else "name"
    known = {
        "id": "id",
        "name": name,
        "default_region": "RAX-AUTH:defaultRegion",
        "domain_id": "RAX-AUTH:domainId",
        "phone_pin_state": "RAX-AUTH:phonePinState",
    }
    return User(
        **{attribute: fields.text(user, key, where) for attribute, key in known.items()},
        federated=fields.flag(user, "RAX-AUTH:federated", where),
        roles=tuple(_role(role, f"{where}.roles") for role in fields.as_objects(user.get("roles"), f"{where}.roles")),
        accessible_domains=_domains(user.get("RAX-AUTH:accessibleDomains"), f"{where}.RAX-AUTH:accessibleDomains"),
        extra=fields.rest(user, *known.values(), "RAX-AUTH:federated", "roles", "RAX-AUTH:accessibleDomains"),
    )


def _role(role: Mapping[str, Any], where: str) -> Role:
    known = {
        "id": "id",
        "name": "name",
        "description": "description",
        "tenant_id": "tenantId",
        "service_id": "serviceId",
    }
    return Role(
        **{attribute: fields.text(role, key, where) for attribute, key in known.items()},
        propagate=fields.flag(role, "RAX-AUTH:propagate", where),
        extra=fields.rest(role, *known.values(), "RAX-AUTH:propagate"),
    )


def _domains(value: Any, where: str) -> tuple[str, ...]:
    # The reference shows one object where there is a list of them.
    domains = [value] if isinstance(value, dict) else value
    return tuple(fields.required(domain, "id", where) for domain in fields.as_objects(domains, where))


def _catalog(catalog: Any) -> tuple[Endpoint, ...]:
    where = "access.serviceCatalog"
    return sorted_endpoints(
        read_endpoint(endpoint, service, f"{where}.endpoints")
        for service in fields.as_objects(catalog, where)
        for endpoint in fields.as_objects(service.get("endpoints"), f"{where}.endpoints")
    )


_ENDPOINT_KEYS = frozenset(
    {"region", "tenantId", "publicURL", "internalURL", "adminURL", "versionId", "versionInfo", "versionList"}
)


_OF_SERVICE = frozenset({"id", "name", "type"})


def read_endpoint(endpoint: Mapping[str, Any], service: Mapping[str, Any], where: str) -> Endpoint:
    """One endpoint, with the name and type of its service."""
    decoded: Endpoint = {
        "service_name": fields.text(service, "name", where),
        "service_type": fields.text(service, "type", where),
        "region": fields.text(endpoint, "region", where),
        "tenant_id": fields.text(endpoint, "tenantId", where),
        "public_url": fields.text(endpoint, "publicURL", where),
        "internal_url": fields.text(endpoint, "internalURL", where),
        "admin_url": fields.text(endpoint, "adminURL", where),
        "version": {
            "id": fields.text(endpoint, "versionId", where),
            "info": fields.text(endpoint, "versionInfo", where),
            "list": fields.text(endpoint, "versionList", where),
        },
        "v1_default": None,
    }
    if not endpoint.keys() <= _ENDPOINT_KEYS:
        decoded["extra"] = fields.rest(endpoint, *_ENDPOINT_KEYS)
    return decoded
