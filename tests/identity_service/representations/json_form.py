# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API version 2.0 as JSON."""

from __future__ import annotations

import json
from typing import Any

from identity_service.errors import ApiError, bad_request
from identity_service.model import (
    Access,
    Endpoint,
    ListedEndpoint,
    LoginKind,
    LoginRequest,
    Person,
    Role,
    Service,
)
from identity_service.representations.strict_json import members, parse, text

SCOPE = "RAX-AUTH:scope"
SETUP_MFA = "SETUP-MFA"
TENANT_KEYS = ("tenantId", "tenantName")

# The key of the credentials object, the kind of login, and the keys inside for the name and the secret.
_CREDENTIALS: dict[str, tuple[LoginKind, str | None, str]] = {
    "passwordCredentials": ("password", "username", "password"),
    "RAX-KSKEY:apiKeyCredentials": ("api_key", "username", "apiKey"),
    "token": ("token", None, "id"),
    "RAX-AUTH:passcodeCredentials": ("passcode", None, "passcode"),
}


class JsonForm:
    """Reads and writes ``application/json``."""

    media_type = "application/json"

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly; an ApiError (400) names what is wrong."""
        outer = members(parse(body), "The request body", {"auth"})
        auth = members(outer.get("auth"), "auth", {*_CREDENTIALS, SCOPE, *TENANT_KEYS})
        given = [key for key in _CREDENTIALS if key in auth]
        if len(given) != 1:
            raise bad_request(f"auth must hold exactly one of: {', '.join(_CREDENTIALS)}.")
        kind, name_key, secret_key = _CREDENTIALS[given[0]]
        credentials = _credentials(auth[given[0]], given[0], name_key, secret_key)
        tenant_id = _tenant(auth)
        if kind == "token" and tenant_id is None:
            raise bad_request("auth.token needs auth.tenantId or auth.tenantName beside it.")
        return LoginRequest(
            kind=kind,
            username=text(credentials, name_key, given[0]) if name_key else "",
            secret=text(credentials, secret_key, given[0]),
            tenant_id=tenant_id,
            setup_mfa=_setup_mfa(auth, kind),
        )

    def peek_operation(self, body: bytes) -> str | None:
        """What kind of login the body seems to be, however wrong it is otherwise."""
        try:
            auth = json.loads(body)["auth"]
            if auth.get(SCOPE) == SETUP_MFA:
                return "login_setup_mfa"
            return next((f"login_{_CREDENTIALS[key][0]}" for key in _CREDENTIALS if key in auth), None)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write_access(self, access: Access) -> bytes:
        """The answer to a login or a validation."""
        answer: dict[str, Any] = {"token": _token(access)}
        if access.catalog is not None:
            answer["serviceCatalog"] = [_service(service) for service in access.catalog]
        if access.user is not None:
            answer["user"] = _person(access.user)
        if access.impersonator is not None:
            answer["RAX-AUTH:impersonator"] = _person(access.impersonator)
        return _body({"access": answer} if access.wrapped else answer)

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """The answer of operation 9."""
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
        """A fault; ``extra`` holds further members of its body, such as retryAt."""
        fault: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.details is not None:
            fault["details"] = error.details
        return _body({error.fault: {**fault, **extra}})


def _credentials(value: Any, where: str, name_key: str | None, secret_key: str) -> dict[str, Any]:
    if isinstance(value, dict):
        misplaced = [key for key in TENANT_KEYS if key in value]
        if misplaced:
            raise bad_request(f"{misplaced[0]} stands inside {where}; it belongs beside it, into auth.")
    return members(value, where, {secret_key} | ({name_key} if name_key else set()))


def _tenant(auth: dict[str, Any]) -> str | None:
    given = [key for key in TENANT_KEYS if key in auth]
    if len(given) > 1:
        raise bad_request("auth holds both tenantId and tenantName; only one is allowed.")
    return text(auth, given[0], "auth") if given else None


def _setup_mfa(auth: dict[str, Any], kind: LoginKind) -> bool:
    if SCOPE not in auth:
        return False
    if auth[SCOPE] != SETUP_MFA:
        raise bad_request(f"auth.{SCOPE} must be {SETUP_MFA}.")
    if kind not in ("password", "api_key"):
        raise bad_request(f"auth.{SCOPE} goes with a password or an API key only.")
    return True


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _token(access: Access) -> dict[str, Any]:
    token = access.token
    answer: dict[str, Any] = {"id": token.id, "expires": access.expires}
    if token.tenant_id is not None:
        answer["tenant"] = {"id": token.tenant_id, "name": token.tenant_id}
    if token.authenticated_by:
        answer["RAX-AUTH:authenticatedBy"] = list(token.authenticated_by)
    if access.issued is not None:
        answer["RAX-AUTH:issued"] = access.issued
    return answer


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
    answer = {
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
    return {key: value for key, value in answer.items() if value is not None}


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
