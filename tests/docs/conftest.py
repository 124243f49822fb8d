# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let plain pytest find the collection and its plugins, as Ansible does, and what the blocks of the documents name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COLLECTIONS = ROOT.parents[2]
_TARGETS = ROOT / "tests" / "integration" / "targets"

# Read when Ansible is imported. A key that is there twice is a mistake, not a matter of taste.
os.environ["ANSIBLE_DUPLICATE_YAML_DICT_KEY"] = "error"
# What the page on the integration tests shows is there.
os.environ["ANSIBLE_ROLES_PATH"] = str(_TARGETS)
os.environ["ANSIBLE_ACTION_PLUGINS"] = os.pathsep.join(map(str, _TARGETS.glob("*/action_plugins")))

from ansible.plugins.loader import init_plugin_loader  # noqa: E402

sys.path.insert(0, str(_COLLECTIONS))
init_plugin_loader([str(_COLLECTIONS)])
