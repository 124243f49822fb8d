# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_revoke: end the life of a token, and make sure of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import clean, own_token
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_token_revoke for its options."""
    subject = clean(options["subject_token"], "subject_token")
    if subject is None and own_token(options, context) is None:
        # A login only to revoke its token would leave things as they are.
        return {"changed": False, "revoked": False}
    with _session.caller(options, context, subject) as caller:
        subject = subject or caller.token
        changed = _is_alive(caller, subject) if context.check_mode else _revoke(caller, subject)
        return {"changed": changed, "revoked": not context.check_mode or not changed}


def _revoke(caller: _session.Caller, subject: str) -> bool:
    """Revoke the token; whether it was alive before. Raises ServiceError where it still is."""
    try:
        if subject == caller.token:
            caller.client.revoke_own(subject)
        else:
            caller.client.revoke(caller.token, subject)
    except ServiceError:
        # Some services have no DELETE for the own token and answer 404, and the token lives on.
        if not _is_alive(caller, subject):
            return False
        caller.client.revoke(caller.token, subject)
    return True


def _is_alive(caller: _session.Caller, subject: str) -> bool:
    """Whether the service still knows the token. Raises ServiceError where it does not tell."""
    try:
        caller.client.validate(caller.token, subject)
    except ServiceError as error:
        if error.kind == "not_found" or (error.kind == "unauthorized" and subject == caller.token):
            return False
        raise
    return True
