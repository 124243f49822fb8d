# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking: every source, which one wins, and what is said where the answer is none or two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._credentials import own_token, resolve_login
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    MissingCredentialsError,
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import (
    ApiKey,
    ExistingToken,
    Login,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context

HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as the variables rax_username and rax_api_key of lookups, as the environment variables "
    "RAX_USERNAME and RAX_API_KEY, or in the credentials file ~/.rackspace_cloud_credentials (section "
    "[rackspace_cloud])."
)
FORM = "It must have a section [rackspace_cloud] with lines like username = NAME and api_key = KEY."


@dataclass
class Asked:
    """A question for a login, and the warnings that the answer came with."""

    options: Mapping[str, Any]
    sources: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def login(self) -> Login:
        return resolve_login(self.options, Context(self.sources, self.warnings.append))


def login(**options: Any) -> Login:
    asked = Asked(options)
    found = asked.login()
    assert asked.warnings == []
    return found


def failure(kind: type[IdentityError], sources: Mapping[str, str] | None = None, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        Asked(options, sources or {}).login()
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
        ({"username": "u", "api_key": "k"}, Login(ApiKey("u", "k"))),
        ({"username": "u", "password": "p"}, Login(Password("u", "p"))),
        ({"username": "u", "api_key": "k", "tenant_id": "1"}, Login(ApiKey("u", "k"), tenant_id="1")),
        ({"username": "u", "password": "p", "tenant_name": "n"}, Login(Password("u", "p"), tenant_name="n")),
        ({"token": "t", "tenant_id": "1"}, Login(ExistingToken("t"), tenant_id="1")),
        ({"token": "t", "tenant_name": "n"}, Login(ExistingToken("t"), tenant_name="n")),
        ({"token": "t", "tenant_id": "1", "username": "u"}, Login(ExistingToken("t"), tenant_id="1")),
        ({"passcode": "1", "session_id": "s"}, Login(Passcode("s", "1"))),
        ({"passcode": 411594, "session_id": " s "}, Login(Passcode("s", "411594"))),
        ({"passcode": "1", "session_id": "s", "username": "u"}, Login(Passcode("s", "1"))),
        ({"passcode": "1", "session_id": "s", "tenant_id": "7"}, Login(Passcode("s", "1"), tenant_id="7")),
        ({"passcode": "1", "session_id": "s", "tenant_name": "n"}, Login(Passcode("s", "1"), tenant_name="n")),
        (
            {"username": "u", "password": "p", "scope": "setup-mfa"},
            Login(Password("u", "p"), scope="setup-mfa"),
        ),
        ({"username": " u ", "api_key": " k "}, Login(ApiKey("u", "k"))),
        ({"username": "u", "password": " p "}, Login(Password("u", " p "))),
        ({"username": 172157, "api_key": 42}, Login(ApiKey("172157", "42"))),
        ({"username": "u", "api_key": "k", "password": "", "token": None}, Login(ApiKey("u", "k"))),
        (
            {
                "username": "u",
                "api_key": "k",
                "apply_rcn_roles": True,
                "include_accessible_domains": True,
                "include_endpoints": False,
            },
            Login(ApiKey("u", "k"), apply_rcn_roles=True, include_accessible_domains=True, include_endpoints=False),
        ),
    ],
)
def test_ways_to_log_in(options: dict[str, Any], expected: Login) -> None:
    assert login(**options) == expected


def test_nothing_secret_in_representations() -> None:
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
    "The session_id is what the first step returns with on_mfa=challenge, the passcode what the owner of the account "
    "got for it."
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
def test_half_a_second_step(given: dict[str, str], text: str) -> None:
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
    assert login(passcode="1", session_id="s") == Login(Passcode("s", "1"))


def test_second_step_of_the_user_in_the_file_is_for_the_same_tenant(default_file: Path) -> None:
    write(default_file, "[rackspace_cloud]\nusername = Filed\npassword = p\ntenant_id = 7\n")
    assert login(passcode="1", session_id="s", username="filed") == Login(Passcode("s", "1"), tenant_id="7")
    assert login(passcode="1", session_id="s", username="filed", tenant_name="n").tenant_id is None
    assert login(passcode="1", session_id="s", username="other") == Login(Passcode("s", "1"))
    assert login(passcode="1", session_id="s") == Login(Passcode("s", "1"))


