# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup rax_token, from its options to the wire."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib

from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.tests.unit.support.caching import Task, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.lookup_run import run_lookup
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample, sample_bytes

TOKEN = "d74f592f986e4d6e995853ccf0123456"
URL = "https://identity.api.rackspacecloud.com/v2.0"
LOGIN: dict[str, Any] = {"username": "demoauthor", "api_key": "aaaaa-bbbbb-ccccc-12345678"}

pytestmark = pytest.mark.usefixtures("new_process")


def lookup(
    *terms: object, variables: Mapping[str, Any] | None = None, basedir: Path | None = None, **options: Any
) -> list[Any]:
    return run_lookup("rax_token", terms, options, variables=variables, basedir=basedir)


def failure(kind: type[AnsibleError], *terms: object, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        lookup(*terms, **options)
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.covers("operations/none-of-them", "request-headers/x-auth-token/calls-to-services")
def test_returns_the_token(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup(**LOGIN) == [TOKEN]
    assert wire.only.json == sample("request_api_key")
    assert wire.only.url == f"{URL}/tokens"


def test_token_of_a_tenant(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup(**LOGIN, tenant_id="1100111") == [TOKEN]
    assert wire.only.json == sample("request_api_key_with_tenant")


def test_login_from_variables(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    assert lookup(variables={f"rax_{name}": value for name, value in LOGIN.items()}) == [TOKEN]
    assert wire.only.json == sample("request_api_key")


def test_login_from_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LOGIN.items():
        monkeypatch.setenv(f"RAX_{name.upper()}", value)
    wire.respond(200, sample("login"))
    assert lookup() == [TOKEN]
    assert wire.only.json == sample("request_api_key")


def test_second_step_from_variables(wire: FakeWire) -> None:
    wire.respond(200, sample("login_with_passcode"))
    variables = {"rax_passcode": "1411594", "rax_session_id": "secretsession"}
    assert lookup(variables=variables) == ["abcdef123ghi4j5k67m8910n12op3qrs"]
    assert wire.only.json == {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "1411594"}}}
    assert wire.only.headers["X-SessionId"] == "secretsession"


@pytest.mark.parametrize("name", ["RAX_PASSCODE", "RAX_SESSION_ID"])
def test_second_step_does_not_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "secret1")
    assert failure(AnsibleLookupError).startswith("No credentials were given. ")


@pytest.mark.parametrize(
    ("options", "wire_format", "path", "token"),
    [
        ({"wire_format": "xml"}, "xml", "v2.0/tokens", TOKEN),
        ({"api_version": "v1.1"}, "json", "v1.1/auth", "aaaaa-bbbb-cccc-ddddd"),
        ({"api_version": "v1.1", "wire_format": "xml"}, "xml", "v1.1/auth", "aaaaa-bbbb-cccc-ddddd"),
    ],
)
def test_other_api_versions_and_wire_formats(
    wire: FakeWire, options: dict[str, Any], wire_format: str, path: str, token: str
) -> None:
    version = "v11" if "api_version" in options else "v2"
    wire.respond(200, body=sample_bytes("login", wire_format, version))
    assert lookup(**LOGIN, **options) == [token]
    assert wire.only.url == f"https://identity.api.rackspacecloud.com/{path}"


def test_api_version_from_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_API_VERSION", "v1.1")
    wire.respond(200, sample("login", "v11"))
    assert lookup(**LOGIN) == ["aaaaa-bbbb-cccc-ddddd"]


@pytest.mark.parametrize("name", ["api_version", "wire_format"])
def test_choices_are_checked(name: str) -> None:
    with pytest.raises(AnsibleError, match=name):
        lookup(**{**LOGIN, name: "v3"})


@pytest.fixture
def fact(wire: FakeWire, clock: FakeClock, task: Task) -> dict[str, Any]:
    """Log in as another task of the host did, and return the fact that this leaves."""
    wire.respond(200, issued("of the fact"))
    found: dict[str, Any] = task.run(identity_token)["ansible_facts"]["rax_identity"]
    wire.sent.clear()
    return found


def of_host(fact: object, task: Task, **others: Any) -> dict[str, Any]:
    """Return the variables of a host with this fact."""
    return {"ansible_facts": {"rax_identity": fact}, "rax_cache_dir": str(task.directory), **others}


def test_fact_is_not_used_where_a_login_is_described(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    wire.respond(200, issued("of another"))
    assert lookup(variables=of_host(fact, task), username="other", api_key="keysecret") == ["of another"]
    assert wire.only.json["auth"]["RAX-KSKEY:apiKeyCredentials"]["username"] == "other"


def test_token_of_the_login_that_the_fact_describes(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    assert lookup(variables=of_host(fact, task)) == ["of the fact"]
    assert wire.sent == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"login_ref": None}, "does not refer to a cached login (login_ref)"),
        (
            {"username": "other"},
            "was not written by a login with this token cache, or was changed since (login_ref)",
        ),
    ],
)
def test_fact_that_a_host_could_have_written_is_not_used(
    wire: FakeWire, task: Task, fact: dict[str, Any], changed: dict[str, Any], why: str
) -> None:
    assert failure(AnsibleLookupError, variables=of_host({**fact, **changed}, task)) == (
        f"No credentials were given, and the fact rax_identity of this host cannot stand in for them: it {why}. "
        "Run rackspace.identity.rax_identity_token again on the controller, or give credentials. "
        "(error.kind: missing_credentials)"
    )
    assert wire.sent == []


