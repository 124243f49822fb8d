# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""clouds.yaml of the OpenStack client: what is read of it, with its secrets elsewhere, and what may be wrong."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    MissingCredentialsError,
    MissingLibraryError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest, Password
from ansible_collections.rackspace.identity.plugins.module_utils._session import credentials_file
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    HOW_TO,
    failure,
    login,
    origin,
    resolve,
    write,
)

LON = "https://lon.identity.api.rackspacecloud.com/v2.0"
CLOUDS_FORM = "It must have entries under clouds, each with auth and in it username and api_key or password."

# As the guides of the OpenStack client and of Rackspace's plugins for it show them.
WRITTEN = f"""\
# Mine.
clouds:
  key:
    profile: rackspace
    auth_type: rackspace_apikey
    auth:
      username: u
      api_key: k
    region_name: DFW
  london:
    auth:
      auth_url: {LON}/
      username: 'u'
      password: "secret word"
      project_id: 123456
      project_name: "ignored"
    region_name: LON
    identity_api_version: 2
  old:
    cloud: rackspace
    auth: {{username: u, password: p, tenant_name: n}}
    region_name: DFW,ORD,IAD
  elsewhere:
    auth: {{auth_url: "https://keystone.example.com/v2.0", username: me, password: secret}}
    auth_type: v2password
client:
  force_ipv4: true
"""


def clouds(directory: Path, name: str = "clouds.yaml", mode: int = 0o600, **entries: Any) -> Path:
    """Write a file with these entries."""
    return write(directory / name, yaml.safe_dump({"clouds": entries}), mode)


def entry(**auth: Any) -> dict[str, Any]:
    """Return an entry for Rackspace."""
    return {"profile": "rackspace", "auth": auth}


def service(**options: Any) -> tuple[str | None, str | None]:
    """Return the URL and the region of the file."""
    settings = Settings.from_options(options)
    found = resolve_login(settings.credentials, settings.login, Context()).service
    assert found
    return found.identity_url, found.default_region


