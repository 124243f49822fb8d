# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wire formats: each converts a request body to the model and the model to a response body.

A new format is a class that implements ``Representation`` and an entry in ``wire_formats``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from identity_service.errors import ApiError
from identity_service.model import Access, AuthV11, ListedEndpoint, LoginRequest
from identity_service.representations.json_format import JsonFormat
from identity_service.representations.v11_json import V11JsonFormat
from identity_service.representations.v11_xml import V11XmlFormat
from identity_service.representations.xml_format import XmlFormat
from identity_service.representations.xml_names import XmlStyle


class WireFormat(Protocol):
    """What every wire format of every version can do: write an error."""

    @property
    def media_type(self) -> str:
        """The media type in the Accept and Content-Type headers of requests."""

    @property
    def content_type(self) -> str:
        """The Content-Type of responses."""

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """Write a fault; ``extra`` contains further members of its body, such as retryAt."""


class LoginFormat(WireFormat, Protocol):
    """A wire format that supports logins."""

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly. Raises an ApiError (400), which names what is wrong."""


class Representation(LoginFormat, Protocol):
    """One wire format of API version 2.0."""

    def peek_operation(self, body: bytes) -> str | None:
        """Guess the kind of login, even if the body is otherwise invalid."""

    def write_access(self, access: Access) -> bytes:
        """Write the response to a login or a validation."""

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """Write the response of operation 9."""


class V11Representation(LoginFormat, Protocol):
    """One wire format of API version 1.1."""

    def write_auth(self, auth: AuthV11) -> bytes:
        """Write the response to a login."""


@dataclass(frozen=True)
class WireFormats:
    """The wire formats of each version by media type. The first one is the default."""

    v20: Mapping[str, Representation]
    v11: Mapping[str, V11Representation]


def wire_formats(style: XmlStyle) -> WireFormats:
    """Return all wire formats, with XML in the given style."""
    v20: tuple[Representation, ...] = (JsonFormat(), XmlFormat(style))
    v11: tuple[V11Representation, ...] = (V11JsonFormat(), V11XmlFormat(style))
    return WireFormats(
        {wire_format.media_type: wire_format for wire_format in v20},
        {wire_format.media_type: wire_format for wire_format in v11},
    )
