# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options as typed settings, for everything below the operations; and the context that a task runs in.

The fields are named after the options, and their defaults stand in the options table alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

from ._errors import IdentityError, OptionError
from ._options import CACHE, CONNECTION, CREDENTIALS, LOGIN_PARAMETERS, MASK, RENEW, USER_PARAMETERS

_DEFAULTS = {
    option.name: option.default
    for group in (CREDENTIALS, CONNECTION, CACHE, USER_PARAMETERS, LOGIN_PARAMETERS, RENEW)
    for option in group
}


_MAX_SECONDS = 24 * 60 * 60
_MAX_RETRIES = 1000
# A year.
_MAX_TTL_SECONDS = 365 * 24 * 60 * 60

TENANTS = ("tenant_id", "tenant_name")
"""The options that name a tenant. The nearest source that has one of them decides."""

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Environment variables with the path of a CA bundle, the first one that is set first."""


def ca_variable() -> str | None:
    """Return the environment variable that names a CA bundle, or None without one."""
    return next(filter(os.environ.get, CA_VARIABLES), None)


def xdg_directory(variable: str, default: str) -> str:
    """Return the directory in a variable of the XDG Base Directory Specification, or the default without one.

    A relative one counts as unset, as the specification has it: the same task could start in several directories.
    """
    path = os.path.expanduser(os.environ.get(variable, ""))
    return path if os.path.isabs(path) else os.path.expanduser(default)


def path_in(directory: str, path: str) -> str:
    """Return a path that may be relative to a directory, but leave one in an unknown user's home to be refused."""
    return path if path.startswith("~") else os.path.join(directory, path)


def _ignore_warning(message: str) -> None:
    """Drop a warning, for callers that cannot show one."""


def _ignore_line(_verbosity: int, _line: str) -> None:
    """Drop a line, for callers that cannot show one."""


VERBOSE = 1
"""Messages shown at -v: which login is used, and until when."""

DETAILED = 3
"""Messages shown at -vvv: where credentials came from, each request, and each wait."""


def _place_nothing(_new: str | None, path: str) -> bool:
    """Refuse to write a file."""
    raise RuntimeError(f"only a module writes {path}")


def _open_nothing(_settings: CacheSettings, _timeout: float) -> None:
    """Open no store, for callers that cannot reach one."""


_ENVIRONMENT = 2
_OTHER_TOOLS = {"RS_": 3, "OS_": 6}
"""The distances of environment variables that another tool reads, too. Those of OpenStack can mean any cloud."""


class Source(NamedTuple):
    """The source of an option's value: its distance from the task (0 is nearest), and a description."""

    distance: int
    words: str

    @property
    def is_of_rack(self) -> bool:
        """Return whether this is an environment variable of the rack command line."""
        return self.distance == _OTHER_TOOLS["RS_"]

    @property
    def is_hint(self) -> bool:
        """Return whether this is an environment variable of OpenStack, which may not mean Rackspace at all."""
        return self.distance == _OTHER_TOOLS["OS_"]

    @classmethod
    def option(cls, name: str) -> Source:
        """Return the task's or lookup's own option."""
        return cls(0, f"the option {name}")

    @classmethod
    def variable(cls, name: str) -> Source:
        """Return a variable of Ansible."""
        return cls(1, f"the variable {name}")

    @classmethod
    def environment(cls, name: str) -> Source:
        """Return an environment variable."""
        return cls(_OTHER_TOOLS.get(name[:3], _ENVIRONMENT), f"the environment variable {name}")

    @classmethod
    def ini(cls, path: str) -> Source:
        """Return a file such as ansible.cfg."""
        return cls(4, f"the ini file {path}")

    @classmethod
    def credentials_file(cls, path: str, entry: str = "") -> Source:
        """Return a credentials file, or one of the entries in it."""
        of_entry = f"the entry {entry} of " if entry else ""
        return cls(5, f"{of_entry}the credentials file {path}")


class Context(NamedTuple):
    """Everything that an operation needs to know besides its options.

    sources: where the value of each given option came from.
    warn: called with each warning for the user. tell: called with what only those want to know who ask for it, and the
    verbosity at which they do (VERBOSE, DETAILED).
    fact: the fact rax_identity of the host, as it was found; for operations on the controller only.
    catalog: that of a login which the action continues with its token alone, as handed_over() writes it; for modules
    only.
    directory: that of the playbook, which relative paths mean.
    place_file: puts a new file, or the attributes of the task alone if it is None, to a path, and tells whether that
    changed anything; for modules only.
    open_store: opens the store of the settings, each of whose methods may take so many seconds; for operations on the
    controller only, since it is reached through Ansible. report_ended: called with each name of what must leave the
    store, which modules cannot reach; for modules only.
    """

    sources: Mapping[str, Source] = {}
    warn: Callable[[str], None] = _ignore_warning
    check_mode: bool = False
    diff: bool = False
    fact: object = None
    catalog: object = None
    directory: str = "."
    place_file: Callable[[str | None, str], bool] = _place_nothing
    tell: Callable[[int, str], None] = _ignore_line
    open_store: Callable[[CacheSettings, float], Store | None] = _open_nothing
    report_ended: Callable[[str], None] | None = None

    def source(self, name: str) -> Source:
        """Return where the value of an option came from."""
        return self.sources.get(name) or Source.option(name)

    def named(self, name: str) -> str:
        """Return an option as a message about its value names it."""
        return f"{name} ({self.source(name).words})"

    def named_if_given(self, name: str) -> str:
        """Return an option as named() does, or its name alone if a credentials file may have its value."""
        return self.named(name) if name in self.sources else name

    @contextmanager
    def naming_sources(self) -> Iterator[None]:
        """Have errors also say where options of the connection that they mention came from, if not from the task."""
        try:
            yield
        except IdentityError as error:
            origins = self._origins(error)
            if origins:
                error.add_sentence(origins)
            raise

    def _origins(self, error: IdentityError) -> str:
        text = str(error)
        if error.fault.sentence:
            # The service's own words mean no options.
            text = text.replace(error.fault.sentence.rstrip("."), "")
        sources = self._sources_with_ca()
        origins = [
            f"{name} came from {sources[name].words}"
            for name in ConnectionSettings._fields
            if re.search(rf"\b{name}\b", text) and name in sources
            if sources[name].distance and sources[name].words not in text
        ]
        return f"The {', the '.join(origins)}." if origins else ""

    def _sources_with_ca(self) -> Mapping[str, Source]:
        variable = ca_variable()
        return {"ca_path": Source.environment(variable), **self.sources} if variable else self.sources


