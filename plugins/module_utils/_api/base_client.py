# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the clients of all versions of the API share: one service, one wire format, one transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from .._errors import DecodeError, InvalidResponseError
from .._http.redaction import Redactor
from .._http.transport import Request, Response, Transport, host_of
from .._identity_url import service_url
from .._models import Access, ApiKey, ExistingToken, LoginRequest, Passcode, Password, Tenant
from .._settings import ConnectionSettings
from .media_types import MEDIA_TYPES, read_fault

_Decoded = TypeVar("_Decoded")

WAY_IN_WORDS = {
    ApiKey: "with an API key",
    Password: "with a password",
    ExistingToken: "with a token",
    Passcode: "with a passcode",
}

CHECK_API_KEY = "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings."


class BaseClient:
    """A client of one identity service."""

    api_version: str

    def __init__(self, settings: ConnectionSettings) -> None:
        self.url = service_url(settings.identity_url, self.api_version)
        self.host = host_of(self.url)
        self._media_type = MEDIA_TYPES[settings.wire_format]
        self._transport = Transport(settings, read_fault)

    def log_in(self, request: LoginRequest) -> Access:
        """Log in; what that takes depends on the version."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Response:
        """Send a request in the chosen wire format, and return its response whatever the status."""
        sent = {"Accept": self._media_type.names[0], **(headers or {})}
        if payload is not None:
            sent["Content-Type"] = self._media_type.names[0]
        return self._transport.call(
            Request(
                method,
                f"{self.url}{path}{'?' + urlencode(query) if query else ''}",
                headers=sent,
                body=None if payload is None else self._media_type.dump(payload),
                repeatable=repeatable,
            )
        )

    def _decode(self, response: Response, read: Callable[[Mapping[str, Any]], _Decoded]) -> _Decoded:
        try:
            if not self._media_type.matches(response.media_type):
                raise DecodeError(f"the response is not {self._media_type.label}")
            return read(self._media_type.load(response.body))
        except DecodeError as error:
            raise InvalidResponseError(
                self.host, str(error), status=response.status, request_id=Redactor(()).text(response.request_id)
            ) from None

    def _decode_access(self, response: Response, read: Callable[[Mapping[str, Any]], Access]) -> Access:
        """Return the access in a response, with what only its headers say: the tenant, and the service's time."""
        access = self._decode(response, read)
        token = access.token
        tenant: Tenant = {"id": response.tenant_id, "name": None}
        return access._replace(
            token=token._replace(
                valid_until=token.valid_until - response.clock_skew,
                tenant=token.tenant or (tenant if response.tenant_id else None),
            )
        )
