# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_revoke: end the life of a token, and make sure of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._caller import (
    Caller,
    caller,
    token_holder,
    tokens_at_hand,
)
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import clean
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, SUBJECT, Context

OPTIONS = LOGIN + SUBJECT


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_token_revoke for its options."""
    subject = clean(options["subject_token"], "subject_token")
    if subject is not None:
        with caller(options, context, subject) as asking:
            return _end(asking, subject, options, context)
    # A login only to revoke its token would leave things as they are.
    ends = [_end_own(token, options, context) for token in tokens_at_hand(options, context)]
    refusal = next((refusal for _end, refusal in ends if refusal), None)
    if refusal:
        raise refusal
    return {
        "changed": any(end["changed"] for end, _refusal in ends),
        "revoked": bool(ends) and all(end["revoked"] for end, _refusal in ends),
    }


def _end_own(token: str, options: Mapping[str, Any], context: Context) -> tuple[dict[str, Any], ServiceError | None]:
    """The end of a token that asks for it itself; a refusal is no reason to let the others live."""
    try:
        with token_holder(options, context, token) as asking:
            return _end(asking, token, options, context), None
    except ServiceError as refusal:
        return {}, refusal


def _end(asking: Caller, subject: str, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    if context.check_mode:
        alive = _is_alive(asking, subject)
        return {"changed": alive, "revoked": not alive}
    changed = _revoke(asking, subject)
    _session.forget(options, context, subject)
    return {"changed": changed, "revoked": True}


def _revoke(asking: Caller, subject: str) -> bool:
    """Revoke the token; whether it was alive before. Raises ServiceError where it still is."""

    def by_id(token: str) -> None:
        asking.client.revoke(token, subject)

    try:
        if subject == asking.token:
            asking.client.revoke_own(subject)
        else:
            asking.ask(by_id)
    except ServiceError as refusal:
        # Some services have no DELETE for the own token and answer 404, and the token lives on.
        if not _lives_on(asking, subject, refusal):
            return False
        asking.ask(by_id)
    return True


def _lives_on(asking: Caller, subject: str, refusal: ServiceError) -> bool:
    """Whether the token is still alive; raises the refusal to revoke it where the service does not tell."""
    try:
        return _is_alive(asking, subject)
    except ServiceError:
        if refusal.kind == "not_found":
            raise
        # What the task was asked to do, and why that is refused.
        raise refusal from None


def _is_alive(asking: Caller, subject: str) -> bool:
    """Whether the service still knows the token. Raises ServiceError where it does not tell."""
    try:
        asking.ask(lambda token: asking.client.validate(token, subject))
    except ServiceError as error:
        if error.kind == "not_found" or (error.kind == "unauthorized" and subject == asking.token):
            return False
        raise
    return True
