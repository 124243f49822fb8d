# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: what is asked, how often and for how long, when it is done, and what is said if it never is."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import WAIT
from ansible_collections.rackspace.identity.plugins.module_utils._request.result import result_of
from ansible_collections.rackspace.identity.plugins.module_utils._request.waits import Wait, read_wait, wait_for
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import (
    BASE,
    HOST,
    TOKEN,
    call,
    checked,
    service,
)

SERVERS = f"{BASE}/servers"
JOB = {"jobId": "7", "status": "RUNNING", "callbackUrl": f"{BASE}/status/7"}
NO_SECONDS = (0.0, -1.0, float("nan"), float("inf"), 604801.0)
ACTIVE = {"key": "server.status", "values": ["ACTIVE"]}

pytestmark = pytest.mark.usefixtures("clock")


class Waiting:
    """A request that was accepted, and what is waited for after it."""

    def __init__(self, wire: FakeWire) -> None:
        self.wire = wire
        self.told: list[str] = []
        self.context = Context(tell=lambda _level, text: self.told.append(text))

    def run(
        self,
        wait: dict[str, Any],
        accepted: Any = None,
        *,
        location: str | None = None,
        method: str = "PUT",
        url: str = SERVERS,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        read = read_wait(complete(WAIT, wait))
        assert read is not None
        one = call(method, url, headers=headers or {})
        self.wire.pending.insert(0, self._accepted(accepted, location))
        client = service(**options)
        result = result_of(client, client.send(one), self.context)
        return wait_for(client, one, read, result, self.context)

    def failure(self, wait: dict[str, Any], accepted: Any = None, **given: Any) -> IdentityError:
        with pytest.raises(IdentityError) as caught:
            self.run(wait, accepted, **given)
        return checked(caught.value)

    @property
    def asked(self) -> list[str]:
        """Return what was asked for while waiting, after checking that it went to the endpoint's origin alone."""
        polls = self.wire.sent[1:]
        assert {(sent.method, sent.body) for sent in polls} <= {("GET", None)}
        origin = f"https://{HOST}"
        assert all(sent.url.startswith(f"{origin}/") for sent in polls)
        return [sent.url[len(origin) :] for sent in polls]

    @staticmethod
    def _accepted(payload: Any, location: str | None) -> Any:
        made = FakeWire()
        made.respond(202, payload, headers=[("Location", location)] if location else [])
        return made.pending[0]


@pytest.fixture
def waiting(wire: FakeWire) -> Waiting:
    return Waiting(wire)


def server(status: str | None, **others: Any) -> dict[str, Any]:
    return {"server": {"id": "1", "status": status, **others}}


# Jobs.


@pytest.mark.parametrize(
    "link",
    [
        f"{BASE}/status/7",
        f"http://{HOST}/v1/acct/status/7",
        "https://evil.example.org/v1/acct/status/7",
        "http://127.0.0.1:9696/v1/acct/status/7",
        "//evil.example.org/v1/acct/status/7",
        "/v1/acct/status/7",
    ],
)
def test_job_is_asked_for_at_the_origin_of_the_endpoint(
    waiting: Waiting, wire: FakeWire, clock: FakeClock, link: str
) -> None:
    wire.respond(200, {"jobId": "7", "status": "RUNNING"})
    # Some say so with the status of a request that was accepted.
    wire.respond(202, {"jobId": "7", "status": "RUNNING"})
    done = {"jobId": "7", "status": "COMPLETED", "response": {"records": [{"id": "A-1"}]}}
    wire.respond(200, done)
    result = waiting.run({}, {**JOB, "callbackUrl": link})
    assert waiting.asked == ["/v1/acct/status/7?showDetails=true"] * 3
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} == {TOKEN}
    assert (result["json"], result["waited"], clock.waits) == (done, 3, [5, 5])
    # All else is that of the request itself.
    assert (result["status"], result["url"], result["attempts"]) == (202, SERVERS, 1)
    assert waiting.told[-3:] == [
        "object-store in DFW: RUNNING after 5 s",
        "object-store in DFW: COMPLETED after 10 s",
        "Waited 10 s for object-store in DFW: COMPLETED",
    ]


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("status/7?a=b", "/v1/acct/status/7?a=b&showDetails=true"),
        ("status/7?showDetails=true", "/v1/acct/status/7?showDetails=true"),
        ("status/7?showdetails=false", "/v1/acct/status/7?showdetails=false"),
    ],
)
def test_job_with_a_query(waiting: Waiting, wire: FakeWire, link: str, asked: str) -> None:
    wire.respond(200, {"status": "COMPLETED"})
    waiting.run({}, {"callbackUrl": link})
    assert waiting.asked == [asked]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            {"message": "Conflict", "code": 409, "details": "Record is a duplicate of another."},
            "Conflict: Record is a duplicate of another",
        ),
        ({"message": "Same", "details": "Same"}, "Same"),
        ({"message": " Gone. "}, "Gone"),
        ({"code": 500}, None),
        ("text", "text"),
        (None, None),
    ],
)
def test_job_that_fails(waiting: Waiting, wire: FakeWire, error: Any, said: str | None) -> None:
    wire.respond(200, {"status": "RUNNING"})
    wire.respond(200, {"status": "ERROR", "error": error})
    failed = waiting.failure({}, JOB)
    assert failed.kind == "wait_failed"
    assert str(failed) == (
        f"What object-store in DFW accepted ended with status ERROR{f': {said}' if said else ''}. "
        "Correct the cause, and run the task again."
    )


