# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""XML to payloads and back, for both versions of the Identity API.

XML is turned into the objects, lists and strings that the same response has in JSON, so that one reader serves both.
Namespaces are recognized by their URIs, since the prefixes that services choose vary.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .._errors import DecodeError, MissingLibraryError
from .json_codec import MAX_VALUES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_V20 = "http://docs.openstack.org/identity/api/v2.0"
_V11 = "http://docs.rackspacecloud.com/auth/api/v1.1"

# The prefixes that JSON puts before the names of each namespace.
_PREFIXES = {
    _V20: "",
    _V11: "",
    "http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0": "RAX-AUTH:",
    "http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0": "RAX-KSKEY:",
    "http://docs.rackspace.com/identity/api/ext/RAX-KSQA/v1.0": "RAX-KSQA:",
    "http://docs.rackspace.com/identity/api/ext/RAX-KSGRP/v1.0": "RAX-KSGRP:",
    "http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0": "OS-KSADM:",
    "http://docs.openstack.org/identity/api/ext/OS-KSEC2/v1.0": "OS-KSEC2:",
}
_NAMESPACES = {prefix: uri for uri, prefix in _PREFIXES.items() if prefix}

_MAX_NAMESPACE = 256
# An attribute stands behind a blank.
_LONG_NAMESPACE = re.compile(
    r"[ \t\r\n]xmlns(?::[^ \t\r\n=]*)?[ \t\r\n]*=[ \t\r\n]*(?:\"[^\"]{MORE}|'[^']{MORE})".replace(
        "MORE", str(_MAX_NAMESPACE + 1)
    )
)
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MAX_DECLARATION_BYTES = 200
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252"})


def load(body: bytes) -> dict[str, Any]:
    """Load an XML body as the payload that it would be in JSON: an object with the root's name as its only key.

    Raises DecodeError for a body that is not XML, has a DTD, entities or a long namespace, or holds too many
    values, and MissingLibraryError without defusedxml.
    """
    parse, refusals = _parser()
    try:
        text = _text(body)
        if max(text.count("</") + text.count("/>"), text.count("=")) > MAX_VALUES:
            raise DecodeError("the response contains too many values")
        # The parser writes the namespace into each name: a long one would take gigabytes.
        if _LONG_NAMESPACE.search(text):
            raise DecodeError(f"the response has a namespace of more than {_MAX_NAMESPACE} characters")
        root = parse(text, forbid_dtd=True)
    except refusals:
        # The exception's own text would show the response.
        raise DecodeError("the response is not XML, or contains a DTD or entities") from None
    try:
        return {_name(root.tag): _value(root)}
    except RecursionError:
        raise DecodeError("the response is nested too deeply") from None


def _text(body: bytes) -> str:
    """Return a body as text, in which what is counted is what the parser reads.

    By itself it reads other charsets too, some of which write "<" as another byte. Raises ValueError for those.
    """
    if body.startswith(_UTF_16):
        return body.decode("utf-16")
    declared = _DECLARATION.match(body[:_MAX_DECLARATION_BYTES])
    charset = declared.group(1).decode().lower() if declared else "utf-8"
    if charset not in _CHARSETS:
        raise ValueError("another charset")
    return body.decode("utf-8-sig" if charset == "utf-8" else charset)


def _parser() -> tuple[Callable[..., Element], tuple[type[Exception], ...]]:
    """Return the parser, and the exceptions it raises for input it refuses."""
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError:
        raise MissingLibraryError("defusedxml") from None
    return fromstring, (ParseError, DefusedXmlException, ValueError, LookupError)


def dump(payload: Mapping[str, Any]) -> bytes:
    """Dump a payload with one root as XML: strings become attributes, objects become elements.

    Raises MissingLibraryError if the response could not be read: a passcode is good for one request only.
    """
    from xml.etree.ElementTree import Element, tostring

    _parser()
    ((root, content),) = payload.items()
    own = _V11 if root == "credentials" else _V20

    def qualified(key: str, *, attribute: bool) -> str:
        prefix, colon, local = key.rpartition(":")
        if colon:
            return f"{{{_NAMESPACES[prefix + colon]}}}{local}"
        return local if attribute else f"{{{own}}}{local}"

    def element(key: str, content: Mapping[str, Any]) -> Element:
        made = Element(qualified(key, attribute=False))
        for name, value in content.items():
            if isinstance(value, Mapping):
                made.append(element(name, value))
            else:
                made.set(qualified(name, attribute=True), value)
        return made

    body: bytes = tostring(element(root, content), encoding="utf-8", xml_declaration=True)
    return body


def _name(tag: str) -> str:
    uri, brace, local = tag.rpartition("}")
    if not brace:
        return local
    # An unknown namespace is kept as the prefix of the name.
    return f"{_PREFIXES.get(uri[1:], uri[1:] + ':')}{local}"


def _value(element: Element) -> Any:
    """Return what an element stands for: a list if it is known as one, a string if it is only text, or an object."""
    as_list = _LISTS.get(_name(element.tag))
    if as_list:
        return as_list(element)
    if not len(element) and not element.attrib:
        return (element.text or "").strip()
    return _object(element)


def _object(element: Element) -> dict[str, Any]:
    content: dict[str, Any] = {_name(key): value for key, value in element.attrib.items()}
    # Elements of one name become a list, to which each is added: a response may hold many thousands.
    repeated: dict[str, list[Any]] = {}
    for child in element:
        key, value = _name(child.tag), _value(child)
        if key in repeated:
            repeated[key].append(value)
        elif key in content:
            content[key] = repeated[key] = [content[key], value]
        else:
            content[key] = value
    return content


def _children(element: Element, name: str) -> list[Element]:
    """Return the items of a list, without the links to further pages that may stand among them."""
    return [child for child in element if _name(child.tag) == name]


def _roles(element: Element) -> list[Any]:
    return [_object(child) for child in _children(element, "role")]


def _domains(element: Element) -> list[Any]:
    return [_object(child) for child in element]


def _strings(element: Element) -> list[Any]:
    return [(child.text or "").strip() for child in element]


def _services(element: Element) -> Any:
    """Return a catalog: a list of services with their endpoints, or for 1.1 the endpoints by name of service."""
    services = [
        {**_object_of_attributes(service), "endpoints": _endpoints(service)}
        for service in _children(element, "service")
    ]
    if element.tag.startswith(f"{{{_V11}}}"):
        return {service.get("name", ""): service["endpoints"] for service in services}
    return services


def _endpoints(element: Element) -> list[Any]:
    return [_endpoint(child) for child in _children(element, "endpoint")]


def _endpoint(element: Element) -> dict[str, Any]:
    """Return an endpoint; its version is an element of its own in XML, and three fields in JSON."""
    endpoint = _object(element)
    version = endpoint.pop("version", None)
    if isinstance(version, dict):
        endpoint.update({f"version{key.capitalize()}": value for key, value in version.items()})
    return endpoint


def _object_of_attributes(element: Element) -> dict[str, Any]:
    return {_name(key): value for key, value in element.attrib.items()}


_LISTS: dict[str, Callable[[Element], Any]] = {
    "serviceCatalog": _services,
    "endpoints": _endpoints,
    "roles": _roles,
    "RAX-AUTH:authenticatedBy": _strings,
    "RAX-AUTH:accessibleDomains": _domains,
}
