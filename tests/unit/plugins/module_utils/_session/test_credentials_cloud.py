# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that `cloud` names: where they are looked for, and which source decides where others give some, too."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    MissingCredentialsError,
    NoCredentialsError,
    OptionError,
    TransportError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    endpoint,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import (
    AccessProvider,
    open_provider,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import (
    given_token,
    resolve_login,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials_completion import (
    is_usable_hint,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.caching import PASSWORD, Task, issued
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    HOW_TO,
    failure,
    login,
    origin,
    write,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

LON = "https://lon.identity.api.rackspacecloud.com/v2.0"
HINT = {"cloud": Source.environment("OS_CLOUD")}
SOURCES_OF_CLOUD = [Source.option("cloud"), Source.variable("rax_cloud"), Source.environment("RAX_CLOUD")]
RS = {
    name: Source.environment(f"RS_{suffix}")
    for name, suffix in (("username", "USERNAME"), ("api_key", "API_KEY"), ("identity_url", "AUTH_URL"))
}
RACK = "username = racked\napi-key = racksecret\n[mine]\nusername = mine\n"


def clouds(directory: Path, name: str, username: str, *more: str, file: str = "clouds.yaml") -> Path:
    """Write a file with one entry."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = (f"clouds:\n  {name}:", "profile: rackspace", *more, f"auth: {{username: {username}, password: secret}}")
    return write(directory / file, "\n    ".join(lines))


def user(request: LoginRequest) -> str:
    """Return who logs in."""
    assert isinstance(request.credentials, (ApiKey, Password))
    return request.credentials.username


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the directory of a playbook, which is the current one."""
    directory = tmp_path / "project"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


# Where an entry is looked for.


@pytest.mark.usefixtures("project")
def test_places_in_their_order(tmp_path: Path, home: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".rack").mkdir()
    write(home / ".rack" / "config", RACK)
    assert user(login(cloud="mine")) == "mine"
    clouds(home / ".config" / "openstack", "mine", "home-json", file="clouds.json")
    assert user(login(cloud="mine")) == "home-json"
    clouds(home / ".config" / "openstack", "mine", "home-yaml")
    assert user(login(cloud="mine")) == "home-yaml"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert user(login(cloud="mine")) == "mine"
    clouds(tmp_path / "xdg" / "openstack", "mine", "xdg", file="clouds.yml")
    assert user(login(cloud="mine")) == "xdg"
    clouds(project, "mine", "project", file="clouds.yml")
    assert user(login(cloud="mine")) == "project"
    named = clouds(tmp_path / "named", "mine", "named", file="x")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(named))
    assert user(login(cloud="mine")) == "named"


@pytest.mark.usefixtures("project")
def test_first_file_that_has_the_entry(home: Path, project: Path) -> None:
    clouds(project, "other", "unused")
    clouds(home / ".config" / "openstack", "mine", "used")
    assert user(login(cloud="mine")) == "used"
    assert user(login(cloud="other")) == "unused"


def test_directory_of_the_playbook(tmp_path: Path) -> None:
    clouds(tmp_path / "plays", "mine", "found")
    settings = Settings.from_options({"cloud": "mine"})
    context = Context(directory=str(tmp_path / "plays"))
    assert user(resolve_login(settings.credentials, settings.login, context).request) == "found"


def test_entry_that_is_nowhere(home: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clouds(project, "other", "unused")
    assert failure(MissingCredentialsError, cloud="mine") == (
        f"No credentials file has an entry mine (the option cloud). Looked in {project}/clouds.yaml, "
        f"{home}/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml, {home}/.rack/config. Name the file with "
        "credentials_file."
    )
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "/nowhere/x.yaml")
    sources = {"cloud": Source.variable("rax_cloud")}
    assert failure(MissingCredentialsError, sources, cloud="mine").startswith(
        f"No credentials file has an entry mine (the variable rax_cloud). Looked in /nowhere/x.yaml, {project}/"
    )


@pytest.mark.usefixtures("project")
def test_file_of_the_environment_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path))
    assert failure(MissingCredentialsError, cloud="mine") == (
        f"The credentials file {tmp_path} cannot be used: Is a directory. It was named by the environment variable "
        f"OS_CLIENT_CONFIG_FILE. {HOW_TO}"
    )


def test_broken_file_on_the_way(home: Path, project: Path) -> None:
    clouds(home / ".config" / "openstack", "mine", "unused")
    write(project / "clouds.yaml", "clouds: [secret\n")
    assert failure(MissingCredentialsError, cloud="mine").startswith(
        f"The credentials file {project}/clouds.yaml is not YAML, in line 2."
    )


