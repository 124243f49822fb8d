# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `requests` raises, in the collection's words.

The exceptions' own texts are never used: they hold the URL, and in the Identity API a URL can hold a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    IdentityError,
    InvalidResponseError,
    OptionError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._redaction import without_userinfo


class NoAnswerError(Exception):
    """A try that ended without an answer: the error to report, and whether another try could help.

    not_sent: the request never left. transient: it may have left, and the cause may pass.
    """

    def __init__(self, error: IdentityError, *, not_sent: bool = False, transient: bool = False) -> None:
        super().__init__(str(error))
        self.error, self.not_sent, self.transient = error, not_sent, transient


def invalid(host: str, reason: str) -> NoAnswerError:
    """An answer that is not worth another try; reason completes the sentence."""
    return NoAnswerError(InvalidResponseError(host, reason))


@dataclass(frozen=True)
class _Try:
    """What is known of a try that failed; causes are its exception and all behind it."""

    host: str
    proxy: str | None
    timeout: float
    causes: list[BaseException]

    @property
    def target(self) -> str:
        """The host, and the way there."""
        return f"{self.host} through the proxy {without_userinfo(self.proxy)}" if self.proxy else self.host

    def system_reason(self) -> str:
        """The operating system's word for it (": Connection refused"), where there is one."""
        for cause in self.causes:
            if isinstance(cause, OSError) and cause.errno is not None and isinstance(cause.strerror, str):
                return f": {cause.strerror}"
        return ""


def explain(exception: BaseException, host: str, proxy: str | None, timeout: float) -> NoAnswerError:
    """The failure behind an exception that a request to host ended with; timeout is in seconds."""
    from http.client import HTTPException, IncompleteRead

    import requests.exceptions as upper
    from urllib3 import exceptions as lower

    # In this order: several of these are kinds of later ones, and most of them are OSErrors.
    rules: tuple[tuple[tuple[type[BaseException], ...], Callable[[_Try], NoAnswerError]], ...] = (
        ((upper.ProxyError, lower.ProxyError, upper.InvalidProxyURL), _proxy_failed),
        ((upper.SSLError, lower.SSLError), _tls_failed),
        ((lower.NewConnectionError,), _not_connected),
        ((lower.ConnectTimeoutError,), _not_connected_in_time),
        ((lower.ReadTimeoutError, TimeoutError), _not_answered_in_time),
        ((upper.ChunkedEncodingError, IncompleteRead), _cut_short),
        ((ConnectionError,), _connection_lost),
        ((HTTPException,), _no_http),
        ((upper.ConnectionError, lower.HTTPError), _connection_lost),
    )
    this = _Try(host, proxy, timeout, list(_causes(exception)))
    for kinds, explanation in rules:
        if any(isinstance(cause, kinds) for cause in this.causes):
            return explanation(this)
    text = f"No request can be made to {host or 'the host in identity_url'}."
    return NoAnswerError(OptionError(f"{text} Check identity_url, which must look like https://host/v2.0, and proxy."))


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """The exception and all behind it; urllib3 keeps some in `reason` or among the arguments."""
    pending: list[object] = [exception]
    seen: set[int] = set()
    while pending:
        current = pending.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]


def _proxy_failed(this: _Try) -> NoAnswerError:
    name = f"The proxy {without_userinfo(this.proxy)}" if this.proxy else "The proxy of the environment"
    text = f"{name} could not be used to reach {this.host}{this.system_reason()}."
    way_out = "Check the option proxy, and the variables https_proxy and no_proxy."
    return NoAnswerError(TransportError(f"{text} {way_out}"), not_sent=True)


def _tls_failed(this: _Try) -> NoAnswerError:
    reason = next(filter(None, map(_certificate_reason, this.causes)), None)
    if reason:
        text = f"The certificate of {this.host} does not verify: {reason.rstrip('.')}."
        way_out = "Give the CA that signed it with ca_path, or check the host in identity_url."
    else:
        text = f"{this.host} and this machine agree on no TLS connection."
        way_out = "Check that identity_url begins with the right one of https:// and http://, and what ca_path holds."
    return NoAnswerError(TransportError(f"{text} {way_out}", kind="tls"))


def _certificate_reason(cause: BaseException) -> str | None:
    """Why a certificate does not verify, where that is the cause."""
    # Before version 2, urllib3 compares the names itself, and has an exception of its own for it.
    own = str(cause) if type(cause).__name__ == "CertificateError" else None
    return getattr(cause, "verify_message", own)


def _not_connected(this: _Try) -> NoAnswerError:
    text = f"{this.target} cannot be reached{this.system_reason()}."
    return NoAnswerError(TransportError(f"{text} Check identity_url, the network and proxy."), not_sent=True)


def _not_connected_in_time(this: _Try) -> NoAnswerError:
    text = f"{this.target} did not accept a connection within {this.timeout:g} seconds."
    way_out = "Check identity_url, the network and proxy, or raise timeout."
    return NoAnswerError(TransportError(f"{text} {way_out}", kind="timeout"), not_sent=True)


def _not_answered_in_time(this: _Try) -> NoAnswerError:
    text = f"{this.target} took the request and did not answer within {this.timeout:g} seconds."
    way_out = "Try again later, or raise timeout."
    return NoAnswerError(TransportError(f"{text} {way_out}", kind="timeout"), transient=True)


def _connection_lost(this: _Try) -> NoAnswerError:
    text = f"The connection to {this.target} was lost before an answer came{this.system_reason()}."
    way_out = "Try again later, or check identity_url, the network and proxy."
    return NoAnswerError(TransportError(f"{text} {way_out}"), transient=True)


def _cut_short(this: _Try) -> NoAnswerError:
    return invalid(this.host, "the answer was cut short")


def _no_http(this: _Try) -> NoAnswerError:
    return invalid(this.host, "it does not speak HTTP there")
