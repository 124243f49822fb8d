# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error responses of every service: what they say, and the sentence that a user reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Response
from ansible_collections.rackspace.identity.plugins.module_utils._request.call import Call
from ansible_collections.rackspace.identity.plugins.module_utils._request.faults import (
    read_service_fault,
    request_error,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON

DNS_XML = (
    b'<badRequest xmlns="http://docs.rackspacecloud.com/dns/api/v1.0" code="400"><message>m</message>'
    b"<details>d</details></badRequest>"
)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            b"<html><h1>Not Found</h1><p>The resource could not be found.</p></html>",
            Fault(message="Not Found: The resource could not be found."),
        ),
        (b"<html>\n<H1>Length <b>Required</b></H1>\n</html>", Fault(message="Length Required")),
        (b"<h1>Unprocessable</h1> <p>a &amp; b\n c</p>", Fault(message="Unprocessable: a & b c")),
        (b"<html><body>A gateway's page</body></html>", Fault()),
        (b"<h1></h1><p></p>", Fault()),
        (b"Bad Request: \xff\n", Fault(message="Bad Request: \ufffd")),
        (b"  \n", Fault()),
        (b"", Fault()),
        (b"[1, 2]", Fault()),
        (b'{"cut": ', Fault()),
        (b"<cut", Fault()),
        (b"x" * 4096, Fault(message="x" * 4096)),
        (b"x" * 4097, Fault()),
        (DNS_XML, Fault("badRequest", "m", "d")),
        (b'{"overLimit": {"retryAfter": 5}}', Fault("overLimit", retry_after=5.0)),
        (b'{"message": "m"}', Fault(message="m")),
        (b'{"status": 409, "detail": "d"}', Fault(details="d")),
    ],
)
def test_faults_of_services(body: bytes, fault: Fault) -> None:
    assert read_service_fault(body, NOON) == fault


@given(st.one_of(st.binary(), st.text(alphabet="<h1>/p {}[]\"'&;ax").map(str.encode)))
def test_no_body_is_too_strange(body: bytes) -> None:
    assert isinstance(read_service_fault(body, NOON), Fault)


DOING = "GET /x of object-store in DFW"
BEGINNING = f"{DOING} failed: files.example.com responded with"


def error_of(status: int, fault: Fault | None = None, call: Call | None = None, **more: Any) -> dict[str, Any]:
    response = Response(status, b"", fault=fault or Fault(), **more)
    result = request_error(DOING, response, "https://files.example.com/v1/x", call or Call("GET")).as_result()
    assert "identity_url" not in json.dumps(result)
    assert result["error"]["kind"] in KINDS
    return result


@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
        (400, "bad_request", "Compare path, query and body with the service's words in error.message."),
        (
            401,
            "unauthorized",
            "The service does not accept the token for this; check path, service_type and region.",
        ),
        (403, "forbidden", "This user may not do that; ask the account administrator."),
        (404, "not_found", "Check path; service_type, service_name and region choose the endpoint."),
        (405, "method_not_allowed", "Check method and path."),
        (406, "not_acceptable", "Check the headers Accept and Content-Type."),
        (409, "conflict", "Its state does not allow this now. Try again later, or use retry_on to wait for it."),
        (
            410,
            "conflict",
            "It was deleted, and does not come back. If that is a success here, add 410 to status_code.",
        ),
        (
            412,
            "conflict",
            (
                "What is there does not meet the condition. Compare it with the headers of the request that begin with "
                "If-."
            ),
        ),
        (
            415,
            "unexpected_status",
            (
                "The service does not accept this kind of body. Check the header Content-Type, and whether body is a "
                "string."
            ),
        ),
        (422, "conflict", "Its state does not allow this now. Try again later, or use retry_on to wait for it."),
        (411, "unexpected_status", "If this status is a success here, add it to status_code."),
        (304, "unexpected_status", "If this status is a success here, add it to status_code."),
        (413, "over_limit", "The request is larger than the service allows."),
        (429, "over_limit", "The rate limit is reached; try again later, or raise retry_max_wait."),
        (500, "service_fault", "The service has an internal error; try again later."),
        (503, "service_unavailable", "The service is not available at the moment; try again later."),
        (
            302,
            "unexpected_status",
            "It points to another place. Only GET and HEAD follow redirects, up to 5, and only on the same host.",
        ),
    ],
)
def test_ways_out(status: int, kind: str, way_out: str) -> None:
    result = error_of(status)
    assert result["error"]["kind"] == kind
    assert result["msg"] == f"{BEGINNING} {status}. {way_out}"


def test_etag_that_is_not_that_of_the_body() -> None:
    result = error_of(422, call=Call("PUT", headers={"ETag": "d41d8cd98f00b204e9800998ecf8427e"}))
    assert result["error"]["kind"] == "conflict"
    assert result["msg"] == (
        f"{BEGINNING} 422. The MD5 of the body is not the one in the header ETag. Correct the header, or leave it out: "
        "the module compares the MD5 of a file itself."
    )


@pytest.mark.parametrize("call", [Call("POST", headers={"ETag": "x"}), Call("PUT", headers={"X-ETag": "x"})])
def test_other_requests_that_cannot_be_processed(call: Call) -> None:
    assert error_of(422, call=call)["msg"].endswith(" Try again later, or use retry_on to wait for it.")


def test_words_of_the_service() -> None:
    fault = Fault("immutableEntity", "Load balancer '71' has a status of 'PENDING_UPDATE'.", "details")
    result = error_of(422, fault, request_id="tx1")
    assert result["msg"] == (
        f"{BEGINNING} 422 immutableEntity: Load balancer '71' has a status of 'PENDING_UPDATE'. Its state does not "
        "allow this now. Try again later, or use retry_on to wait for it."
    )
    assert result["error"] == {
        "kind": "conflict",
        "status": 422,
        "fault": "immutableEntity",
        "message": "Load balancer '71' has a status of 'PENDING_UPDATE'.",
        "details": "details",
        "retry_after": None,
        "request_id": "tx1",
    }


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 430), *range(500, 512)])
def test_no_error_speaks_of_the_identity_service(status: int) -> None:
    error_of(status, retry_after=5.0)
    error_of(status, Fault("overLimit"))
