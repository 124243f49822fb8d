# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the shared options to a login, and to somebody who asks about tokens."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _caller, _session
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import ApiKey, Login
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, Context
from ansible_collections.rackspace.identity.plugins.module_utils._session import Session
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import (
    full_access,
    sample,
    sample_bytes,
)


def options(**given: Any) -> dict[str, Any]:
    return {**{option.name: option.default for option in LOGIN}, "username": "u", "api_key": "secretkey", **given}


def test_login(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    session = _session.log_in(options(), Context())
    url = "https://identity.api.rackspacecloud.com/v2.0"
    assert session == Session(url, Login(ApiKey("u", "secretkey")), full_access())
    assert wire.only.url == f"{url}/tokens"
    assert wire.only.timeout == (30.0, 30.0)


def test_query_parameters_of_the_options(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    _session.log_in(options(identity_url="https://id.example.com", apply_rcn_roles=True), Context())
    assert wire.only.url == "https://id.example.com/v2.0/tokens?apply_rcn_roles=true"


def test_login_in_plain_http_is_warned_of(wire: FakeWire) -> None:
    warnings: list[str] = []
    wire.answer(200, sample("login"))
    _session.log_in(options(identity_url="http://id.example.com"), Context(warn=warnings.append))
    assert warnings == ["The credentials go to id.example.com over plain http, where others can read them; use https."]


# Version 1.1, and XML.


@pytest.mark.parametrize("wire_format", ["json", "xml"])
def test_login_of_version_11(wire: FakeWire, wire_format: str) -> None:
    wire.answer(200, body=sample_bytes("login", wire_format, "v11"))
    session = _session.log_in(options(api_version="v1.1", wire_format=wire_format), Context())
    assert session.identity_url == "https://identity.api.rackspacecloud.com/v1.1"
    assert session.access.token.id == "aaaaa-bbbb-cccc-ddddd"
    assert wire.only.url == "https://identity.api.rackspacecloud.com/v1.1/auth"


def test_version_11_without_an_api_key(wire: FakeWire) -> None:
    with pytest.raises(OptionError, match=r"^The Identity API 1\.1 cannot log in with a password, "):
        _session.log_in(options(api_key=None, password="secretword", api_version="v1.1"), Context())
    assert wire.sent == []


def test_login_in_xml(wire: FakeWire) -> None:
    wire.answer(200, body=sample_bytes("login", "xml"))
    assert _session.log_in(options(wire_format="xml"), Context()).access == full_access()
    assert wire.only.headers["Accept"] == wire.only.headers["Content-Type"] == "application/xml"
    credentials = {"username": "u", "apiKey": "secretkey"}
    assert wire.only.document == {"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}


def test_xml_without_its_library(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.ElementTree", None)
    with pytest.raises(MissingLibraryError) as caught:
        _session.log_in(options(wire_format="xml"), Context())
    assert caught.value.library == "defusedxml"
    # A request whose answer cannot be read is not sent: it could use a passcode up.
    assert wire.sent == []


# Somebody who asks about tokens.


def test_caller_is_the_token_as_it_is(wire: FakeWire) -> None:
    with _caller.caller(options(username=None, api_key=None, token="owntoken"), Context(), "other") as caller:
        assert caller.token == "owntoken"
        assert "owntoken" not in repr(caller)
    assert wire.sent == []


def test_caller_logs_in(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    with _caller.caller(options(), Context(), "other") as caller:
        assert caller.token == full_access().token.id
    assert wire.only.json == {"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "u", "apiKey": "secretkey"}}}


def test_caller_of_a_second_step(wire: FakeWire) -> None:
    wire.answer(200, sample("login_with_passcode"))
    given = {"username": None, "api_key": None, "passcode": "1", "session_id": "s"}
    with _caller.caller(options(**given), Context()) as caller:
        assert caller.token == "abcdef123ghi4j5k67m8910n12op3qrs"
    assert wire.only.headers["X-SessionId"] == "s"


def test_subject_asks_about_itself(wire: FakeWire) -> None:
    with _caller.caller(options(username=None, api_key=None), Context(), "subject") as caller:
        assert caller.token == "subject"
    assert wire.sent == []


def test_nobody_asks(wire: FakeWire) -> None:
    with pytest.raises(MissingCredentialsError):
        with _caller.caller(options(username=None, api_key=None), Context()):
            pytest.fail("nobody is no caller")
    assert wire.sent == []


def test_caller_in_plain_http_is_warned_of(wire: FakeWire) -> None:
    warnings: list[str] = []
    given = {"username": None, "api_key": None, "token": "t", "identity_url": "http://id.example.com"}
    with _caller.caller(options(**given), Context(warn=warnings.append)):
        pass
    assert warnings == ["The credentials go to id.example.com over plain http, where others can read them; use https."]


def test_version_11_knows_nothing_of_tokens(wire: FakeWire) -> None:
    with pytest.raises(OptionError) as caught:
        with _caller.caller(options(api_version="v1.1"), Context(), "subject"):
            pytest.fail("1.1 has no caller")
    assert str(caught.value) == (
        "The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens."
    )
    assert wire.sent == []


@pytest.mark.parametrize("given", [{"identity_url": "ftp://x"}, {"timeout": 0.0}, {"tenant_id": "a\nb"}])
def test_wrong_options_send_nothing(wire: FakeWire, given: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        _session.log_in(options(**given), Context())
    assert wire.sent == []


def test_no_credentials_send_nothing(wire: FakeWire) -> None:
    with pytest.raises(MissingCredentialsError):
        _session.log_in(options(api_key=None), Context())
    assert wire.sent == []
