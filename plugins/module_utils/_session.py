# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and with which token: from the shared options to an access to the services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ansible_collections.rackspace.identity.plugins.module_utils._client import Connected, IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import own_token, resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection

_Client = TypeVar("_Client", bound=Connected)


@dataclass(frozen=True)
class Session:
    """A login that succeeded: what was asked for, where, and what came back."""

    identity_url: str
    login: Login
    access: Access


@dataclass(frozen=True)
class Caller:
    """Somebody who asks the service about tokens: a client, and the token to ask with."""

    client: IdentityClient
    token: str = field(repr=False)


def log_in(options: Mapping[str, Any], context: Context) -> Session:
    """Log in with the shared options and the query parameters of a login.

    Raises every kind of IdentityError.
    """
    login = resolve_login(options, context)
    if options["api_version"] == "v1.1":
        with _connected(IdentityClientV11, options, context) as client_v11:
            return Session(client_v11.url, login, client_v11.log_in(login))
    with _connected(IdentityClient, options, context) as client:
        return Session(client.url, login, client.log_in(login))


@contextmanager
def caller(options: Mapping[str, Any], context: Context, subject: str | None = None) -> Iterator[Caller]:
    """Somebody who can ask about the token subject: the token in the options as it is, or the one of a login.

    Where there is neither, the subject asks about itself. Raises every kind of IdentityError.
    """
    if options["api_version"] == "v1.1":
        raise OptionError("The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens.")
    token, login = own_token(options, context), None
    if token is None:
        try:
            login = resolve_login(options, context)
        except MissingCredentialsError:
            # Somebody who began to say who is asking is told what is missing.
            if subject is None or any(options[name] for name in ("credentials_file", "passcode", "session_id")):
                raise
            token = subject
    with _connected(IdentityClient, options, context) as client:
        if login:
            token = client.log_in(login).token.id
        yield Caller(client, token or "")


@contextmanager
def _connected(version: type[_Client], options: Mapping[str, Any], context: Context) -> Iterator[_Client]:
    names = ("validate_certs", "ca_path", "proxy", "timeout", "retries", "retry_max_wait")
    connection = Connection(**{name: options[name] for name in names})
    client = version(str(options["identity_url"]), connection, options["wire_format"])
    try:
        _warn_of_plain_http(client.url, context)
        yield client
    finally:
        client.close()


def _warn_of_plain_http(url: str, context: Context) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        context.warn(f"The credentials go to {parts.netloc} over plain http, where others can read them; use https.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        # A name, which can be anybody's: 127.example.com is one.
        return False