@pytest.mark.parametrize(
    ("cloud", "request_", "of_file"),
    [
        ("key", LoginRequest(ApiKey("u", "k")), (None, "DFW")),
        ("london", LoginRequest(Password("u", "secret word"), tenant_id="123456"), (f"{LON}/", "LON")),
        ("old", LoginRequest(Password("u", "p"), tenant_name="n"), (None, None)),
        (
            "elsewhere",
            LoginRequest(Password("me", "secret")),
            ("https://keystone.example.com/v2.0", None),
        ),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("name", ["clouds.yaml", "clouds.json", "credentials"])
def test_entries(
    tmp_path: Path, name: str, as_json: bool, cloud: str, request_: LoginRequest, of_file: tuple[str | None, str | None]
) -> None:
    path = write(tmp_path / name, json.dumps(yaml.safe_load(WRITTEN), indent=1) if as_json else WRITTEN)
    assert login(credentials_file=path, cloud=cloud) == request_
    assert service(credentials_file=path, cloud=cloud) == of_file


def test_entry_in_words(tmp_path: Path) -> None:
    path = write(tmp_path / "clouds.yaml", WRITTEN)
    assert origin(credentials_file=path, cloud="key") == (
        f"The api_key came from the entry key of the credentials file {path}."
    )


def test_only_entry(tmp_path: Path) -> None:
    path = clouds(tmp_path, mine=entry(username="u", api_key="k"))
    assert login(credentials_file=path) == LoginRequest(ApiKey("u", "k"))


def test_merge_keys_of_yaml(tmp_path: Path) -> None:
    text = "x: &x {username: u, api_key: k}\nclouds:\n  a: {profile: rackspace, auth: {<<: *x, tenant_id: '007'}}\n"
    path = write(tmp_path / "clouds.yaml", text)
    assert login(credentials_file=path) == LoginRequest(ApiKey("u", "k"), tenant_id="007")


@pytest.mark.parametrize(
    ("auth_type", "expected"),
    [
        ("rackspace_apikey", LoginRequest(ApiKey("u", "k"))),
        ("rackspace_password", LoginRequest(Password("u", "p"))),
        ("password", LoginRequest(Password("u", "p"))),
        ("v2password", LoginRequest(Password("u", "p"))),
    ],
)
def test_auth_type_decides(tmp_path: Path, auth_type: str, expected: LoginRequest) -> None:
    path = clouds(tmp_path, a={**entry(username="u", api_key="k", password="p"), "auth_type": auth_type})
    assert login(credentials_file=path) == expected


def test_key_and_password_without_an_auth_type(tmp_path: Path) -> None:
    path = clouds(tmp_path, a=entry(username="u", api_key="secretkey", password="secretword"))
    words = f"the entry a of the credentials file {path}"
    assert failure(AmbiguousCredentialsError, credentials_file=path) == (
        f"api_key and password are both given: api_key ({words}) and password ({words}). Remove one of them."
    )


@pytest.mark.parametrize("name", ["secure.yaml", "secure.yml", "secure.json"])
def test_secrets_beside_it(tmp_path: Path, name: str) -> None:
    path = clouds(tmp_path, mode=0o644, a=entry(username="u"), b=entry(username="v", api_key="old"))
    secure: dict[str, Any] = {"a": {"auth": {"api_key": "k"}}, "b": {"auth": {"api_key": "new"}, "region_name": "ORD"}}
    clouds(tmp_path, name, **secure)
    # Nothing that others can read is a secret.
    assert login(credentials_file=path, cloud="a") == LoginRequest(ApiKey("u", "k"))
    assert login(credentials_file=path, cloud="b") == LoginRequest(ApiKey("v", "new"))
    assert service(credentials_file=path, cloud="b") == (None, "ORD")


def test_secrets_in_a_file_of_the_environment(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clouds(tmp_path, a=entry(username="u"))
    clouds(tmp_path, "secure.yaml", a={"auth": {"api_key": "unused"}})
    clouds(home, "mine.yaml", a={"auth": {"api_key": "k"}})
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", "~/mine.yaml")
    assert login(credentials_file=path) == LoginRequest(ApiKey("u", "k"))


def test_file_of_the_environment_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clouds(tmp_path, a=entry(username="u"), b=entry(username="v", api_key="k"))
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", "/nowhere/secure.yaml")
    assert failure(MissingCredentialsError, credentials_file=path, cloud="a") == (
        f"The entry a of the credentials file {path} contains no api_key and no password, and /nowhere/secure.yaml, "
        f"which the environment variable OS_CLIENT_SECURE_FILE names, was not found. {HOW_TO}"
    )
    assert login(credentials_file=path, cloud="b") == LoginRequest(ApiKey("v", "k"))


def test_file_of_the_environment_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clouds(tmp_path, a=entry(username="u"))
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(tmp_path))
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {tmp_path} cannot be used: Is a directory. It was named by the environment variable "
        "OS_CLIENT_SECURE_FILE. Remove it, or make it readable."
    )


@pytest.mark.parametrize(
    ("modes", "named"),
    [((0o644, 0o644), "secure.yaml"), ((0o600, 0o640), "secure.yaml"), ((0o644, None), "clouds.yaml")],
)
def test_file_with_the_secret_that_others_can_access(tmp_path: Path, modes: tuple[int, int | None], named: str) -> None:
    secret = {"auth": {"api_key": "k"}}
    path = clouds(tmp_path, mode=modes[0], a=entry(username="u", **({} if modes[1] else secret["auth"])))
    if modes[1]:
        clouds(tmp_path, "secure.yaml", modes[1], a=secret)
    warnings: list[str] = []
    assert resolve({"credentials_file": path}, Context(warn=warnings.append)) == LoginRequest(ApiKey("u", "k"))
    assert warnings == [f"Users other than its owner can access the credentials file {tmp_path / named}; chmod 600 it."]


def test_secure_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = clouds(tmp_path, a=entry(username="u", api_key="secretkey"))
    secure = write(tmp_path / "secure.yaml", "clouds: {a: {auth: {api_key: 'secret\n")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {secure} is not YAML, in line 2. {CLOUDS_FORM}"
    )


@pytest.mark.parametrize(
    "secure",
    [
        "a: {auth: {api_key: k}}",
        "clouds: {A: {auth: {api_key: k}}}",
        "clouds: {a: {api_key: k}}",
        "clouds: {a: {auth: {api_key: ''}}}",
        "clouds: {a: {auth: {apikey: k}}}",
    ],
)
def test_secure_file_without_the_secret(tmp_path: Path, secure: str) -> None:
    path = clouds(tmp_path, a=entry(username="u"))
    write(tmp_path / "secure.yaml", secure)
    assert failure(MissingCredentialsError, credentials_file=path, cloud="a") == (
        f"The entry a of the credentials file {path} contains no api_key and no password, and neither does "
        f"{tmp_path / 'secure.yaml'} in auth of its entry a. {HOW_TO}"
    )


