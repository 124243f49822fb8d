# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_request: one call to any Rackspace service, with the token of the login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import _clock
from .._catalog.catalog import Catalog, taken_over
from .._catalog.selection import criteria_of_one, find_endpoints, select_endpoint
from .._catalog.services import flatten
from .._errors import OptionError
from .._options import FILE_ATTRIBUTES, REQUEST, SHARED_BY_REQUESTS, Option
from .._session.access_provider import open_provider
from .._session.authenticated_client import open_authenticated_client
from .._session.authorization import AgedAuthorization, Authorization
from .._session.credential_values import clean
from .._session.credentials import given_token
from .._settings import Context, Settings

if TYPE_CHECKING:
    from .._request.call import Call
    from .._request.service_client import ServiceClient
    from .._request.target import Target

OPTIONS: Sequence[Option] = SHARED_BY_REQUESTS + REQUEST + FILE_ATTRIBUTES
CONTINUES_LOGIN = True

_CHOICE = ("service_type", "service_name", "region", "version", "tenant")
# For endpoints that none of them tells apart.
_OTHER_WAY = "url with the whole URL"

_RESULT = dict.fromkeys(
    (
        *("status", "url", "headers", "json", "content", "pages", "attempts", "waited", "dest", "size", "checksum"),
        "request_id",
    )
)


def run(options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of rax_request. Raises every kind of IdentityError."""
    # Imported here, as all that only requests need.
    from .._request.call import GONE, read_call
    from .._request.service_client import ServiceClient
    from .._request.unless import compare, read_unless
    from .._request.waits import read_wait, wait_for

    started = _clock.monotonic()
    call, place = read_call(options), _Place(options)
    wait, unless = read_wait(options["wait"]), read_unless(options)
    settings = Settings.from_options(options, context)
    catalog, authorization = _log_in(settings, options, context)
    target, url = place.find(catalog)
    call = replace(call, url=url)
    client = ServiceClient(target, authorization, settings.connection, context)
    found = compare(client, call, unless, options["max_items"], context) if unless else None
    if found and found.is_there:
        result = {**found.result, "changed": False}
    else:
        result = _send(client, call, options, context)
        if wait and not (context.check_mode and result["changed"]) and result["status"] not in GONE:
            result = wait_for(client, call, wait, result, context)
        if found and context.diff:
            result["diff"] = found.diff()
    return {**_RESULT, **result, "elapsed": round(_clock.monotonic() - started, 3)}


def _send(client: ServiceClient, call: Call, options: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Send the request in the way that the options ask for, and return the result."""
    from .._request import files, pages
    from .._request.call import READING
    from .._request.result import result_of

    if options["dest"]:
        return files.download(client, call, options["dest"], context, force=options["force"])
    if options["src"]:
        return files.upload(client, call, options["src"], context, force=options["force"])
    if context.check_mode and call.method not in READING:
        return {"changed": True, "url": call.url, "status": None}
    if options["paginate"]:
        result = pages.read_pages(client, call, options["paginate"], options["max_items"], context)
        return {**result, "changed": False}
    reply = client.send(call)
    return {**result_of(client, reply, context), "changed": call.is_change(reply.response.status)}


class _Place:
    """The destination that the options describe. They are checked before anything is sent."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Read the options. Raises OptionError."""
        from .._request.target import encodable_option, encoded_query, quoted_path, refuse_dots_in_url

        self._options = options
        refuse_dots_in_url(encodable_option(options["url"] or "", "url"))
        self._path, self._query = quoted_path(options["path"]), encoded_query(options["query"])
        if options["url"] and options["path"] is not None:
            raise OptionError("path and url are mutually exclusive: give one of the two.")
        if options["url"] and not self._is_relative:
            return
        if not options["service_type"] and not options["service_name"]:
            raise OptionError("Say which service: with service_type, for example object-store, or with service_name.")

    def find(self, catalog: Catalog) -> tuple[Target, str]:
        """Return the endpoint, and the URL of the request.

        Raises NoEndpointError, AmbiguousEndpointError, and OptionError for a URL that is not in the catalog.
        """
        from .._request.target import target_of, target_of_link

        options = self._options
        criteria = criteria_of_one(options["service_type"], options["service_name"], options)
        if options["url"] and not self._is_relative:
            chosen = [name for name in _CHOICE if getattr(criteria, name)]
            # Any of its interfaces may be the one that the link leads to.
            of_any = criteria._replace(interface=())
            endpoints = find_endpoints(catalog.services, of_any) if chosen else flatten(catalog.services)
            target, url = target_of_link(options["url"], endpoints, options["interface"], chosen)
            return target, self._with_query(url)
        endpoint = select_endpoint(catalog.services, criteria, catalog.default_region, _OTHER_WAY)
        target = target_of(endpoint, options["interface"])
        if self._is_relative:
            return target, self._with_query(target.follow(options["url"], target.base))
        return target, target.url(self._path, self._query)

    @property
    def _is_relative(self) -> bool:
        """Return whether url is a link without a host, as Cloud Images and Cloud Queues send them."""
        url = self._options["url"]
        return bool(url) and url.startswith("/") and not url.startswith("//")

    def _with_query(self, url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}{self._query}" if self._query else url


def _log_in(settings: Settings, options: Mapping[str, Any], context: Context) -> tuple[Catalog, Authorization]:
    """Return the catalog and the token of the login; a token alone has no catalog, but the service lists its own."""
    default_region = clean(options["default_region"], "default_region", context)
    given = settings.credentials
    token = None if given.tenant_id or given.tenant_name else given_token(given, context)
    known = taken_over(context.catalog)
    if token is not None and known:
        return known._replace(default_region=default_region or known.default_region), Authorization(token)
    if token is not None:
        with open_authenticated_client(settings, context) as client:
            services = client.identity.list_endpoints(client.token, auth_token=client.token)
            return Catalog(services, default_region), Authorization(client.token)
    provider = open_provider(settings, context)
    login = provider.get_access()
    authorization = AgedAuthorization(login, provider.replace_login, provider.forget_token, provider.secrets)
    return Catalog(login.access.services, login.preferred_region(default_region)), authorization
