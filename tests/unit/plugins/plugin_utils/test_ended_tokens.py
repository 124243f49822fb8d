# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token that a task on another machine revokes, or finds to have ended, leaves the cache of the controller."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.tests.unit.support.action_run import HANDED_OVER, Worker
from ansible_collections.rackspace.identity.tests.unit.support.caching import API_KEY, issued
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")

REVOKED = {"changed": True, "revoked": True}
GONE = {"changed": False, "valid": False}
STARTED = {"ansible_job_id": "j1", "started": 1}
REJECTED = {
    "failed": True,
    "msg": "It was refused.",
    "error": {"kind": "unauthorized", "status": 401},
    "exception": "a traceback",
}


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(monkeypatch)


@pytest.fixture
def login(tmp_path: Path) -> dict[str, Any]:
    return {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(tmp_path / "cache")}


@pytest.fixture
def fact(wire: FakeWire, worker: Worker, login: dict[str, Any]) -> dict[str, Any]:
    """Log in on the controller, and return the variables of the host with the fact that this leaves."""
    wire.respond(200, issued("first"))
    return {"ansible_facts": worker.run("rax_identity_token", login)["ansible_facts"]}


def is_cached(worker: Worker, login: dict[str, Any], fact: dict[str, Any]) -> bool:
    """Return whether the token of the fact is still there for a task on another machine."""
    worker.module = lambda _arguments: HANDED_OVER
    worker.run_elsewhere("rax_token_info", {"cache_dir": login["cache_dir"]}, fact)
    return worker.passed[-1].get("token") == "first"


@pytest.mark.parametrize("name", ["token", "auth_token", "subject_token"])
@pytest.mark.parametrize("token", ["first", "another"])
def test_revoked_as_an_option_of_the_task(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, token: str
) -> None:
    worker.module = lambda _arguments: REVOKED
    assert worker.run_elsewhere("rax_token_revoke", {name: token, "cache_dir": login["cache_dir"]}) == REVOKED
    assert is_cached(worker, login, fact) == (token != "first")


@pytest.mark.parametrize("name", ["token", "auth_token", "subject_token"])
@pytest.mark.parametrize("token", ["first\n", " first ", '"first"', "\u200bfirst"])
def test_revoked_with_what_the_module_cuts_off(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, token: str
) -> None:
    worker.module = lambda _arguments: REVOKED
    worker.run_elsewhere("rax_token_revoke", {name: token, "cache_dir": login["cache_dir"]})
    assert not is_cached(worker, login, fact)


@pytest.mark.parametrize(
    "twice", [{"auth_token": "first"}, {"identity_url": "https://id.example.com", "auth_url": "https://id.example.com"}]
)
def test_revoked_by_a_task_with_an_option_under_two_names(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], twice: dict[str, str]
) -> None:
    # As where module_defaults has the other name.
    worker.module = lambda _arguments: REVOKED
    worker.run_elsewhere("rax_token_revoke", {"token": "first", "cache_dir": login["cache_dir"], **twice})
    assert not is_cached(worker, login, fact)


@pytest.mark.parametrize(
    ("arguments", "environment", "left"),
    [
        ({}, [{"RAX_TOKEN": "first"}], False),
        ({}, [{"RAX_TOKEN": "another"}, {"RAX_TOKEN": "first\n"}], False),
        ({"subject_token": ""}, [{"RAX_TOKEN": "first"}], False),
        ({}, [{"RAX_TOKEN": "first"}, {"RAX_TOKEN": ""}], True),
        # What is revoked is another token.
        ({"subject_token": "another"}, [{"RAX_TOKEN": "first"}], True),
        ({"token": "another"}, [{"RAX_TOKEN": "first"}], True),
        ({"api_key": "anotherkey"}, [{"RAX_TOKEN": "first"}], True),
        ({"cloud": "prod"}, [{"RAX_TOKEN": "first"}], True),
    ],
)
def test_revoked_as_an_environment_variable_of_the_task(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    arguments: dict[str, Any],
    environment: list[dict[str, str]],
    left: bool,
) -> None:
    worker.module = lambda _arguments: REVOKED
    given = {**arguments, "cache_dir": login["cache_dir"]}
    worker.run_elsewhere("rax_token_revoke", given, environment=environment)
    assert is_cached(worker, login, fact) == left


def test_revoked_as_a_variable(worker: Worker, login: dict[str, Any], fact: dict[str, Any]) -> None:
    worker.module = lambda _arguments: REVOKED
    worker.run_elsewhere("rax_token_revoke", {"cache_dir": login["cache_dir"]}, {"rax_token": "first"})
    assert not is_cached(worker, login, fact)


@pytest.mark.parametrize(
    ("name", "result", "left"),
    [
        # Its result comes to async_status, which knows no cache.
        ("rax_token_revoke", STARTED, False),
        ("rax_token_revoke", {"failed": True, "msg": "It did not start."}, True),
        ("rax_token_info", STARTED, True),
    ],
)
def test_revoked_by_an_async_task(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], name: str, result: dict[str, Any], left: bool
) -> None:
    worker.module = lambda _arguments: result
    worker.run_elsewhere(name, {"cache_dir": login["cache_dir"]}, fact, async_val=10)
    assert is_cached(worker, login, fact) == left


@pytest.mark.parametrize(
    ("arguments", "result", "left"),
    [
        ({}, GONE, False),
        ({}, {"changed": False, "valid": True}, True),
        ({"subject_token": "another"}, GONE, True),
        # It may be valid, but in another tenant.
        ({"belongs_to": "765432"}, GONE, True),
    ],
)
def test_found_to_have_ended(
    worker: Worker,
    login: dict[str, Any],
    fact: dict[str, Any],
    arguments: dict[str, Any],
    result: dict[str, Any],
    left: bool,
) -> None:
    worker.module = lambda _arguments: result
    worker.run_elsewhere("rax_token_info", {**arguments, "cache_dir": login["cache_dir"]}, fact)
    assert is_cached(worker, login, fact) == left


@pytest.mark.parametrize("name", ["rax_token_info", "rax_token_revoke", "rax_request"])
@pytest.mark.parametrize("age", [59, 61])
def test_rejected_as_that_of_the_fact(
    worker: Worker, login: dict[str, Any], fact: dict[str, Any], clock: FakeClock, name: str, age: int
) -> None:
    # The system's clock is not that of the test.
    stored = _clock.now().timestamp()
    for entry in Path(login["cache_dir"]).glob("*.json"):
        os.utime(entry, (stored, stored))
    clock.move(seconds=age)
    worker.module = lambda _arguments: REJECTED
    result = worker.run_elsewhere(name, {"cache_dir": login["cache_dir"]}, fact)
    # Some services say 401 for what is not the user's.
    ended = "The login that the fact rax_identity of this host describes has ended: the service rejects its token."
    assert result["failed"]
    # Before ansible-core 2.19 even an empty one is shown.
    assert ("exception" in result) == (age < 60)
    assert (ended in result["msg"], is_cached(worker, login, fact)) == ((True, False) if age > 60 else (False, True))
