# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON to payloads and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._errors import DecodeError

MAX_VALUES = 100_000
"""The most values of a payload: each takes a hundred bytes of memory and more, however short it is as text."""


def load(body: bytes) -> dict[str, Any]:
    """Load a JSON object. Raises DecodeError for anything else, and for more than 100,000 values."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise DecodeError("the response contains too many values")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        # The exception's own text and context would show the response.
        raise DecodeError("the response is not JSON") from None
    if not isinstance(payload, dict):
        raise DecodeError("the response is not an object")
    return payload


def dump(payload: Mapping[str, Any]) -> bytes:
    """Dump a payload as JSON."""
    return json.dumps(payload).encode()
