# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memoize lookups and filters within one process: a template can repeat the same one ten thousand times.

Ansible forks a process for each task and host, so this is short-lived; what is shared is in the token cache.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

_MAX_RESULTS = 1000
# Each template makes its own copy of a variable's value, and catalogs can be large.
_MAX_INPUTS = 8

_results: dict[Hashable, tuple[list[Any], Callable[[], bool], object]] = {}
_inputs: set[int] = set()


def find(key: Hashable) -> list[Any] | None:
    """Return the stored result for this key, while it is current."""
    try:
        stored = _results.get(key)
    except TypeError:
        # Part of the key is not hashable.
        return None
    if stored is None or not stored[1]():
        return None
    return [_copy(value) for value in stored[0]]


def _copy(value: Any) -> Any:
    """Copy a value, so that what one template does to it does not show in the next."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def store(key: Hashable, values: list[Any], is_current: Callable[[], bool] | None, source: object) -> None:
    """Store a result. source is what the key names by its id(), kept alive so that nothing else can get that id."""
    if is_current is None:
        return
    if len(_results) >= _MAX_RESULTS or len(_inputs | {id(source)}) > _MAX_INPUTS:
        _results.clear()
        _inputs.clear()
    with suppress(TypeError):
        _results[key] = ([_copy(value) for value in values], is_current, source)
        _inputs.add(id(source))
