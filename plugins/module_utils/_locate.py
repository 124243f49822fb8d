# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind the lookup rax_endpoint: URLs of services, out of the catalog of one login."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._endpoints import Criteria, choose, matching, url_of
from ansible_collections.rackspace.identity.plugins.module_utils._errors import NoEndpointError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._model import utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._usable_facts import Catalog, usable_catalog


def run(
    terms: Sequence[str], options: Mapping[str, Any], context: Context, fact: object = None
) -> tuple[list[Any], Callable[[], bool] | None]:
    """One URL (or endpoint, with detail) for each term, a service type; every match with all.

    fact: the host's rax_identity, used instead of a login where it holds what is needed. The second value tells
    whether the first would be the same now; None where only asking again can tell.
    """
    if terms and options["type"]:
        raise OptionError("Service types are given both as terms and with type=. Use one of the two.")
    types: list[str | None] = [*terms] or [options["type"]]
    for service_type in types:
        _refuse_unclear(service_type, options)
    catalog = usable_catalog(fact, options, context.sources, utc_now()) or _log_in(options, context)
    return [found for service_type in types for found in pick(catalog, service_type, options)], catalog.still_good


def _refuse_unclear(service_type: str | None, options: Mapping[str, Any]) -> None:
    if options["default"] is not None and options["on_missing"] != "default":
        raise OptionError("default= has a meaning only with on_missing='default'.")
    if not service_type and not options["name"] and not options["all"]:
        raise OptionError("Say which service: with type=, for example type='object-store', or with name=.")


def pick(catalog: Catalog, service_type: str | None, options: Mapping[str, Any]) -> list[Any]:
    """What the options in ENDPOINT_CHOICE mean in this catalog: one URL or endpoint, with all every match."""
    _refuse_unclear(service_type, options)
    criteria = Criteria(
        service_type=_alternatives(service_type),
        service_name=_alternatives(options["name"]),
        region=_alternatives(options["region"]),
        version=_alternatives(options["version"]),
        tenant=_alternatives(options["tenant"]),
        interface=(options["interface"],),
    )
    try:
        if options["all"]:
            found = matching(catalog.services, criteria)
        else:
            found = [choose(catalog.services, criteria, catalog.default_region)]
    except NoEndpointError:
        if options["on_missing"] == "error":
            raise
        return [] if options["on_missing"] == "empty" else [options["default"]]
    return [endpoint if options["detail"] else url_of(endpoint, options["interface"]) for endpoint in found]


def _alternatives(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _log_in(options: Mapping[str, Any], context: Context) -> Catalog:
    session = _session.log_in(options, context)
    return Catalog(session.access.services, session.access.user["default_region"], session.still_good)
