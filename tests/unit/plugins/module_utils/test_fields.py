# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the members of an answer: what each kind of member may be, and how a wrong one is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _fields as fields
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError


def failure(read: Callable[[], object]) -> str:
    with pytest.raises(DecodeError) as caught:
        read()
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_object() -> None:
    assert fields.as_object({"a": 1}, "place") == {"a": 1}
    for value in (None, [], "secret", 5, True):
        assert failure(lambda value=value: fields.as_object(value, "place")) == "place is not an object"


def test_objects() -> None:
    assert fields.as_objects(None, "place") == []
    assert fields.as_objects([{"a": 1}, {}], "place") == [{"a": 1}, {}]
    for value in ({}, "secret", "", 5, False):
        assert failure(lambda value=value: fields.as_objects(value, "place")) == "place is not a list"
    assert failure(lambda: fields.as_objects([{}, "secret"], "place")) == "place is not an object"


@pytest.mark.parametrize(
    ("value", "text"),
    [(" a ", "a"), ("", None), (" ", None), (None, None), (5, "5"), (1.5, "1.5"), (0, "0")],
)
def test_text(value: Any, text: str | None) -> None:
    assert fields.text({"key": value}, "key", "place") == text
    assert fields.text_or_none(value) == text


def test_no_text() -> None:
    assert fields.text({}, "key", "place") is None
    for value in ({}, [], True):
        assert failure(lambda value=value: fields.text({"key": value}, "key", "place")) == "place.key is not a text"
        assert fields.text_or_none(value) is None


def test_texts() -> None:
    assert fields.texts(None, "place") == []
    assert fields.texts(["a", ""], "place") == ["a", ""]
    for value in ("secret", {}, [5], [None]):
        assert failure(lambda value=value: fields.texts(value, "place")) == "place is not a list of texts"


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (False, False), ("true", True), ("FALSE", False), (None, None)],
)
def test_flag(value: Any, flag: bool | None) -> None:
    assert fields.flag({"key": value}, "key", "place") is flag
    assert fields.flag({}, "key", "place") is None


@pytest.mark.parametrize("value", ["secret", "", "yes", 1, 0, [], {}])
def test_no_flag(value: Any) -> None:
    text = failure(lambda: fields.flag({"key": value}, "key", "place"))
    assert text == "place.key is not true or false"


def test_required() -> None:
    assert fields.required({"key": 5}, "key", "place") == "5"
    for source in ({}, {"key": None}, {"key": " "}):
        assert failure(lambda source=source: fields.required(source, "key", "place")) == "place.key is missing"


def test_timestamp() -> None:
    assert fields.timestamp({"key": "2026-01-02T03:04:05Z"}, "key", "place").year == 2026
    assert failure(lambda: fields.timestamp({}, "key", "place")) == "place.key is missing"
    for value in ("secret", "2026-13-01T00:00:00Z", 5):
        text = failure(lambda value=value: fields.timestamp({"key": value}, "key", "place"))
        assert text == "place.key is not a timestamp"


def test_rest() -> None:
    source = {"a": 1, "b": None, "RAX-AUTH:phonePin": "1", "c": [{"RAX-AUTH:phonePin": "1", "d": 2}, "e"]}
    assert fields.rest(source, "a") == {"b": None, "c": [{"d": 2}, "e"]}
    assert source["c"] == [{"RAX-AUTH:phonePin": "1", "d": 2}, "e"]


def test_rest_that_is_too_deep() -> None:
    deep: Any = 1
    for _level in range(50):
        deep = [deep]
    assert fields.rest({"a": deep}) == {"a": deep}
    assert failure(lambda: fields.rest({"a": [deep]})) == "the answer is nested too deeply"
