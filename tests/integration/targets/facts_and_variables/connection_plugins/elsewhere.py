# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for a connection to another machine, whose modules find the same service but no files of the controller."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: elsewhere
short_description: Runs modules as if on another machine
description:
  - Runs modules locally. For the rest of Ansible, that is another machine.
extends_documentation_fragment:
  - connection_pipelining
author:
  - The rackspace.identity authors
"""


class Connection(LocalConnection):
    """A connection to another machine."""

    transport = "elsewhere"
