# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of the lookup rax_endpoint: URLs of services, from the catalog of one login."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._catalog.catalog import Catalog
from .._catalog.selection import criteria_of_one, find_endpoints, select_endpoint, url_of
from .._errors import NoEndpointError, OptionError
from .._options import ENDPOINT_CHOICE, SHARED
from .._session.access_provider import open_provider
from .._session.credential_values import clean
from .._settings import Context, Settings

OPTIONS = SHARED + ENDPOINT_CHOICE


def run(
    terms: Sequence[str], options: Mapping[str, Any], context: Context
) -> tuple[list[Any], Callable[[], bool] | None]:
    """Return one URL (or endpoint, with detail) for each term, a service type; with all, every match.

    The second value tells whether the first would still be the result; it is None if only asking again can tell. Raises
    every kind of IdentityError.
    """
    if terms and options["type"]:
        raise OptionError("Service types are given both as terms and with type=. Use one of the two.")
    types: list[str | None] = [*terms] or [options["type"]]
    for service_type in types:
        _check_choice(service_type, options)
    default_region = clean(options["default_region"], "default_region", context)
    login = open_provider(Settings.from_options(options, context), context).get_access()
    catalog = Catalog(login.access.services, login.preferred_region(default_region))
    return [found for service_type in types for found in choose(catalog, service_type, options)], login.is_current


def choose(catalog: Catalog, service_type: str | None, options: Mapping[str, Any]) -> list[Any]:
    """Return what the options in ENDPOINT_CHOICE select from a catalog: one URL or endpoint, or every match."""
    _check_choice(service_type, options)
    criteria = criteria_of_one(service_type, options["name"], options)
    try:
        if options["all"]:
            found = find_endpoints(catalog.services, criteria)
        else:
            found = [select_endpoint(catalog.services, criteria, catalog.default_region)]
    except NoEndpointError:
        if options["on_missing"] == "error":
            raise
        return [] if options["on_missing"] == "empty" else [options["default"]]
    return [endpoint if options["detail"] else url_of(endpoint, options["interface"]) for endpoint in found]


def _check_choice(service_type: str | None, options: Mapping[str, Any]) -> None:
    if options["default"] is not None and options["on_missing"] != "default":
        raise OptionError("default= requires on_missing='default'.")
    if not service_type and not options["name"] and not options["all"]:
        raise OptionError("Say which service: with type=, for example type='object-store', or with name=.")