def test_cloud_comes_before_the_default_file(default_file: Path, project: Path) -> None:
    clouds(project, "mine", "found")
    assert user(login(cloud="mine")) == "found"


@pytest.mark.parametrize("source", SOURCES_OF_CLOUD)
def test_file_without_the_entry_that_is_named(default_file: Path, source: Source) -> None:
    write(default_file, RACK)
    assert failure(MissingCredentialsError, {"cloud": source}, credentials_file=default_file, cloud="nime") == (
        f"The credentials file {default_file} has no entry nime ({source.words}). It has default, mine."
    )


def test_default_file_of_any_kind(default_file: Path) -> None:
    write(default_file, RACK)
    assert user(login()) == "racked"
    assert user(login(credentials_file=default_file, cloud="mine")) == "mine"


@pytest.mark.parametrize("cloud", ["mine", "rackspace_cloud"])
@pytest.mark.parametrize("source", SOURCES_OF_CLOUD)
def test_file_without_entries_that_is_named_with_one(default_file: Path, source: Source, cloud: str) -> None:
    sources = {"cloud": source}
    assert failure(MissingCredentialsError, sources, credentials_file=default_file, cloud=cloud) == (
        f"The credentials file {default_file} has no entry {cloud} ({source.words}): it has a section "
        "[rackspace_cloud] for one login. Leave out cloud, or name another file."
    )
    assert user(login(HINT, credentials_file=default_file, cloud=cloud)) == "filed"


# Which source decides.


@pytest.mark.parametrize("secret", ["api_key", "token"])
@pytest.mark.parametrize("source", ["RAX_X", "RS_X"])
def test_nearer_cloud_decides(project: Path, secret: str, source: str) -> None:
    clouds(project, "mine", "found")
    far = Source.environment(source)
    sources = {"cloud": Source.option("cloud"), "username": far, secret: far}
    options = {"cloud": "mine", "username": "other", secret: "secretother"}
    assert login(sources, **options) == LoginRequest(Password("found", "secret"))
    settings = Settings.from_options(options).credentials
    assert given_token(settings, Context(sources)) is None


@pytest.mark.parametrize("cloud", [Source.option("cloud"), Source.variable("rax_cloud"), Source.ini("ansible.cfg")])
def test_cloud_that_is_not_nearer_is_not_looked_for(cloud: Source) -> None:
    sources = {"cloud": cloud}
    options: dict[str, Any] = {"cloud": "nowhere", "username": "u", "api_key": "k"}
    assert login(sources, **options) == LoginRequest(ApiKey("u", "k"))
    assert login(sources, cloud="nowhere", token="t", tenant_id="1") == LoginRequest(ExistingToken("t"), tenant_id="1")


def test_variables_of_rack_come_after_the_others_of_the_environment() -> None:
    sources = {"api_key": Source.environment("RS_API_KEY"), "password": Source.environment("RAX_PASSWORD")}
    options = {"username": "u", "api_key": "secretkey", "password": "secretword"}
    assert login(sources, **options) == LoginRequest(Password("u", "secretword"))
    assert origin(sources, **options) == (
        "The password came from the environment variable RAX_PASSWORD. "
        "Not used: api_key (the environment variable RS_API_KEY)."
    )


def test_variables_of_rack_come_before_ini_and_hint(project: Path) -> None:
    clouds(project, "mine", "found")
    sources = {**RS, "cloud": Source.ini("ansible.cfg")}
    assert user(login(sources, username="u", api_key="k", cloud="mine")) == "u"
    assert user(login({**RS, **HINT}, username="u", api_key="k", cloud="mine")) == "u"


def test_entry_of_another_user(project: Path) -> None:
    path = clouds(project, "mine", "found")
    assert failure(MissingCredentialsError, cloud="mine", username="joe") == (
        f"The credentials of joe (the option username) are missing: the entry mine of the credentials file {path} is "
        f"for found. {HOW_TO}"
    )


# The environment variable of OpenStack.


def test_hint(project: Path) -> None:
    clouds(project, "mine", "found")
    assert user(login(HINT, cloud="mine")) == "found"
    assert is_usable_hint("mine", str(project))
    assert not is_usable_hint("other", str(project))
    assert not is_usable_hint(None, str(project))


def test_hint_comes_after_the_default_file(default_file: Path, project: Path) -> None:
    clouds(project, "mine", "found")
    assert user(login(HINT, cloud="mine")) == "filed"


def test_hint_chooses_in_a_file(project: Path) -> None:
    path = write(project / "x", RACK)
    assert user(login(HINT, credentials_file=path, cloud="mine")) == "mine"
    assert user(login(HINT, credentials_file=path, cloud="other")) == "racked"


