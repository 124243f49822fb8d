# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say which token a module acts on. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of SUBJECT in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  token:
    description:
      - The token that authenticates the request. It is used as is, and O(tenant_id) and O(tenant_name) have no effect.
      - If not set, the environment variable E(RAX_TOKEN) is used.
    type: str
    aliases: [auth_token]
  subject_token:
    description:
      - The token that this module acts on. If not set, this is the token that authenticates the request.
      - If you do not provide a way to log in, the subject token authenticates the request itself.
    type: str
"""
