# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which endpoint is meant: the one place where the collection chooses from a catalog.

Types, names, regions, versions and tenants are compared without regard to case. A service that has no region at
all answers for any region; where another service of its type has regions, it stands in for none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    NoEndpointError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import Endpoint


@dataclass(frozen=True)
class Criteria:
    """What to look for: each a collection of alternatives, empty where everything will do.

    interface: public, internal or admin; an endpoint matches where it has a URL for one of them.
    """

    service_type: Collection[str] = ()
    service_name: Collection[str] = ()
    region: Collection[str] = ()
    version: Collection[str] = ()
    tenant: Collection[str] = ()
    interface: Collection[str] = ()


def url_of(endpoint: Endpoint, interface: str) -> str | None:
    """The endpoint's URL for public, internal or admin use; None where it has none."""
    if interface == "internal":
        return endpoint["internal_url"]
    return endpoint["admin_url"] if interface == "admin" else endpoint["public_url"]


def matching(endpoints: Iterable[Endpoint], criteria: Criteria) -> list[Endpoint]:
    """Every endpoint that matches, in the order given, the same one twice counted once.

    Raises NoEndpointError, which lists what exists, where nothing does.
    """
    pool = _of_service(endpoints, criteria)
    if criteria.region:
        pool = _in_region(pool, criteria)
    return _unique(_with_url(_of_version_and_tenant(pool, criteria), criteria))


def criteria_of(options: Mapping[str, Any]) -> Criteria:
    """The catalog filters of a module, CATALOG_FILTERS in the options table, as criteria."""
    names = ("service_type", "service_name", "region", "version", "tenant", "interface")
    return Criteria(**{name: tuple(options.get(name) or ()) for name in names})


def filtered(endpoints: Iterable[Endpoint], criteria: Criteria) -> list[Endpoint]:
    """What filters leave of a catalog; for a filter, unlike for a choice, nothing is an answer too."""
    try:
        return matching(endpoints, criteria)
    except NoEndpointError:
        return []


def choose(endpoints: Iterable[Endpoint], criteria: Criteria, default_region: str | None) -> Endpoint:
    """The one endpoint that is meant; without a region in criteria, the one in default_region where there is one.

    Raises NoEndpointError where nothing matches, AmbiguousEndpointError where the choice is not clear.
    """
    pool = _of_service(endpoints, criteria)
    if criteria.region:
        pool = _in_region(pool, criteria)
    pool = _of_version_and_tenant(pool, criteria)
    if not criteria.region and default_region:
        pool = _keep(pool, _region, (default_region,)) or pool
    return _only(_unique(_with_url(pool, criteria)), criteria)


def _only(pool: Sequence[Endpoint], criteria: Criteria) -> Endpoint:
    if len(pool) == 1:
        return pool[0]
    what = _words(criteria)
    names = _values(pool, _name)
    if len(names) > 1:
        raise AmbiguousEndpointError(f"{what} is offered by several services. Say which with name=: {_list(names)}.")
    # What tells the endpoints of one service apart, and the option that decides.
    for option, value in (("region", _region), ("version", _version), ("tenant", _tenant)):
        values = _values(pool, value)
        if len(values) > 1:
            raise AmbiguousEndpointError(f"{what} has several endpoints. Say which with {option}=: {_list(values)}.")
    raise AmbiguousEndpointError(f"{what} has several endpoints that differ in nothing but their URL; use all=true.")


def _of_service(endpoints: Iterable[Endpoint], criteria: Criteria) -> list[Endpoint]:
    everything = list(endpoints)
    if not everything:
        raise NoEndpointError(
            "The catalog of this login is empty. Log in with an API key, and with a tenant_id that has services."
        )
    pool = _keep(everything, _type, criteria.service_type)
    if not pool:
        wanted = _list(criteria.service_type)
        raise NoEndpointError(
            f"The catalog has no service of type {wanted}. Types: {_list(_values(everything, _type))}."
        )
    named = _keep(pool, _name, criteria.service_name)
    if not named:
        wanted = _list(criteria.service_name)
        where = f"of type {_list(criteria.service_type)} " if criteria.service_type else ""
        raise NoEndpointError(
            f"The catalog has no service {where}named {wanted}. Names: {_list(_values(pool, _name))}."
        )
    return named


