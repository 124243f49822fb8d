# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire formats of a request and its response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Request

from identity_service.errors import ApiError, bad_request
from identity_service.representations import LoginFormat, WireFormat, WireFormats

V11_PREFIX = "/v1.1/"
_AnyWireFormat = TypeVar("_AnyWireFormat", bound=WireFormat)
_AnyLoginFormat = TypeVar("_AnyLoginFormat", bound=LoginFormat)


def response_format(request: Request, wire_formats: Mapping[str, _AnyWireFormat]) -> _AnyWireFormat:
    """Return the wire format that the client prefers, or the first of equals; respond with 406 if there is none."""
    if "Accept" not in request.headers:
        return next(iter(wire_formats.values()))
    qualities = {media_type: _quality(request, media_type) for media_type in wire_formats}
    best = max(qualities, key=lambda media_type: qualities[media_type])
    if qualities[best] <= 0:
        raise ApiError("notAcceptable", f"The service responds with: {', '.join(wire_formats)}.")
    return wire_formats[best]


def v11_response_format(request: Request, wire_formats: Mapping[str, _AnyWireFormat]) -> _AnyWireFormat:
    """Do the same as ``response_format``, but prefer an extension of the path to the Accept header."""
    for wire_format in wire_formats.values():
        if request.path.endswith("." + wire_format.media_type.rpartition("/")[2]):
            return wire_format
    return response_format(request, wire_formats)


def error_format(request: Request, wire_formats: WireFormats) -> WireFormat:
    """Return the wire format of a fault: an accepted one, or else the first one of the API version."""
    is_v11 = request.path.startswith(V11_PREFIX)
    try:
        return v11_response_format(request, wire_formats.v11) if is_v11 else response_format(request, wire_formats.v20)
    except ApiError:
        return next(iter(wire_formats.v11.values())) if is_v11 else next(iter(wire_formats.v20.values()))


def request_format(
    request: Request, wire_formats: Mapping[str, _AnyLoginFormat], untyped: str | None = None
) -> _AnyLoginFormat:
    """Return the wire format of the request body; respond with 400 to an unknown or missing content type.

    ``untyped`` is the media type of a body without Content-Type, if the documentation has such a sample.
    """
    media_type = untyped if untyped and "Content-Type" not in request.headers else request.mimetype
    wire_format = wire_formats.get(media_type)
    if wire_format is None:
        raise bad_request(f"Content-Type must be one of: {', '.join(wire_formats)}.")
    if request.mimetype_params.get("charset", "utf-8").casefold() != "utf-8":
        raise bad_request("The request body must be UTF-8.")
    return wire_format


def _quality(request: Request, media_type: str) -> float:
    """Return the quality of a media type, from the most specific range that matches (RFC 9110, 12.5.1)."""
    family = media_type.partition("/")[0]
    ranges = [(value.partition(";")[0].strip().lower(), quality) for value, quality in request.accept_mimetypes]
    for fitting in (media_type, f"{family}/*", "*/*"):
        qualities = [quality for value, quality in ranges if value == fitting]
        if qualities:
            return max(qualities)
    return 0
