# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The typed settings: every option in one group, defaults from the table, and no secret in a representation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CACHE,
    CONNECTION,
    CREDENTIALS,
    LOGIN_PARAMETERS,
    MASK,
    RENEW,
    USER_PARAMETERS,
    Option,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import (
    CA_VARIABLES,
    CacheSettings,
    ConnectionSettings,
    Context,
    CredentialSettings,
    LoginParameters,
    Settings,
    Source,
    xdg_directory,
)

LOGIN = USER_PARAMETERS + LOGIN_PARAMETERS + RENEW
GROUPS = [("credentials", CREDENTIALS), ("connection", CONNECTION), ("cache", CACHE), ("login", LOGIN)]
NUMBERS = {option.name for _group, options in GROUPS for option in options if option.type in ("int", "float")}


def values(group: str, settings: Settings) -> dict[str, Any]:
    shape: dict[str, Any] = getattr(settings, group)._asdict()
    return shape


@pytest.mark.parametrize(("group", "options"), GROUPS)
def test_defaults_are_those_of_the_table(group: str, options: tuple[Option, ...]) -> None:
    assert values(group, Settings.from_options({})) == {option.name: option.default for option in options}


@pytest.mark.parametrize(("group", "options"), GROUPS)
def test_every_option_is_read_into_its_group(group: str, options: tuple[Option, ...]) -> None:
    given = {
        # Numbers must be in their range.
        option.name: len(option.name) if option.name in NUMBERS else f"the value of {option.name}"
        for _group, all_options in GROUPS
        for option in all_options
    }
    assert values(group, Settings.from_options(given)) == {option.name: given[option.name] for option in options}


@pytest.mark.parametrize("value", [None, False, 0, ""])
def test_a_value_that_is_given_is_never_replaced_by_the_default(value: object) -> None:
    for group, options in GROUPS:
        given = dict.fromkeys([option.name for option in options if option.name not in NUMBERS], value)
        given.update({option.name: 1 for option in options if option.name in NUMBERS})
        assert values(group, Settings.from_options(given)) == given


def test_options_of_other_groups_are_ignored() -> None:
    assert Settings.from_options({"subject_token": "t", "region": ["DFW"]}) == Settings.from_options({})


def test_groups_are_typed() -> None:
    assert [type(group) for group in Settings.from_options({})] == [
        CredentialSettings,
        ConnectionSettings,
        CacheSettings,
        LoginParameters,
    ]


def test_representation_of_credentials_shows_the_username_and_no_secret() -> None:
    given: dict[str, Any] = {option.name: f"{option.name}-secret" for option in CREDENTIALS}
    credentials = Settings.from_options({**given, "username": "joe"}).credentials
    assert repr(credentials) == "CredentialSettings(username='joe')"
    assert "secret" not in repr(Settings.from_options({**given, "username": "joe"}))


def test_representation_of_a_connection_masks_the_proxy() -> None:
    given = {"identity_url": "https://id.example.com", "proxy": "http://user:secret@proxy.example.com:3128"}
    assert repr(Settings.from_options(given).connection) == (
        "ConnectionSettings(identity_url='https://id.example.com', api_version='v2.0', wire_format='json', "
        f"validate_certs=True, ca_path=None, proxy='{MASK}', timeout=30.0, retries=4, retry_max_wait=60.0)"
    )
    assert "proxy=None" in repr(Settings.from_options({}).connection)


@pytest.mark.parametrize("variable", CA_VARIABLES)
def test_a_relative_ca_bundle_of_the_environment_is_beside_the_playbook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.setenv(variable, "certificates/ca.pem")
    context = Context(directory=str(tmp_path))
    assert Settings.from_options({}, context).connection.verify == str(tmp_path / "certificates" / "ca.pem")
    assert Settings.from_options({"ca_path": "/other.pem"}, context).connection.verify == "/other.pem"
    assert Settings.from_options({"validate_certs": False}, context).connection.verify is False


@pytest.mark.parametrize(
    ("value", "directory"),
    [
        (None, "{home}/.cache"),
        ("", "{home}/.cache"),
        ("cache", "{home}/.cache"),
        ("./cache", "{home}/.cache"),
        ("/var/cache", "/var/cache"),
        ("~/mine", "{home}/mine"),
    ],
)
def test_a_relative_directory_of_the_xdg_specification_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None, directory: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if value is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert xdg_directory("XDG_CACHE_HOME", "~/.cache") == directory.format(home=tmp_path)


def test_context_needs_nothing() -> None:
    context = Context()
    context.warn("A warning that is dropped.")
    assert (context.sources, context.check_mode, context.fact) == ({}, False, None)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 150.0),
        ({"timeout": 7.0, "retry_max_wait": 11.0}, 32.0),
        ({"timeout": 1.0, "retry_max_wait": 0.0}, 3.0),
    ],
)
def test_how_long_a_call_can_take(given: dict[str, float], seconds: float) -> None:
    assert Settings.from_options(given).connection.max_call_seconds == seconds


@pytest.mark.parametrize("number", [-1, 31536001, 10**400])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(OptionError) as caught:
        Settings.from_options({"min_ttl": number})
    assert str(caught.value) == f"min_ttl (the option min_ttl) must be from 0 to 31536000 seconds, not {number}."
    assert Settings.from_options({"min_ttl": 31536000}).cache.min_ttl == 31536000


@pytest.mark.parametrize("name", ["timeout", "retries", "retry_max_wait", "min_ttl"])
def test_a_number_out_of_range_is_named_with_its_source(name: str) -> None:
    context = Context(sources={name: Source.environment(f"RAX_{name.upper()}")})
    with pytest.raises(OptionError) as caught:
        Settings.from_options({name: -1}, context)
    assert str(caught.value).startswith(f"{name} (the environment variable RAX_{name.upper()}) must be ")


# Sources.


SOURCES = [
    (Source.option("token"), "the option token"),
    (Source.variable("rax_token"), "the variable rax_token"),
    (Source.environment("RAX_TOKEN"), "the environment variable RAX_TOKEN"),
    (Source.ini("ansible.cfg"), "the ini file ansible.cfg"),
    (Source.credentials_file("/home/u/creds"), "the credentials file /home/u/creds"),
]


def test_sources_say_where_a_value_came_from() -> None:
    assert [source.words for source, _words in SOURCES] == [words for _source, words in SOURCES]


def test_sources_in_the_order_in_which_they_win() -> None:
    distances = [source.distance for source, _words in SOURCES]
    assert distances == sorted(set(distances))


def test_source_of_an_option_in_a_context() -> None:
    context = Context(sources={"token": Source.variable("rax_token")})
    assert context.source("token") == Source.variable("rax_token")
    assert context.source("api_key") == Source.option("api_key")


@pytest.mark.parametrize(
    ("id_source", "name_source", "expected"),
    [
        (Source.option("tenant_id"), Source.environment("RAX_TENANT_NAME"), ("1", None)),
        (Source.ini("ansible.cfg"), Source.variable("rax_tenant_name"), (None, "n")),
        (Source.environment("RAX_TENANT_ID"), Source.environment("RAX_TENANT_NAME"), ("1", "n")),
    ],
)
def test_the_nearest_tenant_is_used(id_source: Source, name_source: Source, expected: tuple[str | None, ...]) -> None:
    context = Context(sources={"tenant_id": id_source, "tenant_name": name_source})
    credentials = Settings.from_options({"tenant_id": "1", "tenant_name": "n"}, context).credentials
    assert (credentials.tenant_id, credentials.tenant_name) == expected
