# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP on `requests`: bytes out, bytes in, and no secret in any error.

Everything that `requests` does by itself and that could send credentials elsewhere is switched off: redirects,
.netrc, and settings of the environment other than proxies and CA bundles.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from .. import _clock
from .._errors import IDENTITY, Fault, OptionError, Peer
from .._models import MfaChallenge
from .._settings import DETAILED, ConnectionSettings, Context, ca_variable
from . import proxies
from .mfa_challenge import parse_mfa_challenge
from .redaction import Redactor
from .retry import RATE_LIMITED, TRANSIENT, Retries, parse_http_date, parse_retry_after
from .sessions import Session, new_session, shared_session, unlogged
from .transport_errors import NoResponseError, cut_short, explain, invalid, proxy_refused

if TYPE_CHECKING:
    import requests

MAX_RESPONSE_BYTES = 4 * 1024 * 1024
USER_AGENT = "rackspace.identity (Ansible collection)"

_CHUNK_BYTES = 1024 * 1024
_MAX_CHUNKS = 100_000
# Far more than any service stores in one piece.
_MAX_FILE_BYTES = 1024**4
_STATUSES_WITHOUT_BODY = (204, 304)
_SECRET_HEADERS = frozenset({"set-cookie", "www-authenticate", "x-auth-token", "x-storage-token", "x-subject-token"})
# A smaller difference is due to the network and the header's whole seconds.
_MIN_SKEW_SECONDS = 30.0
# With a larger difference it is the header that is wrong, or a clock that was never set.
_MAX_SKEW_SECONDS = 24 * 3600.0


class Body(Protocol):
    """A body that is read while it is sent."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most so many; none at the end."""

    def close(self) -> None:
        """Release what it is read from."""