def test_hint_does_not_choose_another_cloud_in_a_file(project: Path) -> None:
    other = "auth: {auth_url: 'https://x.example.com', username: me, password: secret}"
    mine = "profile: rackspace, auth: {username: u, password: p}"
    path = write(project / "x", f"clouds: {{other: {{{other}}}, broken: secret, mine: {{{mine}}}}}\n")
    assert user(login(HINT, credentials_file=path, cloud="mine")) == "u"
    assert user(login(credentials_file=path, cloud="other")) == "me"
    for cloud in ("other", "broken", "nowhere"):
        assert failure(MissingCredentialsError, HINT, credentials_file=path, cloud=cloud) == (
            f"The credentials file {path} has several entries: other, broken, mine. Name one of them with cloud."
        )


def test_hint_does_not_say_where_a_second_step_goes(project: Path) -> None:
    clouds(project, "mine", "u", "auth_type: rackspace_password")
    options = {"cloud": "mine", "username": "u", "passcode": "1", "session_id": "s"}
    settings = Settings.from_options(options)
    assert resolve_login(settings.credentials, settings.login, Context(HINT)).service is None
    assert resolve_login(settings.credentials, settings.login, Context()).service


OTHER_CLOUDS = {
    "nowhere": "clouds: {}\n",
    "broken": "clouds: [secret\n",
    "no auth": "clouds: {mine: {profile: vexxhost}}\n",
    "other type": "clouds: {mine: {auth: {auth_url: 'https://x', token: secret}, auth_type: v3token}}\n",
    "quoted": "clouds: {mine: {auth: {auth_url: 'https://x', username: 1, password: secret}}}\n",
    "complete": "clouds: {mine: {auth: {auth_url: 'https://x.example.com', username: me, password: secret}}}\n",
    "alike": "clouds: {mine: {auth: {auth_url: 'https://xrackspacecloud.com', username: me, password: secret}}}\n",
    "no host": "clouds: {mine: {auth: {auth_url: 'https://[', username: me, password: secret}}}\n",
}


@pytest.mark.parametrize("name", OTHER_CLOUDS)
def test_hint_that_means_another_cloud(project: Path, name: str) -> None:
    write(project / "clouds.yaml", OTHER_CLOUDS[name])
    text = failure(NoCredentialsError, HINT, cloud="mine")
    assert text.startswith(
        f"No credentials were given. {HOW_TO} Not used: mine (the environment variable OS_CLOUD). "
    ), text
    assert not is_usable_hint("mine", str(project))


def test_why_a_hint_was_not_used(project: Path) -> None:
    path = write(project / "clouds.yaml", OTHER_CLOUDS["complete"])
    assert failure(NoCredentialsError, HINT, cloud="mine") == (
        f"No credentials were given. {HOW_TO} Not used: mine (the environment variable OS_CLOUD). The entry mine of "
        f"the credentials file {path} does not say that it is for Rackspace."
    )
    assert failure(MissingCredentialsError, HINT, cloud="mine", username="u") == (
        f"The credentials of u (the option username) are missing. {HOW_TO} Not used: mine (the environment variable "
        f"OS_CLOUD). The entry mine of the credentials file {path} does not say that it is for Rackspace."
    )


