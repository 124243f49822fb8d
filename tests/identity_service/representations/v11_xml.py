# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API version 1.1 as XML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from identity_service.errors import ApiError, bad_request
from identity_service.model import AuthV11, EndpointV11, LoginRequest
from identity_service.representations import strict_xml
from identity_service.representations.v11_login import fault_name, read_credentials
from identity_service.representations.xml_names import AUTH_V11, XmlStyle, declare, document, qualified


class V11XmlFormat:
    """Reads and writes ``application/xml`` of version 1.1."""

    media_type = "application/xml"
    content_type = "application/xml; charset=UTF-8"

    def __init__(self, style: XmlStyle) -> None:
        self._prefix = style.v11_prefix

    def read_login(self, body: bytes) -> LoginRequest:
        """Read a login strictly. Raises an ApiError (400), which names what is wrong."""
        root = strict_xml.parse(body)
        if root.tag != f"{{{AUTH_V11}}}credentials":
            raise bad_request(f"The request body must be credentials in the namespace {AUTH_V11}.")
        strict_xml.refuse_content(root, "credentials")
        return read_credentials(dict(root.attrib))

    def write_auth(self, auth: AuthV11) -> bytes:
        """Write the response to a login."""
        root = self._root("auth")
        SubElement(root, self._name("token"), {"id": auth.token_id, "expires": auth.expires})
        catalog = SubElement(root, self._name("serviceCatalog"))
        for service in auth.catalog:
            element = SubElement(catalog, self._name("service"), {"name": service.name})
            for endpoint in service.endpoints:
                SubElement(element, self._name("endpoint"), _attributes(endpoint))
        return document(root)

    def write_error(self, error: ApiError, extra: dict[str, str | float]) -> bytes:
        """Write a fault; ``extra`` contains further attributes, such as retryAt."""
        root = self._root(fault_name(error))
        root.set("code", str(error.code))
        SubElement(root, self._name("message")).text = error.message
        if error.details is not None:
            SubElement(root, self._name("details")).text = error.details
        for name, value in extra.items():
            root.set(name, str(value))
        return document(root)

    def _name(self, local: str) -> str:
        return qualified(self._prefix, local)

    def _root(self, local: str) -> Element:
        root = Element(self._name(local))
        declare(root, self._prefix, AUTH_V11)
        return root


def _attributes(endpoint: EndpointV11) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if endpoint.region is not None:
        attributes["region"] = endpoint.region
    if endpoint.v1_default is not None:
        attributes["v1Default"] = "true" if endpoint.v1_default else "false"
    attributes["publicURL"] = endpoint.public_url
    if endpoint.internal_url is not None:
        attributes["internalURL"] = endpoint.internal_url
    return attributes
