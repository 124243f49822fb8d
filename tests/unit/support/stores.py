# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that controllers share: in memory, working and not."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils._errors import StoreError


class MemoryStore:
    """A store in memory, which notes how it was used, and fails from a use of the test's choice on."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.uses: list[tuple[str, str]] = []
        self.fails_from = 1000

    def _use(self, how: str, name: str) -> None:
        self.uses.append((how, name))
        if len(self.uses) > self.fails_from:
            raise StoreError("Connection refused")

    def get(self, name: str) -> str | None:
        """Return what is stored under a name, or None."""
        self._use("get", name)
        return self.texts.get(name)

    def set(self, name: str, text: str) -> None:
        """Store a text under a name."""
        self._use("set", name)
        self.texts[name] = text

    def delete(self, name: str) -> None:
        """Remove what is stored under a name."""
        self._use("delete", name)
        self.texts.pop(name, None)
