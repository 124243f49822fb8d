# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits at a service that misbehaves: each style of waiting through the same faults."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils import _clock
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._options import WAIT
from ansible_collections.rackspace.identity.plugins.module_utils._request.result import result_of
from ansible_collections.rackspace.identity.plugins.module_utils._request.waits import read_wait, wait_for
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import (
    BASE,
    TOKEN,
    WORDS,
    call,
    checked,
    service,
)


class Style(NamedTuple):
    """A way to wait: its options, what accepts the request, what is there until it is done, and then."""

    wait: dict[str, Any]
    accepted: Any
    pending: tuple[int, Any]
    done: tuple[int, Any]


STYLES = {
    "job": Style(
        {},
        {"status": "RUNNING", "callbackUrl": f"{BASE}/status/7"},
        (202, {"status": "RUNNING"}),
        (200, {"status": "COMPLETED"}),
    ),
    "status": Style(
        {"key": "server.status", "values": ["ACTIVE"], "failures": ["ERROR"]},
        {"server": {"id": "7"}},
        (200, {"server": {"status": "BUILD"}}),
        (200, {"server": {"status": "ACTIVE"}}),
    ),
    "gone": Style({"gone": True}, None, (200, {"server": {"status": "DELETING"}}), (404, None)),
}

pytestmark = pytest.mark.usefixtures("clock")
each_style = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)


