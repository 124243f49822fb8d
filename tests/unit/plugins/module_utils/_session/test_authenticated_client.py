# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client and the token that authorizes its calls: a given one, that of a login, or the subject's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._session.authenticated_client import (
    AuthenticatedClient,
    available_tokens,
    open_authenticated_client,
    open_client_with_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, sample

NO_CREDENTIALS: dict[str, Any] = {"username": None, "api_key": None}
V11 = "The Identity API 1.1 can only log in. For everything else, use api_version=v2.0."


def settings(**given: Any) -> Settings:
    return Settings.from_options({"username": "u", "api_key": "secretkey", **given})


def opened(subject_token: str | None = None, **given: Any) -> AbstractContextManager[AuthenticatedClient]:
    return open_authenticated_client(settings(**given), Context(), subject_token)


def test_given_token_is_used_as_it_is(wire: FakeWire) -> None:
    with opened("other", **NO_CREDENTIALS, token="owntoken") as client:
        assert client.token == "owntoken"
        assert "owntoken" not in repr(client)
    assert wire.sent == []


def test_credentials_log_in(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    with opened("other") as client:
        assert client.token == full_access().token.id
    assert wire.only.json == {"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "u", "apiKey": "secretkey"}}}


def test_passcode_logs_in(wire: FakeWire) -> None:
    wire.respond(200, sample("login_with_passcode"))
    with opened(**NO_CREDENTIALS, passcode="1", session_id="s") as client:
        assert client.token == "abcdef123ghi4j5k67m8910n12op3qrs"
    assert wire.only.headers["X-SessionId"] == "s"


def test_subject_token_without_credentials_authorizes_its_own_calls(wire: FakeWire) -> None:
    with opened("subject", **NO_CREDENTIALS) as client:
        assert client.token == "subject"
    assert wire.sent == []


def test_neither_credentials_nor_a_token(wire: FakeWire) -> None:
    with pytest.raises(MissingCredentialsError):
        with opened(**NO_CREDENTIALS):
            pytest.fail("a client was opened without a token")
    assert wire.sent == []


def test_plain_http_is_warned_of(wire: FakeWire) -> None:
    warnings: list[str] = []
    given = settings(**NO_CREDENTIALS, token="t", identity_url="http://id.example.com")
    with open_authenticated_client(given, Context(warn=warnings.append)):
        pass
    assert warnings == ["The credentials go to id.example.com over plain http, where others can read them; use https."]


@pytest.mark.covers("request-attributes/everything-else-with-1-1")
def test_version_1_1_can_only_log_in(wire: FakeWire) -> None:
    with pytest.raises(OptionError) as caught:
        with opened("subject", api_version="v1.1"):
            pytest.fail("a client of version 1.1 was opened")
    assert str(caught.value) == V11
    assert wire.sent == []


def test_version_1_1_has_no_tokens_to_revoke() -> None:
    with pytest.raises(OptionError) as caught:
        available_tokens(settings(api_version="v1.1"), Context())
    assert str(caught.value) == V11


# Without a login.


def test_client_with_a_token_neither_replaces_nor_forgets_it(wire: FakeWire) -> None:
    wire.respond(204)
    with open_client_with_token(settings(), Context(), "thetoken") as client:
        client.call(client.identity.revoke_own_token)
        client.forget_token()
        assert client.token == "thetoken"
    assert wire.only.headers["X-Auth-Token"] == "thetoken"


@pytest.mark.parametrize(
    ("given", "tokens"),
    [({"token": " t ", **NO_CREDENTIALS}, ["t"]), ({}, []), (NO_CREDENTIALS, []), ({"cache": False}, [])],
)
def test_available_tokens_need_no_login(wire: FakeWire, given: dict[str, Any], tokens: list[str]) -> None:
    assert available_tokens(settings(**given), Context()) == tokens
    assert wire.sent == []
