# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: which one a request goes through, and whether it can be used at all.

Their URLs are never shown whole: they can hold a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from .._errors import MissingLibraryError, OptionError
from .._settings import ConnectionSettings, Context
from .transport_errors import CHECK_PROXY, NoResponseError, proxy_name
from .userinfo import password_in

SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_A_PROXY = f"a URL that begins with one of {', '.join(SCHEMES)}, such as http://host:port"


def check_option(settings: ConnectionSettings, context: Context) -> None:
    """Refuse a kind of proxy that does not exist. Raises OptionError."""
    if not _is_known_kind(settings.proxy):
        raise OptionError(f"{context.named('proxy')} must be {_A_PROXY}.")


def proxies_for(url: str, option: str | None) -> dict[str, str]:
    """Return the proxies on the way to a URL by scheme: that of the option, or those of the environment."""
    if option:
        return {"http": option, "https": option}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def passwords(proxies: Mapping[str, str]) -> tuple[str, ...]:
    """Return the passwords of proxies, which a response through one of them may repeat."""
    return tuple(password for proxy in set(proxies.values()) for password in password_in(proxy))


def check_usable(proxy: str | None, host: str, option: str | None) -> None:
    """Refuse a proxy that cannot be used to reach a host: later on, it could not be told from a URL of the request.

    Raises NoResponseError, MissingLibraryError, or InvalidProxyURL of requests.
    """
    from requests.exceptions import InvalidProxyURL
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    if not proxy:
        return
    try:
        address = parse_url(proxy)
    except LocationParseError:
        raise _unusable(option, host, "it is not a URL with a host and a port") from None
    if not _is_known_kind(proxy):
        raise _unusable(option, host, f"it must be {_A_PROXY}")
    is_socks = proxy.lower().startswith("socks")
    if is_socks and not _is_installed("socks"):
        raise MissingLibraryError("PySocks")
    if address.auth and not address.host:
        # Left to requests, it ends in a TypeError.
        raise InvalidProxyURL
    if not is_socks and not _is_sendable(unquote(address.auth or "")):
        raise _unusable(option, host, "its user or password contains a character that cannot be sent in a header")


def _unusable(option: str | None, host: str, reason: str) -> NoResponseError:
    text = f"{proxy_name(option)} cannot be used to reach {host}: {reason}."
    return NoResponseError(OptionError(f"{text} {CHECK_PROXY}"))


def _is_known_kind(proxy: str | None) -> bool:
    scheme, separator, _address = (proxy or "").partition("://")
    return not separator or scheme.strip().lower() in SCHEMES


def _is_sendable(userinfo: str) -> bool:
    """Return whether user and password of a proxy can be sent in a header, which `requests` encodes as Latin-1."""
    try:
        userinfo.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _is_installed(library: str) -> bool:
    from importlib.util import find_spec

    return find_spec(library) is not None
