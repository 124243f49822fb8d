# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rackspace.identity.rax_endpoint."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_endpoint
short_description: The URL of a Rackspace service
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Looks the URL of a service up in the catalog of the user, so that no playbook needs to spell it out.
  - It logs in once for all its terms, and not at all where the host has the fact C(rax_identity) of the same login,
    unexpired and complete. The module M(rackspace.identity.rax_identity_token) leaves that fact.
  - Types, names, regions, versions and tenants are compared without regard to case.
  - No match is an error that lists what exists. So is more than one, with the option that decides.
extends_documentation_fragment:
  - rackspace.identity._login
  - rackspace.identity._login.plugins
  - rackspace.identity._choice
options:
  _terms:
    description:
      - Service types, one URL for each. The same as O(type), for several at once.
    type: list
    elements: str
notes:
  - Lookups run on the controller, in the environment of the C(ansible-playbook) process. The C(environment) of a task
    does not reach them.
seealso:
  - module: rackspace.identity.rax_identity_token
"""

EXAMPLES = r"""
- name: Show where Cloud Files is in DFW
  ansible.builtin.debug:
    msg: "{{ lookup('rackspace.identity.rax_endpoint', type='object-store', region='DFW') }}"

- name: Look up two services with one login
  ansible.builtin.debug:
    msg: "{{ query('rackspace.identity.rax_endpoint', 'object-store', 'rax:dns', region='DFW') }}"

- name: Choose between the two generations of servers
  ansible.builtin.debug:
    msg: "{{ lookup('rackspace.identity.rax_endpoint', type='compute', name='cloudServersOpenStack', region='IAD') }}"

- name: List every endpoint in DFW
  ansible.builtin.debug:
    msg: "{{ query('rackspace.identity.rax_endpoint', region='DFW', all=true, detail=true) }}"

- name: Go on without a service that the account may not have
  ansible.builtin.debug:
    msg: "{{ lookup('rackspace.identity.rax_endpoint', type='rax:bigdata', on_missing='default', default='none') }}"
"""

RETURN = r"""
_raw:
  description:
    - One URL for each term, or each match with O(all=true); dictionaries with O(detail=true).
  type: list
  elements: raw
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _locate
from ansible_collections.rackspace.identity.plugins.module_utils._options import ENDPOINT_CHOICE, LOGIN, Context
from ansible_collections.rackspace.identity.plugins.plugin_utils._lookup import IdentityLookup


class LookupModule(IdentityLookup):
    """The lookup rax_endpoint."""

    OPTIONS = LOGIN + ENDPOINT_CHOICE

    def run(self, terms: Sequence[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """One URL for each term; see the documentation."""
        fact = ((variables or {}).get("ansible_facts") or {}).get("rax_identity")

        def work(options: dict[str, Any], context: Context) -> tuple[list[Any], Callable[[], bool] | None]:
            return _locate.run([str(term) for term in terms], options, context, fact)

        return self.answer(terms, variables, kwargs, work, fact)
