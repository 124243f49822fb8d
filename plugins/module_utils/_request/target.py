# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The target of a request: an endpoint of the catalog, and a path below it.

A link in a response is only followed on the endpoint's own origin: Rackspace's own documents show links to plain http,
to other hosts and to 127.0.0.1, and a token must not go there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from .._catalog.selection import url_of
from .._errors import DecodeError, NoEndpointError, OptionError
from .._http.userinfo import without_userinfo
from .._models import Endpoint
from .._options import INTERFACES
from .._text import shown

_PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_PERCENT_SIGN = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Python leaves them out of every URL, so ".\t." becomes "..".
_LEFT_OUT_OF_URLS = str.maketrans("", "", "\t\r\n")
_NO_BASE = re.compile(r"[?#\\\x00-\x1f\x7f]|//[^/]*@")
# What a path may hold as it is (RFC 3986), and what quoted paths in links hold.
_SAFE_IN_PATH = "/:@!$&'()*+,;=~"


class Target(NamedTuple):
    """An endpoint: the URL of its root, in words what it is an endpoint of, and whether it stores objects."""

    base: str
    words: str
    is_object_store: bool = False

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return origin_of(self.base)

    def url(self, path: str, query: str = "") -> str:
        """Return the URL of a quoted path below the endpoint."""
        below = f"{self.base.rstrip('/')}/{path}" if path else self.base
        return f"{below}?{query}" if query else below

    def follow(self, link: str, base: str) -> str:
        """Return a link in the response from the URL base, with its path and query alone, on the endpoint's origin.

        Raises DecodeError for a link that is not a URL.
        """
        try:
            parts = urlsplit(urljoin(base, link.strip()))
            # Half a character has no form in a URL.
            path = _quoted_link(parts.path, _SAFE_IN_PATH)
            query = _quoted_link(parts.query, f"{_SAFE_IN_PATH}?")
        except ValueError:
            raise DecodeError("it sent a link that is not a URL") from None
        return f"{self.origin}/{path.lstrip('/')}{f'?{query}' if query else ''}"


def _quoted_link(text: str, safe: str) -> str:
    """Return a part of a link, quoted where it is not yet: or `requests` quotes all again for one bare "%"."""
    return quote(_PERCENT_SIGN.sub("%25", text), safe=f"{safe}%")


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL in lower case, without the port that the scheme implies."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    port = parts.port
    is_implied = port is None or (scheme, port) in (("http", 80), ("https", 443))
    return f"{scheme}://{shown}{'' if is_implied else f':{port}'}"


def target_of_link(
    url: str, endpoints: Iterable[Endpoint], interface: str = "public", chosen: Sequence[str] = ()
) -> tuple[Target, str]:
    """Return the endpoint that a URL out of an earlier response belongs to, and the URL on its origin.

    Only hosts of these endpoints are accepted, whatever the scheme of the link. chosen: the options that chose them
    from the catalog. interface: which one to use; with public, that which the link leads to.

    Raises OptionError for another host, and NoEndpointError for an endpoint without this interface.
    """
    url = url.strip()
    host = _host_of(url)
    if host is None:
        raise OptionError(f"url must be an http or https URL with a host, not {without_userinfo(url)!r}.")
    for endpoint in endpoints:
        for one in INTERFACES:
            if _host_of(url_of(endpoint, one) or "") == host:
                target = target_of(endpoint, one if interface == "public" else interface)
                return target, target.follow(url, target.base)
    if chosen:
        raise OptionError(
            f"url points to {host}, which is not the host of an endpoint selected by {' and '.join(chosen)}, and the "
            "token is not sent there. Correct that, or set it to an empty string if another endpoint is on this host."
        )
    raise OptionError(
        f"url points to {host}, which is not a host of the catalog, and the token is not sent there. "
        "Give service_type and path instead."
    )


def target_of(endpoint: Endpoint, interface: str) -> Target:
    """Return the target that an endpoint of the catalog is for one kind of use: public, internal or admin."""
    service_type = endpoint["service_type"] or endpoint["service_name"] or "without a type"
    # As in "object-store in DFW".
    words = f"{service_type} in {endpoint['region']}" if endpoint.get("region") else service_type
    base = url_of(endpoint, interface)
    if not base:
        raise NoEndpointError(f"The catalog has no {interface} URL of {words}. Choose another interface.")
    if not _host_of(base):
        raise NoEndpointError(f"The {interface} URL of {words} in the catalog is not an http or https URL with a host.")
    if _NO_BASE.search(base):
        # It would send a password, or the request to the endpoint itself in place of what is below it.
        raise NoEndpointError(
            f"The {interface} URL of {words} in the catalog has a user, a query, a fragment or a character that no URL "
            "has, and no path can be added to it."
        )
    return Target(base, words, service_type.casefold() == "object-store")


