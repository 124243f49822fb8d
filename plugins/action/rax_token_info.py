# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action behind rackspace.identity.rax_token_info: look at a token, in the worker where that is possible."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils import _inspect
from ansible_collections.rackspace.identity.plugins.plugin_utils._fast_lane import IdentityAction


class ActionModule(IdentityAction):
    """The action rax_token_info."""

    operation = staticmethod(_inspect.run)
    options = _inspect.OPTIONS
