# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action behind rackspace.identity.rax_request, which runs in the worker if it can."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any

from ..module_utils._catalog.catalog import Catalog, handed_over
from ..module_utils._operations import request
from ..module_utils._run_module import CATALOG
from ..module_utils._session.fact_access import FactAccess
from ..plugin_utils._action import IdentityAction

# Every task of this action sends a request. What that takes is loaded once, before workers are forked.
for _name in (
    "_api.client",
    "_api.factory",
    "_request.files",
    "_request.unless",
    "_request.waits",
    "_session.private_files_write",
):
    import_module(f"ansible_collections.rackspace.identity.plugins.module_utils.{_name}")
with suppress(ImportError):
    # The task itself says that it is missing.
    import_module("requests")


class ActionModule(IdentityAction):
    """The action rax_request."""

    operation = request

    def _arguments_of(self, login: FactAccess) -> dict[str, Any]:
        access = login.get_access().access
        catalog = Catalog(access.services, access.user["default_region"])
        # Otherwise, each module would ask for the endpoints of the token, which does not say what its user prefers.
        return {**super()._arguments_of(login), **({CATALOG: handed_over(catalog)} if access.services else {})}

    def _is_in_worker(self) -> bool:
        # Ansible itself puts files into place, and only in modules.
        return super()._is_in_worker() and not self._task.args.get("dest")
