# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters' common face: options in, errors out, all in Ansible's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.rackspace.identity.plugins.module_utils import _locate
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, Option, by_name
from ansible_collections.rackspace.identity.plugins.module_utils._usable_facts import Catalog, catalog_of
from ansible_collections.rackspace.identity.plugins.plugin_utils import _memo


def select(value: object, **given: Any) -> Any:
    """The endpoint (or endpoints, with all) that the options in ENDPOINT_CHOICE mean; see the documentation."""
    # A template applies the filter to the same endpoints again and again, and looking through them is the most of it.
    key = (select, id(value), tuple(given.items()), tuple(map(type, given.values())))
    remembered = _memo.recall(key)
    answer = remembered[0] if remembered else _choose(value, given)
    if remembered is None:
        _memo.keep(key, [answer], lambda: True, value)
    return answer


def _choose(value: object, given: Mapping[str, Any]) -> Any:
    try:
        options = _read(given)
        found = _locate.pick(_catalog(value), options["type"], options)
    except IdentityError as error:
        raise AnsibleFilterError(f"rax_select: {error} (error.kind: {error.kind})") from None
    if options["all"]:
        return found
    return found[0] if found else ""


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    values = by_name(ENDPOINT_CHOICE, given)
    return {
        option.name: _converted(option, values[option.name]) if option.name in values else option.default
        for option in ENDPOINT_CHOICE
    }


def _converted(option: Option, value: Any) -> Any:
    if option.type == "bool":
        try:
            return boolean(value)
        except TypeError:
            raise OptionError(f"{option.name} is neither true nor false.") from None
    if option.type == "str":
        if isinstance(value, (Mapping, list, tuple)):
            raise OptionError(f"{option.name} is not a text.")
        value = str(value)
    if option.choices and value not in option.choices:
        raise OptionError(f"{option.name} is none of {', '.join(option.choices)}.")
    return value


def _catalog(value: object) -> Catalog:
    endpoints, region = value, None
    if isinstance(value, Mapping):
        endpoints, region = value.get("endpoints"), value.get("default_region")
    catalog = catalog_of(endpoints, region)
    if catalog is None:
        raise OptionError(
            "The input is no list of endpoints. Give the endpoints that rax_identity_token returns, "
            "or the fact rax_identity."
        )
    return catalog
