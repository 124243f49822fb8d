# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of version 2.0 in any wire format. XML names are first converted to those of JSON."""

from __future__ import annotations

from typing import Any

from identity_service.errors import bad_request
from identity_service.model import LoginKind, LoginRequest
from identity_service.representations.strict_json import members, string

SCOPE = "RAX-AUTH:scope"
SETUP_MFA = "SETUP-MFA"
TENANT_KEYS = ("tenantId", "tenantName")

# The key of the credentials object, the kind of login, and the keys of the name and the secret in it.
CREDENTIALS: dict[str, tuple[LoginKind, str | None, str]] = {
    "passwordCredentials": ("password", "username", "password"),
    "RAX-KSKEY:apiKeyCredentials": ("api_key", "username", "apiKey"),
    "token": ("token", None, "id"),
    "RAX-AUTH:passcodeCredentials": ("passcode", None, "passcode"),
}


def read_auth(value: Any) -> LoginRequest:
    """Read the login in an auth object. Raises an ApiError (400), which names what is wrong."""
    auth = members(value, "auth", {*CREDENTIALS, SCOPE, *TENANT_KEYS})
    given = [key for key in CREDENTIALS if key in auth]
    if len(given) != 1:
        raise bad_request(f"auth must hold exactly one of: {', '.join(CREDENTIALS)}.")
    kind, name_key, secret_key = CREDENTIALS[given[0]]
    credentials = _credentials(auth[given[0]], given[0], name_key, secret_key)
    tenant_id = _tenant(auth)
    if kind == "token" and tenant_id is None:
        raise bad_request("auth.token requires auth.tenantId or auth.tenantName.")
    return LoginRequest(
        kind=kind,
        username=string(credentials, name_key, given[0]) if name_key else "",
        secret=string(credentials, secret_key, given[0]),
        tenant_id=tenant_id,
        setup_mfa=_setup_mfa(auth, kind),
    )


def peek_auth(auth: dict[str, Any]) -> str | None:
    """Guess the operation of an auth object, even if it is otherwise invalid."""
    if auth.get(SCOPE) == SETUP_MFA:
        return "login_setup_mfa"
    return next((f"login_{CREDENTIALS[key][0]}" for key in CREDENTIALS if key in auth), None)


def _credentials(value: Any, where: str, name_key: str | None, secret_key: str) -> dict[str, Any]:
    if isinstance(value, dict):
        misplaced = [key for key in TENANT_KEYS if key in value]
        if misplaced:
            raise bad_request(f"{misplaced[0]} is inside {where}; it belongs in auth.")
    return members(value, where, {secret_key} | ({name_key} if name_key else set()))


def _tenant(auth: dict[str, Any]) -> str | None:
    given = [key for key in TENANT_KEYS if key in auth]
    if len(given) > 1:
        raise bad_request("auth holds both tenantId and tenantName; only one is allowed.")
    return string(auth, given[0], "auth") if given else None


def _setup_mfa(auth: dict[str, Any], kind: LoginKind) -> bool:
    if SCOPE not in auth:
        return False
    if auth[SCOPE] != SETUP_MFA:
        raise bad_request(f"auth.{SCOPE} must be {SETUP_MFA}.")
    if kind not in ("password", "api_key"):
        raise bad_request(f"auth.{SCOPE} is only allowed with a password or an API key.")
    return True
