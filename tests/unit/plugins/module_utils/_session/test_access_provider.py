# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the settings to a login, and to the login that the fact of a host describes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MfaRequiredError,
    MissingCredentialsError,
    MissingLibraryError,
    NoCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import (
    AccessProvider,
    open_provider,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.fact_access import FactAccess
from ansible_collections.rackspace.identity.plugins.module_utils._session.login_result import LoginResult, tell_login
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    MFA,
    REMEMBERED,
    UNAUTHORIZED,
    Task,
    files,
    issued,
    log_in_while_read,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
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
    login = log_in()
    assert (login.identity_url, login.access) == (url, full_access())
    assert (login.cached, login.is_current) == (False, None)
    assert wire.only.url == f"{url}/tokens"
    assert wire.only.timeout == (30.0, 30.0)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({}, ("u", False, False)),
        ({"tenant_id": "1"}, ("u", True, False)),
        ({"tenant_name": "n"}, ("u", True, False)),
        ({"api_key": None, "password": "secretword"}, ("u", False, False)),
        ({"api_key": None, "token": "secrettoken", "tenant_id": "1"}, (None, True, False)),
        ({"api_key": None, "passcode": "123456", "session_id": "secretsession"}, (None, False, True)),
        ({"api_key": None, "passcode": "123456", "session_id": "secretsession", "tenant_id": "1"}, (None, True, True)),
    ],
)
def test_what_is_known_of_a_login(wire: FakeWire, given: dict[str, Any], known: tuple[str | None, bool, bool]) -> None:
    for cache in (True, False):
        wire.respond(200, sample("login"))
        login = log_in(**given, cache=cache)
        assert (login.username, login.has_tenant, login.is_second_step) == known


