# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in pages: every way in which a service continues one, where it ends, and where the token goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, InvalidResponseError
from ansible_collections.rackspace.identity.plugins.module_utils._request import pages
from ansible_collections.rackspace.identity.plugins.module_utils._request.pages import (
    AUTO,
    LINKS,
    MARKER,
    read_pages,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.authorization import Authorization
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import (
    BASE,
    HOST,
    TOKEN,
    call,
    checked,
    service,
)

LIST = f"{BASE}/servers"

pytestmark = pytest.mark.usefixtures("clock")


def read(style: str = AUTO, max_items: int = 100, url: str = LIST, **options: Any) -> dict[str, Any]:
    return read_pages(service(**options), call(url=url), style, max_items, Context())


def failure(style: str = AUTO, max_items: int = 100, url: str = LIST, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        read(style, max_items, url, **options)
    return checked(caught.value)


def asked(wire: FakeWire) -> list[str]:
    """Return what was asked for, after checking that the token went to the endpoint's origin alone."""
    assert {sent.headers["X-Auth-Token"] for sent in wire.sent} == {TOKEN}
    assert {sent.method for sent in wire.sent} == {"GET"}
    origin = f"https://{HOST}"
    assert all(sent.url.startswith(f"{origin}/") for sent in wire.sent)
    return [sent.url[len(origin) :] for sent in wire.sent]


def servers(*numbers: int, next_link: str | None = None, key: str = "servers_links") -> dict[str, Any]:
    """Return a page, with a link to the next one unless it is the last."""
    links = [{"rel": "self", "href": LIST}, *([{"rel": "next", "href": next_link}] if next_link else [])]
    return {"servers": [{"id": number, "name": "web"} for number in numbers], key: links}


def ids(result: dict[str, Any]) -> list[Any]:
    return [item["id"] for item in result["json"]["servers"]]


# Links.


@pytest.mark.parametrize("style", [AUTO, LINKS])
@pytest.mark.parametrize("key", ["links", "servers_links"])
@pytest.mark.parametrize(
    "link",
    [
        f"{LIST}?marker=2",
        f"http://{HOST}/v1/acct/servers?marker=2",
        f"https://{HOST}:8443/v1/acct/servers?marker=2",
        "http://127.0.0.1:9696/v1/acct/servers?marker=2",
        "https://evil.example.org/v1/acct/servers?marker=2",
        f"https://{HOST}@evil.example.org/v1/acct/servers?marker=2",
        "//evil.example.org/v1/acct/servers?marker=2",
        "/v1/acct/servers?marker=2",
        "servers?marker=2",
        "?marker=2",
    ],
)
def test_links_are_followed_on_the_origin_of_the_endpoint(wire: FakeWire, style: str, key: str, link: str) -> None:
    wire.respond(200, servers(1, 2, next_link=link, key=key), headers=[("X-Trans-Id", "tx1")])
    wire.respond(200, servers(3, key=key))
    result = read(style)
    assert asked(wire) == ["/v1/acct/servers", "/v1/acct/servers?marker=2"]
    assert result["json"] == {"servers": [{"id": number, "name": "web"} for number in (1, 2, 3)]}
    assert (result["pages"], result["attempts"], result["size"]) == (2, 2, None)
    assert (result["status"], result["url"], result["request_id"]) == (200, LIST, "tx1")


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (
            {"images": [{"id": "a"}], "first": "/v2/images", "next": "/v2/images?marker=a", "schema": "s"},
            {"images": [{"id": "b"}], "first": "/v2/images", "schema": "s"},
            {"images": [{"id": "a"}, {"id": "b"}], "first": "/v2/images", "schema": "s"},
        ),
        (
            {"images": [{"id": "a"}], "next": "/v2/images?marker=a"},
            {"images": [{"id": "b"}], "next": None},
            {"images": [{"id": "a"}, {"id": "b"}]},
        ),
        (
            {
                "values": [{"id": "a"}],
                "metadata": {"count": 1, "next_marker": "b", "next_href": "https://x.example.org/v2/images?marker=a"},
            },
            {"values": [{"id": "b"}], "metadata": {"count": 1, "next_marker": None, "next_href": None}},
            {"values": [{"id": "a"}, {"id": "b"}], "metadata": {"count": 1}},
        ),
        (
            {"domains": [{"id": 1}], "totalEntries": 2, "links": [{"rel": "next", "href": "/v2/images?marker=a"}]},
            {"domains": [{"id": 2}], "totalEntries": 2, "links": [{"rel": "previous", "href": "/v2/images"}]},
            {"domains": [{"id": 1}, {"id": 2}], "totalEntries": 2},
        ),
    ],
)
@pytest.mark.parametrize("style", [AUTO, LINKS])
def test_list_keeps_the_shape_of_one_page(
    wire: FakeWire, style: str, first: dict[str, Any], last: dict[str, Any], whole: dict[str, Any]
) -> None:
    wire.respond(200, first)
    wire.respond(200, last)
    assert read(style)["json"] == whole
    # Relative to the host, and not to the endpoint.
    assert asked(wire) == ["/v1/acct/servers", "/v2/images?marker=a"]


