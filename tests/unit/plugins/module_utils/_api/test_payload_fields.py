# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a response: what each kind of field may hold, and the error for a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api import payload_fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError

PIN = {"RAX-AUTH:phonePin": "914737"}


def failure(read: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(DecodeError) as caught:
        read(*arguments)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_object() -> None:
    assert fields.as_object({"a": 1}, "path") == {"a": 1}


@pytest.mark.parametrize("value", [None, [], "secret", 5, True])
def test_value_that_is_not_an_object(value: Any) -> None:
    assert failure(fields.as_object, value, "path") == "path is not an object"


def test_objects() -> None:
    assert fields.as_objects(None, "path") == []
    assert fields.as_objects([{"a": 1}, {}], "path") == [{"a": 1}, {}]
    assert failure(fields.as_objects, [{}, "secret"], "path") == "path is not an object"


@pytest.mark.parametrize("value", [{}, "secret", "", 5, False])
def test_value_that_is_not_a_list(value: Any) -> None:
    assert failure(fields.as_objects, value, "path") == "path is not a list"


@pytest.mark.parametrize(
    ("value", "string"),
    [(" a ", "a"), ("", None), (" ", None), (None, None), (5, "5"), (1.5, "1.5"), (0, "0")],
)
def test_string(value: Any, string: str | None) -> None:
    assert fields.string({"key": value}, "key", "path") == string
    assert fields.string({}, "key", "path") is None
    assert fields.string_or_none(value) == string


@pytest.mark.parametrize("value", [{}, [], True])
def test_value_that_is_not_a_string(value: Any) -> None:
    assert failure(fields.string, {"key": value}, "key", "path") == "path.key is not a string"
    assert fields.string_or_none(value) is None


@pytest.mark.parametrize(("value", "strings"), [(None, []), ([], []), (["a", ""], ["a", ""])])
def test_strings(value: Any, strings: list[str]) -> None:
    assert fields.strings({"key": value}, "key", "path") == strings
    assert fields.strings({}, "key", "path") == []


@pytest.mark.parametrize("value", ["secret", {}, [5], [None]])
def test_value_that_is_not_a_list_of_strings(value: Any) -> None:
    assert failure(fields.strings, {"key": value}, "key", "path") == "path.key is not a list of strings"


@pytest.mark.parametrize(
    ("value", "boolean"),
    [(True, True), (False, False), ("true", True), ("FALSE", False), (None, None)],
)
def test_boolean(value: Any, boolean: bool | None) -> None:
    assert fields.boolean({"key": value}, "key", "path") is boolean
    assert fields.boolean({}, "key", "path") is None


@pytest.mark.parametrize("value", ["secret", "", "yes", 1, 0, [], {}])
def test_value_that_is_not_a_boolean(value: Any) -> None:
    assert failure(fields.boolean, {"key": value}, "key", "path") == "path.key is not true or false"


def test_required_string() -> None:
    assert fields.required_string({"key": 5}, "key", "path") == "5"


@pytest.mark.parametrize("source", [{}, {"key": None}, {"key": " "}])
def test_required_string_that_is_missing(source: dict[str, Any]) -> None:
    assert failure(fields.required_string, source, "key", "path") == "path.key is missing"


def test_timestamp() -> None:
    assert fields.timestamp({"key": "2026-01-02T03:04:05Z"}, "key", "path").year == 2026
    assert failure(fields.timestamp, {}, "key", "path") == "path.key is missing"


@pytest.mark.parametrize("value", ["secret", "2026-13-01T00:00:00Z", 5])
def test_value_that_is_not_a_timestamp(value: Any) -> None:
    assert failure(fields.timestamp, {"key": value}, "key", "path") == "path.key is not a timestamp"


def test_unknown_fields() -> None:
    source = {"a": 1, "b": None, **PIN, "c": [{**PIN, "d": 2}, "e"]}
    assert fields.unknown_fields(source, "a") == {"b": None, "c": [{"d": 2}, "e"]}
    assert source["c"] == [{**PIN, "d": 2}, "e"]


def test_unknown_fields_that_are_too_deep() -> None:
    deep: Any = 1
    for _level in range(50):
        deep = [deep]
    assert fields.unknown_fields({"a": deep}) == {"a": deep}
    assert failure(fields.unknown_fields, {"a": [deep]}) == "the response is nested too deeply"


# An object read by a table of its fields.

TABLE: fields.Fields = {"userId": ("id", fields.string), "isNew": ("is_new", fields.boolean)}


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ({"userId": 5, "isNew": "true"}, {"id": "5", "is_new": True}),
        ({}, {"id": None, "is_new": None}),
        ({"userId": "5", "id": "6"}, {"id": "5", "is_new": None, "extra": {"id": "6"}}),
        ({"rank": [7, PIN], **PIN}, {"id": None, "is_new": None, "extra": {"rank": [7, {}]}}),
        (PIN, {"id": None, "is_new": None}),
    ],
)
def test_fields_of_a_table(source: dict[str, Any], read: dict[str, Any]) -> None:
    assert fields.read_fields(source, TABLE, "path") == read


def test_wrong_field_of_a_table() -> None:
    message = failure(fields.read_fields, {"isNew": "secret"}, TABLE, "path")
    assert message == "path.isNew is not true or false"
