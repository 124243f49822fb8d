# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity service's verbs, over HTTP: takes the model, and gives it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from ansible_collections.rackspace.identity.plugins.module_utils import _codec_json as codec
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    KIND_OF_STATUS,
    DecodeError,
    Fault,
    InvalidResponseError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    Access,
    ApiKey,
    ExistingToken,
    Login,
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

_VERSION_SUFFIX = re.compile(r"/v(?:2\.0|1\.1)$", re.IGNORECASE)
_MFA_SETUP = re.compile(r"multi-?\s?factor|\bMFA\b", re.IGNORECASE)

_WAYS_OUT = {
    "bad_request": "The service found the request wrong; compare the options with its words in error.message.",
    "unauthorized": "Check the credentials.",
    "forbidden": "This user may not do that; ask the account administrator.",
    "user_disabled": "The user is disabled; ask the account administrator.",
    "mfa_not_set_up": (
        "The account must set up multi-factor authentication first, in the Cloud Control Panel. "
        "An API key logs in without it."
    ),
    "mfa_required": (
        "The account asks for a second factor, and a passcode has been sent to its owner. "
        "For unattended work log in with an API key, which needs none."
    ),
    "not_found": "Check identity_url.",
    "method_not_allowed": "Check identity_url: the service there does not know this call.",
    "not_acceptable": "The service does not speak the format asked for.",
    "over_limit": "The rate limit is reached; try again later, or raise retry_max_wait.",
    "service_fault": "The service has a fault of its own; try again later.",
    "service_unavailable": "The service is not available now; try again later.",
    "unexpected_status": "Check identity_url and proxy.",
}

_UNAUTHORIZED = {
    ApiKey: "Check username and api_key; the key is shown in the Cloud Control Panel under Account Settings.",
    Password: "Check username and password.",
    ExistingToken: "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key.",
}

_WAY_IN_WORDS = {
    ApiKey: "with an API key",
    Password: "with a password",
    ExistingToken: "with a token",
}


def base_url(identity_url: str) -> str:
    """The service's root without version and trailing slash, from any of the forms that users give.

    Raises OptionError for what is no http(s) URL, and for one that carries credentials or a query.
    """
    text = identity_url.strip()
    if "://" not in text:
        text = f"https://{text}"
    text = text.rstrip("/")
    way_out = "Give something like https://identity.api.rackspacecloud.com/v2.0."
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in text):
        raise OptionError(f"identity_url is no http or https URL with a host. {way_out}")
    if parts.username is not None or parts.password is not None:
        raise OptionError(f"identity_url holds a user or password; credentials have options of their own. {way_out}")
    if parts.query or parts.fragment:
        raise OptionError(f"identity_url holds a query or fragment. {way_out}")
    return _VERSION_SUFFIX.sub("", text)


def service_url(identity_url: str) -> str:
    """The URL of the Identity API 2.0 at a service; see base_url."""
    return f"{base_url(identity_url)}/v2.0"


