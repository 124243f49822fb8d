# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A catalog to select from: that of a login, or any list of endpoints at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from .._models import Service
from .services import flatten, group_by_service


class Catalog(NamedTuple):
    """Services to select from, and the region to prefer."""

    services: Sequence[Service]
    default_region: str | None


def catalog_from_endpoints(endpoints: object, default_region: object) -> Catalog | None:
    """Return the catalog in a flat list of endpoints, or None if it is not one.

    Both values may come from a host, so nothing about them is taken for granted.
    """
    if not isinstance(endpoints, list) or not all(_is_endpoint(endpoint) for endpoint in endpoints):
        return None
    return Catalog(group_by_service(endpoints), default_region if isinstance(default_region, str) else None)


def handed_over(catalog: Catalog) -> dict[str, Any]:
    """Return a catalog as an action hands it over to a module."""
    return {"endpoints": flatten(catalog.services), "default_region": catalog.default_region}


def taken_over(value: object) -> Catalog | None:
    """Return the catalog that an action has handed over, or None without one."""
    if not isinstance(value, Mapping):
        return None
    return catalog_from_endpoints(value.get("endpoints"), value.get("default_region"))


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
