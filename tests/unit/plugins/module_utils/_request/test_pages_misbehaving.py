# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in pages of a service that misbehaves: each style of paging through the same faults."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._request.pages import AUTO, MARKER, read_pages
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

LIST = f"{BASE}/things"
LINKED = ("X_links", "links", "next", "next_href")
MARKED = ("bare", "marker")
STYLES = (*LINKED, *MARKED)
JSON = [("Content-Type", "application/json")]

pytestmark = pytest.mark.usefixtures("clock")


def page(style: str, *names: str, link: str | None = None) -> Any:
    """Return a page with these items; unless a link is given, it is that of a service that behaves."""
    items = [{"name": name} if style == "bare" else {"id": name} for name in names]
    following = link or f"?marker={names[-1] if names else 'none'}"
    if style in ("X_links", "links"):
        key = "things_links" if style == "X_links" else "links"
        return {"things": items, key: [{"rel": "next", "href": following}]}
    if style == "next":
        return {"things": items, "next": following}
    if style == "next_href":
        return {"things": items, "metadata": {"next_href": following}}
    return items if style == "bare" else {"things": items}


def last_page(style: str, *names: str) -> Any:
    """Return a page that has no link."""
    whole = page(style, *names)
    return whole if style in MARKED else {"things": whole["things"]}


def read(style: str, max_items: int = 100, **options: Any) -> list[str]:
    """Return the names of the items."""
    paging = MARKER if style == "marker" else AUTO
    json = read_pages(service(**options), call(url=LIST), paging, max_items, Context())["json"]
    return [item["name"] for item in json] if style == "bare" else [item["id"] for item in json["things"]]


def failure(style: str, **options: Any) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        read(style, **options)
    return checked(caught.value)


def end(wire: FakeWire, style: str) -> None:
    """Let a list end as its style does: links are missing, and behind the last marker there is nothing."""
    if style in MARKED:
        wire.respond(204)


@pytest.mark.parametrize("style", STYLES)
def test_page_that_comes_again_and_again_ends_the_list(wire: FakeWire, style: str) -> None:
    for _request in range(2):
        wire.respond(200, page(style, "a", "b"))
    assert read(style) == ["a", "b"]
    assert len(wire.sent) == 2


@pytest.mark.parametrize("style", LINKED)
def test_links_in_a_circle(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a", link="?page=2"))
    wire.respond(200, page(style, "b", link="?page=3"))
    wire.respond(200, page(style, "c", link="?page=2"))
    assert "a list continues with a page that has already been read" in str(failure(style))
    assert len(wire.sent) == 3


def test_bare_lists_behind_a_page_without_a_list_are_not_read_for_ever(wire: FakeWire) -> None:
    # Nothing counted their items, so that max_items did not end them.
    wire.respond(200, {"next": "/v1/acct/more"})
    error = failure("bare", max_items=3)
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: a page leads to another one, but has no list. "
        "Check the endpoint and proxy."
    )
    assert len(wire.sent) == 1


def test_page_with_several_lists_that_leads_on(wire: FakeWire) -> None:
    # Only the first of them went on.
    wire.respond(200, {"things": [{"id": "a"}], "none": [], "others": [{"id": "b"}], "next": "?page=2"})
    error = failure("next")
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: a page leads to another one, but has several "
        "lists (things, others); read one page after another. Check the endpoint and proxy."
    )
    assert len(wire.sent) == 1


def test_links_name_the_list_that_goes_on(wire: FakeWire) -> None:
    wire.respond(200, {"tags": ["x"], **page("X_links", "a")})
    wire.respond(200, {"tags": ["x"], **last_page("X_links", "b")})
    assert read("X_links") == ["a", "b"]


def test_list_that_is_alone_with_items_goes_on(wire: FakeWire) -> None:
    wire.respond(200, {"warnings": [], **page("next", "a")})
    wire.respond(200, {"warnings": [], **last_page("next", "b")})
    assert read("next") == ["a", "b"]


