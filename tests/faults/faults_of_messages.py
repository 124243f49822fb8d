# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Heads, chunks, bodies and charsets."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

from .fault import CHUNKED, RESULT, Fault, adder, changed, chunked, chunked_head, raw
from .server import Behaviour, Good, head

FAULTS = list[Fault]()
add = adder(FAULTS)

# Heads

_G = "Heads"


def _with_head(change: Callable[[Good], bytes]) -> Behaviour:
    return changed(lambda good: change(good) + good.body)


for _name, _text, _change in (
    ("no reason", "no reason", lambda good: good.head().replace(b" OK\r", b"\r", 1)),
    ("bare line feeds", "bare line feeds", lambda good: good.head().replace(b"\r\n", b"\n")),
    ("folded header", "a folded header", lambda good: good.head("X-A: b\r\n c")),
    ("not ASCII", "a header that is not ASCII", lambda good: good.head("X-A: \u00e9\x80")),
    ("60 KB", "a header of 60 KB", lambda good: good.head("X-A: " + "b" * 60000)),
    ("cookies", "cookies", lambda good: good.head("Set-Cookie: a=b; Domain=.test", "Set-Cookie: c")),
    ("dates", "a Date that makes no sense", lambda good: good.head("Date: " + "Mon, 01 Jan 0001 00:00:00 +2359")),
    ("long date", "a Date that makes no sense", lambda good: good.head("Date: " + "1 " * 30000)),
    ("control characters", "control characters in a header", lambda good: good.head("X-A: \x00\x01\x1b[31m\x7f")),
    ("HTTP/1.0", "HTTP/1.0", lambda good: good.head().replace(b"HTTP/1.1", b"HTTP/1.0")),
    ("two equal lengths", "two equal Content-Lengths", lambda good: good.head(f"Content-Length: {len(good.body)}")),
):
    add(_G, _name, _text, RESULT, _with_head(_change))
