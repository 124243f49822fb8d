# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a request goes: paths, queries, headers, and links that never lead to another origin."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    DecodeError,
    NoEndpointError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._request.target import (
    Target,
    checked_headers,
    encoded_query,
    origin_of,
    quoted_path,
    target_of,
    target_of_link,
)
from ansible_collections.rackspace.identity.plugins.module_utils._text import HEADER_VALUE
from ansible_collections.rackspace.identity.tests.unit.support.samples import endpoint

BASE = "https://dfw.files.example.com/v1/acct"
FILES = Target(BASE, "object-store in DFW", is_object_store=True)
HOSTS = [
    endpoint("object-store", "files", "DFW", public_url=BASE, internal_url="https://snet.example.com:8443/v1/acct"),
    endpoint("rax:dns", "dns", public_url="https://DNS.example.com:443/v1.0/1"),
    endpoint("compute", "broken", "DFW", public_url="https://[broken"),
]


# Paths.

QUESTION = (
    "path must not contain ? or #: {!r}. Give the query with query=, and a name that contains them in a list, such as "
    "path: [container, 'what?.txt']."
)
ENCODED = (
    "path must not be percent-encoded: {!r}. Write it as it is, or, if the percent sign is meant, as a list of "
    "segments, such as path: [container, '100%25.txt']."
)


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        (None, ""),
        ("", ""),
        ("/", ""),
        ([], ""),
        ("servers", "servers"),
        ("/servers/detail", "servers/detail"),
        ("servers/", "servers/"),
        ("a b/c%d/e+f", "a%20b/c%25d/e+f"),
        ("100% sure", "100%25%20sure"),
        ("caf\u00e9", "caf%C3%A9"),
        ("a\\b\n", "a%5Cb%0A"),
        (71, "71"),
        ("...", "..."),
        (["backups", "db 100%.dump"], "backups/db%20100%25.dump"),
        (("a/b", "what?.txt", "#1"), "a%2Fb/what%3F.txt/%231"),
        (["100%25.txt"], "100%2525.txt"),
        (["servers", 71, 1.5], "servers/71/1.5"),
        (["a:b@c"], "a%3Ab%40c"),
    ],
)
def test_paths(path: Any, quoted: str) -> None:
    assert quoted_path(path) == quoted


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "servers?limit=1",
            QUESTION.format("servers?limit=1"),
        ),
        (
            "files/#1",
            QUESTION.format("files/#1"),
        ),
        (
            "files/a%2Fb",
            ENCODED.format("files/a%2Fb"),
        ),
        ("a/../b", "path must not contain the segment '..', which has a special meaning in a URL."),
        ("./b", "path must not contain the segment '.', which has a special meaning in a URL."),
        ("..", "path must not contain the segment '..', which has a special meaning in a URL."),
        (["a", ".."], "path must not contain the segment '..', which has a special meaning in a URL."),
        (["."], "path must not contain the segment '.', which has a special meaning in a URL."),
        (["a", ""], "Segment 2 of path must be a non-empty string, not ''."),
        ([None], "Segment 1 of path must be a non-empty string, not None."),
        ([True], "Segment 1 of path must be a non-empty string, not True."),
        ([["a"]], "Segment 1 of path must be a non-empty string, not a dictionary or list."),
        ([{"a": 1}], "Segment 1 of path must be a non-empty string, not a dictionary or list."),
        ({"a": 1}, "path must be a string or a list of segments, not a dictionary or list."),
        (True, "path must be a string or a list of segments, not True."),
        ("\udc80", "path is not valid UTF-8. Check how it was written."),
        (["\udc80"], "path is not valid UTF-8. Check how it was written."),
    ],
)
def test_paths_that_would_name_something_else(path: Any, text: str) -> None:
    with pytest.raises(OptionError) as caught:
        quoted_path(path)
    assert str(caught.value) == text


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda name: name not in (".", ".."))


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_segments_are_read_back(segments: list[str]) -> None:
    path = urlsplit(FILES.url(quoted_path(segments))).path
    assert [unquote(part) for part in path.split("/")][3:] == segments


# Queries.