class CredentialSettings(NamedTuple):
    """The group CREDENTIALS of the options table, as given: nothing is checked or completed yet."""

    username: str | None
    api_key: str | None
    password: str | None
    token: str | None
    passcode: str | None
    session_id: str | None
    totp_secret: str | None
    tenant_id: str | None
    tenant_name: str | None
    credentials_file: str | None
    cloud: str | None

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

    @property
    def verify(self) -> bool | str:
        """Return how to verify certificates: False, the path of the CA bundle to use, or True for the default one."""
        if not self.validate_certs:
            return False
        return os.path.abspath(self.ca_path) if self.ca_path else True

    @property
    def max_call_seconds(self) -> float:
        """Return how long one call can take: the last attempt starts by then, connects, and gets its response."""
        return self.retry_max_wait + 3 * self.timeout


class CacheSettings(NamedTuple):
    """The group CACHE of the options table. min_ttl is in seconds."""

    cache: bool
    cache_dir: str | None
    min_ttl: int
    cache_plugin: str | None
    cache_plugin_connection: str | None

    def __repr__(self) -> str:
        # The connection can hold a password.
        return f"CacheSettings(cache={self.cache}, cache_dir={self.cache_dir!r}, cache_plugin={self.cache_plugin!r})"


class Store(Protocol):
    """A store that controllers share, behind the token cache. Each method raises StoreError."""

    def get(self, name: str) -> str | None:
        """Return what is stored under a name, or None."""

    def set(self, name: str, text: str) -> None:
        """Store a text under a name."""

    def delete(self, name: str) -> None:
        """Remove what is stored under a name, if there is anything."""


class LoginParameters(NamedTuple):
    """The parameters of a login, and how it treats the cache and a second factor."""

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
    def from_options(cls, options: Mapping[str, Any], context: Context | None = None) -> Settings:
        """Sort options into settings; an option that a plugin does not have takes the table's default.

        context: tells where values came from, and which directory a relative path means. Raises OptionError for a
        number that is out of range.
        """
        context = context or Context()
        settings = cls(
            _with_nearest_tenant(_read(CredentialSettings, options), context),
            _with_ca_of_environment(_read(ConnectionSettings, options), context),
            _read(CacheSettings, options),
            _read(LoginParameters, options),
        )
        _check_numbers(settings.connection, settings.cache, context)
        return settings


def _with_nearest_tenant(credentials: CredentialSettings, context: Context) -> CredentialSettings:
    """Leave out the farther one of two tenants; only side by side do they exclude each other."""
    if credentials.tenant_id and credentials.tenant_name:
        id_distance, name_distance = (context.source(name).distance for name in TENANTS)
        if id_distance < name_distance:
            return credentials._replace(tenant_name=None)
        if name_distance < id_distance:
            return credentials._replace(tenant_id=None)
    return credentials


def _with_ca_of_environment(connection: ConnectionSettings, context: Context) -> ConnectionSettings:
    """Take the CA bundle that the environment names where no option gives one."""
    variable = ca_variable()
    if connection.ca_path or not variable:
        return connection
    return connection._replace(ca_path=os.path.join(context.directory, os.environ[variable]))


def _check_numbers(connection: ConnectionSettings, cache: CacheSettings, context: Context) -> None:
    def refuse(name: str, limits: str, number: object) -> OptionError:
        return OptionError(f"{context.named(name)} must be {limits}, not {number}.")

    if not 0 < connection.timeout <= _MAX_SECONDS:
        raise refuse("timeout", f"more than 0 and at most {_MAX_SECONDS} seconds", f"{connection.timeout:g}")
    if not 0 <= connection.retries <= _MAX_RETRIES:
        raise refuse("retries", f"from 0 to {_MAX_RETRIES}", connection.retries)
    if not 0 <= connection.retry_max_wait <= _MAX_SECONDS:
        raise refuse("retry_max_wait", f"from 0 to {_MAX_SECONDS} seconds", f"{connection.retry_max_wait:g}")
    if not 0 <= cache.min_ttl <= _MAX_TTL_SECONDS:
        raise refuse("min_ttl", f"from 0 to {_MAX_TTL_SECONDS} seconds", cache.min_ttl)


_Group = TypeVar("_Group", CredentialSettings, ConnectionSettings, CacheSettings, LoginParameters)


def _read(group: type[_Group], options: Mapping[str, Any]) -> _Group:
    return group(*(options.get(name, _DEFAULTS[name]) for name in group._fields))
