# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter rackspace.identity.rax_select."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_select
short_description: Select an endpoint from a list
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Selects an endpoint in the same way as the lookup P(rackspace.identity.rax_endpoint#lookup), but from endpoints that
    you already have. It never logs in.
extends_documentation_fragment:
  - rackspace.identity._choice
options:
  _input:
    description:
      - A list of endpoints, such as RV(rackspace.identity.rax_identity_token#module:endpoints).
      - Or a dictionary with such a list in C(endpoints), such as the fact C(rax_identity). In this case, its
        C(default_region) is used like the user's default region in the lookup.
    type: raw
    required: true
seealso:
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
  - name: Finding endpoints
    description: The guide to how an endpoint is selected.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/endpoint_guide.rst
"""

EXAMPLES = r"""
- name: Log in
  rackspace.identity.rax_identity_token:
  register: login

- name: Show the URL of Cloud Files in DFW
  ansible.builtin.debug:
    msg: >-
      {{ login.endpoints
         | rackspace.identity.rax_select(type='object-store', region='DFW') }}

- name: Show its internal URL in the user's default region
  ansible.builtin.debug:
    msg: >-
      {{ ansible_facts.rax_identity
         | rackspace.identity.rax_select(type='object-store',
                                         interface='internal') }}
"""

RETURN = r"""
_value:
  description:
    - The URL. With O(detail=true), the endpoint. With O(all=true), a list of URLs or endpoints.
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._filter import select


class FilterModule:
    """The filters of the collection."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"rax_select": select}
