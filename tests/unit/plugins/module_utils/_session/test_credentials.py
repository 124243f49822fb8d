# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each way to log in, and the errors if there is none, or only half of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    MissingCredentialsError,
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
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    HOW_TO,
    Sources,
    failure,
    login,
    write,
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"username": "u", "api_key": "k"}, LoginRequest(ApiKey("u", "k"))),
        ({"username": "u", "password": "p"}, LoginRequest(Password("u", "p"))),
        ({"username": "u", "api_key": "k", "tenant_id": "1"}, LoginRequest(ApiKey("u", "k"), tenant_id="1")),
        ({"username": "u", "password": "p", "tenant_name": "n"}, LoginRequest(Password("u", "p"), tenant_name="n")),
        ({"token": "t", "tenant_id": "1"}, LoginRequest(ExistingToken("t"), tenant_id="1")),
        ({"token": "t", "tenant_name": "n"}, LoginRequest(ExistingToken("t"), tenant_name="n")),
        ({"token": "t", "tenant_id": "1", "username": "u"}, LoginRequest(ExistingToken("t"), tenant_id="1")),
        ({"passcode": "1", "session_id": "s"}, LoginRequest(Passcode("s", "1"))),
        ({"passcode": 411594, "session_id": " s "}, LoginRequest(Passcode("s", "411594"))),
        ({"passcode": "1", "session_id": "s", "username": "u"}, LoginRequest(Passcode("s", "1"))),
        ({"passcode": "1", "session_id": "s", "tenant_id": "7"}, LoginRequest(Passcode("s", "1"), tenant_id="7")),
        ({"passcode": "1", "session_id": "s", "tenant_name": "n"}, LoginRequest(Passcode("s", "1"), tenant_name="n")),
        (
            {"username": "u", "password": "p", "scope": "setup-mfa"},
            LoginRequest(Password("u", "p"), scope="setup-mfa"),
        ),
        ({"username": " u ", "api_key": " k "}, LoginRequest(ApiKey("u", "k"))),
        ({"username": "u", "password": " p "}, LoginRequest(Password("u", " p "))),
        ({"username": 172157, "api_key": 42}, LoginRequest(ApiKey("172157", "42"))),
        ({"username": "u", "api_key": "k", "password": "", "token": None}, LoginRequest(ApiKey("u", "k"))),
        (
            {
                "username": "u",
                "api_key": "k",
                "apply_rcn_roles": True,
                "include_accessible_domains": True,
                "include_endpoints": False,
            },
            LoginRequest(
                ApiKey("u", "k"), apply_rcn_roles=True, include_accessible_domains=True, include_endpoints=False
            ),
        ),
    ],
)
def test_ways_to_log_in(options: dict[str, Any], expected: LoginRequest) -> None:
    assert login(**options) == expected


def test_representations_show_no_secret() -> None:
    for options in ({"username": "u", "api_key": "secret"}, {"username": "u", "password": "secret"}):
        assert "secret" not in repr(login(**options))
    assert "secret" not in repr(login(token="secret", tenant_id="1"))
    assert "secret" not in repr(login(passcode="secret1", session_id="secret2"))


def test_secrets_of_each_way() -> None:
    assert login(username="u", api_key="k").credentials.secrets == ("k",)
    assert login(username="u", password="p").credentials.secrets == ("p",)
    assert login(token="t", tenant_id="1").credentials.secrets == ("t",)
    assert login(passcode="1", session_id="s").credentials.secrets == ("s", "1")


# The second step of a multi-factor login.

SECOND_STEP = (
    "The first step returns the session_id with on_mfa=challenge, and the owner of the account receives the passcode "
    "for it."
)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"passcode": "secret1"}, f"passcode needs session_id. {SECOND_STEP}"),
        ({"session_id": "secret1"}, f"session_id needs passcode. {SECOND_STEP}"),
        ({"session_id": "secret1", "passcode": "  "}, f"session_id needs passcode. {SECOND_STEP}"),
        ({"session_id": "", "passcode": "secret1"}, f"passcode needs session_id. {SECOND_STEP}"),
        ({"session_id": "secret1", "username": "u"}, f"session_id needs passcode. {SECOND_STEP}"),
    ],
)
def test_half_a_second_step(given: dict[str, Any], text: str) -> None:
    assert failure(MissingCredentialsError, **given) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"passcode": "secret1", "username": "u", "api_key": "secret2"},
            f"passcode needs session_id. {SECOND_STEP} Not used: api_key (the option api_key).",
        ),
        (
            {"session_id": "secret1", "username": "u", "password": "secret2"},
            f"session_id needs passcode. {SECOND_STEP} Not used: password (the option password).",
        ),
    ],
)
def test_half_a_second_step_is_not_left_for_a_key_beside_it(given: dict[str, Any], text: str) -> None:
    assert failure(MissingCredentialsError, **given) == text


def test_second_step_does_not_read_the_file(default_file: Path) -> None:
    default_file.chmod(0o644)
    assert login(passcode="1", session_id="s") == LoginRequest(Passcode("s", "1"))


def test_second_step_of_the_user_in_the_file_is_for_the_same_tenant(default_file: Path) -> None:
    write(default_file, "[rackspace_cloud]\nusername = Filed\npassword = p\ntenant_id = 7\n")
    assert login(passcode="1", session_id="s", username="filed") == LoginRequest(Passcode("s", "1"), tenant_id="7")
    assert login(passcode="1", session_id="s", username="filed", tenant_name="n").tenant_id is None
    assert login(passcode="1", session_id="s", username="other") == LoginRequest(Passcode("s", "1"))
    assert login(passcode="1", session_id="s") == LoginRequest(Passcode("s", "1"))


