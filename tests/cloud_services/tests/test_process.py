# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services as a process: their output, their exit and TLS."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import trustme

from cloud_services.tests.cloud_client import CloudClient
from cloud_services.tests.conftest import Running

SERVICES = Path(__file__).resolve().parent.parent
IDENTITY = SERVICES.parent / "identity_service"

Start = Callable[..., "tuple[subprocess.Popen[str], str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a service as a user would, outside of its directory, and return the process and what it printed."""
    running: list[subprocess.Popen[str]] = []

    def run(directory: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, str(directory), *options]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        return process, process.stdout.readline().rstrip("\n").partition(": ")[2]

    yield run
    for process in reversed(running):
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_them_cleanly_and_takes_them_out_of_the_catalog(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    _identity, identity_url = start(IDENTITY)
    file = tmp_path / "urls"
    process, control_url = start(SERVICES, "--identity-url", identity_url, "--url-file", str(file))
    origins = json.loads(file.read_text())
    assert control_url == f"{origins['control']}/_control"
    client = CloudClient(identity_url, control_url)
    assert client.url("dns").startswith(origins["dns"])
    assert client.send("GET", "dns", "/domains").ok
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert not file.exists()
    client.login()
    assert client.url("dns") == "https://dns.api.rackspacecloud.com/v1.0/123456"
    client.session.close()


def test_the_log_on_standard_error_has_no_secret(start: Start, running: Running, cloud: CloudClient) -> None:
    process, control_url = start(SERVICES, "--identity-url", running.identity_url, "--unlisted", "--log-requests")
    url = requests.get(f"{control_url}/", timeout=10).json()["services"]["dns"]
    headers = {"X-Auth-Token": cloud.token}
    assert requests.get(f"{url}/v1.0/123456/domains", headers=headers, timeout=10).ok
    assert requests.get(f"{url}/v1.0/{cloud.token}", headers=headers, timeout=10).status_code == 400
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert err.splitlines() == ["dns - GET /v1.0/123456/domains 200", "dns - GET /v1.0/{token} 400"]
    # They were never entered, so the others stay in the catalog.
    assert cloud.identity_control("GET", "endpoints")["endpoints"]


def test_tls(start: Start, tmp_path: Path) -> None:
    authority = trustme.CA()
    pem, trusted = tmp_path / "all.pem", tmp_path / "ca.pem"
    pem.write_bytes(authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.bytes())
    authority.cert_pem.write_to_path(str(trusted))
    _identity, identity_url = start(IDENTITY, "--certfile", str(pem))
    options = ("--identity-url", identity_url, "--identity-ca", str(trusted), "--certfile", str(pem))
    process, control_url = start(SERVICES, *options)
    assert control_url.startswith("https://")
    client = CloudClient(identity_url, control_url, verify=str(trusted))
    body = bytes(range(256)) * 8192
    client.send("PUT", "files", "/box")
    assert client.send("PUT", "files", "/box/a", data=body).status_code == 201
    assert client.send("GET", "files", "/box/a").content == body
    # A refusal arrives although most of the upload was not read.
    client.add_fault(kind="fault", status=401, method="PUT")
    assert client.send("PUT", "files", "/box/b", data=body * 8).status_code == 401
    client.fill("servers", 2)
    page = client.send("GET", "servers", "/servers", params={"limit": 1}).json()
    assert page["servers_links"][0]["href"].startswith(client.url("servers", "/servers").replace("https", "http"))
    domains = [{"domains": [{"name": f"d{n}.example.com", "emailAddress": "a@b.c"}]} for n in range(4)]
    jobs = [client.send("POST", "dns", "/domains", json=values).json()["callbackUrl"] for values in domains]
    assert [url.partition("://")[0] for url in jobs] == ["https", "https", "https", "http"]
    client.session.close()
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_without_an_identity_service_nobody_is_let_in(start: Start) -> None:
    identity, identity_url = start(IDENTITY)
    _process, control_url = start(SERVICES, "--identity-url", identity_url)
    client = CloudClient(identity_url, control_url)
    identity.terminate()
    identity.communicate(timeout=10)
    assert client.send("GET", "dns", "/domains").status_code == 503
    client.session.close()


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--identity-url", "x"),
        ("--identity-url", "http://127.0.0.1:9/v2.0"),
        ("--identity-url", "http://127.0.0.1:9/v2.0", "--keyfile", "x"),
        ("--identity-url", "http://127.0.0.1:9/v2.0", "--certfile", "/does/not/exist"),
    ],
)
def test_invalid_options_are_rejected(options: tuple[str, ...]) -> None:
    command = [sys.executable, str(SERVICES), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