def test_job_that_fails_in_other_words(waiting: Waiting, wire: FakeWire) -> None:
    wire.respond(200, {"status": "ERROR"})
    wire.respond(200, {"status": "CANCELLED"})
    assert waiting.failure({"failures": ["cancelled"]}, JOB).kind == "wait_failed"


@pytest.mark.parametrize("payload", [None, {}, [], {"callbackUrl": ""}, {"callbackUrl": 7}, {"callbackUrl": None}])
def test_response_that_names_no_job(waiting: Waiting, wire: FakeWire, payload: Any) -> None:
    failed = waiting.failure({}, payload)
    assert isinstance(failed, OptionError)
    assert str(failed) == (
        "wait: the response does not name a job to wait for. Give key and values, such as server.status and ACTIVE, or "
        "gone. The request itself was accepted."
    )
    assert waiting.asked == []


def test_job_at_no_url(waiting: Waiting) -> None:
    assert waiting.failure({}, {"callbackUrl": "https://[broken"}).kind == "invalid_response"


# States.


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (f"{SERVERS}/1", "/v1/acct/servers/1"),
        ("http://evil.example.org/v1/acct/servers/1", "/v1/acct/servers/1"),
        ("/v1/acct/servers/1", "/v1/acct/servers/1"),
        ("1", "/v1/acct/1"),
    ],
)
def test_state_is_asked_for_where_the_response_says(
    waiting: Waiting, wire: FakeWire, location: str | None, asked: str
) -> None:
    wire.respond(200, server("BUILD"))
    wire.respond(200, server("active"))
    result = waiting.run(ACTIVE, {"server": {"adminPass": "x"}}, location=location, url=f"{SERVERS}?a=b", method="POST")
    assert waiting.asked == [asked, asked]
    assert (result["json"], result["waited"]) == (server("active"), 2)


@pytest.mark.parametrize(
    ("path", "asked"),
    [("servers/1", "/v1/acct/servers/1"), (["servers", "a b/c"], "/v1/acct/servers/a%20b%2Fc"), ("", "/v1/acct")],
)
def test_path_is_that_of_the_user(waiting: Waiting, wire: FakeWire, path: Any, asked: str) -> None:
    wire.respond(200, server("ACTIVE"))
    waiting.run({**ACTIVE, "path": path}, JOB, location=f"{SERVERS}/2", method="POST")
    assert waiting.asked == [asked]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_than_post_wait_for_what_is_at_their_url(waiting: Waiting, wire: FakeWire, method: str) -> None:
    wire.respond(200, server("ACTIVE"))
    waiting.run(ACTIVE, url=f"{SERVERS}/1?a=b", method=method)
    assert waiting.asked == ["/v1/acct/servers/1?a=b"]


@pytest.mark.parametrize("wait", [ACTIVE, {"gone": True}])
@pytest.mark.parametrize(
    ("payload", "more"),
    [({"loadBalancer": {"id": 71}}, ""), (JOB, " To wait for its job, leave out key, values and gone.")],
)
def test_create_that_does_not_say_where(waiting: Waiting, wait: dict[str, Any], payload: Any, more: str) -> None:
    failed = waiting.failure(wait, payload, method="POST")
    assert isinstance(failed, OptionError)
    assert str(failed) == (
        "wait: the response to the POST does not say where to look, since it has no Location. Give path in wait, or "
        f"wait in a task of its own, with method=GET and the path of what was created.{more} The request itself was "
        "accepted."
    )
    assert waiting.asked == []