@dataclass(frozen=True)
class Request:
    """One request.

    repeatable: whether sending it twice has no more effect than sending it once. also_repeat_on: whether a response of
    this kind is worth another attempt. secrets: what the service may repeat in its response, but nothing may show.
    open_body: opens a body that is too large to be held, from its start for each attempt. open_sink: opens what takes a
    body of this status in place of Response.body, or returns None. retry_deadline: when no attempt may begin any more,
    on the monotonic clock.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = True
    secrets: Sequence[str] = field(default=(), repr=False)
    also_repeat_on: Callable[[Response], bool] | None = None
    open_body: Callable[[], Body] | None = None
    open_sink: Callable[[int], Callable[[bytes], object] | None] | None = None
    retry_deadline: float = float("inf")

    @property
    def host(self) -> str:
        """Return host and port, for messages: never the path, which can hold a token."""
        return host_of(self.url)


@dataclass(frozen=True)
class Response:
    """One response, read to its end. All but its body is free of the secrets of the request.

    media_type: in lower case, without parameters. fault: what an error body says. challenge: the multi-factor
    challenge of a 401. tenant_id: from the header X-Tenant-Id. retry_after: in seconds. redirect_host: where a redirect
    points. clock_skew: how many seconds the service's clock is ahead of this machine's. headers: by their names in
    lower case, without those that hold secrets. attempts: how often the request was sent.
    """

    status: int
    body: bytes = field(repr=False)
    media_type: str = ""
    request_id: str | None = None
    retry_after: float | None = None
    challenge: MfaChallenge | None = None
    tenant_id: str | None = None
    redirect_host: str | None = None
    clock_skew: float = 0.0
    fault: Fault = field(default_factory=Fault)
    headers: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 1

    @property
    def is_rate_limited(self) -> bool:
        """Return whether it is refused for now: a 413 can also mean that the request is too large."""
        if self.status == 413:
            return self.retry_after is not None or (self.fault.name or "").lower() == "overlimit"
        return self.status in RATE_LIMITED


def host_of(url: str) -> str:
    """Return host and port of a URL, for messages."""
    return urlsplit(url).netloc.rpartition("@")[2]


class BodyRules(NamedTuple):
    """Limits for the bodies of responses.

    max_bytes: how large one may be that is held in memory. min_rate: see Attempt. accepts_encoded: whether it may have
    a Content-Encoding, which is never decoded.
    """

    max_bytes: int = MAX_RESPONSE_BYTES
    min_rate: float | None = None
    accepts_encoded: bool = False


class Transport:
    """Sends requests over one session, and repeats them where that is safe and can help."""

    def __init__(
        self,
        settings: ConnectionSettings,
        read_fault: Callable[[bytes, datetime], Fault],
        peer: Peer = IDENTITY,
        rules: BodyRules | None = None,
        *,
        is_shared: bool = False,
        context: Context | None = None,
    ) -> None:
        """Take a function that reads what an error body says. Raises OptionError for settings that cannot be used.

        is_shared: whether to leave the connections to later transports of the process.
        """
        context = context or Context()
        _check_ca_path(settings, context)
        proxies.check_option(settings, context)
        self._settings = settings
        self._read_fault = read_fault
        self._peer = peer
        self._rules = rules or BodyRules()
        self._is_shared = is_shared
        self._context = context
        self._session: Session | None = None

    def close(self) -> None:
        """Close the connections unless they are shared; the transport can be used again."""
        if self._session is not None and not self._is_shared:
            self._session[0].close()
        self._session = None

    def proxy_passwords(self, url: str) -> tuple[str, ...]:
        """Return the passwords of the proxies on the way to a URL, which a response through one of them may repeat."""
        return proxies.passwords(proxies.proxies_for(url, self._settings.proxy))

    def call(self, request: Request) -> Response:
        """Return the response to a request, whatever its status, after as many attempts as make sense.

        Raises TransportError if no response arrived, and InvalidResponseError for one cut short or too large.
        """
        settings = self._settings
        retries = Retries(
            settings.retries,
            settings.retry_max_wait,
            settings.timeout,
            lambda line: self._say(request, line),
            request.retry_deadline,
        )
        for attempt in count(1):
            started = _clock.monotonic()
            try:
                response = self._send(request)
                self._say(request, f"{response.status} in {_clock.monotonic() - started:.3f} s")
            except NoResponseError as failure:
                self._say(request, f"{failure.error.kind} after {_clock.monotonic() - started:.3f} s")
                may_repeat = failure.not_sent or (request.repeatable and failure.transient)
                if may_repeat and retries.wait(None, None):
                    continue
                with self._context.naming_sources():
                    raise failure.error from None
            may_repeat = response.is_rate_limited or (request.repeatable and response.status in TRANSIENT)
            is_asked_for = request.also_repeat_on is not None and request.also_repeat_on(response)
            if (may_repeat and retries.wait(response.status, response.retry_after)) or (
                is_asked_for and retries.wait_while_time_is_left(response.status, response.retry_after)
            ):
                continue
            return replace(response, attempts=attempt)
        raise AssertionError("a loop without end")

    def _say(self, request: Request, line: str) -> None:
        # Never the path, which can hold a token.
        self._context.tell(DETAILED, f"{request.method} {request.host}: {line}")

    def _send(self, request: Request) -> Response:
        session, attempt = self._open()
        import requests
        from requests.utils import select_proxy
        from urllib3.exceptions import HTTPError, InsecureRequestWarning

        settings, body = self._settings, None
        on_the_way = proxies.proxies_for(request.url, settings.proxy)
        # Otherwise the proxy itself responds where it does not let a request through.
        is_tunneled = request.url.lower().startswith("https:")
        attempt.timeout, attempt.sent = settings.timeout, False
        attempt.max_bytes, attempt.min_rate = self._rules.max_bytes, self._rules.min_rate
        if request.open_sink:
            attempt.max_bytes = _MAX_FILE_BYTES
        try:
            proxy = select_proxy(request.url, on_the_way)
            proxies.check_usable(proxy, request.host, settings.proxy)
            with unlogged(), warnings.catch_warnings():
                # The user said validate_certs=false; a warning on standard error would only spoil the output.
                warnings.simplefilter("ignore", InsecureRequestWarning)
                headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **request.headers}
                prepared = session.prepare_request(
                    requests.Request(request.method, request.url, headers=headers, data=request.body)
                )
                if request.open_body:
                    body = request.open_body()
                    # Not left to requests, which sends an empty file without its length.
                    vars(prepared)["body"] = body
                # Not session.send: even when told to follow no redirect, it works out where the redirect leads, and
                # reads the whole response for that. And it would send the service's cookies back.
                response = session.get_adapter(request.url).send(
                    prepared,
                    timeout=(settings.timeout, settings.timeout),
                    stream=True,
                    verify=settings.verify,
                    proxies=on_the_way,
                )
            with response:
                if response.status_code == 407 and proxy and not is_tunneled:
                    raise proxy_refused(request.host, settings.proxy, "407")
                secrets = (*request.secrets, *proxies.passwords(on_the_way))
                return self._response(response, self._read_body(response, request), secrets)
        except (requests.exceptions.RequestException, HTTPError, OSError, ValueError) as exception:
            raise explain(
                exception, request.host, self._peer, settings.proxy, settings.timeout, sent=attempt.sent
            ) from None
        finally:
            if body is not None:
                body.close()

    def _open(self) -> Session:
        if self._session is None:
            self._session = shared_session(self._settings) if self._is_shared else new_session()
        return self._session

    def _read_body(self, response: requests.Response, request: Request) -> bytes:
        """Read the body, and refuse it as soon as it is too large. What goes to a sink is not returned."""
        codings = {coding.strip().lower() for coding in response.headers.get("Content-Encoding", "").split(",")}
        is_encoded = not codings <= {"", "identity"}
        sink = request.open_sink(response.status_code) if request.open_sink else None
        has_body = request.method != "HEAD" and response.status_code not in _STATUSES_WITHOUT_BODY
        if not has_body and response.raw.chunked:
            # The header only says how another response would have come (RFC 9112). Without chunks, urllib3 would wait
            # for the first one.
            return b""
        # Not a list of chunks: they may be of a byte each.
        body, size, max_bytes = bytearray(), 0, self._rules.max_bytes
        take = sink or body.extend
        for number, chunk in enumerate(response.raw.stream(_CHUNK_BYTES, decode_content=False)):
            if is_encoded and not self._rules.accepts_encoded:
                # Not by the header alone, which can be there without a body: for what a GET would return (RFC 9110).
                raise self._invalid(request, "the response is compressed, which was not asked for")
            size += len(chunk)
            if sink is None and number > _MAX_CHUNKS:
                raise self._invalid(request, f"the response comes in more than {_MAX_CHUNKS} chunks")
            if sink is None and size > max_bytes:
                raise self._invalid(request, f"the response is larger than {max_bytes // 1024**2} MiB")
            take(chunk)
        # Chunks say themselves where they end, whatever a length beside them says.
        announced = "" if response.raw.chunked else response.headers.get("Content-Length", "")
        # Older versions of urllib3 do not notice.
        if has_body and announced.isdigit() and size < int(announced):
            raise cut_short(request.host, self._peer)
        return bytes(body)

    def _invalid(self, request: Request, reason: str) -> NoResponseError:
        return invalid(request.host, reason, self._peer)

    def _response(self, response: requests.Response, body: bytes, secrets: Sequence[str]) -> Response:
        headers = {name.lower(): _as_utf8(value) for name, value in response.headers.items()}
        status = response.status_code
        now = _clock.now()
        clock_skew = _clock_skew(headers.get("date"), now)
        service_time = now + timedelta(seconds=clock_skew)
        challenge = None
        if status == 401:
            # What is sent back stays as it came.
            challenge = parse_mfa_challenge(response.headers.get("WWW-Authenticate", ""))
        if challenge and Redactor(secrets).payload(challenge.session_id) != challenge.session_id:
            # The session is returned as it is, so it cannot be one that holds the password.
            challenge = None
        redactor = Redactor((*secrets, challenge.session_id if challenge else None))
        if challenge:
            challenge = challenge._replace(factor=redactor.text(challenge.factor))
        fault = Fault() if status < 400 else _redact_fault(self._read_fault(body, service_time), redactor)
        # Cloud DNS writes Reply-After.
        retry_after = parse_retry_after(headers.get("retry-after") or headers.get("reply-after"), service_time)
        return Response(
            status=status,
            body=body,
            media_type=redactor.payload(headers.get("content-type", "").partition(";")[0].strip()).lower(),
            request_id=redactor.text(headers.get("x-openstack-request-id") or headers.get("x-trans-id")),
            retry_after=redactor.seconds(fault.retry_after if retry_after is None else retry_after),
            challenge=challenge,
            tenant_id=redactor.text(headers.get("x-tenant-id")) or None,
            # First without secrets: an "@" in one would end it.
            redirect_host=_redirect_host(redactor.text(headers.get("location"))),
            clock_skew=clock_skew,
            fault=fault,
            headers={
                # In lower case, a secret in base64 would not be recognized.
                redactor.payload(name).lower(): redactor.payload(headers[name.lower()])
                for name in response.headers
                if name.lower() not in _SECRET_HEADERS
            },
        )


def _as_utf8(value: str) -> str:
    """Return a header as it was meant: http.client reads it as Latin-1, and many services write UTF-8."""
    try:
        return value if value.isascii() else value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _redirect_host(location: str | None) -> str | None:
    try:
        return host_of(location or "") or None
    except ValueError:
        return None


def _redact_fault(fault: Fault, redactor: Redactor) -> Fault:
    return fault._replace(
        name=redactor.text(fault.name), message=redactor.text(fault.message), details=redactor.text(fault.details)
    )


def _check_ca_path(settings: ConnectionSettings, context: Context) -> None:
    path = settings.verify
    if not isinstance(path, str) or os.path.exists(path):
        return
    variable = None if "ca_path" in context.sources else ca_variable()
    if variable:
        raise OptionError(f"{variable}: the file {path} does not exist. Correct or unset this environment variable.")
    raise OptionError(
        f"{context.named('ca_path')}: the file {settings.ca_path} does not exist. Give the path of a PEM file with "
        "CA certificates."
    )


def _clock_skew(date: str | None, now: datetime) -> float:
    """Return how many seconds the clock behind a Date header is ahead of ours; 0 if that cannot be true."""
    moment = parse_http_date(date or "")
    seconds = (moment - now).total_seconds() if moment else 0.0
    return seconds if _MIN_SKEW_SECONDS <= abs(seconds) <= _MAX_SKEW_SECONDS else 0.0
