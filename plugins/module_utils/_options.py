# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one table of options: what every plugin accepts, and where a value may come from.

The modules' argument specs are built from it. The documentation of the modules and lookups repeats it in
prose, and a unit test compares the two, option by option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError

DEFAULT_IDENTITY_URL = "https://identity.api.rackspacecloud.com/v2.0"
INI_SECTION = "rackspace_identity"
MASK = "********"
"""What is shown of a secret."""


class Option(NamedTuple):
    """One option: its type, and the names it goes by in tasks, environment, variables and ini file."""

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


def _shared(name: str, *, ini: bool = True, env: tuple[str, ...] | None = None, **attributes: Any) -> Option:
    """An option shared by all plugins: RAX_<NAME> and rax_<name> unless told otherwise; secrets never from ini."""
    secret = bool(attributes.get("secret"))
    return Option(
        name,
        env=(f"RAX_{name.upper()}",) if env is None else env,
        var=f"rax_{name}",
        ini=name if ini and not secret else None,
        **attributes,
    )


LOGIN = (
    _shared("username"),
    _shared("api_key", secret=True),
    _shared("password", secret=True),
    _shared("token", secret=True, aliases=("auth_token",)),
    _shared("passcode", secret=True, env=()),
    _shared("session_id", secret=True, env=()),
    _shared("tenant_id"),
    _shared("tenant_name"),
    _shared(
        "credentials_file",
        type="path",
        aliases=("credentials", "creds_file"),
        env=("RAX_CREDENTIALS", "RAX_CREDS_FILE"),
    ),
    _shared(
        "identity_url",
        default=DEFAULT_IDENTITY_URL,
        aliases=("auth_endpoint", "auth_url"),
        env=("RAX_IDENTITY_URL", "RAX_AUTH_URL"),
    ),
    _shared("api_version", default="v2.0", choices=("v2.0", "v1.1")),
    _shared("wire_format", default="json", choices=("json", "xml"), env=()),
    _shared("validate_certs", type="bool", default=True, aliases=("verify_ssl",)),
    _shared("ca_path", type="path"),
    _shared("proxy"),
    _shared("timeout", type="float", default=30.0),
    _shared("retries", type="int", default=4),
    _shared("retry_max_wait", type="float", default=60.0),
    _shared("cache", type="bool", default=True),
    _shared("cache_dir", type="path"),
    _shared("min_ttl", type="int", default=300),
)
"""How to reach the service and who is asking: shared by every plugin."""

SCOPES = ("setup-mfa",)

USER_PARAMETERS = (
    Option("apply_rcn_roles", type="bool", default=False),
    Option("include_accessible_domains", type="bool", default=False),
)
"""What to tell about the user beside the usual."""

TOKEN = (
    Option("include_endpoints", type="bool", default=True),
    Option("scope", choices=SCOPES),
    Option("on_mfa", default="fail", choices=("fail", "challenge")),
    Option("renew", type="bool", default=False),
    Option("facts", default="metadata", choices=("metadata", "all", "none")),
)
"""What a login is to be for, and what it leaves behind."""

SUBJECT = (Option("subject_token", secret=True),)
"""The token to look at or revoke, where it is not the caller's own."""

INSPECTION = (Option("belongs_to"), Option("list_endpoints", type="bool", default=False))
"""What to ask about a token."""

INTERFACES = ("public", "internal", "admin")

CATALOG_FILTERS = (
    Option("service_type", type="list", elements="str", aliases=("type",)),
    Option("service_name", type="list", elements="str"),
    Option("region", type="list", elements="str"),
    Option("interface", type="list", elements="str", choices=INTERFACES),
    Option("version", type="list", elements="str"),
    Option("tenant", type="list", elements="str"),
)
"""Which endpoints of the catalog a module returns."""

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
"""Which endpoint a lookup picks from the catalog."""


def by_name(options: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """What keyword arguments give to options, by the options' own names; None counts as not given.

    Raises OptionError for a name that no option has, and for an option given by two of its names.
    """
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
            raise OptionError(f"{names[name]} is given twice, once by another name.")
        values[names[name]] = value
    return values


def _no_warning(message: str) -> None:
    """Drop a warning: for callers who have nobody to tell."""


class Context(NamedTuple):
    """What an operation needs to know beside its options.

    sources: for each option that was given, where it came from in words ("the option api_key", "the environment
    variable RAX_API_KEY"). A module cannot tell a default from the same value given by its user.
    warn: called with each warning for the user.
    """

    sources: Mapping[str, str] = {}
    warn: Callable[[str], None] = _no_warning
    check_mode: bool = False


def argument_spec(options: Iterable[Option], fallback: Callable[..., Any] | None = None) -> dict[str, dict[str, Any]]:
    """The options as an argument spec of Ansible's; fallback reads the environment variables of an option."""
    return {option.name: _argument(option, fallback) for option in options}


def _argument(option: Option, fallback: Callable[..., Any] | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": option.type}
    if option.default is not None:
        spec["default"] = option.default
    if option.elements:
        spec["elements"] = option.elements
    if option.choices:
        spec["choices"] = list(option.choices)
    if option.aliases:
        spec["aliases"] = list(option.aliases)
    if option.env and fallback:
        spec["fallback"] = (fallback, list(option.env))
    # Explicit also where false: Ansible guesses from the name otherwise, and takes `token`-like names for secrets.
    spec["no_log"] = option.secret
    return spec
