# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_identity_token: log in, and say who that is and where each service is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _facts, _session
from ansible_collections.rackspace.identity.plugins.module_utils._endpoints import Criteria, matching
from ansible_collections.rackspace.identity.plugins.module_utils._errors import NoEndpointError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Endpoint, utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The result of rax_identity_token for its options."""
    session = _session.log_in(options, context)
    access = session.access
    criteria = _criteria(options)
    endpoints = _filtered(access.endpoints if options["include_endpoints"] else (), criteria)
    result: dict[str, Any] = {
        # A login issues a token, also in check mode: that is what the rest of a dry run needs.
        "changed": True,
        "cached": False,
        "token": access.token.as_dict(utc_now()),
        "user": access.user.as_dict(),
        "endpoints": endpoints,
        "mfa": None,
    }
    if access.extra:
        result["extra"] = access.extra
    if options["facts"] != "none":
        facts = _facts.build(session, endpoints, filtered=criteria != Criteria())
        if options["facts"] == "all":
            facts["token_id"] = access.token.id
        result["ansible_facts"] = {"rax_identity": facts}
    return result


def _criteria(options: Mapping[str, Any]) -> Criteria:
    names = ("service_type", "service_name", "region", "version", "tenant", "interface")
    return Criteria(**{name: tuple(options.get(name) or ()) for name in names})


def _filtered(endpoints: Sequence[Endpoint], criteria: Criteria) -> list[Endpoint]:
    """What the filters leave; for a filter, unlike for a choice, nothing is an answer too."""
    try:
        return matching(endpoints, criteria)
    except NoEndpointError:
        return []
