# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""XML to documents and back, for both versions of the Identity API.

An XML document is turned into the objects, lists and texts that the same answer has in JSON, so that one reader
serves both. Namespaces are told by their URIs; the prefixes that the services choose vary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError, MissingLibraryError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/xml"

_V20 = "http://docs.openstack.org/identity/api/v2.0"
_V11 = "http://docs.rackspacecloud.com/auth/api/v1.1"

# The prefixes that the JSON form puts before the names of each namespace.
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


def load(body: bytes) -> dict[str, Any]:
    """An XML body as the document that it would be in JSON: one object with the root's name as its only key.

    Raises DecodeError for what is no XML, or holds a DTD or entities; MissingLibraryError without defusedxml.
    """
    parse, refusals = _parser()
    try:
        root = parse(body, forbid_dtd=True)
    except refusals:
        # The exception's own text would show the answer.
        raise DecodeError("the answer is not XML, or holds what an answer never does") from None
    try:
        return {_name(root.tag): _value(root)}
    except RecursionError:
        raise DecodeError("the answer is nested too deeply") from None


def _parser() -> tuple[Callable[..., Element], tuple[type[Exception], ...]]:
    """What reads XML, and what it raises for what it does not read."""
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError:
        raise MissingLibraryError("defusedxml") from None
    return fromstring, (ParseError, DefusedXmlException, ValueError, LookupError)


def dump(document: Mapping[str, Any]) -> bytes:
    """A document with one root as XML: texts become attributes, objects become elements.

    Raises MissingLibraryError where the answer could not be read: a passcode is good for one request only.
    """
    from xml.etree.ElementTree import Element, tostring

    _parser()
    ((root, content),) = document.items()
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
    # A namespace nobody knows is kept with what it names.
    return f"{_PREFIXES.get(uri[1:], uri[1:] + ':')}{local}"


def _value(element: Element) -> Any:
    """What an element means: a list for those that hold one, a text for one with nothing but text, else an object."""
    as_list = _LISTS.get(_name(element.tag))
    if as_list:
        return as_list(element)
    if not len(element) and not element.attrib:
        return (element.text or "").strip()
    return _object(element)


def _object(element: Element) -> dict[str, Any]:
    content: dict[str, Any] = {_name(key): value for key, value in element.attrib.items()}
    for child in element:
        key, value = _name(child.tag), _value(child)
        if key in content:
            earlier = content[key]
            content[key] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            content[key] = value
    return content


def _children(element: Element, name: str) -> list[Element]:
    """The items of a list: links to more of it can stand among them."""
    return [child for child in element if _name(child.tag) == name]


def _roles(element: Element) -> list[Any]:
    return [_object(child) for child in _children(element, "role")]


def _domains(element: Element) -> list[Any]:
    return [_object(child) for child in element]


def _texts(element: Element) -> list[Any]:
    return [(child.text or "").strip() for child in element]


def _services(element: Element) -> Any:
    """A catalog: a list of services with their endpoints, or for 1.1 the endpoints by the service's name."""
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
    """An endpoint; its version is an element of its own in XML, and three members in JSON."""
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
    "RAX-AUTH:authenticatedBy": _texts,
    "RAX-AUTH:accessibleDomains": _domains,
}
