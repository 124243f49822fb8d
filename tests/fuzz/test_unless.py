# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there contains every part of itself, in any order, and nothing that differs in a single value."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._request.unless import contains

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)
PAYLOADS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=4)),
    max_leaves=20,
)
# No payload above holds such a text.
OTHER = "another value"

SMALL = st.sampled_from([1, "1", 2, True, None, "x"])
SMALL_ITEMS = st.one_of(SMALL, st.dictionaries(st.sampled_from("ab"), SMALL, max_size=2))


def part_of(draw: st.DrawFn, payload: Any) -> Any:
    """Return a part of a payload: some names of each dict, and some members of each list in another order."""
    if isinstance(payload, dict):
        names = draw(st.sets(st.sampled_from(sorted(payload)))) if payload else set()
        return {name: part_of(draw, payload[name]) for name in names}
    if isinstance(payload, list):
        numbers = draw(st.permutations(range(len(payload))))
        kept = numbers[: draw(st.integers(0, len(numbers)))]
        return [part_of(draw, payload[number]) for number in kept]
    return payload


@st.composite
def wholes_and_parts(draw: st.DrawFn) -> tuple[Any, Any]:
    payload = draw(PAYLOADS)
    return payload, part_of(draw, payload)


def changed(payload: Any, number: int) -> tuple[Any, int]:
    """Return a payload with another value in place of its leaf of this number, and the number of its leaves."""
    if not isinstance(payload, (dict, list)):
        return (OTHER if number == 0 else payload), 1
    seen = 0
    items: list[Any] = []
    for item in payload.values() if isinstance(payload, dict) else payload:
        new, leaves = changed(item, number - seen)
        items.append(new)
        seen += leaves
    return (dict(zip(payload, items, strict=True)) if isinstance(payload, dict) else items), seen


@given(wholes_and_parts())
def test_every_part_is_contained(pair: tuple[Any, Any]) -> None:
    payload, part = pair
    assert contains(payload, part)


@given(wholes_and_parts(), st.data())
def test_no_part_with_another_value_is_contained(pair: tuple[Any, Any], data: st.DataObject) -> None:
    payload, part = pair
    _same, leaves = changed(part, -1)
    if leaves:
        other, _leaves = changed(part, data.draw(st.integers(0, leaves - 1)))
        assert not contains(payload, other)


@given(st.lists(SMALL_ITEMS, max_size=5), st.lists(SMALL_ITEMS, max_size=5))
def test_lists_against_a_slow_and_obvious_model(there: list[Any], wanted: list[Any]) -> None:
    choices = permutations(there, len(wanted))
    expected = any(all(map(contains, chosen, wanted)) for chosen in choices)
    assert contains(there, wanted) == expected


@given(PAYLOADS, PAYLOADS)
def test_it_never_fails(there: Any, wanted: Any) -> None:
    assert contains(there, wanted) in (True, False)
