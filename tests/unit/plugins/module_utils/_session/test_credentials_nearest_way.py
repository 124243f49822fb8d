# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which credentials are used where several are given, and where errors say that they came from."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    NoCredentialsError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import (
    given_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.given_credentials import (
    nearest_way,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    VALUES,
    Sources,
    failure,
    login,
    origin,
    write,
)

NEAR_TO_FAR = [
    Source.option("x"),
    Source.variable("rax_x"),
    Source.environment("RAX_X"),
    Source.environment("RS_X"),
    Source.ini("ansible.cfg"),
    Source.credentials_file("/x"),
    Source.environment("OS_X"),
]


@pytest.mark.parametrize(("near", "far"), list(itertools.combinations(NEAR_TO_FAR, 2)))
@pytest.mark.parametrize("way", [("token",), ("passcode", "session_id"), ("api_key",), ("password",)])
def test_the_nearest_source_decides(way: tuple[str, ...], near: Source, far: Source) -> None:
    sources = {**dict.fromkeys(VALUES, far), **dict.fromkeys(way, near)}
    assert nearest_way(VALUES, sources) == way[0]


@pytest.mark.parametrize("source", NEAR_TO_FAR)
def test_within_one_source(source: Source) -> None:
    sources = dict.fromkeys(VALUES, source)
    assert nearest_way(VALUES, sources) == "token"
    without_token = {**VALUES, "token": None}
    assert nearest_way(without_token, sources) == "passcode"
    assert nearest_way({**without_token, "passcode": ""}, sources) == "passcode"
    for way in ("api_key", "password"):
        assert nearest_way({way: VALUES[way]}, sources) == way
    assert nearest_way({}, sources) is None


def test_what_is_not_said_to_come_from_elsewhere_is_the_tasks() -> None:
    assert nearest_way(VALUES, {"token": Source.variable("rax_token")}) == "passcode"


@pytest.mark.parametrize(
    ("sources", "named"),
    [
        ({}, "api_key (the option api_key) and password (the option password)"),
        (
            {"api_key": Source.variable("rax_api_key"), "password": Source.variable("rax_password")},
            "api_key (the variable rax_api_key) and password (the variable rax_password)",
        ),
        (
            {"api_key": Source.environment("RAX_API_KEY"), "password": Source.environment("RAX_PASSWORD")},
            "api_key (the environment variable RAX_API_KEY) and password (the environment variable RAX_PASSWORD)",
        ),
    ],
)
def test_key_and_password_side_by_side(sources: Sources, named: str) -> None:
    options: dict[str, Any] = {"username": "u", "api_key": "secret1", "password": "secret2"}
    assert failure(AmbiguousCredentialsError, sources, **options) == (
        f"api_key and password are both given: {named}. Remove one of them."
    )


def test_key_and_password_of_two_sources_are_not_ambiguous() -> None:
    given: dict[str, Any] = {"username": "u", "api_key": "k", "password": "p"}
    assert login({"api_key": Source.environment("RAX_API_KEY")}, **given) == LoginRequest(Password("u", "p"))
    assert login({"password": Source.environment("RAX_PASSWORD")}, **given) == LoginRequest(ApiKey("u", "k"))


@pytest.mark.parametrize("name", ["token", "passcode"])
def test_key_and_password_beside_what_beats_both_are_not_ambiguous(name: str) -> None:
    given: dict[str, Any] = {"username": "u", "api_key": "k", "password": "p", "tenant_id": "1"}
    if name == "token":
        assert login(**given, token="t") == LoginRequest(ExistingToken("t"), tenant_id="1")
    else:
        assert login(**given, passcode="1", session_id="s") == LoginRequest(Passcode("s", "1"), tenant_id="1")


EXPORTED = {"username": Source.environment("RAX_USERNAME"), "api_key": Source.environment("RAX_API_KEY")}


def test_token_of_a_task_beats_an_exported_key() -> None:
    given: dict[str, Any] = {"username": "u", "api_key": "secretkey", "token": "t"}
    assert login(EXPORTED, **given, tenant_id="1") == LoginRequest(ExistingToken("t"), tenant_id="1")
    assert given_token(Settings.from_options(given).credentials, Context(EXPORTED)) == "t"


def test_token_of_a_task_beats_a_key_of_module_defaults() -> None:
    # Both arrive as options of the task.
    given: dict[str, Any] = {"username": "u", "api_key": "secretkey", "token": "t", "tenant_id": "1"}
    assert login(**given) == LoginRequest(ExistingToken("t"), tenant_id="1")


def test_key_of_a_task_beats_an_exported_token() -> None:
    sources = {"token": Source.environment("RAX_TOKEN")}
    assert login(sources, username="u", api_key="k", token="secret") == LoginRequest(ApiKey("u", "k"))


