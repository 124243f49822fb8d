# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what the value of a credential can be, and cut off what cannot belong to it."""

from __future__ import annotations

from typing import Any

from .._errors import OptionError
from .._models import MAX_TOKEN_BYTES
from .._settings import Context
from .._text import INVISIBLE

# Also those that word processors, chats and Markdown make of them.
_QUOTES = frozenset(
    {'""', "''", "``", "\u201c\u201d", "\u2018\u2019", "\u201d\u201d", "\u2019\u2019", "\xab\xbb", "\xbb\xab"}
    | {"\u201e\u201c", "\u201e\u201d", "\u201a\u2018", "\u201a\u2019", "\u2039\u203a", "\u203a\u2039"}
)
_KEYS_AND_TOKENS = frozenset({"api_key", "token", "subject_token", "session_id", "passcode", "totp_secret"})

# Blanks stay: they are seen, and pages do not put them between letters.
_WITHOUT_INVISIBLE = {ord(character): None for character in INVISIBLE if not character.isspace()}

_MAX_BYTES = {
    **dict.fromkeys(("api_key", "password", "passcode", "session_id", "totp_secret"), 4096),
    **dict.fromkeys(("token", "subject_token"), MAX_TOKEN_BYTES),
}

MAX_PASSCODE_PERIOD_SECONDS = 300
"""How long an authenticator application may show one passcode; 30 seconds are usual."""

SECRETS_AND_NAMES = frozenset(
    {"username", "api_key", "password", "token", "passcode", "session_id", "totp_secret", "subject_token"}
)
"""Options whose value must be a string exactly as it was written."""

NO_CONTEXT = Context()


def clean(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a value as a plain string without what cannot belong to it, or None if it is empty.

    That is blanks and invisible characters around it, and, with a warning, quotes around a key or token and invisible
    characters within one. Passwords are left as they are. Raises OptionError, naming the option and its source, for a
    value that no request can carry.
    """
    if value is None:
        return None
    text = str(value)
    if name != "password":
        text = text.strip(INVISIBLE)
    if name in _KEYS_AND_TOKENS:
        text = _bare(text, name, context)
    # RAX_REGION of the former inventory script was a list, or all of them.
    if name == "default_region" and ("," in text or text.lower() == "all"):
        raise OptionError(f"{context.named(name)} must be a single region, not a list and not all of them.")
    if text == "USE_KEYRING":
        raise OptionError(
            f"{context.named(name)} is USE_KEYRING, but keyrings are not read. Give what is in it, "
            "such as lookup('community.general.keyring', 'pyrax USERNAME')."
        )
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise OptionError(f"{context.named(name)} is not valid UTF-8. Check how it was written.") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        problem = f"{context.named(name)} contains a line break or control character."
        raise OptionError(f"{problem} Check how it was copied.")
    limit = _MAX_BYTES.get(name)
    if limit and size > limit:
        raise OptionError(
            f"{context.named(name)} has {size} bytes, but at most {limit} are allowed. Check what was copied."
        )
    return text or None


def _bare(text: str, name: str, context: Context) -> str:
    """Return a key or token without quotes around it and invisible characters within, and warn of them."""
    if _is_quoted(text):
        # Shells, files of variables and YAML each may add some of their own.
        while _is_quoted(text):
            text = text[1:-1].strip(INVISIBLE)
        context.warn(f"The quotes around {context.named(name)} are not part of it and were left out.")
    seen = text.translate(_WITHOUT_INVISIBLE)
    if seen != text:
        context.warn(f"The invisible characters within {context.named(name)} are not part of it and were left out.")
    return seen


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES


def clean_token(value: Any, name: str, context: Context = NO_CONTEXT) -> str | None:
    """Return a token as a plain string, or None if it is empty. Raises OptionError for one that cannot be a token."""
    token = clean(value, name, context)
    # They survive quoting, and would change which resource a URL names.
    if token is not None and not token.strip("."):
        raise OptionError(f"{context.named(name)} is not a token.")
    return token
