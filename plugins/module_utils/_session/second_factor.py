# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answer the second step of a login as an authenticator application does, with passcodes of RFC 6238."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from .. import _clock
from .._errors import MfaRequiredError, MissingLibraryError, OptionError, ServiceError
from .._models import Access, LoginRequest, MfaChallenge, Passcode
from .._settings import VERBOSE, Context
from .credential_values import MAX_PASSCODE_PERIOD_SECONDS

_SCHEME = "otpauth://"
_SEPARATORS = str.maketrans("", "", " \t\r\n-\xa0\u200b")
_DIGESTS = {"SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
_DIGITS = (6, 7, 8)
# So that the next passcode is certainly current where clocks are told in whole seconds.
_MARGIN_SECONDS = 1.0


class LoginClient(Protocol):
    """What both clients of the identity service offer."""

    def log_in(self, request: LoginRequest) -> Access:
        """Return a token for the credentials."""


class Authenticator:
    """Knows the secret of an authenticator application, and so its passcode at any time."""

    def __init__(self, secret: str, context: Context) -> None:
        """Take the secret as the service shows it: base32, with blanks and in any case, or an otpauth:// URI.

        Raises OptionError for anything else, and MissingLibraryError without pyotp.
        """
        self.source = context.named("totp_secret")
        totp = _read_secret(secret, self.source)
        self._period = float(totp.interval)
        self._passcode_at: Callable[[int], str] = totp.at

    def passcode(self, seconds: float) -> str:
        """Return the passcode at a time, in seconds since 1970."""
        return self._passcode_at(int(seconds))

    def next_passcode_at(self, seconds: float) -> float:
        """Return when the passcode after that of a time is current."""
        return seconds - seconds % self._period + self._period + _MARGIN_SECONDS


def _read_secret(secret: str, source: str) -> Any:
    try:
        import pyotp
    except ImportError:
        raise MissingLibraryError("pyotp") from None

    class Totp(pyotp.TOTP):
        # The service chose the secret, however short it is.
        min_secret_length_bits = 0

    problem = "must be base32 text or an otpauth:// URI, as the service shows it"
    given = {"secret": secret}
    try:
        if secret.lower().startswith(_SCHEME):
            uri = urlsplit(secret)
            given = dict(parse_qsl(uri.query))
            if uri.netloc.lower() == "hotp":
                problem = "must be for passcodes that change with the time, not for those that are counted (hotp)"
            if uri.netloc.lower() != "totp":
                raise OptionError(f"{source} {problem}.")
        period, digits = int(given.get("period", "30")), int(given.get("digits", "6"))
        key = given["secret"].translate(_SEPARATORS).rstrip("=")
        digest = getattr(hashlib, _DIGESTS[given.get("algorithm", "SHA1").upper()])
        if key and 0 < period <= MAX_PASSCODE_PERIOD_SECONDS and digits in _DIGITS:
            totp = Totp(key, interval=period, digits=digits, digest=digest)
            # Older versions of pyotp look at the secret only when it is needed.
            totp.at(0)
            return totp
    except (KeyError, TypeError, ValueError):
        # The exception's own text may show the secret.
        pass
    raise OptionError(f"{source} {problem}.")


def secrets_in(secret: str) -> tuple[str, ...]:
    """Return what must not be shown of the secret of an application: all of it, and the key in it."""
    key = dict(parse_qsl(secret.partition("?")[2])).get("secret", secret)
    return (secret, key, key.translate(_SEPARATORS))


def log_in(
    client: LoginClient, request: LoginRequest, authenticator: Authenticator, context: Context
) -> tuple[Access, bool]:
    """Log in and answer a second factor. Return the access, and whether a passcode was needed for it.

    A refused passcode has perhaps been used before, and the next one follows, once: too many wrong ones lock the user.
    Raises every kind of IdentityError that a login can end with.
    """
    try:
        return client.log_in(request), False
    except MfaRequiredError as error:
        if not error.challenge:
            raise
        challenge = error.challenge

    def answer(seconds: float) -> Access:
        passcode = Passcode(challenge.session_id, authenticator.passcode(seconds))
        return client.log_in(request._replace(credentials=passcode))

    started = _service_time(challenge)
    try:
        return answer(started), True
    except ServiceError as error:
        if error.kind != "unauthorized":
            raise
    following = authenticator.next_passcode_at(started)
    wait = max(0.0, following - _service_time(challenge))
    context.tell(
        VERBOSE,
        f"The passcode was refused, perhaps because it had been used before; trying the next one in {wait:.0f} seconds",
    )
    _clock.sleep(wait)
    try:
        return answer(max(following, _service_time(challenge))), True
    except ServiceError as error:
        if error.kind != "unauthorized":
            raise
        said = f": {error.fault.sentence.rstrip('.')}" if error.fault.sentence else ""
        raise error.with_message(
            f"Logging in with a second factor failed: the service refused two passcodes in a row{said}. Check "
            f"{authenticator.source} and the clock of this machine. Too many wrong passcodes lock the account."
        ) from None


def _service_time(challenge: MfaChallenge) -> float:
    """Return the time at the service, which decides what passcode is right, in seconds since 1970."""
    return _clock.now().timestamp() + challenge.clock_skew
