# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON to documents and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError


def load(body: bytes) -> dict[str, Any]:
    """A JSON body that holds an object. Raises DecodeError for everything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        # The exception's own text and context would show the answer.
        raise DecodeError("the answer is not JSON") from None
    if not isinstance(document, dict):
        raise DecodeError("the answer is not an object")
    return document


def dump(document: Mapping[str, Any]) -> bytes:
    """A document as JSON."""
    return json.dumps(document).encode()
