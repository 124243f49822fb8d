# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there already: where it is looked for, when it is as wanted, and what --diff shows."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from ansible.plugins.callback import CallbackBase

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import UNLESS
from ansible_collections.rackspace.identity.plugins.module_utils._request.unless import (
    Comparison,
    compare,
    contains,
    read_unless,
)
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

RECORDS = f"{BASE}/records"
WWW = {"name": "www", "type": "A", "data": "192.0.2.1"}

pytestmark = pytest.mark.usefixtures("clock")


def look(unless: dict[str, Any], body: Any = None, *, url: str = RECORDS, **how: Any) -> Comparison:
    read = read_unless({"unless": complete(UNLESS, unless), "body": body})
    assert read is not None
    one = call("POST", url, headers=how.pop("headers", {}))
    return compare(service(**how), one, read, 100, Context())


def asked(wire: FakeWire) -> list[str]:
    """Return what was asked for, after checking that it was only read, at the endpoint's origin."""
    assert {(sent.method, sent.body) for sent in wire.sent} == {("GET", None)}
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} == {TOKEN}
    origin = f"https://{HOST}/v1/acct"
    assert all(sent.url.startswith(origin) for sent in wire.sent)
    return [sent.url[len(origin) :] for sent in wire.sent]


# Comparing.


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ({"a": 1, "b": 2}, {}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"d": 2}}}),
        ({"80": "x"}, {80: "x"}),
        ([], []),
        ([1, 2, 3], []),
        ([1, 2, 3], [3, 1]),
        ([1, 2, 1], [1, 1]),
        ([{"a": 1, "b": 2}, {"a": 3}], [{"a": 3}, {"b": 2}]),
        # The first that fits may be the only one for another.
        ([{"a": 1, "b": 2}, {"a": 1}], [{"a": 1}, {"a": 1, "b": 2}]),
        ([{"a": 1, "b": 2}, {"a": 1, "c": 3}, {"a": 1}], [{"a": 1}, {"a": 1}, {"b": 2}]),
        ([[1, 2], [3]], [[3], [2]]),
        (80, 80),
        (80, "80"),
        ("80", 80),
        (1.5, "1.5"),
        (1, 1.0),
        (1.0, "1"),
        ("300.0", 300),
        ("-7", -7),
        (1.1, "1.10"),
        ("9007199254740993", 9007199254740993),
        ("text", "text"),
        ("", ""),
        (True, True),
        ("true", True),
        (True, "True"),
        ("FALSE", False),
        (None, None),
    ],
)
def test_contained(there: Any, wanted: Any) -> None:
    assert contains(there, wanted)


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"b": None}),
        ({}, {"a": {}}),
        ({"a": 1}, {"a": {}}),
        ({"a": 1}, ["a"]),
        (["a"], {}),
        (None, {}),
        (None, []),
        ([1], [1, 1]),
        ([1, 2], [1, 3]),
        ([{"a": 1}, {"a": 1, "b": 2}], [{"b": 2}, {"b": 2}]),
        ("80", [80]),
        ([80], 80),
        ({"a": 1}, "{'a': 1}"),
        ([1], "[1]"),
        (80, 81),
        ("080", 80),
        ("8_0", 80),
        ("9007199254740993", 9007199254740992),
        ("1e2", 100),
        (9007199254740993, 9007199254740992),
        ("text", "TEXT"),
        ("a", "a "),
        (True, 1),
        (1, True),
        ("1", True),
        (0, False),
        ("yes", True),
        ("", False),
        (None, False),
        (None, ""),
        (None, "None"),
        ("None", None),
        (0, None),
        ({}, None),
    ],
)
def test_not_contained(there: Any, wanted: Any) -> None:
    assert not contains(there, wanted)


def test_long_lists_are_compared_quickly() -> None:
    there = [{"id": number, "name": f"n{number}"} for number in range(300)]
    assert contains(there, [{"name": f"n{number}"} for number in reversed(range(300))])
    assert contains([1] * 1100, [1] * 1100)
    assert not contains(there, [*({"id": number} for number in range(299)), {"id": 7}])


# Where it is looked for.


