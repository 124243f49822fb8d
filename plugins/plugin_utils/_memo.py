# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one process remembers of its lookups: a template can make the same one ten thousand times.

Ansible forks a process for each task and host, so this is short-lived; what is shared lives in the token cache.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

_MOST_ANSWERS = 1000
# Each template makes a catalog of its own out of a variable, and they can be large.
_MOST_THINGS = 8

_answers: dict[Hashable, tuple[list[Any], Callable[[], bool], object]] = {}
_things: set[int] = set()


def recall(key: Hashable) -> list[Any] | None:
    """The answer to the call with this key, while it is still good."""
    try:
        answer = _answers.get(key)
    except TypeError:
        # Something in it cannot be compared.
        return None
    if answer is None or not answer[1]():
        return None
    return [_own(value) for value in answer[0]]


def _own(value: Any) -> Any:
    """The same value, so that what a template does to it is not for the next one to see."""
    if isinstance(value, dict):
        return {key: _own(item) for key, item in value.items()}
    return [_own(item) for item in value] if isinstance(value, list) else value


def keep(key: Hashable, values: list[Any], still_good: Callable[[], bool] | None, rests_on: object) -> None:
    """Remember an answer. rests_on is what the key names by its identity: kept, so that nothing else can get that."""
    if still_good is None:
        return
    if len(_answers) >= _MOST_ANSWERS or len(_things | {id(rests_on)}) > _MOST_THINGS:
        _answers.clear()
        _things.clear()
    with suppress(TypeError):
        _answers[key] = ([_own(value) for value in values], still_good, rests_on)
        _things.add(id(rests_on))
