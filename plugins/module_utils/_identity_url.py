# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URL of an identity service, in every form that users give it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ._errors import OptionError
from ._text import INVISIBLE

_SUFFIX = re.compile(r"(?:/v(?:2\.0|1\.1))*(?:/tokens)?$", re.IGNORECASE)
_OTHER_VERSION = re.compile(r"/(v[0-9][0-9.]*)$", re.IGNORECASE)


def service_url(identity_url: str, api_version: str, named: str = "identity_url") -> str:
    """Return the root URL of one version of the API, without a trailing slash.

    identity_url: the host alone, or with a path, ending in either version, with or without /tokens, or in neither;
    api_version (v2.0 or v1.1) decides. named: what it is called in an error.

    Raises OptionError unless it is an http or https URL without credentials, query and fragment, and for a version that
    does not exist.
    """
    text = identity_url.strip(INVISIBLE)
    if "://" not in text:
        text = f"https://{text}"
    text = text.rstrip("/")
    way_out = "Give something like https://identity.api.rackspacecloud.com/v2.0."
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # What https:/host would mean.
        usable = usable and parts.hostname not in ("http", "https")
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in text):
        raise OptionError(f"{named} is not an http or https URL with a host. {way_out}")
    if parts.username is not None or parts.password is not None:
        raise OptionError(f"{named} contains a user or password; credentials have options of their own. {way_out}")
    # Also an empty one, behind which the version would not be part of the path.
    if "?" in text or "#" in text:
        raise OptionError(f"{named} contains a query or fragment. {way_out}")
    root = _SUFFIX.sub("", text)
    other = _OTHER_VERSION.search(root)
    if other:
        raise OptionError(f"{named} ends in {other.group(1)}, but the Identity API has the versions v2.0 and v1.1.")
    return f"{root}/{api_version}"