def run(wire: FakeWire, style: Style, wait: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Send a request, whose response was not ordered yet, and wait."""
    accepted = FakeWire()
    accepted.respond(202, style.accepted, headers=[("Location", f"{BASE}/servers/7")])
    wire.pending[:0] = accepted.pending
    one, read = call("POST", f"{BASE}/servers"), read_wait(complete(WAIT, {**style.wait, **(wait or {})}))
    assert read is not None
    client = service(**options)
    result = result_of(client, client.send(one), Context())
    return wait_for(client, one, read, result, Context())


def failure(wire: FakeWire, style: Style, wait: dict[str, Any] | None = None, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        run(wire, style, wait, **options)
    return checked(caught.value)


@each_style
@pytest.mark.parametrize(
    ("status", "payload", "headers", "waits"),
    [
        (413, {"overLimit": {"message": "m"}}, (), [5.0]),
        (413, None, [("Reply-After", "2026-01-31T12:00:12Z")], [7.0]),
        (429, None, [("Retry-After", "7")], [7.0]),
        (503, None, (), [0.25]),
        (503, None, [("Retry-After", "7")], [7.0]),
        (None, None, (), [0.25]),
    ],
)
def test_failures_that_pass(
    wire: FakeWire, clock: FakeClock, style: Style, status: int | None, payload: Any, headers: Any, waits: list[float]
) -> None:
    wire.respond(*style.pending)
    if status is None:
        wire.fail(requests.exceptions.ConnectionError("lost"), sent=True)
    else:
        wire.respond(status, payload, headers=headers)
    wire.respond(*style.done)
    result = run(wire, style, retries=1)
    # What is asked twice is one question.
    assert (result["waited"], result["status"], clock.waits) == (2, 202, [5.0, *waits])


@each_style
def test_rate_limit_is_waited_for_as_often_as_time_allows(wire: FakeWire, clock: FakeClock, style: Style) -> None:
    for _number in range(5):
        wire.respond(413, {"overLimit": {}}, headers=[("Retry-After", "10")])
    wire.respond(*style.done)
    assert run(wire, style, retries=1)["waited"] == 1
    assert clock.waits == [10.0] * 5


@each_style
@pytest.mark.parametrize("retry_after", [[], [("Retry-After", "1")], [("Retry-After", "60")]])
def test_rate_limit_that_lasts_is_not_waited_for_longer_than_all_else(
    wire: FakeWire, clock: FakeClock, style: Style, retry_after: list[tuple[str, str]]
) -> None:
    wire.respond(*style.pending)
    for _number in range(20):
        wire.respond(429, {"overLimit": {"message": "m"}}, headers=retry_after)
    ended = failure(wire, style, {**style.wait, "timeout": 12}, retries=4)
    assert ended.kind == "wait_timeout"
    assert str(ended).startswith(f"{WORDS} did not finish what it accepted within 12 seconds: it is ")
    assert str(ended).endswith(
        ", and a rate limit allows no further look. It may still finish later; raise timeout in wait."
    )
    assert sum(clock.waits) <= 12
    assert wire.pending
    wire.pending.clear()


@each_style
def test_rate_limit_that_ends_before_the_wait_does_is_an_error_of_its_own(wire: FakeWire, style: Style) -> None:
    wire.respond(429, {"overLimit": {"message": "m"}}, headers=[("Retry-After", "121")])
    assert failure(wire, style, {**style.wait, "timeout": 300}, retries=4).kind == "over_limit"


@each_style
def test_service_that_is_away_for_longer_than_the_wait(wire: FakeWire, clock: FakeClock, style: Style) -> None:
    wire.respond(503, headers=[("Retry-After", "100")])
    ended = failure(wire, style, {**style.wait, "timeout": 12}, retries=4)
    assert ended.kind == "wait_timeout"
    assert str(ended).endswith(
        ", and the service is not available before. It may still finish later; raise timeout in wait."
    )
    assert clock.waits == []


@each_style
@pytest.mark.parametrize("timeout", [12, 300])
def test_service_that_is_away_for_longer_than_it_may_be(wire: FakeWire, style: Style, timeout: int) -> None:
    wire.respond(503, headers=[("Retry-After", "121")])
    ended = failure(wire, style, {**style.wait, "timeout": timeout}, retries=4)
    assert ended.kind == "service_unavailable"
    assert "raise retry_max_wait" in str(ended)


@each_style
def test_token_that_ends_on_the_way(wire: FakeWire, style: Style) -> None:
    wire.respond(*style.pending)
    wire.respond(401)
    wire.respond(*style.pending)
    wire.respond(*style.done)
    assert run(wire, style, authorization=Authorization(TOKEN, lambda _token: "new"))["waited"] == 3
    assert [sent.headers["X-Auth-Token"] for sent in wire.sent] == [TOKEN, TOKEN, TOKEN, "new", "new"]


@each_style
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "unauthorized"), (403, "forbidden"), (413, "over_limit"), (500, "service_fault"), (503, None)],
)
def test_failures_that_stay(wire: FakeWire, style: Style, status: int, kind: str | None) -> None:
    wire.respond(*style.pending)
    wire.respond(status, {"overLimit": {"message": "m"}})
    assert failure(wire, style).kind == (kind or "service_unavailable")


@pytest.mark.parametrize("name", ["job", "status"])
@pytest.mark.parametrize("status", [404, 410])
def test_what_is_waited_for_goes_away(wire: FakeWire, name: str, status: int) -> None:
    wire.respond(*STYLES[name].pending)
    wire.respond(status)
    assert failure(wire, STYLES[name]).status == status


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("job", {"status": "ERROR", "error": {"message": "It is a duplicate.", "code": 409}}),
        ("status", {"server": {"status": "ERROR", "fault": {"message": "It is a duplicate."}}}),
        ("status", {"server": {"status": "ERROR", "fault": "It is a duplicate."}}),
        ("job", {"status": "ERROR", "error": " It is a duplicate.", "message": "Not this."}),
    ],
)
def test_work_that_fails(wire: FakeWire, name: str, payload: Any) -> None:
    wire.respond(*STYLES[name].pending)
    wire.respond(200, payload)
    error = failure(wire, STYLES[name])
    assert error.kind == "wait_failed"
    assert ": It is a duplicate. Correct the cause" in str(error)


@each_style
@pytest.mark.parametrize("payload", [None, {}, [], "text", {"server": None}, {"server": [1]}, {"status": {"a": 1}}])
def test_responses_that_say_nothing_are_waited_out(wire: FakeWire, style: Style, payload: Any) -> None:
    wire.respond(200, payload)
    wire.respond(200, body=b"<html>Try later</html>", headers=[("Content-Type", "text/html")])
    wire.respond(*style.done)
    assert run(wire, style)["waited"] == 3


@each_style
def test_work_that_takes_too_long(wire: FakeWire, clock: FakeClock, style: Style) -> None:
    for _poll in range(4):
        wire.respond(*style.pending)
    assert failure(wire, style, {"timeout": 11, "interval": 4}).kind == "wait_timeout"
    assert clock.waits == [4.0, 4.0, 3.0]


class TaskTimeoutError(BaseException):
    """What Ansible raises where a task is when its `timeout` is over."""


@each_style
@pytest.mark.parametrize("stop", [KeyboardInterrupt, TaskTimeoutError])
@pytest.mark.parametrize("is_asking", [True, False])
def test_end_of_the_task_ends_the_wait_at_once(
    wire: FakeWire, monkeypatch: pytest.MonkeyPatch, style: Style, stop: type[BaseException], is_asking: bool
) -> None:
    def sleep(_seconds: float) -> None:
        raise stop

    if is_asking:
        wire.fail(stop(), sent=True)
    else:
        monkeypatch.setattr(_clock, "sleep", sleep)
        wire.respond(*style.pending)
    with pytest.raises(stop):
        run(wire, style, retries=4)
    assert len(wire.sent) == 2


@pytest.mark.parametrize("status", [409, 422])
def test_other_errors_are_not_asked_again(wire: FakeWire, clock: FakeClock, status: int) -> None:
    wire.respond(status, {"message": "PENDING_UPDATE", "code": status})
    wire.respond(status, {"message": "Something else.", "code": status})
    with pytest.raises(IdentityError) as caught:
        service().send(call("POST", retry_on={status: "PENDING_UPDATE"}))
    assert (caught.value.kind, clock.waits) == ("conflict", [0.25])
