# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wire formats: each turns a request body into the model and the model into a body.

A new format is one class that fulfils ``Representation`` and one entry in ``REPRESENTATIONS``.
"""

from __future__ import annotations

from typing import Protocol

from identity_service.errors import ApiError
from identity_service.model import Access, ListedEndpoint, LoginRequest
from identity_service.representations.json_form import JsonForm


class Representation(Protocol):
    """One wire format of API version 2.0."""

    @property
    def media_type(self) -> str:
        """The media type, as Content-Type and Accept name it."""

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly; an ApiError (400) names what is wrong."""

    def peek_operation(self, body: bytes) -> str | None:
        """What kind of login the body seems to be, however wrong it is otherwise."""

    def write_access(self, access: Access) -> bytes:
        """The answer to a login or a validation."""

    def write_endpoints(self, endpoints: tuple[ListedEndpoint, ...]) -> bytes:
        """The answer of operation 9."""

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """A fault; ``extra`` holds further members of its body, such as retryAt."""


JSON: Representation = JsonForm()
REPRESENTATIONS: dict[str, Representation] = {JSON.media_type: JSON}
