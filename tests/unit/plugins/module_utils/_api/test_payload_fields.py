# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a response: what each kind of field may hold, and that only a required one is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api import payload_fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError


def failure(read: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(DecodeError) as caught:
        read(*arguments)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize("value", [None, [], "secret", 5, True])
def test_value_that_is_not_an_object(value: Any) -> None:
    assert fields.object_or_empty(value) == {}
    assert failure(fields.required_object, value, "path") == "path is not an object"


def test_object() -> None:
    assert fields.object_or_empty({"a": 1}) == {"a": 1}
    assert fields.required_object({"a": 1}, "path") == {"a": 1}


@pytest.mark.parametrize(
    ("value", "objects"),
    [
        ([{"a": 1}, {}], [{"a": 1}, {}]),
        ([], []),
        # A list of one, as some services write it.
        ({"a": 1}, [{"a": 1}]),
        ({}, [{}]),
        # What is not an object counts as missing.
        ([{"a": 1}, "x", None, 5, [{}], True, {"b": 2}], [{"a": 1}, {"b": 2}]),
        *((value, []) for value in (None, "secret", "", 5, False)),
    ],
)
def test_objects(value: Any, objects: list[dict[str, Any]]) -> None:
    assert fields.objects(value) == objects


@pytest.mark.parametrize(
    ("value", "string"),
    [
        *((" a ", "a"), ("", None), (" ", None), (None, None), (5, "5"), (1.5, "1.5"), (0, "0")),
        # A value that is not a string or a number counts as missing.
        ({}, None),
        ([], None),
        (["a"], None),
        ({"a": "b"}, None),
        (True, None),
        (False, None),
    ],
)
def test_string(value: Any, string: str | None) -> None:
    assert fields.string({"key": value}, "key") == string
    assert fields.string({}, "key") is None
    assert fields.string_or_none(value) == string


@pytest.mark.parametrize(
    ("value", "strings"),
    [
        (None, []),
        ([], []),
        (["a", ""], ["a"]),
        ([" a ", "b"], ["a", "b"]),
        ("a", ["a"]),
        ("", []),
        (5, ["5"]),
        ([5, None, "a", {}, ["b"], True], ["5", "a"]),
        ({}, []),
        (True, []),
    ],
)
def test_strings(value: Any, strings: list[str]) -> None:
    assert fields.strings({"key": value}, "key") == strings
    assert fields.strings({}, "key") == []


@pytest.mark.parametrize(
    ("value", "boolean"),
    [
        *((True, True), (False, False), ("true", True), ("FALSE", False), (" True ", True), (None, None)),
        # A value that is neither counts as missing.
        ("secret", None),
        ("", None),
        ("yes", None),
        ("1", None),
        (1, None),
        (0, None),
        ([], None),
        ({}, None),
    ],
)
def test_boolean(value: Any, boolean: bool | None) -> None:
    assert fields.boolean({"key": value}, "key") is boolean
    assert fields.boolean({}, "key") is None


def test_required_string() -> None:
    assert fields.required_string({"key": 5}, "key", "path") == "5"


@pytest.mark.parametrize("source", [{}, {"key": None}, {"key": " "}, {"key": ["secret"]}, {"key": {}}, {"key": True}])
def test_required_string_that_is_missing(source: dict[str, Any]) -> None:
    assert failure(fields.required_string, source, "key", "path") == "path.key is missing"


def test_timestamp() -> None:
    assert fields.timestamp({"key": "2026-01-02T03:04:05Z"}, "key", "path").year == 2026
    assert failure(fields.timestamp, {}, "key", "path") == "path.key is missing"


@pytest.mark.parametrize("value", ["secret", "2026-13-01T00:00:00Z", 5])
def test_value_that_is_not_a_timestamp(value: Any) -> None:
    assert failure(fields.timestamp, {"key": value}, "key", "path") == "path.key is not a timestamp"


def test_unknown_fields() -> None:
    source = {"a": 1, "b": None, "c": [{"d": 2}, "e"]}
    assert fields.unknown_fields(source, "a") == {"b": None, "c": [{"d": 2}, "e"]}
    assert fields.unknown_fields(source, "a", "b", "c") == {}


# An object read by a table of its fields.

TABLE: fields.Fields = {"userId": ("id", fields.string), "isNew": ("is_new", fields.boolean)}


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ({"userId": 5, "isNew": "true"}, {"id": "5", "is_new": True}),
        ({}, {"id": None, "is_new": None}),
        ({"userId": "5", "id": "6"}, {"id": "5", "is_new": None, "extra": {"id": "6"}}),
        ({"rank": [7, {}]}, {"id": None, "is_new": None, "extra": {"rank": [7, {}]}}),
        ({"userId": {}, "isNew": "secret"}, {"id": None, "is_new": None}),
    ],
)
def test_fields_of_a_table(source: dict[str, Any], read: dict[str, Any]) -> None:
    assert fields.read_fields(source, TABLE) == read
