# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_token_revoke: revoke a token, and make sure that it is revoked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._errors import IdentityError, ServiceError
from .._options import SHARED, SUBJECT, Option
from .._session.authenticated_client import (
    AuthenticatedClient,
    AvailableToken,
    available_tokens,
    open_authenticated_client,
    open_client_with_token,
)
from .._session.caching import forget_everywhere
from .._session.credential_values import clean_token
from .._settings import Context, Settings

OPTIONS: Sequence[Option] = SHARED + SUBJECT
CONTINUES_LOGIN = True


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of rax_token_revoke. Raises every kind of IdentityError."""
    subject_token = clean_token(options["subject_token"], "subject_token", context)
    settings = Settings.from_options(options, context)
    if subject_token is not None:
        with open_authenticated_client(settings, context, subject_token) as client:
            return _revoke(client, subject_token, settings, context)
    # A login only to revoke its token would change nothing.
    outcomes = [_revoke_own(token, settings, context) for token in available_tokens(settings, context)]
    failure = next((failure for _result, failure in outcomes if failure), None)
    if failure:
        raise failure
    return {
        "changed": any(result["changed"] for result, _failure in outcomes),
        "revoked": bool(outcomes) and all(result["revoked"] for result, _failure in outcomes),
    }


def _revoke_own(
    available: AvailableToken, settings: Settings, context: Context
) -> tuple[dict[str, Any], IdentityError | None]:
    """Let a token revoke itself; a failure is returned, so that the other tokens are revoked all the same."""
    try:
        with open_client_with_token(available) as client:
            result = _revoke(client, available.token, settings, context)
            if not context.check_mode:
                client.forget_token()
            return result, None
    except IdentityError as failure:
        return {}, failure


def _revoke(client: AuthenticatedClient, subject_token: str, settings: Settings, context: Context) -> dict[str, Any]:
    if context.check_mode:
        is_valid = _is_valid(client, subject_token)
        return {"changed": is_valid, "revoked": not is_valid}
    changed = _send_revocation(client, subject_token)
    forget_everywhere(settings, context, subject_token)
    return {"changed": changed, "revoked": True}


def _send_revocation(client: AuthenticatedClient, subject_token: str) -> bool:
    """Revoke the token, and return whether it was valid before. Raises ServiceError if it still is."""

    def revoke_by_id(auth_token: str) -> None:
        client.identity.revoke_token(subject_token, auth_token=auth_token)

    try:
        if subject_token == client.token:
            client.identity.revoke_own_token(subject_token)
        else:
            client.call(revoke_by_id)
    except ServiceError as refusal:
        # Some services cannot delete the token that authorizes the call: they respond with 404, and it lives on.
        if not _is_still_valid(client, subject_token, refusal):
            return False
        client.call(revoke_by_id)
    return True


def _is_still_valid(client: AuthenticatedClient, subject_token: str, refusal: ServiceError) -> bool:
    """Return whether the token is still valid; raise the refusal to revoke it if the service does not tell."""
    try:
        return _is_valid(client, subject_token)
    except ServiceError:
        if refusal.kind == "not_found":
            raise
        # It says what the task was asked to do, and why that is refused.
        raise refusal from None


def _is_valid(client: AuthenticatedClient, subject_token: str) -> bool:
    """Return whether the service still knows the token. Raises ServiceError if it does not tell."""
    try:
        client.call(lambda auth_token: client.identity.validate_token(subject_token, auth_token=auth_token))
    except ServiceError as error:
        if error.kind == "not_found" or (error.kind == "unauthorized" and subject_token == client.token):
            return False
        raise
    return True
