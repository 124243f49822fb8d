# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as HTTP: responses that replace the real one, and real responses that are corrupted."""

from __future__ import annotations

import base64
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Request, Response
from identity_service.encodings import encodings
from identity_service.fault_queue import Fault
from identity_service.timestamps import write_time

from cloud_services.problems import Problem
from cloud_services.server import HANDLER, FileBody, Handler
from cloud_services.service import CloudService

_CHUNK = 64 * 1024


def replacement(fault: Fault, request: Request, service: CloudService) -> Response | None:
    """Return the response that replaces the real one, or None if the real one is only corrupted later."""
    make = _REPLACEMENTS.get(fault.kind)
    return make(fault.parameters, request, service) if make else None


def delay(fault: Fault) -> None:
    """Delay the response."""
    if fault.kind == "slow":
        time.sleep(fault.parameters["seconds"])


def corrupt(fault: Fault, request: Request, response: Response) -> Response:
    """Return the real response, corrupted as requested."""
    change = _CORRUPTIONS.get(fault.kind)
    return change(fault.parameters, request, response) if change else response


def _filled(text: str, request: Request, service: CloudService) -> str:
    """Replace the placeholders in a text that a test gave."""
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    values = {"origin": service.origin(), "elsewhere": service.elsewhere(), "path": request.path, "query": query}
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _moment(value: float | str, service: CloudService) -> str:
    return value if isinstance(value, str) else write_time(service.now() + value, "no_fraction")


def _documented(values: dict[str, Any], _request: Request, service: CloudService) -> Response:
    extra = {
        name: _moment(values[parameter], service)
        for name, parameter in (("retryAt", "retry_at"), ("retryAfter", "body_retry_after"))
        if values[parameter] is not None
    }
    headers = {}
    if values["retry_after"] is not None:
        headers["Retry-After"] = str(values["retry_after"])
    if values["reply_after"] is not None:
        headers["Reply-After"] = _moment(values["reply_after"], service)
    message = values["message"] if values["message"] is not None else "Ordered by a test."
    problem = Problem(values["status"], message, values["fault"], values["details"], extra=extra, headers=headers)
    return service.over_limit(problem) if values["over_limit"] else service.error(problem)


def _html(values: dict[str, Any], _request: Request, _service: CloudService) -> Response:
    page = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Something broke</h1></body></html>\n"
    return Response(page, values["status"], content_type="text/html; charset=utf-8")


def _empty(values: dict[str, Any], _request: Request, _service: CloudService) -> Response:
    return Response(b"", values["status"], content_type="application/json")


def _huge(values: dict[str, Any], _request: Request, _service: CloudService) -> Response:
    size = values["bytes"]
    head, tail = b'{"padding": "', b'"}'
    padding = max(0, size - len(head) - len(tail))

    def chunks() -> Iterator[bytes]:
        yield head
        for start in range(0, padding, _CHUNK):
            yield b"x" * min(_CHUNK, padding - start)
        yield tail

    response = Response(chunks(), 200, content_type="application/json")
    if values["content_length"]:
        response.headers["Content-Length"] = str(len(head) + padding + len(tail))
    return response


def _reset(_values: dict[str, Any], request: Request, _service: CloudService) -> Response:
    connection = request.environ.get("werkzeug.socket")

    def chunks() -> Iterator[bytes]:
        if isinstance(connection, socket.socket):
            # With a linger time of zero, closing the socket sends RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
        yield from ()
        raise ConnectionResetError("requested by a test")

    return Response(chunks(), 500)


def _redirect(values: dict[str, Any], request: Request, service: CloudService) -> Response:
    response = Response(b"", values["status"])
    response.autocorrect_location_header = False
    response.headers["Location"] = _filled(values["location"], request, service)
    return response


def _raw(values: dict[str, Any], request: Request, service: CloudService) -> Response:
    encoded = values["body_base64"]
    text = _filled(values["body"] or "", request, service)
    response = Response(base64.b64decode(encoded) if encoded is not None else text.encode(), values["status"])
    response.autocorrect_location_header = False
    if not any(name.lower() == "content-type" for name in values["headers"]):
        del response.headers["Content-Type"]
    for name, value in values["headers"].items():
        response.headers[name] = _filled(value, request, service)
    return response


def _echo(values: dict[str, Any], request: Request, service: CloudService) -> Response:
    """Repeat the token of the request in every encoding."""
    forms = dict.fromkeys(encodings(request.headers.get("X-Auth-Token", ""), "user").values())
    return service.error(Problem(values["status"], " ".join(sorted(forms, key=len))))


def _status(values: dict[str, Any], _request: Request, response: Response) -> Response:
    response.status_code = values["status"]
    return response


def _etag(values: dict[str, Any], _request: Request, response: Response) -> Response:
    response.headers["ETag"] = values["etag"]
    return response


def _content_type(values: dict[str, Any], _request: Request, response: Response) -> Response:
    response.headers["Content-Type"] = values["content_type"]
    return response


def _file_of(request: Request) -> tuple[Handler, FileBody] | None:
    handler = request.environ.get(HANDLER)
    if isinstance(handler, Handler) and handler.file_body is not None:
        return handler, handler.file_body
    return None


def _truncated(values: dict[str, Any], request: Request, response: Response) -> Response:
    """Cut the body after some bytes, or in the middle, although all of it is announced."""
    response.headers["Connection"] = "close"
    wanted: int | None = values["bytes"]
    if (found := _file_of(request)) is not None:
        handler, body = found
        handler.file_body = FileBody(body.file, body.offset, body.size // 2 if wanted is None else wanted)
        return response
    whole = response.get_data()
    part = whole[: len(whole) // 2 if wanted is None else wanted]
    cut = Response(iter([part]), response.status_code, headers=response.headers)
    cut.headers["Content-Length"] = str(len(whole))
    return cut


def _drip(values: dict[str, Any], request: Request, response: Response) -> Response:
    if _file_of(request) is not None:
        # Only bodies that are in memory drip.
        return response
    whole = response.get_data()
    size, seconds = values["bytes"], values["seconds"]

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(whole), size):
            if start:
                time.sleep(seconds)
            yield whole[start : start + size]

    slow = Response(chunks(), response.status_code, headers=response.headers)
    slow.headers["Content-Length"] = str(len(whole))
    return slow


_REPLACEMENTS: dict[str, Callable[[dict[str, Any], Request, CloudService], Response]] = {
    "fault": _documented,
    "html": _html,
    "empty": _empty,
    "huge": _huge,
    "reset": _reset,
    "redirect": _redirect,
    "raw": _raw,
    "echo": _echo,
}
_CORRUPTIONS: dict[str, Callable[[dict[str, Any], Request, Response], Response]] = {
    "status": _status,
    "etag": _etag,
    "content_type": _content_type,
    "truncated": _truncated,
    "drip": _drip,
}
