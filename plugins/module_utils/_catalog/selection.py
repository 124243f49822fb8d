# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select endpoints from a catalog: the only place where the collection does so.

Types, names, regions, versions and tenants are compared without regard to case, and to what is invisible around them.
A service without any regional endpoint matches every region; where another service of the same type has regions, it
never stands in for one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from .._errors import AmbiguousEndpointError, NoEndpointError
from .._models import Endpoint, Service, ServiceEndpoint
from .._text import INVISIBLE
from .services import endpoint_key, flatten_endpoint


class Criteria(NamedTuple):
    """Criteria for endpoints: each field is a collection of alternatives, and an empty one matches everything.

    interface: public, internal or admin; an endpoint matches if it has a URL for one of them.
    """

    service_type: Collection[str] = ()
    service_name: Collection[str] = ()
    region: Collection[str] = ()
    version: Collection[str] = ()
    tenant: Collection[str] = ()
    interface: Collection[str] = ()


class _Candidate(NamedTuple):
    service: Service
    endpoint: ServiceEndpoint


def url_of(endpoint: Mapping[str, Any], interface: str) -> str | None:
    """Return the endpoint's URL for public, internal or admin use, or None."""
    url: str | None = endpoint.get(f"{interface}_url")
    return url


def find_endpoints(services: Sequence[Service], criteria: Criteria) -> list[Endpoint]:
    """Return every endpoint that matches, without duplicates.

    Raises NoEndpointError, which lists what exists, if none does.
    """
    return [flatten_endpoint(*candidate) for candidate in _unique(_with_url(_candidates(services, criteria), criteria))]


def criteria_from_filters(options: Mapping[str, Any]) -> Criteria:
    """Return the criteria in the catalog filters of a module (CATALOG_FILTERS in the options table)."""
    return Criteria(*(tuple(options.get(name) or ()) for name in Criteria._fields))


def criteria_of_one(service_type: str | None, service_name: str | None, options: Mapping[str, Any]) -> Criteria:
    """Return the criteria in the options that select one endpoint; an empty string counts as not given."""

    def alternatives(value: str | None) -> tuple[str, ...]:
        stripped = (value or "").strip(INVISIBLE)
        return (stripped,) if stripped else ()

    return Criteria(
        service_type=alternatives(service_type),
        service_name=alternatives(service_name),
        region=alternatives(options["region"]),
        version=alternatives(options["version"]),
        tenant=alternatives(options["tenant"]),
        interface=(options["interface"],),
    )


def filter_endpoints(services: Sequence[Service], criteria: Criteria) -> list[Endpoint]:
    """Return every endpoint that matches; unlike for a selection, an empty list is a valid result."""
    try:
        return find_endpoints(services, criteria)
    except NoEndpointError:
        return []


def select_endpoint(
    services: Sequence[Service], criteria: Criteria, default_region: str | None, other_way: str = "all=true"
) -> Endpoint:
    """Return the one endpoint that matches; if criteria has no region, prefer default_region.

    other_way: what to use where no option tells endpoints apart. Raises NoEndpointError if nothing matches, and
    AmbiguousEndpointError if several endpoints do.
    """
    pool = _candidates(services, criteria)
    if not criteria.region and default_region:
        pool = _keep(pool, _region, (default_region,)) or pool
    return flatten_endpoint(*_only(_unique(_with_url(pool, criteria)), criteria, other_way))


def _only(pool: Sequence[_Candidate], criteria: Criteria, other_way: str) -> _Candidate:
    if len(pool) == 1:
        return pool[0]
    what = _words(criteria)
    # What distinguishes the endpoints, and the option that decides.
    for option, value in _DISTINCTIONS:
        values, without = _values(pool, value), any(not _fold(value(candidate)) for candidate in pool)
        if len(values) > 1 or (values and without):
            several = "is offered by several services" if option == "name" else "has several endpoints"
            also = f"; for the one without a {option}, use {other_way}" if without else ""
            raise AmbiguousEndpointError(f"{what} {several}. Say which with {option}=: {_list(values)}{also}.")
    raise AmbiguousEndpointError(f"{what} has several endpoints that differ only in their URL; use {other_way}.")


def _candidates(services: Sequence[Service], criteria: Criteria) -> list[_Candidate]:
    return _of_version_and_tenant(_in_region(_of_service(services, criteria), criteria), criteria)


def _of_service(services: Sequence[Service], criteria: Criteria) -> list[Service]:
    if not services:
        raise NoEndpointError(
            "The catalog of this login is empty. Log in with an API key, with a tenant_id that has services, and not "
            "with include_endpoints=false."
        )
    types, names = _folded(criteria.service_type), _folded(criteria.service_name)
    pool = [service for service in services if not types or _fold(service.type) in types]
    if not pool:
        wanted, existing = _list(criteria.service_type), _list(_distinct(service.type for service in services))
        named_so = _distinct(one.name for one in services if _fold(one.name) in types)
        hint = f" {_list(named_so)} is the name of a service: use name=." if named_so else ""
        raise NoEndpointError(f"The catalog has no service of type {wanted}.{hint} Types: {existing or 'none'}.")
    named = [service for service in pool if not names or _fold(service.name) in names]
    if not named:
        wanted, existing = _list(criteria.service_name), _list(_distinct(service.name for service in pool))
        where = f"of type {_list(criteria.service_type)} " if types else ""
        of_type = _distinct(one.type for one in services if not types and _fold(one.type) in names)
        hint = f" {_list(of_type)} is the type of a service: use type=." if of_type else ""
        raise NoEndpointError(f"The catalog has no service {where}named {wanted}.{hint} Names: {existing or 'none'}.")
    return named


