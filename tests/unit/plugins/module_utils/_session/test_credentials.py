# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who logs in: every source, which one wins, and the errors if there is no way to log in, or more than one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    MissingCredentialsError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import given_token, resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings

HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as the variables rax_username and rax_api_key of lookups, as the environment variables "
    "RAX_USERNAME and RAX_API_KEY, or in the credentials file ~/.rackspace_cloud_credentials (section "
    "[rackspace_cloud])."
)
FORM = "It must have a section [rackspace_cloud] with lines like username = NAME and api_key = KEY."


def resolve(options: Mapping[str, Any], context: Context) -> LoginRequest:
    settings = Settings.from_options(options)
    return resolve_login(settings.credentials, settings.login, context)


def login(**options: Any) -> LoginRequest:
    warnings: list[str] = []
    resolved = resolve(options, Context(warn=warnings.append))
    assert warnings == []
    return resolved


def failure(kind: type[IdentityError], sources: Any = None, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        resolve(options, Context(sources or {}))
    assert "secret" not in repr((caught.value.args, caught.value.__dict__))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path


@pytest.fixture
def default_file(home: Path) -> Path:
    return write(home / ".rackspace_cloud_credentials", "[rackspace_cloud]\nusername = filed\napi_key = filesecret\n")


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


@pytest.mark.parametrize("other", ["api_key", "password", "token"])
def test_second_step_and_another_way(other: str) -> None:
    given = {"username": "u", other: "secret1", "passcode": "secret2", "session_id": "secret3"}
    named = f"{other} (the option {other}) and passcode (the option passcode)"
    assert failure(AmbiguousCredentialsError, **given) == (
        f"There is more than one way to log in: {named}. Remove all but one."
    )


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
        f"{name} contains a line break or control character. Check how it was copied."
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
    settings = Settings.from_options({"token": "secret1", "api_key": "secret2"})
    with pytest.raises(AmbiguousCredentialsError) as caught:
        given_token(settings.credentials, Context({"token": "the environment variable RAX_TOKEN"}))
    assert str(caught.value) == (
        "There is more than one way to log in: api_key (the option api_key) and token (the environment variable "
        "RAX_TOKEN). Remove all but one."
    )


def test_no_credentials() -> None:
    assert failure(MissingCredentialsError) == f"There are no credentials. {HOW_TO}"


def test_username_alone() -> None:
    assert failure(MissingCredentialsError, username="joe") == f"The credentials of joe are missing. {HOW_TO}"


@pytest.mark.parametrize("way", ["api_key", "password"])
def test_secret_without_a_username(way: str) -> None:
    sources = {way: "the variable rax_it"}
    assert failure(MissingCredentialsError, sources, **{way: "secret"}) == (
        f"{way} (the variable rax_it) needs a username. Give the option username, "
        "or set the environment variable RAX_USERNAME."
    )


@pytest.mark.parametrize("others", [{}, {"username": "joe"}])
def test_token_alone(others: dict[str, Any]) -> None:
    assert failure(MissingCredentialsError, token="secret", **others) == (
        "A token alone does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
        "or use the module rackspace.identity.rax_token_info to see what the token is valid for."
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("api_key", "password"), "api_key (the option api_key) and password (the variable rax_it)"),
        (("api_key", "token"), "api_key (the option api_key) and token (the variable rax_it)"),
        (("password", "token"), "password (the option password) and token (the variable rax_it)"),
        (
            ("api_key", "password", "token"),
            "api_key (the option api_key) and password (the option password) and token (the variable rax_it)",
        ),
    ],
)
def test_two_ways_at_once(given: tuple[str, ...], named: str) -> None:
    sources = {given[-1]: "the variable rax_it"}
    options = dict.fromkeys(given, "secret")
    assert failure(AmbiguousCredentialsError, sources, username="u", tenant_id="1", **options) == (
        f"There is more than one way to log in: {named}. Remove all but one."
    )


