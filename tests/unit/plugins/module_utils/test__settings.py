# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The typed settings: every option in one group, defaults from the table, and no secret in a representation."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._options import (
    CACHE,
    CONNECTION,
    CREDENTIALS,
    LOGIN_PARAMETERS,
    MASK,
    USER_PARAMETERS,
    Option,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import (
    CacheSettings,
    ConnectionSettings,
    Context,
    CredentialSettings,
    LoginParameters,
    Settings,
)

LOGIN = USER_PARAMETERS + LOGIN_PARAMETERS
GROUPS = [("credentials", CREDENTIALS), ("connection", CONNECTION), ("cache", CACHE), ("login", LOGIN)]


def values(group: str, settings: Settings) -> dict[str, Any]:
    shape: dict[str, Any] = getattr(settings, group)._asdict()
    return shape


@pytest.mark.parametrize(("group", "options"), GROUPS)
def test_defaults_are_those_of_the_table(group: str, options: tuple[Option, ...]) -> None:
    assert values(group, Settings.from_options({})) == {option.name: option.default for option in options}


@pytest.mark.parametrize(("group", "options"), GROUPS)
def test_every_option_is_read_into_its_group(group: str, options: tuple[Option, ...]) -> None:
    given = {option.name: f"the value of {option.name}" for _group, all_options in GROUPS for option in all_options}
    expected = {option.name: f"the value of {option.name}" for option in options}
    assert values(group, Settings.from_options(given)) == expected


@pytest.mark.parametrize("value", [None, False, 0, ""])
def test_a_value_that_is_given_is_never_replaced_by_the_default(value: object) -> None:
    for group, options in GROUPS:
        given = dict.fromkeys([option.name for option in options], value)
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


def test_context_needs_nothing() -> None:
    context = Context()
    context.warn("A warning that is dropped.")
    assert (context.sources, context.check_mode) == ({}, False)