for _name, _text, _data in (
    ("not HTTP", "another protocol", b"220 mail.test ESMTP\r\n"),
    ("HTTP/0.9", "another protocol", b"<html>hello</html>"),
    ("HTTP/2", "another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("binary", "another protocol", bytes(range(256)) * 4),
    ("NULs", "another protocol", bytes(4096)),
    ("101 headers", "more than 100 headers", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n"),
    ("70 KB", "a header of 70 KB", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70000 + b"\r\n\r\n"),
    ("no colon", "a header without a colon", b"HTTP/1.1 200 OK\r\nContent-Length 2\r\n\r\n{}"),
):
    add(_G, _name, _text, "invalid_response", raw(_data))
for _name, _length in {
    "two lengths": "5\r\nContent-Length: 6", "negative": "-1", "plus": "+2", "words": "two", "decimal": "2.0",
    "hexadecimal": "0x2", "empty": "", "listed": "2, 3", "5,000 digits": "9" * 5000, "64 bits": "18446744073709551617",
}.items():  # fmt: skip
    add(
        _G,
        f"Content-Length {_name}",
        "a Content-Length that makes no sense",
        "invalid_response",
        raw(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {_length}\r\n\r\n{{}}".encode()),
    )

# Chunks

_G = "Chunks"
for _name, _text, _change in (
    ("good", "a good body in chunks", lambda good: chunked_head(good) + chunked(good.body)),
    ("bytes", "a good body in chunks of one byte", lambda good: chunked_head(good) + chunked(good.body, 1)),
    ("extensions", "extensions", lambda good: chunked_head(good) + chunked(good.body, 99, b";a=b;c")),
    ("trailers", "trailers", lambda good: chunked_head(good) + chunked(good.body, 99, b"", b"X-A: b\r\nC: d\r\n")),
    ("no end", "no empty line at the end", lambda good: chunked_head(good) + chunked(good.body)[:-2]),
):
    add(_G, _name, _text, RESULT, changed(lambda good, change=_change: change(good) if good.body else good.whole))
for _name, _text, _data in (
    ("no size", "a size that is not a number", b"zzz\r\n{}\r\n0\r\n\r\n"),
    ("empty size", "a size that is not a number", b"\r\n{}\r\n0\r\n\r\n"),
    ("signed", "a negative size", b"-2\r\n{}\r\n0\r\n\r\n"),
    ("negative", "a negative size", b"-fffffff\r\n{}\r\n0\r\n\r\n"),
    ("64 bits", "a size beyond 64 bits", b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ("1,000 digits", "a size beyond 64 bits", b"f" * 1000 + b"\r\n{}\r\n0\r\n\r\n"),
    ("short", "a chunk shorter than its size", b"9\r\n{}\r\n0\r\n\r\n"),
    ("long", "a chunk longer than its size", b"1\r\n{}\r\n0\r\n\r\n"),
    ("only the end", "no chunk at all", b"0\r\n\r\n"),
    ("nothing", "nothing", b""),
    ("not chunked", "a body that is not chunked", b'{"access": {}}'),
):
    add(_G, _name, _text, "invalid_response", raw(CHUNKED + _data))
add(
    _G,
    "length too",
    "a wrong Content-Length beside the chunks",
    RESULT,
    changed(
        lambda good: (
            head(good.status, f"Content-Type: {good.media_type}", "Transfer-Encoding: chunked", "Content-Length: 3")
            + chunked(good.body)
            if good.body
            else good.whole
        )
    ),
)
for _name in ("gzip, chunked", "identity", "what", "chunked, chunked"):
    add(
        _G,
        f"Transfer-Encoding {_name}",
        "another Transfer-Encoding",
        "invalid_response",
        raw(head("200 OK", "Content-Type: application/json", f"Transfer-Encoding: {_name}") + b'2\r\n{"\r\n0\r\n\r\n'),
    )

# Bodies

_G = "Bodies"
_COMPRESSED = {
    "gzip": gzip.compress, "deflate": zlib.compress, "br": lambda body: b"\x0b" + body, "zstd": lambda body: body,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)), "what": lambda body: body,
}  # fmt: skip
for _name, _compress in _COMPRESSED.items():
    add(_G, f"compressed {_name}", "compressed, which was not asked for", "invalid_response", changed(
        lambda good, name=_name, compress=_compress:
        replace(good, status="200 OK", body=compress(good.body)).head(f"Content-Encoding: {name}") + compress(good.body)
    ))  # fmt: skip
add(
    _G,
    "compressed without saying so",
    "compressed without saying so",
    "invalid_response",
    changed(lambda good: replace(good, status="200 OK", body=gzip.compress(good.body)).whole),
)
add(
    _G,
    "Content-Encoding identity",
    "Content-Encoding: identity",
    RESULT,
    changed(lambda good: good.head("Content-Encoding: identity") + good.body),
)
add(
    _G,
    "compressed error",
    "a compressed error",
    "invalid_response",
    raw(head("503 Busy", "Content-Encoding: gzip") + gzip.compress(b"{}")),
)
for _name, _type in {
    "no type": "", "parameters": "{}; charset=UTF-8; a=\"b;c\"", "upper case": "{upper}", "suffix": "{suffix}",
}.items():  # fmt: skip
    add(
        _G,
        f"type: {_name}",
        "Content-Type with parameters, in upper case, with a suffix, or missing",
        RESULT,
        changed(
            lambda good, type_=_type: (
                replace(
                    good,
                    media_type=type_.format(
                        good.media_type,
                        upper=good.media_type.upper(),
                        suffix=good.media_type.replace("/", "/vnd.test+"),
                    )
                    if good.body
                    else "",
                ).whole
            )
        ),
    )
for _name in ("text/html", "text/plain", "application/octet-stream", "application/jsonp", "json", "/", "x" * 60000):
    add(
        _G,
        f"type: {_name[:30]}",
        "a Content-Type that is not the one asked for",
        "invalid_response",
        changed(lambda good, type_=_name: replace(good, status="200 OK", media_type=type_).whole),
    )
add(
    _G,
    "other format",
    "the other format under its own name",
    "invalid_response",
    changed(
        lambda good: (
            replace(good, status="200 OK", media_type="application/xml", body=b"<access/>").whole
            if good.media_type.endswith("json")
            else replace(good, status="200 OK", media_type="application/json", body=b'{"access": {}}').whole
        )
    ),
)


def _swapped(good: Good) -> bytes:
    body = b"<access/>" if good.media_type.endswith("json") else b'{"access": {}}'
    return replace(good, status="200 OK", body=body).whole


add(_G, "swapped", "the other format under the name of the one asked for", "invalid_response", changed(_swapped))
for _name, _text, _body in (
    ("empty", "empty", b""),
    ("blank", "empty", b" \r\n\t\n"),
    ("HTML", "HTML", b"<!DOCTYPE html><html><body><p>Log in<br></body></html>"),
    ("XHTML", "HTML", b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>"),
    ("plain text", "plain text", b"It works!"),
    ("null", "JSON that is not an object", b"null"),
    ("true", "JSON that is not an object", b"true"),
    ("number", "JSON that is not an object", b"-1.5e300"),
    ("string", "JSON that is not an object", b'"access"'),
    ("list", "JSON that is not an object", b'[{"access": {}}]'),
    ("empty object", "an object with nothing of a login", b"{}"),
    ("other object", "an object with nothing of a login", b'{"version": {"id": "v2.0"}}'),
    ("empty root", "an object with nothing of a login", b"<access/>"),
    ("cut", "cut, with a length that is right", b'{"access": {"token": {"id": "abc'),
    ("cut XML", "cut, with a length that is right", b"<access><token id='abc'"),
    ("two", "two bodies in one", b"{}{}"),
    ("two roots", "two bodies in one", b"<access/><access/>"),
    ("NULs", "NUL characters", bytes(100)),
    ("5,000 digits", "a number of 5,000 digits", b'{"access": %s}' % (b"9" * 5000)),
    ("DTD", "XML with a DTD", b"<!DOCTYPE access SYSTEM 'http://127.0.0.1:9/x.dtd'><access/>"),
    ("entity", "XML with entities", b"<!DOCTYPE a [<!ENTITY e 'x'>]><access>&e;</access>"),
    ("external entity", "XML with entities", b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"),
    ("bomb", "XML with entities", (b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'>"
     b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>]><access>&c;</access>")),
    ("undefined entity", "XML with entities", b"<access>&nbsp;</access>"),
    ("processing instruction", "XML with nothing of a login", b"<?php echo 1 ?><access/>"),
    ("no namespace", "XML with nothing of a login", b"<access><token><id>x</id></token></access>"),
    ("CDATA", "XML with nothing of a login", b"<access><![CDATA[<token id='x'/>]]></access>"),
    ("strings", "wrong types throughout", b'{"access": "x"}'),
    ("lists", "wrong types throughout", b'{"access": [], "auth": []}'),
):  # fmt: skip
    add(
        _G,
        f"body: {_name}",
        _text,
        "invalid_response",
        changed(lambda good, body=_body: replace(good, status="200 OK", body=body).whole),
    )

_G = "Charsets"
add(
    _G,
    "Latin-1",
    "Latin-1 in place of UTF-8",
    "invalid_response",
    changed(lambda good: replace(good, status="200 OK", body=(good.body or b"{}").replace(b"e", b"\xe9", 9)).whole),
)
add(
    _G,
    "cut UTF-8",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    changed(lambda good: replace(good, status="200 OK", body=b'{"access": "\xc3"}').whole),
)
add(
    _G,
    "overlong UTF-8",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    changed(lambda good: replace(good, status="200 OK", body=b'<access a="\xc0\xaf"/>').whole),
)
add(
    _G,
    "surrogate",
    "UTF-8 that is cut, overlong or a surrogate",
    "invalid_response",
    changed(lambda good: replace(good, status="200 OK", body=b'{"access": "\xed\xa0\x80"}').whole),
)
for _name in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig"):
    add(
        _G,
        _name,
        "UTF-16, UTF-32, or a byte order mark",
        RESULT,
        changed(lambda good, name=_name: _recoded(good, name)),
    )


def _recoded(good: Good, encoding: str) -> bytes:
    if not good.body:
        return good.whole
    text = good.body.decode("utf-8")
    if good.media_type.endswith("xml"):
        # expat knows no UTF-32, and wants the declaration to be right or missing.
        encoding = encoding if encoding in ("utf-16", "utf-8-sig") else "utf-8"
        text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    return replace(good, body=text.strip().encode(encoding)).whole


for _name in ("idna", "punycode", "rot13", "undefined", "utf-7", "utf-32", "x" * 500):
    add(
        _G,
        f"declared {_name[:20]}",
        "XML that declares an encoding that is not its own",
        "invalid_response",
        changed(
            lambda good, name=_name: (
                replace(good, status="200 OK", body=f'<?xml version="1.0" encoding="{name}"?><access/>'.encode()).whole
            )
        ),
    )
