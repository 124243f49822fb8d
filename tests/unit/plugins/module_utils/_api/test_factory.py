# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients for the settings of a connection: what reaches the wire, which warnings are shown, and when they close."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api import factory
from ansible_collections.rackspace.identity.plugins.module_utils._api.base_client import BaseClient
from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._api.client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    Fault,
    IdentityError,
    OptionError,
    ServiceError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Transport
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, ApiKey, LoginRequest
from ansible_collections.rackspace.identity.plugins.module_utils._options import CONNECTION
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import (
    full_access,
    sample,
    sample_bytes,
)


def log_in(context: Context | None = None, **given: Any) -> Access:
    """Log in as an access provider does: with the client for the API version of the settings."""
    settings = connection_settings(**given)
    client_class = factory.CLIENTS[settings.api_version]
    with factory.open_client(client_class, settings, context or Context()) as client:
        return client.log_in(LoginRequest(ApiKey("u", "secretkey")))


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Transport]:
    """Collect the transports that are closed."""
    seen: list[Transport] = []
    close = Transport.close

    def closing(transport: Transport) -> None:
        seen.append(transport)
        close(transport)

    monkeypatch.setattr(Transport, "close", closing)
    return seen


def test_every_api_version_has_a_client() -> None:
    (option,) = (option for option in CONNECTION if option.name == "api_version")
    assert tuple(factory.CLIENTS) == option.choices
    assert [client_class.api_version for client_class in factory.CLIENTS.values()] == list(factory.CLIENTS)


def test_login(wire: FakeWire, closed: list[Transport]) -> None:
    wire.respond(200, sample("login"))
    assert log_in() == full_access()
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v2.0/tokens"
    assert len(closed) == 1


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_of_version_11(wire: FakeWire, closed: list[Transport], wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format, "v11"))
    assert log_in(api_version="v1.1", wire_format=wire_format).token.id == "aaaaa-bbbb-cccc-ddddd"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"
    assert len(closed) == 1


@pytest.mark.parametrize("api_version", ["v2.0", "v1.1"])
def test_failed_login_closes_its_connections(wire: FakeWire, closed: list[Transport], api_version: str) -> None:
    wire.respond(401)
    with pytest.raises(ServiceError):
        log_in(api_version=api_version)
    assert len(closed) == 1


@pytest.mark.parametrize(
    ("client_class", "url"),
    [
        (IdentityClient, "https://id.example.com/v2.0"),
        (IdentityClientV11, "https://id.example.com/v1.1"),
    ],
)
def test_client_closes_with_its_block(closed: list[Transport], client_class: type[BaseClient], url: str) -> None:
    settings = connection_settings(identity_url="https://id.example.com")
    with factory.open_client(client_class, settings, Context()) as client:
        assert isinstance(client, client_class)
        assert client.url == url
        assert closed == []
    assert len(closed) == 1


def test_client_closes_with_a_block_that_fails(closed: list[Transport]) -> None:
    with pytest.raises(ZeroDivisionError):
        with factory.open_client(IdentityClient, connection_settings(), Context()):
            raise ZeroDivisionError
    assert len(closed) == 1


@pytest.mark.parametrize("given", [{"identity_url": "ftp://x"}, {"timeout": 0.0}, {"retries": -1}])
def test_wrong_options_open_no_client(given: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        with factory.open_client(IdentityClient, connection_settings(**given), Context()):
            pytest.fail("these open no client")


def test_options_reach_the_wire(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    log_in(validate_certs=False, proxy="http://p:1", timeout=2.0, identity_url="https://id.example.com")
    sent = wire.only
    assert sent.url == "https://id.example.com/v2.0/tokens"
    assert (sent.verify, sent.timeout) == (False, (2.0, 2.0))
    assert sent.proxies == {"http": "http://p:1", "https": "http://p:1"}


def test_certificates_are_those_of_the_options(wire: FakeWire, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(b"")
    wire.respond(200, sample("login"))
    log_in(ca_path=str(bundle))
    assert wire.only.verify == str(bundle)


def test_retries_are_those_of_the_options(wire: FakeWire) -> None:
    wire.respond(503)
    with pytest.raises(ServiceError):
        log_in(retries=0)
    wire.respond(503, headers=[("Retry-After", "8")])
    with pytest.raises(ServiceError):
        log_in(retries=9, retry_max_wait=7.5)
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
def test_warning_of_plain_http(wire: FakeWire, url: str, host: str) -> None:
    warnings: list[str] = []
    wire.respond(200, sample("login"))
    log_in(Context(warn=warnings.append), identity_url=url)
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
def test_no_warning_of_https_or_of_this_machine(wire: FakeWire, url: str) -> None:
    warnings: list[str] = []
    wire.respond(200, sample("login"))
    log_in(Context(warn=warnings.append), identity_url=url)
    assert warnings == []


SOURCES = {
    "username": Source.variable("rax_username"),
    "identity_url": Source.environment("RAX_IDENTITY_URL"),
    "proxy": Source.variable("rax_proxy"),
    "timeout": Source.option("timeout"),
    "ca_path": Source.ini("/ansible.cfg"),
}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            TransportError("Check identity_url, the network and proxy, or raise timeout."),
            (
                "The identity_url came from the environment variable RAX_IDENTITY_URL, the proxy came from the "
                "variable rax_proxy."
            ),
        ),
        (TransportError("Give the CA with ca_path."), "The ca_path came from the ini file /ansible.cfg."),
        (TransportError("Raise timeout."), ""),
        (TransportError("Check username, my-proxy_1 and wire_format."), ""),
        (OptionError("proxy (the variable rax_proxy) is too long."), ""),
        (
            ServiceError("It said: No proxy here. Check identity_url.", fault=Fault(message="No proxy here.")),
            "The identity_url came from the environment variable RAX_IDENTITY_URL.",
        ),
    ],
)
def test_errors_say_where_what_they_mention_came_from(error: IdentityError, sentence: str) -> None:
    text = str(error)
    context = Context(sources=SOURCES)
    settings = connection_settings()
    with pytest.raises(type(error)), factory.open_client(IdentityClient, settings, context):
        raise error
    assert str(error) == f"{text} {sentence}".rstrip()


@pytest.mark.parametrize("sources", [{}, {"ca_path": Source.option("ca_path")}])
def test_errors_say_which_variable_names_the_cas(monkeypatch: pytest.MonkeyPatch, sources: dict[str, Source]) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", __file__)
    error = TransportError("Give the CA with ca_path.")
    with pytest.raises(TransportError), factory.open_client(IdentityClient, connection_settings(), Context(sources)):
        raise error
    origin = "" if sources else " The ca_path came from the environment variable CURL_CA_BUNDLE."
    assert str(error) == f"Give the CA with ca_path.{origin}"
