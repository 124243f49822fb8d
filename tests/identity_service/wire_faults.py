# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as HTTP that are the same for all services: whole responses, and changes to the real one."""

from __future__ import annotations

import base64
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Request, Response

from identity_service.fault_queue import Fault

_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Style:
    """What a response of a service looks like."""

    content_type: str
    # What surrounds the padding of a huge response: well-formed, so that only its size is wrong.
    frame: tuple[bytes, bytes]
    # Replaces the placeholders in a text that a test gave.
    fill: Callable[[str], str] = str


def replacement(fault: Fault, request: Request, style: Style) -> Response | None:
    """Return the response that replaces the real one, or None if the real one is only corrupted later."""
    make = _REPLACEMENTS.get(fault.kind)
    return make(fault.parameters, request, style) if make else None


def delay(fault: Fault) -> None:
    """Delay the response."""
    if fault.kind == "slow":
        time.sleep(fault.parameters["seconds"])


def corrupt(fault: Fault, response: Response) -> Response:
    """Return the real response, corrupted as requested."""
    change = _CORRUPTIONS.get(fault.kind)
    return change(fault.parameters, response) if change else response


def _html(values: dict[str, Any], _request: Request, _style: Style) -> Response:
    page = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Something broke</h1></body></html>\n"
    return Response(page, values["status"], content_type="text/html; charset=utf-8")


def _empty(values: dict[str, Any], _request: Request, style: Style) -> Response:
    return Response(b"", values["status"], content_type=style.content_type)


def _huge(values: dict[str, Any], _request: Request, style: Style) -> Response:
    size = values["bytes"]
    head, tail = style.frame
    padding = max(0, size - len(head) - len(tail))

    def chunks() -> Iterator[bytes]:
        yield head
        for start in range(0, padding, _CHUNK):
            yield b"x" * min(_CHUNK, padding - start)
        yield tail

    response = Response(chunks(), 200, content_type=style.content_type)
    if values["content_length"]:
        response.headers["Content-Length"] = str(len(head) + padding + len(tail))
    return response


def _reset(_values: dict[str, Any], request: Request, _style: Style) -> Response:
    connection = request.environ.get("werkzeug.socket")

    def chunks() -> Iterator[bytes]:
        if isinstance(connection, socket.socket):
            # With a linger time of zero, closing the socket sends RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
        yield from ()
        raise ConnectionResetError("requested by a test")

    return Response(chunks(), 500)


def _redirect(values: dict[str, Any], _request: Request, style: Style) -> Response:
    response = Response(b"", values["status"])
    response.autocorrect_location_header = False
    response.headers["Location"] = style.fill(values["location"])
    return response


def _raw(values: dict[str, Any], _request: Request, style: Style) -> Response:
    encoded = values["body_base64"]
    body = base64.b64decode(encoded) if encoded is not None else style.fill(values["body"] or "").encode()
    response = Response(body, values["status"])
    response.autocorrect_location_header = False
    if not any(name.lower() == "content-type" for name in values["headers"]):
        del response.headers["Content-Type"]
    for name, value in values["headers"].items():
        response.headers[name] = style.fill(value)
    return response


def _status(values: dict[str, Any], response: Response) -> Response:
    response.status_code = values["status"]
    return response


def _truncated(values: dict[str, Any], response: Response) -> Response:
    """Cut the body after some bytes, or in the middle, although all of it is announced."""
    body = response.get_data()
    wanted = values.get("bytes")
    part = body[: len(body) // 2 if wanted is None else wanted]
    cut = Response(iter([part]), response.status_code, headers=response.headers)
    cut.headers["Content-Length"] = str(len(body))
    cut.headers["Connection"] = "close"
    return cut


def _content_type(values: dict[str, Any], response: Response) -> Response:
    response.headers["Content-Type"] = values["content_type"]
    return response


def _drip(values: dict[str, Any], response: Response) -> Response:
    body = response.get_data()
    size, seconds = values["bytes"], values["seconds"]

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), size):
            if start:
                time.sleep(seconds)
            yield body[start : start + size]

    slow = Response(chunks(), response.status_code, headers=response.headers)
    slow.headers["Content-Length"] = str(len(body))
    return slow


_REPLACEMENTS: dict[str, Callable[[dict[str, Any], Request, Style], Response]] = {
    "html": _html,
    "empty": _empty,
    "huge": _huge,
    "reset": _reset,
    "redirect": _redirect,
    "raw": _raw,
}
_CORRUPTIONS: dict[str, Callable[[dict[str, Any], Response], Response]] = {
    "status": _status,
    "truncated": _truncated,
    "content_type": _content_type,
    "drip": _drip,
}