def test_second_step_needs_no_file(default_file: Path) -> None:
    default_file.write_text("nonsense", encoding="utf-8")
    assert login(passcode="1", session_id="s", username="filed") == Login(Passcode("s", "1"))


def test_session_alone_does_not_log_in_with_the_file(default_file: Path) -> None:
    assert failure(MissingCredentialsError, session_id="secret1") == f"session_id needs passcode. {SECOND_STEP}"


@pytest.mark.parametrize("name", ["passcode", "session_id"])
def test_second_step_with_a_line_break(name: str) -> None:
    given = {"passcode": "1", "session_id": "s", name: "secret\r\nX-Evil: 1"}
    assert failure(OptionError, **given) == (
        f"{name} holds a line break or control character. Check how it was copied."
    )


# A token to use as it is.


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
def test_own_token(options: dict[str, Any], token: str | None) -> None:
    assert own_token(options, Context()) == token


def test_own_token_and_another_way() -> None:
    with pytest.raises(AmbiguousCredentialsError) as caught:
        own_token({"token": "secret1", "api_key": "secret2"}, Context({"token": "the environment variable RAX_TOKEN"}))
    assert str(caught.value) == (
        "There is more than one way to log in: api_key (the option api_key) and token (the environment variable "
        "RAX_TOKEN). Remove all but one."
    )


def test_none() -> None:
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
def test_token_alone(others: dict[str, str]) -> None:
    assert failure(MissingCredentialsError, token="secret", **others) == (
        "A token alone does not log in. Give tenant_id or tenant_name with it for a token of that tenant, "
        "or ask the module rackspace.identity.rax_token_info what the token is good for."
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
def test_two_at_once(given: tuple[str, ...], named: str) -> None:
    sources = {given[-1]: "the variable rax_it"}
    options = dict.fromkeys(given, "secret")
    assert failure(AmbiguousCredentialsError, sources, username="u", tenant_id="1", **options) == (
        f"There is more than one way to log in: {named}. Remove all but one."
    )


def test_two_tenants() -> None:
    text = failure(OptionError, username="u", api_key="k", tenant_id="1", tenant_name="n")
    assert text == "tenant_id and tenant_name exclude each other. Give one of them."


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id", "tenant_name"])
@pytest.mark.parametrize("character", ["\n", "\r", "\x00", "\x7f", "\t"])
def test_control_characters_within(name: str, character: str) -> None:
    text = failure(OptionError, **{name: f"secret{character}value"})
    assert text == f"{name} holds a line break or control character. Check how it was copied."


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id"])
def test_what_is_no_text(name: str) -> None:
    text = failure(OptionError, **{name: "secret\udcff"})
    assert text == f"{name} holds something that is no text in UTF-8. Check how it was written."


def test_line_break_at_the_end_of_a_password_is_no_blank() -> None:
    text = failure(OptionError, username="u", password="secret\n")
    assert text == "password holds a line break or control character. Check how it was copied."


# The credentials file.


def test_default_file(default_file: Path) -> None:
    assert login() == Login(ApiKey("filed", "filesecret"))


def test_default_file_completes_a_username(default_file: Path) -> None:
    assert login(username="filed") == Login(ApiKey("filed", "filesecret"))


def test_default_file_of_somebody_else_is_not_used(default_file: Path) -> None:
    assert failure(MissingCredentialsError, username="joe") == (
        f"The credentials of joe are missing: the credentials file {default_file} is of filed. {HOW_TO}"
    )
    assert login(username="joe", api_key="k") == Login(ApiKey("joe", "k"))


@pytest.mark.parametrize("name", ["filed", "Filed", "FILED"])
def test_default_file_of_the_same_user_in_other_letters(default_file: Path, name: str) -> None:
    assert login(username=name) == Login(ApiKey(name, "filesecret"))


def test_option_wins_over_the_file(default_file: Path) -> None:
    assert login(api_key="k") == Login(ApiKey("filed", "k"))
    assert login(password="p") == Login(Password("filed", "p"))


def test_token_does_not_need_the_file(default_file: Path) -> None:
    default_file.write_text("nonsense", encoding="utf-8")
    assert login(token="t", tenant_id="1") == Login(ExistingToken("t"), tenant_id="1")


@pytest.mark.parametrize("given", ["~/creds", "{home}/creds"])
def test_file_by_path(home: Path, default_file: Path, given: str) -> None:
    write(home / "creds", "[rackspace_cloud]\nusername=u\npassword=p\n")
    assert login(credentials_file=given.format(home=home)) == Login(Password("u", "p"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[rackspace_cloud]\nusername = u\napi_key = k\ntenant_id = 7\n", Login(ApiKey("u", "k"), tenant_id="7")),
        ("\ufeff[rackspace_cloud]\nusername = u\napi_key = k\n", Login(ApiKey("u", "k"))),
        ("[rackspace_cloud]\r\nusername = u\r\napi_key = k\r\n", Login(ApiKey("u", "k"))),
        ("[rackspace_cloud]\nUSERNAME: u\nApi_Key: k%%%(x)s\n", Login(ApiKey("u", "k%%%(x)s"))),
        (
            "[rackspace_cloud]\nusername = j\u00f6rg\npassword = p\u00e4 ss\n",
            Login(Password("j\u00f6rg", "p\u00e4 ss")),
        ),
        ("# mine\n[other]\nusername = x\n\n[rackspace_cloud]\nusername = u\napi_key = k\n", Login(ApiKey("u", "k"))),
        ("[rackspace_cloud]\nusername = u\napi_key = k\npassword =\n", Login(ApiKey("u", "k"))),
        ("[rackspace_cloud]\nusername = u\npassword = a=b#c;d\n", Login(Password("u", "a=b#c;d"))),
    ],
)
def test_forms_of_the_file(tmp_path: Path, text: str, expected: Login) -> None:
    assert login(credentials_file=write(tmp_path / "creds", text)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, Login(ApiKey("u", "k"), tenant_id="7")),
        ({"tenant_id": "1"}, Login(ApiKey("u", "k"), tenant_id="1")),
        ({"tenant_name": "n"}, Login(ApiKey("u", "k"), tenant_name="n")),
        ({"username": "u", "api_key": "mine"}, Login(ApiKey("u", "mine"), tenant_id="7")),
        ({"username": "other", "api_key": "mine"}, Login(ApiKey("other", "mine"))),
    ],
)
def test_tenant_of_the_file(tmp_path: Path, options: dict[str, str], expected: Login) -> None:
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
def test_file_asked_for_and_missing(tmp_path: Path, options: dict[str, str]) -> None:
    path = tmp_path / "nothing"
    assert failure(MissingCredentialsError, credentials_file=path, **options) == (
        f"The credentials file {path} cannot be used: No such file or directory. {HOW_TO}"
    )


