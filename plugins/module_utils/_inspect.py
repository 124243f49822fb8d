# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_info: whether a token is valid, whose it is, and what it is good for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._caller import Caller, caller
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import clean
from ansible_collections.rackspace.identity.plugins.module_utils._endpoints import criteria_of, filtered
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CATALOG_FILTERS,
    INSPECTION,
    LOGIN,
    SUBJECT,
    USER_PARAMETERS,
    Context,
)

OPTIONS = LOGIN + SUBJECT + USER_PARAMETERS + INSPECTION + CATALOG_FILTERS

_GONE = "The token has expired, was revoked, or never was."


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_token_info for its options."""
    subject = clean(options["subject_token"], "subject_token")
    belongs_to = clean(options["belongs_to"], "belongs_to")
    with caller(options, context, subject) as asking:
        inspection = _Inspection(asking, subject, options)
        access, reason = inspection.validate(belongs_to)
        if access is None:
            return _invalid(reason)
        result = _valid(access)
        if options["list_endpoints"]:
            result["endpoints"] = filtered(inspection.endpoints(), criteria_of(options))
        return result


class _Inspection:
    """Questions about one token: subject, or the caller's own where that is None."""

    def __init__(self, caller: Caller, subject: str | None, options: Mapping[str, Any]) -> None:
        self._caller, self._subject, self._options = caller, subject, options

    def validate(self, belongs_to: str | None) -> tuple[Access | None, str | None]:
        """What the service knows of the token; or None, and why it is not valid."""
        if belongs_to:
            access, _reason = self._in_tenant(belongs_to)
            if access:
                return access, None
            # The tenant or the token: only asking without the tenant tells which.
        asked_with = self._caller.token
        try:
            access = self._caller.ask(self._validate)
        except ServiceError as error:
            reason = self._reason(error)
            if self._is_about_itself():
                self._caller.drop()
            return None, reason
        if belongs_to and asked_with != self._caller.token:
            # It was the token that asked: only now the tenant is asked about.
            return self._in_tenant(belongs_to)
        return (None, _elsewhere(belongs_to)) if belongs_to else (access, None)

    def _in_tenant(self, belongs_to: str) -> tuple[Access | None, str | None]:
        """The token that is valid, if it is so in this tenant; or None, and that it is not."""
        try:
            return self._validate(self._caller.token, belongs_to), None
        except ServiceError as error:
            if error.kind not in ("not_found", "unauthorized"):
                raise
        return None, _elsewhere(belongs_to)

    def endpoints(self) -> tuple[Service, ...]:
        """The services and endpoints that the token is good for."""
        return self._caller.client.endpoints(
            self._caller.token,
            self._subject or self._caller.token,
            apply_rcn_roles=self._options["apply_rcn_roles"],
        )

    def _validate(self, token: str, belongs_to: str | None = None) -> Access:
        return self._caller.client.validate(
            token,
            self._subject or token,
            belongs_to=belongs_to,
            apply_rcn_roles=self._options["apply_rcn_roles"],
            include_accessible_domains=self._options["include_accessible_domains"],
        )

    def _reason(self, error: ServiceError) -> str:
        """Why the token is not valid; raises the error where it does not mean that."""
        # A token that is refused when it asks about itself is as gone as one that is not found.
        if error.kind == "not_found" or (error.kind == "unauthorized" and self._is_about_itself()):
            return _GONE
        raise error

    def _is_about_itself(self) -> bool:
        return self._subject in (None, self._caller.token)


def _elsewhere(tenant: str) -> str:
    return f"The token is valid, but not in tenant {tenant}."


def _valid(access: Access) -> dict[str, Any]:
    return {
        "changed": False,
        "valid": True,
        "reason": None,
        "token": access.token.as_dict(utc_now()),
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
