# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of the Identity API 2.0, over HTTP: takes the model, and gives it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ansible_collections.rackspace.identity.plugins.module_utils import _document
from ansible_collections.rackspace.identity.plugins.module_utils._address import service_url
from ansible_collections.rackspace.identity.plugins.module_utils._answers import failure
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Service
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    DecodeError,
    InvalidResponseError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._formats import FORMATS, read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
    Passcode,
    Password,
    Tenant,
)
from ansible_collections.rackspace.identity.plugins.module_utils._redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._transport import (
    Answer,
    Connection,
    Request,
    Transport,
    host_of,
)

_Decoded = TypeVar("_Decoded")

WAY_IN_WORDS = {
    ApiKey: "with an API key",
    Password: "with a password",
    ExistingToken: "with a token",
    Passcode: "with a passcode",
}

_GONE = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."

CHECK_API_KEY = "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings."

_LOGIN_WAYS_OUT = {
    ApiKey: {"unauthorized": CHECK_API_KEY},
    Password: {"unauthorized": "Check username and password."},
    ExistingToken: {"unauthorized": _GONE, "not_found": _GONE},
    Passcode: {
        "unauthorized": (
            "The passcode is wrong, or its session has ended (after about five minutes, or once used): "
            "begin again with on_mfa=challenge. Too many wrong passcodes lock the account."
        ),
        "forbidden": "The account may be locked after too many wrong passcodes; ask the account administrator.",
    },
}

_CALLER_GONE = "The token that asks has expired or was revoked; log in again."


class Connected:
    """What the clients of all versions of the API share: one host, one format, one transport."""

    api_version = "v2.0"

    def __init__(
        self,
        identity_url: str,
        connection: Connection,
        wire_format: str = "json",
        new_transport: Callable[..., Transport] = Transport,
    ) -> None:
        self.url = service_url(identity_url, self.api_version)
        self.host = host_of(self.url)
        self._format = FORMATS[wire_format]
        self._transport = new_transport(connection, read_fault)

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
        document: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """Send a request in the format chosen, and return its answer whatever the status."""
        sent = {"Accept": self._format.media_types[0], **(headers or {})}
        if document is not None:
            sent["Content-Type"] = self._format.media_types[0]
        return self._transport.call(
            Request(
                method,
                f"{self.url}{path}{'?' + urlencode(query) if query else ''}",
                headers=sent,
                body=None if document is None else self._format.dump(document),
                repeatable=repeatable,
            )
        )

    def _decoded(self, answer: Answer, read: Callable[[Mapping[str, Any]], _Decoded]) -> _Decoded:
        try:
            if not self._format.has_type(answer.media_type):
                raise DecodeError(f"the answer is not {self._format.name}")
            return read(self._format.load(answer.body))
        except DecodeError as error:
            raise InvalidResponseError(
                self.host, str(error), status=answer.status, request_id=Redactor(()).text(answer.request_id)
            ) from None

    def _access(self, answer: Answer, read: Callable[[Mapping[str, Any]], Access]) -> Access:
        """The access in an answer, with what only its headers tell: the tenant, and what time it is there."""
        access = self._decoded(answer, read)
        token = access.token
        tenant: Tenant = {"id": answer.tenant_id, "name": None}
        return access._replace(
            token=token._replace(
                lasts_until=token.lasts_until - answer.clock_skew,
                tenant=token.tenant or (tenant if answer.tenant_id else None),
            )
        )


