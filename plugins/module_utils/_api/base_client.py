# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the clients of both API versions: one service, one wire format, one transport."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode

from .._errors import DecodeError, InvalidResponseError, OptionError
from .._http.redaction import MIN_SECRET_IN_VALUES, Redactor
from .._http.transport import Request, Response, Transport, host_of
from .._identity_url import service_url
from .._models import Access, ApiKey, ExistingToken, LoginRequest, Passcode, Password, Tenant
from .._settings import ConnectionSettings, Context
from .._text import HEADER_VALUE
from . import payloads
from .media_types import MEDIA_TYPES, read_fault

_Decoded = TypeVar("_Decoded")

_HEADER_OPTIONS = {"X-Auth-Token": "token", "X-SessionId": "session_id"}

WAY_IN_WORDS = {
    ApiKey: "with an API key",
    Password: "with a password",
    ExistingToken: "with a token",
    Passcode: "with a passcode",
}

CHECK_API_KEY = (
    "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings, and is not the "
    "password."
)


def login_in_words(request: LoginRequest) -> str:
    """Return what a login does, as the subject of a sentence."""
    credentials = request.credentials
    user = f" as {credentials.username}" if isinstance(credentials, (ApiKey, Password)) else ""
    tenant = request.tenant_id or request.tenant_name
    return f"Logging in{user} {WAY_IN_WORDS[type(credentials)]}{f' to tenant {tenant}' if tenant else ''}"


class BaseClient(ABC):
    """A client of one identity service."""

    api_version: str

    def __init__(
        self,
        settings: ConnectionSettings,
        context: Context | None = None,
        secrets: Sequence[str] = (),
    ) -> None:
        """Make a client, which opens no connection yet.

        secrets: those of the login, which nothing of any response may show, whatever its request carried. Raises
        OptionError for settings that cannot be used.
        """
        context = context or Context()
        self._secrets = tuple(secrets)
        self._context = context
        self.url = service_url(settings.identity_url, self.api_version, context.named("identity_url"))
        self.host = host_of(self.url)
        self._media_type = MEDIA_TYPES[settings.wire_format]
        self._transport = Transport(settings, read_fault, context=context)

    @abstractmethod
    def log_in(self, request: LoginRequest) -> Access:
        """Log in; each version of the API does it in its own way."""

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _call(
        self,
        method: str,
        path: str,
        *,
        secrets: Sequence[str],
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Response:
        """Send a request in the chosen wire format, and return its response whatever the status.

        secrets: what the request carries, and nothing of the response may show. Raises OptionError for a header that
        cannot be sent.
        """
        for name, value in (headers or {}).items():
            if not HEADER_VALUE.fullmatch(value):
                named = self._context.named_if_given(_HEADER_OPTIONS[name])
                text = f"{named} contains a character that cannot be sent in the header {name}."
                raise OptionError(f"{text} Check how it was copied.")
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
                secrets=(*secrets, *self._secrets),
            )
        )

    def _redactor(self, secrets: Sequence[str]) -> Redactor:
        return Redactor((*secrets, *self._secrets, *self._transport.proxy_passwords(self.url)))

    def _decode(
        self, response: Response, read: Callable[[Mapping[str, Any]], _Decoded], secrets: Sequence[str]
    ) -> _Decoded:
        """Read the payload of a response, from which the secrets and the support PIN are removed first."""
        redactor = self._redactor(secrets)
        with self._invalid_responses(response):
            decoded: _Decoded = _clean_extra(read(redactor.payload(self._load(response))), redactor)
        return decoded

    def _decode_access(
        self,
        response: Response,
        read: Callable[[Mapping[str, Any]], Access],
        secrets: Sequence[str],
        secrets_of_token: Sequence[str] = (),
    ) -> Access:
        """Return the access in a response, with what only its headers say: the tenant, and the service's time.

        The token is returned as it is, unless it contains one of secrets_of_token; but only as the ID of the token.
        """
        with self._invalid_responses(response):
            payload = self._load(response)
            token_id = payloads.token_id(payload)
            redactor = self._redactor((*secrets, token_id))
            access: Access = _clean_extra(read(redactor.payload(payload)), redactor)
            if any(secret in token_id for secret in secrets_of_token if len(secret) >= MIN_SECRET_IN_VALUES):
                raise DecodeError("the token contains the secret that it was issued for")
        token = access.token
        tenant: Tenant = {"id": response.tenant_id, "name": None}
        return access._replace(
            token=token._replace(
                id=token_id,
                valid_until=token.valid_until - response.clock_skew,
                tenant=token.tenant or (tenant if response.tenant_id else None),
            )
        )

    def _load(self, response: Response) -> dict[str, Any]:
        if not self._media_type.matches(response.media_type):
            raise DecodeError(f"the response is not {self._media_type.label}")
        return self._media_type.load(response.body)

    @contextmanager
    def _invalid_responses(self, response: Response) -> Iterator[None]:
        try:
            yield
        except DecodeError as error:
            raise InvalidResponseError(
                self.host, str(error), status=response.status, request_id=response.request_id
            ) from None


def _clean_extra(decoded: Any, redactor: Redactor) -> Any:
    """Return what was read from a payload, with the members that nothing is known about freed of short secrets too."""
    if isinstance(decoded, dict):
        return {
            key: redactor.unknown(item) if key == "extra" else _clean_extra(item, redactor)
            for key, item in decoded.items()
        }
    if isinstance(decoded, tuple) and hasattr(decoded, "_asdict"):
        return type(decoded)(**_clean_extra(decoded._asdict(), redactor))
    if isinstance(decoded, (list, tuple)):
        return type(decoded)(_clean_extra(item, redactor) for item in decoded)
    return decoded
