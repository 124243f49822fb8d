# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxies a request goes through, and which are refused before it is sent."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    Fault,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._http import proxies
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Request, Response, Transport
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

# The clock keeps every wait of a test from taking time.
pytestmark = pytest.mark.usefixtures("clock")


def call(**options: Any) -> Response:
    transport = Transport(connection_settings(**options), read_fault)
    try:
        return transport.call(Request("POST", "https://identity.example.com/v2.0/tokens", {}, b"{}"))
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("variables", "proxies"),
    [
        ({"https_proxy": "http://p:1"}, {"https": "http://p:1"}),
        ({"HTTPS_PROXY": "http://p:1"}, {"https": "http://p:1"}),
        ({"https_proxy": "http://p:1", "no_proxy": "example.com"}, {}),
        ({"https_proxy": "http://p:1", "NO_PROXY": "other.com,.example.com"}, {}),
        ({"https_proxy": "http://p:1", "no_proxy": "*"}, {}),
        ({"https_proxy": "http://p:1", "no_proxy": "other.com"}, {"https": "http://p:1", "no": "other.com"}),
    ],
)
def test_proxies_of_the_environment(
    wire: FakeWire,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    proxies: dict[str, str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    wire.respond(200, {})
    call()
    assert wire.only.proxies == proxies


def test_option_proxy_replaces_the_proxies_of_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://other:1")
    monkeypatch.setenv("no_proxy", "*")
    wire.respond(200, {})
    call(proxy="http://p:1")
    assert wire.only.proxies == {"http": "http://p:1", "https": "http://p:1"}


@pytest.mark.parametrize("form", ["proxy@secret", "proxy%40secret", "cHJveHlAc2VjcmV0"])
@pytest.mark.parametrize("from_option", [True, False])
def test_password_of_a_proxy_is_masked_too(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, form: str, from_option: bool
) -> None:
    proxy = "http://me:proxy%40secret@p:1"
    monkeypatch.setenv("https_proxy", "http://other:1" if from_option else proxy)
    headers = [("X-Openstack-Request-Id", f"req-{form}"), ("X-Tenant-Id", form), ("Location", f"//{form}/")]
    wire.respond(407, {"fault": {"message": f"m {form}", "details": f"d {form}"}}, headers=headers)
    options: dict[str, Any] = {"proxy": proxy} if from_option else {}
    response = call(**options)
    assert (response.request_id, response.tenant_id, response.redirect_host) == (f"req-{MASK}", MASK, MASK)
    assert response.fault == Fault("fault", f"m {MASK}", f"d {MASK}")


@pytest.mark.parametrize("source", [Source.option("proxy"), Source.variable("rax_proxy")])
@pytest.mark.parametrize("proxy", ["ftp://me:secret@host:1", "htp://host:1", "://host", '"http://host:1"'])
def test_kind_of_proxy_that_does_not_exist_is_named_with_its_source(source: Source, proxy: str) -> None:
    with pytest.raises(OptionError) as caught:
        Transport(connection_settings(proxy=proxy), read_fault, context=Context(sources={"proxy": source}))
    assert str(caught.value) == (
        f"proxy ({source.words}) must be a URL that begins with one of http, https, socks4, socks4a, socks5, socks5h, "
        "such as http://host:port."
    )
    assert caught.value.kind == "bad_request"


@pytest.mark.parametrize("proxy", ["host:1", "host", "HTTP://host:1", " https://host:1", "socks5h://me:a/b://c@host:1"])
def test_kinds_of_proxies(proxy: str) -> None:
    Transport(connection_settings(proxy=proxy), read_fault)


@pytest.mark.parametrize("proxy", ["socks5://p:1080", "SOCKS5H://me:secret@p:1080", "socks4://p"])
def test_missing_pysocks(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    with pytest.raises(MissingLibraryError) as caught:
        call(proxy=proxy)
    assert caught.value.library == "PySocks"
    assert str(caught.value) == "The Python library PySocks is missing."
    assert wire.sent == []


def test_no_password_of_several_proxies_is_left_out() -> None:
    given = {"http": "http://me:first@p:1", "https": "http://me:second@p:2", "no": "localhost"}
    assert sorted(proxies.passwords(given)) == ["first", "second"]


# No header carries the password of the second.
@pytest.mark.parametrize("proxy", ["socks5h://p:1080", "socks5h://me:%E2%82%AC@p:1080"])
def test_installed_pysocks(wire: FakeWire, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    library = ModuleType("socks")
    library.__spec__ = ModuleSpec("socks", None)
    monkeypatch.setitem(sys.modules, "socks", library)
    wire.respond(200, {})
    call(proxy=proxy)
    assert wire.only.proxies == dict.fromkeys(("http", "https"), proxy)


def test_other_proxies_do_not_need_pysocks(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    wire.respond(200, {})
    call(proxy="http://socks.example.com:1080")
    assert len(wire.sent) == 1
