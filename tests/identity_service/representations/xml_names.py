# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in XML: the documented namespaces, and their prefixes in responses.

Responses are built from names with explicit prefixes, since tests can choose any prefix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

IDENTITY = "http://docs.openstack.org/identity/api/v2.0"
RAX_AUTH = "http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0"
RAX_KSKEY = "http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0"
AUTH_V11 = "http://docs.rackspacecloud.com/auth/api/v1.1"

# Declared but not used in most documented responses.
_UNUSED = {
    "atom": "http://www.w3.org/2005/Atom",
    "ns4": "http://docs.rackspace.com/identity/api/ext/RAX-KSGRP/v1.0",
    "rax-ksqa": "http://docs.rackspace.com/identity/api/ext/RAX-KSQA/v1.0",
    "os-ksadm": "http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0",
    "rax-kskey": RAX_KSKEY,
    "os-ksec2": "http://docs.openstack.org/identity/api/ext/OS-KSEC2/v1.0",
}
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PREFIX = re.compile(r"(?!xml)[A-Za-z_][A-Za-z0-9_.-]*", re.IGNORECASE)


@dataclass(frozen=True)
class XmlStyle:
    """How responses are written. An empty prefix makes its namespace the default; RAX-AUTH requires a prefix.

    ``user_name`` is the attribute with a user's name: ``name``, ``username``, or ``documents`` for the documented one.
    """

    identity_prefix: str = ""
    rax_auth_prefix: str = "rax-auth"
    v11_prefix: str = ""
    user_name: str = "documents"


def is_prefix(text: str) -> bool:
    """Tell whether a string is a valid namespace prefix."""
    return _PREFIX.fullmatch(text) is not None


def qualified(prefix: str, local: str) -> str:
    """Return a name with its prefix."""
    return f"{prefix}:{local}" if prefix else local


def declare(root: Element, prefix: str, uri: str) -> None:
    """Bind a prefix to a namespace in the whole document."""
    root.set(qualified("xmlns", prefix) if prefix else "xmlns", uri)


def declare_unused(root: Element, taken: set[str]) -> None:
    """Declare the unused namespaces of the documentation, except for prefixes that are already taken."""
    for prefix, uri in _UNUSED.items():
        if prefix not in taken:
            declare(root, prefix, uri)


def document(root: Element) -> bytes:
    """Serialize a response."""
    return _DECLARATION + tostring(root, encoding="unicode").encode()