def test_second_step_needs_no_file(default_file: Path) -> None:
    default_file.write_text("nonsense", encoding="utf-8")
    assert login(passcode="1", session_id="s", username="filed") == LoginRequest(Passcode("s", "1"))


def test_session_alone_does_not_log_in_with_the_file(default_file: Path) -> None:
    assert failure(MissingCredentialsError, session_id="secret1") == f"session_id needs passcode. {SECOND_STEP}"


@pytest.mark.parametrize("name", ["passcode", "session_id"])
def test_second_step_with_a_line_break(name: str) -> None:
    given = {"passcode": "1", "session_id": "s", name: "secret\r\nX-Evil: 1"}
    assert failure(OptionError, **given) == (
        f"{name} (the option {name}) contains a line break or control character. Check how it was copied."
    )


# A given token, used as it is.


@pytest.mark.parametrize(
    ("options", "token"),
    [
        ({"token": " t "}, "t"),
        ({"token": "t", "username": "u"}, "t"),
        ({"token": "t", "tenant_id": "1"}, "t"),
        ({"token": "t", "tenant_name": "n"}, "t"),
        ({"token": "t", "tenant_id": " "}, "t"),
        ({"token": ""}, None),
        ({"username": "u", "api_key": "k"}, None),
        ({}, None),
    ],
)
def test_given_token(options: dict[str, Any], token: str | None) -> None:
    assert given_token(Settings.from_options(options).credentials, Context()) == token


def test_given_token_and_another_way() -> None:
    settings = Settings.from_options({"token": "secret1", "api_key": "secret2", "passcode": "3", "session_id": "s"})
    assert given_token(settings.credentials, Context()) == "secret1"
    far, near = {"token": Source.environment("RAX_TOKEN")}, {"api_key": Source.environment("RAX_API_KEY")}
    assert given_token(settings.credentials, Context(far)) is None
    assert (
        given_token(settings.credentials, Context({**near, "passcode": Source.variable("rax_passcode")})) == "secret1"
    )


def test_given_token_is_refused_for_two_ways_beside_each_other() -> None:
    settings = Settings.from_options({"token": "secret1", "api_key": "secret2", "password": "secret3"})
    with pytest.raises(AmbiguousCredentialsError) as caught:
        given_token(settings.credentials, Context({"token": Source.environment("RAX_TOKEN")}))
    assert str(caught.value) == (
        "api_key and password are both given: api_key (the option api_key) and password (the option password). "
        "Remove one of them."
    )
    # Not if the token is nearest.
    sources = {"api_key": Source.variable("rax_api_key"), "password": Source.variable("rax_password")}
    assert given_token(settings.credentials, Context(sources)) == "secret1"


def test_no_credentials() -> None:
    assert failure(NoCredentialsError) == f"No credentials were given. {HOW_TO}"


@pytest.mark.parametrize("given", [{"tenant_id": "1"}, {"tenant_name": "n"}, {"token": "", "api_key": None}])
def test_a_tenant_alone_describes_no_login(given: dict[str, Any]) -> None:
    assert failure(NoCredentialsError, **given) == f"No credentials were given. {HOW_TO}"


@pytest.mark.parametrize(
    ("sources", "where"),
    [
        ({}, "the option username"),
        ({"username": Source.variable("rax_username")}, "the variable rax_username"),
        ({"username": Source.environment("RAX_USERNAME")}, "the environment variable RAX_USERNAME"),
        ({"username": Source.ini("/etc/ansible/ansible.cfg")}, "the ini file /etc/ansible/ansible.cfg"),
    ],
)
def test_username_alone(sources: Sources, where: str) -> None:
    assert failure(MissingCredentialsError, sources, username="joe") == (
        f"The credentials of joe ({where}) are missing. {HOW_TO}"
    )


@pytest.mark.parametrize("way", ["api_key", "password"])
def test_secret_without_a_username(way: str) -> None:
    sources = {way: Source.variable("rax_it")}
    assert failure(MissingCredentialsError, sources, **{way: "secret"}) == (
        f"{way} (the variable rax_it) needs a username. Give the option username, "
        "or set the environment variable RAX_USERNAME."
    )


@pytest.mark.parametrize("others", [{}, {"username": "joe"}, {"username": "joe", "api_key": "secret"}])
@pytest.mark.parametrize(
    ("sources", "where"),
    [({}, "the option token"), ({"token": Source.variable("rax_token")}, "the variable rax_token")],
)
def test_token_alone(others: dict[str, Any], sources: Sources, where: str) -> None:
    far = dict.fromkeys(others, Source.environment("RAX_OTHER"))
    assert failure(MissingCredentialsError, {**sources, **far}, token="secret", **others) == (
        f"A token alone ({where}) does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
        "or use the module rackspace.identity.rax_token_info to see what the token is valid for."
        + (" Not used: api_key (the environment variable RAX_OTHER)." if "api_key" in others else "")
    )


@pytest.mark.parametrize("token", [".", "..", "...", " .. "])
def test_what_is_no_token_does_not_log_in(token: str) -> None:
    text = failure(OptionError, {"token": Source.variable("rax_token")}, token=token, tenant_id="1")
    assert text == "token (the variable rax_token) is not a token."
