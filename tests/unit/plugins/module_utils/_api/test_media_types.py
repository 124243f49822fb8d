# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The media types: which body is of which, and what an error body of either says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import MEDIA_TYPES
from ansible_collections.rackspace.identity.plugins.module_utils._errors import Fault
from ansible_collections.rackspace.identity.plugins.module_utils._options import CONNECTION
from ansible_collections.rackspace.identity.tests.unit.support.encoder import V11, V20
from ansible_collections.rackspace.identity.tests.unit.support.generated import ANY_PAYLOAD, LIKELY
from ansible_collections.rackspace.identity.tests.unit.support.models import fault_of


@pytest.mark.covers("faults/code")
@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (
            {"unauthorized": {"code": 401, "message": " m ", "details": "d"}},
            Fault("unauthorized", "m", "d"),
        ),
        ({"error": {"code": 401, "message": "m", "title": "Unauthorized"}}, Fault("error", "m")),
        ({"code": 400, "message": "m"}, Fault(None, "m")),
        ({"code": 400, "message": "m", "details": "d"}, Fault(None, "m", "d")),
        ({"badRequest": {}}, Fault("badRequest")),
        ({"badRequest": None}, Fault()),
        ({"badRequest": {"message": None, "details": ["x"]}}, Fault("badRequest")),
        ({"badRequest": {"message": 5}}, Fault("badRequest", "5")),
        ({"request": "x", "itemNotFound": {"message": "m"}}, Fault("itemNotFound", "m")),
        ({}, Fault()),
        ([], Fault()),
        ("text", Fault()),
        ({"overLimit": {"retryAfter": 5}}, Fault("overLimit", retry_after=5.0)),
        ({"overLimit": {"retryAfter": "5.5"}}, Fault("overLimit", retry_after=5.5)),
        ({"overLimit": {"retryAfter": -5}}, Fault("overLimit", retry_after=0.0)),
        ({"overLimit": {"retryAfter": True}}, Fault("overLimit")),
        ({"overLimit": {"retryAfter": "soon"}}, Fault("overLimit")),
        ({"overLimit": {"retryAfter": "inf"}}, Fault("overLimit")),
        ({"overLimit": {"retryAfter": "nan", "retryAt": 6}}, Fault("overLimit", retry_after=6.0)),
        ({"overLimit": {"retryAfter": 10**400}}, Fault("overLimit")),
        ({"overLimit": {"retryAfter": []}}, Fault("overLimit")),
        ({"overLimit": {"retryAfter": None, "retryAt": "2026-01-31T12:00:30Z"}}, Fault("overLimit", retry_after=30.0)),
        ({"overLimit": {"retryAt": "2026-01-31T12:00:30UTC"}}, Fault("overLimit", retry_after=30.0)),
        ({"overLimit": {"retryAt": "2012-11-14T21:51:28UTC"}}, Fault("overLimit", retry_after=0.0)),
        ({"overLimit": {"retryAt": "9999-12-31T23:59:59-23:00"}}, Fault("overLimit")),
        ({"message": "m", "retryAfter": 7}, Fault(None, "m", retry_after=7.0)),
    ],
)
def test_faults_in_json(payload: Any, fault: Fault) -> None:
    assert fault_of(json.dumps(payload).encode()) == fault


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        # Cloud DNS and Cloud Load Balancers.
        (
            {"code": 400, "message": "Validation Failure", "details": "", "validationErrors": {"messages": ["a", "b"]}},
            Fault(None, "Validation Failure: a; b"),
        ),
        ({"validationErrors": {"messages": ["a"]}, "code": 400}, Fault("validationErrors", "a")),
        (
            {
                "failedItems": {"faults": [{"message": "a", "code": 404, "details": "x"}, {"message": "b"}, {}]},
                "message": "One or more items could not be deleted.",
                "code": 500,
                "details": "See errors list for details.",
            },
            Fault(None, "One or more items could not be deleted.: a; b", "See errors list for details."),
        ),
        (
            {"badRequest": {"code": 400, "message": "m", "validationErrors": {"messages": ["a"]}}},
            Fault("badRequest", "m: a"),
        ),
        ({"message": ["a", "b", None], "code": 422}, Fault(None, "a; b")),
        ({"message": "m", "validationErrors": ["x"], "failedItems": "x"}, Fault(None, "m")),
        ({"overLimit": {"message": "m", "code": 413, "retryAfter": 2}}, Fault("overLimit", "m", retry_after=2.0)),
        # Cloud Queues.
        (
            {"title": "Bad request", "description": "d", "code": 1092, "link": {"rel": "x"}},
            Fault("Bad request", "d"),
        ),
        # Cloud Orchestration.
        (
            {
                "explanation": "e",
                "code": 404,
                "error": {"message": "m", "type": "EntityNotFound"},
                "title": "Not Found",
            },
            Fault("EntityNotFound", "m"),
        ),
        ({"explanation": "e", "code": 400, "title": "Bad Request"}, Fault("Bad Request", "e")),
        # Cloud Networks.
        ({"NeutronError": {"type": "PortInUse", "message": "m", "detail": "d"}}, Fault("PortInUse", "m", "d")),
        ({"NeutronError": {"message": "m"}}, Fault("NeutronError", "m")),
        ({"NeutronError": "text"}, Fault("NeutronError", "text")),
        # Cloud Monitoring.
        (
            {"type": "notFoundError", "code": "404", "message": "m", "details": "d", "txnId": ".rh-1"},
            Fault("notFoundError", "m", "d"),
        ),
        # Autoscale.
        (
            {"error": {"type": "NoSuchScalingGroupError", "code": 404, "message": "m", "details": ""}},
            Fault("NoSuchScalingGroupError", "m"),
        ),
        # Cloud Servers.
        (
            {"buildInProgress": {"code": 409, "message": "m", "details": "d", "retryAt": "2026-01-31T12:00:30Z"}},
            Fault("buildInProgress", "m", "d", 30.0),
        ),
    ],
)
def test_faults_of_every_service(payload: Any, fault: Fault) -> None:
    assert fault_of(json.dumps(payload).encode()) == fault