def _host_of(url: str) -> str | None:
    """Return host and port of an http or https URL without the port that the scheme implies, or None for another."""
    try:
        parts, origin = urlsplit(url), origin_of(url)
    except ValueError:
        return None
    return origin.partition("://")[2] if parts.scheme in ("http", "https") and parts.hostname else None


def quoted_path(path: Any) -> str:
    """Return the option path, quoted: a list is one segment for each member, a string keeps its slashes.

    Raises OptionError for what would name something else than it seems to.
    """
    if path is None:
        return ""
    if isinstance(path, (list, tuple)):
        return "/".join(_quoted_segment(segment, number) for number, segment in enumerate(path))
    if isinstance(path, (dict, bool)):
        raise OptionError(f"path must be a string or a list of segments, not {shown(path)}.")
    text = str(path).lstrip("/")
    if "?" in text or "#" in text:
        raise OptionError(
            f"path must not contain ? or #: {text!r}. Give the query with query=, and a name that contains them in a "
            "list, such as path: [container, 'what?.txt']."
        )
    if _PERCENT_ENCODED.search(text):
        raise OptionError(
            f"path must not be percent-encoded: {text!r}. Write it as it is, or, if the percent sign is meant, "
            "as a list of segments, such as path: [container, '100%25.txt']."
        )
    for segment in text.split("/"):
        _refuse_dots(segment)
    return quote(encodable_option(text, "path"), safe=_SAFE_IN_PATH)


def _quoted_segment(segment: Any, number: int) -> str:
    if isinstance(segment, (dict, list, tuple, bool)) or segment is None or segment == "":
        raise OptionError(f"Segment {number + 1} of path must be a non-empty string, not {shown(segment)}.")
    text = str(segment)
    _refuse_dots(text)
    return quote(encodable_option(text, "path"), safe="")


def refuse_dots_in_url(url: str) -> None:
    """Refuse the option url where a segment of its path, percent-encoded or not, would lead elsewhere.

    Raises OptionError.
    """
    for segment in re.split("[?#]", url.translate(_LEFT_OUT_OF_URLS).strip(), maxsplit=1)[0].split("/"):
        _refuse_dots(unquote(segment), "url")


def _refuse_dots(segment: str, option: str = "path") -> None:
    # They survive quoting, and would be resolved on the way.
    if segment in (".", ".."):
        raise OptionError(f"{option} must not contain the segment {segment!r}, which has a special meaning in a URL.")


def encodable_option(text: str, option: str) -> str:
    """Return the value of an option. Raises OptionError for half a character, which has no form in a URL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(f"{option} is not valid UTF-8. Check how it was written.") from None
    return text


def encoded_query(query: Mapping[str, Any] | None) -> str:
    """Return the option query as it stands in a URL: lists repeat their name, booleans are in lower case.

    Raises OptionError for a value that has no form in a query.
    """
    pairs = []
    for name, value in (query or {}).items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(one, (dict, list, tuple)):
                raise OptionError(f"query: {name} must be a string, a number, true, false, or a list of these.")
            if one is not None:
                pairs.append((str(name), str(one).lower() if isinstance(one, bool) else str(one)))
    try:
        return urlencode(pairs)
    except UnicodeEncodeError:
        raise OptionError("query is not valid UTF-8. Check how it was written.") from None


def checked_headers(
    headers: Mapping[str, Any] | None, refused: Sequence[str], value: re.Pattern[str]
) -> dict[str, str]:
    """Return the option headers as strings. Raises OptionError for those that no user sets, or that cannot be sent."""
    checked = {}
    for name, given in (headers or {}).items():
        if str(name).lower() in refused:
            raise OptionError(f"headers: {name} is set by the module itself. Leave it out.")
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", str(name)):
            raise OptionError(f"headers: {str(name)!r} is not the name of a header.")
        if isinstance(given, (dict, list, tuple)):
            raise OptionError(f"headers: {name} must be a string.")
        text = "" if given is None else str(given).lower() if isinstance(given, bool) else str(given).strip()
        if text and not value.fullmatch(text):
            raise OptionError(f"headers: {name} contains a character that a header cannot contain. Percent-encode it.")
        checked[str(name)] = text
    return checked
