# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_identity_token: log in, and say who that is and where each service is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.rackspace.identity.plugins.module_utils import _facts, _session
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Passcode, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CATALOG_FILTERS,
    LOGIN,
    TOKEN,
    USER_PARAMETERS,
    Context,
)

if TYPE_CHECKING:
    from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Endpoint
    from ansible_collections.rackspace.identity.plugins.module_utils._challenge import Challenge
    from ansible_collections.rackspace.identity.plugins.module_utils._model import Access

OPTIONS = LOGIN + USER_PARAMETERS + TOKEN + CATALOG_FILTERS


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_identity_token for its options."""
    try:
        session = _session.log_in(options, context)
    except MfaRequiredError as error:
        if options["on_mfa"] == "fail" or error.challenge is None:
            raise
        return _challenged(error.challenge)
    access = session.access
    _warn_of_no_scope(session, context)
    is_filtered = any(options[option.name] for option in CATALOG_FILTERS)
    endpoints = _endpoints(access, options, is_filtered=is_filtered)
    result: dict[str, Any] = {
        # A login issues a token, also in check mode: that is what the rest of a dry run needs.
        "changed": not session.cached,
        "cached": session.cached,
        "token": access.token.as_dict(utc_now()),
        "user": access.user,
        "endpoints": endpoints,
        "mfa": None,
    }
    if access.extra:
        result["extra"] = access.extra
    if options["facts"] != "none":
        facts = _facts.build(session, endpoints, filtered=is_filtered)
        if options["facts"] == "all":
            facts["token_id"] = access.token.id
        result["ansible_facts"] = {"rax_identity": facts}
    return result


def _endpoints(access: Access, options: Mapping[str, Any], *, is_filtered: bool) -> list[Endpoint]:
    """The part of the catalog that the task asked for."""
    if not options["include_endpoints"]:
        return []
    if not is_filtered:
        return access.endpoints
    # Imported here: most tasks ask for all of it.
    from ansible_collections.rackspace.identity.plugins.module_utils._endpoints import criteria_of, filtered

    return filtered(access.services, criteria_of(options))


def _challenged(challenge: Challenge) -> dict[str, Any]:
    """The result of a first step: the session to go on with, and no token."""
    return {
        "changed": False,
        "cached": False,
        "token": None,
        "user": None,
        "endpoints": [],
        "mfa": {"required": True, "session_id": challenge.session_id, "factor": challenge.factor},
    }


def _warn_of_no_scope(session: _session.Session, context: Context) -> None:
    login, access = session.login, session.access
    if isinstance(login.credentials, Passcode) and access.token.tenant is None and not access.services:
        context.warn(
            "The token is for no tenant, and no catalog came with it. For one with a catalog, log in again with this "
            "token in the option token and with tenant_id; or repeat tenant_id in both steps of the login."
        )