@pytest.mark.covers("request-attributes/auth-tenantid-with-auth-tenantname")
def test_two_tenants() -> None:
    text = failure(OptionError, username="u", api_key="k", tenant_id="1", tenant_name="n")
    assert text == "tenant_id and tenant_name are mutually exclusive. Give one of them."


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id", "tenant_name"])
@pytest.mark.parametrize("character", ["\n", "\r", "\x00", "\x7f", "\t"])
def test_control_characters_within(name: str, character: str) -> None:
    text = failure(OptionError, **{name: f"secret{character}value"})
    assert text == f"{name} contains a line break or control character. Check how it was copied."


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id"])
def test_values_that_are_not_utf_8(name: str) -> None:
    text = failure(OptionError, **{name: "secret\udcff"})
    assert text == f"{name} is not valid UTF-8. Check how it was written."


def test_line_break_at_the_end_of_a_password_is_not_a_blank() -> None:
    text = failure(OptionError, username="u", password="secret\n")
    assert text == "password contains a line break or control character. Check how it was copied."


# The credentials file.


def test_default_file(default_file: Path) -> None:
    assert login() == LoginRequest(ApiKey("filed", "filesecret"))


def test_default_file_completes_a_username(default_file: Path) -> None:
    assert login(username="filed") == LoginRequest(ApiKey("filed", "filesecret"))


def test_default_file_of_another_user_is_not_used(default_file: Path) -> None:
    assert failure(MissingCredentialsError, username="joe") == (
        f"The credentials of joe are missing: the credentials file {default_file} is for filed. {HOW_TO}"
    )
    assert login(username="joe", api_key="k") == LoginRequest(ApiKey("joe", "k"))


@pytest.mark.parametrize("name", ["filed", "Filed", "FILED"])
def test_default_file_of_the_same_user_in_another_case(default_file: Path, name: str) -> None:
    assert login(username=name) == LoginRequest(ApiKey(name, "filesecret"))


def test_option_wins_over_the_file(default_file: Path) -> None:
    assert login(api_key="k") == LoginRequest(ApiKey("filed", "k"))
    assert login(password="p") == LoginRequest(Password("filed", "p"))


def test_token_does_not_need_the_file(default_file: Path) -> None:
    default_file.write_text("nonsense", encoding="utf-8")
    assert login(token="t", tenant_id="1") == LoginRequest(ExistingToken("t"), tenant_id="1")


@pytest.mark.parametrize("given", ["~/creds", "{home}/creds"])
def test_file_by_path(home: Path, default_file: Path, given: str) -> None:
    write(home / "creds", "[rackspace_cloud]\nusername=u\npassword=p\n")
    assert login(credentials_file=given.format(home=home)) == LoginRequest(Password("u", "p"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[rackspace_cloud]\nusername = u\napi_key = k\ntenant_id = 7\n",
            LoginRequest(ApiKey("u", "k"), tenant_id="7"),
        ),
        ("\ufeff[rackspace_cloud]\nusername = u\napi_key = k\n", LoginRequest(ApiKey("u", "k"))),
        ("[rackspace_cloud]\r\nusername = u\r\napi_key = k\r\n", LoginRequest(ApiKey("u", "k"))),
        ("[rackspace_cloud]\nUSERNAME: u\nApi_Key: k%%%(x)s\n", LoginRequest(ApiKey("u", "k%%%(x)s"))),
        (
            "[rackspace_cloud]\nusername = j\u00f6rg\npassword = p\u00e4 ss\n",
            LoginRequest(Password("j\u00f6rg", "p\u00e4 ss")),
        ),
        (
            "# mine\n[other]\nusername = x\n\n[rackspace_cloud]\nusername = u\napi_key = k\n",
            LoginRequest(ApiKey("u", "k")),
        ),
        ("[rackspace_cloud]\nusername = u\napi_key = k\npassword =\n", LoginRequest(ApiKey("u", "k"))),
        ("[rackspace_cloud]\nusername = u\npassword = a=b#c;d\n", LoginRequest(Password("u", "a=b#c;d"))),
    ],
)
def test_contents_of_the_file(tmp_path: Path, text: str, expected: LoginRequest) -> None:
    assert login(credentials_file=write(tmp_path / "creds", text)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, LoginRequest(ApiKey("u", "k"), tenant_id="7")),
        ({"tenant_id": "1"}, LoginRequest(ApiKey("u", "k"), tenant_id="1")),
        ({"tenant_name": "n"}, LoginRequest(ApiKey("u", "k"), tenant_name="n")),
        ({"username": "u", "api_key": "mine"}, LoginRequest(ApiKey("u", "mine"), tenant_id="7")),
        ({"username": "other", "api_key": "mine"}, LoginRequest(ApiKey("other", "mine"))),
    ],
)
def test_tenant_of_the_file(tmp_path: Path, options: dict[str, Any], expected: LoginRequest) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = k\ntenant_id = 7\n")
    assert login(credentials_file=path, **options) == expected


