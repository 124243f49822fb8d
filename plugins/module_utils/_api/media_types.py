# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The media types that the Identity API speaks; each turns payloads into bytes and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._errors import DecodeError, Fault, MissingLibraryError
from . import json_codec, payloads, xml_codec

_MAX_FAULT_BYTES = 256 * 1024
_MAX_FAULT_DEPTH = 4


@dataclass(frozen=True)
class MediaType:
    """One media type with all its names. load raises DecodeError for a body that is not of it."""

    label: str
    names: tuple[str, ...]
    load: Callable[[bytes], dict[str, Any]]
    dump: Callable[[Mapping[str, Any]], bytes]

    def matches(self, name: str) -> bool:
        """Return whether a body of the type with this name can be loaded; an unnamed type is given a try."""
        return not name or name in self.names or name.endswith(f"+{self.label.lower()}")


MEDIA_TYPES = {
    "json": MediaType("JSON", ("application/json", "text/json"), json_codec.load, json_codec.dump),
    "xml": MediaType("XML", ("application/xml", "text/xml"), xml_codec.load, xml_codec.dump),
}
"""By wire_format. Neither imports a library before it is used."""


def is_of_api(name: str) -> bool:
    """Return whether a body of the type with this name may come from an API: it is JSON, XML, or of no type."""
    return any(media_type.matches(name) for media_type in MEDIA_TYPES.values())


def read_fault(body: bytes, now: datetime) -> Fault:
    """Return what an error body says, in either media type: as much as can be read, and never an error.

    now: the service's time.
    """
    if len(body) > _MAX_FAULT_BYTES:
        return Fault()
    is_xml = body.lstrip()[:1] == b"<"
    try:
        payload = _with_local_names(xml_codec.load(body)) if is_xml else json_codec.load(body)
    except (DecodeError, MissingLibraryError):
        return Fault()
    # A gateway's page can be well-formed, and still say nothing about a fault.
    is_page = any(name.lower() == "html" for name in payload)
    return Fault() if is_page else payloads.read_fault(payload, now)


def _with_local_names(payload: Any, depth_left: int = _MAX_FAULT_DEPTH) -> Any:
    """Return a payload with names without namespaces: each service has one of its own for the same faults."""
    if not isinstance(payload, dict) or not depth_left:
        return payload
    return {name.rpartition(":")[2]: _with_local_names(value, depth_left - 1) for name, value in payload.items()}
