# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The login that the fact of the host describes: when its token is used, handed to a module, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.tests.unit.support.action_run import (
    HANDED_OVER,
    Worker,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

pytestmark = pytest.mark.usefixtures("clock")


CONTINUING = ["rax_token_info", "rax_token_revoke"]
NOT_USED = (
    " The fact rax_identity of this host was not used, since it only stands in where nothing describes a login, not "
    "even in part."
)
NEVER_USED = (
    " The fact rax_identity of this host was not used, since this module always logs in itself. Other tasks, and "
    "lookups, can continue the login of a fact without credentials."
)
VARIABLE_NOT_USED = (
    " The variable rax_identity was not used, since it is not a fact of this host: only a fact, as rax_identity_token "
    "leaves it or set_fact with cacheable=true sets it again, stands in for credentials."
)
CANNOT = "No credentials were given, and the fact rax_identity of this host cannot stand in for them: it"
AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"login_ref": None}, "does not refer to a cached login (login_ref)"),
    (
        {"identity_url": "http://elsewhere/v2.0"},
        "was not written by a login with this token cache, or was changed since (login_ref)",
    ),
    (
        {"endpoints": []},
        "was not written by a login with this token cache, or was changed since (login_ref)",
    ),
]


@pytest.fixture
def fact(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> dict[str, Any]:
    """Log in on the controller, and return the fact that this leaves."""
    wire.respond(200, issued("first"))
    given = {**login, "identity_url": "https://id.example.com", "service_type": ["compute"]}
    found: dict[str, Any] = worker.run("rax_identity_token", given)["ansible_facts"]["rax_identity"]
    wire.sent.clear()
    return found


def facts_of(fact: object, **others: Any) -> dict[str, Any]:
    """Return variables with the fact of the host, and that of an option."""
    return {"ansible_facts": {"rax_identity": fact}, **others}


@pytest.mark.parametrize("name", CONTINUING)
def test_token_of_the_fact_is_handed_to_a_module_elsewhere(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str
) -> None:
    given = {"cache_dir": login["cache_dir"], "timeout": 7}
    assert worker.run_elsewhere(name, given, facts_of(fact)) == HANDED_OVER
    assert worker.passed == [{**given, "token": "first", "identity_url": "https://id.example.com/v2.0"}]
    assert wire.sent == []


def test_a_ca_bundle_beside_the_playbook_is_the_same_for_a_login_and_for_its_fact(
    monkeypatch: pytest.MonkeyPatch, wire: FakeWire, worker: Worker, login: dict[str, Any], tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "ca.pem")
    (tmp_path / "ca.pem").touch()
    worker.basedir = tmp_path
    wire.respond(200, issued("first"))
    fact = worker.run("rax_identity_token", login)["ansible_facts"]["rax_identity"]
    assert wire.only.verify == str(tmp_path / "ca.pem")
    worker.run_elsewhere("rax_token_info", {"cache_dir": login["cache_dir"]}, facts_of(fact))
    assert worker.passed[0]["token"] == "first"


@pytest.mark.parametrize(
    ("others", "is_revoked", "left"),
    [
        ({}, True, None),
        ({}, False, "first"),
        ({"subject_token": "first"}, True, None),
        ({"subject_token": "another"}, True, "first"),
    ],
)
def test_token_that_another_machine_revoked_with_that_of_the_fact_leaves_the_cache(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    others: dict[str, str],
    is_revoked: bool,
    left: str | None,
) -> None:
    worker.module = lambda _arguments: {"changed": True, "revoked": is_revoked}
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run_elsewhere("rax_token_revoke", {**given, **others}, facts_of(fact))
    assert result == {"changed": True, "revoked": is_revoked}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    assert [arguments.get("token") for arguments in worker.passed] == ["first", left]


@pytest.mark.parametrize("alias", ["identity_url", "auth_url", "auth_endpoint"])
def test_module_gets_the_url_of_the_fact_once(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], alias: str
) -> None:
    given = {"cache_dir": login["cache_dir"], alias: "https://id.example.com"}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    assert worker.passed == [
        {"cache_dir": login["cache_dir"], "token": "first", "identity_url": "https://id.example.com/v2.0"}
    ]


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize("given", [{"auth_url": "https://elsewhere.example.com"}, {"tenant_id": "765432"}])
def test_token_of_the_fact_is_not_handed_over_for_another_login(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, given: dict[str, str]
) -> None:
    arguments = {"cache_dir": login["cache_dir"], **given}
    worker.run_elsewhere(name, arguments, facts_of(fact))
    assert worker.passed == [arguments]


