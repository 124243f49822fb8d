# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client and the token that authorizes its calls: a given one, that of a login, or the subject's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._session.authenticated_client import (
    AuthenticatedClient,
    AvailableToken,
    available_tokens,
    open_authenticated_client,
    open_client_with_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    UNAUTHORIZED,
    Task,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import full_access, sample

NO_CREDENTIALS: dict[str, Any] = {"username": None, "api_key": None}
V11 = "api_version is v1.1, which can only log in. For everything else, use v2.0."


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


@pytest.mark.parametrize(
    "sources", [{}, {"token": Source.variable("rax_token"), "api_key": Source.variable("rax_api_key")}]
)
def test_token_beats_a_key_of_the_same_source(wire: FakeWire, sources: dict[str, Source]) -> None:
    with open_authenticated_client(settings(token="owntoken"), Context(sources)) as client:
        assert client.token == "owntoken"
    assert wire.sent == []


def test_key_of_a_nearer_source_beats_a_token(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    given = settings(token="owntoken", cache=False)
    with open_authenticated_client(given, Context({"token": Source.environment("RAX_TOKEN")})) as client:
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
    available = AvailableToken("thetoken", settings().connection, Context())
    with open_client_with_token(available) as client:
        client.call(client.identity.revoke_own_token)
        client.forget_token()
        assert client.token == "thetoken"
    assert wire.only.headers["X-Auth-Token"] == "thetoken"


@pytest.mark.parametrize(
    ("given", "tokens"),
    [({"token": " t ", **NO_CREDENTIALS}, ["t"]), ({}, []), (NO_CREDENTIALS, []), ({"cache": False}, [])],
)
def test_available_tokens_need_no_login(wire: FakeWire, given: dict[str, Any], tokens: list[str]) -> None:
    available = available_tokens(settings(**given), Context())
    assert [(one.token, one.connection) for one in available] == [
        (token, settings(**given).connection) for token in tokens
    ]
    assert wire.sent == []


def test_representation_of_an_available_token_does_not_show_it() -> None:
    assert repr(AvailableToken("thetoken", settings().connection, Context())) == "AvailableToken()"


# With the login of the fact of a host.


@pytest.fixture
def fact(wire: FakeWire, clock: FakeClock, task: Task) -> Any:
    """Log in elsewhere, and return the fact that this leaves."""
    wire.respond(200, issued("first"))
    result = task.run(identity_token, identity_url="https://id.example.com")
    wire.sent.clear()
    return result["ansible_facts"]["rax_identity"]


def without_credentials(task: Task, **given: Any) -> Settings:
    return Settings.from_options(login_options(task.directory, **NO_CREDENTIALS, **given))


def test_fact_authorizes_the_calls_where_its_login_was(wire: FakeWire, task: Task, fact: Any) -> None:
    with open_authenticated_client(without_credentials(task), Context(fact=fact)) as client:
        assert client.token == "first"
        assert client.identity.url == "https://id.example.com/v2.0"
    assert wire.sent == []


def test_fact_comes_before_the_subject_token(wire: FakeWire, task: Task, fact: Any) -> None:
    with open_authenticated_client(without_credentials(task), Context(fact=fact), "subject") as client:
        assert client.token == "first"


def test_given_token_comes_before_the_fact(wire: FakeWire, task: Task, fact: Any) -> None:
    given = without_credentials(task, token="owntoken")
    with open_authenticated_client(given, Context(fact=fact)) as client:
        assert client.token == "owntoken"
        assert client.identity.url == "https://identity.api.rackspacecloud.com/v2.0"


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        (Source.environment("RAX_TOKEN"), " The token came from the environment variable RAX_TOKEN."),
        (Source.variable("rax_token"), " The token came from the variable rax_token."),
        (Source.option("token"), ""),
    ],
)
@pytest.mark.parametrize("status", [401, 404])
def test_rejection_of_a_given_token_says_where_it_came_from(
    wire: FakeWire, task: Task, source: Source, origin: str, status: int
) -> None:
    wire.respond(status, UNAUTHORIZED)
    given, context = without_credentials(task, token="owntoken"), Context({"token": source})
    with pytest.raises(ServiceError) as caught, open_authenticated_client(given, context) as client:
        client.call(lambda token: client.identity.list_endpoints(token, auth_token=token))
    if status == 401:
        assert str(caught.value).endswith(f"has expired or was revoked; log in again.{origin}")
    else:
        assert "The token came from" not in str(caught.value)


def test_rejected_token_of_a_fact_is_not_replaced(wire: FakeWire, task: Task, fact: Any) -> None:
    wire.respond(401, UNAUTHORIZED)
    with open_authenticated_client(without_credentials(task), Context(fact=fact)) as client:
        with pytest.raises(MissingCredentialsError) as caught:
            client.call(lambda token: client.identity.validate_token("subject", auth_token=token))
    assert str(caught.value) == (
        "The login that the fact rax_identity of this host describes has ended: the service rejects its token. Run "
        "rackspace.identity.rax_identity_token again, or give credentials."
    )
    assert len(wire.sent) == 1


def test_token_of_a_fact_needs_no_login(wire: FakeWire, task: Task, fact: Any) -> None:
    (available,) = available_tokens(without_credentials(task), Context(fact=fact))
    assert (available.token, available.connection.identity_url) == ("first", "https://id.example.com/v2.0")


@pytest.mark.parametrize("broken", [{}, {"login_ref": None}, "text"])
def test_fact_that_is_broken_is_an_error(wire: FakeWire, task: Task, broken: object) -> None:
    context = Context(fact=broken)
    with pytest.raises(MissingCredentialsError, match="the fact rax_identity of this host cannot stand in"):
        available_tokens(without_credentials(task), context)
    with pytest.raises(MissingCredentialsError, match="the fact rax_identity of this host cannot stand in"):
        with open_authenticated_client(without_credentials(task), context, "subject"):
            pytest.fail("a client was opened with a broken fact")
    assert wire.sent == []
