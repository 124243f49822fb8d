# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ways to run an action, in the worker and as a module: the same requests, the same result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import arg_spec

from ansible_collections.rackspace.identity.plugins.modules import (
    rax_identity_token,
    rax_token_info,
    rax_token_revoke,
)
from ansible_collections.rackspace.identity.tests.unit.support.action_run import HANDED_OVER, Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    DISABLED,
    MFA,
    PASSWORD,
    UNAUTHORIZED,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

MAINS = {
    "rax_identity_token": rax_identity_token.main,
    "rax_token_info": rax_token_info.main,
    "rax_token_revoke": rax_token_revoke.main,
}
LOGIN = {"username": "demoauthor", "api_key": API_KEY}
BY_PASSWORD = {"username": "demoauthor", "password": PASSWORD}
RESPONSES: dict[str, tuple[int, Any, Any]] = {
    "issued": (200, issued(), ()),
    "valid": (200, sample("validated"), ()),
    "endpoints": (200, sample("endpoints"), ()),
    "revoked": (204, None, ()),
    "unauthorized": (401, UNAUTHORIZED, ()),
    "disabled": (403, DISABLED, ()),
    "challenge": (401, UNAUTHORIZED, MFA),
    "gone": (404, None, [("X-Openstack-Request-Id", "req-1")]),
    "page": (200, None, [("Content-Type", "text/html")]),
}

# The action, its arguments, and how the service responds.
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("rax_identity_token", {}, ["issued"]),
    ("rax_identity_token", {"facts": "all"}, ["issued"]),
    ("rax_identity_token", {"facts": "none", "include_endpoints": "no"}, ["issued"]),
    ("rax_identity_token", {"type": "object-store,compute", "region": "DFW"}, ["issued"]),
    ("rax_identity_token", {"service_type": ["compute"], "interface": ["public"]}, ["issued"]),
    ("rax_identity_token", {"cache": False, "timeout": "5", "retries": "0"}, ["issued"]),
    ("rax_identity_token", {"auth_url": "https://id.example.com", "tenant_id": 123456}, ["issued"]),
    ("rax_identity_token", {"identity_url": "http://id.example.com"}, ["issued"]),
    ("rax_identity_token", {"proxy": "http://user:secret@proxy.example.com:1"}, ["issued"]),
    ("rax_identity_token", {"renew": True, "_check": True}, ["issued"]),
    ("rax_identity_token", {}, ["unauthorized"]),
    ("rax_identity_token", {}, ["disabled"]),
    ("rax_identity_token", {}, ["page"]),
    ("rax_identity_token", {**BY_PASSWORD, "api_key": None}, ["challenge"]),
    ("rax_identity_token", {**BY_PASSWORD, "api_key": None, "on_mfa": "challenge"}, ["challenge"]),
    ("rax_identity_token", {"tenant_id": "1", "tenant_name": "2"}, []),
    ("rax_identity_token", {"default_region": "ORD", "token": "own"}, []),
    ("rax_identity_token", {"token": "own", "tenant_id": "123456"}, ["issued"]),
    ("rax_identity_token", {"token": "own", "tenant_id": "123456"}, ["unauthorized"]),
    ("rax_identity_token", {"identity_url": "https://id.example.com/v3"}, []),
    ("rax_identity_token", {"api_key": None}, []),
    ("rax_identity_token", {"timeout": 0}, []),
    ("rax_identity_token", {"ca_path": "~/nothing"}, []),
    ("rax_token_info", {}, ["issued", "valid"]),
    ("rax_token_info", {"subject_token": "subject", "list_endpoints": True}, ["issued", "valid", "endpoints"]),
    ("rax_token_info", {"subject_token": "subject"}, ["issued", "gone"]),
    ("rax_token_info", {"subject_token": "subject"}, ["issued", "unauthorized"]),
    ("rax_token_info", {"username": None, "api_key": None, "auth_token": "own"}, ["valid"]),
    ("rax_token_info", {"token": "own"}, ["valid"]),
    ("rax_token_info", {"api_version": "v1.1"}, []),
    ("rax_token_revoke", {}, []),
    ("rax_token_revoke", {"username": None, "api_key": None, "token": "own"}, ["revoked"]),
    ("rax_token_revoke", {"token": "own"}, ["revoked"]),
    ("rax_token_revoke", {"subject_token": ".."}, []),
    ("rax_token_revoke", {"subject_token": "subject"}, ["issued", "revoked"]),
    ("rax_token_revoke", {"subject_token": "subject", "_check": True}, ["issued", "valid"]),
    ("rax_token_revoke", {"subject_token": "subject"}, ["issued", "disabled", "valid", "disabled"]),
]


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "true")
    return Worker(monkeypatch)


