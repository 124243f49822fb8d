# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one table of options: what every plugin accepts, and where each value may come from.

Argument specs, and the sources in the documentation of lookups, are built from it. The rest of the documentation
repeats it in prose, and a unit test compares the two, option by option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ._errors import OptionError

DEFAULT_IDENTITY_URL = "https://identity.api.rackspacecloud.com/v2.0"
INI_SECTION = "rackspace_identity"
MASK = "********"
"""Shown in place of a secret."""


class Option(NamedTuple):
    """One option: its type, and its names in tasks, the environment, variables and the ini file.

    options: those in it, if it is a dictionary with known keys.
    """

    name: str
    type: str = "str"
    default: Any = None
    elements: str | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    var: str | None = None
    ini: str | None = None
    secret: bool = False
    options: tuple[Option, ...] = ()


def _shared(
    name: str, *, ini: str = "", var: str = "", env: tuple[str, ...] | None = None, **attributes: Any
) -> Option:
    """Declare an option that all plugins share, read from RAX_<NAME> and rax_<name>; secrets never from ini."""
    secret = bool(attributes.get("secret"))
    return Option(
        name,
        env=(f"RAX_{name.upper()}",) if env is None else env,
        var=var or f"rax_{name}",
        ini=None if secret else ini or name,
        **attributes,
    )


CREDENTIALS = (
    # The names beginning with RS_ are those of the rack command line, and come last.
    _shared("username", env=("RAX_USERNAME", "RS_USERNAME")),
    _shared("api_key", secret=True, env=("RAX_API_KEY", "RS_API_KEY")),
    _shared("password", secret=True),
    _shared("token", secret=True, aliases=("auth_token",)),
    _shared("passcode", secret=True, env=()),
    _shared("session_id", secret=True, env=()),
    _shared("totp_secret", secret=True),
    _shared("tenant_id"),
    _shared("tenant_name"),
    _shared(
        "credentials_file",
        type="path",
        aliases=("credentials", "creds_file"),
        env=("RAX_CREDENTIALS", "RAX_CREDS_FILE"),
    ),
    _shared("cloud", aliases=("profile",), env=("RAX_CLOUD", "OS_CLOUD")),
)
"""The credentials, and the tenant to log in to."""

CONNECTION = (
    _shared(
        "identity_url",
        default=DEFAULT_IDENTITY_URL,
        aliases=("auth_endpoint", "auth_url"),
        env=("RAX_IDENTITY_URL", "RAX_AUTH_URL", "RS_AUTH_URL"),
    ),
    _shared("api_version", default="v2.0", choices=("v2.0", "v1.1")),
    _shared("wire_format", default="json", choices=("json", "xml"), env=()),
    _shared("validate_certs", type="bool", default=True, aliases=("verify_ssl",)),
    _shared("ca_path", type="path"),
    _shared("proxy"),
    _shared("timeout", type="float", default=30.0),
    _shared("retries", type="int", default=4),
    _shared("retry_max_wait", type="float", default=60.0),
)
"""The connection to the identity service."""

CACHE = (
    _shared("cache", type="bool", default=True),
    _shared("cache_dir", type="path"),
    _shared("min_ttl", type="int", default=300),
    _shared("cache_plugin"),
    _shared("cache_plugin_connection", secret=True),
)
"""The token cache, and the store behind it that controllers share."""

CATALOG = (_shared("default_region", env=("RAX_REGION", "RS_REGION_NAME"), var="rax_region", ini="region"),)
"""Preferences for the catalog."""

SHARED = (*CREDENTIALS, *CONNECTION, *CACHE, *CATALOG)
"""The options of every plugin that talks to the identity service."""

VARIABLES = {option.name: option.var for option in SHARED if option.var}
"""The variable of each option that has one."""

SHARED_BY_REQUESTS = tuple(
    # Other services ask for longer waits than the identity service does.
    option._replace(default=120.0) if option.name == "retry_max_wait" else option
    for option in SHARED
)
"""The same for requests to other services."""

SCOPES = ("setup-mfa",)

USER_PARAMETERS = (
    Option("apply_rcn_roles", type="bool", default=False),
    Option("include_accessible_domains", type="bool", default=False),
)
"""Additional data about the user to return."""

LOGIN_PARAMETERS = (
    Option("include_endpoints", type="bool", default=True),
    Option("scope", choices=SCOPES),
    Option("on_mfa", default="fail", choices=("fail", "challenge")),
)
"""The parameters of a login, and the response to a request for a second factor."""

