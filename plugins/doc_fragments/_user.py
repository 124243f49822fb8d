# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say what to return about a user. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of USER_PARAMETERS in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  apply_rcn_roles:
    description:
      - Whether to also return the roles and endpoints that the user has through Rackspace Cloud Network (RCN) roles.
    type: bool
    default: false
  include_accessible_domains:
    description:
      - Whether to also return the domains that the user can access, in C(user.accessible_domains).
      - Not available when logging in with O(token) or O(passcode).
    type: bool
    default: false
"""
