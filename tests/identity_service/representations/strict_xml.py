# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML read without mercy: no document type, no entities, no unknown attributes, no text where none belongs."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from identity_service.errors import bad_request

_DECLARED_ENCODING = re.compile(r"""\A\ufeff?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")


def parse(body: bytes) -> Element:
    """The root of an XML text in UTF-8; an ApiError (400) says what is wrong with it, without quoting it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request("The request body is not well-formed XML in UTF-8.") from None
    declared = _DECLARED_ENCODING.match(text)
    if declared and declared[1].casefold() != "utf-8":
        raise bad_request("The request body must be UTF-8.")
    try:
        # Given as text, the parser cannot be talked into another encoding.
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise bad_request("The request body must have neither a document type nor entities.") from None
    except ParseError:
        raise bad_request("The request body is not well-formed XML in UTF-8.") from None
    return root


def attributes(element: Element, where: str, known: dict[str, str]) -> dict[str, str]:
    """The attributes of an element under the names that ``known`` gives them; others are refused."""
    if set(element.attrib) - set(known):
        # The attribute itself is not quoted: a client that mixes things up may put a secret there.
        raise bad_request(f"{where} has an unknown attribute; there are: {', '.join(sorted(known.values()))}.")
    return {known[name]: value for name, value in element.attrib.items()}


def refuse_text(element: Element, where: str) -> None:
    """400 for text inside an element, or after one of its children."""
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        raise bad_request(f"{where} must hold no text.")


def refuse_content(element: Element, where: str) -> None:
    """400 for anything inside an element that has attributes alone."""
    refuse_text(element, where)
    if len(element):
        raise bad_request(f"{where} must hold no elements.")