@pytest.mark.parametrize(
    ("query", "encoded"),
    [
        (None, ""),
        ({}, ""),
        ({"limit": 10, "marker": "a b&c"}, "limit=10&marker=a+b%26c"),
        ({"id": [1, "2"], "n": ("x",)}, "id=1&id=2&n=x"),
        ({"showDetails": True, "deep": [False, None]}, "showDetails=true&deep=false"),
        ({"none": None, "empty": ""}, "empty="),
        ({"caf\u00e9": 1.5, 7: "x"}, "caf%C3%A9=1.5&7=x"),
    ],
)
def test_queries(query: dict[Any, Any] | None, encoded: str) -> None:
    assert encoded_query(query) == encoded


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"a": {"b": 1}}, "query: a must be a string, a number, true, false, or a list of these."),
        ({"a": [["b"]]}, "query: a must be a string, a number, true, false, or a list of these."),
        ({"a": "\udc80"}, "query is not valid UTF-8. Check how it was written."),
    ],
)
def test_queries_that_have_no_form(query: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        encoded_query(query)
    assert str(caught.value) == text


# Headers.


def headers(given: dict[Any, Any] | None) -> dict[str, str]:
    return checked_headers(given, ("x-auth-token", "host"), HEADER_VALUE)


def test_headers() -> None:
    assert headers(None) == {}
    given = {"X-Detect": True, "X-Delete-After": 60, "X-Remove": None, "Client-ID": " a b\t", "X-\u0041": "caf\u00e9"}
    assert headers(given) == {
        "X-Detect": "true",
        "X-Delete-After": "60",
        "X-Remove": "",
        "Client-ID": "a b",
        "X-A": "caf\u00e9",
    }


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("x-AUTH-token", "t", "headers: x-AUTH-token is set by the module itself. Leave it out."),
        ("Host", "h", "headers: Host is set by the module itself. Leave it out."),
        ("A B", "x", "headers: 'A B' is not the name of a header."),
        ("A\r\nB", "x", "headers: 'A\\r\\nB' is not the name of a header."),
        ("", "x", "headers: '' is not the name of a header."),
        ("A", ["x"], "headers: A must be a string."),
        ("A", {"x": 1}, "headers: A must be a string."),
        ("A", "x\r\nB: y", "headers: A contains a character that a header cannot contain. Percent-encode it."),
        ("A", "\u20ac", "headers: A contains a character that a header cannot contain. Percent-encode it."),
    ],
)
def test_headers_that_cannot_be_sent(name: str, value: Any, text: str) -> None:
    with pytest.raises(OptionError) as caught:
        headers({name: value})
    assert str(caught.value) == text


# The endpoint, and links.


@pytest.mark.parametrize(
    ("base", "path", "query", "url"),
    [
        (BASE, "", "", BASE),
        (BASE, "", "format=json", f"{BASE}?format=json"),
        (BASE, "a/b", "", f"{BASE}/a/b"),
        (f"{BASE}/", "a/b", "x=1", f"{BASE}/a/b?x=1"),
        (f"{BASE}/", "", "", f"{BASE}/"),
    ],
)
def test_urls_below_an_endpoint(base: str, path: str, query: str, url: str) -> None:
    assert Target(base, "x").url(path, query) == url


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/v2/images?marker=1", "https://dfw.files.example.com/v2/images?marker=1"),
        ("?marker=2", f"{BASE}/list?marker=2"),
        ("other", f"{BASE}/other"),
        ("../up", "https://dfw.files.example.com/v1/up"),
        ("http://dfw.files.example.com/v1/acct/x", f"{BASE}/x"),
        ("http://127.0.0.1:9696/v2.0/networks?a=1&b=2", "https://dfw.files.example.com/v2.0/networks?a=1&b=2"),
        ("https://evil.example.org/v1/acct/x#part", f"{BASE}/x"),
        ("https://user:pass@evil.example.org/x", "https://dfw.files.example.com/x"),
        ("//evil.example.org/x", "https://dfw.files.example.com/x"),
        ("https://evil.example.org", "https://dfw.files.example.com/"),
        ("https://a.example.org//evil.example.org/x", "https://dfw.files.example.com/evil.example.org/x"),
        ("/\\evil.example.org", "https://dfw.files.example.com/%5Cevil.example.org"),
        (" /a%2Fb?q=%26 x ", "https://dfw.files.example.com/a%2Fb?q=%26%20x"),
        # Otherwise `requests` would quote what is quoted once more.
        ("/100% a%20b?q=5%&r=%zz%2", "https://dfw.files.example.com/100%25%20a%20b?q=5%25&r=%25zz%252"),
        ("file:///etc/passwd", "https://dfw.files.example.com/etc/passwd"),
        ("/caf\u00e9", "https://dfw.files.example.com/caf%C3%A9"),
    ],
)
def test_links_are_followed_on_the_origin_of_the_endpoint(link: str, url: str) -> None:
    assert FILES.follow(link, f"{BASE}/list?x=1") == url


