# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as HTTP: errors of each service, files that are cut, and what is the same for all services."""

from __future__ import annotations

from typing import Any

from flask import Request, Response
from identity_service import wire_faults
from identity_service.encodings import encodings
from identity_service.fault_queue import Fault
from identity_service.timestamps import write_time

from cloud_services.problems import Problem
from cloud_services.server import HANDLER, FileBody, Handler
from cloud_services.service import CloudService

# What surrounds the padding of a huge response.
_FRAME = (b'{"padding": "', b'"}')


def replacement(fault: Fault, request: Request, service: CloudService) -> Response | None:
    """Return the response that replaces the real one, or None if the real one is only corrupted later."""
    if fault.kind == "fault":
        return _documented(fault.parameters, service)
    if fault.kind == "echo":
        return _echo(fault.parameters, request, service)
    style = wire_faults.Style("application/json", _FRAME, lambda text: _filled(text, request, service))
    return wire_faults.replacement(fault, request, style)


def corrupt(fault: Fault, request: Request, response: Response) -> Response:
    """Return the real response, corrupted as requested."""
    if fault.kind == "etag":
        response.headers["ETag"] = fault.parameters["etag"]
        return response
    if fault.kind in ("truncated", "drip") and (found := _file_of(request)) is not None:
        # Only bodies that are in memory drip.
        return _truncated_file(fault.parameters, *found, response) if fault.kind == "truncated" else response
    return wire_faults.corrupt(fault, response)


def _filled(text: str, request: Request, service: CloudService) -> str:
    """Replace the placeholders in a text that a test gave."""
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    values = {"origin": service.origin(), "elsewhere": service.elsewhere(), "path": request.path, "query": query}
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _moment(value: float | str, service: CloudService) -> str:
    return value if isinstance(value, str) else write_time(service.now() + value, "no_fraction")


def _documented(values: dict[str, Any], service: CloudService) -> Response:
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


def _echo(values: dict[str, Any], request: Request, service: CloudService) -> Response:
    """Repeat the token of the request in every encoding."""
    forms = dict.fromkeys(encodings(request.headers.get("X-Auth-Token", ""), "user").values())
    return service.error(Problem(values["status"], " ".join(sorted(forms, key=len))))


def _file_of(request: Request) -> tuple[Handler, FileBody] | None:
    handler = request.environ.get(HANDLER)
    if isinstance(handler, Handler) and handler.file_body is not None:
        return handler, handler.file_body
    return None


def _truncated_file(values: dict[str, Any], handler: Handler, body: FileBody, response: Response) -> Response:
    wanted: int | None = values["bytes"]
    handler.file_body = FileBody(body.file, body.offset, body.size // 2 if wanted is None else wanted)
    response.headers["Connection"] = "close"
    return response
