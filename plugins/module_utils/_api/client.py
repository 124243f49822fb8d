# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of the Identity API 2.0 over HTTP, with models in and out."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from .._errors import InvalidResponseError, OptionError, ServiceError
from .._http.transport import Response
from .._models import Access, ApiKey, ExistingToken, LoginRequest, Passcode, Password, Service
from . import payloads
from .base_client import CHECK_API_KEY, WAY_IN_WORDS, BaseClient, login_in_words
from .media_types import is_of_api
from .service_errors import service_error

_EXCHANGE_REJECTED = "The token has expired or was revoked, or it is not valid for this tenant: log in with an API key."

_LOGIN_WAYS_OUT = {
    ApiKey: {"unauthorized": CHECK_API_KEY},
    Password: {
        "unauthorized": (
            "Check username and password. If it is an API key, as in password of the former rax modules, give it as "
            "api_key."
        )
    },
    ExistingToken: {"unauthorized": _EXCHANGE_REJECTED, "not_found": _EXCHANGE_REJECTED},
    Passcode: {
        "unauthorized": (
            "The passcode is wrong, or its session has ended (after about five minutes, or once used): "
            "begin again with on_mfa=challenge. Too many wrong passcodes lock the account."
        ),
        "forbidden": "The account may be locked after too many wrong passcodes; ask the account administrator.",
    },
}

_CALL_REJECTED = "The token that authorizes the call has expired or was revoked; log in again."


class IdentityClient(BaseClient):
    """A client of one identity service in version 2.0 of its API.

    Every method raises ServiceError (its kind depends on the status of the response), TransportError if no response
    arrived, and InvalidResponseError if the response cannot be understood. Tokens are sent and returned as they are.
    """

    api_version = "v2.0"

    def log_in(self, request: LoginRequest) -> Access:
        """Return a token for the credentials: POST /tokens. Raises MfaRequiredError for a challenge."""
        credentials = request.credentials
        response = self._call(
            "POST",
            "/tokens",
            query=_login_query(request),
            headers={"X-SessionId": credentials.session_id} if isinstance(credentials, Passcode) else None,
            payload=payloads.login_payload(request),
            secrets=credentials.secrets,
            # A password can send its owner a text message, and a passcode is good for one use.
            repeatable=not isinstance(credentials, (Password, Passcode)),
        )
        if response.status not in (200, 203):
            raise service_error(login_in_words(request), self.host, response, self._login_ways_out(request))
        given = () if isinstance(credentials, ExistingToken) else credentials.secrets
        return self._decode_access(response, payloads.read_access, credentials.secrets, given)

    def _login_ways_out(self, request: LoginRequest) -> dict[str, str]:
        ways_out = {
            "not_found": f"{self.url}/tokens was requested; check identity_url.",
            **_LOGIN_WAYS_OUT[type(request.credentials)],
        }
        tenant = request.tenant_id or request.tenant_name
        if tenant:
            ways_out["unauthorized"] += f" Check that the user has access to tenant {tenant}."
        return ways_out

    def validate_token(
        self,
        subject_token: str,
        *,
        auth_token: str,
        belongs_to: str | None = None,
        apply_rcn_roles: bool = False,
        include_accessible_domains: bool = False,
    ) -> Access:
        """Return what the service knows about a token: GET /tokens/{id}.

        The kind `not_found` means that the token does not exist; `unauthorized` that auth_token is not valid, or
        that subject_token is not valid for the tenant belongs_to.
        """
        query = {"belongsTo": belongs_to} if belongs_to else {}
        if apply_rcn_roles:
            query["apply_rcn_roles"] = "true"
        if include_accessible_domains:
            query["include_accessible_domains"] = "true"
        secrets = (auth_token, subject_token)
        response = self._call_authorized("GET", _token_path(subject_token), secrets, query)
        if response.status in (200, 203):
            return self._decode_access(response, payloads.read_access, secrets)
        if response.status == 404 and response.body and not is_of_api(response.media_type):
            # Any web server has such a page. Taken for the service's word, a living token would count as revoked.
            reason = "its 404 is neither JSON nor XML, and says nothing about the token"
            raise InvalidResponseError(self.host, reason, status=404, request_id=response.request_id)
        raise self._refusal("Validating a token", response, "validate")

    def list_endpoints(
        self, subject_token: str, *, auth_token: str, apply_rcn_roles: bool = False
    ) -> tuple[Service, ...]:
        """Return the endpoints that a token is valid for: GET /tokens/{id}/endpoints."""
        query = {"apply_rcn_roles": "true"} if apply_rcn_roles else {}
        secrets = (auth_token, subject_token)
        response = self._call_authorized("GET", f"{_token_path(subject_token)}/endpoints", secrets, query)
        if response.status in (200, 203):
            return self._decode(response, payloads.read_endpoints, secrets)
        raise self._refusal("Listing the endpoints of a token", response, "look at")

    def revoke_own_token(self, auth_token: str) -> None:
        """Revoke the token that authorizes the call: DELETE /tokens. Not every service has it; only 204 is success."""
        response = self._call_authorized("DELETE", "/tokens", (auth_token,))
        if response.status != 204:
            raise self._refusal("Revoking a token", response, "revoke")

    def revoke_token(self, subject_token: str, *, auth_token: str) -> None:
        """Revoke any token, which takes an administrator's: DELETE /tokens/{id}. Only 204 is success."""
        secrets = (auth_token, subject_token)
        response = self._call_authorized("DELETE", _token_path(subject_token), secrets)
        if response.status != 204:
            raise self._refusal("Revoking a token", response, "revoke")

    def _call_authorized(
        self, method: str, path: str, secrets: tuple[str, ...], query: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request that the first of the secrets authorizes."""
        return self._call(method, path, query=query, headers={"X-Auth-Token": secrets[0]}, secrets=secrets)

    def _refusal(self, doing: str, response: Response, verb: str) -> ServiceError:
        ways_out = {
            "unauthorized": _CALL_REJECTED,
            "forbidden": (
                f"Everyone may {verb} their own token; only user administrators of the same account and identity "
                "administrators may do so with those of others."
            ),
            "not_found": (
                f"The token has expired, was revoked, or never existed; or the service does not let anyone {verb} it."
            ),
        }
        return service_error(doing, self.host, response, ways_out)


def _token_path(token: str) -> str:
    return f"/tokens/{quote(token, safe='')}"


def _login_query(request: LoginRequest) -> dict[str, str]:
    """Return the query parameters of a login; the reference lists all three for passwords and API keys alone."""
    query = {"apply_rcn_roles": "true"} if request.apply_rcn_roles else {}
    if isinstance(request.credentials, (ExistingToken, Passcode)):
        if request.include_accessible_domains:
            way = WAY_IN_WORDS[type(request.credentials)]
            raise OptionError(f"include_accessible_domains is not available when logging in {way}. Use an API key.")
        return query
    if request.include_accessible_domains:
        query["include_accessible_domains"] = "true"
    if not request.include_endpoints:
        query["include_endpoints"] = "false"
    return query
