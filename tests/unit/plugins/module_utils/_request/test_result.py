# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a response becomes in a result: JSON, text in any charset, or neither; never a token, never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import InvalidResponseError
from ansible_collections.rackspace.identity.plugins.module_utils._http.transport import Response
from ansible_collections.rackspace.identity.plugins.module_utils._request.result import result_of
from ansible_collections.rackspace.identity.plugins.module_utils._request.service_client import Reply
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context
from ansible_collections.rackspace.identity.tests.unit.support.service_calls import HOST, TOKEN, URL, checked, service

NOT_TEXT = "The response is not text and was left out of the result. Save it to a file with dest."


def result(
    body: bytes, content_type: str = "application/json", *, is_saved: bool = False, **headers: str
) -> dict[str, Any]:
    given_headers = {"content-type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    media_type = content_type.partition(";")[0].strip()
    response = Response(200, body, media_type, request_id="tx1", headers=given_headers)
    warnings: list[str] = []
    found = result_of(service(), Reply(response, URL, 3), Context(warn=warnings.append), is_saved=is_saved)
    return {**found, "warnings": warnings}


def test_result() -> None:
    assert result(b'{"a": [1, null]}', x_timestamp="1") == {
        "status": 200,
        "url": URL,
        "headers": {"content-type": "application/json", "x-timestamp": "1"},
        "request_id": "tx1",
        "attempts": 3,
        "pages": 1,
        "size": 16,
        "json": {"a": [1, None]},
        "warnings": [],
    }


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"null", b" [1, 2]\n", "[]".encode("utf-16"), b"{}"])
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "application/hal+json"]
)
def test_json_of_any_kind(body: bytes, content_type: str) -> None:
    found = result(body, content_type)
    assert found["json"] == json.loads(body)
    assert "content" not in found


@pytest.mark.parametrize("body", [b"", b"data"])
def test_nothing_to_show(body: bytes) -> None:
    found = result(body, is_saved=bool(body))
    assert not {"json", "content", "size"} & set(found)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "the response claims to be JSON but is not"),
        (b"<html>", "the response claims to be JSON but is not"),
        (b"\xff\xfe\xff", "the response claims to be JSON but is not"),
        (b"[" * 100_000, "the response claims to be JSON but is not"),
        (b"[" * 200 + b"]" * 200, "the response is nested too deeply"),
        (b"[" + b"[],{}," * 500_000 + b"1]", "the response contains too many values"),
    ],
)
def test_json_that_is_none(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidResponseError) as caught:
        result(body)
    error = checked(caught.value)
    assert str(error) == (
        f"{HOST} did not respond like the service object-store in DFW: {reason}. Check the endpoint and proxy."
    )
    assert (error.status, error.request_id) == (200, "tx1")


def test_values_that_no_reader_of_json_knows() -> None:
    assert result(b'{"a": NaN, "b": "\\ud800"}')["json"] == {"a": None, "b": "\ufffd"}


def test_token_is_not_shown() -> None:
    body = json.dumps({"token": TOKEN, TOKEN: ["x", f"a {TOKEN}"], "adminPass": "returned"}).encode()
    assert result(body)["json"] == {"token": "********", "********": ["x", "a ********"], "adminPass": "returned"}
    assert result(TOKEN.encode(), "text/plain")["content"] == "********"


def test_support_pin_is_only_the_identity_service_s() -> None:
    assert result(b'{"phonePin": "1234"}')["json"] == {"phonePin": "1234"}


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"a\nb\n", "text/plain", "a\nb\n"),
        ("caf\u00e9".encode(), "", "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), "text/plain; charset=ISO-8859-1", "caf\u00e9"),
        ("caf\u00e9".encode("utf-16"), 'text/plain; Charset = "utf-16"', "caf\u00e9"),
        (b"<a/>", "application/xml", "<a/>"),
        # Codecs that decode to something else than text.
        (b"abc", "text/plain; charset=rot13", "abc"),
        (b"abc", "text/plain; charset=zlib", "abc"),
        # Python knows them, but they are not charsets. A megabyte of punycode takes half a minute, four megabytes ten.
        (b"a" * 100_000 + b"-" + b"b9" * 500_000, "text/plain; charset=punycode", "a" * 100_000 + "-" + "b9" * 500_000),
        (b"xn--caf-dma", "text/plain; charset=IDNA", "xn--caf-dma"),
        (rb"\x41", "text/plain; charset=unicode_escape", r"\x41"),
        (rb"\u0041", "text/plain; charset=raw-unicode-escape", r"\u0041"),
    ],
)
def test_text(body: bytes, content_type: str, text: str) -> None:
    found = result(body, content_type)
    assert (found["content"], found["size"], found["warnings"]) == (text, len(body), [])
    assert "json" not in found


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (b"\x89PNG\r\n", "image/png", "identity"),
        (b"a\x00b", "application/octet-stream", "identity"),
        (b"abc", "text/plain; charset=no-such", "identity"),
        (b"abc", "text/plain", "gzip"),
        (b"\xff", "text/plain; charset=utf-8", "identity"),
    ],
)
def test_what_is_not_text(body: bytes, content_type: str, encoding: str) -> None:
    found = result(body, content_type, content_encoding=encoding)
    assert (found["content"], found["size"], found["warnings"]) == (None, len(body), [NOT_TEXT])


@given(
    st.binary(min_size=1), st.sampled_from(["application/json", "text/plain", "text/x; charset=utf-7", "x; charset="])
)
def test_no_body_is_too_strange(body: bytes, content_type: str) -> None:
    try:
        found = result(body, content_type)
    except InvalidResponseError:
        return
    json.dumps({name: found.get(name) for name in ("json", "content")}).encode("utf-8")