def test_dictionaries_that_are_merged_are_no_keys_that_come_twice(tmp_path: Path) -> None:
    base = "base: &b {profile: rackspace}\nauth: &a {username: u, api_key: other}\n"
    path = write(tmp_path / "clouds.yaml", f"{base}clouds:\n  a: {{<<: *b, auth: {{<<: *a, <<: *b, api_key: k}}}}\n")
    assert login(credentials_file=path) == LoginRequest(ApiKey("u", "k"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("clouds: {a: {auth: {api_key: secret\n", "is not YAML, in line 2"),
        ("clouds:\n\ta: secret\n", "is not YAML, in line 2"),
        ("clouds: !!python/object:os.secret {}\n", "has a tag or template that is not plain YAML, in line 1"),
        ("clouds:\n  a: {{ secret }}\n", "has a tag or template that is not plain YAML, in line 2"),
        ("clouds:\n  a: !ENV ${secret}\n", "has a tag or template that is not plain YAML, in line 2"),
        (
            "clouds:\n  a:\n    auth:\n      api_key: secret1\n      api_key: secret2\n",
            "has api_key twice, again in line 5",
        ),
        ("clouds:\n  a: &b {x: 1}\n  c: *b\n  'a': {}\n", "has a twice, again in line 4"),
        ("clouds: {a: {}}\nclient:\n  x: 1\nclouds: {b: {}}\n", "has clouds twice, again in line 4"),
        ('{"clouds":\n{"a": {"se cret": 1,\n"se cret": 1}}}', "has a key twice, again in line 3"),
        ("clouds:\n  a: secret\x1b[201~\n", "has a character that YAML does not allow, in line 2"),
        ("# \xe4\nclouds:\n  a: {}\n\n  b: secret\x93\n", "has a character that YAML does not allow, in line 5"),
        ("clouds: {a: 2026-99-99}\n", "is not YAML"),
        ('clouds: {a: !!int ""}\n', "is not YAML"),
        ("clouds: {a: !!int '-'}\n", "is not YAML"),
        ('clouds: {a: !!float ""}\n', "is not YAML"),
        ("clouds: {a: !!bool secret}\n", "is not YAML"),
        ("clouds: {a: !!timestamp secret}\n", "is not YAML"),
        ('{"clouds": "secret"}', "has no dictionary of entries under clouds"),
        ("clouds: [secret]\n", "has no dictionary of entries under clouds"),
        ("clouds:\n", "has no entries under clouds"),
        ("clouds: {}\n", "has no entries under clouds"),
        ("cloud: {a: secret}\n", "has no entries under clouds"),
        ("", "has no dictionary of entries under clouds"),
        ("secret", "has no dictionary of entries under clouds"),
    ],
)
def test_file_without_entries(tmp_path: Path, text: str, problem: str) -> None:
    path = write(tmp_path / "clouds.yaml", text)
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} {problem}. {CLOUDS_FORM}"
    )


def test_file_that_is_deeper_than_python(tmp_path: Path) -> None:
    path = write(tmp_path / "clouds.yaml", f"clouds: {'[' * 5000}\n")
    assert failure(MissingCredentialsError, credentials_file=path).startswith(
        f"The credentials file {path} is not YAML"
    )


def test_aliases_that_go_round(tmp_path: Path) -> None:
    path = write(tmp_path / "clouds.yaml", "clouds: &c\n  a: {auth: &x {username: u, auth: *x}, profile: rackspace}\n")
    write(tmp_path / "secure.yaml", "clouds:\n  a: &a {auth: *a}\n")
    assert "api_key" in failure(MissingCredentialsError, credentials_file=path)


@pytest.mark.parametrize("kind", [{"password": "secret"}, ["secret"]])
def test_auth_type_that_is_no_string_is_not_shown(tmp_path: Path, kind: Any) -> None:
    path = clouds(tmp_path, a={**entry(username="u", api_key="k"), "auth_type": kind})
    assert failure(OptionError, credentials_file=path) == (
        f"auth_type (the entry a of the credentials file {path}) must be a string, not a dictionary or list."
    )


def test_number_that_python_does_not_write(tmp_path: Path) -> None:
    number = f"0x{'f' * 5000}"
    tenant = f"{{profile: rackspace, auth: {{username: u, api_key: k, project_id: {number}}}}}"
    path = write(tmp_path / "clouds.yaml", f"clouds:\n  a: {tenant}\n  ? {number}\n  : {{}}\n")
    assert failure(OptionError, credentials_file=path, cloud="a") == (
        f"project_id (the entry a of the credentials file {path}) was not read as a string, so it may not be what was "
        "written: quote it."
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "has no auth with a username and an api_key or password."),
        ("secret", "has no auth with a username and an api_key or password."),
        ({"auth": "secret"}, "has no auth with a username and an api_key or password."),
        ({"profile": "rackspace"}, "has no auth with a username and an api_key or password."),
        (
            {**entry(username="u", password="secret"), "auth_type": "v3token"},
            (
                "has the auth_type v3token, which is not one of rackspace_apikey, rackspace_password, password, "
                "v2password. It may be for another cloud."
            ),
        ),
        (
            {"auth": {"username": "u", "password": "secret"}},
            "contains neither auth_url nor profile: rackspace, so it may be for another cloud. Add one of the two.",
        ),
        (
            {"auth": {"username": "u", "password": "secret"}, "auth_type": "password", "profile": "vexxhost"},
            "contains neither auth_url nor profile: rackspace, so it may be for another cloud. Add one of the two.",
        ),
        (entry(username="u"), f"contains no api_key and no password. {HOW_TO}"),
        (
            {**entry(username="u", password="secret"), "auth_type": "rackspace_apikey"},
            f"contains no api_key. {HOW_TO}",
        ),
    ],
)
def test_entry_that_cannot_be_used(tmp_path: Path, content: Any, problem: str) -> None:
    path = clouds(tmp_path, a=content)
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The entry a of the credentials file {path} {problem}"
    )