class IdentityClient:
    """Talks to one identity service: the Identity API 2.0 in JSON."""

    def __init__(
        self,
        identity_url: str,
        connection: Connection,
        new_transport: Callable[..., Transport] = Transport,
    ) -> None:
        self.url = service_url(identity_url)
        self.host = host_of(self.url)
        self._transport = new_transport(connection, codec.read_fault)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def log_in(self, login: Login) -> Access:
        """A token for the credentials: POST /v2.0/tokens (operations with password, API key, or token and tenant).

        Raises ServiceError with the kind that the answer's status means, `mfa_required` with a challenge among
        them, TransportError where no answer came, InvalidResponseError where it cannot be understood.
        """
        query = urlencode(_query(login))
        answer = self._transport.call(
            Request(
                "POST",
                f"{self.url}/tokens{'?' + query if query else ''}",
                headers={"Content-Type": codec.MEDIA_TYPE, "Accept": codec.MEDIA_TYPE},
                body=codec.encode_login(login),
                # A password login can send its owner a text message, each time.
                repeatable=not isinstance(login.credentials, Password),
            )
        )
        if answer.status not in (200, 203):
            raise self._login_error(login, answer)
        try:
            access = _decoded(answer)
        except DecodeError as error:
            raise InvalidResponseError(self.host, str(error), status=answer.status) from None
        return _with_tenant(access, answer.tenant_id)

    def _login_error(self, login: Login, answer: Answer) -> ServiceError:
        credentials = login.credentials
        kind = _kind(answer)
        way_out = _UNAUTHORIZED[type(credentials)] if kind == "unauthorized" else _WAYS_OUT[kind]
        if kind == "not_found" and isinstance(credentials, ExistingToken):
            way_out = _UNAUTHORIZED[ExistingToken]
        user = "" if isinstance(credentials, ExistingToken) else f" as {credentials.username}"
        return self._error(
            f"Logging in{user} {_WAY_IN_WORDS[type(credentials)]}", kind, way_out, answer, credentials.secret
        )

    def _error(self, doing: str, kind: str, way_out: str, answer: Answer, *secrets: str) -> ServiceError:
        """The error for an answer; the service's own words go into it without the secrets of this call."""
        redact = Redactor((*secrets, answer.challenge.session_id if answer.challenge else None)).text
        fault = Fault(
            name=redact(answer.fault.name),
            message=redact(answer.fault.message),
            details=redact(answer.fault.details),
        )
        named = f" {fault.name}" if fault.name else ""
        if 300 <= answer.status < 400:
            way_out = f"It points to {redact(_target(answer))}, where credentials are never sent on; set identity_url."
        elif kind == "over_limit" and answer.retry_after is not None:
            way_out = f"It asks to wait {answer.retry_after:.0f} seconds: try again then, or raise retry_max_wait."
        return ServiceError(
            f"{doing} failed: {self.host} answered {answer.status}{named}. {way_out}",
            kind=kind,
            status=answer.status,
            fault=fault,
            retry_after=answer.retry_after,
            request_id=redact(answer.request_id),
        )


def _decoded(answer: Answer) -> Access:
    """The access in a successful answer; a type that is not said is no reason to refuse it."""
    if answer.media_type and not answer.media_type.endswith("json"):
        raise DecodeError("the answer is not JSON")
    return codec.decode_access(answer.body)


def _kind(answer: Answer) -> str:
    """The kind of an error answer: its status decides, the fault only refines."""
    kind = KIND_OF_STATUS.get(answer.status, "unexpected_status")
    if kind == "unauthorized" and answer.challenge:
        return "mfa_required"
    if kind == "forbidden":
        if (answer.fault.name or "").lower() == "userdisabled":
            return "user_disabled"
        if _MFA_SETUP.search(answer.fault.message or ""):
            return "mfa_not_set_up"
    return kind


def _target(answer: Answer) -> str:
    try:
        return host_of(answer.location or "") or "another place"
    except ValueError:
        return "another place"


def _query(login: Login) -> dict[str, str]:
    """The query parameters of a login. A token login knows only the first (reference, "Authenticate as tenant")."""
    query = {"apply_rcn_roles": "true"} if login.apply_rcn_roles else {}
    if isinstance(login.credentials, ExistingToken):
        if login.include_accessible_domains:
            raise OptionError(
                "include_accessible_domains is not available when logging in with a token. Log in with an API key."
            )
        return query
    if login.include_accessible_domains:
        query["include_accessible_domains"] = "true"
    if not login.include_endpoints:
        query["include_endpoints"] = "false"
    return query


def _with_tenant(access: Access, tenant_id: str | None) -> Access:
    """The same access with the tenant that only a header told."""
    if access.token.tenant or not tenant_id:
        return access
    return replace(access, token=replace(access.token, tenant=Tenant(tenant_id, None)))
