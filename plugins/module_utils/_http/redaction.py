# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove secrets from what a service says: it may repeat what it was sent, in any encoding.

Every character of a secret is recognized plain, percent-encoded (any number of times), as an XML entity, and escaped as
in JSON or C; the whole secret also in the other case, in hexadecimal and in base64, at any position of encoded text,
and broken into lines. Where a secret of more than 128 characters begins, the rest of the text is removed with it.
"""

from __future__ import annotations

import base64
import json
import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html.entities import html5
from typing import Any
from urllib.parse import unquote

from .._errors import DecodeError
from .._options import MASK
from .._text import encodable, one_line

_MAX_CHARACTERS = 500
# Text is cut to this before it is searched: a service may send megabytes.
_MAX_SEARCHED = 8000
_MAX_DEPTH = 100
_CONTAINERS = frozenset({dict, list})
_TOO_DEEP = "the response is nested too deeply"
# Shorter secrets appear by chance in names and URLs, which users rely on; only a value that equals one is replaced.
MIN_SECRET_IN_VALUES = 8
_MIN_SECRET_IN_BASE64 = 6
# Shorter waits are usual, and equal a secret by chance.
_MIN_SECRET_SECONDS = 1000
# Each character takes up to a millisecond and four KiB. Of a longer secret, the beginning is recognized.
_MAX_RECOGNIZED = 128

# What JSON writes for quotes, line breaks and characters outside ASCII: no secret in ASCII contains any of these, and
# neither does its encoding. Halves of characters are left out, since not every reader can encode them.
_ESCAPES_ELSEWHERE = re.compile(r"\\(?:[\"nrt]|u(?:00[89A-Fa-f]|0[1-9A-Fa-f]|[1-9A-Ca-cE-Fe-f]|[Dd][0-7]))")
# phonePin and support_pin with whatever follows, but not phonePinState; and names that end in PIN, PINs, PIN code, and
# the like.
_SUPPORT_PIN = re.compile(
    r"(?i:(?:phone|support)[^a-z]*pin(?![^a-z]*state[^a-z]*$))"
    r"|(?:(?i:(?:^|[^a-z])p)|[a-z]P)(?i:in(?:s|[^a-z]*(?:code|number|value)s?)?[^a-z]*$)"
)
# {"attribute": "RAX-AUTH:phonePin", "v": "914737"}: whatever the members are called, its digits are the PIN.
_NAME_OF_PIN = re.compile(r"(?:[a-z-]+:)?(?:phone|support)[\W_]*pin", re.IGNORECASE)
# {"name": "user PIN", "value": "914737"}
_NAMING = frozenset({"name", "key", "type", "id", "field", "attribute", "label", "@name"})
_NAMED = frozenset({"value", "values", "code", "text", "content", "#text"})
# Up to twenty signs, as they are or encoded for a URL, HTML or JSON, and tags.
_SIGNS = r"(?:</?\w{1,10}>|%(?:25)*[0-9a-f]{2}|&(?:amp;)*#?\w{1,6};|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt])|[\W_]){0,20}"
_DIGITS = "[0-9](?:[ .-]?[0-9]){3,11}"
_WORDS = "is|are|was|will|be|has|been|now|set|reset|changed|to|code|number|value|for|your|the|new|phone|support"
# {\"phonePin\": \"914737\"} in a string, userPin=914737, "your PIN for phone support is 914 737"; but not /pin-1234/,
# which is part of a URL.
_PIN_IN_TEXT = re.compile(
    rf"((?:(?:phone|support){_SIGNS}|(?<![^\W_])(?<![/.-])|(?-i:(?<=[a-z])(?=P)))pins?{_SIGNS}"
    rf"(?:(?:{_WORDS}){_SIGNS}){{0,6}}){_DIGITS}",
    re.IGNORECASE,
)
_PIN_ALONE = re.compile(rf"[\W_]*{_DIGITS}[\W_]*")
_MAX_DIGITS = 100
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_BACKSLASHES_OR_CHARACTER = re.compile(r"\\+|.", re.DOTALL)
# Escaping four times makes sixteen of one. Without a limit, thousands of backslashes would take hours to search.
_MAX_BACKSLASHES = 16
# Backslashes that begin a secret are looked for where backslashes begin, and taken with all that precede them there:
# to try them anew at each would take as long.
_BEFORE_BACKSLASHES = r"(?<!\\)(?<!%5[cC])(?<!%255[cC])"
_PERCENT = "%(?:25)*"
# What other encodings begin with may be percent-encoded in turn, as where the body of a request is shown in a URL.
_BACKSLASHES = (r"\\", f"{_PERCENT}5[cC]")
_ESCAPE = f"(?:{'|'.join(rf'(?:{one}){{1,{_MAX_BACKSLASHES}}}(?!{one})' for one in _BACKSLASHES)})"
_HASH, _SEMICOLON = f"(?:#|{_PERCENT}23)", f"(?:;|{_PERCENT}3[bB])"
_ENTITY = f"(?:&|{_PERCENT}26)(?:amp{_SEMICOLON})*"
# Every character that is encoded by itself takes at least one of these.
_SIGNS_OF_ENCODINGS = "%&\\"
# With more, most texts contain some part of a secret by chance.
_MAX_SIGNS = 8
_ENTITIES: dict[str, list[str]] = {}
for _name, _characters in html5.items():
    if _name.endswith(";"):
        _ENTITIES.setdefault(_characters, []).append(_name[:-1])
_SHORT_ESCAPES = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}


class Redactor:
    """Replaces a set of secrets, and the usual encodings of them, in text and in decoded payloads."""

    def __init__(self, secrets: Iterable[str | None], *, removes_pin: bool = True) -> None:
        """Take the secrets of one call; empty ones are ignored. removes_pin: whether to leave out the support PIN."""
        self._removes_pin = removes_pin
        # Longest first: a secret inside another one must not leave the rest of the longer one behind.
        self._secrets = tuple(sorted({secret for secret in secrets if secret}, key=len, reverse=True))
        self._long_secrets = tuple(secret for secret in self._secrets if len(secret) >= MIN_SECRET_IN_VALUES)
        # No encoding is shorter than what it encodes, normal forms aside.
        beginnings = [secret[:_MAX_RECOGNIZED] for secret in self._long_secrets]
        self._shortest = min((len(form) for beginning in beginnings for form in _spellings(beginning)), default=0)
        self._whole_values = {secret.casefold() for secret in self._secrets}
        digits = (secret for secret in self._secrets if secret.isascii() and secret.isdigit())
        self._numbers = {int(secret) for secret in digits if len(secret) <= _MAX_DIGITS}

    def text(self, value: str | None) -> str | None:
        """Return the text on one line of at most 500 characters, without the secrets; None stays None."""
        if value is None:
            return None
        is_cut = len(value) > _MAX_SEARCHED
        value = _without(self._secrets, value[:_MAX_SEARCHED])
        if self._removes_pin:
            value = _PIN_IN_TEXT.sub(rf"\1{MASK}", value)
        if is_cut:
            # The beginning of a secret may stand at the end.
            value = value[: len(value) // 2]
        return one_line(value, _MAX_CHARACTERS)

    def json(self, body: bytes) -> Any:
        """Return a document in JSON decoded, as payload() returns it. Raises ValueError and RecursionError too.

        To search every string of a long list takes ten times as long as to read it. So the document is searched as a
        whole first, and only one that may contain a secret is searched again.
        """
        if self._removes_pin or not self._is_clean(body):
            return self.payload(json.loads(body))
        payload = json.loads(body, parse_constant=lambda _name: None, parse_float=_finite)
        _check_depth(payload)
        return payload

    def _is_clean(self, body: bytes) -> bool:
        """Return whether no string in a document can contain a secret, in any encoding, or half a character."""
        if json.detect_encoding(body) != "utf-8":
            return False
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        if "\\" in text:
            if _may_contain_broken(self._long_secrets, re.sub(r"\\[nrt]", "\n", text)):
                return False
            text = _ESCAPES_ELSEWHERE.sub("?", text)
        if "\\" in text:
            # Part of a secret, or half a character, which matters without any secret too.
            return False
        forms = _plain_forms(self._long_secrets)
        return all(map(_is_written_as_it_is, forms)) and not _may_contain(self._long_secrets, text)

    def payload(self, value: Any, depth_left: int = _MAX_DEPTH) -> Any:
        """Return a decoded payload without the secrets and the support PIN, in text that every reader can encode.

        Raises DecodeError if it is nested more than 100 levels deep, which readers of the result could not handle.
        """
        if isinstance(value, str):
            return self._value(value)
        if not isinstance(value, (dict, list)):
            # JSON has neither, and Python would write them back.
            return None if isinstance(value, float) and not math.isfinite(value) else self._number(value)
        if depth_left == 0:
            raise DecodeError(_TOO_DEEP)
        if isinstance(value, list):
            items = _without_named_pin(value) if self._removes_pin else value
            return [self.payload(item, depth_left - 1) for item in items]
        return {
            self._value(key): self.payload(item, depth_left - 1)
            for key, item in (_without_pin(value) if self._removes_pin else value).items()
        }

    def unknown(self, value: Any) -> Any:
        """Return a part of a cleaned payload that nothing is known about, without values that equal a short secret too.

        Elsewhere these stay: a password can be the name of a region.
        """
        if isinstance(value, dict):
            return {self.unknown(key): self.unknown(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.unknown(item) for item in value]
        if isinstance(value, str):
            return MASK if value.strip().casefold() in self._whole_values else value
        return MASK if not isinstance(value, bool) and value in self._numbers else value

    def seconds(self, value: float | None) -> float | None:
        """Return how long a service asks to wait, or None if it repeats a secret, such as a passcode."""
        if value is None or value < _MIN_SECRET_SECONDS:
            return value
        return None if self.unknown(self.payload(int(value))) == MASK else value

    def _number(self, value: Any) -> Any:
        """Return a number, true, false or null as it is, unless its digits hold a secret."""
        return MASK if MASK in self._value(str(value)) else value

    def _value(self, value: str) -> str:
        if len(value) >= self._shortest:
            value = _without(self._long_secrets, value)
        if self._removes_pin:
            value = _PIN_IN_TEXT.sub(rf"\1{MASK}", value)
        return encodable(value)


def _is_written_as_it_is(text: str) -> bool:
    """Return whether JSON has one way to write a text, escapes that are looked for aside."""
    return text.isascii() and text.isprintable() and '"' not in text


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _check_depth(payload: Any) -> None:
    """Raise DecodeError where Redactor.payload does."""
    level = [payload] if isinstance(payload, (dict, list)) else []
    for _depth in range(_MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            items = value.values() if isinstance(value, dict) else value
            # Most hold none, and this tells it in a third of the time.
            if not _CONTAINERS.isdisjoint(map(type, items)):
                below += (item for item in items if isinstance(item, (dict, list)))
        level = below
        if not level:
            return
    raise DecodeError(_TOO_DEEP)


def _without_pin(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object without the support PIN, which lets its holder pass for the user on the phone."""
    strings = [(key, item) for key, item in value.items() if isinstance(item, str)]
    named = any(key.lower() in _NAMING and _SUPPORT_PIN.search(item) for key, item in strings)
    named_alone = any(_NAME_OF_PIN.fullmatch(item) for _key, item in strings)
    return {
        key: item
        for key, item in value.items()
        if not (
            _SUPPORT_PIN.search(key)
            or (_PIN_ALONE.fullmatch(key) and isinstance(item, str) and _NAME_OF_PIN.fullmatch(item))
            or (named and key.lower() in _NAMED)
            or (named_alone and _PIN_ALONE.fullmatch(str(item)))
        )
    }