def test_second_step_of_a_task_beats_an_exported_key() -> None:
    given: dict[str, Any] = {"username": "u", "api_key": "secretkey", "passcode": "1", "session_id": "s"}
    assert login(EXPORTED, **given) == LoginRequest(Passcode("s", "1"))


def test_companions_come_from_wherever_they_are() -> None:
    sources = {
        "username": Source.environment("RAX_USERNAME"),
        "tenant_id": Source.variable("rax_tenant_id"),
        "token": Source.environment("RAX_TOKEN"),
    }
    given: dict[str, Any] = {"username": "u", "api_key": "k", "tenant_id": "1", "token": "secret"}
    assert login(sources, **given) == LoginRequest(ApiKey("u", "k"), tenant_id="1")


# Where the secret and the tenant came from, for errors.


def test_origin_that_goes_without_saying() -> None:
    assert origin(username="u", api_key="secret") == ""
    assert origin(username="u", password="secret") == ""
    assert origin(token="secret", tenant_id="1") == ""
    assert origin(passcode="secret1", session_id="secret2") == ""


@pytest.mark.parametrize(
    ("sources", "given", "text"),
    [
        (EXPORTED, {}, "The api_key came from the environment variable RAX_API_KEY."),
        (
            {"api_key": Source.ini("ansible.cfg")},
            {},
            "The api_key came from the ini file ansible.cfg.",
        ),
        (
            EXPORTED,
            {"token": VALUES["token"], "tenant_id": "1"},
            ("The token came from the option token. Not used: api_key (the environment variable RAX_API_KEY)."),
        ),
        (
            EXPORTED,
            {"passcode": VALUES["passcode"], "session_id": VALUES["session_id"]},
            ("The passcode came from the option passcode. Not used: api_key (the environment variable RAX_API_KEY)."),
        ),
        (
            {},
            {"token": VALUES["token"], "tenant_id": "1"},
            "The token came from the option token. Not used: api_key (the option api_key).",
        ),
        (
            {"token": Source.environment("RAX_TOKEN"), "passcode": Source.variable("rax_passcode")},
            {"token": VALUES["token"], "passcode": VALUES["passcode"]},
            (
                "The api_key came from the option api_key. Not used: token (the environment variable RAX_TOKEN), "
                "passcode (the variable rax_passcode)."
            ),
        ),
    ],
)
def test_origin_of_the_secret(sources: Sources, given: dict[str, Any], text: str) -> None:
    assert origin(sources, **{"username": "u", "api_key": VALUES["api_key"], **given}) == text


@pytest.mark.parametrize("name", ["tenant_id", "tenant_name"])
def test_origin_of_the_tenant(name: str) -> None:
    given = {"username": "u", "api_key": VALUES["api_key"], name: "1"}
    assert origin({name: Source.environment("RAX_TENANT")}, **given) == (
        f"The {name} came from the environment variable RAX_TENANT."
    )
    sources = {"api_key": Source.variable("rax_api_key"), name: Source.ini("ansible.cfg")}
    assert origin(sources, **given) == (
        f"The api_key came from the variable rax_api_key. The {name} came from the ini file ansible.cfg."
    )


def test_origin_of_a_secret_in_the_file(default_file: Path) -> None:
    assert origin() == f"The api_key came from the credentials file {default_file}."
    # What was not read is not there.
    assert origin(username="u", api_key="secret") == ""


# A credentials file that is nearer than the secrets.

ENVIRONMENT = {
    name: Source.environment(f"RAX_{name.upper()}") for name in ("username", "api_key", "token", "tenant_id")
}


@pytest.mark.parametrize("secret", ["api_key", "token"])
@pytest.mark.parametrize("nearer", [Source.option("credentials_file"), Source.variable("rax_credentials_file")])
def test_a_nearer_credentials_file_decides(default_file: Path, nearer: Source, secret: str) -> None:
    sources = {**ENVIRONMENT, "credentials_file": nearer}
    options = {"credentials_file": str(default_file), "username": "other", secret: VALUES[secret], "tenant_id": "7"}
    assert login(sources, **options) == LoginRequest(ApiKey("filed", "filesecret"), tenant_id="7")
    assert origin(sources, **options) == (
        f"The api_key came from the credentials file {default_file}. The tenant_id came from the environment variable "
        f"RAX_TENANT_ID. Not used: {secret} (the environment variable RAX_{secret.upper()})."
    )
    settings = Settings.from_options(options).credentials
    assert given_token(settings, Context(sources)) is None


