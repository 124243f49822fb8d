# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_token_info: whether a token is valid, whose it is, and which endpoints it is valid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import _clock
from .._catalog.selection import criteria_from_filters, filter_endpoints
from .._errors import ServiceError
from .._models import Access, Service
from .._options import CATALOG_FILTERS, SHARED, SUBJECT, TOKEN_INFO, USER_PARAMETERS, Option
from .._session.authenticated_client import AuthenticatedClient, open_authenticated_client
from .._session.credential_values import clean, clean_token
from .._settings import Context, Settings

OPTIONS: Sequence[Option] = SHARED + SUBJECT + USER_PARAMETERS + TOKEN_INFO + CATALOG_FILTERS
CONTINUES_LOGIN = True

_GONE = "The token has expired, was revoked, or never existed."


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of rax_token_info. Raises every kind of IdentityError."""
    subject_token = clean_token(options["subject_token"], "subject_token", context)
    belongs_to = clean(options["belongs_to"], "belongs_to", context)
    with open_authenticated_client(Settings.from_options(options, context), context, subject_token) as client:
        validation = _Validation(client, subject_token, options)
        access, reason = validation.validate(belongs_to)
        if access is None:
            return _invalid(reason)
        result = _valid(access)
        if options["list_endpoints"]:
            result["endpoints"] = filter_endpoints(validation.list_endpoints(), criteria_from_filters(options))
        return result


class _Validation:
    """The calls about one token: subject_token, or the token that authorizes the calls if that is None."""

    def __init__(self, client: AuthenticatedClient, subject_token: str | None, options: Mapping[str, Any]) -> None:
        self._client, self._subject_token, self._options = client, subject_token, options

    def validate(self, belongs_to: str | None) -> tuple[Access | None, str | None]:
        """Return what the service knows about the token; or None, and why it is not valid."""
        if belongs_to:
            access, _reason = self._validate_in_tenant(belongs_to)
            if access:
                return access, None
            # Only asking without the tenant tells whether the tenant or the token is the reason.
        first_token = self._client.token
        try:
            access = self._client.call(self._validate)
        except ServiceError as error:
            reason = self._reason(error)
            if self._is_own_token():
                self._client.forget_token()
            return None, reason
        if belongs_to and first_token != self._client.token:
            # The token that authorizes the calls had been rejected: only now can the tenant be asked about.
            return self._validate_in_tenant(belongs_to)
        return (None, _not_in_tenant(belongs_to)) if belongs_to else (access, None)

    def _validate_in_tenant(self, belongs_to: str) -> tuple[Access | None, str | None]:
        """Return the access if the token is valid in this tenant; or None, and that it is not."""
        try:
            return self._validate(self._client.token, belongs_to), None
        except ServiceError as error:
            if error.kind not in ("not_found", "unauthorized"):
                raise
        return None, _not_in_tenant(belongs_to)

    def list_endpoints(self) -> tuple[Service, ...]:
        """Return the services and endpoints that the token is valid for."""
        return self._client.identity.list_endpoints(
            self._subject_token or self._client.token,
            auth_token=self._client.token,
            apply_rcn_roles=self._options["apply_rcn_roles"],
        )

    def _validate(self, auth_token: str, belongs_to: str | None = None) -> Access:
        return self._client.identity.validate_token(
            self._subject_token or auth_token,
            auth_token=auth_token,
            belongs_to=belongs_to,
            apply_rcn_roles=self._options["apply_rcn_roles"],
            include_accessible_domains=self._options["include_accessible_domains"],
        )

    def _reason(self, error: ServiceError) -> str:
        """Return why the token is not valid; raise the error if it does not mean that."""
        # A token that is rejected when it asks about itself is as gone as one that is not found.
        if error.kind == "not_found" or (error.kind == "unauthorized" and self._is_own_token()):
            return _GONE
        raise error

    def _is_own_token(self) -> bool:
        return self._subject_token in (None, self._client.token)


def _not_in_tenant(tenant: str) -> str:
    return f"The token is valid, but not in tenant {tenant}."


def _valid(access: Access) -> dict[str, Any]:
    return {
        "changed": False,
        "valid": True,
        "reason": None,
        "token": access.token.as_dict(_clock.now()),
        "user": access.user,
        "impersonator": access.impersonator,
        "endpoints": [],
        **({"extra": access.extra} if access.extra else {}),
    }


def _invalid(reason: str | None) -> dict[str, Any]:
    return {
        "changed": False,
        "valid": False,
        "reason": reason,
        "token": None,
        "user": None,
        "impersonator": None,
        "endpoints": [],
    }
