# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON read without mercy: no duplicate keys, no NaN, no unknown members, nothing but the expected types."""

from __future__ import annotations

import json
from typing import Any

from identity_service.errors import bad_request


def parse(body: bytes) -> Any:
    """The value of a JSON text; an ApiError (400) says what is wrong with it, without quoting it."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise bad_request("The request body is not well-formed JSON.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise bad_request("The request body has a duplicate key.")
    return members


def _constant(_text: str) -> None:
    raise ValueError("not JSON")


def members(value: Any, where: str, known: set[str]) -> dict[str, Any]:
    """The value as an object that has only known keys."""
    if not isinstance(value, dict):
        raise bad_request(f"{where} must be an object.")
    if set(value) - known:
        # The key itself is not quoted: a client that mixes things up may put a secret there.
        raise bad_request(f"{where} has an unknown key; there are: {', '.join(sorted(known))}.")
    return value


def text(container: dict[str, Any], key: str, where: str) -> str:
    """A required text of an object that is not empty."""
    value = container.get(key)
    if not isinstance(value, str) or not value:
        raise bad_request(f"{where}.{key} must be a text that is not empty.")
    return value
