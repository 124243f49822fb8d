# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats that the Identity API speaks; each turns documents into bytes and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils import _codec_json, _codec_xml, _document
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    DecodeError,
    Fault,
    MissingLibraryError,
)


@dataclass(frozen=True)
class Format:
    """One format. load raises DecodeError for what is not in it."""

    name: str
    media_types: tuple[str, ...]
    load: Callable[[bytes], dict[str, Any]]
    dump: Callable[[Mapping[str, Any]], bytes]

    def has_type(self, media_type: str) -> bool:
        """Whether a body of this type can be in this format; one that is not said is no reason to refuse an answer."""
        return not media_type or media_type in self.media_types or media_type.endswith(f"+{self.name.lower()}")


FORMATS = {
    "json": Format("JSON", ("application/json", "text/json"), _codec_json.load, _codec_json.dump),
    "xml": Format("XML", ("application/xml", "text/xml"), _codec_xml.load, _codec_xml.dump),
}
"""By wire_format. Neither imports a library before it is used."""


def read_fault(body: bytes, now: datetime) -> Fault:
    """What an error body says of itself, in whichever format it is: as much as can be read, and never an error.

    now: what time it is at the service.
    """
    load = FORMATS["xml" if body.lstrip()[:1] == b"<" else "json"].load
    try:
        document = load(body)
    except (DecodeError, MissingLibraryError):
        return Fault()
    # A gateway's page can be well-formed, and still says nothing of a fault.
    is_page = any(name.rpartition(":")[2].lower() == "html" for name in document)
    return Fault() if is_page else _document.read_fault(document, now)
