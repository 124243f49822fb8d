# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins to cache: responses with tokens of the test's choice, and tasks that share a cache."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import SHARED
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import AccessProvider
from ansible_collections.rackspace.identity.plugins.module_utils._session.login_result import LoginResult
from ansible_collections.rackspace.identity.plugins.module_utils._session.token_cache import TokenCache
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Store
from ansible_collections.rackspace.identity.plugins.module_utils._timestamps import format_timestamp
from ansible_collections.rackspace.identity.tests.unit.support import logins
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.given import complete
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

API_KEY = logins.API_KEY.api_key
PASSWORD = logins.PASSWORD.password
PIN = "914737"

UNAUTHORIZED = {"unauthorized": {"code": 401, "message": "Unable to authenticate user with credentials provided."}}
DISABLED = {"userDisabled": {"code": 403, "message": "User is disabled."}}
MFA = [("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")]
REMEMBERED = (
    "The service refused this login moments ago, which is remembered for 30 seconds; "
    "rax_identity_token with renew=true asks again."
)
SECOND_STEP: dict[str, Any] = {"api_key": None, "session_id": "secretsession", "passcode": "1411594"}


def issued(token: str = "first", expires: datetime = NOON + timedelta(days=1)) -> Any:
    """Return the service's response to a login, with a token of its own and a support PIN."""
    payload = sample("login")
    payload["access"]["token"].update(id=token, expires=format_timestamp(expires))
    payload["access"]["user"]["RAX-AUTH:phonePin"] = PIN
    return payload


def login_options(directory: Path | str, **given: Any) -> dict[str, Any]:
    """Return the shared options of a login with an API key that is cached in a directory."""
    return complete(SHARED, {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(directory), **given})


def by_password(**given: Any) -> dict[str, Any]:
    """Return what makes it a login with a password."""
    return {"api_key": None, "password": PASSWORD, **given}


def files(directory: Path) -> dict[str, bytes]:
    """Return the name and content of every file in a directory."""
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


class Task:
    """Tasks that share a cache, as those of a play do; each is a process of its own as far as the cache can tell."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.warnings: list[str] = []
        self.store: Store | None = None

    def context(self, check_mode: bool = False) -> Context:
        """Return the context of one task."""
        return Context(
            warn=self.warnings.append,
            check_mode=check_mode,
            open_store=lambda settings, _timeout: self.store if settings.cache_plugin else None,
        )

    def settings(self, **given: Any) -> Settings:
        """Return the settings of one task."""
        return Settings.from_options(login_options(self.directory, **given))

    def provider(self, **given: Any) -> AccessProvider:
        """Return the access provider of one task."""
        return AccessProvider(self.settings(**given), self.context())

    def login(self, **given: Any) -> LoginResult:
        """Return the login of one task."""
        return self.provider(**given).get_access()

    def token(self, **given: Any) -> str:
        """Return the token that one task works with."""
        return self.login(**given).access.token.id

    def fails(self, **given: Any) -> ServiceError:
        """Return the error that one task ends with."""
        with pytest.raises(ServiceError) as caught:
            self.login(**given)
        return caught.value

    def run(self, operation: Any, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """Return the result of one task."""
        options = complete(operation.OPTIONS, {**login_options(self.directory), **given})
        result: dict[str, Any] = operation.run(options, self.context(check_mode))
        return result


def log_in(cache_dir: Path | str | None, context: Context | None = None) -> None:
    settings = Settings.from_options({**login_options(""), "cache_dir": cache_dir})
    AccessProvider(settings, context or Context()).get_access()


def log_in_while_read(monkeypatch: pytest.MonkeyPatch, wire: FakeWire, task: Task) -> None:
    """Let another task log in anew just after the next entry of the cache was read."""
    read = TokenCache.read

    def read_and_log_in(self: TokenCache, name: str) -> object:
        entry = read(self, name)
        monkeypatch.setattr(TokenCache, "read", read)
        wire.respond(200, issued("second"))
        task.login(renew=True)
        return entry

    monkeypatch.setattr(TokenCache, "read", read_and_log_in)


def keep_what_is_to_be_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let entries be neither removed nor emptied, as if the file system were read-only by now."""
    open_file = os.open

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def refuse_to_empty(path: Any, flags: int, mode: int = 0o777, **named: Any) -> int:
        if flags & os.O_TRUNC and str(path).endswith(".json"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return open_file(path, flags, mode, **named)

    monkeypatch.setattr(os, "unlink", refuse)
    monkeypatch.setattr(os, "open", refuse_to_empty)


def refuse(wire: FakeWire, kind: str) -> None:
    """Let the service refuse the next login, with an error of a kind."""
    if kind == "unauthorized":
        wire.respond(401, UNAUTHORIZED)
    elif kind == "user_disabled":
        wire.respond(403, DISABLED)
    else:
        wire.respond(401, UNAUTHORIZED, headers=MFA)


def reason_for_no_cache(task: Task) -> str:
    (warning,) = task.warnings
    head, tail = "Tokens are not cached: ", ". Every task logs in; set cache_dir to a directory of your own."
    assert warning.startswith(head)
    assert warning.endswith(tail)
    return warning[len(head) : -len(tail)]
