#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_token_revoke."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_token_revoke
short_description: Revoke a token of Rackspace Cloud Identity
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Ends the life of a token, so that nobody can use it any more.
  - Everybody may revoke their own token; those of others only user administrators of the same account and identity
    administrators.
  - It makes sure. Whatever the service answers but that the token is revoked, the token is validated, and where it
    still lives, it is revoked in another way or the task fails.
  - Where no token is given, it revokes what the cache holds for the credentials and the tenant. That is one token,
    unless some logins asked for more than others, such as O(rackspace.identity.rax_identity_token#module:scope). It
    never logs in only to revoke the token of that login.
  - What is revoked leaves the cache.
extends_documentation_fragment:
  - rackspace.identity._login
  - rackspace.identity._subject
  - rackspace.identity._attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode the token is validated, to say what would happen.
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - module: rackspace.identity.rax_identity_token
  - module: rackspace.identity.rax_token_info
"""

EXAMPLES = r"""
- name: Revoke a token
  rackspace.identity.rax_token_revoke:
    token: "{{ login.token.id }}"

- name: Revoke the token of somebody who has left, as an administrator
  rackspace.identity.rax_token_revoke:
    username: demoadmin
    api_key: "{{ vault_rax_api_key }}"
    subject_token: "{{ user_token }}"
"""

RETURN = r"""
changed:
  description: Whether the token was alive before, and is revoked now (in check mode, would be).
  returned: success
  type: bool
  sample: true
revoked:
  description:
    - Whether the token is gone now. False in check mode where it still lives, and where there was no token to revoke.
  returned: success
  type: bool
  sample: true
error:
  description: What exactly went wrong, as in RV(rackspace.identity.rax_identity_token#module:error).
  returned: failure
  type: dict
"""

from ansible_collections.rackspace.identity.plugins.module_utils import _revoke
from ansible_collections.rackspace.identity.plugins.module_utils._module import run_module


def main() -> None:
    """Revoke a token."""
    run_module(_revoke.run, _revoke.OPTIONS)


if __name__ == "__main__":
    main()