def test_a_variable_with_the_name_of_the_fact_does_not_stand_in(wire: FakeWire, fact: dict[str, Any]) -> None:
    text = failure(AnsibleLookupError, variables={"rax_identity": fact})
    assert text.endswith(
        " The variable rax_identity was not used, since it is not a fact of this host: only a fact, as "
        "rax_identity_token leaves it or set_fact with cacheable=true sets it again, stands in for credentials. "
        "(error.kind: missing_credentials)"
    )
    assert wire.sent == []


def test_fact_without_a_cache_is_of_no_use(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    text = failure(AnsibleLookupError, variables=of_host(fact, task, rax_cache=False))
    assert text == (
        "No credentials were given, and without the token cache no fact can stand in for them. "
        "(error.kind: missing_credentials)"
    )


@pytest.mark.parametrize("wantlist", [True, False])
def test_a_with_loop_passes_wantlist(wire: FakeWire, wantlist: bool) -> None:
    wire.respond(200, sample("login"))
    assert lookup(wantlist=wantlist, **LOGIN) == [TOKEN]


def test_key_of_the_lookup_beats_the_token_in_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_TOKEN", "secret1")
    wire.respond(200, sample("login"))
    assert lookup(**LOGIN) == [TOKEN]
    assert wire.only.json == sample("request_api_key")


def test_token_of_the_lookup_beats_the_key_in_the_environment(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAX_USERNAME", "demoauthor")
    monkeypatch.setenv("RAX_API_KEY", "secret1")
    wire.respond(200, sample("login"))
    assert lookup(token="own", tenant_id="123456") == [TOKEN]
    assert wire.only.json == {"auth": {"token": {"id": "own"}, "tenantId": "123456"}}


def test_relative_paths_mean_the_directory_of_the_playbook(
    wire: FakeWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playbook = tmp_path / "playbooks"
    playbook.mkdir()
    monkeypatch.chdir(tmp_path)
    creds = playbook / "creds.ini"
    lines = ["[rackspace_cloud]", *(f"{name} = {value}" for name, value in LOGIN.items())]
    creds.write_text("\n".join(lines), encoding="utf-8")
    creds.chmod(0o600)
    wire.respond(200, sample("login"))
    assert lookup(basedir=playbook, credentials_file="creds.ini", cache_dir=".rax") == [TOKEN]
    assert wire.only.json == sample("request_api_key")
    assert (playbook / ".rax").is_dir()
    assert not (tmp_path / ".rax").exists()


@pytest.mark.parametrize("terms", [["x"], ["x", "y"], [""]])
def test_terms_are_refused(wire: FakeWire, terms: list[str]) -> None:
    assert failure(AnsibleOptionsError, *terms, **LOGIN) == (
        "rax_token takes no terms, only options such as username=. (error.kind: bad_request)"
    )
    assert wire.sent == []


def test_unknown_option(wire: FakeWire) -> None:
    text = failure(AnsibleOptionsError, **LOGIN, region="DFW")
    assert text.startswith("Unknown option region. Options: api_key, api_version, ")
    assert wire.sent == []


def test_no_credentials(wire: FakeWire) -> None:
    text = failure(AnsibleLookupError)
    assert text.startswith("No credentials were given. Give one of: username and api_key, ")
    assert text.endswith("(error.kind: missing_credentials)")


def test_token_without_a_tenant() -> None:
    text = failure(AnsibleLookupError, token="secret1")
    assert text == (
        "A token alone (the option token) does not log in. Give tenant_id or tenant_name with it for a token of that "
        "tenant, or use the module rackspace.identity.rax_token_info to see what the token is valid for. "
        "(error.kind: missing_credentials)"
    )
    assert "secret1" not in text


def test_second_factor_is_required(wire: FakeWire) -> None:
    wire.respond(401, headers=[("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")])
    text = failure(AnsibleLookupError, username="u", password="p4ssw0rd")
    assert text.endswith(
        "The account asks for a second factor: log in with an API key, which needs none, or run rax_identity_token "
        "with on_mfa=challenge, and again with the session_id that it returns and the passcode. "
        "(error.kind: mfa_required)"
    )
    assert "secretsession" not in text


@pytest.mark.parametrize(("library", "options"), [("requests", {}), ("defusedxml", {"wire_format": "xml"})])
def test_missing_library(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, library: str, options: dict[str, Any]
) -> None:
    monkeypatch.setitem(sys.modules, {"defusedxml": "defusedxml.ElementTree"}.get(library, library), None)
    assert (
        failure(AnsibleLookupError, **LOGIN, **options)
        == f"{missing_required_lib(library)} (error.kind: missing_library)"
    )
    assert wire.sent == []
