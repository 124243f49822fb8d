# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translate what `requests` raises into the collection's own errors.

The exceptions' own texts are never used: they hold the URL, and in the Identity API a URL can hold a token.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable, Tuple, Type

from .._errors import (
    IdentityError,
    InvalidResponseError,
    OptionError,
    Peer,
    TransportError,
)
from .connection import SlowPeerError
from .userinfo import without_userinfo

CHECK_PROXY = "Check the option proxy, and the variables https_proxy and no_proxy."
"""The way out where a proxy is wrong."""

_ASKS_FOR_USER = "It asks for a user and password: include them in proxy, as in http://user:password@host:port."
_TUNNEL_FAILED = re.compile(r"Tunnel connection failed: (\d{3})\b")


class NoResponseError(Exception):
    """An attempt that ended without a response: the error to report, and whether another attempt could help.

    not_sent: the request never left this machine. transient: it may have left, and the cause may pass.
    """

    def __init__(self, error: IdentityError, *, not_sent: bool = False, transient: bool = False) -> None:
        super().__init__(str(error))
        self.error, self.not_sent, self.transient = error, not_sent, transient


def invalid(host: str, reason: str, peer: Peer) -> NoResponseError:
    """Return the error for a response that is not worth another attempt; reason completes the sentence."""
    return NoResponseError(InvalidResponseError(host, reason, peer))


def cut_short(host: str, peer: Peer) -> NoResponseError:
    """Return the error for a response that broke off."""
    error = InvalidResponseError(host, "the response was cut short", peer)
    return NoResponseError(error, transient=peer.repeat_if_cut)


@dataclass(frozen=True)
class _Failure:
    """A failed attempt; causes are its exception and all exceptions behind it."""

    host: str
    peer: Peer
    proxy: str | None
    timeout: float
    sent: bool
    causes: list[BaseException]

    @property
    def target(self) -> str:
        """Name the host, and the proxy on the way there."""
        return f"{self.host} through the proxy {without_userinfo(self.proxy)}" if self.proxy else self.host

    def system_reason(self) -> str:
        """Return the operating system's words for it (": Connection refused"), or an empty string."""
        for cause in self.causes:
            if isinstance(cause, OSError) and cause.errno is not None and isinstance(cause.strerror, str):
                return f": {cause.strerror}"
        return ""


def explain(
    exception: BaseException, host: str, peer: Peer, proxy: str | None, timeout: float, *, sent: bool
) -> NoResponseError:
    """Return the error for an exception that a request to host ended with.

    timeout is in seconds. sent: whether any of the request may have reached the service.
    """
    failure = _Failure(host, peer, proxy, timeout, sent, list(_causes(exception)))
    for kinds, explanation in _rules_when_sent() if sent else _rules_when_not_sent():
        if any(isinstance(cause, kinds) for cause in failure.causes):
            return explanation(failure)
    if sent:
        return invalid(host, "its response cannot be read", peer)
    return _no_request(failure)


_Rules = Tuple[Tuple[Tuple[Type[BaseException], ...], Callable[[_Failure], NoResponseError]], ...]


def _rules_when_sent() -> _Rules:
    # The order matters: several of these are subclasses of later ones, and most are OSErrors.
    import requests.exceptions as upper
    from urllib3 import exceptions as lower

    return (
        ((SlowPeerError,), _not_taken_in_time),
        ((lower.ReadTimeoutError, socket.timeout, TimeoutError), _no_response_in_time),
        ((upper.ChunkedEncodingError, http.client.IncompleteRead, lower.InvalidChunkLength), _cut_short),
        ((ConnectionError, upper.SSLError, lower.SSLError, ssl.SSLError), _connection_lost),
        ((lower.InvalidHeader, ValueError, http.client.HTTPException), _not_http),
        ((lower.ProtocolError,), _not_http_or_lost),
        ((upper.ConnectionError, lower.HTTPError, OSError), _connection_lost),
    )


