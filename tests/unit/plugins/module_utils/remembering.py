# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins to remember: answers of the service with tokens of the test's choice, options, and a clock to set."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import (
    _inspect,
    _login,
    _remembered,
    _session,
    _transport,
)
from ansible_collections.rackspace.identity.plugins.module_utils._errors import ServiceError
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, Context
from ansible_collections.rackspace.identity.plugins.module_utils._session import Session
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)
API_KEY = "aaaaa-bbbbb-ccccc-12345678"
PASSWORD = "myPassword01"
PIN = "914737"

UNAUTHORIZED = {"unauthorized": {"code": 401, "message": "Unable to authenticate user with credentials provided."}}
DISABLED = {"userDisabled": {"code": 403, "message": "User is disabled."}}
MFA = [("WWW-Authenticate", "OS-MF sessionId='secretsession', factor='PASSCODE'")]


def issued(token: str = "first", expires: datetime = NOON + timedelta(days=1)) -> Any:
    """The service's answer to a login, with a token of its own and with a support PIN."""
    document = sample("login")
    document["access"]["token"].update(id=token, expires=format_time(expires))
    document["access"]["user"]["RAX-AUTH:phonePin"] = PIN
    return document


def login_options(folder: Path | str, **given: Any) -> dict[str, Any]:
    """The shared options of a login by API key that is remembered in a folder."""
    defaults = {option.name: option.default for option in LOGIN}
    return {**defaults, "username": "demoauthor", "api_key": API_KEY, "cache_dir": str(folder), **given}


def by_password(**given: Any) -> dict[str, Any]:
    """What makes it a login by password."""
    return {"api_key": None, "password": PASSWORD, **given}


def files(folder: Path) -> dict[str, bytes]:
    """The name and content of every file in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


class SetClock:
    """The time that the collection sees."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        for module in (_session, _login, _inspect, _transport):
            monkeypatch.setattr(module, "utc_now", lambda: self.now)
        monkeypatch.setattr(_remembered, "time", self)

    def time(self) -> float:
        """Seconds, as time.time() counts them."""
        return self.now.timestamp()

    def move(self, **by: float) -> None:
        """Let time pass, or set the clock back."""
        self.now += timedelta(**by)


class Task:
    """Tasks that share a folder, as those of a play do; each is a process of its own as far as the cache can tell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warnings: list[str] = []

    def context(self, check_mode: bool = False) -> Context:
        """The context of one task."""
        return Context(warn=self.warnings.append, check_mode=check_mode)

    def session(self, **given: Any) -> Session:
        """What a task's login comes to."""
        return _session.log_in(login_options(self.folder, **given), self.context())

    def token(self, **given: Any) -> str:
        """The token that a task works with."""
        return self.session(**given).access.token.id

    def fails(self, **given: Any) -> ServiceError:
        """The error that a task ends with."""
        with pytest.raises(ServiceError) as caught:
            self.session(**given)
        return caught.value

    def run(self, operation: Any, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """The result of a task."""
        defaults = {option.name: option.default for option in operation.OPTIONS}
        options = {**defaults, **login_options(self.folder), **given}
        result: dict[str, Any] = operation.run(options, self.context(check_mode))
        return result
