# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action behind rackspace.identity.rax_identity_token: log in, in the worker where that is possible."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils import _login
from ansible_collections.rackspace.identity.plugins.plugin_utils._fast_lane import IdentityAction


class ActionModule(IdentityAction):
    """The action rax_identity_token."""

    operation = staticmethod(_login.run)
    options = _login.OPTIONS