def test_result_of_a_login_holds_no_secret_of_it(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert "secretkey" not in repr(log_in())


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
    with pytest.raises(OptionError, match=r"^api_version is v1\.1, which cannot log in with a password, "):
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


# Where the secret of a login that fails came from.

FAILED = (
    "Logging in as u with an API key failed: identity.api.rackspacecloud.com responded with 401 unauthorized: Unable "
    "to authenticate user with credentials provided. Check username and api_key; the key is shown in the Cloud "
    "Control Panel under Account Settings, and is not the password."
)


def refused(sources: dict[str, Source], **given: Any) -> ServiceError:
    settings = Settings.from_options({"username": "u", "api_key": "secretkey", **given})
    with pytest.raises(ServiceError) as caught:
        AccessProvider(settings, Context(sources)).get_access()
    assert "secret" not in repr((caught.value.args, caught.value.as_result()))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize(
    ("sources", "given", "origin"),
    [
        ({}, {}, ""),
        ({"api_key": Source.option("api_key")}, {}, ""),
        (
            {"api_key": Source.variable("rax_api_key")},
            {},
            " The api_key came from the variable rax_api_key.",
        ),
        (
            {"api_key": Source.environment("RAX_API_KEY")},
            {},
            " The api_key came from the environment variable RAX_API_KEY.",
        ),
        (
            {"token": Source.environment("RAX_TOKEN")},
            {"token": "secrettoken"},
            " The api_key came from the option api_key. Not used: token (the environment variable RAX_TOKEN).",
        ),
        (
            {
                "api_key": Source.variable("rax_api_key"),
                "token": Source.environment("RAX_TOKEN"),
                "password": Source.environment("RAX_PASSWORD"),
            },
            {"token": "secrettoken", "password": "secretword"},
            (
                " The api_key came from the variable rax_api_key. Not used: token (the environment variable "
                "RAX_TOKEN), password (the environment variable RAX_PASSWORD)."
            ),
        ),
    ],
)
def test_failed_login_says_where_its_secret_came_from(
    wire: FakeWire, sources: dict[str, Source], given: dict[str, Any], origin: str
) -> None:
    wire.respond(401, UNAUTHORIZED)
    assert str(refused(sources, **given, cache=False)) == f"{FAILED}{origin}"


def test_failed_login_says_which_file_its_secret_came_from(wire: FakeWire, home: Path) -> None:
    path = home / ".rackspace_cloud_credentials"
    path.write_text("[rackspace_cloud]\nusername = u\napi_key = secretkey\n", encoding="utf-8")
    path.chmod(0o600)
    wire.respond(401, UNAUTHORIZED)
    text = str(refused({}, username=None, api_key=None, cache=False))
    assert text == f"{FAILED} The api_key came from the credentials file {path}."


def test_second_factor_says_where_the_password_came_from(wire: FakeWire) -> None:
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    sources = {"password": Source.environment("RAX_PASSWORD")}
    error = refused(sources, api_key=None, password="secretword", cache=False)
    assert isinstance(error, MfaRequiredError)
    assert str(error).endswith(" The password came from the environment variable RAX_PASSWORD.")
    assert error.challenge


def test_remembered_refusal_says_where_the_secret_of_this_task_came_from(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(401, UNAUTHORIZED)
    first = {"api_key": Source.environment("RAX_API_KEY")}
    assert str(refused(first)) == f"{FAILED} The api_key came from the environment variable RAX_API_KEY."
    assert str(refused({})) == f"{FAILED} {REMEMBERED}"
    second = {"api_key": Source.variable("rax_api_key")}
    assert str(refused(second)) == f"{FAILED} The api_key came from the variable rax_api_key. {REMEMBERED}"
    assert len(wire.sent) == 1


def test_tenant_that_was_asked_for_is_named(wire: FakeWire) -> None:
    wire.respond(401, UNAUTHORIZED)
    assert str(refused({}, tenant_id="7654321", cache=False)) == (
        "Logging in as u with an API key to tenant 7654321 failed: identity.api.rackspacecloud.com responded with 401 "
        "unauthorized: Unable to authenticate user with credentials provided. Check username and api_key; the key is "
        "shown in the Cloud Control Panel under Account Settings, and is not the password. Check that the user has "
        "access to tenant 7654321."
    )


# The fact of a host, where no login is described.


@pytest.fixture
def fact(wire: FakeWire, clock: FakeClock, task: Task) -> Any:
    """Log in, and return the fact that this leaves."""
    wire.respond(200, issued("first"))
    return task.run(identity_token)["ansible_facts"]["rax_identity"]


def provider(directory: Path, fact: object, warnings: list[str] | None = None, **given: Any) -> FactAccess:
    settings = Settings.from_options(login_options(directory, username=None, api_key=None, **given))
    shown: list[str] = [] if warnings is None else warnings
    provides = open_provider(settings, Context(fact=fact, warn=shown.append))
    assert isinstance(provides, FactAccess)
    return provides


def test_fact_gives_the_cached_login(fact: Any, wire: FakeWire, task: Task) -> None:
    provides = provider(task.directory, fact)
    login = provides.get_access()
    assert (login.access.token.id, login.cached, login.identity_url) == ("first", True, fact["identity_url"])
    assert provides.cached_tokens() == ["first"]
    assert provides.connection.identity_url == fact["identity_url"]
    # It cannot be the beginning of another fact.
    assert login.make_reference(fact) is None
    assert len(wire.sent) == 1


def test_login_of_a_fact_is_current_until_it_expires(fact: Any, task: Task, clock: FakeClock) -> None:
    is_current = provider(task.directory, fact).get_access().is_current
    assert is_current
    assert is_current()
    # No other token can be had: min_ttl does not matter.
    clock.move(days=1, seconds=-1)
    assert is_current()
    clock.move(seconds=1)
    assert not is_current()


def test_login_of_a_fact_is_current_until_it_is_forgotten(fact: Any, task: Task) -> None:
    provides = provider(task.directory, fact)
    is_current = provides.get_access().is_current
    assert is_current
    assert is_current()
    provides.forget_token("first")
    assert not is_current()
    assert not [name for name in files(task.directory) if name.endswith(".json")]


def test_login_of_a_fact_that_the_service_rejects_is_forgotten(fact: Any, task: Task) -> None:
    with pytest.raises(NoCredentialsError, match="has ended: the service rejects its token"):
        provider(task.directory, fact).replace_token("first")
    assert not [name for name in files(task.directory) if name.endswith(".json")]


def test_login_of_a_fact_is_not_current_once_another_took_its_place(fact: Any, wire: FakeWire, task: Task) -> None:
    is_current = provider(task.directory, fact).get_access().is_current
    wire.respond(200, issued("second"))
    task.login(renew=True)
    assert is_current
    assert not is_current()


def test_login_of_a_fact_is_not_current_if_another_took_its_place_while_it_was_read(
    fact: Any, wire: FakeWire, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_while_read(monkeypatch, wire, task)
    login = provider(task.directory, fact).get_access()
    assert login.access.token.id == "first"
    assert login.is_current
    assert not login.is_current()


def test_fact_without_the_cache_is_of_no_use(fact: Any, task: Task) -> None:
    with pytest.raises(NoCredentialsError) as caught:
        provider(task.directory, fact, cache=False)
    assert str(caught.value) == "No credentials were given, and without the token cache no fact can stand in for them."


def test_fact_with_a_cache_that_others_can_access(fact: Any, task: Task) -> None:
    warnings: list[str] = []
    task.directory.chmod(0o755)
    with pytest.raises(NoCredentialsError) as caught:
        provider(task.directory, fact, warnings)
    assert str(caught.value) == "No credentials were given, and without the token cache no fact can stand in for them."
    assert len(warnings) == 1


def test_fact_whose_cache_entry_others_can_access(fact: Any, task: Task) -> None:
    (path,) = task.directory.glob("*.json")
    path.chmod(0o644)
    with pytest.raises(NoCredentialsError) as caught:
        provider(task.directory, fact)
    assert str(caught.value) == (
        f"No credentials were given, and the token cache cannot be read: users other than its owner can access {path}; "
        "remove it, or chmod it."
    )


def test_no_fact_is_the_usual_error(task: Task) -> None:
    with pytest.raises(NoCredentialsError, match=r"^No credentials were given\. Give one of: "):
        provider(task.directory, None)


@pytest.mark.parametrize(
    "given",
    [{"username": "u"}, {"passcode": "1"}, {"token": "t"}, {"api_key": "k"}, {"credentials_file": "/nowhere/file"}],
)
def test_fact_does_not_complete_half_a_login(fact: Any, task: Task, given: dict[str, Any]) -> None:
    settings = Settings.from_options({**login_options(task.directory, username=None, api_key=None), **given})
    with pytest.raises(MissingCredentialsError) as caught:
        open_provider(settings, Context(fact=fact))
    assert not isinstance(caught.value, NoCredentialsError)


def test_the_name_of_the_user_does_not_control_the_terminal() -> None:
    told: list[str] = []
    context = Context(tell=lambda _verbosity, line: told.append(line))
    access = full_access()
    access.user["name"] = "demo\x1b[2Jauthor" + "x" * 1000
    tell_login(context, "Logged in", "https://id", access)
    assert told[0].startswith("Logged in as demo [2Jauthorx")
    assert len(told[0]) < 200


@pytest.mark.parametrize(
    ("valid_until", "shown"),
    [(253402300799.999999, "9999-12-31T23:59:59Z"), (253402300900.0, "9999-12-31T23:59:59Z"), (-7e10, "1970-01-01")],
)
def test_end_of_a_token_that_no_date_has(valid_until: float, shown: str) -> None:
    told: list[str] = []
    access = full_access()
    access = access._replace(token=access.token._replace(valid_until=valid_until))
    tell_login(Context(tell=lambda _verbosity, line: told.append(line)), "Logged in", "https://id", access)
    assert f"valid until {shown}" in told[0]
