# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one operation of the Identity API 1.1 over HTTP: log in with an API key."""

from __future__ import annotations

from .._errors import OptionError
from .._models import Access, ApiKey, LoginRequest
from . import payloads_v11
from .base_client import CHECK_API_KEY, WAY_IN_WORDS, BaseClient, login_in_words
from .service_errors import service_error


class IdentityClientV11(BaseClient):
    """A client of one identity service in version 1.1 of its API ("Auth 1.1")."""

    api_version = "v1.1"

    def log_in(self, request: LoginRequest) -> Access:
        """Return a token for a username and an API key: POST /auth, with the media type in the Accept header.

        A service that ignores the header is asked again by extension: POST /auth.json or /auth.xml. Raises OptionError
        for what version 1.1 cannot do, and otherwise what IdentityClient.log_in raises.
        """
        credentials = self._api_key(request)
        payload = payloads_v11.login_payload(credentials)
        secrets = credentials.secrets
        response = self._call("POST", "/auth", payload=payload, secrets=secrets)
        ignores_header = response.status in (200, 203) and not self._media_type.matches(response.media_type)
        if response.status == 406 or ignores_header:
            path = f"/auth.{self._media_type.label.lower()}"
            response = self._call("POST", path, payload=payload, secrets=secrets)
        if response.status not in (200, 203):
            ways_out = {
                "unauthorized": CHECK_API_KEY,
                "not_found": f"{self.url}/auth was requested; check identity_url.",
                "forbidden": "Accounts with multi-factor authentication need version 2.0 of the API: api_version=v2.0.",
            }
            raise service_error(login_in_words(request), self.host, response, ways_out)
        return self._decode_access(response, payloads_v11.read_access, secrets, secrets)

    def _api_key(self, request: LoginRequest) -> ApiKey:
        """Return the credentials of a login that version 1.1 can do."""
        named = self._context.named_if_given
        if not isinstance(request.credentials, ApiKey):
            way = WAY_IN_WORDS[type(request.credentials)]
            raise OptionError(
                f"{named('api_version')} is v1.1, which cannot log in {way}, only with username and api_key. Use v2.0."
            )
        unsupported = {
            "tenant_id": request.tenant_id,
            "tenant_name": request.tenant_name,
            "scope": request.scope,
            "apply_rcn_roles": request.apply_rcn_roles,
            "include_accessible_domains": request.include_accessible_domains,
        }
        names = ", ".join(named(name) for name, value in unsupported.items() if value)
        if names:
            raise OptionError(f"{named('api_version')} is v1.1, which does not support {names}. Use v2.0.")
        return request.credentials