def _without_named_pin(value: list[Any]) -> list[Any]:
    """Return a list without the support PIN where it follows its name, which is a common word only in a pair."""
    is_name = _SUPPORT_PIN.search if len(value) == 2 else _NAME_OF_PIN.fullmatch
    return [
        item
        for before, item in zip([None, *value], value)
        if not (isinstance(before, str) and is_name(before) and _PIN_ALONE.fullmatch(str(item)))
    ]


def _without(secrets: tuple[str, ...], text: str) -> str:
    """Return a text without these secrets, in any encoding."""
    if text in secrets:
        # As the token is in each response to a login.
        return MASK
    if _may_contain(secrets, text):
        text = _pattern(secrets).sub(MASK, text)
    return _broken_pattern(secrets).sub(MASK, text) if _may_contain_broken(secrets, text) else text


def _may_contain_broken(secrets: tuple[str, ...], text: str) -> bool:
    """Return whether a text may hold these secrets in hexadecimal or base64 that is broken into lines."""
    if "\n" not in text:
        return False
    joined = "".join(text.split())
    return any(form in joined for form in _forms_in_lines(secrets))


def _may_contain(secrets: tuple[str, ...], text: str) -> bool:
    """Return whether to search a text for these secrets: it takes longer than a request to build the pattern."""
    signs = sum(map(text.count, _SIGNS_OF_ENCODINGS))
    if signs > _MAX_SIGNS:
        return bool(secrets)
    return any(_may_contain_form(form, text, signs) for form in _plain_forms(secrets))


