# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration file of the rack command line: its profiles, and what may be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError
from ansible_collections.rackspace.identity.plugins.module_utils._models import ApiKey, LoginRequest
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

RACK_FORM = "It must have lines like username = NAME and api-key = KEY, and a section for each further profile."

# As `rack configure` writes it: the default profile has no section, and the names are filled up with blanks.
WRITTEN = """\
username = u
api-key  = k
region   = DFW

[staging]
username = v
api-key  = `with # and ;`
region   = ORD
tenant-id = 123456 ; ours

[london]
auth-url = https://lon.identity.api.rackspacecloud.com/v2.0
"""


@pytest.mark.parametrize(
    ("cloud", "expected", "of_file"),
    [
        (None, LoginRequest(ApiKey("u", "k")), (None, "DFW")),
        ("default", LoginRequest(ApiKey("u", "k")), (None, "DFW")),
        ("staging", LoginRequest(ApiKey("v", "with # and ;"), tenant_id="123456"), (None, "ORD")),
        # What a profile does not say, the default one does.
        ("london", LoginRequest(ApiKey("u", "k")), ("https://lon.identity.api.rackspacecloud.com/v2.0", "DFW")),
    ],
)
@pytest.mark.parametrize("start", ["", "\ufeff", "# mine\n", "[DEFAULT]\n"])
def test_profiles(
    tmp_path: Path, start: str, cloud: str | None, expected: LoginRequest, of_file: tuple[str | None, str | None]
) -> None:
    path = write(tmp_path / "config", f"{start}{WRITTEN}")
    assert login(credentials_file=path, cloud=cloud) == expected
    settings = Settings.from_options({"credentials_file": path, "cloud": cloud})
    service = resolve_login(settings.credentials, settings.login, Context()).service
    assert service
    assert (service.identity_url, service.default_region) == of_file
    assert service.is_rackspace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("username = u\napi-key = k\n[b]\nusername = v\nenabled = true\n", LoginRequest(ApiKey("v", "k"))),
        (
            "[a]\nusername = u\napi-key = k\nenabled = false\n[b]\nusername = v\napi-key = l\nenabled = true\n",
            LoginRequest(ApiKey("v", "l")),
        ),
        ("[a]\nusername = u\napi-key = 1%(x)s%\n", LoginRequest(ApiKey("u", "1%(x)s%"))),
    ],
)
def test_profile_that_is_used_where_none_is_named(tmp_path: Path, text: str, expected: LoginRequest) -> None:
    assert login(credentials_file=write(tmp_path / "config", text)) == expected


def test_profile_in_words(tmp_path: Path) -> None:
    path = write(tmp_path / "config", "[a]\nusername = u\napi-key = k\n")
    assert origin(credentials_file=path) == f"The api_key came from the entry a of the credentials file {path}."


@pytest.mark.parametrize(
    ("text", "cloud", "problem"),
    [
        (
            "[a]\napi-key = secret\n[b]\napi-key = secret\n",
            None,
            "has several entries: a, b. Name one of them with cloud.",
        ),
        ("api-key = secret\n[b]\n", "c", "has no entry c (the option cloud). It has default, b."),
        (
            "username = u\napi-key = secret\n[a]\n[a]\n",
            None,
            f"has the section [a] twice, again in line 4. {RACK_FORM}",
        ),
        ("username = u\napi-key = secret\nsecret\n", None, f"is not an INI file, in line 3. {RACK_FORM}"),
        (
            "username = u\n  api-key = secret\n",
            None,
            f"has an indented line 2, which continues the value of username. {RACK_FORM}",
        ),
        ("api-key = secret\n[a]\nx=1\nx=2\n", None, f"has x twice, again in line 4. {RACK_FORM}"),
    ],
)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, cloud: str | None, problem: str) -> None:
    path = write(tmp_path / "config", text)
    assert failure(MissingCredentialsError, credentials_file=path, cloud=cloud) == (
        f"The credentials file {path} {problem}"
    )


def test_profile_without_a_key(tmp_path: Path) -> None:
    path = write(tmp_path / "config", "[a]\nusername = u\napi-key =\n")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The entry a of the credentials file {path} contains no api-key. {HOW_TO}"
    )


def test_profiles_that_others_can_access(tmp_path: Path) -> None:
    path = write(tmp_path / "config", WRITTEN, 0o644)
    warnings: list[str] = []
    resolve({"credentials_file": path}, Context(warn=warnings.append))
    assert warnings == [f"Users other than its owner can access the credentials file {path}; chmod 600 it."]
