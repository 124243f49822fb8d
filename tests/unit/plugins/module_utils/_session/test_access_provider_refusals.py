# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refused logins: one refusal serves all tasks for a while, and what is never remembered."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MfaRequiredError, TransportError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    REMEMBERED,
    Task,
    by_password,
    files,
    issued,
    refuse,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

pytestmark = pytest.mark.usefixtures("clock")


KINDS = ["unauthorized", "user_disabled", "mfa_required"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_refusal_for_all(wire: FakeWire, task: Task, clock: FakeClock, kind: str) -> None:
    refuse(wire, kind)
    first = task.fails(**by_password())
    for _time in range(3):
        clock.move(seconds=9)
        again = task.fails(**by_password())
        assert again.as_result() == {**first.as_result(), "msg": f"{first} {REMEMBERED}"}
        assert again.kind == kind
    assert len(wire.sent) == 1
    clock.move(seconds=3)
    wire.respond(200, issued())
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_another_secret_is_tried(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password(password="wrong"))
    wire.respond(200, issued())
    assert task.token(**by_password()) == "first"
    assert task.fails(**by_password(password="wrong")).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_renew_asks_again(wire: FakeWire, task: Task, kind: str) -> None:
    refuse(wire, kind)
    task.fails(**by_password())
    wire.respond(200, issued())
    assert task.token(**by_password(renew=True)) == "first"
    assert task.token(**by_password()) == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_no_cache_asks_again(wire: FakeWire, task: Task, kind: str) -> None:
    for _time in range(2):
        refuse(wire, kind)
        task.fails(**by_password(cache=False))


def test_challenge_asks_again(wire: FakeWire, task: Task) -> None:
    refuse(wire, "mfa_required")
    error = task.fails(**by_password())
    assert isinstance(error, MfaRequiredError)
    for _time in range(2):
        refuse(wire, "mfa_required")
        result = task.run(identity_token, **by_password(on_mfa="challenge"))
        assert result["mfa"] == {"required": True, "session_id": "secretsession", "factor": "PASSCODE"}
    # And what the challenge said is no one else's.
    assert task.fails(**by_password()).as_result() == {**error.as_result(), "msg": f"{error} {REMEMBERED}"}
    assert "secretsession" not in repr(files(task.directory))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mfa_required"])
@pytest.mark.parametrize(
    ("first", "second"), [("challenge", "challenge"), ("challenge", "fail"), ("fail", "challenge")]
)
def test_on_mfa_challenge_asks_no_more_often_for_a_wrong_password(
    wire: FakeWire, task: Task, kind: str, first: str, second: str
) -> None:
    refuse(wire, kind)
    task.fails(**by_password(on_mfa=first))
    assert task.fails(**by_password(on_mfa=second)).kind == kind


def test_one_text_message(wire: FakeWire, task: Task) -> None:
    refuse(wire, "mfa_required")
    with pytest.raises(MfaRequiredError):
        task.run(identity_token, **by_password())
    for operation in (identity_token, token_info, identity_token):
        with pytest.raises(MfaRequiredError):
            task.run(operation, **by_password())
    assert len(wire.sent) == 1


@pytest.mark.parametrize(("status", "kind"), [(400, "bad_request"), (403, "forbidden"), (404, "not_found")])
def test_other_failures_are_not_cached(wire: FakeWire, task: Task, status: int, kind: str) -> None:
    for _time in range(2):
        wire.respond(status)
        assert task.fails().kind == kind
    assert not [name for name in files(task.directory) if name.endswith(".json")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_temporary_failures_are_not_cached(wire: FakeWire, task: Task, status: int) -> None:
    wire.respond(status)
    task.fails(retries=0)
    wire.respond(200, issued())
    assert task.token() == "first"


def test_lack_of_a_response_is_not_cached(wire: FakeWire, task: Task) -> None:
    wire.fail(requests.exceptions.ConnectTimeout())
    with pytest.raises(TransportError):
        task.login(retries=0)
    wire.respond(200, issued())
    assert task.token() == "first"


def test_refusal_to_renew_leaves_the_cached_token(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued())
    assert task.token() == "first"
    refuse(wire, "user_disabled")
    assert task.fails(renew=True).kind == "user_disabled"
    # Only the service can tell whether it is still valid.
    assert task.token() == "first"


def test_hint_names_a_plugin_that_can_ask_again() -> None:
    assert "rax_identity_token with renew=true" in REMEMBERED
    assert "renew" in {option.name for option in identity_token.OPTIONS}
    assert "renew" not in {option.name for option in token_info.OPTIONS}