def prepare(wire: FakeWire, responses: list[str]) -> None:
    wire.sent.clear()
    for name in responses:
        status, payload, headers = RESPONSES[name]
        wire.respond(status, payload, headers=headers)


def in_worker(worker: Worker, name: str, arguments: dict[str, Any], check: bool = False) -> dict[str, Any]:
    return worker.run(name, arguments, task={"check_mode": check}, variables={"ansible_inject_invocation": True})


def forget_logins(directory: Path) -> None:
    """Remove what is cached, but not the user's own key: references to a login are made with it."""
    for path in directory.glob("*.json"):
        path.unlink()


def without_invocation(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without the arguments that -vvv shows."""
    return {name: value for name, value in result.items() if name != "invocation"}


def as_module(main: Callable[[], None], arguments: dict[str, Any], check: bool = False) -> dict[str, Any]:
    """Return the result of the module, as it comes to the worker: with its warnings, without its exit code."""
    warnings: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(basic.AnsibleModule, "warn", lambda _module, text: warnings.append(text))
        result = run(main, **arguments, _ansible_check_mode=check)
    assert result.pop("exit_code") == (1 if result.get("failed") else 0)
    for added in ("warnings", "deprecations"):
        result.pop(added, None)
    return {**result, "warnings": warnings} if warnings else result


@pytest.mark.parametrize(("name", "given", "responses"), CASES)
def test_both_ways_send_and_return_the_same(
    wire: FakeWire, worker: Worker, tmp_path: Path, name: str, given: dict[str, Any], responses: list[str]
) -> None:
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache"), **given}
    check = bool(arguments.pop("_check", False))
    prepare(wire, responses)
    result = in_worker(worker, name, dict(arguments), check)
    requests = list(wire.sent)
    forget_logins(tmp_path / "cache")
    prepare(wire, responses)
    module_result = as_module(MAINS[name], dict(arguments), check)
    assert worker.handed_over == 0
    # Through JSON, as a module's result comes.
    assert json.loads(json.dumps(result)) == module_result
    assert wire.sent == requests


@pytest.mark.parametrize("name", MAINS)
def test_both_ways_share_the_cache(wire: FakeWire, worker: Worker, tmp_path: Path, name: str) -> None:
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache")}
    wire.respond(200, issued())
    assert in_worker(worker, "rax_identity_token", arguments)["cached"] is False
    if name == "rax_identity_token":
        assert as_module(MAINS[name], arguments) == in_worker(worker, name, arguments)
        assert in_worker(worker, name, arguments)["cached"] is True
        assert len(wire.sent) == 1
    elif name == "rax_token_info":
        prepare(wire, ["valid"])
        result = in_worker(worker, name, arguments)
        prepare(wire, ["valid"])
        assert as_module(MAINS[name], arguments) == result
    else:
        prepare(wire, ["revoked"])
        assert in_worker(worker, name, arguments)["changed"] is True
        assert as_module(MAINS[name], arguments)["changed"] is False


@pytest.mark.parametrize(
    "given",
    [
        {"nonsense": 1},
        {"timeout": "soon"},
        {"wire_format": "yaml"},
        {"cache": "perhaps"},
        {"region": {"a": 1}},
        {"auth_url": "https://one.example.com", "auth_endpoint": "https://two.example.com"},
        {"identity_url": "https://one.example.com", "auth_url": "https://two.example.com"},
    ],
)
def test_arguments_that_ansible_reports_on_are_left_to_the_module(worker: Worker, given: dict[str, Any]) -> None:
    assert in_worker(worker, "rax_identity_token", {**LOGIN, **given}) == HANDED_OVER


@pytest.mark.parametrize("name", MAINS)
def test_api_key_and_password_side_by_side_are_refused_alike(
    wire: FakeWire, worker: Worker, tmp_path: Path, name: str
) -> None:
    arguments = {**LOGIN, "password": PASSWORD, "cache_dir": str(tmp_path / "cache")}
    result = in_worker(worker, name, dict(arguments))
    module_result = as_module(MAINS[name], dict(arguments))
    # The action refuses it wherever the task runs, before there is an invocation to show.
    assert result == without_invocation(module_result)
    assert result["error"]["kind"] == "ambiguous_credentials"
    assert (worker.handed_over, wire.sent) == (0, [])


@pytest.mark.parametrize(
    ("given", "variable", "in_environment"),
    [
        ({"auth_endpoint": "https://two.example.com"}, "RAX_IDENTITY_URL", "https://one.example.com"),
        ({"auth_url": "https://two.example.com"}, "RAX_AUTH_URL", "https://one.example.com"),
        ({"verify_ssl": "no", "identity_url": "https://two.example.com"}, "RAX_VALIDATE_CERTS", "ture"),
    ],
)
def test_alias_beside_an_environment_variable(
    wire: FakeWire,
    worker: Worker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, Any],
    variable: str,
    in_environment: str,
) -> None:
    monkeypatch.setenv(variable, in_environment)
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache"), **given}
    prepare(wire, ["issued"])
    result = in_worker(worker, "rax_identity_token", dict(arguments))
    sent = wire.only
    assert worker.handed_over == 0
    assert sent.url == "https://two.example.com/v2.0/tokens"
    assert (sent.verify is False) is ("verify_ssl" in given)
    assert "warnings" not in result
    forget_logins(tmp_path / "cache")
    prepare(wire, ["issued"])
    module_result = as_module(rax_identity_token.main, dict(arguments))
    assert wire.only == sent
    assert without_invocation(json.loads(json.dumps(result))) == without_invocation(module_result)


@pytest.mark.parametrize("name", ["RAX_IDENTITY_URL", "RAX_AUTH_URL"])
def test_module_does_not_warn_of_an_alias_beside_an_environment_variable(
    wire: FakeWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    warnings: list[str] = []
    # What Ansible itself finds wrong with arguments.
    monkeypatch.setattr(arg_spec, "warn", lambda text, *_others, **_named: warnings.append(text))
    monkeypatch.setenv(name, "https://one.example.com")
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache")}
    prepare(wire, ["issued", "issued"])
    as_module(rax_identity_token.main, {**arguments, "auth_endpoint": "https://two.example.com"})
    assert warnings == []
    as_module(rax_identity_token.main, {**arguments, "auth_endpoint": "https://a", "identity_url": "https://b"})
    assert warnings == ["Both option identity_url and its alias auth_endpoint are set."]


def test_token_beside_the_one_in_the_environment_is_named_by_its_source(
    wire: FakeWire, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    result = in_worker(worker, "rax_identity_token", {"auth_token": "own"})
    assert worker.handed_over == 0
    assert result["msg"].startswith("A token alone (the option token) does not log in. ")
    assert json.loads(json.dumps(result)) == as_module(rax_identity_token.main, {"auth_token": "own"})
    assert wire.sent == []


@pytest.mark.parametrize(("name", "responses"), [("rax_token_info", ["valid"]), ("rax_token_revoke", ["revoked"])])
def test_both_ways_use_the_token_of_the_task_while_the_environment_has_a_key(
    wire: FakeWire, worker: Worker, monkeypatch: pytest.MonkeyPatch, name: str, responses: list[str]
) -> None:
    monkeypatch.setenv("RAX_USERNAME", "demoauthor")
    monkeypatch.setenv("RAX_API_KEY", "envsecret")
    prepare(wire, responses)
    result = in_worker(worker, name, {"token": "own"})
    sent = wire.only
    assert sent.headers["X-Auth-Token"] == "own"
    prepare(wire, responses)
    assert as_module(MAINS[name], {"token": "own"}) == json.loads(json.dumps(result))
    assert wire.only == sent


def test_both_ways_exchange_the_token_of_the_task_while_the_environment_has_a_key(
    wire: FakeWire, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_USERNAME", "demoauthor")
    monkeypatch.setenv("RAX_API_KEY", "envsecret")
    arguments = {"token": "own", "tenant_id": "123456", "cache_dir": str(tmp_path / "cache")}
    prepare(wire, ["issued"])
    result = in_worker(worker, "rax_identity_token", dict(arguments))
    assert wire.only.json == {"auth": {"token": {"id": "own"}, "tenantId": "123456"}}
    forget_logins(tmp_path / "cache")
    prepare(wire, ["issued"])
    assert as_module(rax_identity_token.main, arguments) == json.loads(json.dumps(result))
    assert wire.only.json == {"auth": {"token": {"id": "own"}, "tenantId": "123456"}}


def test_both_ways_use_the_key_of_the_task_while_the_environment_has_a_token(
    wire: FakeWire, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TOKEN", "envsecret")
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache")}
    prepare(wire, ["unauthorized"])
    result = in_worker(worker, "rax_identity_token", dict(arguments))
    assert wire.only.json == sample("request_api_key")
    assert result["msg"].endswith(
        " The api_key came from the option api_key. Not used: token (the environment variable RAX_TOKEN)."
    )
    forget_logins(tmp_path / "cache")
    prepare(wire, ["unauthorized"])
    assert as_module(rax_identity_token.main, arguments) == json.loads(json.dumps(result))


@pytest.mark.parametrize(
    ("name", "variables", "responses"),
    [
        ("rax_identity_token", {}, ["issued"]),
        ("rax_identity_token", {"rax_identity_url": "https://id.example.com", "rax_timeout": "7"}, ["issued"]),
        ("rax_identity_token", {"rax_api_key": None, "rax_password": PASSWORD}, ["issued"]),
        ("rax_identity_token", {"rax_api_key": f"'{API_KEY}'"}, ["issued"]),
        ("rax_identity_token", {}, ["unauthorized"]),
        ("rax_identity_token", {"rax_identity_url": "https://id.example.com"}, ["gone"]),
        ("rax_identity_token", {"rax_tenant_id": 1, "rax_tenant_name": "demo"}, []),
        ("rax_identity_token", {"rax_api_key": ""}, []),
        ("rax_identity_token", {"rax_timeout": 0}, []),
        ("rax_token_info", {"rax_token": "own"}, ["valid"]),
        ("rax_token_revoke", {"rax_token": "own"}, ["revoked"]),
    ],
)
def test_variables_have_the_same_effect_here_and_elsewhere(
    wire: FakeWire, worker: Worker, tmp_path: Path, name: str, variables: dict[str, Any], responses: list[str]
) -> None:
    worker.module = lambda arguments: as_module(MAINS[name], {**arguments, **worker.internal[-1]})
    given = {"rax_username": "demoauthor", "rax_api_key": API_KEY, "rax_cache_dir": str(tmp_path / "cache")}
    variables = {**given, **variables, "ansible_inject_invocation": True}
    prepare(wire, responses)
    result = json.loads(json.dumps(worker.run(name, {}, variables=variables)))
    sent = list(wire.sent)
    assert worker.handed_over == 0
    forget_logins(tmp_path / "cache")
    prepare(wire, responses)
    elsewhere = worker.run_elsewhere(name, {}, variables)
    assert worker.handed_over == 1
    assert wire.sent == sent
    if "ansible_facts" in result:
        # The cache of the controller has nothing of that login.
        assert result["ansible_facts"]["rax_identity"].pop("login_ref")
        assert elsewhere["ansible_facts"]["rax_identity"].pop("login_ref") is None
    assert elsewhere == result


def test_both_ways_open_no_credentials_file_that_is_not_needed(
    wire: FakeWire, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_CREDS_FILE", "/nonexistent/creds")
    arguments = {**LOGIN, "cache_dir": str(tmp_path / "cache")}
    prepare(wire, ["issued"])
    result = in_worker(worker, "rax_identity_token", dict(arguments))
    forget_logins(tmp_path / "cache")
    prepare(wire, ["issued"])
    assert as_module(rax_identity_token.main, arguments) == json.loads(json.dumps(result))
    assert result["changed"] is True


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        (
            "RAX_TIMEOUT",
            "30s",
            "timeout (the environment variable RAX_TIMEOUT) must be a number, not '30s'.",
        ),
        (
            "RAX_RETRIES",
            "1.5",
            "retries (the environment variable RAX_RETRIES) must be a whole number, not '1.5'.",
        ),
        (
            "RAX_VALIDATE_CERTS",
            "ture",
            "validate_certs (the environment variable RAX_VALIDATE_CERTS) must be true or false, not 'ture'.",
        ),
        (
            "RAX_API_VERSION",
            "v3",
            "api_version (the environment variable RAX_API_VERSION) must be one of v2.0, v1.1, not 'v3'.",
        ),
    ],
)
def test_both_ways_name_the_environment_variable_that_has_a_wrong_type(
    wire: FakeWire, worker: Worker, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, text: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = in_worker(worker, "rax_identity_token", dict(LOGIN))
    assert (result["msg"], result["error"]["kind"]) == (text, "bad_request")
    assert without_invocation(as_module(rax_identity_token.main, dict(LOGIN))) == without_invocation(result)
    assert (worker.handed_over, wire.sent) == (0, [])


def test_both_ways_name_the_two_tenants_of_the_environment(
    wire: FakeWire, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_TENANT_ID", "123456")
    monkeypatch.setenv("RAX_TENANT_NAME", "demo")
    result = in_worker(worker, "rax_identity_token", dict(LOGIN))
    assert result["msg"] == (
        "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the environment variable "
        "RAX_TENANT_ID) and tenant_name (the environment variable RAX_TENANT_NAME)."
    )
    assert as_module(rax_identity_token.main, dict(LOGIN)) == json.loads(json.dumps(result))
    assert wire.sent == []


def test_both_ways_read_the_same_environment(
    wire: FakeWire, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (
        ("RAX_USERNAME", "u"),
        ("RAX_API_KEY", "envsecret"),
        ("RAX_CACHE_DIR", str(tmp_path / "c")),
    ):
        monkeypatch.setenv(variable, value)
    prepare(wire, ["issued"])
    result = in_worker(worker, "rax_identity_token", {})
    forget_logins(tmp_path / "c")
    wire.respond(200, issued())
    assert as_module(rax_identity_token.main, {}) == json.loads(json.dumps(result))
    assert wire.sent[0] == wire.sent[1]
    assert result["invocation"]["module_args"]["username"] == "u"
    assert "envsecret" not in json.dumps(result)
