#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_token_revoke."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_token_revoke
short_description: Revoke a Rackspace Cloud Identity token
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Revokes a token, so that it can no longer be used.
  - All users can revoke their own tokens. The tokens of other users can only be revoked by user administrators of the
    same account and by identity administrators.
  - Makes sure that the token is revoked. If the service responds with anything but success, the module validates the
    token. If the token is still valid, the module revokes it in another way, or fails.
  - If you do not provide a token, the module revokes what is cached for the credentials and the tenant. This is a
    single token, unless some logins used other options as well, such as
    O(rackspace.identity.rax_identity_token#module:scope). The module never logs in just to revoke the resulting token.
  - Revoked tokens are removed from the cache. If the module runs on another machine, they are also removed from the
    cache of the controller; by an async task as soon as it starts.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._subject
  - rackspace.identity._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode, the token is validated to determine what would happen.
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - module: rackspace.identity.rax_identity_token
  - module: rackspace.identity.rax_token_info
  - name: Validating and revoking tokens
    description: The guide to the life of a token.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/token_guide.rst
"""

EXAMPLES = r"""
- name: Log in
  rackspace.identity.rax_identity_token:
  register: login

- name: Revoke the token
  rackspace.identity.rax_token_revoke:
    token: "{{ login.token.id }}"

- name: Revoke the token of a user who has left, as an administrator
  rackspace.identity.rax_token_revoke:
    username: demoadmin
    api_key: "{{ vault_admin_api_key }}"
    subject_token: "{{ user_token }}"
"""

RETURN = r"""
changed:
  description: Whether the token was valid before and has been revoked. In check mode, whether it would be revoked.
  returned: success
  type: bool
  sample: true
revoked:
  description:
    - Whether the token is now gone. This is V(false) if there was no token to revoke, and in check mode if the token is
      still valid.
  returned: success
  type: bool
  sample: true
error:
  description: Details about the failure, as in RV(rackspace.identity.rax_identity_token#module:error).
  returned: failure
  type: dict
"""

from ..module_utils._operations import token_revoke
from ..module_utils._run_module import run_module


def main() -> None:
    """Revoke a token."""
    run_module(token_revoke)


if __name__ == "__main__":
    main()
