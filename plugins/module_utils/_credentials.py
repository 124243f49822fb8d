# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking: the one way to log in, out of all that options, variables, environment and files say."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    MissingCredentialsError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    ApiKey,
    Credentials,
    ExistingToken,
    Login,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context

DEFAULT_FILE = "~/.rackspace_cloud_credentials"
FILE_SECTION = "rackspace_cloud"

_WAYS = ("api_key", "password", "token", "passcode")

_HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as the variables rax_username and rax_api_key of lookups, as the environment variables "
    f"RAX_USERNAME and RAX_API_KEY, or in the credentials file {DEFAULT_FILE} (section [{FILE_SECTION}])."
)


def resolve_login(options: Mapping[str, Any], context: Context) -> Login:
    """The login that the options describe, completed from the credentials file.

    Raises MissingCredentialsError for none, AmbiguousCredentialsError for two, OptionError for a value that
    cannot be sent.
    """
    given = _given(options, context)
    _refuse_two(given)
    # Whose passcode it is, only a username tells.
    if not given.values["token"] and (given.values["username"] or not given.values["passcode"]):
        given = _complete(given, options.get("credentials_file"), context)
        _refuse_two(given)
    if given.values["tenant_id"] and given.values["tenant_name"]:
        raise OptionError("tenant_id and tenant_name exclude each other. Give one of them.")
    return Login(
        credentials=_credentials(given),
        tenant_id=given.values["tenant_id"],
        tenant_name=given.values["tenant_name"],
        apply_rcn_roles=bool(options.get("apply_rcn_roles", False)),
        include_accessible_domains=bool(options.get("include_accessible_domains", False)),
        include_endpoints=bool(options.get("include_endpoints", True)),
        scope=options.get("scope"),
    )


def own_token(options: Mapping[str, Any], context: Context) -> str | None:
    """The token in the options, to use as it is: a tenant beside it has a meaning for logins alone."""
    given = _given(options, context)
    _refuse_two(given)
    return given.values["token"]


def _given(options: Mapping[str, Any], context: Context) -> _Given:
    return _Given({name: clean(options.get(name), name) for name in _FROM_ANYWHERE}, context.sources)


_FROM_ANYWHERE = ("username", *_WAYS, "session_id", "tenant_id", "tenant_name")


class _Given(NamedTuple):
    """The values that are known, and where each came from."""

    values: Mapping[str, str | None]
    sources: Mapping[str, str]

    def source(self, name: str) -> str:
        return self.sources.get(name, f"the option {name}")


def clean(value: Any, name: str) -> str | None:
    """A value as plain text, without blanks around it; None for nothing. Passwords keep their blanks.

    Raises OptionError, with the option's name, for what can stand in no request.
    """
    if value is None:
        return None
    text = str(value)
    if name != "password":
        text = text.strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(f"{name} holds something that is no text in UTF-8. Check how it was written.") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise OptionError(f"{name} holds a line break or control character. Check how it was copied.")
    return text or None


def _refuse_two(given: _Given) -> None:
    ways = [name for name in _WAYS if given.values[name]]
    if len(ways) > 1:
        named = " and ".join(f"{name} ({given.source(name)})" for name in ways)
        raise AmbiguousCredentialsError(f"There is more than one way to log in: {named}. Remove all but one.")


def _credentials(given: _Given) -> Credentials:
    values = given.values
    if values["token"]:
        if not values["tenant_id"] and not values["tenant_name"]:
            raise MissingCredentialsError(
                "A token alone does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
                "or ask the module rackspace.identity.rax_token_info what the token is good for."
            )
        return ExistingToken(values["token"])
    if values["passcode"] or values["session_id"]:
        return _second_step(values["session_id"], values["passcode"])
    way = next((name for name in ("api_key", "password") if values[name]), None)
    username = values["username"]
    if way is None:
        lead = f"The credentials of {username} are missing." if username else "There are no credentials."
        raise MissingCredentialsError(f"{lead} {_HOW_TO}")
    if not username:
        raise MissingCredentialsError(
            f"{way} ({given.source(way)}) needs a username. Give the option username, "
            "or set the environment variable RAX_USERNAME."
        )
    secret = values[way] or ""
    return ApiKey(username, secret) if way == "api_key" else Password(username, secret)


def _second_step(session_id: str | None, passcode: str | None) -> Passcode:
    if not session_id or not passcode:
        missing, there = ("passcode", "session_id") if session_id else ("session_id", "passcode")
        raise MissingCredentialsError(
            f"{there} needs {missing}. The session_id is what the first step returns with on_mfa=challenge, "
            "the passcode what the owner of the account got for it."
        )
    return Passcode(session_id, passcode)


def _complete(given: _Given, path: Any, context: Context) -> _Given:
    """Fill in from the credentials file what is missing, unless the file is somebody else's."""
    name = os.path.expanduser(str(path or DEFAULT_FILE))
    if not path and not os.path.exists(name):
        return given
    # Imported here: most logins need no file.
    from ansible_collections.rackspace.identity.plugins.module_utils import _credentials_file

    username = given.values["username"]
    has_secret = any(given.values[way] for way in ("api_key", "password", "passcode"))
    try:
        mode, values = _credentials_file.read(name, FILE_SECTION, _HOW_TO)
    except MissingCredentialsError:
        if path or not username or not has_secret:
            raise
        # Nobody asked for this file, and nothing needs it.
        return given
    contents = {key: clean(value, key) for key, value in values.items()}
    # The service does not tell upper from lower case in usernames.
    if username and contents["username"] and contents["username"].casefold() != username.casefold():
        if has_secret:
            return given
        text = f"The credentials of {username} are missing: the credentials file {name} is of {contents['username']}."
        raise MissingCredentialsError(f"{text} {_HOW_TO}")
    source = f"the credentials file {name}"
    missing = {key for key in ("username", "tenant_id") if not given.values[key]}
    if given.values["tenant_name"]:
        missing.discard("tenant_id")
    if not has_secret:
        missing |= {"api_key", "password"}
    filled = {key: contents[key] for key in sorted(missing) if contents[key]}
    if filled and mode & (stat.S_IRWXG | stat.S_IRWXO):
        context.warn(f"The credentials file {name} can be used by others than its owner; chmod 600 it.")
    return _Given({**given.values, **filled}, {**given.sources, **dict.fromkeys(filled, source)})
