# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Payloads of too many values, which are short as text but not in memory; and values that cannot be passed on."""

from __future__ import annotations

import codecs
from datetime import datetime, timezone
from time import monotonic

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api import json_codec, payloads, xml_codec
from ansible_collections.rackspace.identity.plugins.module_utils._api.json_codec import MAX_VALUES
from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor


@pytest.mark.parametrize("value", [b",0", b",[]", b",{}"])
def test_json_with_too_many_values(value: bytes) -> None:
    with pytest.raises(DecodeError, match=r"^the response contains too many values$"):
        json_codec.load(b'{"a": [0' + value * MAX_VALUES + b"]}")


def test_json_with_the_most_values() -> None:
    payload = json_codec.load(b'{"a": [0' + b",0" * (MAX_VALUES - 2) + b"]}")
    assert len(payload["a"]) == MAX_VALUES - 1


@pytest.mark.parametrize("body", [b"<a/>" * MAX_VALUES, b"<a></a>" * MAX_VALUES, b"<a %s/>" % (b"b='' " * MAX_VALUES)])
def test_xml_with_too_many_values(body: bytes) -> None:
    with pytest.raises(DecodeError, match=r"^the response contains too many values$"):
        xml_codec.load(b"<access>" + body + b"<b c='' /></access>")


def test_xml_with_the_most_values() -> None:
    payload = xml_codec.load(b"<access>" + b"<a/>" * (MAX_VALUES - 1) + b"</access>")
    assert len(payload["access"]["a"]) == MAX_VALUES - 1


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "cp037"])
def test_xml_with_too_many_values_in_another_charset(charset: str) -> None:
    elements = "<a/>" * (MAX_VALUES + 1)
    declaration = f'<?xml version="1.0" encoding="{charset}"?>'.encode()
    body = f"<access>{elements}</access>".encode(charset)
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    with pytest.raises(DecodeError, match=r"^the response (contains too many values|is not XML, .*)$"):
        xml_codec.load(marks.get(charset, declaration) + body)


# The parser writes the namespace into each name. Without a bound, each of these takes seconds and gigabytes.
@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("declared", ["xmlns:p=", "xmlns:p \n = ", "\t\nxmlns:p\t="])
@pytest.mark.parametrize("content", ["".join(f"<p:{number:x}a/>" for number in range(9000)), "<p:b/>" * 9000])
def test_xml_with_a_long_namespace(quote: str, declared: str, content: str) -> None:
    body = f"<p:a b='' {declared}{quote}{'u' * 128 * 1024}{quote}>{content}</p:a>".encode()
    started = monotonic()
    with pytest.raises(DecodeError, match=r"^the response has a namespace of more than 256 characters$"):
        xml_codec.load(body)
    assert read_fault(body, datetime(2026, 3, 1, tzinfo=timezone.utc)) == Fault()
    assert monotonic() - started < 2


def test_xml_with_the_longest_namespace() -> None:
    namespace = "u" * 256
    assert xml_codec.load(f'<a xmlns:p="{namespace}"><p:b/></a>'.encode()) == {"a": {f"{namespace}:b": ""}}


def test_long_namespaces_are_searched_in_linear_time() -> None:
    body = b"<a> xmlns" + b"xmlns" * 200_000 + b" xmlns" * 200_000 + b" xmlns:" + b":" * 1_000_000 + b"</a>"
    assert set(xml_codec.load(body)) == {"a"}


def test_fault_of_a_megabyte_is_none() -> None:
    body = b'{"unauthorized": {"message": "No."}}' + b" " * 1024 * 1024
    assert read_fault(body, datetime(2026, 3, 1, tzinfo=timezone.utc)) == Fault()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_number_that_json_does_not_have_is_null(value: float) -> None:
    assert Redactor([]).payload({"a": [value, 1.5]}) == {"a": [None, 1.5]}


@pytest.mark.parametrize("secret", ["aaaaa-bbbbb-ccccc", "\\aaa-bbb", '"quoted"'])
def test_backslashes_are_searched_in_linear_time(secret: str) -> None:
    # In a time that grows with the square, or worse, it would not end.
    text = "\\" * 200_000
    assert Redactor([secret]).payload(text) == text


@pytest.mark.parametrize("secret", ["aaaaa-bbb", "\\aaa-bbb", '"quoted"'])
@pytest.mark.parametrize("before", ["", "\\", "\\\\\\", "a\\"])
def test_secret_after_backslashes_is_found(secret: str, before: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in secret)
    for form in (secret, escaped, escaped.replace("\\", "\\\\\\")):
        found = Redactor([secret]).text(f"{before}{form}")
        assert found is not None
        assert "aaa" not in found
        assert "quoted" not in found
        assert "u00" not in found


@pytest.mark.parametrize("token", ["a\r\nX-Auth-Token: b", "a\x00", "\ud800", "\u20ac", ".", "..", "..."])
def test_token_that_cannot_be_sent_back(token: str) -> None:
    with pytest.raises(DecodeError, match=r"^access\.token\.id cannot be sent back$"):
        payloads.token_id({"access": {"token": {"id": token}}})
