# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A deadline holds where OpenSSL reads on without end, which no timeout of a socket bounds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._http.connection import (
    _DeadlineReader,
    _MovingDeadline,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.reach import seconds_left
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Request, Transport
from ansible_collections.rackspace.identity.plugins.module_utils._http.watch import Watch
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings

# One record of TLS each. A client skips such a message until its handshake is complete.
HELLO_REQUESTS = b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 20_000
FLOOD_SECONDS = 8.0


@contextmanager
def flooding(*, is_proxy: bool) -> Iterator[int]:
    """Run a server that answers the first message of a handshake with HelloRequest for long, and return its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                connection, _address = listener.accept()
                with connection:
                    if is_proxy:
                        connection.recv(65536)
                        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    connection.recv(65536)
                    end = time.monotonic() + FLOOD_SECONDS
                    while time.monotonic() < end:
                        connection.sendall(HELLO_REQUESTS)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("is_proxy", [False, True], ids=["direct", "through a proxy"])
def test_handshake_without_end_is_given_up(is_proxy: bool) -> None:
    with flooding(is_proxy=is_proxy) as port:
        proxy = f"http://127.0.0.1:{port}" if is_proxy else None
        transport = Transport(connection_settings(timeout=1.0, retries=0, proxy=proxy), read_fault)
        before = time.monotonic()
        with pytest.raises(IdentityError) as caught:
            transport.call(Request("POST", f"https://127.0.0.1:{port}/v2.0/tokens", body=b"{}"))
        seconds = time.monotonic() - before
    assert caught.value.kind == "timeout"
    assert "did not accept a connection within 1 seconds." in str(caught.value)
    assert seconds < FLOOD_SECONDS - 2


class DeafSocket(socket.socket):
    """A socket that no timeout ends, as none ends what OpenSSL does by itself."""

    def settimeout(self, _seconds: float | None, /) -> None:
        """Do nothing."""


def test_response_without_end_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    with theirs, DeafSocket(fileno=ours.detach()) as deaf:
        deadline = _MovingDeadline(_clock.monotonic() + 0.1, 0.1)
        watch = Watch(deaf, deadline.seconds_left)
        reader = _DeadlineReader(deaf.makefile("rb", buffering=0), deaf, deadline, 100, watch)
        with reader, pytest.raises(socket.timeout):
            reader.readinto(bytearray(10))


def test_connection_whose_watch_was_stopped_goes_on() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        deadline = _clock.monotonic() + 0.1
        watch = Watch(ours, lambda: seconds_left(deadline))
        watch.stop()
        time.sleep(0.2)
        theirs.sendall(b"more")
        with watch.in_time():
            assert ours.recv(4) == b"more"


def test_watch_leaves_a_file_alone_that_took_the_number_of_its_connection() -> None:
    ended = threading.Event()

    def end() -> float:
        if not ended.wait(10):
            raise AssertionError("not asked for")
        raise socket.timeout

    ours, theirs = socket.socketpair()
    number = ours.fileno()
    watch = Watch(ours, end)
    ours.close()
    theirs.close()
    others = socket.socketpair()
    with others[0], others[1]:
        assert number in {other.fileno() for other in others}
        ended.set()
        join_watches()
        with pytest.raises(socket.timeout), watch.in_time():
            pass
        others[0].sendall(b"more")
        others[1].sendall(b"more")
        assert (others[0].recv(4), others[1].recv(4)) == (b"more", b"more")


def join_watches() -> None:
    for thread in set(threading.enumerate()) - {threading.main_thread()}:
        if "_wait" in thread.name:
            thread.join(10)
            assert not thread.is_alive()


def test_watch_that_was_stopped_leaves_nothing_open() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        watch = Watch(ours, lambda: 10.0)
        watch.stop()
        join_watches()
        ours.close()
        # The other end sees the end of the connection only once every descriptor of it is closed.
        theirs.settimeout(10)
        assert theirs.recv(1) == b""


def test_watch_does_not_keep_a_program_from_ending() -> None:
    before = set(threading.enumerate())
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watch = Watch(ours, lambda: 10.0)
        assert [thread.daemon for thread in set(threading.enumerate()) - before] == [True]
        watch.stop()


def test_interruption_is_not_taken_for_the_end_of_the_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watch = Watch(ours, lambda: seconds_left(_clock.monotonic()))
        assert ours.recv(1) == b""
        with pytest.raises(KeyboardInterrupt), watch.in_time():
            raise KeyboardInterrupt
        with pytest.raises(socket.timeout), watch.in_time():
            raise OSError
