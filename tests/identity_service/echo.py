# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault ``echo`` repeats: the secrets of a request, in every encoding."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree
from flask import Request

from identity_service.encodings import encodings

_USER = ("username", "name")
_NOT_SECRET = (*_USER, "tenantId", "tenantName", "RAX-AUTH:scope")
_HEADERS = ("X-Auth-Token", "X-SessionId")
_TOKENS = "/tokens/"


def repeated(request: Request, body: bytes) -> list[str]:
    """Return the secrets of a request, each in every encoding, without repetition."""
    given = list(_strings(_payload(body)))
    user = next((value for name, value in given if name in _USER), "user")
    secrets = [value for name, value in given if name not in _NOT_SECRET]
    secrets += [request.headers[name] for name in _HEADERS if request.headers.get(name)]
    if _TOKENS in request.path:
        secrets.append(request.path.partition(_TOKENS)[2].partition("/")[0])
    forms = [form for secret in secrets if secret for form in encodings(secret, user).values()]
    proxy_user, proxy_password = _proxy_credentials(request.headers.get("Proxy-Authorization", ""))
    if proxy_password:
        forms += encodings(proxy_password, proxy_user).values()
    return list(dict.fromkeys(forms))


def _payload(body: bytes) -> Any:
    """Return a body as dictionaries and strings, whether it is JSON or XML."""
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return [dict(element.attrib) for element in ElementTree.fromstring(body).iter()]
    except (DefusedXmlException, ParseError):
        return None


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield all strings in a payload with the name of each."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, name)


def _proxy_credentials(header: str) -> tuple[str, str]:
    try:
        user, _colon, password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
