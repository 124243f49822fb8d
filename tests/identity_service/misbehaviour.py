# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as HTTP: errors of the API, repeated secrets, and what is the same for all services."""

from __future__ import annotations

import html
import json
import time
from email.utils import formatdate
from typing import Any

from flask import Request, Response, g

from identity_service import wire_faults
from identity_service.echo import repeated
from identity_service.errors import ApiError
from identity_service.fault_queue import Fault
from identity_service.faults import default_fault_name
from identity_service.representations import WireFormat
from identity_service.representations.xml_names import IDENTITY
from identity_service.timestamps import write_time

# What surrounds the padding of a huge response.
_FRAMES = {
    "application/json": (b'{"access": {"padding": "', b'"}}'),
    "application/xml": (f'<access xmlns="{IDENTITY}" padding="'.encode(), b'"/>'),
}


def replacement(fault: Fault, request: Request, wire_format: WireFormat) -> Response | None:
    """Return the response that replaces the real one, or None if the real one is only corrupted later."""
    if fault.kind == "echo" and fault.parameters["form"] == "members":
        return None
    if fault.kind == "fault":
        return _documented(fault.parameters, wire_format)
    if fault.kind == "echo":
        return _echo(fault.parameters, request, wire_format)
    style = wire_faults.Style(wire_format.content_type, _FRAMES[wire_format.media_type])
    return wire_faults.replacement(fault, request, style)


def corrupt(fault: Fault, request: Request, response: Response) -> Response:
    """Return the real response, corrupted as requested."""
    if fault.kind == "echo":
        return _with_echo(fault.parameters, request, response)
    return wire_faults.corrupt(fault, response)


def _documented(values: dict[str, Any], wire_format: WireFormat) -> Response:
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
