# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a catalog from the fact rax_identity of a host, or from a list of endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from .. import _clock
from .._errors import OptionError
from .._identity_url import service_url
from .._models import Service
from .._timestamps import parse_timestamp
from .services import group_by_service


class Catalog(NamedTuple):
    """Services to select from, and the region to prefer. is_current tells whether they still hold later on."""

    services: Sequence[Service]
    default_region: str | None
    is_current: Callable[[], bool] | None = None


def catalog_from_fact(
    fact: object, options: Mapping[str, Any], sources: Mapping[str, str], now: datetime
) -> Catalog | None:
    """Return the catalog in a host's fact if it is complete, unexpired, and of the login that the options describe.

    Only options that were given (those in sources) can contradict the fact.
    """
    if not isinstance(fact, Mapping) or fact.get("complete") is not True or _contradicts(fact, options, sources):
        return None
    try:
        expires = parse_timestamp(str(fact.get("expires")))
    except ValueError:
        return None
    if now >= expires:
        return None
    catalog = catalog_from_endpoints(fact.get("endpoints"), fact.get("default_region"))
    return catalog._replace(is_current=lambda: _clock.now() < expires) if catalog else None


def catalog_from_endpoints(endpoints: object, default_region: object) -> Catalog | None:
    """Return the catalog in a flat list of endpoints, or None if it is not one.

    Facts are whatever a host says, so nothing about either value is taken for granted.
    """
    if not isinstance(endpoints, list) or not all(_is_endpoint(endpoint) for endpoint in endpoints):
        return None
    return Catalog(group_by_service(endpoints), default_region if isinstance(default_region, str) else None)


_members = itemgetter(
    "service_name", "service_type", "region", "tenant_id", "public_url", "internal_url", "admin_url", "version"
)
_STRING_OR_NULL = frozenset({str, type(None)})


def _is_endpoint(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    try:
        *strings, version = _members(value)
        strings.append(version["id"])
    except (KeyError, TypeError):
        return False
    # The first test is fast, and there can be thousands of endpoints. Ansible's own strings are subclasses.
    return _STRING_OR_NULL.issuperset(map(type, strings)) or all(
        text is None or isinstance(text, str) for text in strings
    )


def _contradicts(fact: Mapping[str, Any], options: Mapping[str, Any], sources: Mapping[str, str]) -> bool:
    # Only a request could tell whose token or file it is.
    if not sources.keys().isdisjoint(("token", "passcode", "credentials_file")):
        return True
    if "username" in sources and options["username"] != fact.get("username"):
        return True
    if "identity_url" in sources and not _is_same_service(options["identity_url"], fact.get("identity_url")):
        return True
    tenants = [options[name] for name in ("tenant_id", "tenant_name") if name in sources]
    return any(tenant != fact.get("tenant_id") for tenant in tenants)


def _is_same_service(identity_url: str, other: object) -> bool:
    try:
        other_url = service_url(other, "") if isinstance(other, str) else None
    except OptionError:
        # The fact's URL is not an option, so it is not an error of the user's.
        other_url = None
    return service_url(identity_url, "") == other_url
