# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rackspace.identity.rax_endpoint."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_endpoint
short_description: Look up the URL of a Rackspace service
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Looks up the URL of a service in the user's catalog, so that you do not have to hard-code it in playbooks.
  - Logs in once for all its terms. Does not log in at all if the host has the fact C(rax_identity) of the same login,
    and this fact is complete and has not expired. The module M(rackspace.identity.rax_identity_token) sets the fact.
  - Types, names, regions, versions and tenants are compared case-insensitively.
  - If nothing matches, the lookup fails and lists what exists, unless O(on_missing) says otherwise. A failed login is
    always an error. If more than one endpoint matches, it fails and names
    the option that decides.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._credentials.plugins
  - rackspace.identity._connection.plugins
  - rackspace.identity._cache.plugins
  - rackspace.identity._catalog_defaults.plugins
  - rackspace.identity._choice
options:
  _terms:
    description:
      - Service types. One URL is returned for each of them.
      - Use this instead of O(type) to look up several services at once.
    type: list
    elements: str
notes:
  - Lookups run on the controller, in the environment of the C(ansible-playbook) process. The C(environment) keyword of
    a task does not affect them.
seealso:
  - module: rackspace.identity.rax_identity_token
  - name: Finding endpoints
    description: The guide to how an endpoint is selected.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/endpoint_guide.rst
  - name: Logging in
    description: The guide to the ways to log in, and where values come from.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/login_guide.rst
"""

EXAMPLES = r"""
- name: Show the URL of Cloud Files in DFW
  ansible.builtin.debug:
    msg: >-
      {{ lookup('rackspace.identity.rax_endpoint',
               type='object-store', region='DFW') }}

- name: Look up two services with one login
  ansible.builtin.debug:
    msg: >-
      {{ query('rackspace.identity.rax_endpoint',
         'object-store', 'rax:dns', region='DFW') }}

- name: Choose one of the two generations of Cloud Servers
  ansible.builtin.debug:
    msg: >-
      {{ lookup('rackspace.identity.rax_endpoint', type='compute',
         name='cloudServersOpenStack', region='IAD') }}

- name: List all endpoints in DFW
  ansible.builtin.debug:
    msg: >-
      {{ query('rackspace.identity.rax_endpoint',
         region='DFW', all=true, detail=true) }}

- name: Continue without a service that the account may not have
  ansible.builtin.debug:
    msg: >-
      {{ lookup('rackspace.identity.rax_endpoint', type='rax:bigdata',
         on_missing='default', default='none') }}
"""

RETURN = r"""
_raw:
  description:
    - One URL for each term. With O(all=true), one for each match. With O(detail=true), dictionaries instead of URLs.
  type: list
  elements: raw
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._operations import endpoint
from ..plugin_utils._lookup import IdentityLookup


class LookupModule(IdentityLookup):
    """The lookup rax_endpoint."""

    OPTIONS = endpoint.OPTIONS

    def run(self, terms: Sequence[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Return one URL for each term; see the documentation."""
        return self.run_operation(terms, variables, kwargs, endpoint.run)
