# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the cached logins be older: a token is not replaced in its first minute, and tests do not wait for that."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache

_MINUTES = 2


class ActionModule(ActionBase):
    """Age every login in the token cache of cache_dir by two minutes."""

    _VALID_ARGS = frozenset(("cache_dir",))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return how many logins there are."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        cache = TokenCache(self._task.args["cache_dir"])
        entries = {name: cache.read(name) for name in cache.names()}
        for name, entry in entries.items():
            if entry:
                stored = entry.head["stored"] - _MINUTES * 60
                cache.write(name, entry._replace(head={**entry.head, "stored": stored}))
        return {**result, "changed": True, "logins": len(entries)}
