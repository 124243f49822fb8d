# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads what the tasks of the tests need before Ansible forks its workers: each of them would take 0.2 s for it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import lookup_loader

from ansible_collections.rackspace.identity.plugins import module_utils, plugin_utils

DOCUMENTATION = """
name: load_once
type: aggregate
short_description: Loads the collection before the first task
description:
  - Loads the client, the library C(requests) and the lookups, so that each worker begins with them.
  - The processes of users load them where they need them, as those of the examples do when they are tested.
author:
  - The rackspace.identity authors
"""


class CallbackModule(CallbackBase):
    """Does nothing after it was loaded."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "load_once"


import_module("requests")
for package in (module_utils, plugin_utils):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)
for lookup in ("rax_endpoint", "rax_token"):
    lookup_loader.get(f"rackspace.identity.{lookup}")