@pytest.mark.parametrize(
    ("unless", "url"),
    [
        ({}, "/records"),
        ({"query": {"name": "www", "type": ["A", "MX"]}}, "/records?name=www&type=A&type=MX"),
        ({"path": "domains/1"}, "/domains/1"),
        ({"path": ["domains", "a/b"], "query": {"x": True}}, "/domains/a%2Fb?x=true"),
        ({"path": ""}, ""),
    ],
)
def test_where(wire: FakeWire, unless: dict[str, Any], url: str) -> None:
    wire.respond(200, {"a": 1})
    assert look({**unless, "contains": {"a": 1}}).is_there
    assert asked(wire) == [url]


@pytest.mark.parametrize(
    ("unless", "url"),
    [
        ({}, "/records?name=www"),
        ({"query": {}}, "/records"),
        ({"query": {"type": "A"}}, "/records?type=A"),
        ({"path": "records"}, "/records"),
    ],
)
def test_query_of_the_request(wire: FakeWire, unless: dict[str, Any], url: str) -> None:
    wire.respond(200, {"a": 1})
    look({**unless, "contains": {"a": 1}}, url=f"{RECORDS}?name=www")
    assert asked(wire) == [url]


def test_headers_of_the_service(wire: FakeWire) -> None:
    wire.respond(200, {"a": 1})
    look({}, {"a": 1}, headers={"Client-ID": "me", "content-type": "application/json", "If-None-Match": "*"})
    sent = wire.only.headers
    assert (sent["Client-ID"], sent["Accept"]) == ("me", "application/json")
    assert {"content-type", "If-None-Match"} & set(sent) == set()