@pytest.mark.parametrize("nearer", [Source.option("credentials_file"), Source.variable("rax_credentials_file")])
def test_key_and_password_side_by_side_farther_than_the_credentials_file_are_only_not_used(
    default_file: Path, nearer: Source
) -> None:
    sources = {**ENVIRONMENT, "password": Source.environment("RAX_PASSWORD"), "credentials_file": nearer}
    options = {"credentials_file": str(default_file), "api_key": "k", "password": "p"}
    assert login(sources, **options) == LoginRequest(ApiKey("filed", "filesecret"))
    assert origin(sources, **options) == (
        f"The api_key came from the credentials file {default_file}. Not used: api_key (the environment variable "
        "RAX_API_KEY), password (the environment variable RAX_PASSWORD)."
    )
    assert given_token(Settings.from_options(options).credentials, Context(sources)) is None


@pytest.mark.parametrize("source", [Source.variable("rax_username"), Source.environment("RAX_USERNAME")])
@pytest.mark.parametrize("farther", [{}, {"api_key": "k"}])
def test_a_nearer_credentials_file_names_the_user_if_it_can(
    default_file: Path, source: Source, farther: dict[str, str]
) -> None:
    sources = {**ENVIRONMENT, "username": source, "credentials_file": Source.option("credentials_file")}
    options = {"credentials_file": str(default_file), "username": "other", **farther}
    assert login(sources, **options) == LoginRequest(ApiKey("filed", "filesecret"))
    default_file.write_text("[rackspace_cloud]\napi_key = filesecret\n", encoding="utf-8")
    assert login(sources, **options) == LoginRequest(ApiKey("other", "filesecret"))


@pytest.mark.parametrize("farther", [Source.environment("RAX_CREDENTIALS"), Source.ini("ansible.cfg")])
def test_a_credentials_file_that_is_not_nearer_is_not_read(farther: Source) -> None:
    sources = {**ENVIRONMENT, "credentials_file": farther}
    assert login(sources, credentials_file="/nonexistent", username="u", api_key="k") == LoginRequest(ApiKey("u", "k"))
    task = {"credentials_file": Source.option("credentials_file"), "username": Source.option("username")}
    assert login(task, credentials_file="/nonexistent", username="u", api_key="k") == LoginRequest(ApiKey("u", "k"))


BROKEN = ["USE_KEYRING", "a\nb", "x" * 9000, "\udce9"]
FROM_ENVIRONMENT = Source.environment("RAX_X")


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize(
    ("way", "others"),
    [
        ({"token": "t0ken", "tenant_id": "1"}, ("username", "api_key", "password", "passcode", "totp_secret")),
        ({"username": "u", "api_key": "key"}, ("token", "password", "passcode", "session_id", "totp_secret")),
        ({"username": "u", "password": "word"}, ("token", "api_key", "passcode", "session_id")),
        ({"session_id": "s", "passcode": "1"}, ("token", "api_key", "password", "totp_secret")),
    ],
)
def test_what_is_wrong_with_a_value_that_is_not_needed_fails_nothing(
    way: dict[str, str], others: tuple[str, ...], broken: str
) -> None:
    request = login(dict.fromkeys(others, FROM_ENVIRONMENT), **way, **dict.fromkeys(others, broken))
    assert request == login(**way)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        *itertools.product(["api_key", "password", "token", "passcode"], BROKEN),
        # Only secrets have a limit.
        *itertools.product(["username", "tenant_id", "cloud"], [one for one in BROKEN if len(one) < 100]),
    ],
)
def test_what_is_wrong_with_a_needed_value_is_named(name: str, broken: str) -> None:
    others = {
        "passcode": {"session_id": "s"},
        "username": {"api_key": "k"},
        "tenant_id": {"username": "u", "api_key": "k"},
    }
    given: dict[str, str] = {name: broken, **others.get(name, {"username": "u"})}
    assert failure(OptionError, {name: FROM_ENVIRONMENT}, **given).startswith(
        f"{name} (the environment variable RAX_X) "
    )


@pytest.mark.parametrize("broken", ["USE_KEYRING", "a\tb", "\udce9"])
def test_what_is_wrong_with_the_variable_of_openstack_fails_nothing(broken: str) -> None:
    hint = {"cloud": Source.environment("OS_CLOUD")}
    assert login(hint, username="u", api_key="k", cloud=broken) == login(username="u", api_key="k")
    assert failure(NoCredentialsError, hint, cloud=broken).startswith("No credentials were given. ")


def test_what_is_wrong_with_a_secret_of_a_file_that_only_names_the_user_fails_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "file", "[rackspace_cloud]\nusername = u\napi_key = USE_KEYRING\n")
    assert login(api_key="k", credentials_file=str(path)) == login(username="u", api_key="k")
    assert failure(OptionError, credentials_file=str(path)).startswith("api_key (the credentials file ")
