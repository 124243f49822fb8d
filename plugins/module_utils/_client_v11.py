# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one verb of the Identity API 1.1, over HTTP: log in with an API key."""

from __future__ import annotations

from ansible_collections.rackspace.identity.plugins.module_utils import _document_v11
from ansible_collections.rackspace.identity.plugins.module_utils._answers import failure
from ansible_collections.rackspace.identity.plugins.module_utils._client import CHECK_API_KEY, WAY_IN_WORDS, Connected
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, ApiKey, Login

_WAY_OUT = "Use api_version=v2.0."


class IdentityClientV11(Connected):
    """Talks to one identity service in version 1.1 of its API ("Auth 1.1")."""

    api_version = "v1.1"

    def log_in(self, login: Login) -> Access:
        """A token for a username and an API key: POST /auth, with the format in the Accept header.

        A service that does not heed the header is asked again by extension: POST /auth.json or /auth.xml. Raises
        OptionError for what 1.1 cannot do, and else what IdentityClient.log_in raises.
        """
        credentials = _api_key(login)
        document = _document_v11.login_document(credentials)
        answer = self._call("POST", "/auth", document=document)
        if answer.status == 406 or (answer.status in (200, 203) and not self._format.has_type(answer.media_type)):
            answer = self._call("POST", f"/auth.{self._format.name.lower()}", document=document)
        if answer.status not in (200, 203):
            doing = f"Logging in as {credentials.username} with an API key"
            ways_out = {
                "unauthorized": CHECK_API_KEY,
                "forbidden": "Accounts with multi-factor authentication need version 2.0 of the API: api_version=v2.0.",
            }
            raise failure(doing, self.host, answer, credentials.secrets, ways_out)
        return self._access(answer, _document_v11.read_access)


def _api_key(login: Login) -> ApiKey:
    """The credentials of a login that 1.1 can do."""
    if not isinstance(login.credentials, ApiKey):
        way = WAY_IN_WORDS[type(login.credentials)]
        raise OptionError(f"The Identity API 1.1 cannot log in {way}, only with username and api_key. {_WAY_OUT}")
    unknown = {
        "tenant_id": login.tenant_id,
        "tenant_name": login.tenant_name,
        "scope": login.scope,
        "apply_rcn_roles": login.apply_rcn_roles,
        "include_accessible_domains": login.include_accessible_domains,
    }
    named = ", ".join(name for name, value in unknown.items() if value)
    if named:
        raise OptionError(f"The Identity API 1.1 does not know {named}. {_WAY_OUT}")
    return login.credentials
