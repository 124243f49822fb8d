# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter rackspace.identity.rax_select."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_select
short_description: Choose an endpoint out of a list
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Makes the same choice as the lookup P(rackspace.identity.rax_endpoint#lookup), out of endpoints that are at hand
    already. It never logs in.
extends_documentation_fragment:
  - rackspace.identity._choice
options:
  _input:
    description:
      - A list of endpoints, as RV(rackspace.identity.rax_identity_token#module:endpoints) is.
      - Or a dictionary with such a list in C(endpoints), as the fact C(rax_identity) is. Its C(default_region) counts
        then, as it does for the lookup.
    type: raw
    required: true
seealso:
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Log in
  rackspace.identity.rax_identity_token:
  register: login

- name: Show where Cloud Files is in DFW
  ansible.builtin.debug:
    msg: "{{ login.endpoints | rackspace.identity.rax_select(type='object-store', region='DFW') }}"

- name: Show where it is in the user's default region, from within that region
  ansible.builtin.debug:
    msg: "{{ ansible_facts.rax_identity | rackspace.identity.rax_select(type='object-store', interface='internal') }}"
"""

RETURN = r"""
_value:
  description:
    - The URL, or the endpoint with O(detail=true); a list of them with O(all=true).
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.rackspace.identity.plugins.plugin_utils._select import select


class FilterModule:
    """The filters of the collection."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters, by name."""
        return {"rax_select": select}
