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
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    Credentials,
    Endpoint,
    Login,
    Password,
    Role,
    Tenant,
    Token,
    User,
    sorted_endpoints,
    utc_now,
)
from ansible_collections.rackspace.identity.plugins.module_utils._times import parse_time

# The support PIN lets its holder pass for the user on the phone.
_NEVER_KEPT = frozenset({"RAX-AUTH:phonePin"})
_DEEPEST_LEVELS = 50


def login_document(login: Login) -> dict[str, Any]:
    """The body of POST /tokens. The tenant stands beside the credentials: inside, known services ignore it."""
    auth = _credentials(login.credentials)
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
    return {"token": {"id": credentials.token}}


def read_access(document: Mapping[str, Any]) -> Access:
    """The answer to a login. Only the token's id and expiry are required.

    Raises DecodeError for everything that is no such answer.
    """
    access = _object(document.get("access", document), "access")
    token = access.get("token")
    return Access(
        token=_token(_object(token, "access.token")),
        user=_user(_object(access.get("user") or {}, "access.user")),
        endpoints=_catalog(access.get("serviceCatalog") or []),
        extra=_rest(access, "token", "user", "serviceCatalog"),
    )


def read_fault(document: Mapping[str, Any]) -> Fault:
    """What an error answer says of itself, in any of the forms that services use; never an error of its own."""
    name = next((key for key, value in document.items() if isinstance(value, dict)), None)
    fault = document[name] if name is not None else document
    return Fault(
        name=name,
        message=_text_or_none(fault.get("message")),
        details=_text_or_none(fault.get("details")),
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


def _token(token: Mapping[str, Any]) -> Token:
    tenant = token.get("tenant")
    return Token(
        id=_required(token, "id", "access.token"),
        expires=_timestamp(token, "expires", "access.token"),
        tenant=_tenant(_object(tenant, "access.token.tenant")) if tenant else None,
        authenticated_by=_texts(token.get("RAX-AUTH:authenticatedBy"), "access.token.RAX-AUTH:authenticatedBy"),
        extra=_rest(token, "id", "expires", "tenant", "RAX-AUTH:authenticatedBy"),
    )


def _tenant(tenant: Mapping[str, Any]) -> Tenant:
    return Tenant(id=_text(tenant, "id", "access.token.tenant"), name=_text(tenant, "name", "access.token.tenant"))


def _user(user: Mapping[str, Any]) -> User:
    where = "access.user"
    known = {
        "id": "id",
        "name": "name",
        "default_region": "RAX-AUTH:defaultRegion",
        "domain_id": "RAX-AUTH:domainId",
        "phone_pin_state": "RAX-AUTH:phonePinState",
    }
    return User(
        **{attribute: _text(user, key, where) for attribute, key in known.items()},
        federated=_flag(user, "RAX-AUTH:federated", where),
        roles=tuple(_role(role) for role in _objects(user.get("roles"), "access.user.roles")),
        accessible_domains=_domains(user.get("RAX-AUTH:accessibleDomains")),
        extra=_rest(user, *known.values(), "RAX-AUTH:federated", "roles", "RAX-AUTH:accessibleDomains"),
    )


def _role(role: Mapping[str, Any]) -> Role:
    where = "access.user.roles"
    known = {
        "id": "id",
        "name": "name",
        "description": "description",
        "tenant_id": "tenantId",
        "service_id": "serviceId",
    }
    return Role(
        **{attribute: _text(role, key, where) for attribute, key in known.items()},
        propagate=_flag(role, "RAX-AUTH:propagate", where),
        extra=_rest(role, *known.values(), "RAX-AUTH:propagate"),
    )


def _domains(value: Any) -> tuple[str, ...]:
    # The reference shows one object where there is a list of them.
    domains = [value] if isinstance(value, dict) else value
    where = "access.user.RAX-AUTH:accessibleDomains"
    return tuple(_required(domain, "id", where) for domain in _objects(domains, where))


def _catalog(catalog: Any) -> tuple[Endpoint, ...]:
    where = "access.serviceCatalog"
    return sorted_endpoints(
        _endpoint(endpoint, service, f"{where}.endpoints")
        for service in _objects(catalog, where)
        for endpoint in _objects(service.get("endpoints"), f"{where}.endpoints")
    )


_ENDPOINT_KEYS = frozenset(
    {"region", "tenantId", "publicURL", "internalURL", "adminURL", "versionId", "versionInfo", "versionList"}
)


def _endpoint(endpoint: Mapping[str, Any], service: Mapping[str, Any], where: str) -> Endpoint:
    decoded: Endpoint = {
        "service_name": _text(service, "name", where),
        "service_type": _text(service, "type", where),
        "region": _text(endpoint, "region", where),
        "tenant_id": _text(endpoint, "tenantId", where),
        "public_url": _text(endpoint, "publicURL", where),
        "internal_url": _text(endpoint, "internalURL", where),
        "admin_url": _text(endpoint, "adminURL", where),
        "version": {
            "id": _text(endpoint, "versionId", where),
            "info": _text(endpoint, "versionInfo", where),
            "list": _text(endpoint, "versionList", where),
        },
        "v1_default": None,
    }
    if not endpoint.keys() <= _ENDPOINT_KEYS:
        decoded["extra"] = _rest(endpoint, *_ENDPOINT_KEYS)
    return decoded


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DecodeError(f"{where} is not an object")
    return value


def _objects(value: Any, where: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise DecodeError(f"{where} is not a list")
    return [_object(item, where) for item in value]


def _text_or_none(value: Any) -> str | None:
    """A string or number as text without blanks around it; nothing, "" and everything else as None."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(source: Mapping[str, Any], key: str, where: str) -> str | None:
    value = source.get(key)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise DecodeError(f"{where}.{key} is not a text")
    return _text_or_none(value)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DecodeError(f"{where} is not a list of texts")
    return tuple(value)


def _flag(source: Mapping[str, Any], key: str, where: str) -> bool | None:
    value = source.get(key)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise DecodeError(f"{where}.{key} is not true or false")


def _required(source: Mapping[str, Any], key: str, where: str) -> str:
    value = _text(source, key, where)
    if not value:
        raise DecodeError(f"{where}.{key} is missing")
    return value


def _timestamp(source: Mapping[str, Any], key: str, where: str) -> datetime:
    try:
        return parse_time(_required(source, key, where))
    except ValueError:
        raise DecodeError(f"{where}.{key} is not a timestamp") from None


def _rest(source: Mapping[str, Any], *known: str) -> dict[str, Any]:
    rest = {key: value for key, value in source.items() if key not in known}
    return {key: _kept(value, _DEEPEST_LEVELS) for key, value in rest.items() if key not in _NEVER_KEPT}


def _kept(value: Any, levels: int) -> Any:
    """A value that the collection does not know, without what is never kept."""
    if not isinstance(value, (dict, list)):
        return value
    if levels == 0:
        # Who reads the result could not take it.
        raise DecodeError("the answer is nested too deeply")
    if isinstance(value, list):
        return [_kept(item, levels - 1) for item in value]
    return {key: _kept(item, levels - 1) for key, item in value.items() if key not in _NEVER_KEPT}
