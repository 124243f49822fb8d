# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer that is no success means: the kind, the service's own words without secrets, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    KIND_OF_STATUS,
    Fault,
    MfaRequiredError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Answer, host_of

# "User must setup multi-factor", and not that it is locked, or set up already.
_MFA_SETUP = re.compile(
    r"(?=.*(?:multi-?\s?factor|\bMFA\b))(?!.*\balready\b).*\bset[\s-]?up\b", re.IGNORECASE | re.DOTALL
)

_WAYS_OUT = {
    "bad_request": "The service found the request wrong; compare the options with its words in error.message.",
    "unauthorized": "Check the credentials.",
    "forbidden": "This user may not do that; ask the account administrator.",
    "user_disabled": "The user is disabled; ask the account administrator.",
    "mfa_not_set_up": (
        "The account must set up multi-factor authentication first: in the Cloud Control Panel, or with a token that "
        "scope=setup-mfa gives for it. An API key logs in without it."
    ),
    "mfa_required": (
        "The account asks for a second factor: log in with an API key, which needs none, or run rax_identity_token "
        "with on_mfa=challenge, and again with the session_id that it returns and the passcode."
    ),
    "not_found": "Check identity_url.",
    "method_not_allowed": "Check identity_url: the service there does not know this call.",
    "not_acceptable": "The service does not speak the format asked for; check wire_format.",
    "over_limit": "The rate limit is reached; try again later, or raise retry_max_wait.",
    "service_fault": "The service has a fault of its own; try again later.",
    "service_unavailable": "The service is not available now; try again later.",
    "unexpected_status": "Check identity_url and proxy.",
}


def failure(
    doing: str, host: str, answer: Answer, secrets: Iterable[str], ways_out: Mapping[str, str] | None = None
) -> ServiceError:
    """The error for an answer. doing: what was tried, as the subject of a sentence; ways_out: for some kinds, by kind.

    The service may repeat in its error what it was sent, so its words are shown without these secrets.
    """
    redact = Redactor((*secrets, answer.challenge.session_id if answer.challenge else None)).text
    fault = Fault(
        name=redact(answer.fault.name), message=redact(answer.fault.message), details=redact(answer.fault.details)
    )
    kind = _kind(answer)
    named = f" {fault.name}" if fault.name else ""
    way_out = {**_WAYS_OUT, **(ways_out or {})}[kind]
    if 300 <= answer.status < 400:
        way_out = f"It points to {redact(_target(answer))}, where credentials are never sent on; set identity_url."
    elif kind in ("over_limit", "service_unavailable") and answer.retry_after:
        way_out = f"It asks to wait {answer.retry_after:.0f} seconds: try again then, or raise retry_max_wait."
    problem = MfaRequiredError if kind == "mfa_required" else ServiceError
    error = problem(
        f"{doing} failed: {host} answered {answer.status}{named}. {way_out}",
        kind=kind,
        status=answer.status,
        fault=fault,
        retry_after=answer.retry_after,
        request_id=redact(answer.request_id),
    )
    if isinstance(error, MfaRequiredError):
        error.challenge = answer.challenge
    return error


def _kind(answer: Answer) -> str:
    """The kind of an error answer: its status decides, the fault only refines."""
    kind = KIND_OF_STATUS.get(answer.status, "unexpected_status")
    if kind == "unauthorized" and answer.challenge:
        return "mfa_required"
    if kind == "forbidden":
        if (answer.fault.name or "").lower() == "userdisabled":
            return "user_disabled"
        if _MFA_SETUP.match(answer.fault.message or ""):
            return "mfa_not_set_up"
    return kind


def _target(answer: Answer) -> str:
    try:
        return host_of(answer.location or "") or "another place"
    except ValueError:
        return "another place"
