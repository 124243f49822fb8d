# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that rejects the token of rax_request: when it is replaced, when not, and the login of a fact."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    IdentityError,
    NoCredentialsError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token, request
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.caching import UNAUTHORIZED, Task, issued, login_options
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete

FILES: dict[str, Any] = {"service_type": "object-store", "retries": 0}


@pytest.fixture(autouse=True)
def cached(clock: FakeClock, wire: FakeWire, task: Task) -> None:
    """Log in at noon, which leaves the token in the cache."""
    log_in(wire, task, clock)


def log_in(wire: FakeWire, task: Task, clock: FakeClock, **given: Any) -> dict[str, Any]:
    wire.respond(200, issued("first", **given))
    result = task.run(identity_token, renew=True)
    cached_at(task.directory, clock)
    return result


def cached_at(directory: Path, clock: FakeClock) -> None:
    """Let what is cached be as old as the fake clock says: files have the time of the system."""
    seconds = clock.time.timestamp()
    for path in directory.glob("*.json"):
        os.utime(path, (seconds, seconds))


def tokens(wire: FakeWire) -> list[str]:
    """Return how each request after the first login was authorized."""
    return [one.headers.get("X-Auth-Token", "login") for one in wire.sent[1:]]


def failure(task: Task, **given: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        task.run(request, **FILES, **given)
    return caught.value


@pytest.mark.parametrize("seconds", [60, 3600])
def test_rejected_token_of_an_older_login_is_replaced_once(
    wire: FakeWire, task: Task, clock: FakeClock, seconds: int
) -> None:
    clock.move(seconds=seconds)
    wire.respond(401)
    wire.respond(200, issued("second"))
    wire.respond(204)
    result = task.run(request, **FILES)
    assert (result["status"], result["attempts"]) == (204, 2)
    assert tokens(wire) == ["first", "login", "second"]
    wire.respond(204)
    task.run(request, **FILES)
    assert tokens(wire)[3:] == ["second"]


def test_new_token_that_is_rejected_too_is_an_error(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    clock.move(minutes=2)
    wire.respond(401)
    wire.respond(200, issued("second"))
    wire.respond(401)
    assert failure(task).kind == "unauthorized"
    assert tokens(wire) == ["first", "login", "second"]


def test_rejected_token_of_a_young_login_is_kept(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    # Cloud Files says 401 for what belongs to others.
    clock.move(seconds=59)
    wire.respond(401)
    error = failure(task)
    assert (type(error), error.kind) == (ServiceError, "unauthorized")
    assert tokens(wire) == ["first"]
    wire.respond(204)
    task.run(request, **FILES)
    assert tokens(wire) == ["first", "first"]


def test_rejected_token_of_a_login_just_made_is_kept(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued("second"))
    wire.respond(401)
    assert failure(task, cache=False).kind == "unauthorized"
    assert tokens(wire) == ["login", "second"]


def test_young_token_past_its_expiry_is_replaced(
    wire: FakeWire, task: Task, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(wire, task, clock, expires=NOON + timedelta(seconds=5))
    wire.sent.pop()
    clock.move(seconds=4)
    wire.respond(401)
    assert failure(task, min_ttl=0).kind == "unauthorized"

    # It expires while the request is on its way.
    wire.respond(401)
    wire.respond(200, issued("second"))
    wire.respond(204)
    send = wire.send

    def slow_send(*args: Any, **how: Any) -> Any:
        clock.move(seconds=1)
        return send(*args, **how)

    monkeypatch.setattr(wire, "send", slow_send)
    assert task.run(request, **FILES, min_ttl=0)["status"] == 204
    assert tokens(wire) == ["first", "first", "login", "second"]


def test_login_that_is_refused_is_what_the_error_says(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    clock.move(minutes=2)
    wire.respond(401)
    wire.respond(401, UNAUTHORIZED)
    assert str(failure(task)).startswith("Logging in as demoauthor with an API key failed: ")


@pytest.mark.parametrize("status", [403, 404])
def test_other_errors_do_not_cost_the_token(wire: FakeWire, task: Task, clock: FakeClock, status: int) -> None:
    clock.move(minutes=2)
    wire.respond(status)
    assert failure(task).status == status
    assert tokens(wire) == ["first"]


def test_status_401_that_is_accepted(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    clock.move(minutes=2)
    wire.respond(401)
    assert task.run(request, **FILES, status_code=[401])["status"] == 401
    assert tokens(wire) == ["first"]


def test_each_try_of_an_upload_begins_anew(wire: FakeWire, task: Task, clock: FakeClock, tmp_path: Path) -> None:
    source = tmp_path / "x"
    source.write_bytes(b"data")
    clock.move(minutes=2)
    wire.respond(401)
    wire.respond(200, issued("second"))
    wire.respond(201)
    task.run(request, **FILES, method="PUT", path="a/b", src=str(source), force=True)
    assert tokens(wire) == ["first", "login", "second"]
    assert [one.body for one in wire.sent if one.method == "PUT"] == [b"data", b"data"]


# The login of the host's fact.


@pytest.fixture
def fact(wire: FakeWire, task: Task, clock: FakeClock) -> Any:
    found = log_in(wire, task, clock)["ansible_facts"]["rax_identity"]
    wire.sent.pop()
    return found


def continue_login(task: Task, fact: Any, **given: Any) -> dict[str, Any]:
    login = login_options(task.directory, username=None, api_key=None)
    options = complete(request.OPTIONS, {**login, **FILES, **given})
    return request.run(options, Context(warn=task.warnings.append, fact=fact))


def test_login_of_the_fact_goes_on(wire: FakeWire, task: Task, fact: Any) -> None:
    wire.respond(204)
    result = continue_login(task, fact)
    # In the default region of its user.
    assert result["url"].startswith("https://storage101.dfw1.clouddrive.com/v1/")
    assert tokens(wire) == ["first"]


def test_login_of_the_fact_that_has_ended(wire: FakeWire, task: Task, clock: FakeClock, fact: Any) -> None:
    clock.move(minutes=2)
    wire.respond(401)
    with pytest.raises(NoCredentialsError) as caught:
        continue_login(task, fact)
    assert str(caught.value) == (
        "The login that the fact rax_identity of this host describes has ended: the service rejects its token. Run "
        "rackspace.identity.rax_identity_token again, or give credentials."
    )
    assert tokens(wire) == ["first"]


def test_young_login_of_the_fact_is_kept(wire: FakeWire, task: Task, fact: Any) -> None:
    wire.respond(401)
    with pytest.raises(ServiceError):
        continue_login(task, fact)
    wire.respond(204)
    assert continue_login(task, fact)["status"] == 204
