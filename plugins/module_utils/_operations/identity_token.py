# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_identity_token: log in, and return who that is and where each service is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import _clock
from .._catalog.build_fact import build_fact
from .._catalog.services import flatten
from .._errors import MfaRequiredError
from .._models import Access, Endpoint, MfaChallenge
from .._options import CATALOG_FILTERS, FACTS, LOGIN_PARAMETERS, RENEW, SHARED, USER_PARAMETERS, Option
from .._session.access_provider import AccessProvider
from .._session.login_result import LoginResult
from .._settings import Context, Settings

OPTIONS: Sequence[Option] = SHARED + USER_PARAMETERS + LOGIN_PARAMETERS + RENEW + FACTS + CATALOG_FILTERS
CONTINUES_LOGIN = False


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of rax_identity_token. Raises every kind of IdentityError."""
    try:
        login = AccessProvider(Settings.from_options(options, context), context).get_access()
    except MfaRequiredError as error:
        if options["on_mfa"] == "fail" or error.challenge is None:
            raise
        return _challenged(error.challenge)
    access = login.access
    _warn_of_missing_scope(login, context)
    is_filtered = any(options[option.name] for option in CATALOG_FILTERS)
    endpoints = _endpoints(access, options, is_filtered=is_filtered)
    result: dict[str, Any] = {
        # A login issues a token in check mode too: the rest of a dry run needs it.
        "changed": not login.cached,
        "cached": login.cached,
        "token": access.token.as_dict(_clock.now()),
        "user": access.user,
        "endpoints": endpoints,
        "mfa": None,
    }
    if access.extra:
        result["extra"] = access.extra
    if options["facts"] != "none":
        fact = build_fact(
            access,
            login.identity_url,
            login.username,
            endpoints,
            has_tenant=login.has_tenant,
            is_filtered=is_filtered,
        )
        if options["facts"] == "all":
            fact["token_id"] = access.token.id
        fact["login_ref"] = login.make_reference(fact)
        result["ansible_facts"] = {"rax_identity": fact}
    return result


def _endpoints(access: Access, options: Mapping[str, Any], *, is_filtered: bool) -> list[Endpoint]:
    """Return the part of the catalog that the task asked for."""
    if not options["include_endpoints"]:
        return []
    if not is_filtered:
        return flatten(access.services)
    # Imported here: most tasks ask for the whole catalog.
    from .._catalog.selection import criteria_from_filters, filter_endpoints

    return filter_endpoints(access.services, criteria_from_filters(options))


def _challenged(challenge: MfaChallenge) -> dict[str, Any]:
    """Return the result of a first step: the session to continue in, and no token."""
    return {
        "changed": False,
        "cached": False,
        "token": None,
        "user": None,
        "endpoints": [],
        "mfa": {"required": True, "session_id": challenge.session_id, "factor": challenge.factor},
    }


def _warn_of_missing_scope(login: LoginResult, context: Context) -> None:
    access = login.access
    if login.is_second_step and access.token.tenant is None and not access.services:
        context.warn(
            "The token does not have a tenant, and no catalog came with it. For one with a catalog, log in again with "
            "this token in the option token and with tenant_id; or repeat tenant_id in both steps of the login."
        )