def _in_region(services: Sequence[Service], criteria: Criteria) -> list[_Candidate]:
    wanted = _folded(criteria.region)
    if not wanted:
        return [_Candidate(service, endpoint) for service in services for endpoint in service.endpoints]
    found = [
        _Candidate(service, endpoint)
        for service in services
        for endpoint in service.endpoints
        if _fold(endpoint.get("region")) in wanted
    ]
    regional = [service for service in services if any(_fold(one.get("region")) for one in service.endpoints)]
    regional_types = {_fold(service.type) for service in regional}
    found += [
        _Candidate(service, endpoint)
        for service in services
        if _fold(service.type) not in regional_types
        for endpoint in service.endpoints
    ]
    if found:
        return found
    regions = _distinct(one.get("region") for service in services for one in service.endpoints)
    text = f"{_words(criteria)} has no endpoint in region {_list(criteria.region)}. Regions: {_list(regions)}."
    names = {service.name for service in services if service.name} - {service.name for service in regional}
    if names:
        text += f" Without regions, and only by name=: {_list(sorted(name for name in names if name))}."
    raise NoEndpointError(text)


def _of_version_and_tenant(pool: list[_Candidate], criteria: Criteria) -> list[_Candidate]:
    for option, value, wanted in (("version", _version, criteria.version), ("tenant", _tenant, criteria.tenant)):
        found = _keep(pool, value, wanted)
        if not found:
            existing = _list(_values(pool, value)) or "none"
            text = f"{_words(criteria)} has no endpoint of {option} {_list(wanted)}."
            raise NoEndpointError(f"{text} {option.capitalize()}s: {existing}.")
        pool = found
    return pool


def _with_url(pool: list[_Candidate], criteria: Criteria) -> list[_Candidate]:
    if not criteria.interface:
        return pool
    found = [one for one in pool if any(url_of(one.endpoint, interface) for interface in criteria.interface)]
    if not found:
        interfaces = ("public", "internal", "admin")
        existing = [name for name in interfaces if any(url_of(one.endpoint, name) for one in pool)]
        text = f"{_words(criteria)} has no {_list(criteria.interface)} URL there."
        raise NoEndpointError(f"{text} Interfaces: {_list(existing) or 'none'}.")
    return found


_Value = Callable[[_Candidate], Optional[str]]


def _name(candidate: _Candidate) -> str | None:
    return candidate.service.name


def _type(candidate: _Candidate) -> str | None:
    return candidate.service.type


def _region(candidate: _Candidate) -> str | None:
    return candidate.endpoint.get("region")


def _version(candidate: _Candidate) -> str | None:
    version = candidate.endpoint.get("version")
    return version.get("id") if version else None


def _tenant(candidate: _Candidate) -> str | None:
    return candidate.endpoint.get("tenant_id")


_DISTINCTIONS = (("name", _name), ("type", _type), ("region", _region), ("version", _version), ("tenant", _tenant))


def _fold(text: str | None) -> str:
    """Return a text as it is compared: without regard to case, and to what is invisible around it."""
    return (text or "").strip(INVISIBLE).casefold()


def _folded(wanted: Iterable[str]) -> set[str]:
    return set(map(_fold, wanted))


def _keep(pool: list[_Candidate], value: _Value, wanted: Collection[str]) -> list[_Candidate]:
    if not wanted:
        return pool
    folded = _folded(wanted)
    return [candidate for candidate in pool if _fold(value(candidate)) in folded]


def _values(pool: Iterable[_Candidate], value: _Value) -> list[str]:
    return _distinct(map(value, pool))


def _distinct(texts: Iterable[str | None]) -> list[str]:
    """Return the texts that differ in more than case, sorted."""
    distinct: dict[str, str] = {}
    for text in sorted(text for text in texts if text and _fold(text)):
        distinct.setdefault(_fold(text), text)
    return list(distinct.values())


def _list(values: Iterable[str]) -> str:
    return ", ".join(values)


def _words(criteria: Criteria) -> str:
    """Name what was asked for, as the subject of a sentence."""
    if criteria.service_name:
        return f"The service {_list(criteria.service_name)}"
    return f"The service type {_list(criteria.service_type)}" if criteria.service_type else "The catalog"


def _unique(pool: Iterable[_Candidate]) -> list[_Candidate]:
    seen: dict[tuple[str, ...], _Candidate] = {}
    for candidate in pool:
        service, (region, tenant, version, *urls) = candidate.service, endpoint_key(candidate.endpoint)
        key = (*map(_fold, (service.type, service.name, region, tenant, version)), *urls)
        seen.setdefault(key, candidate)
    return list(seen.values())