@pytest.mark.parametrize("name", CONTINUING)
def test_token_of_the_fact_is_used_in_the_worker(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str
) -> None:
    wire.respond(200 if name == "rax_token_info" else 204, sample("validated") if name == "rax_token_info" else None)
    result = worker.run(name, {"cache_dir": login["cache_dir"]}, variables=facts_of(fact))
    assert "failed" not in result
    assert wire.only.headers["X-Auth-Token"] == "first"
    assert wire.only.url.startswith("https://id.example.com/v2.0/tokens")
    assert worker.handed_over == 0


@pytest.mark.parametrize("lane", [{"become": True}, {"async_val": 10}, {"environment": [{"http_proxy": "http://p:1"}]}])
def test_token_of_the_fact_is_handed_to_a_module_on_every_lane(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], lane: dict[str, Any]
) -> None:
    worker.run("rax_token_info", {"cache_dir": login["cache_dir"]}, task=lane, variables=facts_of(fact))
    assert [arguments["token"] for arguments in worker.passed] == ["first"]


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(
    ("arguments", "variables", "task"),
    [
        ({"username": "u", "api_key": "k"}, {}, {}),
        ({"auth_token": "own"}, {}, {}),
        ({"username": "u"}, {}, {}),
        ({"creds_file": "/x"}, {}, {}),
        ({}, {"rax_token": "own"}, {}),
        ({}, {"rax_username": "u", "rax_password": "p"}, {}),
        ({}, {}, {"environment": [{"RAX_TOKEN": "own"}]}),
        ({}, {}, {"environment": [{}, {"RAX_USERNAME": "u", "RAX_API_KEY": "k"}]}),
        ({}, {}, {"environment": [{"RAX_CREDS_FILE": "/x"}]}),
    ],
)
def test_token_of_the_fact_is_not_handed_over_where_a_login_is_described(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    name: str,
    arguments: dict[str, Any],
    variables: dict[str, Any],
    task: dict[str, Any],
) -> None:
    given = {"cache_dir": login["cache_dir"], **arguments}
    worker.run_elsewhere(name, given, facts_of(fact, **variables), **task)
    from_variables = {variable[len("rax_") :]: value for variable, value in variables.items()}
    assert worker.passed == [{**given, **from_variables}]


def test_a_login_in_the_environment_of_the_controller_is_not_one_for_another_machine(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    given = {"cache_dir": login["cache_dir"]}
    worker.run_elsewhere("rax_token_info", given, facts_of(fact))
    worker.run("rax_token_info", given, task={"async_val": 10}, variables=facts_of(fact))
    assert [arguments.get("token") for arguments in worker.passed] == ["first", None]


@pytest.mark.parametrize("variable", ["RAX_USERNAME", "RAX_TOKEN", "RAX_CREDS_FILE"])
@pytest.mark.parametrize("lane", ["run", "run_elsewhere"])
def test_an_empty_variable_in_the_environment_of_the_task_describes_no_login(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    lane: str,
) -> None:
    # Which also unsets that of the controller.
    monkeypatch.setenv(variable, "of the controller")
    given, environment = {"cache_dir": login["cache_dir"]}, [{"A": "b"}, {variable: ""}]
    if lane == "run":
        worker.run("rax_token_info", given, task={"environment": environment}, variables=facts_of(fact))
    else:
        worker.run_elsewhere("rax_token_info", given, facts_of(fact), environment=environment)
    assert [arguments.get("token") for arguments in worker.passed] == ["first"]


def test_a_credentials_file_of_the_user_describes_a_login_on_the_controller(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], home: Path
) -> None:
    (home / ".rackspace_cloud_credentials").write_text("[rackspace_cloud]\n", encoding="utf-8")
    given = {"cache_dir": login["cache_dir"]}
    worker.run("rax_token_info", given, task={"async_val": 10}, variables=facts_of(fact))
    assert worker.passed == [given]


def test_a_login_never_takes_the_token_of_the_fact(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: dict[str, Any]
) -> None:
    given = {"cache_dir": login["cache_dir"], "tenant_id": "123456"}
    worker.run_elsewhere("rax_identity_token", given, facts_of(fact))
    assert worker.passed == [given]
    result = worker.run("rax_identity_token", given, variables=facts_of(fact))
    assert result["error"]["kind"] == "missing_credentials"
    assert wire.sent == []


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(("changed", "why"), BROKEN)
def test_token_of_a_fact_that_cannot_be_trusted_is_not_handed_over(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, changed: dict[str, Any], why: str
) -> None:
    worker.module = lambda _arguments: {
        "failed": True,
        "msg": "No credentials were given. Give one of: ...",
        "error": {"kind": "missing_credentials"},
    }
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run_elsewhere(name, given, facts_of({**fact, **changed}))
    assert worker.passed == [given]
    assert result["msg"] == f"{CANNOT} {why}. {AGAIN}"
    assert result["error"]["kind"] == "missing_credentials"


