# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options say, typed, for everything below the operations; and the context that a task runs in.

The fields are named after the options, and their defaults stand in the options table alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from ._options import CACHE, CONNECTION, CREDENTIALS, LOGIN_PARAMETERS, MASK, USER_PARAMETERS

_DEFAULTS = {
    option.name: option.default
    for group in (CREDENTIALS, CONNECTION, CACHE, USER_PARAMETERS, LOGIN_PARAMETERS)
    for option in group
}


def _ignore_warning(message: str) -> None:
    """Drop a warning, for callers that cannot show one."""


class Context(NamedTuple):
    """What an operation needs to know beside its options.

    sources: where the value of each given option came from, in words ("the option api_key", "the environment
    variable RAX_API_KEY"). A module cannot tell a default from the same value given by its user.
    warn: called with each warning for the user.
    """

    sources: Mapping[str, str] = {}
    warn: Callable[[str], None] = _ignore_warning
    check_mode: bool = False


class CredentialSettings(NamedTuple):
    """The group CREDENTIALS of the options table, as given: nothing is checked or completed yet."""

    username: str | None
    api_key: str | None
    password: str | None
    token: str | None
    passcode: str | None
    session_id: str | None
    tenant_id: str | None
    tenant_name: str | None
    credentials_file: str | None

    def __repr__(self) -> str:
        return f"CredentialSettings(username={self.username!r})"


class ConnectionSettings(NamedTuple):
    """The group CONNECTION of the options table. Times are in seconds."""

    identity_url: str
    api_version: str
    wire_format: str
    validate_certs: bool
    ca_path: str | None
    proxy: str | None
    timeout: float
    retries: int
    retry_max_wait: float

    def __repr__(self) -> str:
        # A proxy's URL can hold a password.
        shown = self._asdict() if self.proxy is None else {**self._asdict(), "proxy": MASK}
        return f"ConnectionSettings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


class CacheSettings(NamedTuple):
    """The group CACHE of the options table. min_ttl is in seconds."""

    cache: bool
    cache_dir: str | None
    min_ttl: int


class LoginParameters(NamedTuple):
    """What to ask for when logging in, and how to treat the cache and a second factor."""

    apply_rcn_roles: bool
    include_accessible_domains: bool
    include_endpoints: bool
    scope: str | None
    on_mfa: str
    renew: bool


class Settings(NamedTuple):
    """Everything that the shared options and the parameters of a login say."""

    credentials: CredentialSettings
    connection: ConnectionSettings
    cache: CacheSettings
    login: LoginParameters

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Settings:
        """Sort options into settings; an option that a plugin does not have takes the table's default."""
        return cls(
            _read(CredentialSettings, options),
            _read(ConnectionSettings, options),
            _read(CacheSettings, options),
            _read(LoginParameters, options),
        )


_Group = TypeVar("_Group", CredentialSettings, ConnectionSettings, CacheSettings, LoginParameters)


def _read(group: type[_Group], options: Mapping[str, Any]) -> _Group:
    return group(*(options.get(name, _DEFAULTS[name]) for name in group._fields))
