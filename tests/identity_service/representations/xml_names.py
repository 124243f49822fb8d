# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in XML: the namespaces of the documents, and the prefixes that stand for them in answers.

Answers are built of names with their prefixes written out, because a test may choose any of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

IDENTITY = "http://docs.openstack.org/identity/api/v2.0"
RAX_AUTH = "http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0"
RAX_KSKEY = "http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0"
AUTH_V11 = "http://docs.rackspacecloud.com/auth/api/v1.1"

# Declared in most answers of the document, used in none of them.
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
    """How answers are written. An empty prefix makes the namespace the default one; RAX-AUTH needs one.

    ``user_name`` is the attribute with a user's name: ``name``, ``username``, or what the documents show.
    """

    identity_prefix: str = ""
    rax_auth_prefix: str = "rax-auth"
    v11_prefix: str = ""
    user_name: str = "documents"


def is_prefix(text: str) -> bool:
    """Whether that can stand before a colon in a name."""
    return _PREFIX.fullmatch(text) is not None


def qualified(prefix: str, local: str) -> str:
    """A name with its prefix."""
    return f"{prefix}:{local}" if prefix else local


def declare(root: Element, prefix: str, uri: str) -> None:
    """Bind a prefix to a namespace in all of the document."""
    root.set(qualified("xmlns", prefix) if prefix else "xmlns", uri)


def declare_unused(root: Element, taken: set[str]) -> None:
    """Declare what the documents declare without need, but for prefixes that have another meaning here."""
    for prefix, uri in _UNUSED.items():
        if prefix not in taken:
            declare(root, prefix, uri)


def document(root: Element) -> bytes:
    """The bytes of an answer."""
    return _DECLARATION + tostring(root, encoding="unicode").encode()
