# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which token a module is about. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of SUBJECT in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  token:
    description:
      - The token to ask with, as it is. O(tenant_id) and O(tenant_name) have no meaning for it.
      - If not given, the environment variable E(RAX_TOKEN) is used.
    type: str
    aliases: [auth_token]
  subject_token:
    description:
      - The token that this is about. If not given, it is the one that asks.
      - Where no way to log in is given, this token asks about itself.
    type: str
"""
