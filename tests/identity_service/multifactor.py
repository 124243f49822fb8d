# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of a login: sessions, passcodes, bypass codes, and the lock after too many wrong ones.

This is not thread-safe: the store holds its own lock when it calls this code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field

from identity_service.errors import ApiError, ChallengeError, forbidden, unauthorized
from identity_service.model import Factor, User

WRONG_PASSCODES_ALLOWED = 5
TOTP_STEP = 30


def totp(seed: str, now: float) -> str:
    """Return the six digits that an authenticator application shows at a time (RFC 6238, SHA-1, 30 seconds)."""
    counter = struct.pack(">Q", int(now) // TOTP_STEP)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@dataclass(frozen=True)
class Session:
    """A login that waits for its passcode; ``passcode`` is the one in the text message."""

    id: str = field(repr=False)
    user: User
    factor: Factor
    expires: float
    passcode: str | None = field(default=None, repr=False)


class MultiFactor:
    """All open sessions and the lock of each user."""

    def __init__(self) -> None:
        self.text_messages = 0
        self._sessions: dict[str, Session] = {}
        self._wrong: dict[str, int] = {}
        self._used: set[tuple[str, str]] = set()
        self._shown: dict[str, str] = {}

    def challenge(self, user: User, factor: Factor, expires: float, locked_code: int) -> ChallengeError:
        """Open a session, send a text message if the factor uses them, and return the challenge."""
        self._refuse_locked(user, locked_code)
        passcode = None
        if factor.channel == "sms":
            passcode = f"{secrets.randbelow(10_000_000):07d}"
            self.text_messages += 1
        session = Session(f"AP{secrets.token_urlsafe(120)}", user, factor, expires, passcode)
        self._sessions[session.id] = session
        return ChallengeError(session.id, factor.challenge)

    def session(self, session_id: str, now: float) -> Session:
        """Return the open session with this ID; respond with 401 if there is none."""
        session = self._sessions.get(session_id)
        if session is None or now >= session.expires:
            self._sessions.pop(session_id, None)
            raise unauthorized("The session is unknown or has expired.")
        return session

    def redeem(self, session: Session, passcode: str, now: float, locked_code: int) -> None:
        """Close the session with the right passcode; respond with 401 to a wrong one."""
        self._refuse_locked(session.user, locked_code)
        if not self._accepts(session, passcode, now):
            self._wrong[session.user.id] = self._wrong.get(session.user.id, 0) + 1
            raise unauthorized("Unable to authenticate user with the passcode provided.")
        self._wrong.pop(session.user.id, None)
        del self._sessions[session.id]

    def passcode(self, session: Session, now: float) -> str:
        """Return a passcode that is currently right, and that is meant for no other session."""
        codes = [session.passcode] if session.passcode else _current(session.factor, now)
        others = {code for session_id, code in self._shown.items() if session_id != session.id}
        code = next((code for code in codes if code not in others), codes[0])
        self._shown[session.id] = code
        return code

    def newest_session(self, user: User) -> Session | None:
        """Return the session that the user opened last."""
        return next((session for session in reversed(self._sessions.values()) if session.user.id == user.id), None)

    def _refuse_locked(self, user: User, locked_code: int) -> None:
        if self._wrong.get(user.id, 0) >= WRONG_PASSCODES_ALLOWED:
            message = "Multi-factor authentication of this user is locked: too many wrong passcodes."
            raise unauthorized(message) if locked_code == 401 else forbidden(message)

    def _accepts(self, session: Session, passcode: str, now: float) -> bool:
        is_bypass_code = passcode in session.factor.bypass_codes
        if session.passcode is not None and not is_bypass_code:
            return passcode == session.passcode
        # RFC 6238, 5.2: a passcode must not be accepted twice.
        use = (session.user.id, passcode)
        if use in self._used or not (is_bypass_code or passcode in _current(session.factor, now)):
            return False
        self._used.add(use)
        return True


def _current(factor: Factor, now: float) -> list[str]:
    """Return what an application shows: users may enter it when it has just changed, or their clock may be off."""
    return [totp(factor.seed or "", now + drift) for drift in (0, TOTP_STEP, -TOTP_STEP)]


def not_set_up() -> ApiError:
    """Create a 403: the account requires a second factor that the user does not have yet."""
    return forbidden("User must setup multi-factor")