def test_hint_without_pyyaml(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clouds(project, "mine", "found")
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert failure(NoCredentialsError, HINT, cloud="mine").endswith("The Python library PyYAML is missing.")


# The service and the region of the file.


def connected(sources: Mapping[str, Source], **options: Any) -> str:
    """Return the URL that a login goes to."""
    options = {"cache": False, **options}
    return AccessProvider(Settings.from_options(options), Context(sources)).connection.identity_url


def test_url_of_the_file(project: Path) -> None:
    path = write(project / "x", f"username = u\napi-key = k\nauth-url = {LON}\n")
    given = {"credentials_file": path}
    assert connected({}, **given) == LON
    other = "https://id.example.com"
    for source in (Source.option("identity_url"), Source.environment("RAX_AUTH_URL"), Source.ini("ansible.cfg")):
        assert connected({"identity_url": source}, **given, identity_url=other) == other
    # The rack command line prefers its file to its variables, too.
    assert connected(RS, **given, identity_url=other) == LON
    write(path, "username = u\napi-key = k\n")
    assert connected(RS, **given, identity_url=other) == other
    # Without the secret, it is another login.
    write(path, f"username = u\napi-key = k\nauth-url = {LON}\n")
    assert connected({}, **given, api_key="mine", identity_url=other) == other


def test_url_of_the_file_that_cannot_be_used(project: Path) -> None:
    path = write(
        project / "clouds.yaml",
        "clouds: {a: {profile: rackspace, auth: {username: u, password: secret, "
        "auth_url: 'https://identity.api.rackspacecloud.com/v3'}}}\n",
    )
    with pytest.raises(OptionError) as caught:
        connected({}, credentials_file=path)
    assert str(caught.value) == (
        "identity_url ends in v3, but the Identity API has the versions v2.0 and v1.1. It came from the entry a of the "
        f"credentials file {path}."
    )


@pytest.mark.usefixtures("clock")
def test_url_of_the_file_that_does_not_work(wire: FakeWire, task: Task, project: Path) -> None:
    path = write(project / "x", f"username = u\napi-key = k\nauth-url = {LON}\n")
    given: dict[str, Any] = {"username": None, "api_key": None, "credentials_file": str(path)}
    wire.respond(200, issued("first"))
    task.login(**given)
    for operation in (token_info, token_revoke):
        wire.fail(requests.ConnectionError())
        with pytest.raises(TransportError) as caught:
            task.run(operation, retries=0, **given)
        assert str(caught.value).endswith(
            "cannot be reached. Check identity_url, the network and proxy. The identity_url came from the entry "
            f"default of the credentials file {path}."
        )


def test_password_for_another_cloud_is_sent_nowhere_else(project: Path) -> None:
    path = write(project / "clouds.yaml", OTHER_CLOUDS["complete"])
    given: dict[str, Any] = {"credentials_file": path}
    assert connected({}, **given) == "https://x.example.com"
    given_url = {"identity_url": Source.environment("RAX_IDENTITY_URL")}
    same = "https://x.example.com/v2.0"
    assert connected(given_url, **given, identity_url=same) == same
    with pytest.raises(OptionError) as caught:
        connected(given_url, **given, identity_url=LON)
    assert str(caught.value) == (
        "identity_url (the environment variable RAX_IDENTITY_URL) is not the auth_url of the entry mine of the "
        f"credentials file {path}, and its credentials are not sent anywhere else. Leave out identity_url, or name "
        "another entry."
    )


@pytest.mark.usefixtures("clock")
def test_login_goes_to_the_service_of_the_file(wire: FakeWire, task: Task, project: Path) -> None:
    auth = f"auth: {{auth_url: '{LON}', username: demoAuthor, password: '{PASSWORD}'}}"
    write(project / "clouds.yaml", f"clouds:\n  mine:\n    region_name: ORD\n    {auth}\n")
    wire.respond(200, issued())
    found = task.login(cloud="mine", username=None, api_key=None)
    assert wire.only.url == f"{LON}/tokens"
    assert wire.only.json == sample("request_password")
    assert (found.identity_url, found.default_region, found.username) == (LON, "ORD", "demoAuthor")
    # The next one finds it in the cache.
    assert task.login(cloud="mine", username=None, api_key=None).default_region == "ORD"


@pytest.mark.parametrize(
    ("given", "region"),
    [({}, "hkg"), ({"default_region": "SYD"}, "syd"), ({"region": "SYD"}, "syd")],
)
def test_region_of_the_file(wire: FakeWire, project: Path, directory: Path, given: dict[str, str], region: str) -> None:
    clouds(project, "mine", "demoauthor", "region_name: HKG")
    wire.respond(200, sample("login"))
    options = {option.name: option.default for option in endpoint.OPTIONS}
    options.update(cloud="mine", cache_dir=str(directory), type="object-store", **given)
    (url,), _is_current = endpoint.run([], options, Context())
    assert region in url


@pytest.mark.parametrize("named", ["cloud", "credentials_file"])
def test_second_step_goes_to_the_same_service(project: Path, named: str) -> None:
    path = write(
        project / "clouds.yaml",
        f"clouds: {{mine: {{auth: {{auth_url: '{LON}', username: u, password: p, tenant_id: 7}}}}}}\n",
    )
    options = {named: path if named == "credentials_file" else "mine", "passcode": "1", "session_id": "s"}
    assert login(**options) == LoginRequest(Passcode("s", "1"), tenant_id="7")
    assert connected({}, **options) == LON
    # It is not needed.
    path.unlink()
    assert login(**options) == LoginRequest(Passcode("s", "1"))


def test_hint_and_the_fact(project: Path) -> None:
    settings = Settings.from_options({"cloud": "mine", "cache": False})
    write(project / "clouds.yaml", OTHER_CLOUDS["complete"])
    with pytest.raises(NoCredentialsError, match="without the token cache no fact can stand in"):
        open_provider(settings, Context(HINT, fact={"some": "fact"}))
    clouds(project, "mine", "found")
    assert isinstance(open_provider(settings, Context(HINT, fact={"some": "fact"})), AccessProvider)
