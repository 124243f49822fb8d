# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options and errors of filters, in Ansible's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._catalog.catalog import Catalog, catalog_from_endpoints
from ..module_utils._errors import IdentityError, OptionError
from ..module_utils._operations import endpoint
from ..module_utils._options import ENDPOINT_CHOICE, Option, by_name
from . import _memo
from ._variables import is_omitted


def select(value: object, **given: Any) -> Any:
    """Return the endpoint (or endpoints, with all) that the options in ENDPOINT_CHOICE select."""
    # A template applies the filter to the same endpoints again and again, and searching them costs most.
    key = (select, id(value), tuple(given.items()), tuple(map(type, given.values())))
    stored = _memo.find(key)
    result = stored[0] if stored else _choose(value, given)
    if stored is None:
        _memo.store(key, [result], lambda: True, value)
    return result


def _choose(value: object, given: Mapping[str, Any]) -> Any:
    try:
        options = _read_options(given)
        found = endpoint.choose(_catalog(value), options["type"], options)
    except IdentityError as error:
        raise AnsibleFilterError(f"rax_select: {error} (error.kind: {error.kind})") from None
    if options["all"]:
        return found
    return found[0] if found else ""


def _read_options(given: Mapping[str, Any]) -> dict[str, Any]:
    values = by_name(ENDPOINT_CHOICE, {name: value for name, value in given.items() if not is_omitted(value)})
    return {
        option.name: _convert(option, values[option.name]) if option.name in values else option.default
        for option in ENDPOINT_CHOICE
    }


def _convert(option: Option, value: Any) -> Any:
    if option.type == "bool":
        try:
            return boolean(value)
        except TypeError:
            raise OptionError(f"{option.name} must be true or false.") from None
    if option.type == "str":
        if isinstance(value, (Mapping, list, tuple)):
            raise OptionError(f"{option.name} must be a string.")
        value = str(value)
    if option.choices and value not in option.choices:
        raise OptionError(f"{option.name} must be one of {', '.join(option.choices)}.")
    return value


def _catalog(value: object) -> Catalog:
    endpoints, default_region = value, None
    if isinstance(value, Mapping):
        endpoints, default_region = value.get("endpoints"), value.get("default_region")
    catalog = catalog_from_endpoints(endpoints, default_region)
    if catalog is None:
        raise OptionError(
            "The input is not a list of endpoints. Give the endpoints that rax_identity_token returns, "
            "or the fact rax_identity."
        )
    return catalog
