# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rackspace.identity.rax_token."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_token
short_description: Get a Rackspace Cloud Identity token
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Returns a token for the C(X-Auth-Token) header of requests to any Rackspace service.
  - Returns the cached token if it remains valid for at least O(min_ttl) seconds. Otherwise, logs in.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._credentials.plugins
  - rackspace.identity._connection.plugins
  - rackspace.identity._cache.plugins
  - rackspace.identity._catalog_defaults.plugins
options:
  _terms:
    description:
      - This lookup does not take any terms.
    type: list
    elements: str
  renew:
    description:
      - Whether to log in even if a token is cached, and even if the service has just refused the login.
      - A template that contains the lookup can be evaluated several times, and then logs in each time. Use it in
        C(set_fact), or use the module M(rackspace.identity.rax_identity_token).
    version_added: 1.0.0
    type: bool
    default: false
notes:
  - Lookups run on the controller, in the environment of the C(ansible-playbook) process. The C(environment) keyword of
    a task does not affect them.
seealso:
  - module: rackspace.identity.rax_identity_token
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
  - name: Logging in
    description: The guide to the ways to log in, and where values come from.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/login_guide.rst
  - name: One login for a whole playbook
    description: The guide to the token cache.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/cache_guide.rst
"""

EXAMPLES = r"""
- name: List the containers in DFW
  ansible.builtin.uri:
    url: >-
      {{ lookup('rackspace.identity.rax_endpoint',
         type='object-store', region='DFW') }}
    headers:
      X-Auth-Token: "{{ lookup('rackspace.identity.rax_token') }}"
      Accept: application/json
    status_code: [200, 204]
  no_log: true
"""

RETURN = r"""
_raw:
  description:
    - The token. Anyone who has it can act as the user.
  type: list
  elements: str
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._operations import token
from ..plugin_utils._lookup import IdentityLookup


class LookupModule(IdentityLookup):
    """The lookup rax_token."""

    OPTIONS = token.OPTIONS

    def run(self, terms: Sequence[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Return one token; see the documentation."""
        return self.run_operation(terms, variables, kwargs, token.run, is_secret=True)