RENEW = (Option("renew", type="bool", default=False),)
"""Log in even if a token is cached."""

FACTS = (Option("facts", default="metadata", choices=("metadata", "all", "none")),)
"""The facts that a login sets."""

SUBJECT = (Option("subject_token", secret=True),)
"""The token to validate or revoke, if it is not the one that authorizes the call."""

TOKEN_INFO = (Option("belongs_to"), Option("list_endpoints", type="bool", default=False))
"""Further questions about a token."""

INTERFACES = ("public", "internal", "admin")

CATALOG_FILTERS = (
    Option("service_type", type="list", elements="str", aliases=("type",)),
    Option("service_name", type="list", elements="str"),
    Option("region", type="list", elements="str"),
    Option("interface", type="list", elements="str", choices=INTERFACES),
    Option("version", type="list", elements="str"),
    Option("tenant", type="list", elements="str"),
)
"""Filters for the endpoints that a module returns."""

ENDPOINT_CHOICE = (
    Option("type", aliases=("service_type",)),
    Option("name", aliases=("service_name",)),
    Option("region"),
    Option("interface", default="public", choices=INTERFACES),
    Option("version"),
    Option("tenant"),
    Option("all", type="bool", default=False),
    Option("detail", type="bool", default=False),
    Option("on_missing", default="error", choices=("error", "empty", "default")),
    Option("default", type="raw"),
)
"""The endpoint that a lookup selects from the catalog."""


WAIT = (
    Option("path", type="raw"),
    Option("key"),
    # Not strings: Ansible would make a string of a list in it.
    Option("values", type="list", elements="raw"),
    Option("failures", type="list", elements="raw"),
    Option("gone", type="bool", default=False),
    Option("timeout", type="float", default=600.0),
    Option("interval", type="float", default=5.0),
)
"""What a request waits for. Times are in seconds."""

UNLESS = (
    Option("path", type="raw"),
    Option("query", type="dict"),
    Option("find", type="dict"),
    Option("contains", type="raw"),
)
"""What makes a request unnecessary."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "COPY")

REQUEST = (
    Option("service_type", aliases=("type",)),
    Option("service_name", aliases=("name",)),
    Option("region"),
    Option("interface", default="public", choices=INTERFACES),
    Option("version"),
    Option("tenant"),
    Option("path", type="raw"),
    Option("url"),
    Option("method", default="GET", choices=METHODS),
    Option("query", type="dict"),
    Option("headers", type="dict"),
    Option("body", type="raw"),
    Option("src", type="path"),
    Option("dest", type="path"),
    Option("force", type="bool", default=False),
    Option("status_code", type="list", elements="int"),
    Option("retry_on", type="dict"),
    Option("paginate", choices=("auto", "links", "marker")),
    Option("max_items", type="int", default=10000),
    Option("wait", type="dict", options=WAIT),
    Option("unless", type="dict", options=UNLESS),
)
"""A request to a service, and what to do with its response."""

FILE_ATTRIBUTES = (Option("mode", type="raw"), Option("owner"), Option("group"))
"""Of a file that a module writes; Ansible itself sets them."""


_FORMER = {
    "env": (
        "It named a section of .pyrax.cfg, a file that is not read here. Give what the section says as options or "
        "variables, or write an entry of clouds.yaml for each section, and name it with cloud."
    ),
    "identity_type": "The identity service is always that of Rackspace, so leave it out.",
}
"""Options of the former rax_* modules that have no successor, and what to do instead."""


def check_former(names: Iterable[str]) -> None:
    """Raise OptionError for an option of the former modules that does not carry over."""
    for name in names:
        if name in _FORMER:
            raise OptionError(
                f"{name} was an option of the former rax_* modules, and does not exist here. {_FORMER[name]}"
            )


def by_name(options: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keyword arguments under the options' own names; None counts as not given.

    Raises OptionError for a name that no option has, and for an option given under two names.
    """
    check_former(given)
    names = {name: option.name for option in options for name in (option.name, *option.aliases)}
    unknown = sorted(set(given) - set(names))
    if unknown:
        known = ", ".join(sorted({option.name for option in options}))
        raise OptionError(f"Unknown option {', '.join(unknown)}. Options: {known}.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if names[name] in values:
            raise OptionError(f"{names[name]} is given twice, once under another name.")
        values[names[name]] = value
    return values
