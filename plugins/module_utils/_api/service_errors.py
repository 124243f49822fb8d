# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn an error response into a ServiceError: its kind, the service's own words without secrets, and the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil

from .._errors import KIND_OF_STATUS, MfaRequiredError, ServiceError
from .._http.transport import Response

# "User must setup multi-factor", and not that it is locked, or set up already.
_MFA_SETUP = re.compile(
    r"(?=.*(?:multi-?\s?factor|\bMFA\b))(?!.*\balready\b).*\bset[\s-]?up\b", re.IGNORECASE | re.DOTALL
)

# Of the 3xx, the one that points nowhere.
_NOT_MODIFIED = 304

_WAYS_OUT = {
    "bad_request": "The service rejected the request; compare the options with error.message.",
    "unauthorized": "Check the credentials.",
    "forbidden": "This user may not do that; ask the account administrator.",
    "user_disabled": "The user is disabled; ask the account administrator.",
    "mfa_not_set_up": (
        "The account must set up multi-factor authentication first: in the Cloud Control Panel, or with a token from "
        "scope=setup-mfa. An API key logs in without it."
    ),
    "mfa_required": (
        "The account asks for a second factor: log in with an API key, which needs none, or run rax_identity_token "
        "with on_mfa=challenge, and again with the session_id that it returns and the passcode."
    ),
    "not_found": "Check identity_url.",
    "method_not_allowed": "Check identity_url: the service there does not support this call.",
    "not_acceptable": "The service does not support the requested format; check wire_format.",
    "over_limit": "The rate limit is reached; try again later, or raise retry_max_wait.",
    "service_fault": "The service has an internal error; try again later.",
    "service_unavailable": "The service is not available at the moment; try again later.",
    "unexpected_status": "Check identity_url and proxy.",
    "redirect": "It points to {target}, to which credentials are never forwarded; set identity_url.",
}


def service_error(
    doing: str,
    host: str,
    response: Response,
    ways_out: Mapping[str, str] | None = None,
    more_kinds: Mapping[int, str] | None = None,
) -> ServiceError:
    """Return the error for a response.

    doing: what was attempted, as the subject of a sentence. ways_out: by kind, where they differ from the usual ones.
    more_kinds: by status, beside the usual ones.
    """
    kind, fault = _kind(response, {**KIND_OF_STATUS, **(more_kinds or {})}), response.fault
    named = f" {fault.name}" if fault.name else ""
    said = f": {fault.sentence.rstrip('.')}" if fault.sentence else ""
    known_ways_out = {**_WAYS_OUT, **(ways_out or {})}
    way_out = known_ways_out[kind]
    if 300 <= response.status < 400 and response.status != _NOT_MODIFIED:
        way_out = known_ways_out["redirect"].format(target=response.redirect_host or "another place")
    elif kind == "over_limit" and not response.is_rate_limited:
        way_out = "The request is larger than the service allows."
    elif kind in ("over_limit", "service_unavailable") and response.retry_after:
        way_out = f"It asks to wait {ceil(response.retry_after)} seconds: try again then, or raise retry_max_wait."
    error_class = MfaRequiredError if kind == "mfa_required" else ServiceError
    error = error_class(
        f"{doing} failed: {host} responded with {response.status}{named}{said}. {way_out}",
        kind=kind,
        status=response.status,
        fault=fault,
        retry_after=response.retry_after,
        request_id=response.request_id,
    )
    if isinstance(error, MfaRequiredError):
        error.challenge = response.challenge and response.challenge._replace(clock_skew=response.clock_skew)
    return error


def _kind(response: Response, kinds: Mapping[int, str]) -> str:
    """Return the kind of an error response: its status decides, the fault only refines."""
    kind = kinds.get(response.status, "unexpected_status")
    if kind == "unauthorized" and response.challenge:
        return "mfa_required"
    if kind == "forbidden":
        if (response.fault.name or "").lower() == "userdisabled":
            return "user_disabled"
        if _MFA_SETUP.match(response.fault.sentence or ""):
            return "mfa_not_set_up"
    return kind