@pytest.mark.parametrize(
    ("status", "payload"),
    [(404, {"a": 1}), (410, {"a": 1}), (404, None), (204, None), (200, None), (200, []), (200, {}), (200, "text")],
)
@pytest.mark.parametrize("unless", [{}, {"find": {"a": 1}}, {"contains": {"a": 1}}])
def test_nothing_is_there(wire: FakeWire, status: int, payload: Any, unless: dict[str, Any]) -> None:
    wire.respond(status, payload)
    assert not look(unless, {"a": 1}).is_there


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_looking_fails_as_every_request(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    with pytest.raises(IdentityError) as caught:
        look({}, {"a": 1})
    assert checked(caught.value).status == status


def test_all_pages_are_read(wire: FakeWire) -> None:
    wire.respond(
        200, {"records": [{"name": "a"}], "links": [{"rel": "next", "href": "http://x.example.org/v1/acct/2"}]}
    )
    wire.respond(200, {"records": [WWW], "links": []})
    found = look({"find": {"name": "www"}})
    assert (found.is_there, found.result["pages"], asked(wire)) == (True, 2, ["/records", "/2"])


def test_bare_list_in_pages(wire: FakeWire) -> None:
    wire.respond(200, [{"name": "a"}])
    wire.respond(200, [{"name": "www"}])
    wire.respond(204)
    assert look({"find": {"name": "www"}}).is_there
    assert asked(wire) == ["/records", "/records?marker=a", "/records?marker=www"]


def test_page_that_is_gone_is_not_the_end_of_the_list(wire: FakeWire) -> None:
    wire.respond(200, {"records": [WWW], "next": "?page=2"})
    wire.respond(404)
    with pytest.raises(IdentityError) as caught:
        look({"find": {"name": "www"}})
    assert caught.value.kind == "not_found"


def test_too_many_items(wire: FakeWire) -> None:
    wire.respond(200, list(range(101)))
    with pytest.raises(IdentityError) as caught:
        look({"find": {"name": "www"}})
    assert caught.value.kind == "too_many_items"


# What must be there.


@pytest.mark.parametrize(
    ("unless", "body"),
    [
        # The body, in a response of the same shape.
        ({}, {"records": [{"name": "www", "data": "192.0.2.1"}]}),
        ({"contains": {"records": [{"type": "A"}]}}, {"records": [{"name": "other"}]}),
        ({"contains": {}}, None),
        # One item.
        ({"find": {"name": "www"}}, None),
        ({"find": {"name": "www"}, "contains": {}}, {"records": [{"name": "other"}]}),
        ({"find": {"name": "www"}, "contains": {"ttl": "300"}}, {"records": [{"name": "other"}]}),
        ({"find": {"name": "www"}, "contains": {"meta": {"a": 1}}}, None),
        # The item in the body.
        ({"find": {"name": "www"}}, {"records": [WWW]}),
        ({"find": {"name": "www"}}, {"record": WWW}),
        ({"find": {"name": "www"}}, [WWW]),
        ({"find": {"name": "www"}}, WWW),
        ({"find": {"name": "www"}}, {"type": "A"}),
        ({"find": {"name": "www"}}, {"meta": {"a": "1"}}),
        ({"find": {"name": "www"}, "contains": {"ttl": 300}}, {"records": [WWW, {"name": "other"}]}),
        ({"find": {"name": "www"}}, {"record": {"meta": {"a": 1}}}),
        ({"find": {"name": "www", "type": "A"}}, {"records": [{"data": "192.0.2.2"}]}),
    ],
)
@pytest.mark.parametrize("shape", ["list in an object", "bare list"])
def test_there(wire: FakeWire, unless: dict[str, Any], body: Any, shape: str) -> None:
    items = [
        {"name": "mail", "type": "MX"},
        {**WWW, "ttl": 300, "meta": {"a": 1, "b": 2}},
        {**WWW, "data": "192.0.2.2"},
    ]
    if shape == "bare list" and "find" in unless:
        wire.respond(200, items)
        wire.respond(204)
    else:
        wire.respond(200, {"totalEntries": 3, "records": items})
    assert look(unless, body).is_there


@pytest.mark.parametrize(
    ("unless", "body"),
    [
        ({}, {"records": [{"name": "www", "data": "192.0.2.9"}]}),
        ({}, {"record": WWW}),
        ({"find": {"name": "web"}}, None),
        ({"find": {"name": "web"}}, {"records": [WWW]}),
        ({"find": {"name": "web"}, "contains": {}}, None),
        ({"find": {"name": "www"}}, {"records": [{**WWW, "data": "192.0.2.9"}]}),
        ({"find": {"name": "www"}, "contains": {"data": "192.0.2.9"}}, {"records": [WWW]}),
        # What is said about the item is not looked for elsewhere in it.
        ({"find": {"name": "www"}, "contains": {"meta": {"name": "www"}}}, None),
        ({"find": {"name": "www"}, "contains": {"record": WWW}}, None),
        ({"find": {"name": "www"}, "contains": [WWW]}, None),
    ],
)
def test_not_there(wire: FakeWire, unless: dict[str, Any], body: Any) -> None:
    wire.respond(200, {"records": [WWW, {"name": "mail"}], "totalEntries": 2})
    assert not look(unless, body).is_there


# Differences.


@pytest.mark.parametrize(
    ("unless", "body", "before", "after"),
    [
        (
            {"find": {"name": "www"}},
            {"record": {"data": "x", "ttl": 5}},
            {"data": "192.0.2.1"},
            {"data": "x", "ttl": 5},
        ),
        ({"find": {"name": "web"}}, {"record": {"data": "x"}}, None, {"data": "x"}),
        ({"find": {"name": "web"}}, None, None, {"name": "web"}),
        ({}, {"records": [{"name": "web"}]}, {"records": [WWW]}, {"records": [{"name": "web"}]}),
    ],
)
def test_difference(wire: FakeWire, unless: dict[str, Any], body: Any, before: Any, after: Any) -> None:
    wire.respond(200, {"records": [WWW], "totalEntries": 1})
    assert look(unless, body).diff() == {"before": before, "after": after}


@pytest.mark.parametrize(
    ("there", "wanted", "before", "after"),
    [
        ([2], [1], "[\n    2\n]\n", "[\n    1\n]\n"),
        ({"a": 1}, [{"password": "x"}], {"a": 1}, '[\n    {\n        "password": "********"\n    }\n]\n'),
        ([1], {"a": 1}, "[\n    1\n]\n", {"a": 1}),
        ("text", {"a": 1}, '"text"\n', {"a": 1}),
        (False, {1: "x", "a": "y"}, "false\n", {"1": "x", "a": "y"}),
    ],
)
def test_ansible_shows_every_difference(wire: FakeWire, there: Any, wanted: Any, before: Any, after: Any) -> None:
    wire.respond(200, there)
    difference = look({"contains": wanted}).diff()
    assert difference == {"before": before, "after": after}
    assert CallbackBase()._get_diff(difference)


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "adminPass",
        "passwd",
        "passphrase",
        "passcode",
        "rootPassword",
        "password_hash",
        "db_pwd",
        "client_secret",
        "token",
        "X-Auth-Token",
        "apiKey",
        "api_key",
        "privateKey",
        "private_key",
        "credentials",
    ],
)
@pytest.mark.parametrize("secret", ["s3cret", 17, True, {"id": "s3cret"}, [{"id": "s3cret"}]])
def test_secrets_are_not_shown(wire: FakeWire, name: str, secret: Any) -> None:
    wire.respond(200, {"server": {"users": [{"id": 1, name: "old s3cret"}], "zone": "N", "port": 80}})
    body = {"server": {"users": [{"id": 1, name: secret}], "zone": "S", "port": 81}}
    assert look({}, body).diff() == {
        "before": {"server": {"users": [{"id": 1, name: "********"}], "zone": "N", "port": 80}},
        "after": {"server": {"users": [{"id": 1, name: "********"}], "zone": "S", "port": 81}},
    }


