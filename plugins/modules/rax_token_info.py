#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_token_info."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_token_info
short_description: Validate a token of Rackspace Cloud Identity
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Asks the Rackspace Cloud Identity service whether a token is valid, whose it is, and what it is good for.
  - Everybody may validate their own token; those of others only user administrators of the same account and identity
    administrators.
extends_documentation_fragment:
  - rackspace.identity._login
  - rackspace.identity._catalog
  - rackspace.identity._subject
  - rackspace.identity._user
  - rackspace.identity._attributes
attributes:
  check_mode:
    support: full
    details:
      - It only asks.
  diff_mode:
    support: N/A
    details:
      - It only asks.
  idempotent:
    support: full
    details:
      - It only asks.
options:
  belongs_to:
    description:
      - The ID of a tenant that the token must be valid for.
    type: str
  list_endpoints:
    description:
      - Whether to return the endpoints that the token is good for, in RV(endpoints).
      - It is one more request. The catalog filters apply to it.
    type: bool
    default: false
seealso:
  - module: rackspace.identity.rax_identity_token
  - module: rackspace.identity.rax_token_revoke
"""

EXAMPLES = r"""
- name: See how long a token is still good
  rackspace.identity.rax_token_info:
    token: "{{ login.token.id }}"
  register: info

- name: Check that a user's token is valid for a tenant, as an administrator
  rackspace.identity.rax_token_info:
    username: demoadmin
    api_key: "{{ vault_rax_api_key }}"
    subject_token: "{{ user_token }}"
    belongs_to: "123456"
  register: info
  failed_when: info.error is defined or not info.valid

- name: List where a token can be used in DFW
  rackspace.identity.rax_token_info:
    token: "{{ login.token.id }}"
    list_endpoints: true
    region: DFW
  register: info
"""

RETURN = r"""
valid:
  description:
    - Whether the token is valid. A token that the service does not know, or not for the tenant in O(belongs_to), makes
      this false and is no failure.
  returned: success
  type: bool
  sample: true
reason:
  description: Why the token is not valid; null where it is.
  returned: success
  type: str
  sample: The token has expired, was revoked, or never was.
token:
  description: The token, as in RV(rackspace.identity.rax_identity_token#module:token). Null where it is not valid.
  returned: success
  type: dict
user:
  description: Its user, as in RV(rackspace.identity.rax_identity_token#module:user). Null where it is not valid.
  returned: success
  type: dict
impersonator:
  description: Who uses the token in the user's place, in the same form as RV(user). Null where nobody does.
  returned: success
  type: dict
endpoints:
  description:
    - The endpoints, as in RV(rackspace.identity.rax_identity_token#module:endpoints); empty without
      O(list_endpoints=true).
  returned: success
  type: list
  elements: dict
extra:
  description: What else the service says in its answer, by the service's names.
  returned: when there is something
  type: dict
error:
  description: What exactly went wrong, as in RV(rackspace.identity.rax_identity_token#module:error).
  returned: failure
  type: dict
"""

from ansible_collections.rackspace.identity.plugins.module_utils import _inspect
from ansible_collections.rackspace.identity.plugins.module_utils._module import run_module


def main() -> None:
    """Look at a token."""
    run_module(_inspect.run, _inspect.OPTIONS)


if __name__ == "__main__":
    main()