@pytest.mark.covers("faults/the-key-such-as-unauthorized", "faults/code", "faults/details-not-in-the-documents")
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            f'<unauthorized xmlns="{V20}" code="401"><message> m </message><details>d</details></unauthorized>',
            Fault("unauthorized", "m", "d"),
        ),
        (
            f'<x:itemNotFound xmlns:x="{V11}" code="404"><x:message>m</x:message></x:itemNotFound>',
            Fault("itemNotFound", "m"),
        ),
        ('<identityFault code="500"><message>m</message><details/></identityFault>', Fault("identityFault", "m")),
        ('<?xml version="1.0"?>\n<forbidden message="m"/>', Fault("forbidden", "m")),
        ('  \n<overLimit retryAfter="17"/>', Fault("overLimit", retry_after=17.0)),
        ("<overLimit><retryAt>2026-01-31T12:00:30Z</retryAt></overLimit>", Fault("overLimit", retry_after=30.0)),
        ("<overLimit><retryAfter><x/></retryAfter></overLimit>", Fault("overLimit")),
        ("<badRequest/>", Fault("badRequest")),
        ("<badRequest>m</badRequest>", Fault("badRequest", "m")),
        # Each service has a namespace of its own.
        (
            '<badRequest xmlns="http://docs.openstack.org/loadbalancers/api/v1.0"><message>m</message></badRequest>',
            Fault("badRequest", "m"),
        ),
        (
            '<overLimit xmlns="http://docs.openstack.org/compute/api/v1.1"><retryAfter>7</retryAfter></overLimit>',
            Fault("overLimit", retry_after=7.0),
        ),
        *(
            (
                (
                    '<badRequest code="400" xmlns="http://docs.openstack.org/loadbalancers/api/v1.0"><message>m</message>'
                    f"<details>d</details><validationErrors>{errors}</validationErrors></badRequest>"
                ),
                Fault("badRequest", said, "d"),
            )
            for errors, said in (
                ("<message>a</message>", "m: a"),
                ("<message>a</message><message>b</message>", "m: a; b"),
                ("<messages><message>a</message><message>b</message></messages>", "m: a; b"),
                ("<messages>a</messages>", "m: a"),
                ("", "m"),
            )
        ),
        (f'<a:fault xmlns:a="urn:a" xmlns:b="{V20}"><b:message>m</b:message></a:fault>', Fault("fault", "m")),
    ],
)
def test_faults_in_xml(body: str, fault: Fault) -> None:
    assert fault_of(body.encode()) == fault


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>502</title></head><body>Bad Gateway</body></html>",
        b'<HTML lang="en"><message>m</message></HTML>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>m</p></body></html>',
        b"<!DOCTYPE html><html><body>m</body></html>",
        b'{"html": {"message": "m"}}',
    ],
)
def test_page_is_not_a_fault(body: bytes) -> None:
    assert fault_of(body) == Fault()


@pytest.mark.parametrize("body", [b"", b"<html><h1>502</h1></html>", b'{"x":', b"\xff\xfe"])
def test_body_without_a_fault(body: bytes) -> None:
    assert fault_of(body) == Fault()


# The name of a body's media type.


@pytest.mark.parametrize(
    ("name", "is_json", "is_xml"),
    [
        ("", True, True),
        ("application/json", True, False),
        ("text/json", True, False),
        ("application/vnd.x+json", True, False),
        ("application/xml", False, True),
        ("text/xml", False, True),
        ("application/atom+xml", False, True),
        ("text/html", False, False),
        ("text/plain", False, False),
        ("json", False, False),
    ],
)
def test_names_of_media_types(name: str, is_json: bool, is_xml: bool) -> None:
    assert (MEDIA_TYPES["json"].matches(name), MEDIA_TYPES["xml"].matches(name)) == (is_json, is_xml)


def test_media_types_are_the_choices_of_wire_format() -> None:
    (option,) = (option for option in CONNECTION if option.name == "wire_format")
    assert tuple(MEDIA_TYPES) == option.choices
    assert {choice: media_type.names[0] for choice, media_type in MEDIA_TYPES.items()} == {
        "json": "application/json",
        "xml": "application/xml",
    }


@given(st.one_of(ANY_PAYLOAD, LIKELY))
def test_reading_the_fault_of_any_json_never_fails(payload: Any) -> None:
    assert isinstance(fault_of(json.dumps(payload).encode()), Fault)


@given(st.binary())
def test_reading_the_fault_of_any_bytes_never_fails(body: bytes) -> None:
    assert isinstance(fault_of(body), Fault)