def test_key_takes_the_place_of_the_job(waiting: Waiting, wire: FakeWire) -> None:
    wire.respond(200, server("ACTIVE"))
    waiting.run(ACTIVE, JOB)
    assert waiting.asked == ["/v1/acct/servers"]


@pytest.mark.parametrize(
    ("key", "payload", "state"),
    [
        ("a", {"a": "X"}, "X"),
        ("a.b.c", {"a": {"b": {"c": "X"}}}, "X"),
        ("a", {"a": 7}, "7"),
        ("a", {"a": True}, "True"),
        ("a", {"a": 0}, "0"),
        ("a", {"a": None}, None),
        ("a.b", {"a": "text"}, None),
        ("a.b", {"a": [{"b": "X"}]}, None),
        ("a", ["a"], None),
        ("a", None, None),
    ],
)
def test_state_in_a_response(waiting: Waiting, wire: FakeWire, key: str, payload: Any, state: str | None) -> None:
    wire.respond(200, payload)
    given = {"key": key, "values": [state or "X"], "timeout": 1, "interval": 1}
    if state is None:
        wire.respond(200, payload)
        assert "it is without a state" in str(waiting.failure(given))
    else:
        assert waiting.run(given)["json"] == payload


@pytest.mark.parametrize("values", [["ACTIVE"], ["active", "SHUTOFF"], ["x", "ACTIVE"]])
def test_values(waiting: Waiting, wire: FakeWire, values: Any) -> None:
    wire.respond(200, server("ACTIVE"))
    assert waiting.run({"key": "server.status", "values": values})["waited"] == 1


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"fault": {"code": 500, "message": "No valid host was found."}}, ": No valid host was found"),
        ({"fault": {"message": "a", "details": "b"}}, ": a: b"),
        ({}, ""),
    ],
)
def test_state_that_is_a_failure(waiting: Waiting, wire: FakeWire, others: Any, said: str) -> None:
    wire.respond(200, server("BUILD"))
    wire.respond(200, server("error", **others))
    failed = waiting.failure({**ACTIVE, "failures": ["ERROR"]})
    assert failed.kind == "wait_failed"
    assert str(failed) == (
        f"What object-store in DFW accepted ended with server.status error{said}. Correct the cause, and run the "
        "task again."
    )


def test_state_that_is_no_failure_is_waited_out(waiting: Waiting, wire: FakeWire) -> None:
    wire.respond(200, server("ERROR"))
    wire.respond(200, server("ACTIVE"))
    assert waiting.run(ACTIVE)["waited"] == 2


# Gone.


@pytest.mark.parametrize("status", [404, 410])
def test_gone(waiting: Waiting, wire: FakeWire, status: int) -> None:
    wire.respond(200, server("DELETING"))
    wire.respond(204)
    wire.respond(status, {"itemNotFound": {"message": "gone"}})
    result = waiting.run({"gone": True}, method="DELETE", url=f"{SERVERS}/1")
    assert waiting.asked == ["/v1/acct/servers/1"] * 3
    assert (result["json"], result["waited"], result["status"]) == (None, 3, 202)


def test_gone_is_the_thing_and_not_its_job(waiting: Waiting, wire: FakeWire) -> None:
    wire.respond(404)
    waiting.run({"gone": True}, JOB, method="DELETE", url=f"{BASE}/domains/1")
    assert waiting.asked == ["/v1/acct/domains/1"]


def test_gone_takes_too_long(waiting: Waiting, wire: FakeWire) -> None:
    for _poll in range(3):
        wire.respond(200, server("DELETING"))
    failed = waiting.failure({"gone": True, "timeout": 10})
    assert failed.kind == "wait_timeout"
    assert str(failed) == (
        "object-store in DFW did not finish what it accepted within 10 seconds: it is still there. It may still finish "
        "later; raise timeout in wait."
    )


