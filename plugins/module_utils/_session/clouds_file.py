# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read clouds.yaml, with the secrets in secure.yaml, as the OpenStack client writes and reads them.

An entry can be for any cloud. One that does not say that it is for Rackspace must say where its credentials may be
sent, and they are sent nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .._errors import MissingCredentialsError, MissingLibraryError, OptionError
from .._settings import Source
from .credentials_file import NAME_OF_KEY, CredentialsFile, Entries, FileContent, read_file

_SECURE_VARIABLE = "OS_CLIENT_SECURE_FILE"
_SECURE_NAMES = ("secure.yaml", "secure.yml", "secure.json")
_SECRETS = ("api_key", "password")
# auth_type: the option that holds its secret.
_RACKSPACE_TYPES = {"rackspace_apikey": "api_key", "rackspace_password": "password"}
_TYPES = {**_RACKSPACE_TYPES, "password": "password", "v2password": "password"}
_DOMAIN = "rackspacecloud.com"
_MAX_BITS = 1000


def read_clouds(file: CredentialsFile) -> Entries:
    """Return the entries of a file. Raises MissingCredentialsError and MissingLibraryError."""
    clouds = _clouds_of(file)
    secure = _secure_file(file.path)
    secret_clouds = _clouds_of(secure) if secure else {}
    merged = {name: _merged(clouds.get(name), secret_clouds.get(name)) for name in (*clouds, *secret_clouds)}
    if not merged:
        raise _unusable(file, "has no entries under clouds")
    return _Clouds(file, secure, merged, secret_clouds)


class _Clouds:
    """The entries of one file, and of the file with their secrets if there is one."""

    def __init__(
        self,
        file: CredentialsFile,
        secure: CredentialsFile | None,
        merged: Mapping[str, Any],
        secret_clouds: Mapping[str, Any],
    ) -> None:
        self._file, self._secure = file, secure
        self._merged, self._secret_clouds = merged, secret_clouds
        self.names: Sequence[str] = list(merged)
        self.default = self.names[0] if len(self.names) == 1 else None

    def content(self, name: str) -> FileContent:
        """Return one of the entries. Raises MissingCredentialsError, and OptionError for what is not a string."""
        path = self._file.path
        words = f"The entry {name} of the credentials file {path}"
        entry = self._merged[name]
        auth = entry.get("auth") if isinstance(entry, Mapping) else None
        if not isinstance(auth, Mapping):
            raise MissingCredentialsError(f"{words} has no auth with a username and an api_key or password.")
        kind = _secret(entry, "auth_type", words)
        if kind is not None and kind not in _TYPES:
            raise MissingCredentialsError(
                f"{words} has the auth_type {kind}, which is not one of {', '.join(_TYPES)}. It may be for another "
                "cloud."
            )
        url = _text(auth, "auth_url", words)
        is_rackspace = kind in _RACKSPACE_TYPES or _is_of_rackspace(entry, url)
        if not url and not is_rackspace:
            raise MissingCredentialsError(
                f"{words} contains neither auth_url nor profile: rackspace, so it may be for another cloud. Add one of "
                "the two."
            )
        wanted = (_TYPES[kind],) if kind else _SECRETS
        values = {
            "username": _secret(auth, "username", words),
            **{name: _secret(auth, name, words) if name in wanted else None for name in _SECRETS},
            "tenant_id": _text(auth, "project_id", words) or _text(auth, "tenant_id", words),
            "tenant_name": _text(auth, "project_name", words) or _text(auth, "tenant_name", words),
            "identity_url": url,
            "default_region": _text(entry, "region_name", words),
        }
        if "," in (values["default_region"] or ""):
            # Older clients took a list.
            values["default_region"] = None
        if values["tenant_id"]:
            # Most entries have both, and one is enough.
            values["tenant_name"] = None
        holder = self._holder(name, wanted)
        nothing = f"{words} contains no {' and no '.join(wanted)}"
        if self._secure:
            nothing += f", and neither does {self._secure.path} in auth of its entry {name}"
        elif os.environ.get(_SECURE_VARIABLE):
            (missing,) = secure_paths(path)
            nothing += f", and {missing}, which {Source.environment(_SECURE_VARIABLE).words} names, was not found"
        return FileContent(values, path, name, holder.path, holder.mode, f"{nothing}.", is_rackspace)

    def _holder(self, name: str, secrets: Sequence[str]) -> CredentialsFile:
        """Return the file that holds the secret of an entry."""
        entry = self._secret_clouds.get(name)
        auth = entry.get("auth") if isinstance(entry, Mapping) else None
        in_secure = isinstance(auth, Mapping) and any(auth.get(secret) for secret in secrets)
        return self._secure if self._secure and in_secure else self._file


