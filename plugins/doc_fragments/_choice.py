# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that select an endpoint. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of ENDPOINT_CHOICE in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  type:
    description:
      - The type of the service, for example V(object-store), V(compute) or V(rax:dns).
    type: str
    aliases: [service_type]
  name:
    description:
      - The name of the service, for example V(cloudServersOpenStack). Use it when several services have the same type.
    type: str
    aliases: [service_name]
  region:
    description:
      - The region, for example V(DFW).
      - If not set, the user's default region is used if the service has an endpoint there, otherwise the only region
        of the service.
      - A service without regions, such as V(rax:dns), matches every region. First-generation V(compute) has no regions
        either, but does not stand in for a region of the second generation.
    type: str
  interface:
    description:
      - Which URL of the endpoint to return.
      - V(internal) is ServiceNet, which is free of charge and can only be reached from within the same region.
    type: str
    choices: [public, internal, admin]
    default: public
  version:
    description:
      - The version of the service's API, for example V(2).
    type: str
  tenant:
    description:
      - The tenant of the endpoint.
    type: str
  all:
    description:
      - Whether to return every match instead of a single one.
      - Without a type and a name, this returns the whole catalog.
    type: bool
    default: false
  detail:
    description:
      - Whether to return the endpoint as a dictionary instead of its URL. For its keys, see
        RV(rackspace.identity.rax_identity_token#module:endpoints).
    type: bool
    default: false
  on_missing:
    description:
      - What to do if no endpoint matches. Every other failure remains an error.
      - With V(error), fail and list what exists.
      - With V(empty), return nothing.
      - With V(default), return O(default).
    type: str
    choices: [error, empty, default]
    default: error
  default:
    description:
      - The value to return if no endpoint matches. Requires O(on_missing=default).
    type: raw
"""
