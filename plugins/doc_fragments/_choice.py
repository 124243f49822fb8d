# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which endpoint a plugin picks. Private: other collections must not rely on it."""

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
      - The name of the service, for example V(cloudServersOpenStack). It decides where several services have one type.
    type: str
    aliases: [service_name]
  region:
    description:
      - The region, for example V(DFW).
      - If not given, it is the user's default region where the service has an endpoint there, else the only region
        that it has.
      - A service without any region, such as V(rax:dns), answers for every region. First-generation V(compute), which
        has none, does not stand in for a region of the second generation.
    type: str
  interface:
    description:
      - Which URL of the endpoint to return.
      - V(internal) is ServiceNet, which is free of charge and reached from within the same region only.
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
      - Return every match instead of one.
      - With neither a type nor a name, the whole catalog.
    type: bool
    default: false
  detail:
    description:
      - Return the endpoint as a dictionary instead of its URL, as in
        RV(rackspace.identity.rax_identity_token#module:endpoints).
    type: bool
    default: false
  on_missing:
    description:
      - What to do where no endpoint matches. A login that fails is always an error.
    type: str
    choices:
      error: Fail, and list what exists.
      empty: Return nothing.
      default: Return O(default).
    default: error
  default:
    description:
      - What to return with O(on_missing=default).
    type: raw
"""