@pytest.mark.parametrize("name", ["username", "api_key", "password", "tenant_id", "project_name", "auth_url"])
@pytest.mark.parametrize("value", [False, 1.5, {"secret": 1}, ["secret"]])
def test_values_that_are_no_strings(tmp_path: Path, name: str, value: Any) -> None:
    path = clouds(tmp_path, a=entry(**{name: value}))
    source = f"{name} (the entry a of the credentials file {path})"
    assert failure(OptionError, credentials_file=path) == (
        f"{source} must be a string, not a dictionary or list."
        if isinstance(value, (dict, list))
        else f"{source} was not read as a string, so it may not be what was written: quote it."
    )


@pytest.mark.parametrize("name", ["username", "api_key", "password"])
def test_names_and_keys_that_are_numbers(tmp_path: Path, name: str) -> None:
    path = clouds(tmp_path, a=entry(**{name: 5349}))
    assert failure(OptionError, credentials_file=path) == (
        f"{name} (the entry a of the credentials file {path}) was not read as a string, so it may not be what was "
        "written: quote it."
    )


@pytest.mark.parametrize("cloud", [None, "c"])
def test_entry_that_is_not_there(tmp_path: Path, cloud: str | None) -> None:
    path = clouds(tmp_path, a=entry(api_key="secret"), b=entry(api_key="secret"))
    assert failure(MissingCredentialsError, credentials_file=path, cloud=cloud) == (
        f"The credentials file {path} has no entry c (the option cloud). It has a, b."
        if cloud
        else f"The credentials file {path} has several entries: a, b. Name one of them with cloud."
    )


def test_entry_whose_name_is_a_number(tmp_path: Path) -> None:
    path = write(tmp_path / "clouds.yaml", "clouds: {2026: {profile: rackspace, auth: {username: u, api_key: k}}}\n")
    assert login(credentials_file=path, cloud="2026") == LoginRequest(ApiKey("u", "k"))


def test_without_pyyaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clouds(tmp_path, a=entry(username="u", api_key="k"))
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert failure(MissingLibraryError, credentials_file=path) == "The Python library PyYAML is missing."


@pytest.mark.parametrize("source", ["clouds", "rack"])
def test_nothing_shows_what_is_in_a_file(tmp_path: Path, source: str) -> None:
    text = WRITTEN if source == "clouds" else "username = u\napi-key = secret\n"
    file = credentials_file.read_file(str(write(tmp_path / "file", text)), "")
    entries = credentials_file.entries_of(file)
    assert entries
    shown = repr((file, entries, entries.content(entries.names[0])))
    assert "secret" not in shown
    assert "'k'" not in shown


def test_examples_of_the_guide(tmp_path: Path) -> None:
    guide = Path(__file__).resolve().parents[5] / "docs" / "docsite" / "rst" / "login_guide.rst"
    pattern = re.compile(r"^\.\. code-block:: (yaml|ini)\n\n((?: {4}.*\n|\n)+)", re.MULTILINE)
    blocks = pattern.findall(guide.read_text(encoding="utf-8"))
    examples = [textwrap.dedent(text) for kind, text in blocks if kind == "ini" or text.startswith("    clouds:")]
    found = {}
    for number, text in enumerate(examples):
        file = credentials_file.read_file(str(write(tmp_path / str(number), text)), "")
        entries = credentials_file.entries_of(file)
        for name in entries.names if entries else [None]:
            found[number, name] = login(credentials_file=file.path, cloud=name)
    key, other = ApiKey("demoauthor", "aaaaa-bbbbb-ccccc-12345678"), ApiKey("demouser", "aaaaa-bbbbb-ccccc-00000002")
    assert found == {
        (0, None): LoginRequest(key),
        (1, "production"): LoginRequest(key, tenant_id="123456"),
        (1, "london"): LoginRequest(Password("demoauthor", "not-the-api-key")),
        (2, "default"): LoginRequest(key),
        (2, "london"): LoginRequest(other),
    }