class IdentityClient(Connected):
    """Talks to one identity service in version 2.0 of its API.

    Every verb raises ServiceError (of the kind that the answer's status means), TransportError where no answer
    came, and InvalidResponseError where it cannot be understood. Tokens are given and returned as they are.
    """

    def log_in(self, login: Login) -> Access:
        """A token for the credentials: POST /tokens. Raises MfaRequiredError for a challenge."""
        credentials = login.credentials
        answer = self._call(
            "POST",
            "/tokens",
            query=_login_query(login),
            headers={"X-SessionId": credentials.session_id} if isinstance(credentials, Passcode) else None,
            document=_document.login_document(login),
            # A password can send its owner a text message, and a passcode is good for one use.
            repeatable=not isinstance(credentials, (Password, Passcode)),
        )
        if answer.status not in (200, 203):
            user = f" as {credentials.username}" if isinstance(credentials, (ApiKey, Password)) else ""
            doing = f"Logging in{user} {WAY_IN_WORDS[type(credentials)]}"
            raise failure(doing, self.host, answer, credentials.secrets, _LOGIN_WAYS_OUT[type(credentials)])
        return self._access(answer, _document.read_access)

    def validate(
        self,
        caller: str,
        subject: str,
        *,
        belongs_to: str | None = None,
        apply_rcn_roles: bool = False,
        include_accessible_domains: bool = False,
    ) -> Access:
        """What the service knows of the token subject, asked with the token caller: GET /tokens/{id}.

        `not_found` means that there is no such token; `unauthorized` that the caller's is not valid, or that the
        subject's is not for the tenant belongs_to.
        """
        query = {"belongsTo": belongs_to} if belongs_to else {}
        if apply_rcn_roles:
            query["apply_rcn_roles"] = "true"
        if include_accessible_domains:
            query["include_accessible_domains"] = "true"
        answer = self._ask("GET", _path(subject), caller, query)
        if answer.status in (200, 203):
            return self._access(answer, _document.read_access)
        raise self._refusal("Validating a token", answer, caller, subject, "validate")

    def endpoints(self, caller: str, subject: str, *, apply_rcn_roles: bool = False) -> tuple[Service, ...]:
        """The endpoints that the token subject is good for: GET /tokens/{id}/endpoints."""
        query = {"apply_rcn_roles": "true"} if apply_rcn_roles else {}
        answer = self._ask("GET", f"{_path(subject)}/endpoints", caller, query)
        if answer.status in (200, 203):
            return self._decoded(answer, _document.read_endpoints)
        raise self._refusal("Listing the endpoints of a token", answer, caller, subject, "look at")

    def revoke_own(self, caller: str) -> None:
        """Revoke the token that asks: DELETE /tokens. Not every service has it; only 204 is a success."""
        answer = self._ask("DELETE", "/tokens", caller)
        if answer.status != 204:
            raise self._refusal("Revoking a token", answer, caller, caller, "revoke")

    def revoke(self, caller: str, subject: str) -> None:
        """Revoke the token subject, which an administrator may: DELETE /tokens/{id}. Only 204 is a success."""
        answer = self._ask("DELETE", _path(subject), caller)
        if answer.status != 204:
            raise self._refusal("Revoking a token", answer, caller, subject, "revoke")

    def _ask(self, method: str, path: str, caller: str, query: Mapping[str, str] | None = None) -> Answer:
        return self._call(method, path, query=query, headers={"X-Auth-Token": caller})

    def _refusal(self, doing: str, answer: Answer, caller: str, subject: str, verb: str) -> Exception:
        ways_out = {
            "unauthorized": _CALLER_GONE,
            "forbidden": (
                f"Everybody may {verb} their own token; those of others only user administrators of the same account "
                "and identity administrators."
            ),
            "not_found": f"The token has expired, was revoked, or never was; or the service has no way to {verb} it.",
        }
        return failure(doing, self.host, answer, (caller, subject), ways_out)


def _path(token: str) -> str:
    return f"/tokens/{quote(token, safe='')}"


def _login_query(login: Login) -> dict[str, str]:
    """The query parameters of a login; the reference lists all three for passwords and API keys alone."""
    query = {"apply_rcn_roles": "true"} if login.apply_rcn_roles else {}
    if isinstance(login.credentials, (ExistingToken, Passcode)):
        if login.include_accessible_domains:
            way = WAY_IN_WORDS[type(login.credentials)]
            raise OptionError(f"include_accessible_domains is not available when logging in {way}. Use an API key.")
        return query
    if login.include_accessible_domains:
        query["include_accessible_domains"] = "true"
    if not login.include_endpoints:
        query["include_endpoints"] = "false"
    return query
