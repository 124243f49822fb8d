# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the shared options to a client: what reaches the connection, what is warned of, and when it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _connect
from ansible_collections.rackspace.identity.plugins.module_utils._client import Connected, IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError, ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._model import ApiKey, Login
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, Context
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Transport
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    full_access,
    sample,
    sample_bytes,
)

LOGGING_IN = Login(ApiKey("u", "secretkey"))


def options(**given: Any) -> dict[str, Any]:
    return {**{option.name: option.default for option in LOGIN}, **given}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Transport]:
    """The transports that were closed."""
    seen: list[Transport] = []
    close = Transport.close

    def closing(transport: Transport) -> None:
        seen.append(transport)
        close(transport)

    monkeypatch.setattr(Transport, "close", closing)
    return seen


def test_login(wire: FakeWire, closed: list[Transport]) -> None:
    wire.answer(200, sample("login"))
    assert _connect.log_in(LOGGING_IN, options(), Context()) == full_access()
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    assert len(closed) == 1


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_of_version_11(wire: FakeWire, closed: list[Transport], wire_format: str) -> None:
    wire.answer(200, body=sample_bytes("login", wire_format, "v11"))
    given = options(api_version="v1.1", wire_format=wire_format)
    assert _connect.log_in(LOGGING_IN, given, Context()).token.id == "aaaaa-bbbb-cccc-ddddd"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"
    assert len(closed) == 1


@pytest.mark.parametrize("api_version", ["v2.0", "v1.1"])
def test_failed_login_ends_its_connections(wire: FakeWire, closed: list[Transport], api_version: str) -> None:
    wire.answer(401)
    with pytest.raises(ServiceError):
        _connect.log_in(LOGGING_IN, options(api_version=api_version), Context())
    assert len(closed) == 1


@pytest.mark.parametrize(
    ("version", "url"),
    [
        (IdentityClient, "https://id.example.com/v2.0"),
        (IdentityClientV11, "https://id.example.com/v1.1"),
    ],
)
def test_client_for_a_block(closed: list[Transport], version: type[Connected], url: str) -> None:
    with _connect.connected(version, options(identity_url="https://id.example.com"), Context()) as client:
        assert isinstance(client, version)
        assert client.url == url
        assert closed == []
    assert len(closed) == 1


def test_block_that_fails(closed: list[Transport]) -> None:
    with pytest.raises(ZeroDivisionError):
        with _connect.connected(IdentityClient, options(), Context()):
            raise ZeroDivisionError
    assert len(closed) == 1


@pytest.mark.parametrize("given", [{"identity_url": "ftp://x"}, {"timeout": 0.0}, {"retries": -1}])
def test_wrong_options_make_no_client(given: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        with _connect.connected(IdentityClient, options(**given), Context()):
            pytest.fail("these make no client")


def test_options_reach_the_wire(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    given = {"validate_certs": False, "proxy": "http://p:1", "timeout": 2.0, "identity_url": "https://id.example.com"}
    _connect.log_in(LOGGING_IN, options(**given), Context())
    sent = wire.only
    assert sent.url == "https://id.example.com/v2.0/tokens"
    assert (sent.verify, sent.timeout) == (False, (2.0, 2.0))
    assert sent.proxies == {"http": "http://p:1", "https": "http://p:1"}


def test_certificates_of_the_options(wire: FakeWire, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(b"")
    wire.answer(200, sample("login"))
    _connect.log_in(LOGGING_IN, options(ca_path=str(bundle)), Context())
    assert wire.only.verify == str(bundle)


def test_retries_are_the_options(wire: FakeWire) -> None:
    wire.answer(503)
    with pytest.raises(ServiceError):
        _connect.log_in(LOGGING_IN, options(retries=0), Context())
    wire.answer(503, headers=[("Retry-After", "8")])
    with pytest.raises(ServiceError):
        _connect.log_in(LOGGING_IN, options(retries=9, retry_max_wait=7.5), Context())
    assert len(wire.sent) == 2


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://identity.example.com", "identity.example.com"),
        ("HTTP://identity.example.com:5000/v2.0", "identity.example.com:5000"),
        ("http://127.example.com", "127.example.com"),
        ("http://10.0.0.1", "10.0.0.1"),
        ("http://localhost.example.com", "localhost.example.com"),
    ],
)
def test_plain_http_is_warned_of(wire: FakeWire, url: str, host: str) -> None:
    warnings: list[str] = []
    wire.answer(200, sample("login"))
    _connect.log_in(LOGGING_IN, options(identity_url=url), Context(warn=warnings.append))
    assert warnings == [f"The credentials go to {host} over plain http, where others can read them; use https."]


@pytest.mark.parametrize(
    "url",
    [
        "https://identity.example.com",
        "http://localhost:5000",
        "http://127.0.0.1:5000",
        "http://127.1.2.3",
        "http://[::1]:5000",
    ],
)
def test_nothing_to_warn_of(wire: FakeWire, url: str) -> None:
    warnings: list[str] = []
    wire.answer(200, sample("login"))
    _connect.log_in(LOGGING_IN, options(identity_url=url), Context(warn=warnings.append))
    assert warnings == []