def test_escaped_link(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link=f"{LIST}?limit=1&amp;marker=1&amp;region=DFW"))
    wire.respond(200, servers(2))
    read()
    assert asked(wire)[1] == "/v1/acct/servers?limit=1&marker=1&region=DFW"


@pytest.mark.parametrize("name", ["region", "copy", "param", "current", "section", "degree", "lt"])
def test_names_that_begin_like_an_entity_are_none(wire: FakeWire, name: str) -> None:
    wire.respond(200, servers(1, next_link=f"{LIST}?marker=1&{name}=x"))
    wire.respond(200, servers(2))
    read()
    assert asked(wire)[1] == f"/v1/acct/servers?marker=1&{name}=x"


@pytest.mark.parametrize(
    "payload",
    [
        servers(1),
        {"servers": [{"id": 1}]},
        {"servers": [{"id": 1}], "next": None, "metadata": None, "links": None},
        {"servers": [{"id": 1}], "next": "", "metadata": {"next_href": ""}, "servers_links": ["x", {"rel": "next"}]},
        {"servers": [{"id": 1}], "next": 7, "links": {"rel": "next", "href": "/x"}},
        {"server": {"id": 1}},
        {"servers": []},
        7,
        "text",
    ],
)
@pytest.mark.parametrize("style", [AUTO, LINKS])
def test_no_link_leads_on(wire: FakeWire, style: str, payload: Any) -> None:
    wire.respond(200, payload)
    result = read(style)
    assert (len(asked(wire)), result["pages"]) == (1, 1)


def test_bare_list_has_no_links(wire: FakeWire) -> None:
    wire.respond(200, [{"name": "a"}])
    assert read(LINKS)["json"] == [{"name": "a"}]
    assert asked(wire) == ["/v1/acct/servers"]


@pytest.mark.parametrize("last", [None, {"servers": [], "servers_links": []}, []])
def test_link_on_the_last_page_leads_to_an_empty_one(wire: FakeWire, last: Any) -> None:
    first = {**servers(1, 2, next_link=f"{LIST}?marker=2"), "totalEntries": 2}
    wire.respond(200, first)
    wire.respond(204 if last is None else 200, last)
    result = read()
    assert (ids(result), result["pages"]) == ([1, 2], 2)


@pytest.mark.parametrize(
    ("payload", "body"),
    [({"error": "?"}, b""), ({"servers": None}, b""), (None, b"")],
)
def test_list_that_goes_on_with_something_else(wire: FakeWire, payload: Any, body: bytes) -> None:
    wire.respond(200, servers(1, 2, next_link=f"{LIST}?marker=2"))
    wire.respond(200, payload, body=body)
    with pytest.raises(InvalidResponseError) as caught:
        read()
    assert str(caught.value) == (
        f"{HOST} did not respond like the service object-store in DFW: a list continues with something else than a "
        "list. Check the endpoint and proxy."
    )


