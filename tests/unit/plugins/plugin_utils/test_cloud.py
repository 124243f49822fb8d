# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that `cloud` or the environment of other tools names, in actions, lookups and modules alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._run_module import FROM_VARIABLES
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Source
from ansible_collections.rackspace.identity.plugins.modules import rax_identity_token
from ansible_collections.rackspace.identity.tests.unit.support.action_run import Recorder, Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.lookup_run import run_lookup
from ansible_collections.rackspace.identity.tests.unit.support.module_run import run
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

pytestmark = pytest.mark.usefixtures("clock")

LON = "https://lon.identity.api.rackspacecloud.com/v2.0"
MINE = f"""\
clouds:
  mine:
    auth_type: rackspace_apikey
    auth: {{auth_url: "{LON}", username: demoauthor, api_key: {API_KEY}}}
  other:
    auth: {{auth_url: "https://keystone.example.com/v2.0", username: me, password: secret}}
"""


@pytest.fixture
def plays(tmp_path: Path, worker: Worker) -> Path:
    """Make the directory of a playbook, with credentials in it."""
    directory = tmp_path / "plays"
    directory.mkdir()
    path = directory / "clouds.yaml"
    path.write_text(MINE, encoding="utf-8")
    path.chmod(0o600)
    worker.basedir = directory
    return directory


@pytest.mark.parametrize("where", ["option", "alias", "variable", "environment", "hint"])
@pytest.mark.parametrize("kind", ["worker", "module", "lookup"])
def test_each_kind_of_plugin_finds_them(
    wire: FakeWire,
    worker: Worker,
    plays: Path,
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    kind: str,
) -> None:
    options: dict[str, Any] = {"cache_dir": str(directory)}
    variables: dict[str, Any] = {}
    if where == "variable":
        variables = {"rax_cloud": "mine"}
    elif where in ("environment", "hint"):
        monkeypatch.setenv("RAX_CLOUD" if where == "environment" else "OS_CLOUD", "mine")
    else:
        options["cloud" if where == "option" else "profile"] = "mine"
    wire.respond(200, issued())
    if kind == "lookup":
        assert run_lookup("rax_token", [], options, variables=variables, basedir=plays) == ["first"]
    else:
        lane = {"async_val": 10} if kind == "module" else {}
        result = worker.run("rax_identity_token", options, task=lane, variables=variables)
        if kind == "module":
            # In the directory of the playbook, as Ansible runs it.
            monkeypatch.chdir(plays)
            (arguments,) = worker.passed
            result = run(rax_identity_token.main, **arguments)
        assert result["token"]["id"] == "first"
        assert "warnings" not in result
    assert wire.only.url == f"{LON}/tokens"
    assert wire.only.json == sample("request_api_key")


def test_cloud_of_the_task_beats_the_key_in_variables(
    wire: FakeWire, worker: Worker, plays: Path, directory: Path
) -> None:
    variables = {"rax_username": "someone", "rax_api_key": "keysecret"}
    options = {"cloud": "mine", "cache_dir": str(directory)}
    wire.respond(401, {"unauthorized": {"code": 401, "message": "No."}})
    result = worker.run("rax_identity_token", options, variables=variables)
    assert result["msg"].endswith("Not used: api_key (the variable rax_api_key).")
    assert wire.only.json == sample("request_api_key")
    worker.run_elsewhere("rax_identity_token", options, variables)
    assert worker.passed == [{**options, "username": "someone"}]
    assert worker.internal == [{FROM_VARIABLES: ["username"]}]


@pytest.mark.parametrize(
    ("given", "variables", "passed"),
    [
        ({"cloud": "mine"}, {"rax_token": "tokensecret", "rax_tenant_id": "1"}, {"tenant_id": "1"}),
        ({"api_key": "k"}, {"rax_cloud": "mine", "rax_username": "u"}, {"cloud": "mine", "username": "u"}),
        ({}, {"rax_cloud": "mine", "rax_api_key": "k"}, {"cloud": "mine", "api_key": "k"}),
    ],
)
def test_what_reaches_a_module(
    worker: Worker, given: dict[str, str], variables: dict[str, str], passed: dict[str, str]
) -> None:
    worker.run_elsewhere("rax_identity_token", given, variables)
    assert worker.passed == [{**given, **passed}]


