# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the attributes that all modules share."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode), and predicts changes.
  diff_mode:
    description: Shows in diff mode what changes.
  idempotent:
    description:
      - A second run with the same options changes nothing.
      - This assumes that nothing else has changed in between.
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
  action_group:
    description:
      - Use C(group/rackspace.identity.identity) in C(module_defaults).
      - Such defaults never reach lookups. C(rax_*) variables do.
    support: full
    membership:
      - rackspace.identity.identity
"""

    FACTS = r"""
options: {}
attributes:
  facts:
    description: Returns C(ansible_facts), which update those of the host.
"""
