# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the settings to a login, without a cache."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import (
    AccessProvider,
    LoginResult,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, sample, sample_bytes


def log_in(warnings: list[str] | None = None, **given: Any) -> LoginResult:
    shown: list[str] = [] if warnings is None else warnings
    settings = Settings.from_options({"username": "u", "api_key": "secretkey", **given})
    login = AccessProvider(settings, Context(warn=shown.append)).get_access()
    assert shown == [] or warnings is not None
    return login


def test_login(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    url = "https://identity.api.rackspacecloud.com/v2.0"
    assert log_in() == LoginResult(url, LoginRequest(ApiKey("u", "secretkey")), full_access())
    assert wire.only.url == f"{url}/tokens"
    assert wire.only.timeout == (30.0, 30.0)


def test_query_parameters_of_the_options(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    log_in(identity_url="https://id.example.com", apply_rcn_roles=True)
    assert wire.only.url == "https://id.example.com/v2.0/tokens?apply_rcn_roles=true"


def test_login_over_plain_http_is_warned_of(wire: FakeWire) -> None:
    warnings: list[str] = []
    wire.respond(200, sample("login"))
    log_in(warnings, identity_url="http://id.example.com")
    assert warnings == ["The credentials go to id.example.com over plain http, where others can read them; use https."]


# Version 1.1, and XML.


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_of_version_1_1(wire: FakeWire, wire_format: str) -> None:
    wire.respond(200, body=sample_bytes("login", wire_format, "v11"))
    login = log_in(api_version="v1.1", wire_format=wire_format)
    assert login.identity_url == "https://identity.api.rackspacecloud.com/v1.1"
    assert login.access.token.id == "aaaaa-bbbb-cccc-ddddd"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"


def test_version_1_1_without_an_api_key(wire: FakeWire) -> None:
    with pytest.raises(OptionError, match=r"^The Identity API 1\.1 cannot log in with a password, "):
        log_in(api_key=None, password="secretword", api_version="v1.1")
    assert wire.sent == []


def test_login_in_xml(wire: FakeWire) -> None:
    wire.respond(200, body=sample_bytes("login", "xml"))
    assert log_in(wire_format="xml").access == full_access()
    assert wire.only.headers["Accept"] == wire.only.headers["Content-Type"] == "application/xml"
    credentials = {"username": "u", "apiKey": "secretkey"}
    assert wire.only.xml == {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}


def test_xml_without_its_library(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.ElementTree", None)
    with pytest.raises(MissingLibraryError) as caught:
        log_in(wire_format="xml")
    assert caught.value.library == "defusedxml"
    # A request whose response cannot be read is not sent: it could use a passcode up.
    assert wire.sent == []


@pytest.mark.parametrize("given", [{"identity_url": "ftp://x"}, {"timeout": 0.0}, {"tenant_id": "a\nb"}])
def test_wrong_options_send_nothing(wire: FakeWire, given: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        log_in(**given)
    assert wire.sent == []


def test_missing_credentials_send_nothing(wire: FakeWire) -> None:
    with pytest.raises(MissingCredentialsError):
        log_in(api_key=None)
    assert wire.sent == []