def test_a_module_that_does_without_the_fact_does_not_mention_it(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any]
) -> None:
    given = {"cache_dir": login["cache_dir"]}
    variables = facts_of({**fact, "login_ref": None})
    # The other machine has credentials of its own.
    assert worker.run_elsewhere("rax_token_info", given, variables) == HANDED_OVER
    worker.module = lambda _arguments: {"failed": True, "msg": "Failed.", "error": {"kind": "unreachable"}}
    assert worker.run_elsewhere("rax_token_info", given, variables)["msg"] == "Failed."


@pytest.mark.parametrize("name", CONTINUING)
@pytest.mark.parametrize(("changed", "why"), BROKEN)
@pytest.mark.parametrize("task", [{}, {"async_val": 10}])
def test_a_fact_that_cannot_be_trusted_is_refused_on_the_controller(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    name: str,
    changed: dict[str, Any],
    why: str,
    task: dict[str, Any],
) -> None:
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run(name, given, task=task, variables=facts_of({**fact, **changed}))
    assert (result["failed"], result["msg"]) == (True, f"{CANNOT} {why}. {AGAIN}")
    assert result["error"]["kind"] == "missing_credentials"
    assert (worker.passed, wire.sent) == ([], [])


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        ({"connection": {"transport": "ssh"}}, None),
        ({"task": {"become": True}}, None),
        ({"connection": {"become": object()}}, None),
        ({"task": {"async_val": 10}}, "name.digest"),
        ({"task": {"environment": [{"http_proxy": "http://p:1"}]}}, "name.digest"),
    ],
    ids=["ssh", "become of the task", "become of the connection", "async", "environment"],
)
def test_only_a_reference_to_a_cache_of_the_controller_is_kept(
    worker: Worker, login: dict[str, Any], lane: dict[str, Any], expected: str | None
) -> None:
    worker.module = lambda _arguments: {
        "changed": True,
        "ansible_facts": {"rax_identity": {"username": "demoauthor", "login_ref": "name.digest"}},
    }
    result = worker.run("rax_identity_token", login, **lane)
    assert result["ansible_facts"] == {"rax_identity": {"username": "demoauthor", "login_ref": expected}}


@pytest.mark.parametrize("facts", [None, "text", {}, {"rax_identity": "text"}, {"rax_identity": {"username": "u"}}])
def test_results_of_other_machines_may_have_any_shape(worker: Worker, login: dict[str, Any], facts: Any) -> None:
    worker.module = lambda _arguments: {"changed": True, "ansible_facts": facts}
    assert worker.run_elsewhere("rax_identity_token", login)["ansible_facts"] == facts


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize("name", [*CONTINUING, "rax_identity_token"])
def test_a_login_that_is_described_in_part_says_that_the_fact_is_not_used(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], transport: str, name: str
) -> None:
    missing = "The credentials of u (the option username) are missing."
    worker.module = lambda _arguments: {"failed": True, "msg": missing, "error": {"kind": "missing_credentials"}}
    given = {"cache_dir": login["cache_dir"], "username": "u"}
    result = worker.run(name, given, connection={"transport": transport}, variables=facts_of(fact))
    assert result["msg"].startswith(missing)
    assert result["msg"].endswith(NOT_USED if name in CONTINUING else NEVER_USED)
    assert result["msg"].count("The fact rax_identity") == 1
    assert "The fact rax_identity" not in worker.run(name, given, connection={"transport": transport})["msg"]


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize("given", [{}, {"tenant_id": "123456"}])
def test_a_login_without_credentials_says_that_it_never_uses_the_fact(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], transport: str, given: dict[str, str]
) -> None:
    missing = "No credentials were given."
    worker.module = lambda _arguments: {"failed": True, "msg": missing, "error": {"kind": "missing_credentials"}}
    arguments = {"cache_dir": login["cache_dir"], **given}
    lane = {"transport": transport}
    result = worker.run("rax_identity_token", arguments, connection=lane, variables=facts_of(fact))
    assert result["msg"].startswith(missing)
    assert result["msg"].endswith(NEVER_USED)
    assert "The fact rax_identity" not in worker.run("rax_identity_token", arguments, connection=lane)["msg"]


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize("name", ["rax_token_info", "rax_identity_token"])
def test_a_variable_with_the_name_of_the_fact_does_not_stand_in(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], transport: str, name: str
) -> None:
    missing = "No credentials were given."
    worker.module = lambda _arguments: {"failed": True, "msg": missing, "error": {"kind": "missing_credentials"}}
    given = {"cache_dir": login["cache_dir"]}
    result = worker.run(name, given, connection={"transport": transport}, variables={"rax_identity": fact})
    assert result["msg"].startswith(missing)
    assert result["msg"].endswith(VARIABLE_NOT_USED) is (name in CONTINUING)