def test_shape_is_kept_if_the_last_page_is_empty(wire: FakeWire) -> None:
    wire.respond(200, {"queues": [{"name": "a"}], "total": 1, "links": [{"rel": "next", "href": "?marker=a"}]})
    wire.respond(204)
    assert read()["json"] == {"queues": [{"name": "a"}], "total": 1}


def test_empty_page_that_says_there_are_more(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(200, servers(next_link="?marker=2"))
    assert ids(read()) == [1]
    assert len(asked(wire)) == 2


@pytest.mark.parametrize("back", ["", "?marker=1", "http://other.example.org/v1/acct/servers?marker=1"])
def test_link_that_leads_back(wire: FakeWire, back: str) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(200, servers(2, next_link=back or LIST))
    error = failure()
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: a list continues with a page that has already "
        "been read. Check the endpoint and proxy."
    )
    assert len(asked(wire)) == 2


def test_link_that_is_not_a_url(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link="https://[broken"))
    assert str(failure()) == (
        f"{HOST} did not respond like the service object-store in DFW: it sent a link that is not a URL. Check the "
        "endpoint and proxy."
    )


def test_page_that_is_redirected_goes_on_from_there(wire: FakeWire) -> None:
    wire.respond(302, headers=[("Location", "https://evil.example.org/v2/x/servers")])
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(200, servers(2))
    result = read()
    assert asked(wire) == ["/v1/acct/servers", "/v2/x/servers", "/v2/x/servers?marker=1"]
    assert (ids(result), result["attempts"], result["pages"]) == ([1, 2], 3, 2)


# Markers.


def test_bare_list_goes_on_behind_its_last_name(wire: FakeWire) -> None:
    wire.respond(200, [{"name": "a", "bytes": 1}, {"subdir": "b c/"}])
    wire.respond(200, [{"name": "é&=/?"}])
    wire.respond(204)
    result = read(url=f"{LIST}?format=json&prefix=&delimiter=%2F")
    assert asked(wire) == [
        "/v1/acct/servers?format=json&prefix=&delimiter=%2F",
        "/v1/acct/servers?format=json&prefix=&delimiter=%2F&marker=b+c%2F",
        "/v1/acct/servers?format=json&prefix=&delimiter=%2F&marker=%C3%A9%26%3D%2F%3F",
    ]
    assert result["json"] == [{"name": "a", "bytes": 1}, {"subdir": "b c/"}, {"name": "é&=/?"}]
    assert (result["pages"], result["status"]) == (3, 200)


def test_bare_list_of_strings(wire: FakeWire) -> None:
    wire.respond(200, ["a", "b"])
    wire.respond(200, [])
    assert read()["json"] == ["a", "b"]
    assert asked(wire)[1] == "/v1/acct/servers?marker=b"


@pytest.mark.parametrize("last", [{"a": 1}, 7, None, [1], {"name": None}, {"id": None}])
def test_items_without_a_marker(wire: FakeWire, last: Any) -> None:
    wire.respond(200, ["a", last])
    assert read()["json"] == ["a", last]
    assert len(wire.sent) == 1


@pytest.mark.parametrize("status", [200, 204])
def test_empty_list(wire: FakeWire, status: int) -> None:
    wire.respond(status, [] if status == 200 else None)
    result = read()
    assert (result.get("json"), result["pages"], result["status"]) == ([] if status == 200 else None, 1, status)


def test_marker_is_the_users_to_ask_for(wire: FakeWire) -> None:
    payload = {"loadBalancers": [{"id": 1}, {"id": 2}]}
    wire.respond(200, payload)
    assert read(AUTO)["json"] == payload
    wire.respond(200, payload)
    wire.respond(200, {"loadBalancers": [{"id": 3}]})
    wire.respond(200, {"loadBalancers": []})
    assert read(MARKER)["json"] == {"loadBalancers": [{"id": 1}, {"id": 2}, {"id": 3}]}
    assert asked(wire)[2:] == ["/v1/acct/servers?marker=2", "/v1/acct/servers?marker=3"]