def _may_contain_form(form: str, text: str, signs: int) -> bool:
    """Return whether a text can contain a form: each encoded character takes a sign, so that some part is plain."""
    parts = signs + 1
    size = len(form) // parts
    return not size or any(form[part * size : (part + 1) * size] in text for part in range(parts))


# The items of a loop have one token.
@lru_cache(maxsize=8)
def _plain_forms(secrets: tuple[str, ...]) -> list[str]:
    """Return what a text contains if it contains one of the secrets, some characters of it encoded by themselves."""
    beginnings = [secret[:_MAX_RECOGNIZED] for secret in secrets]
    forms = [form for beginning in beginnings for form in (beginning, *_whole_forms(beginning))]
    # Forms in URLs write blanks as "+", all or some of them.
    return ["+", *forms] if any(" " in beginning for beginning in beginnings) else forms


@lru_cache(maxsize=8)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    forms: list[str] = []
    for secret in secrets:
        beginning, rest = secret[:_MAX_RECOGNIZED], r"[\s\S]*" if len(secret) > _MAX_RECOGNIZED else ""
        forms += (
            f"{form}{rest}"
            for form in (*map(_spelling_pattern, _spellings(beginning)), *map(_form_pattern, _whole_forms(beginning)))
        )
    return re.compile("|".join(forms))