def test_file_with_two_ways(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = secret1\npassword = secret2\n")
    with pytest.raises(AmbiguousCredentialsError) as caught:
        login(credentials_file=path)
    assert str(caught.value) == (
        f"There is more than one way to log in: api_key (the credentials file {path}) and "
        f"password (the credentials file {path}). Remove all but one."
    )


@pytest.mark.parametrize("options", [{}, {"username": "u", "api_key": "k"}])
def test_given_file_that_is_missing(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "nothing"
    assert failure(MissingCredentialsError, credentials_file=path, **options) == (
        f"The credentials file {path} cannot be used: No such file or directory. {HOW_TO}"
    )


def test_file_that_is_a_directory(tmp_path: Path) -> None:
    assert failure(MissingCredentialsError, credentials_file=tmp_path) == (
        f"The credentials file {tmp_path} cannot be used: Is a directory. {HOW_TO}"
    )


def test_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root can read everything, and tests may run as root.
    def refuse(*_arguments: Any, **_others: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "creds", "")
    monkeypatch.setattr("builtins.open", refuse)
    text = failure(MissingCredentialsError, credentials_file=path)
    monkeypatch.undo()
    assert text == f"The credentials file {path} cannot be used: Permission denied. {HOW_TO}"


@pytest.mark.parametrize("text", ["", "[other]\nusername = u\napi_key = secret\n", "[RACKSPACE_CLOUD]\nusername = u\n"])
def test_file_without_the_section(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "creds", text)
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} has no section [rackspace_cloud]. {FORM}"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"username = u\napi_key = secret\n",
        b"[rackspace_cloud]\nsecretline\n",
        b"[rackspace_cloud]\nusername = u\nusername = secret\n",
        b"[rackspace_cloud]\n[rackspace_cloud]\n",
        b"[rackspace_cloud\nusername = u\n",
        b"[rackspace_cloud]\nusername = secret\xff\xfe\n",
    ],
)
def test_file_that_is_not_an_ini_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "creds"
    path.write_bytes(content)
    text = failure(MissingCredentialsError, credentials_file=path)
    assert text == f"The credentials file {path} is not an INI file. {FORM}"


def test_value_over_several_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = secret\n  secret\n")
    text = failure(OptionError, credentials_file=path)
    assert text == "api_key contains a line break or control character. Check how it was copied."


@pytest.mark.parametrize("text", ["nonsense", "[other]\n", "[rackspace_cloud]\nsecretline\n"])
def test_broken_default_file_matters_only_if_it_is_needed(default_file: Path, text: str) -> None:
    default_file.write_text(text, encoding="utf-8")
    assert login(username="u", api_key="k") == LoginRequest(ApiKey("u", "k"))
    assert str(default_file) in failure(MissingCredentialsError)
    assert str(default_file) in failure(MissingCredentialsError, username="u")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o602, 0o620, 0o610, 0o666])
def test_file_that_others_can_access(default_file: Path, mode: int) -> None:
    default_file.chmod(mode)
    warnings: list[str] = []
    assert resolve({}, Context(warn=warnings.append)) == LoginRequest(ApiKey("filed", "filesecret"))
    assert warnings == [f"Users other than its owner can access the credentials file {default_file}; chmod 600 it."]


def test_no_warning_about_a_file_that_is_not_used(default_file: Path) -> None:
    default_file.chmod(0o644)
    assert login(username="joe", api_key="k") == LoginRequest(ApiKey("joe", "k"))
    assert login(username="filed", api_key="k") == LoginRequest(ApiKey("filed", "k"))
