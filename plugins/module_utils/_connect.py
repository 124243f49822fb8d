# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the shared options to a client. Imported where a request is really sent: most tasks find their token kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ansible_collections.rackspace.identity.plugins.module_utils._client import Connected, IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access, Login
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._transport import Connection

_Client = TypeVar("_Client", bound=Connected)


def log_in(login: Login, options: Mapping[str, Any], context: Context) -> Access:
    """A new login, in the version of the API that the options name. Raises what the clients raise."""
    if options["api_version"] == "v1.1":
        with connected(IdentityClientV11, options, context) as client_v11:
            return client_v11.log_in(login)
    with connected(IdentityClient, options, context) as client:
        return client.log_in(login)


@contextmanager
def connected(version: type[_Client], options: Mapping[str, Any], context: Context) -> Iterator[_Client]:
    """A client of the service that the shared options name; its connections end with the block."""
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
