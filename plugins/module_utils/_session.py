# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and with which token: from the shared options to an access to the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rackspace.identity.plugins.module_utils._client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._credentials import resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection


@dataclass(frozen=True)
class Session:
    """A login that succeeded: what was asked for, where, and what came back."""

    identity_url: str
    login: Login
    access: Access


def log_in(options: Mapping[str, Any], context: Context) -> Session:
    """Log in with the shared options and the query parameters of a login.

    Raises every kind of IdentityError.
    """
    login = resolve_login(options, context)
    client = IdentityClient(str(options["identity_url"]), _connection(options))
    try:
        _warn_of_plain_http(client.url, context)
        return Session(client.url, login, client.log_in(login))
    finally:
        client.close()


def _connection(options: Mapping[str, Any]) -> Connection:
    names = ("validate_certs", "ca_path", "proxy", "timeout", "retries", "retry_max_wait")
    return Connection(**{name: options[name] for name in names})


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
