# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as HTTP: responses that replace the real one, and real responses that are corrupted."""

from __future__ import annotations

import base64
import html
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

from flask import Request, Response, g

from identity_service.echo import repeated
from identity_service.errors import ApiError
from identity_service.fault_queue import Fault
from identity_service.faults import default_fault_name
from identity_service.representations import WireFormat
from identity_service.representations.xml_names import IDENTITY
from identity_service.timestamps import write_time

_CHUNK = 64 * 1024
# What surrounds the padding of a huge response: well-formed, so that only its size is wrong.
_FRAMES = {
    "application/json": (b'{"access": {"padding": "', b'"}}'),
    "application/xml": (f'<access xmlns="{IDENTITY}" padding="'.encode(), b'"/>'),
}


def replacement(fault: Fault, request: Request, wire_format: WireFormat) -> Response | None:
    """Return the response that replaces the real one, or None if the real one is only corrupted later."""
    if fault.kind == "echo" and fault.parameters["form"] == "members":
        return None
    make = _REPLACEMENTS.get(fault.kind)
    return make(fault.parameters, request, wire_format) if make else None


def delay(fault: Fault) -> None:
    """Delay the response."""
    if fault.kind == "slow":
        time.sleep(fault.parameters["seconds"])


def corrupt(fault: Fault, request: Request, response: Response) -> Response:
    """Return the real response, corrupted as requested."""
    if fault.kind == "echo":
        return _with_echo(fault.parameters, request, response)
    change = _CORRUPTIONS.get(fault.kind)
    return change(fault.parameters, response) if change else response


def _documented(values: dict[str, Any], _request: Request, wire_format: WireFormat) -> Response:
    status = values["status"]
    name = values["fault"] or default_fault_name(status)
    problem = ApiError(name, values["message"] or "Ordered by a test.", values["details"], code=status)
    extra: dict[str, str | float] = {}
    if values["retry_at"] is not None:
        extra["retryAt"] = _retry_at(values["retry_at"])
    if values["body_retry_after"] is not None:
        extra["retryAfter"] = values["body_retry_after"]
    response = Response(wire_format.write_error(problem, extra), status, content_type=wire_format.content_type)
    if values["retry_after"] is not None:
        response.headers["Retry-After"] = str(values["retry_after"])
    if values["retry_after_date"] is not None:
        response.headers["Retry-After"] = formatdate(time.time() + values["retry_after_date"], usegmt=True)
    return response


def _retry_at(value: float | str) -> str:
    return value if isinstance(value, str) else write_time(time.time() + value, "milliseconds")


def _html(values: dict[str, Any], _request: Request, _wire_format: WireFormat) -> Response:
    page = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Something broke</h1></body></html>\n"
    return Response(page, values["status"], content_type="text/html; charset=utf-8")


def _empty(values: dict[str, Any], _request: Request, wire_format: WireFormat) -> Response:
    return Response(b"", values["status"], content_type=wire_format.content_type)


def _huge(values: dict[str, Any], _request: Request, wire_format: WireFormat) -> Response:
    size = values["bytes"]
    head, tail = _FRAMES[wire_format.media_type]
    padding = max(0, size - len(head) - len(tail))

    def chunks() -> Iterator[bytes]:
        yield head
        for start in range(0, padding, _CHUNK):
            yield b"x" * min(_CHUNK, padding - start)
        yield tail

    response = Response(chunks(), 200, content_type=wire_format.content_type)
    if values["content_length"]:
        response.headers["Content-Length"] = str(len(head) + padding + len(tail))
    return response


def _reset(_values: dict[str, Any], request: Request, _wire_format: WireFormat) -> Response:
    connection = request.environ.get("werkzeug.socket")

    def chunks() -> Iterator[bytes]:
        if isinstance(connection, socket.socket):
            # With a linger time of zero, closing the socket sends RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
        yield from ()
        raise ConnectionResetError("requested by a test")

    return Response(chunks(), 500)


def _redirect(values: dict[str, Any], _request: Request, _wire_format: WireFormat) -> Response:
    response = Response(b"", values["status"])
    response.autocorrect_location_header = False
    response.headers["Location"] = values["location"]
    return response


def _raw(values: dict[str, Any], _request: Request, _wire_format: WireFormat) -> Response:
    encoded = values["body_base64"]
    body = base64.b64decode(encoded) if encoded is not None else (values["body"] or "").encode()
    response = Response(body, values["status"])
    if not any(name.lower() == "content-type" for name in values["headers"]):
        del response.headers["Content-Type"]
    for name, value in values["headers"].items():
        response.headers[name] = value
    return response


def _echo(values: dict[str, Any], request: Request, wire_format: WireFormat) -> Response:
    """Repeat the secrets of the request, half of the encodings in the message of the fault and half in its details."""
    forms = repeated(request, g.body.data)
    if values["form"] == "html":
        page = "".join(f"<p>{html.escape(form, quote=False)}</p>\n" for form in forms)
        return Response(f"<!DOCTYPE html>\n{page}", values["status"], content_type="text/html; charset=utf-8")
    status, name = values["status"], default_fault_name(values["status"])
    message, details = (
        ("Nothing.", None) if values["form"] == "headers" else (_joined(forms[::2]), _joined(forms[1::2]))
    )
    problem = ApiError(name, message or "Nothing.", details, code=status)
    return Response(wire_format.write_error(problem, {}), status, content_type=wire_format.content_type)


def _joined(forms: list[str]) -> str | None:
    # A client may show only the beginning of a long text.
    return " ".join(sorted(forms, key=len)) or None


def _with_echo(values: dict[str, Any], request: Request, response: Response) -> Response:
    """Add the secrets of the request to a response: as members of a JSON object, and in headers that can hold them."""
    forms = repeated(request, g.body.data)
    if values["form"] == "members" and response.is_json:
        payload = response.get_json()
        for part in (payload, *payload.values()):
            if isinstance(part, dict):
                part["echo"] = {"phonePin": forms, "texts": forms, **dict.fromkeys(forms, "a name")}
        response.set_data(json.dumps(payload))
    if values["form"] in ("headers", "members"):
        in_headers = " ".join(form for form in forms if form.isascii())
        response.headers["X-Openstack-Request-Id"] = in_headers
        response.headers["X-Tenant-Id"] = in_headers
        # The web framework refuses other names of hosts.
        host = next((form for form in forms if len(form) < 60 and form.isalnum() and form.isascii()), "www")
        response.headers["Location"] = f"https://{host}.example.com/"
        response.headers["Retry-After"] = in_headers
        response.headers.add("WWW-Authenticate", f"Echo realm='{in_headers}'")
    return response


def _status(values: dict[str, Any], response: Response) -> Response:
    response.status_code = values["status"]
    return response


def _truncated(_values: dict[str, Any], response: Response) -> Response:
    body = response.get_data()
    half = Response(iter([body[: len(body) // 2]]), response.status_code, headers=response.headers)
    half.headers["Content-Length"] = str(len(body))
    half.headers["Connection"] = "close"
    return half


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


_REPLACEMENTS: dict[str, Callable[[dict[str, Any], Request, WireFormat], Response]] = {
    "fault": _documented,
    "html": _html,
    "empty": _empty,
    "huge": _huge,
    "reset": _reset,
    "redirect": _redirect,
    "raw": _raw,
    "echo": _echo,
}
_CORRUPTIONS: dict[str, Callable[[dict[str, Any], Response], Response]] = {
    "status": _status,
    "truncated": _truncated,
    "content_type": _content_type,
    "drip": _drip,
}