def test_no_secret_is_shown_as_none(wire: FakeWire) -> None:
    wire.respond(200, {"password": None})
    assert look({}, {"password": "s3cret"}).diff() == {"before": {"password": None}, "after": {"password": "********"}}


def test_token_of_the_login_is_not_shown(wire: FakeWire) -> None:
    wire.respond(200, {"said": f"{TOKEN} x"})
    assert look({}, {"said": "y"}).diff() == {"before": {"said": "******** x"}, "after": {"said": "y"}}


# Options.


def test_no_unless() -> None:
    assert read_unless({"unless": None, "body": "x"}) is None


@pytest.mark.parametrize(
    ("given", "body", "text"),
    [
        *(
            (
                {"find": {"name": "www"}},
                body,
                (
                    "unless: find looks for one item, and body holds several. Give contains, with what that one item "
                    "must contain, or leave find out to look for all of them."
                ),
            )
            for body in ({"records": [{"a": 1}, {"b": 2}]}, [{"a": 1}, {"a": 1}])
        ),
        ({}, None, "unless: say what must be there, with contains, find or body."),
        ({}, "text", "unless: body is text, which is not compared. Say with contains what must be there."),
        ({"contains": "text"}, {"a": 1}, "unless: contains must be a dict or a list."),
        ({"contains": 7}, None, "unless: contains must be a dict or a list."),
        (
            {"find": {}},
            {"a": 1},
            "unless: find must be a dict with the members of the item to find, such as {name: www}.",
        ),
        (
            {"query": {"a": {}}},
            {"a": 1},
            "query: a must be a string, a number, true, false, or a list of these.",
        ),
        ({"path": "a/.."}, {"a": 1}, "path must not contain the segment '..', which has a special meaning in a URL."),
    ],
)
def test_options_that_cannot_be_used(given: dict[str, Any], body: Any, text: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_unless({"unless": complete(UNLESS, given), "body": body})
    assert str(caught.value) == text


def test_rate_limit_is_waited_for(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(429, headers=[("Retry-After", "3")])
    wire.respond(200, {"a": 1})
    found = look({}, {"a": 1}, retries=1)
    assert (found.is_there, found.result["attempts"], clock.waits) == (True, 2, [3])


def test_each_of_many_members_has_a_place_of_its_own() -> None:
    # Each fits into its own place and the next one, and the last one only into the first. There are more than Python
    # allows calls within each other.
    wanted = [{"a": number} for number in range(1, 400)] + [{"first": True}]
    there: list[dict[str, Any]] = [{"a": 1, "first": True}, *({"a": number} for number in range(1, 400))]
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        assert contains(there, wanted)
        assert not contains(there[1:] + [{"a": 0}], wanted)
    finally:
        sys.setrecursionlimit(limit)