@lru_cache(maxsize=8)
def _forms_in_lines(secrets: tuple[str, ...]) -> list[str]:
    """Return the encodings of secrets that programs break into lines, without what parts their digits."""
    beginnings = (secret[:_MAX_RECOGNIZED].encode("utf-8", "surrogatepass") for secret in secrets)
    return list(dict.fromkeys("".join(form.split()) for beginning in beginnings for form in _binary_forms(beginning)))


@lru_cache(maxsize=8)
def _broken_pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    rest = r"[\s\S]*" if len(secrets[0]) > _MAX_RECOGNIZED else ""
    forms = "|".join(r"\s*".join(map(re.escape, form)) for form in _forms_in_lines(secrets))
    return re.compile(f"(?:{forms}){rest}")


def _spelling_pattern(spelling: str) -> str:
    """Return a pattern for a text whose characters may each be encoded by themselves."""
    pattern = "".join(map(_character_pattern, _BACKSLASHES_OR_CHARACTER.findall(spelling)))
    return _BEFORE_BACKSLASHES + pattern if spelling.startswith("\\") else pattern


def _form_pattern(form: str) -> str:
    """Return a pattern for an encoding of a whole secret; the signs of base64 may be encoded again, as %2B is +."""
    return "".join(_character_pattern(one) if one in "+/=" else re.escape(one) for one in form)


def _character_pattern(text: str) -> str:
    """Return a pattern for a character, or several backslashes, in every encoding that works by character."""
    character = text[0]
    code = ord(character)
    raw = character.encode("utf-8", "surrogatepass")
    # Beyond the first 65,536 characters, there are two halves.
    wide = [f"u{_hexadecimal(unit, 4)}" for unit in _utf16(character)]
    percent = [_PERCENT.join(_hexadecimal(byte, 2) for byte in raw), _PERCENT.join(wide)]
    if 0x80 <= code <= 0xFF:
        percent.append(_hexadecimal(code, 2))
    # Browsers read numbers without the semicolon too.
    entity = [f"{_HASH}0*{code}{_SEMICOLON}?", f"{_HASH}[xX]0*{_hexadecimal(code, 1)}{_SEMICOLON}?"]
    entity += [f"{name}{_SEMICOLON}" for name in _ENTITIES.get(character, ())]
    escaped = [f"U{_hexadecimal(code, 8)}", f"x{_hexadecimal(code, 2)}", rf"u\{{0*{_hexadecimal(code, 1)}\}}"]
    escaped += [_ESCAPE.join(wide), _ESCAPE.join(f"0*{byte:o}" for byte in raw)]
    if len(raw) > 1:
        escaped.append(_ESCAPE.join(f"x{_hexadecimal(byte, 2)}" for byte in raw))
    if character in _SHORT_ESCAPES:
        escaped.append(_SHORT_ESCAPES[character])
    # Each beginning stands once: text that consists of nothing else must not be searched anew for each alternative.
    forms = [
        f"{beginning}(?:{'|'.join(alternatives)})"
        for beginning, alternatives in ((_PERCENT, percent), (_ENTITY, entity))
    ]
    if not character.isalnum() and character != "\\":
        # As directories write it, and the sign itself, which may be encoded after it was escaped.
        escaped += [_ESCAPE.join(_hexadecimal(byte, 2) for byte in raw), *forms, re.escape(character)]
    forms.append(f"{_ESCAPE}(?:{'|'.join(escaped)})")
    if character == " ":
        # As forms write it, which may be encoded in turn.
        forms.append(_character_pattern("+"))
    # The character itself comes last: it begins some of its own encodings.
    forms.append(re.escape(character))
    repeated = f"{{{len(text)},}}" if character == "\\" else ""
    return f"(?:{'|'.join(forms)}){repeated}"