@pytest.mark.parametrize("status", [404, 410, 403, 500])
def test_other_waits_fail_with_the_request(waiting: Waiting, wire: FakeWire, status: int) -> None:
    wire.respond(status)
    assert waiting.failure(ACTIVE).status == status


# Time.


@pytest.mark.parametrize(
    ("times", "waits"),
    [
        ({"timeout": 10}, [5, 5]),
        ({"timeout": 12}, [5, 5, 2]),
        ({"timeout": 1.5, "interval": 0.5}, [0.5, 0.5, 0.5]),
        ({"timeout": 3}, [3]),
        ({"interval": 300}, [300, 300]),
    ],
)
def test_timeout(waiting: Waiting, wire: FakeWire, clock: FakeClock, times: dict[str, Any], waits: list[float]) -> None:
    for _poll in range(len(waits) + 1):
        wire.respond(200, server("BUILD"))
    failed = waiting.failure({**ACTIVE, **times})
    assert failed.kind == "wait_timeout"
    assert str(failed) == (
        f"object-store in DFW did not finish what it accepted within {times.get('timeout', 600)} seconds: it is BUILD. "
        "It may still finish later; raise timeout in wait."
    )
    assert clock.waits == waits


def test_what_is_done_at_the_last_moment_is_done(waiting: Waiting, wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(200, server("BUILD"))
    wire.respond(200, server("ACTIVE"))
    assert waiting.run({**ACTIVE, "timeout": 3})["waited"] == 2
    assert clock.waits == [3]


def test_time_that_requests_take_counts(waiting: Waiting, wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(429, headers=[("Retry-After", "9")])
    wire.respond(200, server("BUILD"))
    wire.respond(200, server("BUILD"))
    waiting.failure({**ACTIVE, "timeout": 10}, retries=1)
    assert clock.waits == [9, 1]


# Tokens and headers.


def test_token_that_dies_during_the_wait(waiting: Waiting, wire: FakeWire) -> None:
    wire.respond(200, server("BUILD"))
    wire.respond(401)
    wire.respond(200, server("BUILD"))
    wire.respond(200, server("ACTIVE"))
    result = waiting.run(ACTIVE, authorization=Authorization(TOKEN, lambda _token: "new"))
    assert [sent.headers["X-Auth-Token"] for sent in wire.sent] == [TOKEN, TOKEN, TOKEN, "new", "new"]
    # How often there was an answer.
    assert result["waited"] == 3


def test_headers_of_the_service_are_sent_with_every_question(waiting: Waiting, wire: FakeWire) -> None:
    headers = {"Client-ID": "me", "Content-Type": "text/plain", "Accept": "text/xml", "If-Match": "x", "ETag": "y"}
    wire.respond(200, server("ACTIVE"))
    waiting.run(ACTIVE, headers=headers)
    sent = wire.sent[1].headers
    assert (sent["Client-ID"], sent["Accept"]) == ("me", "application/json")
    assert {"Content-Type", "If-Match", "ETag"} & set(sent) == set()


# Options.


def test_no_wait() -> None:
    assert read_wait(None) is None


def test_defaults() -> None:
    assert read_wait(complete(WAIT, {})) == Wait(None, None, (), (), False, 600.0, 5.0)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"key": "a"}, "wait: key and values belong together: give both, or neither."),
        ({"key": "a", "values": []}, "wait: key and values belong together: give both, or neither."),
        ({"values": ["a"]}, "wait: key and values belong together: give both, or neither."),
        ({"key": "", "values": ["a"]}, "wait: key and values belong together: give both, or neither."),
        (
            {"key": "a", "values": ["b"], "gone": True},
            "wait: gone and key are mutually exclusive: give one of the two.",
        ),
        (
            {"gone": True, "failures": ["ERROR"]},
            "wait: gone and failures are mutually exclusive: give one of the two.",
        ),
        ({"key": "a", "values": [["b"]]}, "wait: values must be a list of strings."),
        ({"failures": [{}]}, "wait: failures must be a list of strings."),
        ({"path": "a/../b"}, "path must not contain the segment '..', which has a special meaning in a URL."),
        *(
            (
                {name: value},
                f"wait: {name} must be a number of seconds, more than 0 and at most a week.",
            )
            for name in ("timeout", "interval")
            for value in NO_SECONDS
        ),
    ],
)
def test_options_that_cannot_be_used(given: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_wait(complete(WAIT, given))
    assert str(caught.value) == text