def _rules_when_not_sent() -> _Rules:
    import requests.exceptions as upper
    from urllib3 import exceptions as lower

    return (
        # Of the host or of the proxy.
        ((socket.timeout,), _not_connected_in_time),
        ((upper.ProxyError, lower.ProxyError, upper.InvalidProxyURL), _proxy_failed),
        ((upper.SSLError, lower.SSLError, ssl.SSLError), _tls_failed),
        ((lower.NewConnectionError,), _not_connected),
        ((lower.ConnectTimeoutError, lower.ReadTimeoutError, TimeoutError), _not_connected_in_time),
        ((upper.InvalidURL, upper.InvalidSchema, upper.InvalidHeader, lower.LocationValueError), _no_request),
        ((upper.ConnectionError, lower.HTTPError, http.client.HTTPException, OSError), _not_connected),
    )


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all behind it; urllib3 keeps some in `reason` or among the arguments."""
    pending: list[object] = [exception]
    seen: set[int] = set()
    while pending:
        current = pending.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]


def _no_request(failure: _Failure) -> NoResponseError:
    text = f"No request can be made to {failure.host or f'the host in {failure.peer.address}'}."
    return NoResponseError(OptionError(f"{text} Check {failure.peer.request} and proxy."))


def _proxy_failed(failure: _Failure) -> NoResponseError:
    if any(isinstance(cause, socket.timeout) and cause.errno is None for cause in failure.causes):
        # Before version 2, urllib3 blames a connection that takes too long on the proxy.
        return _not_connected_in_time(failure)
    status = next(filter(None, map(_tunnel_status, failure.causes)), None)
    if status:
        return proxy_refused(failure.host, failure.proxy, status, not_sent=True)
    text = f"{proxy_name(failure.proxy)} could not be used to reach {failure.host}{failure.system_reason()}."
    return NoResponseError(TransportError(f"{text} {CHECK_PROXY}"), not_sent=True)


def proxy_refused(host: str, proxy: str | None, status: str, *, not_sent: bool = False) -> NoResponseError:
    """Return the error for a proxy that does not let a request through. proxy: None for that of the environment."""
    way_out = CHECK_PROXY
    if status == "407":
        way_out = _ASKS_FOR_USER
    text = f"{proxy_name(proxy)} refused to connect to {host} with {status}."
    return NoResponseError(TransportError(f"{text} {way_out}"), not_sent=not_sent)


def proxy_name(proxy: str | None) -> str:
    """Return a proxy as the subject of a sentence, without its password; proxy as in proxy_refused."""
    return f"The proxy {without_userinfo(proxy)}" if proxy else "The proxy of the environment"


def _tunnel_status(cause: BaseException) -> str | None:
    """Return the status with which a proxy refused CONNECT; http.client has it only in the text."""
    match = _TUNNEL_FAILED.match(str(cause)) if isinstance(cause, OSError) else None
    return match.group(1) if match else None


def _tls_failed(failure: _Failure) -> NoResponseError:
    reason = next(filter(None, map(_certificate_reason, failure.causes)), None)
    if reason:
        text = f"The certificate of {failure.host} cannot be verified: {reason.rstrip('.')}."
        way_out = f"Give the CA that signed it with ca_path, or check the host in {failure.peer.address}."
    else:
        text = f"{failure.host} and this machine cannot agree on a TLS connection."
        address = failure.peer.address
        way_out = f"Check whether {address} should begin with https:// or http://, and what ca_path contains."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="tls"))


def _certificate_reason(cause: BaseException) -> str | None:
    """Return why a certificate cannot be verified, or None if that is not the cause."""
    # Before version 2, urllib3 compares the host names itself, with an exception of its own.
    own = str(cause) if type(cause).__name__ == "CertificateError" else None
    return getattr(cause, "verify_message", own)


def _not_connected(failure: _Failure) -> NoResponseError:
    if any(type(cause).__name__ == "SOCKS5AuthError" for cause in failure.causes):
        text = f"{proxy_name(failure.proxy)} refused to connect to {failure.host}."
        return NoResponseError(TransportError(f"{text} {_ASKS_FOR_USER}"), not_sent=True)
    text = f"{failure.target} cannot be reached{failure.system_reason()}."
    return NoResponseError(
        TransportError(f"{text} Check {failure.peer.address}, the network and proxy."), not_sent=True
    )


def _not_connected_in_time(failure: _Failure) -> NoResponseError:
    text = f"{failure.target} did not accept a connection within {failure.timeout:g} seconds."
    way_out = f"Check {failure.peer.address}, the network and proxy, or raise timeout."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="timeout"), not_sent=True)


def _no_response_in_time(failure: _Failure) -> NoResponseError:
    limit = f"{failure.timeout:g} seconds"
    text = f"{failure.target} received the request but did not complete its response within {limit}."
    way_out = "Try again later, or raise timeout."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="timeout"), transient=True)


def _not_taken_in_time(failure: _Failure) -> NoResponseError:
    text = f"{failure.target} stopped taking the request for {failure.timeout:g} seconds, or takes it too slowly."
    way_out = "Try again later, or raise timeout."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="timeout"), transient=True)


def _connection_lost(failure: _Failure) -> NoResponseError:
    text = f"The connection to {failure.target} was lost before a response arrived{failure.system_reason()}."
    way_out = f"Try again later, or check {failure.peer.address}, the network and proxy."
    return NoResponseError(TransportError(f"{text} The request may have been received. {way_out}"), transient=True)


def _cut_short(failure: _Failure) -> NoResponseError:
    return cut_short(failure.host, failure.peer)


def _not_http_or_lost(failure: _Failure) -> NoResponseError:
    # urllib3 has one exception for what it refuses and for what the operating system reports.
    return _connection_lost(failure) if failure.system_reason() else _not_http(failure)


def _not_http(failure: _Failure) -> NoResponseError:
    return invalid(failure.host, "the server does not speak HTTP", failure.peer)