def _in_region(pool: list[Endpoint], criteria: Criteria) -> list[Endpoint]:
    regional_types = {endpoint["service_type"] for endpoint in pool if endpoint["region"]}
    global_ones = [
        endpoint for endpoint in pool if not endpoint["region"] and endpoint["service_type"] not in regional_types
    ]
    found = _keep(pool, _region, criteria.region) + global_ones
    if found:
        return found
    text = f"{_words(criteria)} has no endpoint in region {_list(criteria.region)}."
    text += f" Regions: {_list(_values(pool, _region))}."
    without_region = _values((endpoint for endpoint in pool if not endpoint["region"]), _name)
    if without_region:
        text += f" Without regions, and only by name=: {_list(without_region)}."
    raise NoEndpointError(text)


def _of_version_and_tenant(pool: list[Endpoint], criteria: Criteria) -> list[Endpoint]:
    for option, value, wanted in (("version", _version, criteria.version), ("tenant", _tenant, criteria.tenant)):
        found = _keep(pool, value, wanted)
        if not found:
            existing = _list(_values(pool, value)) or "none"
            text = f"{_words(criteria)} has no endpoint of {option} {_list(wanted)}."
            raise NoEndpointError(f"{text} {option.capitalize()}s: {existing}.")
        pool = found
    return pool


def _with_url(pool: list[Endpoint], criteria: Criteria) -> list[Endpoint]:
    if not criteria.interface:
        return pool
    found = [endpoint for endpoint in pool if any(url_of(endpoint, interface) for interface in criteria.interface)]
    if not found:
        existing = [name for name in ("public", "internal", "admin") if any(url_of(one, name) for one in pool)]
        text = f"{_words(criteria)} has no {_list(criteria.interface)} URL there."
        raise NoEndpointError(f"{text} Interfaces: {_list(existing) or 'none'}.")
    return found


_Value = Callable[[Endpoint], Optional[str]]


def _type(endpoint: Endpoint) -> str | None:
    return endpoint["service_type"]


def _name(endpoint: Endpoint) -> str | None:
    return endpoint["service_name"]


def _region(endpoint: Endpoint) -> str | None:
    return endpoint["region"]


def _version(endpoint: Endpoint) -> str | None:
    return endpoint["version"]["id"]


def _tenant(endpoint: Endpoint) -> str | None:
    return endpoint["tenant_id"]


def _keep(pool: list[Endpoint], value: _Value, wanted: Collection[str]) -> list[Endpoint]:
    if not wanted:
        return pool
    folded = {text.casefold() for text in wanted}
    return [endpoint for endpoint in pool if (value(endpoint) or "").casefold() in folded]


def _values(pool: Iterable[Endpoint], value: _Value) -> list[str]:
    return sorted({found for found in map(value, pool) if found})


def _list(values: Iterable[str]) -> str:
    return ", ".join(values)


def _words(criteria: Criteria) -> str:
    """What was asked for, as the subject of a sentence."""
    if criteria.service_name:
        return f"The service {_list(criteria.service_name)}"
    return f"The service type {_list(criteria.service_type)}" if criteria.service_type else "The catalog"


def _unique(pool: Iterable[Endpoint]) -> list[Endpoint]:
    seen: dict[tuple[str | None, ...], Endpoint] = {}
    for endpoint in pool:
        urls = (endpoint["public_url"], endpoint["internal_url"], endpoint["admin_url"])
        place = (_type(endpoint), _name(endpoint), _region(endpoint), _version(endpoint), _tenant(endpoint))
        seen.setdefault(place + urls, endpoint)
    return list(seen.values())
