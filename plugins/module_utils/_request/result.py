# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a response into the result of a task."""

from __future__ import annotations

import codecs
import re
from typing import Any

from .._errors import DecodeError, InvalidResponseError
from .._http.transport import host_of
from .._settings import Context
from .service_client import Reply, ServiceClient

# Python has them beside the charsets. They take minutes for a megabyte, or read escapes.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
# Each takes dozens of bytes of memory, however short it is as text.
_MAX_CONTAINERS = 1_000_000
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)


def result_of(client: ServiceClient, reply: Reply, context: Context, *, is_saved: bool = False) -> dict[str, Any]:
    """Return what a result says about a response. is_saved: its body went to a file.

    Raises InvalidResponseError for a body that is not the JSON that it is called.
    """
    response = reply.response
    result: dict[str, Any] = {
        "status": response.status,
        "url": reply.url,
        "headers": dict(response.headers),
        "request_id": response.request_id,
        "attempts": reply.attempts,
        "pages": 1,
    }
    if is_saved or not response.body:
        return result
    result["size"] = len(response.body)
    if response.media_type == "application/json" or response.media_type.endswith("+json"):
        result["json"] = _load(client, reply)
        return result
    text = _text(response.body, response.headers.get("content-type", ""), response.headers.get("content-encoding"))
    if text is None:
        context.warn("The response is not text and was left out of the result. Save it to a file with dest.")
    result["content"] = client.redactor().payload(text)
    return result


def _load(client: ServiceClient, reply: Reply) -> Any:
    response = reply.response
    try:
        if response.body.count(b"[") + response.body.count(b"{") > _MAX_CONTAINERS:
            raise DecodeError("the response contains too many values")
        return client.redactor().json(response.body)
    except (ValueError, RecursionError):
        # The exception's own text and context would show the response.
        reason = "the response claims to be JSON but is not"
    except DecodeError as error:
        reason = str(error)
    raise InvalidResponseError(
        host_of(reply.url), reason, client.peer, status=response.status, request_id=response.request_id
    )


def _text(body: bytes, content_type: str, encoding: str | None) -> str | None:
    """Return a body as text, or None if it is not."""
    if (encoding or "identity").lower() != "identity":
        return None
    named = _CHARSET.search(content_type)
    charset = named.group(1) if named else "utf-8"
    try:
        codec = codecs.lookup(charset)
        # Some codecs decode to something else than text, or decompress without end.
        is_charset = getattr(codec, "_is_text_encoding", True) and codec.name.replace("_", "-") not in _NO_CHARSETS
        text = body.decode(codec.name if is_charset else "utf-8")
    except (LookupError, UnicodeError):
        return None
    return None if "\x00" in text else text