def test_links_do_not_count_beside_markers(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link="?page=2"))
    wire.respond(200, servers())
    read(MARKER)
    assert asked(wire)[1] == "/v1/acct/servers?marker=1"


def test_marker_that_belongs_to_the_next_page(wire: FakeWire) -> None:
    pages: Sequence[Sequence[int]] = ([1, 2], [2, 3], [3, 4], [4])
    for page in pages:
        wire.respond(200, servers(*page))
    result = read(MARKER, url=f"{LIST}?limit=2")
    assert (ids(result), result["pages"]) == ([1, 2, 3, 4], 4)
    assert asked(wire)[3] == "/v1/acct/servers?limit=2&marker=4"


def test_first_page_that_begins_at_a_marker_and_ends_there(wire: FakeWire) -> None:
    wire.respond(200, servers(2))
    assert ids(read(MARKER, url=f"{LIST}?marker=2&limit=5")) == [2]
    assert len(wire.sent) == 1


def test_limit_above_that_of_the_service_cuts_nothing(wire: FakeWire) -> None:
    wire.respond(200, servers(1, 2))
    wire.respond(200, servers(3))
    wire.respond(200, servers())
    assert ids(read(MARKER, url=f"{LIST}?limit=1000")) == [1, 2, 3]


@pytest.mark.parametrize("style", [AUTO, MARKER])
def test_marker_that_is_ignored(wire: FakeWire, style: str) -> None:
    payload = [{"name": "a"}, {"name": "b"}]
    wire.respond(200, payload)
    wire.respond(200, payload)
    result = read(style)
    assert (result["json"], result["pages"], len(wire.sent)) == (payload, 2, 2)


def test_object_that_changes_while_it_is_listed_is_one_item(wire: FakeWire) -> None:
    wire.respond(200, [{"name": "a", "bytes": 1}, {"subdir": "b"}])
    wire.respond(200, [{"subdir": "b"}, {"name": "a", "bytes": 2}, {"name": "b"}, {"name": "c"}, {"name": "c"}])
    wire.respond(204)
    assert read()["json"] == [{"name": "a", "bytes": 1}, {"subdir": "b"}, {"name": "b"}, {"name": "c"}]


def test_items_with_one_name_are_different_items(wire: FakeWire) -> None:
    wire.respond(200, {"records": [{"name": "www", "data": "1"}], "next": "?page=2"})
    wire.respond(200, {"records": [{"name": "www", "data": "2"}, {"name": "www", "data": "1"}]})
    assert read()["json"] == {"records": [{"name": "www", "data": "1"}, {"name": "www", "data": "2"}]}


def test_items_of_a_bare_list_with_one_name_and_other_ids(wire: FakeWire) -> None:
    wire.respond(200, [{"id": 1, "name": "www"}])
    wire.respond(200, [{"id": 1, "name": "renamed"}, {"id": 2, "name": "www"}])
    wire.respond(200, [])
    assert read()["json"] == [{"id": 1, "name": "www"}, {"id": 2, "name": "www"}]
    assert asked(wire) == ["/v1/acct/servers", "/v1/acct/servers?marker=1", "/v1/acct/servers?marker=2"]


def test_equal_items_of_the_first_page_are_kept(wire: FakeWire) -> None:
    wire.respond(200, {"values": [1, 1, {"id": 2}, {"id": 2}]})
    assert read()["json"] == {"values": [1, 1, {"id": 2}, {"id": 2}]}


# How many.