def test_file_that_is_a_folder(tmp_path: Path) -> None:
    assert failure(MissingCredentialsError, credentials_file=tmp_path) == (
        f"The credentials file {tmp_path} cannot be used: Is a directory. {HOW_TO}"
    )


def test_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everything, and tests may run as root.
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
def test_file_that_is_no_ini_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "creds"
    path.write_bytes(content)
    text = failure(MissingCredentialsError, credentials_file=path)
    assert text == f"The credentials file {path} is no INI file. {FORM}"


def test_value_over_several_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = secret\n  secret\n")
    text = failure(OptionError, credentials_file=path)
    assert text == "api_key holds a line break or control character. Check how it was copied."


@pytest.mark.parametrize("text", ["nonsense", "[other]\n", "[rackspace_cloud]\nsecretline\n"])
def test_broken_default_file_matters_only_where_it_is_needed(default_file: Path, text: str) -> None:
    default_file.write_text(text, encoding="utf-8")
    assert login(username="u", api_key="k") == Login(ApiKey("u", "k"))
    assert str(default_file) in failure(MissingCredentialsError)
    assert str(default_file) in failure(MissingCredentialsError, username="u")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o602, 0o620, 0o610, 0o666])
def test_file_that_others_can_use(default_file: Path, mode: int) -> None:
    default_file.chmod(mode)
    asked = Asked({})
    assert asked.login() == Login(ApiKey("filed", "filesecret"))
    assert asked.warnings == [
        f"The credentials file {default_file} can be used by others than its owner; chmod 600 it."
    ]


def test_no_warning_of_a_file_that_is_not_used(default_file: Path) -> None:
    default_file.chmod(0o644)
    assert login(username="joe", api_key="k") == Login(ApiKey("joe", "k"))
    assert login(username="filed", api_key="k") == Login(ApiKey("filed", "k"))
