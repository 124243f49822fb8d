# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Identity API 2.0 in JSON: requests to bytes, bytes to the model."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _document
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, Fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login

MEDIA_TYPE = "application/json"


def encode_login(login: Login) -> bytes:
    """The body of POST /tokens."""
    return json.dumps(_document.login_document(login)).encode()


def decode_access(body: bytes) -> Access:
    """The answer to a login. Raises DecodeError for everything else."""
    return _document.read_access(_load(body))


def read_fault(body: bytes) -> Fault:
    """What an error answer says of itself: as much as can be read, and never an error of its own."""
    try:
        return _document.read_fault(_load(body))
    except DecodeError:
        return Fault()


def _load(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        # The exception's own text and context would show the answer.
        raise DecodeError("the answer is not JSON") from None
    if not isinstance(document, dict):
        raise DecodeError("the answer is not an object")
    return document
