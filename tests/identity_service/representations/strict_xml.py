# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict XML: no document type, no entities, no unknown attributes, and text only where it is expected."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from identity_service.errors import bad_request

_DECLARED_ENCODING = re.compile(r"""\A\ufeff?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")


def parse(body: bytes) -> Element:
    """Parse XML in UTF-8. Raises an ApiError (400), which says what is wrong without quoting the body."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request("The request body is not well-formed XML in UTF-8.") from None
    declared = _DECLARED_ENCODING.match(text)
    if declared and declared[1].casefold() != "utf-8":
        raise bad_request("The request body must be UTF-8.")
    try:
        # The parser gets a string, so that the body cannot choose another encoding.
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise bad_request("The request body must not have a document type or entities.") from None
    except ParseError:
        raise bad_request("The request body is not well-formed XML in UTF-8.") from None
    return root


def attributes(element: Element, where: str, known: dict[str, str]) -> dict[str, str]:
    """Return the attributes of an element under the names in ``known``; reject any others."""
    if set(element.attrib) - set(known):
        # The attribute itself is not quoted, since a faulty client may put a secret there.
        raise bad_request(f"{where} has an unknown attribute; known attributes: {', '.join(sorted(known.values()))}.")
    return {known[name]: value for name, value in element.attrib.items()}


def refuse_text(element: Element, where: str) -> None:
    """Respond with 400 to text inside an element or after one of its children."""
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        raise bad_request(f"{where} must not contain text.")


def refuse_content(element: Element, where: str) -> None:
    """Respond with 400 to anything inside an element that only has attributes."""
    refuse_text(element, where)
    if len(element):
        raise bad_request(f"{where} must not contain elements.")
