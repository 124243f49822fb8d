# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the token of a login that a fact of the host describes, where nothing else describes one."""

from __future__ import annotations

from typing import Any

from .. import _clock
from .._errors import NoCredentialsError
from .._identity_url import service_url
from .._settings import ConnectionSettings, Context, Settings
from .caching import forget_in, open_cache
from .credentials_completion import files_that_describe_a_login
from .login_ref import read_fact
from .login_result import LoginResult, tell_login
from .private_files import CacheUnusableError, watch


class FactAccess:
    """Provides the access of the cached login that the fact rax_identity of the host describes; it never logs in."""

    secrets: tuple[str, ...] = ()

    def __init__(self, settings: Settings, context: Context, fact: object) -> None:
        """Find the login. Raises MissingCredentialsError, which says why the fact cannot be used."""
        self._settings, self.context = settings, context
        self._cache = open_cache(settings.cache, context)
        if not self._cache:
            raise NoCredentialsError(
                "No credentials were given, and without the token cache no fact can stand in for them."
            )
        try:
            self._login = read_fact(self._cache, fact, verify=settings.connection.verify)
        except CacheUnusableError as error:
            raise NoCredentialsError(
                f"No credentials were given, and the token cache cannot be read: {error}."
            ) from None
        self._refuse_other_login(settings, context)
        self.connection: ConnectionSettings = settings.connection._replace(identity_url=self._login.identity_url)

    def _refuse_other_login(self, settings: Settings, context: Context) -> None:
        tenant: Any = self._login.access.token.tenant or {}
        for name, known in (("tenant_id", tenant.get("id")), ("tenant_name", tenant.get("name"))):
            value = getattr(settings.credentials, name)
            if value and value != known:
                self._refuse(context, name)
        if "identity_url" in context.sources:
            given = service_url(settings.connection.identity_url, "", context.named("identity_url"))
            if given != service_url(self._login.identity_url, ""):
                self._refuse(context, "identity_url")

    @staticmethod
    def _refuse(context: Context, name: str) -> None:
        raise NoCredentialsError(
            f"No credentials were given for {context.named(name)}, and the fact rax_identity of this "
            "host describes another login. Give credentials, or leave the option out."
        )

    def get_access(self) -> LoginResult:
        """Return the access of the cached login."""
        login = self._login
        tell_login(self.context, "Using the login of the fact rax_identity", login.identity_url, login.access)
        last, cache = login.access.token.valid_until, self._cache
        # What the environment variable of OpenStack names is not for Rackspace, but can become so.
        hint, directory = self._settings.credentials.cloud, self.context.directory
        still_stands_in = watch(files_that_describe_a_login(hint, directory))
        return LoginResult(
            login.identity_url,
            login.access,
            cached=True,
            stored=login.stored,
            is_current=lambda: bool(
                cache
                and _clock.now().timestamp() < last
                and cache.fingerprint(login.name) == login.fingerprint
                and still_stands_in()
            ),
        )

    def cached_tokens(self) -> list[str]:
        """Return the token of the login."""
        return [self._login.access.token.id]

    def forget_token(self, token: str) -> None:
        """Remove the token from the cache."""
        cache = self._cache
        if cache:
            forget_in(cache, token, self._settings, self.context)

    def forget_in_store(self, _token: str) -> None:
        """Do nothing: a login that a fact describes has a file, which tells its name in the store."""

    def replace_token(self, token: str) -> str:
        """Raise, since a fact holds nothing to log in with again."""
        return self.replace_login(token).access.token.id

    def replace_login(self, token: str) -> LoginResult:
        """Raise, as replace_token does."""
        self.forget_token(token)
        raise NoCredentialsError(
            "The login that the fact rax_identity of this host describes has ended: the service rejects its token. "
            "Run rackspace.identity.rax_identity_token again, or give credentials."
        )
