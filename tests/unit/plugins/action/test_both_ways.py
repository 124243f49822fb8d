# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ways to run an action, in the worker and as a module: the same requests, the same result."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

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
    ("rax_identity_token", {"password": PASSWORD}, []),
    ("rax_identity_token", {"api_key": None}, []),
    ("rax_identity_token", {"timeout": 0}, []),
    ("rax_identity_token", {"ca_path": "~/nothing"}, []),
    ("rax_token_info", {}, ["issued", "valid"]),
    ("rax_token_info", {"subject_token": "subject", "list_endpoints": True}, ["issued", "valid", "endpoints"]),
    ("rax_token_info", {"subject_token": "subject"}, ["issued", "gone"]),
    ("rax_token_info", {"subject_token": "subject"}, ["issued", "unauthorized"]),
    ("rax_token_info", {"username": None, "api_key": None, "auth_token": "own"}, ["valid"]),
    ("rax_token_info", {"api_version": "v1.1"}, []),
    ("rax_token_revoke", {}, []),
    ("rax_token_revoke", {"username": None, "api_key": None, "token": "own"}, ["revoked"]),
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
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
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


def test_option_that_the_environment_also_sets_is_left_to_the_module(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAX_IDENTITY_URL", "https://one.example.com")
    arguments = {**LOGIN, "auth_url": "https://two.example.com"}
    assert in_worker(worker, "rax_identity_token", arguments) == HANDED_OVER


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
    shutil.rmtree(tmp_path / "c")
    wire.respond(200, issued())
    assert as_module(rax_identity_token.main, {}) == json.loads(json.dumps(result))
    assert wire.sent[0] == wire.sent[1]
    assert result["invocation"]["module_args"]["username"] == "u"
    assert "envsecret" not in json.dumps(result)