def test_as_many_items_as_allowed(wire: FakeWire) -> None:
    wire.respond(200, servers(1, 2, next_link="?marker=2"))
    wire.respond(200, servers(3, next_link="?marker=3"))
    wire.respond(200, servers())
    assert ids(read(max_items=3)) == [1, 2, 3]


@pytest.mark.parametrize("style", [AUTO, MARKER])
def test_more_items_than_allowed(wire: FakeWire, style: str) -> None:
    wire.respond(200, servers(1, 2, next_link="?marker=2"))
    wire.respond(200, servers(3, 4, next_link="?marker=4"))
    error = failure(style, max_items=3)
    assert error.kind == "too_many_items"
    assert str(error) == "object-store in DFW lists more than 3 items. Raise max_items, or request fewer."
    assert asked(wire) == ["/v1/acct/servers", "/v1/acct/servers?marker=2"]


def test_more_items_than_allowed_on_the_first_page(wire: FakeWire) -> None:
    wire.respond(200, ["a", "b"])
    assert failure(max_items=1).kind == "too_many_items"
    assert len(wire.sent) == 1


def test_more_items_than_allowed_are_not_looked_at(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(200, servers(*range(10)))
    looked: list[Any] = []

    def identity(item: Any) -> str:
        looked.append(item["id"])
        return str(item)

    monkeypatch.setattr(pages, "_identity", identity)
    assert failure(max_items=9).kind == "too_many_items"
    assert looked == [1]


def test_pages_that_are_large_together(wire: FakeWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_JSON_BYTES", 1024**2)
    monkeypatch.setattr(pages, "_MAX_BYTES_OF_ITEM", 1024**2)
    for number in range(5):
        page = servers(next_link=f"?marker={number}")
        wire.respond(200, {**page, "servers": [{"id": number, "name": "x" * 1024**2}]})
    error = failure(max_items=4)
    assert error.kind == "invalid_response"
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: the pages of a list are larger than 5 MiB "
        "together. Check the endpoint and proxy."
    )


# What happens in between.


def test_page_that_is_refused_by_a_rate_limit(wire: FakeWire, clock: FakeClock) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(429, headers=[("Retry-After", "7")])
    wire.respond(200, servers(2))
    result = read(retries=1)
    assert (ids(result), result["attempts"], result["pages"], clock.waits) == ([1, 2], 3, 2, [7])


def test_token_that_ends_between_pages(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(401)
    wire.respond(200, servers(2, next_link="?marker=2"))
    wire.respond(200, servers(3))
    client = service(authorization=Authorization(TOKEN, lambda _token: "new"))
    result = read_pages(client, call(url=LIST), AUTO, 100, Context())
    assert ids(result) == [1, 2, 3]
    assert [sent.headers["X-Auth-Token"] for sent in wire.sent] == [TOKEN, TOKEN, "new", "new"]


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_page_that_fails_fails_the_list(wire: FakeWire, status: int) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(status)
    with pytest.raises(IdentityError) as caught:
        read_pages(service(), call(url=LIST, accepted=(200, 404, 410)), AUTO, 100, Context())
    assert caught.value.status == status


def test_first_page_alone_has_the_status_that_was_asked_for(wire: FakeWire) -> None:
    wire.respond(200, ["a"])
    wire.respond(204)
    assert read_pages(service(), call(url=LIST, accepted=(200,)), AUTO, 100, Context())["json"] == ["a"]


def test_page_that_is_not_json(wire: FakeWire) -> None:
    wire.respond(200, servers(1, next_link="?marker=1"))
    wire.respond(200, body=b"{", headers=[("Content-Type", "application/json")])
    assert failure().kind == "invalid_response"


def test_token_in_a_page_is_masked(wire: FakeWire) -> None:
    wire.respond(200, {"servers": [{"id": 1, "said": TOKEN}], "next": "?marker=1"})
    wire.respond(200, {"servers": [{"id": 2, "said": f"{TOKEN}."}]})
    assert read()["json"] == {"servers": [{"id": 1, "said": "********"}, {"id": 2, "said": "********."}]}
