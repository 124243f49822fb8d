# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to one service, with the token of a login."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from .._errors import DecodeError, IdentityError, InvalidResponseError, Peer
from .._http.redaction import Redactor
from .._http.transport import BodyRules, Request, Response, Transport, host_of
from .._session.authorization import Authorization
from .._settings import ConnectionSettings, Context
from .call import GONE, Call
from .faults import read_service_fault, request_error
from .target import Target

MAX_JSON_BYTES = 32 * 1024 * 1024
"""A list of 10,000 objects with the longest names that Cloud Files allows is 12 MiB."""

WITHOUT_METHOD = (405, 501)
"""Statuses of a service that does not support a method, as some do not support HEAD."""

_MIN_BYTES_PER_SECOND = 1024.0
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Reply:
    """A response, and the URL that it came from in the end. attempts: how many requests it took."""

    response: Response
    url: str
    attempts: int


class ServiceClient:
    """A client of one endpoint. The connections to it are shared with later clients of the process.

    patience: the seconds for which one request is sent again while a rate limit refuses it.
    """

    def __init__(
        self, target: Target, authorization: Authorization, settings: ConnectionSettings, context: Context
    ) -> None:
        """Take the token to use. Raises OptionError for settings that cannot be used."""
        peer = Peer(f"the service {target.words}", "the endpoint", "path, query, headers", repeat_if_cut=True)
        rules = BodyRules(MAX_JSON_BYTES, _MIN_BYTES_PER_SECOND, accepts_encoded=True)
        self.target = target
        self.peer = peer
        self._authorization = authorization
        self.patience = settings.retry_max_wait if settings.retries > 0 else 0.0
        self._transport = Transport(settings, read_service_fault, peer, rules, is_shared=True, context=context)

    def send(self, call: Call) -> Reply:
        """Return the response to a call, if its status is a success.

        Redirects of GET and HEAD are followed, a rejected token is replaced, and the request repeated where that is
        safe. Raises every kind of IdentityError.
        """
        attempts = 0

        def send_with(token: str) -> Reply:
            nonlocal attempts
            url = call.url
            for redirects in count():
                response = self._transport.call(self._request(call, url, token))
                attempts += response.attempts
                location = response.headers.get("location")
                is_followed = call.method in ("GET", "HEAD") and response.status in _REDIRECTS and location
                if call.is_success(response.status) or not is_followed or redirects == _MAX_REDIRECTS:
                    break
                url = self.follow(location or "", url)
            if not call.is_success(response.status):
                raise request_error(f"{call.method} {self._path(url)} of {self.target.words}", response, url, call)
            return Reply(response, url, attempts)

        return self._authorization.call(send_with)

    def redactor(self) -> Redactor:
        """Return what removes the token from what the service sends, and the password of a proxy on the way to it."""
        secrets = (self._authorization.token, *self._transport.proxy_passwords(self.target.base))
        return Redactor(secrets, removes_pin=False)

    def for_message(self, text: str) -> str:
        """Return what a service says without the token and the secrets of the login, none of which a message shows."""
        return Redactor((self._authorization.token, *self._authorization.secrets)).text(text) or ""

    def find(self, call: Call) -> Reply | None:
        """Return the response to a call, or None if there is nothing at its URL, or nothing that has this method."""
        try:
            return self.send(call)
        except IdentityError as error:
            if error.status in (*GONE, *WITHOUT_METHOD):
                return None
            raise

    def follow(self, link: str, url: str) -> str:
        """Return a link in the response from a URL, on the endpoint's own origin. Raises InvalidResponseError."""
        try:
            return self.target.follow(link, url)
        except DecodeError as error:
            raise InvalidResponseError(host_of(url), str(error), self.peer) from None

    def _request(self, call: Call, url: str, token: str) -> Request:
        return Request(
            call.method,
            url,
            headers={**call.headers, "X-Auth-Token": token},
            body=call.body,
            repeatable=call.is_repeatable,
            secrets=(token, *self._authorization.secrets),
            also_repeat_on=lambda response: self._is_worth_waiting(response, call),
            open_body=call.open_body,
            open_sink=_sink_of_success(call),
            retry_deadline=call.retry_deadline,
        )

    def _is_worth_waiting(self, response: Response, call: Call) -> bool:
        """Return whether to send a call again for as long as there is time, however often.

        Where many clients share a rate limit, a few more attempts would not do for all of them.
        """
        return (self.patience > 0 and response.is_rate_limited) or _is_asked_for(response, call.retry_on)

    def _path(self, url: str) -> str:
        """Return a URL below the endpoint without its query, for messages."""
        path = url.partition("?")[0]
        base = self.target.base.rstrip("/")
        if path == base or path.startswith(f"{base}/"):
            return path[len(base) :] or "/"
        return path[len(self.target.origin) :]


def _sink_of_success(call: Call) -> Callable[[int], Callable[[bytes], object] | None] | None:
    """Return what opens the sink of a call, for successes only: an error has to be read."""
    open_sink = call.open_sink
    if open_sink is None:
        return None
    return lambda status: open_sink(status) if 200 <= status < 300 and call.is_success(status) else None


def _is_asked_for(response: Response, retry_on: Mapping[int, str]) -> bool:
    text = retry_on.get(response.status)
    if text is None:
        return False
    fault = response.fault
    return text.casefold() in " ".join(filter(None, (fault.name, fault.message, fault.details))).casefold()
