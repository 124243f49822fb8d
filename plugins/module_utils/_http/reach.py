# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the addresses of a host, and connect through SOCKS, until a deadline.

Neither the name servers of the system nor PySocks have a deadline for all that they do.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from typing import Any

from .. import _clock


def seconds_left(deadline: float) -> float:
    """Return how long it is until a time of the monotonic clock. Raises socket.timeout after it."""
    seconds = deadline - _clock.monotonic()
    if seconds <= 0:
        # The class that urllib3 looks for; it is TimeoutError since Python 3.10.
        raise socket.timeout("timed out")
    return seconds


def look_up(host: str, port: int, family: int, deadline: float) -> list[str]:
    """Return the addresses of a host until the deadline, at least one. Raises OSError or UnicodeError.

    The system has no limit for how long name servers may take, so another thread waits for them to the end.
    """
    host = host.strip("[]")
    if _is_address(host):
        return [host]
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=seconds_left(deadline))
    except queue.Empty:
        raise socket.timeout("timed out") from None
    if isinstance(answer, Exception):
        raise answer
    return list(dict.fromkeys(_with_zone(*address) for *_family, address in answer)) or [host]


def _with_zone(host: str, _port: object, _flow: object = 0, zone: int = 0) -> str:
    """Return an address; that of a link means nothing without its zone, which Python keeps apart."""
    return f"{host}%{zone}" if zone and "%" not in host else host


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError, ValueError):
            socket.inet_pton(family, host)
            return True
    return False


def addresses(connection: Any, deadline: float) -> list[str]:
    """Return the addresses of the host of a connection of urllib3."""
    from urllib3.exceptions import NewConnectionError
    from urllib3.util.connection import allowed_gai_family

    try:
        return look_up(connection._dns_host, connection.port, allowed_gai_family(), deadline)
    except socket.timeout:
        raise
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "The host has no address") from error


def connect_through_socks(connection: Any, deadline: float) -> socket.socket:
    """Connect through a SOCKS proxy until the deadline; urllib3 itself would give each byte the whole timeout."""
    import socks
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    options = connection._socks_options
    version, host, port = options["socks_version"], options["proxy_host"], options["proxy_port"]
    is_name_for_proxy, account = options["rdns"], (options["username"], options["password"])
    destination = connection.host
    failure: Exception | None = None
    try:
        # PySocks would look up both names by itself, and wait for as long as that takes.
        if not is_name_for_proxy:
            family = socket.AF_INET if version == socks.PROXY_TYPE_SOCKS4 else socket.AF_UNSPEC
            destination = look_up(destination, connection.port, family, deadline)[0]
        for address in look_up(host, port, socket.AF_UNSPEC, deadline):
            sock = socks.socksocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            try:
                _bound(sock, deadline)
                for option in connection.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(seconds_left(deadline))
                sock.set_proxy(version, address, port, is_name_for_proxy, *account)
                sock.connect((destination, connection.port))
            except OSError as error:
                sock.close()
                failure = error
            else:
                del sock.recv_into
                return sock
    except (OSError, UnicodeError) as error:
        failure = error
    if isinstance(getattr(failure, "socket_err", failure), socket.timeout):
        raise ConnectTimeoutError(connection, "The proxy did not connect in time") from failure
    raise NewConnectionError(connection, "The proxy did not connect") from failure


def _bound(sock: Any, deadline: float) -> None:
    """Let each read of a socket end at the deadline, until this attribute is deleted."""
    receive = sock.recv_into

    def receive_in_time(*arguments: Any) -> int:
        sock.settimeout(seconds_left(deadline))
        return int(receive(*arguments))

    sock.recv_into = receive_in_time
