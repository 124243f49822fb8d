# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let plain pytest find the collection and its plugins, as Ansible does."""

from __future__ import annotations

import sys
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

_COLLECTIONS = Path(__file__).resolve().parents[5]

# ansible-test has its own way to load the collection, and Ansible warns where it is asked to a second time.
if not AnsibleCollectionConfig.collection_finder:
    sys.path.insert(0, str(_COLLECTIONS))
    init_plugin_loader([str(_COLLECTIONS)])