def test_sources_of_the_environment_of_rack(
    worker: Worker, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        "username": "RS_USERNAME",
        "api_key": "RS_API_KEY",
        "identity_url": "RS_AUTH_URL",
        "default_region": "RS_REGION_NAME",
    }
    for name in names.values():
        monkeypatch.setenv(name, "x")
    worker.run("rax_identity_token", {})
    assert {name: recorder.options[name] for name in names} == dict.fromkeys(names, "x")
    assert recorder.context.sources == {name: Source.environment(variable) for name, variable in names.items()}
    assert {source.distance for source in recorder.context.sources.values()} == {3}
    monkeypatch.setenv("RAX_USERNAME", "nearer")
    worker.run("rax_identity_token", {})
    assert recorder.options["username"] == "nearer"


# Beside the fact of the host.


@pytest.fixture
def fact(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> dict[str, Any]:
    """Log in on the controller, and return variables with the fact that this leaves."""
    wire.respond(200, issued("of the fact"))
    found = worker.run("rax_identity_token", {**login, "identity_url": "https://id.example.com"})
    wire.sent.clear()
    return {"ansible_facts": found["ansible_facts"]}


@pytest.mark.parametrize(("cloud", "is_used"), [("mine", True), ("other", False), ("nowhere", False)])
@pytest.mark.parametrize("lane", [{}, {"async_val": 10}])
def test_hint_and_the_fact(
    wire: FakeWire,
    worker: Worker,
    plays: Path,
    login: dict[str, Any],
    fact: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    lane: dict[str, int],
    cloud: str,
    is_used: bool,
) -> None:
    monkeypatch.setenv("OS_CLOUD", cloud)
    if not lane:
        if is_used:
            wire.respond(200, issued("of the hint"))
        wire.respond(200, sample("validated"))
    worker.run("rax_token_info", {"cache_dir": login["cache_dir"]}, task=lane, variables=fact)
    if lane:
        assert [arguments.get("token") for arguments in worker.passed] == [None if is_used else "of the fact"]
    else:
        assert wire.sent[-1].headers["X-Auth-Token"] == ("of the hint" if is_used else "of the fact")


@pytest.mark.parametrize(("cloud", "is_used"), [("mine", True), ("other", False), ("nowhere", False), ("", False)])
@pytest.mark.parametrize("of_controller", [None, "mine", "nowhere"])
def test_hint_in_the_environment_of_the_task_and_the_fact(
    worker: Worker,
    plays: Path,
    login: dict[str, Any],
    fact: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    of_controller: str | None,
    cloud: str,
    is_used: bool,
) -> None:
    if of_controller:
        monkeypatch.setenv("OS_CLOUD", of_controller)
    task = {"environment": [{"OS_CLOUD": cloud}]}
    worker.run("rax_token_info", {"cache_dir": login["cache_dir"]}, task=task, variables=fact)
    assert [arguments.get("token") for arguments in worker.passed] == [None if is_used else "of the fact"]


@pytest.mark.parametrize("given", [{"cloud": "mine"}, {"profile": "mine"}])
def test_fact_does_not_stand_in_for_a_named_cloud(worker: Worker, fact: dict[str, Any], given: dict[str, str]) -> None:
    worker.run_elsewhere("rax_token_info", given, fact)
    assert worker.passed == [given]
    worker.run_elsewhere("rax_token_info", {}, {**fact, "rax_cloud": "mine"})
    assert worker.passed[1:] == [{"cloud": "mine"}]
    result = worker.run("rax_token_info", {"cloud": "nowhere"}, variables=fact)
    assert result["msg"].startswith("No credentials file has an entry nowhere (the option cloud). Looked in ")


def test_module_names_the_variable(worker: Worker) -> None:
    worker.module = lambda passed: run(rax_identity_token.main, **passed, **worker.internal[-1])
    result = worker.run_elsewhere("rax_identity_token", {}, {"rax_cloud": "x"})
    assert result["msg"].startswith("No credentials file has an entry x (the variable rax_cloud). Looked in ")