@pytest.mark.parametrize("style", MARKED)
def test_markers_in_a_circle(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a", "b"))
    wire.respond(200, page(style, "c", "b"))
    # The marker is again the one that led here.
    assert "a list continues with a page that has already been read" in str(failure(style))
    wire.respond(200, page(style, "a", "b"))
    wire.respond(200, page(style, "c", "d"))
    wire.respond(200, page(style, "a", "b"))
    assert read(style) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("style", STYLES)
def test_markers_that_are_inclusive(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a", "b"))
    wire.respond(200, page(style, "b", "c"))
    wire.respond(200, last_page(style, "c", "d"))
    end(wire, style)
    assert read(style) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("status", [200, 204])
def test_next_link_on_the_last_page(wire: FakeWire, style: str, status: int) -> None:
    wire.respond(200, page(style, "a", "b"))
    wire.respond(status, page(style) if status == 200 else None)
    assert read(style) == ["a", "b"]


@pytest.mark.parametrize("style", LINKED)
@pytest.mark.parametrize(
    "link",
    [
        "http://{host}/v1/acct/things?marker=a",
        "https://{host}:8443/v1/acct/things?marker=a",
        "https://other.example.org/v1/acct/things?marker=a",
        "http://127.0.0.1:9696/v1/acct/things?marker=a",
        "ftp://other.example.org/v1/acct/things?marker=a",
        "//other.example.org/v1/acct/things?marker=a",
        "/v1/acct/things?marker=a",
    ],
)
def test_hosts_and_schemes_in_links_do_not_count(wire: FakeWire, style: str, link: str) -> None:
    wire.respond(200, page(style, "a", link=link.format(host=HOST)))
    wire.respond(200, last_page(style, "b"))
    assert read(style) == ["a", "b"]
    assert [sent.url for sent in wire.sent] == [LIST, f"{LIST}?marker=a"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("status", "payload", "headers", "waits"),
    [
        (413, {"overLimit": {"message": "m"}}, (), [5.0]),
        (413, None, [("Retry-After", "7")], [7.0]),
        (429, None, [("Retry-After", "7")], [7.0]),
        (503, None, (), [0.25]),
        (503, None, [("Retry-After", "7")], [7.0]),
        (None, None, (), [0.25]),
    ],
)
def test_failures_that_pass(
    wire: FakeWire, clock: FakeClock, style: str, status: int | None, payload: Any, headers: Any, waits: list[float]
) -> None:
    wire.respond(200, page(style, "a"))
    if status is None:
        wire.fail(requests.exceptions.ConnectionError("lost"), sent=True)
    else:
        wire.respond(status, payload, headers=headers)
    wire.respond(200, last_page(style, "b"))
    end(wire, style)
    assert read(style, retries=1) == ["a", "b"]
    assert clock.waits == waits


@pytest.mark.parametrize("style", STYLES)
def test_token_that_ends_on_the_way(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a"))
    wire.respond(401)
    wire.respond(200, last_page(style, "b"))
    end(wire, style)
    assert read(style, authorization=Authorization(TOKEN, lambda _token: "new")) == ["a", "b"]
    assert [sent.headers["X-Auth-Token"] for sent in wire.sent[:3]] == [TOKEN, TOKEN, "new"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "unauthorized"), (404, "not_found"), (413, "over_limit"), (500, "service_fault")],
)
def test_failures_that_stay_fail_the_list(wire: FakeWire, style: str, status: int, kind: str) -> None:
    wire.respond(200, page(style, "a"))
    wire.respond(status, {"overLimit": {"message": "m"}})
    assert failure(style).kind == kind


@pytest.mark.parametrize("style", STYLES)
def test_more_than_is_allowed(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a", "b"))
    wire.respond(200, page(style, "c", "d"))
    assert failure(style, max_items=3).kind == "too_many_items"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"<html>Try later</html>", [("Content-Type", "text/html")], "a page of a list is not JSON, but text/html"),
        (b"a\nb\n", [("Content-Type", "text/plain; charset=utf-8")], "a page of a list is not JSON, but text/plain"),
        (b"a", [], "a page of a list is not JSON, but of no type"),
        (b"[", JSON, "the response claims to be JSON but is not"),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_page_that_is_not_json_does_not_end_the_list(
    wire: FakeWire, style: str, body: bytes, headers: Any, reason: str, before: int
) -> None:
    for _page in range(before):
        wire.respond(200, page(style, "a"))
    wire.respond(200, body=body, headers=headers)
    error = failure(style)
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: {reason}. Check the endpoint and proxy."
    )
    assert (error.kind, error.status) == ("invalid_response", 200)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("payload", [{}, {"things": None}, {"things": "text"}, {"others": []}, 7, None])
def test_page_without_a_list_does_not_end_it(wire: FakeWire, style: str, payload: Any) -> None:
    wire.respond(200, page(style, "a"))
    wire.respond(200, payload)
    assert "a list continues with something else than a list" in str(failure(style))


@pytest.mark.parametrize("style", STYLES)
def test_end_of_the_task_ends_the_list(wire: FakeWire, style: str) -> None:
    wire.respond(200, page(style, "a"))
    wire.fail(KeyboardInterrupt(), sent=True)
    with pytest.raises(KeyboardInterrupt):
        read(style, retries=4)
    assert len(wire.sent) == 2
