# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog in a host's fact rax_identity: when a lookup may rely on it instead of a login."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from ansible_collections.rackspace.identity.plugins.module_utils._address import service_url
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service, services_of
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._times import parse_time


class Catalog(NamedTuple):
    """Services to choose from, and the region to prefer. still_good tells whether they would do now, too."""

    services: Sequence[Service]
    default_region: str | None
    still_good: Callable[[], bool] | None = None


def usable_catalog(
    fact: object, options: Mapping[str, Any], sources: Mapping[str, str], now: datetime
) -> Catalog | None:
    """The catalog in a host's fact, where it is complete, unexpired, and of the login that the options mean.

    Only options that somebody gave (those in sources) can contradict the fact.
    """
    if not isinstance(fact, Mapping) or fact.get("complete") is not True or _contradicts(fact, options, sources):
        return None
    try:
        last = parse_time(str(fact.get("expires"))).timestamp()
    except ValueError:
        return None
    catalog = catalog_of(fact.get("endpoints"), fact.get("default_region")) if now.timestamp() < last else None
    return catalog._replace(still_good=lambda: time.time() < last) if catalog else None


def catalog_of(endpoints: object, region: object) -> Catalog | None:
    """The catalog that a list of endpoints is; None for what is none: facts are what a host says, and can be anything.

    region: the one to prefer, where it is one.
    """
    if not isinstance(endpoints, list) or not all(_is_endpoint(endpoint) for endpoint in endpoints):
        return None
    return Catalog(services_of(endpoints), region if isinstance(region, str) else None)


_members = itemgetter(
    "service_name", "service_type", "region", "tenant_id", "public_url", "internal_url", "admin_url", "version"
)
_KINDS_OF_TEXTS = frozenset({str, type(None)})


def _is_endpoint(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    try:
        *texts, version = _members(value)
        texts.append(version["id"])
    except (KeyError, TypeError):
        return False
    # The first is quick: there can be thousands. Ansible's own texts are of other classes.
    return _KINDS_OF_TEXTS.issuperset(map(type, texts)) or all(text is None or isinstance(text, str) for text in texts)


def _contradicts(fact: Mapping[str, Any], options: Mapping[str, Any], sources: Mapping[str, str]) -> bool:
    # Whose token or file it is cannot be told without a request.
    if not sources.keys().isdisjoint(("token", "passcode", "credentials_file")):
        return True
    if "username" in sources and options["username"] != fact.get("username"):
        return True
    if "identity_url" in sources and not _same_service(options["identity_url"], fact.get("identity_url")):
        return True
    tenants = [options[name] for name in ("tenant_id", "tenant_name") if name in sources]
    return any(tenant != fact.get("tenant_id") for tenant in tenants)


def _same_service(one: str, other: object) -> bool:
    try:
        theirs = service_url(other, "") if isinstance(other, str) else None
    except OptionError:
        # The fact's own: nobody has given it as an option.
        theirs = None
    return service_url(one, "") == theirs
