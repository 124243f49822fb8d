# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which endpoint is meant: the one place where the collection chooses from a catalog.

Types, names, regions, versions and tenants are compared without regard to case. A service that has no region at
all answers for any region; where another service of its type has regions, it stands in for none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.rackspace.identity.plugins.module_utils._catalog import (
    Endpoint,
    Service,
    ServiceEndpoint,
    flat,
    place,
)
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousEndpointError,
    NoEndpointError,
)


class Criteria(NamedTuple):
    """What to look for: each a collection of alternatives, empty where everything will do.

    interface: public, internal or admin; an endpoint matches where it has a URL for one of them.
    """

    service_type: Collection[str] = ()
    service_name: Collection[str] = ()
    region: Collection[str] = ()
    version: Collection[str] = ()
    tenant: Collection[str] = ()
    interface: Collection[str] = ()


class _Found(NamedTuple):
    service: Service
    endpoint: ServiceEndpoint


def url_of(endpoint: Mapping[str, Any], interface: str) -> str | None:
    """The endpoint's URL for public, internal or admin use; None where it has none."""
    url: str | None = endpoint.get(f"{interface}_url")
    return url


def matching(services: Sequence[Service], criteria: Criteria) -> list[Endpoint]:
    """Every endpoint that matches, the same one twice counted once.

    Raises NoEndpointError, which lists what exists, where nothing does.
    """
    pool = _of_version_and_tenant(_in_region(_of_service(services, criteria), criteria), criteria)
    return [flat(*found) for found in _unique(_with_url(pool, criteria))]


def criteria_of(options: Mapping[str, Any]) -> Criteria:
    """The catalog filters of a module, CATALOG_FILTERS in the options table, as criteria."""
    return Criteria(*(tuple(options.get(name) or ()) for name in Criteria._fields))


def filtered(services: Sequence[Service], criteria: Criteria) -> list[Endpoint]:
    """What filters leave of a catalog; for a filter, unlike for a choice, nothing is an answer too."""
    try:
        return matching(services, criteria)
    except NoEndpointError:
        return []


def choose(services: Sequence[Service], criteria: Criteria, default_region: str | None) -> Endpoint:
    """The one endpoint that is meant; without a region in criteria, the one in default_region where there is one.

    Raises NoEndpointError where nothing matches, AmbiguousEndpointError where the choice is not clear.
    """
    pool = _of_version_and_tenant(_in_region(_of_service(services, criteria), criteria), criteria)
    if not criteria.region and default_region:
        pool = _keep(pool, _region, (default_region,)) or pool
    return flat(*_only(_unique(_with_url(pool, criteria)), criteria))


def _only(pool: Sequence[_Found], criteria: Criteria) -> _Found:
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


def _of_service(services: Sequence[Service], criteria: Criteria) -> list[Service]:
    if not services:
        raise NoEndpointError(
            "The catalog of this login is empty. Log in with an API key, and with a tenant_id that has services."
        )
    types, names = _folded(criteria.service_type), _folded(criteria.service_name)
    pool = [service for service in services if not types or (service.type or "").casefold() in types]
    if not pool:
        wanted, existing = _list(criteria.service_type), _list(sorted({one.type for one in services if one.type}))
        raise NoEndpointError(f"The catalog has no service of type {wanted}. Types: {existing}.")
    named = [service for service in pool if not names or (service.name or "").casefold() in names]
    if not named:
        wanted, existing = _list(criteria.service_name), _list(sorted({one.name for one in pool if one.name}))
        where = f"of type {_list(criteria.service_type)} " if types else ""
        raise NoEndpointError(f"The catalog has no service {where}named {wanted}. Names: {existing}.")
    return named


def _in_region(services: Sequence[Service], criteria: Criteria) -> list[_Found]:
    wanted = _folded(criteria.region)
    if not wanted:
        return [_Found(service, endpoint) for service in services for endpoint in service.endpoints]
    found = [
        _Found(service, endpoint)
        for service in services
        for endpoint in service.endpoints
        if (endpoint.get("region") or "").casefold() in wanted
    ]
    regional = [service for service in services if any(one.get("region") for one in service.endpoints)]
    regional_types = {(service.type or "").casefold() for service in regional}
    found += [
        _Found(service, endpoint)
        for service in services
        if (service.type or "").casefold() not in regional_types
        for endpoint in service.endpoints
    ]
    if found:
        return found
    regions = sorted({one.get("region") or "" for service in services for one in service.endpoints} - {""})
    text = f"{_words(criteria)} has no endpoint in region {_list(criteria.region)}. Regions: {_list(regions)}."
    names = {service.name for service in services if service.name} - {service.name for service in regional}
    if names:
        text += f" Without regions, and only by name=: {_list(sorted(name for name in names if name))}."
    raise NoEndpointError(text)


def _of_version_and_tenant(pool: list[_Found], criteria: Criteria) -> list[_Found]:
    for option, value, wanted in (("version", _version, criteria.version), ("tenant", _tenant, criteria.tenant)):
        found = _keep(pool, value, wanted)
        if not found:
            existing = _list(_values(pool, value)) or "none"
            text = f"{_words(criteria)} has no endpoint of {option} {_list(wanted)}."
            raise NoEndpointError(f"{text} {option.capitalize()}s: {existing}.")
        pool = found
    return pool


def _with_url(pool: list[_Found], criteria: Criteria) -> list[_Found]:
    if not criteria.interface:
        return pool
    found = [one for one in pool if any(url_of(one.endpoint, interface) for interface in criteria.interface)]
    if not found:
        interfaces = ("public", "internal", "admin")
        existing = [name for name in interfaces if any(url_of(one.endpoint, name) for one in pool)]
        text = f"{_words(criteria)} has no {_list(criteria.interface)} URL there."
        raise NoEndpointError(f"{text} Interfaces: {_list(existing) or 'none'}.")
    return found


_Value = Callable[[_Found], Optional[str]]


def _name(found: _Found) -> str | None:
    return found.service.name


def _region(found: _Found) -> str | None:
    return found.endpoint.get("region")


def _version(found: _Found) -> str | None:
    version = found.endpoint.get("version")
    return version.get("id") if version else None


def _tenant(found: _Found) -> str | None:
    return found.endpoint.get("tenant_id")


def _folded(wanted: Iterable[str]) -> set[str]:
    return {text.casefold() for text in wanted}


def _keep(pool: list[_Found], value: _Value, wanted: Collection[str]) -> list[_Found]:
    if not wanted:
        return pool
    folded = _folded(wanted)
    return [found for found in pool if (value(found) or "").casefold() in folded]


def _values(pool: Iterable[_Found], value: _Value) -> list[str]:
    return sorted({found for found in map(value, pool) if found})


def _list(values: Iterable[str]) -> str:
    return ", ".join(values)


def _words(criteria: Criteria) -> str:
    """What was asked for, as the subject of a sentence."""
    if criteria.service_name:
        return f"The service {_list(criteria.service_name)}"
    return f"The service type {_list(criteria.service_type)}" if criteria.service_type else "The catalog"


def _unique(pool: Iterable[_Found]) -> list[_Found]:
    seen: dict[tuple[Any, ...], _Found] = {}
    for found in pool:
        seen.setdefault((found.service.type, found.service.name, place(found.endpoint)), found)
    return list(seen.values())
