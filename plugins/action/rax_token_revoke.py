# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action behind rackspace.identity.rax_token_revoke, which runs in the worker if it can."""

from __future__ import annotations

from ..module_utils._operations import token_revoke
from ..plugin_utils._action import IdentityAction


class ActionModule(IdentityAction):
    """The action rax_token_revoke."""

    operation = token_revoke
    revokes = True