def _spellings(secret: str) -> list[str]:
    """Return a secret as it is and in the normal forms of Unicode, which look the same: services compare passwords so.

    RFC 8265 asks for it.
    """
    if secret.isascii():
        return [secret]
    normal = [unicodedata.normalize(form, secret) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    return list(dict.fromkeys((secret, *normal)))


def _utf16(character: str) -> list[int]:
    raw = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2)]


def _hexadecimal(number: int, digits: int) -> str:
    """Return a pattern for a number in hexadecimal, in either case."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{number:0{digits}x}")


def _whole_forms(secret: str) -> list[str]:
    """Return the encodings of a secret as a whole, without what depends on its neighbors in the encoded text."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = [*_spellings(secret)[1:], secret.lower(), secret.upper()]
    # Doubled, as SQL, CSV and YAML write quotes within quotes; and as a shell does.
    for quoted, doubled in (("'", "''"), ('"', '""'), ("'", "'\\''"), ("'", "'\"'\"'")):
        if quoted in secret:
            forms.append(secret.replace(quoted, doubled))
    if len(raw) > len(secret) and any(character.isascii() for character in secret):
        # Its bytes in another charset, and what stands for those that a charset lacks.
        forms += [raw.decode("latin-1"), raw.decode("cp1252", "replace"), raw.decode("ascii", "replace")]
        forms += [secret.encode("ascii", "replace").decode(), re.sub("[^\x00-\x7f]", "\ufffd", secret)]
    return list(dict.fromkeys((*forms, *_binary_forms(raw))))


def _binary_forms(raw: bytes) -> list[str]:
    """Return the bytes of a secret in hexadecimal and in base64."""
    forms: list[str] = []
    if len(raw) > 1:
        forms += [
            form
            for digits in (raw.hex(), raw.hex(":"), raw.hex(" "), raw.hex("-"))
            for form in (digits, digits.upper())
        ]
    if len(raw) >= _MIN_SECRET_IN_BASE64:
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms += [encode(raw).decode(), encode(raw).decode().rstrip("=")]
            for before in (0, 1, 2):
                # A character holds six bits: leave out those that hold bits of a neighbor.
                first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
                forms.append(encode(bytes(before) + raw).decode()[first:last])
    return forms


def without_userinfo(url: str) -> str:
    """Return a URL without the user and password that may be part of it, as they often are for proxies."""
    start, userinfo, host = _split_at_userinfo(url)
    return url if userinfo is None else f"{url[:start]}{MASK}@{host}"


def password_in(url: str | None) -> tuple[str, ...]:
    """Return the password that is part of a URL, as it is written there and as it is meant.

    A user without a password is one: some proxies take a token.
    """
    userinfo = _split_at_userinfo(url or "")[1] or ""
    user, _colon, password = userinfo.partition(":")
    written = password or user
    return tuple(dict.fromkeys((written, unquote(written)))) if written else ()


def _split_at_userinfo(url: str) -> tuple[int, str | None, str]:
    """Return where the userinfo of a URL begins, the userinfo or None, and the text that follows it."""
    scheme = _SCHEME.match(url)
    start = scheme.end() if scheme else 0
    # A password may hold any character, "/" and "@" too: the host is behind the last "@".
    userinfo, at, host = url[start:].rpartition("@")
    if not at:
        # Encoded by mistake together with the password: no proxy is found with it, but messages name it.
        authority, slash, path = url[start:].partition("/")
        userinfo, at, host = authority.rpartition("%40")
        host += f"{slash}{path}"
    return start, userinfo if at else None, host
