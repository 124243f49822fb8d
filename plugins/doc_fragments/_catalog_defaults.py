# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Document what to prefer in the catalog. Private: other collections must not rely on it."""

from __future__ import annotations

from ..module_utils._argument_spec import plugin_sources
from ..module_utils._options import CATALOG


class ModuleDocFragment:
    """Documentation of CATALOG in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  default_region:
    description:
      - The region to prefer when a service has endpoints in several regions and none is asked for. It takes precedence
        over the default region of the user.
      - If not set, the environment variable E(RAX_REGION) is used, then E(RS_REGION_NAME), then the region of the entry
        that the credentials come from.
    version_added: 1.0.0
    type: str
"""

    # Annotated, since sanity tests take a plain assignment for a string.
    PLUGINS: str = plugin_sources(CATALOG)
