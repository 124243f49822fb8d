# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rackspace.identity.rax_token."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: rax_token
short_description: A token of Rackspace Cloud Identity
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Returns a token, for the header C(X-Auth-Token) of requests to any Rackspace service. It is the one that is kept in
    the cache, as long as that has O(min_ttl) seconds to live, and else one of a new login.
extends_documentation_fragment:
  - rackspace.identity._login
  - rackspace.identity._login.plugins
options:
  _terms:
    description:
      - There are none.
    type: list
    elements: str
notes:
  - Lookups run on the controller, in the environment of the C(ansible-playbook) process. The C(environment) of a task
    does not reach them.
seealso:
  - module: rackspace.identity.rax_identity_token
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: List the containers in DFW
  ansible.builtin.uri:
    url: "{{ lookup('rackspace.identity.rax_endpoint', type='object-store', region='DFW') }}"
    headers:
      X-Auth-Token: "{{ lookup('rackspace.identity.rax_token') }}"
      Accept: application/json
  no_log: true
"""

RETURN = r"""
_raw:
  description:
    - The token. Whoever has it is the user.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _session
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, Context
from ansible_collections.rackspace.identity.plugins.plugin_utils._lookup import IdentityLookup


class LookupModule(IdentityLookup):
    """The lookup rax_token."""

    OPTIONS = LOGIN

    def run(self, terms: Sequence[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """One token; see the documentation."""

        def work(options: dict[str, Any], context: Context) -> tuple[list[Any], Callable[[], bool] | None]:
            if terms:
                raise OptionError("rax_token takes no terms, only options such as username=.")
            session = _session.log_in(options, context)
            return [session.access.token.id], session.still_good

        return self.answer(terms, variables, kwargs, work, is_secret=True)
