# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action rax_request: what runs in the worker, what does not, and what a module elsewhere gets of a login."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.modules import rax_request
from ansible_collections.rackspace.identity.tests.unit.support.action_run import HANDED_OVER, Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, sample

FILES = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
ID = "https://id.example.com/v2.0"
# As YAML reads 2026-01-31T10:00:00Z and 2026-01-31, both without quotes.
MOMENT, DAY = datetime(2026, 1, 31, 10, tzinfo=timezone.utc), date(2026, 1, 31)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "true")
    return Worker(monkeypatch)


@pytest.fixture
def fact(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> Any:
    """Log in on the controller, and return the variables with the fact that this leaves."""
    wire.respond(200, issued("first"))
    result = worker.run("rax_identity_token", {**login, "identity_url": ID})
    wire.sent.clear()
    return {"ansible_facts": {"rax_identity": result["ansible_facts"]["rax_identity"]}}


# In the worker.


@pytest.mark.parametrize(
    ("given", "responses"),
    [
        ({}, [(200, [{"name": "a"}], ())]),
        ({"path": ["a", "b c"], "query": {"x": [1, True]}}, [(200, None, ())]),
        ({"method": "POST", "path": "a", "body": {"b": [1, None, "x"]}}, [(202, {"id": 1}, ())]),
        ({"method": "PUT", "path": "a", "body": "text"}, [(201, None, [("X-Trans-Id", "tx1")])]),
        ({"path": ["a", MOMENT], "query": {"changes-since": MOMENT}, "headers": {"X-At": MOMENT}}, [(200, None, ())]),
        (
            {"method": "PUT", "body": {"at": MOMENT, "on": [DAY]}, "unless": {}},
            [(200, {"at": MOMENT.isoformat(), "on": ["2026-01-31"]}, ())],
        ),
        ({"method": "PUT", "unless": {"contains": {"at": MOMENT}}}, [(200, {"at": MOMENT.isoformat()}, ())]),
        ({"method": "DELETE", "path": "a", "status_code": [204, 404]}, [(404, None, ())]),
        ({"method": "DELETE", "path": "a", "_check": True}, []),
        ({"path": "a"}, [(404, {"itemNotFound": {"message": "m"}}, ())]),
        ({"path": "a"}, [(302, None, [("Location", "https://evil.example.org/x")]), (204, None, ())]),
        ({"region": "LON"}, []),
        ({"retry_on": {422: "busy"}, "method": "POST"}, [(422, {"message": "busy"}, ()), (202, None, ())]),
        ({"url": "https://evil.example.org/"}, []),
        ({"headers": {"Host": "x"}}, None),
        ({"path": "a/../b"}, None),
        ({"body": "x"}, None),
    ],
)
def test_worker_and_module_send_and_return_the_same(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    given: dict[str, Any],
    responses: list[tuple[int, Any, Any]] | None,
) -> None:
    check = given.get("_check", False)
    arguments = {name: value for name, value in given.items() if name != "_check"}
    arguments = {"type": "object-store", "retries": 0, **login, "cache": False, **arguments}

    def prepare() -> None:
        wire.sent.clear()
        if responses is not None:
            wire.respond(200, issued())
            for status, payload, headers in responses:
                wire.respond(status, payload, headers=headers)

    prepare()
    variables = {"ansible_inject_invocation": True}
    result = worker.run("rax_request", dict(arguments), task={"check_mode": check}, variables=variables)
    requests = list(wire.sent)
    prepare()
    # As Ansible passes them.
    passed = json.loads(json.dumps(arguments, default=lambda value: value.isoformat()))
    module_result = run(rax_request.main, **passed, _ansible_check_mode=check)
    assert worker.handed_over == 0
    for one in (result, module_result):
        for added in ("invocation", "exit_code", "warnings", "deprecations"):
            one.pop(added, None)
    assert json.loads(json.dumps(result)) == module_result
    assert [(one.method, one.url, one.headers, one.body) for one in wire.sent] == [
        (one.method, one.url, one.headers, one.body) for one in requests
    ]


def test_paths_are_relative_to_the_playbook(
    wire: FakeWire, worker: Worker, login: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "db.dump").write_bytes(b"data")
    worker.basedir = tmp_path
    wire.respond(200, issued())
    wire.respond(201)
    given = {"type": "object-store", "method": "PUT", "path": "a/b", "src": "db.dump", "force": True}
    assert worker.run("rax_request", {**login, **given})["changed"] is True
    assert wire.sent[1].body == b"data"


@pytest.mark.parametrize("dest", ["/tmp/x", "x"])
def test_download_is_left_to_the_module(wire: FakeWire, worker: Worker, login: dict[str, Any], dest: str) -> None:
    given = {**login, "type": "object-store", "path": "a/b", "dest": dest, "mode": "0600"}
    assert worker.run("rax_request", given) == HANDED_OVER
    assert worker.passed == [given]
    assert wire.sent == []


@pytest.mark.parametrize(
    "given", [{"method": "get"}, {"nonsense": 1}, {"status_code": "x"}, {"type": "a", "service_type": "b"}]
)
def test_arguments_that_ansible_reports_on_are_left_to_the_module(
    worker: Worker, login: dict[str, Any], given: dict[str, Any]
) -> None:
    assert worker.run("rax_request", {**login, **given}) == HANDED_OVER


# The login of the host's fact.


def test_login_of_the_fact_goes_on_in_the_worker(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: Any
) -> None:
    wire.respond(204)
    given = {"cache_dir": login["cache_dir"], "type": "object-store"}
    assert worker.run("rax_request", given, variables=fact)["status"] == 204
    assert (wire.only.url, wire.only.headers["X-Auth-Token"]) == (FILES, "first")


def test_module_elsewhere_gets_the_login_of_the_fact(
    wire: FakeWire, worker: Worker, login: dict[str, Any], fact: Any
) -> None:
    given = {"cache_dir": login["cache_dir"], "type": "object-store"}
    assert worker.run_elsewhere("rax_request", given, fact) == HANDED_OVER
    passed = dict(worker.passed[0])
    catalog = passed.pop("_catalog")
    assert passed == {**given, "token": "first", "identity_url": ID}
    assert catalog["default_region"] == "DFW"
    assert {endpoint["service_type"] for endpoint in catalog["endpoints"]} >= {"object-store", "rax:dns"}
    assert wire.sent == []


def test_download_on_the_controller_gets_the_login_of_the_fact(
    worker: Worker, login: dict[str, Any], fact: Any
) -> None:
    given = {"cache_dir": login["cache_dir"], "type": "object-store", "dest": "/tmp/x"}
    worker.run("rax_request", given, variables=fact)
    passed = dict(worker.passed[0])
    catalog = passed.pop("_catalog")
    assert passed == {**given, "token": "first", "identity_url": ID}
    assert catalog["default_region"] == "DFW"
    assert {endpoint["service_type"] for endpoint in catalog["endpoints"]} >= {"object-store", "rax:dns"}


@pytest.mark.parametrize(
    ("given", "variables", "environment", "region"),
    [
        ({}, {}, {}, "dfw1"),
        ({"default_region": "SYD"}, {}, {}, "syd2"),
        ({}, {"rax_region": "SYD"}, {}, "syd2"),
        ({"default_region": "SYD"}, {"rax_region": "HKG"}, {}, "syd2"),
        ({"default_region": ""}, {}, {}, "dfw1"),
        # Of the task, which the machine has on which the module runs.
        ({}, {}, {"RAX_REGION": "SYD"}, "syd2"),
        ({"region": "HKG"}, {}, {"RAX_REGION": "SYD"}, "hkg1"),
    ],
)
def test_login_of_the_fact_leads_to_the_same_place_on_both_ways(
    wire: FakeWire,
    worker: Worker,
    login: dict[str, Any],
    fact: Any,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    variables: dict[str, str],
    environment: dict[str, str],
    region: str,
) -> None:
    """What the action hands over is enough for the module, which asks for nothing else."""
    given = {"cache_dir": login["cache_dir"], "type": "object-store", **given}
    worker.run_elsewhere("rax_request", given, {**fact, **variables}, environment=[environment])
    assert wire.sent == []
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wire.respond(204)
    wire.respond(204)
    here = worker.run("rax_request", given, variables={**fact, **variables})
    urls = [here["url"], run(rax_request.main, **worker.passed[0])["url"]]
    assert urls == [f"https://storage101.{region}.clouddrive.com/v1/{FILES_TENANT}"] * 2
    assert [one.url for one in wire.sent] == urls
    assert worker.handed_over == 1


def test_user_without_a_default_region(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    payload = issued("first")
    payload["access"]["user"].pop("RAX-AUTH:defaultRegion")
    wire.respond(200, payload)
    result = worker.run("rax_identity_token", {**login, "identity_url": ID})
    fact = {"ansible_facts": {"rax_identity": result["ansible_facts"]["rax_identity"]}}
    worker.run_elsewhere("rax_request", {"cache_dir": login["cache_dir"]}, fact)
    assert worker.passed[0]["_catalog"]["default_region"] is None


def test_login_without_a_catalog(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> None:
    """The module asks for the endpoints of the token."""
    payload = issued("first")
    payload["access"]["serviceCatalog"] = []
    wire.respond(200, payload)
    given = {**login, "identity_url": ID, "include_endpoints": False}
    result = worker.run("rax_identity_token", given)
    fact = {"ansible_facts": {"rax_identity": result["ansible_facts"]["rax_identity"]}}
    wire.sent.clear()
    task = {"cache_dir": login["cache_dir"], "type": "compute", "service_name": "Compute", "region": "North"}
    worker.run_elsewhere("rax_request", task, fact)
    assert "_catalog" not in worker.passed[0]
    wire.respond(200, sample("endpoints"))
    wire.respond(204)
    assert run(rax_request.main, **worker.passed[0])["status"] == 204
    assert [one.url for one in wire.sent] == [f"{ID}/tokens/first/endpoints", "https://compute.north.public.com/v1"]


def test_nobody_sees_the_catalog(wire: FakeWire, worker: Worker, login: dict[str, Any], fact: Any) -> None:
    given = {"cache_dir": login["cache_dir"], "type": "object-store"}
    worker.run_elsewhere("rax_request", given, fact)
    result = run(rax_request.main, **{**worker.passed[0], "nonsense": 1})
    assert '"_catalog"' not in json.dumps(result)
    assert "_catalog," not in result["msg"]
    assert result["failed"] is True


def test_module_elsewhere_with_credentials_gets_no_token(worker: Worker, login: dict[str, Any], fact: Any) -> None:
    worker.run_elsewhere("rax_request", login, fact)
    assert worker.passed == [login]
