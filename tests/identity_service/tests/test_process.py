# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service as a process: its output, its exit and TLS."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

SERVICE = Path(__file__).resolve().parent.parent
LOGIN = json.dumps({"auth": {"passwordCredentials": {"username": "demoauthor", "password": "myPassword01"}}})
JSON_TYPE = {"Content-Type": "application/json"}

Connect = Callable[..., http.client.HTTPConnection]
Start = Callable[..., "tuple[subprocess.Popen[str], str]"]


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the service as a user would, outside of its directory, and return the process and its URL."""
    running: list[subprocess.Popen[str]] = []

    def run(*options: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, str(SERVICE), "--port", "0", *options]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Identity service: "), line
        return process, line.removeprefix("Identity service: ").rstrip("\n")

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open connections to the host of a URL, and close them at the end."""
    with ExitStack() as stack:

        def to(url: str, tls: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
            host, port = address(url)
            connection = (
                http.client.HTTPSConnection(host, port, timeout=10, context=tls)
                if tls
                else http.client.HTTPConnection(host, port, timeout=10)
            )
            return stack.enter_context(closing(connection))

        yield to


def logged_in(connection: http.client.HTTPConnection) -> str:
    connection.request("POST", "/v2.0/tokens", LOGIN, JSON_TYPE)
    response = connection.getresponse()
    assert response.status == 200
    return str(json.loads(response.read())["access"]["token"]["id"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_despite_idle_connections(
    start: Start, connect: Connect, number: signal.Signals
) -> None:
    process, url = start()
    assert urlsplit(url).path == "/v2.0"
    idle = connect(url)
    token = logged_in(idle)
    idle.request("GET", f"/v2.0/tokens/{token}", headers={"X-Auth-Token": token})
    assert idle.getresponse().read()
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - begun < 3
    assert process.returncode == 0
    assert (out, err) == ("", "")


def test_the_url_file_exists_from_readiness_to_the_end(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("http://127.0.0.1:1/v2.0\n")
    process, url = start("--url-file", str(file))
    assert file.read_text() == f"{url}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["url"]
    process.terminate()
    process.communicate(timeout=10)
    assert not file.exists()


def test_the_request_log_is_off_by_default_and_contains_no_secret(start: Start, connect: Connect) -> None:
    process, url = start("--log-requests")
    connection = connect(url)
    token = logged_in(connection)
    connection.request("GET", f"/v2.0/tokens/{token}?password=myPassword01", headers={"X-Auth-Token": token})
    assert connection.getresponse().read()
    with socket.create_connection(address(url)) as line:
        line.sendall(f"GET /{token} nonsense/1 \r\n\r\n".encode())
        assert b"400" in line.recv(4096)
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert out == ""
    assert err.splitlines() == [
        "POST /v2.0/tokens login_password 200",
        "GET /v2.0/tokens/{tokenId} validate 400",
    ]


def test_the_token_lifetime_is_an_option(start: Start, connect: Connect) -> None:
    _process, url = start("--token-lifetime", "0")
    connection = connect(url)
    token = logged_in(connection)
    connection.request("GET", f"/v2.0/tokens/{token}", headers={"X-Auth-Token": token})
    assert connection.getresponse().status == 401


def test_tls(start: Start, connect: Connect, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    process, url = start("--certfile", str(chain), "--keyfile", str(key))
    assert url.startswith("https://")
    # A client that never starts its handshake must not block the others.
    silent = socket.create_connection(address(url))
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    assert logged_in(connect(url, trusting))
    with pytest.raises(ssl.SSLCertVerificationError):
        logged_in(connect(url, ssl.create_default_context()))
    silent.close()
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_tls_connection_can_be_reset(start: Start, connect: Connect, tmp_path: Path) -> None:
    authority = trustme.CA()
    pem = tmp_path / "all.pem"
    pem.write_bytes(authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes())
    _process, url = start("--certfile", str(pem))
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    control = connect(url, trusting)
    control.request("POST", "/_control/faults", json.dumps({"kind": "reset"}))
    assert control.getresponse().status == 200
    with pytest.raises(ConnectionError):
        logged_in(connect(url, trusting))
    assert logged_in(connect(url, trusting))


@pytest.mark.parametrize(
    "options",
    [("--keyfile", "x"), ("--certfile", "/does/not/exist"), ("--token-lifetime", "-1"), ("--unknown",)],
)
def test_invalid_options_are_rejected(options: tuple[str, ...]) -> None:
    command = [sys.executable, str(SERVICE), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
