#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_token_info."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_token_info
short_description: Validate a Rackspace Cloud Identity token
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Asks the Rackspace Cloud Identity service whether a token is valid, who it belongs to, and what it can be used for.
  - All users can validate their own tokens. The tokens of other users can only be validated by user administrators of
    the same account and by identity administrators.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._catalog
  - rackspace.identity._subject
  - rackspace.identity._user
  - rackspace.identity._attributes
attributes:
  check_mode:
    support: full
    details:
      - This action does not modify state.
  diff_mode:
    support: N/A
    details:
      - This action does not modify state.
  idempotent:
    support: full
    details:
      - This action does not modify state.
options:
  belongs_to:
    description:
      - The ID of a tenant that the token must be valid for.
    type: str
  list_endpoints:
    description:
      - Whether to return the endpoints that the token can be used for in RV(endpoints). The catalog filters apply to
        them.
      - This takes an additional request.
    type: bool
    default: false
seealso:
  - module: rackspace.identity.rax_identity_token
  - module: rackspace.identity.rax_token_revoke
  - name: Validating and revoking tokens
    description: The guide to the life of a token.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/token_guide.rst
"""

EXAMPLES = r"""
- name: Log in
  rackspace.identity.rax_identity_token:
  register: login

- name: Ask how long the token remains valid
  rackspace.identity.rax_token_info:
    token: "{{ login.token.id }}"
  register: info

- name: Show it
  ansible.builtin.debug:
    msg: "The token is valid for another {{ info.token.expires_in }} seconds."

- name: List the endpoints in DFW that the token can be used for
  rackspace.identity.rax_token_info:
    token: "{{ login.token.id }}"
    list_endpoints: true
    region: DFW
  register: info

- name: Check that the token of another user is valid for a tenant, as an administrator
  rackspace.identity.rax_token_info:
    username: demoadmin
    api_key: "{{ vault_admin_api_key }}"
    subject_token: "{{ user_token }}"
    belongs_to: "123456"
  register: info
  failed_when: info is failed or not info.valid
"""

RETURN = r"""
valid:
  description:
    - Whether the token is valid. If the service does not know the token, or if the token is not valid for the tenant in
      O(belongs_to), this is V(false) and the module does not fail.
  returned: success
  type: bool
  sample: true
reason:
  description: Why the token is not valid. Null if it is valid.
  returned: success
  type: str
  sample: The token has expired, was revoked, or never existed.
token:
  description: The token, as in RV(rackspace.identity.rax_identity_token#module:token). Null if it is not valid.
  returned: success
  type: dict
user:
  description:
    - Its user, as in RV(rackspace.identity.rax_identity_token#module:user). Null if the token is not valid.
  returned: success
  type: dict
impersonator:
  description: The user who impersonates RV(user), in the same format as RV(user). Null if there is no impersonation.
  returned: success
  type: dict
endpoints:
  description:
    - The endpoints, as in RV(rackspace.identity.rax_identity_token#module:endpoints). Empty unless
      O(list_endpoints=true).
  returned: success
  type: list
  elements: dict
extra:
  description: Further attributes of the response, under the names that the service uses.
  returned: when there are any
  type: dict
error:
  description: Details about the failure, as in RV(rackspace.identity.rax_identity_token#module:error).
  returned: failure
  type: dict
"""

from ..module_utils._operations import token_info
from ..module_utils._run_module import run_module


def main() -> None:
    """Validate a token."""
    run_module(token_info)


if __name__ == "__main__":
    main()
