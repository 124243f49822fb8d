# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wire formats: each turns a request body into the model and the model into a body.

A new format is one class that fulfils ``Representation`` and one entry in ``forms``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from identity_service.errors import ApiError
from identity_service.model import Access, AuthV11, ListedEndpoint, LoginRequest
from identity_service.representations.json_form import JsonForm
from identity_service.representations.v11_json import V11JsonForm
from identity_service.representations.v11_xml import V11XmlForm
from identity_service.representations.xml_form import XmlForm
from identity_service.representations.xml_names import XmlStyle


class AnswerForm(Protocol):
    """What every wire format of every version can do: say what went wrong."""

    @property
    def media_type(self) -> str:
        """The media type, as Accept and Content-Type of requests name it."""

    @property
    def content_type(self) -> str:
        """The Content-Type of answers."""

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """A fault; ``extra`` holds more that its body says, such as retryAt."""


class LoginForm(AnswerForm, Protocol):
    """A wire format that logins can be written in."""

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly; an ApiError (400) names what is wrong."""


class Representation(LoginForm, Protocol):
    """One wire format of API version 2.0."""

    def peek_operation(self, body: bytes) -> str | None:
        """What kind of login the body seems to be, however wrong it is otherwise."""

    def write_access(self, access: Access) -> bytes:
        """The answer to a login or a validation."""

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """The answer of operation 9."""


class V11Representation(LoginForm, Protocol):
    """One wire format of API version 1.1."""

    def write_auth(self, auth: AuthV11) -> bytes:
        """The answer to a login."""


@dataclass(frozen=True)
class Forms:
    """The wire formats of each version by media type; the first one is what a client gets that asks for none."""

    v20: Mapping[str, Representation]
    v11: Mapping[str, V11Representation]


def forms(style: XmlStyle) -> Forms:
    """All wire formats, with XML written in that style."""
    v20: tuple[Representation, ...] = (JsonForm(), XmlForm(style))
    v11: tuple[V11Representation, ...] = (V11JsonForm(), V11XmlForm(style))
    return Forms({form.media_type: form for form in v20}, {form.media_type: form for form in v11})
