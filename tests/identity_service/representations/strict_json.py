# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict JSON: no duplicate keys, no NaN, no unknown members, and only the expected types."""

from __future__ import annotations

import json
from typing import Any

from identity_service.errors import bad_request


def parse(body: bytes) -> Any:
    """Parse JSON. Raises an ApiError (400), which says what is wrong without quoting the body."""
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
    """Return the value as an object that only has known keys."""
    if not isinstance(value, dict):
        raise bad_request(f"{where} must be an object.")
    if set(value) - known:
        # The key itself is not quoted, since a faulty client may put a secret there.
        raise bad_request(f"{where} has an unknown key; known keys: {', '.join(sorted(known))}.")
    return value


def string(container: dict[str, Any], key: str, where: str) -> str:
    """Return a required, non-empty string of an object."""
    value = container.get(key)
    if not isinstance(value, str) or not value:
        raise bad_request(f"{where}.{key} must be a non-empty string.")
    return value
