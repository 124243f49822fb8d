# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open a client for the connection settings. Imported only when a request is sent: most tasks find a cached token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from .._settings import ConnectionSettings, Context
from .base_client import BaseClient
from .client import IdentityClient
from .client_v11 import IdentityClientV11

CLIENTS: dict[str, type[IdentityClient | IdentityClientV11]] = {
    "v2.0": IdentityClient,
    "v1.1": IdentityClientV11,
}
"""The client for each api_version."""

_Client = TypeVar("_Client", bound=BaseClient)


@contextmanager
def open_client(
    client_class: type[_Client], settings: ConnectionSettings, context: Context, secrets: Sequence[str] = ()
) -> Iterator[_Client]:
    """Open a client of the identity service; its connections end with the block. secrets: those of the login.

    Raises OptionError for settings that cannot be used.
    """
    client = client_class(settings, context, secrets)
    try:
        _warn_of_plain_http(client.url, context)
        with context.naming_sources():
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
        # A name can point anywhere: 127.example.com is one.
        return False