def _is_of_rackspace(entry: Mapping[str, Any], url: str | None) -> bool:
    host = f".{(urlsplit(url).hostname or '') if url and _is_url(url) else ''}"
    return "rackspace" in (entry.get("profile"), entry.get("cloud")) or host.endswith(f".{_DOMAIN}")


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _secure_file(path: str) -> CredentialsFile | None:
    """Return the file with the secrets of another, if there is one."""
    found = next(filter(os.path.exists, secure_paths(path)), None)
    if not found:
        return None
    how_to = "Remove it, or make it readable."
    if os.environ.get(_SECURE_VARIABLE):
        how_to = f"It was named by {Source.environment(_SECURE_VARIABLE).words}. {how_to}"
    return read_file(found, how_to)


def secure_paths(path: str) -> list[str]:
    """Return where the file with the secrets of another can be; the first one that is there counts."""
    named = os.environ.get(_SECURE_VARIABLE)
    if named:
        return [os.path.expanduser(named)]
    return [os.path.join(os.path.dirname(path), name) for name in _SECURE_NAMES]


def _clouds_of(file: CredentialsFile) -> dict[str, Any]:
    """Return what a file has under clouds, by name. Raises MissingCredentialsError and MissingLibraryError."""
    content = _load(file)
    clouds = content.get("clouds") if isinstance(content, Mapping) else None
    if clouds is None and isinstance(content, Mapping):
        return {}
    if not isinstance(clouds, Mapping):
        raise _unusable(file, "has no dictionary of entries under clouds")
    return {hex(name) if _is_endless(name) else str(name): entry for name, entry in clouds.items()}


def _load(file: CredentialsFile) -> object:
    try:
        import yaml
    except ImportError:
        raise MissingLibraryError("PyYAML") from None

    class Loader(yaml.SafeLoader):
        def compose_mapping_node(self, anchor: Any) -> Any:
            node = super().compose_mapping_node(anchor)
            _check_keys(file, [key for key, _value in node.value])
            return node

    # The exceptions' own texts show the line, which may hold the secret.
    try:
        return Loader(file.text).get_single_data()
    except MissingCredentialsError:
        raise
    except yaml.reader.ReaderError as error:
        lines = file.text.count("\n", 0, error.position) + 1
        raise _unusable(file, f"has a character that YAML does not allow, in line {lines}") from None
    except yaml.MarkedYAMLError as error:
        line = f", in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        if isinstance(error, yaml.constructor.ConstructorError):
            raise _unusable(file, f"has a tag or template that is not plain YAML{line}") from None
    except Exception:
        # PyYAML leaves it to Python to complain about !!int "", !!bool maybe and the like, in many ways.
        line = ""
    raise _unusable(file, f"is not YAML{line}")


def _check_keys(file: CredentialsFile, keys: Sequence[Any]) -> None:
    """Refuse a dictionary with a key that comes twice: PyYAML would take the last one and say nothing."""
    seen = set()
    for key in keys:
        # "<<" merges another dictionary, and each may.
        if not isinstance(key.value, str) or key.value == "<<":
            continue
        if key.value in seen:
            named = key.value if NAME_OF_KEY.fullmatch(key.value) else "a key"
            raise _unusable(file, f"has {named} twice, again in line {key.start_mark.line + 1}")
        seen.add(key.value)


def _merged(below: Any, above: Any) -> Any:
    """Return a value with another one merged over it, dictionaries deeply."""
    if above is None:
        return below
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    # The depth of what users write; aliases of YAML could go on without end.
    return {
        **below,
        **{
            key: {**below[key], **value}
            if isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
            else value
            for key, value in above.items()
        },
    }


def _text(values: Mapping[str, Any], key: str, words: str) -> str | None:
    """Return a string; a tenant and the like may be a number. Raises OptionError for anything else."""
    value = values.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and not _is_endless(value):
        return str(value)
    return _secret(values, key, words)


def _is_endless(value: object) -> bool:
    """Return whether a value is a number with so many digits that Python refuses to write them."""
    return isinstance(value, int) and value.bit_length() > _MAX_BITS


def _secret(values: Mapping[str, Any], key: str, words: str) -> str | None:
    """Return a string exactly as it was written. Raises OptionError for what YAML read as something else."""
    value = values.get(key)
    if value is None or isinstance(value, str):
        return value or None
    source = f"{words[0].lower()}{words[1:]}"
    if isinstance(value, (Mapping, list, tuple)):
        raise OptionError(f"{key} ({source}) must be a string, not a dictionary or list.")
    raise OptionError(f"{key} ({source}) was not read as a string, so it may not be what was written: quote it.")


def _unusable(file: CredentialsFile, problem: str) -> MissingCredentialsError:
    form = "It must have entries under clouds, each with auth and in it username and api_key or password."
    return MissingCredentialsError(f"The credentials file {file.path} {problem}. {form}")
