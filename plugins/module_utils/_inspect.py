# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_info: whether a token is valid, whose it is, and what it is good for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import clean
from ansible_collections.rackspace.identity.plugins.module_utils._endpoints import criteria_of, filtered
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context

_GONE = "The token has expired, was revoked, or never was."


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_token_info for its options."""
    subject = clean(options["subject_token"], "subject_token")
    belongs_to = clean(options["belongs_to"], "belongs_to")
    with _session.caller(options, context, subject) as caller:
        subject = subject or caller.token
        try:
            access = _validate(caller, subject, options, belongs_to)
        except ServiceError as error:
            return _invalid(_why(error, caller, subject, options, belongs_to))
        result = _valid(access)
        if options["list_endpoints"]:
            endpoints = caller.client.endpoints(caller.token, subject, apply_rcn_roles=options["apply_rcn_roles"])
            result["endpoints"] = filtered(endpoints, criteria_of(options))
        return result


def _validate(
    caller: _session.Caller, subject: str, options: Mapping[str, Any], belongs_to: str | None = None
) -> Access:
    return caller.client.validate(
        caller.token,
        subject,
        belongs_to=belongs_to,
        apply_rcn_roles=options["apply_rcn_roles"],
        include_accessible_domains=options["include_accessible_domains"],
    )


def _why(
    error: ServiceError, caller: _session.Caller, subject: str, options: Mapping[str, Any], belongs_to: str | None
) -> str:
    """Why the token is not valid; raises the error where it does not mean that.

    With belongs_to the same 401 or 404 can mean the tenant or the token: only asking without it tells which.
    """
    if error.kind not in ("not_found", "unauthorized"):
        raise error
    if belongs_to:
        try:
            _validate(caller, subject, options)
        except ServiceError as plain:
            return _why(plain, caller, subject, options, None)
        return f"The token is valid, but not in tenant {belongs_to}."
    # A token that is refused when it asks about itself is as gone as one that is not found.
    if error.kind == "unauthorized" and subject != caller.token:
        raise error
    return _GONE


def _valid(access: Access) -> dict[str, Any]:
    return {
        "changed": False,
        "valid": True,
        "reason": None,
        "token": access.token.as_dict(utc_now()),
        "user": access.user.as_dict(),
        "impersonator": access.impersonator.as_dict() if access.impersonator else None,
        "endpoints": [],
        **({"extra": access.extra} if access.extra else {}),
    }


def _invalid(reason: str) -> dict[str, Any]:
    return {
        "changed": False,
        "valid": False,
        "reason": reason,
        "token": None,
        "user": None,
        "impersonator": None,
        "endpoints": [],
    }
