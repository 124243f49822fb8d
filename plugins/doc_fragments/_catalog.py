# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog filters of modules that return endpoints. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of CATALOG_FILTERS in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  service_type:
    description:
      - Only return endpoints of services of these types, for example V(object-store) or V(rax:dns).
      - Types, names, regions, versions and tenants are compared case-insensitively.
    type: list
    elements: str
    aliases: [type]
  service_name:
    description:
      - Only return endpoints of services with these names, for example V(cloudServersOpenStack).
    type: list
    elements: str
  region:
    description:
      - Only return endpoints in these regions, for example V(DFW).
      - A service without regions, such as V(rax:dns), matches every region. First-generation V(compute) has no regions
        either, but does not stand in for a region of the second generation.
    type: list
    elements: str
  interface:
    description:
      - Only return endpoints that have a URL for one of these interfaces.
      - V(internal) is ServiceNet, which is free of charge and can only be reached from within the same region.
    type: list
    elements: str
    choices: [public, internal, admin]
  version:
    description:
      - Only return endpoints of these API versions, for example V(2).
    type: list
    elements: str
  tenant:
    description:
      - Only return endpoints of these tenants.
    type: list
    elements: str
"""
