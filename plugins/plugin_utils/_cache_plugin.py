# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store that controllers share: one of Ansible's cache plugins, with entries of its own beside those of facts."""

from __future__ import annotations

import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any

from ansible.plugins.loader import cache_loader

from ..module_utils._errors import OptionError, StoreError
from ..module_utils._settings import CacheSettings
from ..module_utils._text import one_line

# Entries of their own: the plugin for Redis expires all that it holds under one name as soon as it is asked for one.
_PREFIX = "rackspace_identity_"
_KEYSET = "rackspace_identity_keys"
# No token lives longer.
_LIFE_SECONDS = 24 * 60 * 60
_MAX_REASON = 300
# They run what they read: whoever can write to such a store would run code on each controller.
_UNSAFE = frozenset({"pickle", "memcached"})


class _MissingError(StoreError):
    """There is nothing under a name; everywhere else, a KeyError is one like all others."""


class CachePlugin:
    """A cache plugin of Ansible, as a Store. No use of it takes longer than the timeout, whatever it waits for."""

    def __init__(self, name: str, connection: str | None, timeout: float) -> None:
        """Load the plugin. connection: its option _uri. timeout: in seconds. Raises StoreError."""
        self._timeout = timeout
        self._connection = connection or ""

        def load() -> Any:
            return cache_loader.get(
                name, _uri=connection, _timeout=_LIFE_SECONDS, _prefix=_PREFIX, _keyset_name=_KEYSET
            )

        self._plugin = self._run(load)
        if self._plugin is None:
            raise StoreError(f"the cache plugin {name} was not found")

    def get(self, name: str) -> str | None:
        """Return what is stored under a name, or None. Raises StoreError."""
        try:
            value = self._run(lambda: self._plugin.get(name))
        except _MissingError:
            return None
        text = value.get("login") if isinstance(value, dict) else None
        return text if isinstance(text, str) else None

    def set(self, name: str, text: str) -> None:
        """Store a text under a name. Raises StoreError."""
        self._run(lambda: self._plugin.set(name, {"login": text}))

    def delete(self, name: str) -> None:
        """Remove what is stored under a name, if there is anything. Raises StoreError."""
        with contextlib.suppress(_MissingError):
            self._run(lambda: self._plugin.delete(name))

    def _run(self, action: Callable[[], Any]) -> Any:
        """Return what an action returns. Plugins know no timeout, so another thread waits for a server to the end."""
        ended: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                ended.put((action(), None))
            except Exception as error:
                ended.put((None, error))

        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
        try:
            value, error = ended.get(timeout=self._timeout)
        except queue.Empty:
            raise StoreError(f"the store did not respond within {self._timeout:g} seconds") from None
        if error:
            kind = _MissingError if isinstance(error, KeyError) else StoreError
            raise kind(self._reason(error)) from None
        return value

    def _reason(self, error: Exception) -> str:
        # Imported here: most stores work.
        from ..module_utils._http.redaction import Redactor
        from ..module_utils._http.userinfo import password_in

        _host, *parts = self._connection.split(":")
        # host:port:database:password, in which one may be missing, and whose password can contain colons.
        passwords = [*(part for part in parts if not part.isdecimal()), *parts[2:]]
        text = Redactor([self._connection, *passwords, *password_in(self._connection)]).text(str(error)) or ""
        return one_line(text.rstrip(".") or type(error).__name__, _MAX_REASON)


def open_store(settings: CacheSettings, timeout: float) -> CachePlugin | None:
    """Open the store of the settings, or return None if they name none. Raises StoreError and OptionError."""
    name = settings.cache_plugin
    if not name or not settings.cache:
        return None
    if name.rpartition(".")[2] in _UNSAFE:
        raise OptionError(
            f"cache_plugin {name} runs what it reads from the store, so whoever can write there could run code here. "
            "Use community.general.redis, ansible.builtin.jsonfile or another one that does not."
        )
    return CachePlugin(name, settings.cache_plugin_connection, timeout)
