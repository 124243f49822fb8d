# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recognize a secret in a text, in any encoding.

Every character of a secret is recognized plain, percent-encoded (any number of times), as an XML entity, and escaped as
in JSON or C; the whole secret also in the other case, in hexadecimal and in base64, at any position of encoded text,
and broken into lines. Where a secret of more than 128 characters begins, the rest of the text is removed with it.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from functools import lru_cache
from html.entities import html5

from .._options import MASK

_MIN_SECRET_IN_BASE64 = 6
# Each character takes up to a millisecond and four KiB. Of a longer secret, the beginning is recognized.
_MAX_RECOGNIZED = 128
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


def shortest_form(secrets: tuple[str, ...]) -> int:
    """Return how long a text must be to contain one of these secrets: only its normal forms are shorter than itself."""
    beginnings = (secret[:_MAX_RECOGNIZED] for secret in secrets)
    return min((len(form) for beginning in beginnings for form in _spellings(beginning)), default=0)


def without(secrets: tuple[str, ...], text: str) -> str:
    """Return a text without these secrets, in any encoding."""
    if text in secrets:
        # As the token is in each response to a login.
        return MASK
    if may_contain(secrets, text):
        text = _pattern(secrets).sub(MASK, text)
    return _broken_pattern(secrets).sub(MASK, text) if may_contain_broken(secrets, text) else text


def may_contain_broken(secrets: tuple[str, ...], text: str) -> bool:
    """Return whether a text may hold these secrets in hexadecimal or base64 that is broken into lines."""
    if "\n" not in text:
        return False
    joined = "".join(text.split())
    return any(form in joined for form in _forms_in_lines(secrets))


def may_contain(secrets: tuple[str, ...], text: str) -> bool:
    """Return whether to search a text for these secrets: it takes longer than a request to build the pattern."""
    signs = sum(map(text.count, _SIGNS_OF_ENCODINGS))
    if signs > _MAX_SIGNS:
        return bool(secrets)
    return any(_may_contain_form(form, text, signs) for form in plain_forms(secrets))


def _may_contain_form(form: str, text: str, signs: int) -> bool:
    """Return whether a text can contain a form: each encoded character takes a sign, so that some part is plain."""
    parts = signs + 1
    size = len(form) // parts
    return not size or any(form[part * size : (part + 1) * size] in text for part in range(parts))


# The items of a loop have one token.
@lru_cache(maxsize=8)
def plain_forms(secrets: tuple[str, ...]) -> list[str]:
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