def test_link_that_is_not_a_url() -> None:
    with pytest.raises(DecodeError) as caught:
        FILES.follow("https://[broken", BASE)
    assert str(caught.value) == "it sent a link that is not a URL"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_link_leads_to_another_origin(link: str) -> None:
    try:
        url = FILES.follow(link, BASE)
    except DecodeError:
        return
    assert url.startswith("https://dfw.files.example.com/")
    assert origin_of(url) == FILES.origin


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://Host.Example.com:443/x", "https://host.example.com"),
        ("http://host:80/", "http://host"),
        ("http://host:443/", "http://host:443"),
        ("https://user@host:8443", "https://host:8443"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
    ],
)
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "words", "sent_to"),
    [
        (f"{BASE}/a?b=1", "object-store in DFW", f"{BASE}/a?b=1"),
        (f" {BASE}/a\n", "object-store in DFW", f"{BASE}/a"),
        ("http://dfw.files.example.com/v1/acct", "object-store in DFW", BASE),
        ("https://SNET.example.com:8443/v1/x", "object-store in DFW", "https://snet.example.com:8443/v1/x"),
        ("https://dns.example.com/v1.0/1/status/7", "rax:dns", "https://dns.example.com/v1.0/1/status/7"),
        ("http://user:pass@dns.example.com/v1.0/1/status/7", "rax:dns", "https://dns.example.com/v1.0/1/status/7"),
    ],
)
def test_link_out_of_an_earlier_response(url: str, words: str, sent_to: str) -> None:
    target, found = target_of_link(url, HOSTS)
    assert (target.words, found) == (words, sent_to)


@pytest.mark.parametrize("url", ["dns.example.com/x", "ftp://dns.example.com/x", "https://[broken", "https:///x", "/x"])
def test_url_that_is_none(url: str) -> None:
    with pytest.raises(OptionError) as caught:
        target_of_link(url, HOSTS)
    assert str(caught.value) == f"url must be an http or https URL with a host, not {url!r}."


def test_password_in_a_wrong_url_is_not_shown() -> None:
    with pytest.raises(OptionError) as caught:
        target_of_link("ftp://me:s3cret@dns.example.com/x", HOSTS)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("endpoints", [HOSTS, []])
def test_url_of_a_host_outside_the_catalog(endpoints: list[Any]) -> None:
    with pytest.raises(OptionError) as caught:
        target_of_link("https://dns.example.com:8443/x", endpoints)
    assert str(caught.value) == (
        "url points to dns.example.com:8443, which is not a host of the catalog, and the token is not sent there. "
        "Give service_type and path instead."
    )


def test_endpoints_in_words() -> None:
    assert target_of(HOSTS[0], "public") == FILES
    assert target_of(endpoint("", "only a name"), "public").words == "only a name"
    assert target_of(endpoint("", "", public_url="http://x"), "public").words == "without a type"


@pytest.mark.parametrize("url", ["https://[broken", "https://", "ftp://x.example.com", "no URL"])
def test_endpoint_without_a_usable_url(url: str) -> None:
    with pytest.raises(NoEndpointError) as caught:
        target_of(endpoint("compute", "x", "DFW", public_url=url), "public")
    assert str(caught.value) == (
        "The public URL of compute in DFW in the catalog is not an http or https URL with a host."
    )


@pytest.mark.parametrize("url", [None, ""])
def test_endpoint_without_a_url(url: str | None) -> None:
    with pytest.raises(NoEndpointError) as caught:
        target_of(endpoint("compute", "x", "DFW", internal_url=url), "internal")
    assert str(caught.value) == "The catalog has no internal URL of compute in DFW. Choose another interface."
