# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End a connection at its deadline from another thread.

OpenSSL keeps reading by itself as long as messages arrive that carry no data, such as HelloRequest before the handshake
is complete and KeyUpdate after it. Nothing waits meanwhile, so the timeout of the socket never applies.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Watch:
    """Shuts a connection down when its time is over, unless it is stopped before."""

    def __init__(self, sock: Any, seconds_left: Callable[[], float]) -> None:
        """seconds_left: returns how long to wait at most before it is asked again; raises socket.timeout at the end."""
        # A descriptor of its own: the other one may stand for another file by then.
        self._sock = socket.socket(fileno=os.dup(sock.fileno()))
        self._stopped = threading.Event()
        self._is_late = False
        threading.Thread(target=self._wait, args=(seconds_left,), daemon=True).start()

    def stop(self) -> None:
        """Leave the connection as it is."""
        self._stopped.set()

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Raise socket.timeout in place of whatever comes of a connection that was shut down."""
        try:
            yield
        except Exception:
            self._check()
            raise
        self._check()

    def _check(self) -> None:
        if self._is_late:
            raise socket.timeout("timed out")

    def _wait(self, seconds_left: Callable[[], float]) -> None:
        with self._sock:
            try:
                while not self._stopped.wait(seconds_left()):
                    pass
            except socket.timeout:
                self._is_late = True
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
