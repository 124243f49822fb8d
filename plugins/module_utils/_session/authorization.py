# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token that authorizes calls, and what to do once a service rejects it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .. import _clock
from .._errors import ServiceError
from .login_result import LoginResult

_Result = TypeVar("_Result")

# A service that rejects a token of this age means something else: Cloud Files says 401 for "not yours".
_YOUNG_SECONDS = 60.0


class Authorization:
    """A token for the calls to services. A rejected one is replaced, once, where that is possible."""

    def __init__(
        self,
        token: str,
        replace_token: Callable[[str], str] | None = None,
        forget_token: Callable[[str], None] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Take functions that replace a rejected token, and remove one from the cache; None if that is impossible.

        secrets: those of the login, which no error may show.
        """
        self.token, self.secrets = token, secrets
        self._replace_token = replace_token
        self._forget_token = forget_token
        self._is_replaced = False

    def call(self, operation: Callable[[str], _Result]) -> _Result:
        """Call an operation with the token; if the service rejects it, replace it and call once more."""
        try:
            return operation(self.token)
        except ServiceError as error:
            if error.kind != "unauthorized" or self._replace_token is None or not self._may_replace():
                raise
        self.token, self._is_replaced = self._replace_token(self.token), True
        return operation(self.token)

    def forget_token(self) -> None:
        """Remove the token from the cache, since the service no longer knows it."""
        if self._forget_token:
            self._forget_token(self.token)

    def _may_replace(self) -> bool:
        return not self._is_replaced


class AgedAuthorization(Authorization):
    """The token of a login, which is replaced whenever it is older than a minute, or past its expiry."""

    def __init__(
        self,
        login: LoginResult,
        replace_login: Callable[[str], LoginResult],
        forget_token: Callable[[str], None],
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Take functions that return a login in place of one whose token is rejected, and remove a token."""
        super().__init__(login.access.token.id, self._replace, forget_token, secrets)
        self._login, self._replace_login = login, replace_login

    def _replace(self, token: str) -> str:
        self._login = self._replace_login(token)
        return self._login.access.token.id

    def _may_replace(self) -> bool:
        return not is_young(self._login)


def is_young(login: LoginResult) -> bool:
    """Return whether the token of a login is too new for a 401 to mean that it has ended."""
    now = _clock.now().timestamp()
    # A login from the future was made before the clock was set back.
    return 0 <= now - login.stored < _YOUNG_SECONDS and now < login.access.token.valid_until
