# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translate what `requests` raises into the collection's own errors.

The exceptions' own texts are never used: they hold the URL, and in the Identity API a URL can hold a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .._errors import (
    IdentityError,
    InvalidResponseError,
    OptionError,
    TransportError,
)
from .redaction import without_userinfo


class NoResponseError(Exception):
    """An attempt that ended without a response: the error to report, and whether another attempt could help.

    not_sent: the request never left this machine. transient: it may have left, and the cause may pass.
    """

    def __init__(self, error: IdentityError, *, not_sent: bool = False, transient: bool = False) -> None:
        super().__init__(str(error))
        self.error, self.not_sent, self.transient = error, not_sent, transient


def invalid(host: str, reason: str) -> NoResponseError:
    """Return the error for a response that is not worth another attempt; reason completes the sentence."""
    return NoResponseError(InvalidResponseError(host, reason))


@dataclass(frozen=True)
class _Attempt:
    """A failed attempt; causes are its exception and all exceptions behind it."""

    host: str
    proxy: str | None
    timeout: float
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


def explain(exception: BaseException, host: str, proxy: str | None, timeout: float) -> NoResponseError:
    """Return the error for an exception that a request to host ended with; timeout is in seconds."""
    from http.client import HTTPException, IncompleteRead

    import requests.exceptions as upper
    from urllib3 import exceptions as lower

    # The order matters: several of these are subclasses of later ones, and most are OSErrors.
    rules: tuple[tuple[tuple[type[BaseException], ...], Callable[[_Attempt], NoResponseError]], ...] = (
        ((upper.ProxyError, lower.ProxyError, upper.InvalidProxyURL), _proxy_failed),
        ((upper.SSLError, lower.SSLError), _tls_failed),
        ((lower.NewConnectionError,), _not_connected),
        ((lower.ConnectTimeoutError,), _not_connected_in_time),
        ((lower.ReadTimeoutError, TimeoutError), _no_response_in_time),
        ((upper.ChunkedEncodingError, IncompleteRead), _cut_short),
        ((ConnectionError,), _connection_lost),
        ((HTTPException,), _not_http),
        ((upper.ConnectionError, lower.HTTPError), _connection_lost),
    )
    attempt = _Attempt(host, proxy, timeout, list(_causes(exception)))
    for kinds, explanation in rules:
        if any(isinstance(cause, kinds) for cause in attempt.causes):
            return explanation(attempt)
    text = f"No request can be made to {host or 'the host in identity_url'}."
    way_out = "Check identity_url, which must look like https://host/v2.0, and proxy."
    return NoResponseError(OptionError(f"{text} {way_out}"))


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


def _proxy_failed(attempt: _Attempt) -> NoResponseError:
    name = f"The proxy {without_userinfo(attempt.proxy)}" if attempt.proxy else "The proxy of the environment"
    text = f"{name} could not be used to reach {attempt.host}{attempt.system_reason()}."
    way_out = "Check the option proxy, and the variables https_proxy and no_proxy."
    return NoResponseError(TransportError(f"{text} {way_out}"), not_sent=True)


def _tls_failed(attempt: _Attempt) -> NoResponseError:
    reason = next(filter(None, map(_certificate_reason, attempt.causes)), None)
    if reason:
        text = f"The certificate of {attempt.host} cannot be verified: {reason.rstrip('.')}."
        way_out = "Give the CA that signed it with ca_path, or check the host in identity_url."
    else:
        text = f"{attempt.host} and this machine cannot agree on a TLS connection."
        way_out = "Check whether identity_url should begin with https:// or http://, and what ca_path holds."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="tls"))


def _certificate_reason(cause: BaseException) -> str | None:
    """Return why a certificate cannot be verified, or None if that is not the cause."""
    # Before version 2, urllib3 compares the host names itself, with an exception of its own.
    own = str(cause) if type(cause).__name__ == "CertificateError" else None
    return getattr(cause, "verify_message", own)


def _not_connected(attempt: _Attempt) -> NoResponseError:
    text = f"{attempt.target} cannot be reached{attempt.system_reason()}."
    return NoResponseError(TransportError(f"{text} Check identity_url, the network and proxy."), not_sent=True)


def _not_connected_in_time(attempt: _Attempt) -> NoResponseError:
    text = f"{attempt.target} did not accept a connection within {attempt.timeout:g} seconds."
    way_out = "Check identity_url, the network and proxy, or raise timeout."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="timeout"), not_sent=True)


def _no_response_in_time(attempt: _Attempt) -> NoResponseError:
    text = f"{attempt.target} took the request and did not respond within {attempt.timeout:g} seconds."
    way_out = "Try again later, or raise timeout."
    return NoResponseError(TransportError(f"{text} {way_out}", kind="timeout"), transient=True)


def _connection_lost(attempt: _Attempt) -> NoResponseError:
    text = f"The connection to {attempt.target} was lost before a response arrived{attempt.system_reason()}."
    way_out = "Try again later, or check identity_url, the network and proxy."
    return NoResponseError(TransportError(f"{text} {way_out}"), transient=True)


def _cut_short(attempt: _Attempt) -> NoResponseError:
    return invalid(attempt.host, "the response was cut short")


def _not_http(attempt: _Attempt) -> NoResponseError:
    return invalid(attempt.host, "the server does not speak HTTP")
