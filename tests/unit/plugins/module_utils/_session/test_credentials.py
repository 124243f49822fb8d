# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who logs in: every source, which one wins, and the errors if there is no way to log in, or it cannot be used."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Mapping

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
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
from ansible_collections.rackspace.identity.plugins.module_utils._session import credentials_file
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials import (
    clean,
    clean_token,
    given_token,
    nearest_way,
    resolve_login,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source

HOW_TO = (
    "Give one of: username and api_key, username and password, token with tenant_id or tenant_name, or passcode and "
    "session_id; as options, as variables such as rax_username and rax_api_key, as environment variables such as "
    "RAX_USERNAME and RAX_API_KEY, or in the credentials file ~/.rackspace_cloud_credentials (section "
    "[rackspace_cloud])."
)
Sources = Mapping[str, Source]
FORM = "It must have a section [rackspace_cloud] with lines like username = NAME and api_key = KEY."


def resolve(options: Mapping[str, Any], context: Context) -> LoginRequest:
    settings = Settings.from_options(options)
    return resolve_login(settings.credentials, settings.login, context).request


def login(sources: Sources | None = None, /, **options: Any) -> LoginRequest:
    warnings: list[str] = []
    resolved = resolve(options, Context(sources or {}, warnings.append))
    assert warnings == []
    return resolved


def origin(sources: Sources | None = None, /, **options: Any) -> str:
    """Return where the secret came from, in words."""
    settings = Settings.from_options(options)
    found = resolve_login(settings.credentials, settings.login, Context(sources or {})).origin
    assert not [secret for secret in VALUES.values() if secret in found]
    return found


def failure(kind: type[IdentityError], sources: Sources | None = None, /, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        resolve(options, Context(sources or {}))
    assert caught.value.__class__ is kind
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


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"passcode": "secret1", "username": "u", "api_key": "secret2"},
            f"passcode needs session_id. {SECOND_STEP}",
        ),
        (
            {"session_id": "secret1", "username": "u", "password": "secret2"},
            f"session_id needs passcode. {SECOND_STEP}",
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
        "api_key and password are given side by side: api_key (the option api_key) and password (the option password). "
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
    )


@pytest.mark.parametrize("token", [".", "..", "...", " .. "])
def test_what_is_no_token_does_not_log_in(token: str) -> None:
    text = failure(OptionError, {"token": Source.variable("rax_token")}, token=token, tenant_id="1")
    assert text == "token (the variable rax_token) is not a token."


# Which way is taken, where several are given.

VALUES: dict[str, str] = {
    "token": "secrettoken",
    "passcode": "secretcode",
    "session_id": "secretsession",
    "api_key": "secretkey",
    "password": "secretword",
}
NEAR_TO_FAR = [
    Source.option("x"),
    Source.variable("rax_x"),
    Source.environment("RAX_X"),
    Source.ini("ansible.cfg"),
    Source.credentials_file("/x"),
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
        f"api_key and password are given side by side: {named}. Remove one of them."
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


# Where the secret came from, for errors.


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


def test_origin_of_a_secret_in_the_file(default_file: Path) -> None:
    assert origin() == f"The api_key came from the credentials file {default_file}."
    # What was not read is not there.
    assert origin(username="u", api_key="secret") == ""


# Values that cannot be sent.


@pytest.mark.covers("request-attributes/auth-tenantid-with-auth-tenantname")
def test_two_tenants() -> None:
    text = failure(OptionError, username="u", api_key="k", tenant_id="1", tenant_name="n")
    assert text == (
        "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the option tenant_id) and "
        "tenant_name (the option tenant_name)."
    )
    sources = {
        "tenant_id": Source.environment("RAX_TENANT_ID"),
        "tenant_name": Source.environment("RAX_TENANT_NAME"),
    }
    text = failure(OptionError, sources, token="secret", tenant_id="1", tenant_name="n")
    assert text == (
        "tenant_id and tenant_name are mutually exclusive, and both are given: tenant_id (the environment variable "
        "RAX_TENANT_ID) and tenant_name (the environment variable RAX_TENANT_NAME)."
    )


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id", "tenant_name"])
@pytest.mark.parametrize("character", ["\n", "\r", "\x00", "\x7f", "\t"])
def test_control_characters_within(name: str, character: str) -> None:
    text = failure(OptionError, **{name: f"secret{character}value"})
    problem = "contains a line break or control character. Check how it was copied."
    assert text == f"{name} (the option {name}) {problem}"
    text = failure(OptionError, {name: Source.variable(f"rax_{name}")}, **{name: f"secret{character}value"})
    assert text == f"{name} (the variable rax_{name}) {problem}"


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "tenant_id"])
def test_values_that_are_not_utf_8(name: str) -> None:
    text = failure(OptionError, {name: Source.environment(f"RAX_{name.upper()}")}, **{name: "secret\udcff"})
    where = f"the environment variable RAX_{name.upper()}"
    assert text == f"{name} ({where}) is not valid UTF-8. Check how it was written."


def test_line_break_at_the_end_of_a_password_is_not_a_blank() -> None:
    text = failure(OptionError, username="u", password="secret\n")
    assert text == (
        "password (the option password) contains a line break or control character. Check how it was copied."
    )


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "session_id", "tenant_id"])
def test_keyrings_are_not_supported(name: str) -> None:
    text = failure(OptionError, {name: Source.environment("RAX_IT")}, **{name: "USE_KEYRING"})
    assert text == f"{name} (the environment variable RAX_IT) is USE_KEYRING, but keyrings are not supported."


def test_keyring_in_the_file(default_file: Path) -> None:
    write(default_file, "[rackspace_cloud]\nusername = filed\napi_key = USE_KEYRING\n")
    assert failure(OptionError) == (
        f"api_key (the credentials file {default_file}) is USE_KEYRING, but keyrings are not supported."
    )


# What does not belong to a value.

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xa0", " ", "\t", "\r\n", "\u200b \ufeff"]


@pytest.mark.parametrize("name", ["username", "api_key", "token", "passcode", "session_id", "tenant_id", "tenant_name"])
@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_characters_around_a_value_are_left_out(name: str, character: str) -> None:
    warnings: list[str] = []
    assert clean(f"{character}a b{character}", name, Context(warn=warnings.append)) == "a b"
    assert clean(character, name) is None
    assert warnings == []


def test_passwords_are_left_as_they_are() -> None:
    for password in (" p ", "\u200bp\ufeff", '"p"', "'p'", " "):
        assert login(username="u", password=password) == LoginRequest(Password("u", password))


@pytest.mark.parametrize("name", ["api_key", "token", "passcode", "session_id"])
@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", ' "{}" ', '" {} "', '\u200b"{}"'])
def test_quotes_around_a_secret_are_left_out(name: str, quoted: str) -> None:
    warnings: list[str] = []
    context = Context({name: Source.environment(f"RAX_{name.upper()}")}, warnings.append)
    assert clean(quoted.format("secret"), name, context) == "secret"
    assert warnings == [
        f"The quotes around {name} (the environment variable RAX_{name.upper()}) are not part of it and were left out."
    ]


@pytest.mark.parametrize("value", ['"secret', "secret'", "\"secret'", '"', "sec'ret", 'se"cr"et'])
def test_quotes_that_are_not_around_a_secret_stay(value: str) -> None:
    warnings: list[str] = []
    assert clean(value, "api_key", Context(warn=warnings.append)) == value
    assert warnings == []


@pytest.mark.parametrize("name", ["username", "tenant_id", "tenant_name", "password"])
def test_quotes_around_other_values_stay(name: str) -> None:
    assert clean('"value"', name) == '"value"'


@pytest.mark.parametrize("value", ['""', "''", '" "', None, ""])
def test_nothing_in_quotes_is_nothing(value: str | None) -> None:
    assert clean(value, "api_key") is None


@pytest.mark.parametrize(("value", "token"), [(" t ", "t"), ("t.", "t."), ("a..b", "a..b"), (None, None), ("  ", None)])
def test_clean_token(value: str | None, token: str | None) -> None:
    assert clean_token(value, "subject_token") == token


@pytest.mark.parametrize("value", [".", "..", "....", " .. ", '".."'])
def test_path_segments_are_not_tokens(value: str) -> None:
    # They survive quoting, and DELETE /tokens/.. is another resource.
    for name in ("subject_token", "token"):
        with pytest.raises(OptionError) as caught:
            clean_token(value.strip('"'), name, Context({name: Source.variable("rax_it")}))
        assert str(caught.value) == f"{name} (the variable rax_it) is not a token."


# The credentials file.


def test_default_file(default_file: Path) -> None:
    assert login() == LoginRequest(ApiKey("filed", "filesecret"))


def test_default_file_completes_a_username(default_file: Path) -> None:
    assert login(username="filed") == LoginRequest(ApiKey("filed", "filesecret"))


def test_default_file_of_another_user_is_not_used(default_file: Path) -> None:
    assert failure(MissingCredentialsError, username="joe") == (
        f"The credentials of joe (the option username) are missing: the credentials file {default_file} is for filed. "
        f"{HOW_TO}"
    )
    sources = {"username": Source.environment("RAX_USERNAME")}
    assert failure(MissingCredentialsError, sources, username="joe") == (
        "The credentials of joe (the environment variable RAX_USERNAME) are missing: the credentials file "
        f"{default_file} is for filed. {HOW_TO}"
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
        ({"api_key": "mine"}, LoginRequest(ApiKey("u", "mine"), tenant_id="7")),
        # Complete: the file is not opened.
        ({"username": "u", "api_key": "mine"}, LoginRequest(ApiKey("u", "mine"))),
        ({"username": "other", "api_key": "mine"}, LoginRequest(ApiKey("other", "mine"))),
    ],
)
def test_tenant_of_the_file(tmp_path: Path, options: dict[str, Any], expected: LoginRequest) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = k\ntenant_id = 7\n")
    assert login(credentials_file=path, **options) == expected


def test_file_with_two_ways(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = secret1\npassword = secret2\n")
    assert failure(AmbiguousCredentialsError, credentials_file=path) == (
        f"api_key and password are given side by side: api_key (the credentials file {path}) and password (the "
        f"credentials file {path}). Remove one of them."
    )


@pytest.mark.parametrize("options", [{}, {"username": "u"}, {"api_key": "k"}])
def test_given_file_that_is_missing(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "nothing"
    assert failure(MissingCredentialsError, credentials_file=path, **options) == (
        f"The credentials file {path} cannot be used: No such file or directory. {HOW_TO}"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"username": "u", "api_key": "k"}, LoginRequest(ApiKey("u", "k"))),
        ({"username": "u", "password": "p", "tenant_id": "1"}, LoginRequest(Password("u", "p"), tenant_id="1")),
        ({"token": "t", "tenant_id": "1"}, LoginRequest(ExistingToken("t"), tenant_id="1")),
        ({"passcode": "1", "session_id": "s"}, LoginRequest(Passcode("s", "1"))),
        ({"passcode": "1", "session_id": "s", "username": "u"}, LoginRequest(Passcode("s", "1"))),
    ],
)
@pytest.mark.parametrize("content", [None, "nonsense", "[rackspace_cloud]\n", "[rackspace_cloud]\nusername = other\n"])
def test_file_that_is_not_needed_cannot_fail(
    tmp_path: Path, options: dict[str, Any], expected: LoginRequest, content: str | None
) -> None:
    path = tmp_path / "creds"
    if content is not None:
        write(path, content, 0o644)
    assert (
        login({"credentials_file": Source.environment("RAX_CREDS_FILE")}, credentials_file=path, **options) == expected
    )


@pytest.mark.parametrize(
    "options",
    [
        {"username": "u", "api_key": "k"},
        {"username": "u", "password": "p"},
        {"token": "t", "tenant_id": "1"},
        {"passcode": "1", "session_id": "s"},
        {"passcode": "1", "session_id": "s", "username": "filed", "tenant_id": "1"},
    ],
)
def test_file_that_is_not_needed_is_not_opened(
    default_file: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    def refuse(*_arguments: Any, **_others: Any) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(credentials_file, "read", refuse)
    login(**options)
    with pytest.raises(AssertionError, match="the file was opened"):
        login()


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
    ("content", "problem"),
    [
        ("username = u\napi_key = secret\n", "has a value before any section, in line 1"),
        ("\n# mine\nusername = u\n[rackspace_cloud]\n", "has a value before any section, in line 3"),
        ("[rackspace_cloud\nusername = u\n", "has a value before any section, in line 1"),
        ("[rackspace_cloud]\nsecretline\n", "is not an INI file, in line 2"),
        ("[rackspace_cloud]\nusername = u\n\n= secret\n", "is not an INI file, in line 4"),
        ("[rackspace_cloud]\nusername = u\nusername = secret\n", "has username twice, again in line 3"),
        ("[rackspace_cloud]\napi_key = secret1\nx = y\nApi_Key: secret2\n", "has api_key twice, again in line 4"),
        ("[rackspace_cloud]\n[rackspace_cloud]\n", "has the section [rackspace_cloud] twice, again in line 2"),
        ("[a]\nb = c\n[a]\n", "has the section [a] twice, again in line 3"),
    ],
)
def test_file_that_is_not_an_ini_file(tmp_path: Path, content: str, problem: str) -> None:
    path = write(tmp_path / "creds", content)
    text = failure(MissingCredentialsError, credentials_file=path)
    assert text == f"The credentials file {path} {problem}. {FORM}"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[rackspace_cloud]\nusername = j\u00f6rg\napi_key = secret\n".encode("latin-1"), 2),
        ("# f\u00fcr mich\n[rackspace_cloud]\n".encode("latin-1"), 1),
        (b"[rackspace_cloud]\nusername = u\n\npassword = secret\xff\xfe\n", 4),
    ],
)
def test_file_in_latin_1(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / "creds"
    path.write_bytes(content)
    text = failure(MissingCredentialsError, credentials_file=path)
    assert text == f"The credentials file {path} is not UTF-8 in line {line}. Save it as UTF-8."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_file_in_utf_16(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "creds"
    path.write_bytes(f"{mark}[rackspace_cloud]\r\nusername = u\r\napi_key = secret\r\n".encode(encoding))
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} is not UTF-8, but perhaps UTF-16. Save it as UTF-8."
    )


def test_file_that_is_vaulted(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "$ANSIBLE_VAULT;1.1;AES256\n3364653337\n")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} is encrypted with Ansible Vault, which only Ansible itself can read. Put the "
        "credentials into vaulted variables such as rax_api_key instead."
    )


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("", "nothing"),
        ("user = u\napikey = secret\n", "user, apikey"),
        ("API-Key = secret\n", "api-key"),
        ("username =\napi_key =\n", "username, api_key"),
    ],
)
def test_file_with_none_of_our_keys(tmp_path: Path, lines: str, found: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\n{lines}")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} has none of username, api_key, password, tenant_id in its section "
        f"[rackspace_cloud], only {found}. {FORM}"
    )


@pytest.mark.parametrize("lines", ["", "api_key =\n", "api_key = ; later\n", "apikey = secret\n", 'api_key = ""\n'])
def test_file_without_a_key_or_password(tmp_path: Path, lines: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\nusername = u\n{lines}")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} holds neither api_key nor password in its section [rackspace_cloud]. {HOW_TO}"
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("username = u ; mine\napi_key = k # prod\ntenant_id = 7 ; x\n", LoginRequest(ApiKey("u", "k"), tenant_id="7")),
        ("username = u\napi_key = k\t; prod ; more\n", LoginRequest(ApiKey("u", "k"))),
        ("username = u\napi_key = k;1#2\n", LoginRequest(ApiKey("u", "k;1#2"))),
        # A password may be anything.
        ("username = u\npassword = p ; prod\n", LoginRequest(Password("u", "p ; prod"))),
        ("username = u\npassword = # p\n", LoginRequest(Password("u", "# p"))),
        ("username = u\napi_key = k\ntenant_id = # none\n", LoginRequest(ApiKey("u", "k"))),
    ],
)
def test_comments_behind_values(tmp_path: Path, lines: str, expected: LoginRequest) -> None:
    assert login(credentials_file=write(tmp_path / "creds", f"[rackspace_cloud]\n{lines}")) == expected


def test_quotes_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = 'k'\n")
    warnings: list[str] = []
    assert resolve({"credentials_file": path}, Context(warn=warnings.append)) == LoginRequest(ApiKey("u", "k"))
    assert warnings == [
        f"The quotes around api_key (the credentials file {path}) are not part of it and were left out."
    ]


def test_file_whose_name_holds_a_null_character() -> None:
    assert failure(MissingCredentialsError, credentials_file="/nowhere/a\0b") == (
        rf"The credentials file '/nowhere/a\x00b' cannot be used: its name contains a null character. {HOW_TO}"
    )


def test_file_whose_name_cannot_be_shown(tmp_path: Path) -> None:
    assert failure(MissingCredentialsError, credentials_file=f"{tmp_path}/a\x1b[2Jb") == (
        rf"The credentials file '{tmp_path}/a\x1b[2Jb' cannot be used: No such file or directory. {HOW_TO}"
    )


def test_value_over_several_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "[rackspace_cloud]\nusername = u\napi_key = secret\n  secret\n")
    assert failure(OptionError, credentials_file=path) == (
        f"api_key (the credentials file {path}) contains a line break or control character. Check how it was copied."
    )


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


@pytest.mark.parametrize(
    ("name", "limit"),
    [("api_key", 4096), ("password", 4096), ("passcode", 4096), ("session_id", 4096)]
    + [("token", 8192), ("subject_token", 8192)],
)
def test_a_secret_of_any_length_is_refused(name: str, limit: int) -> None:
    assert clean("x" * limit, name) == "x" * limit
    with pytest.raises(OptionError) as caught:
        clean("\u00e4" * (limit // 2) + "x", name)
    assert str(caught.value) == (
        f"{name} (the option {name}) has {limit + 1} bytes, more than the {limit} that it may have. Check what was "
        "copied."
    )


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
        f"The api_key came from the credentials file {default_file}. "
        f"Not used: {secret} (the environment variable RAX_{secret.upper()})."
    )
    settings = Settings.from_options(options).credentials
    assert given_token(settings, Context(sources)) is None


@pytest.mark.parametrize("farther", [Source.environment("RAX_CREDENTIALS"), Source.ini("ansible.cfg")])
def test_a_credentials_file_that_is_not_nearer_is_not_read(farther: Source) -> None:
    sources = {**ENVIRONMENT, "credentials_file": farther}
    assert login(sources, credentials_file="/nonexistent", username="u", api_key="k") == LoginRequest(ApiKey("u", "k"))
    task = {"credentials_file": Source.option("credentials_file"), "username": Source.option("username")}
    assert login(task, credentials_file="/nonexistent", username="u", api_key="k") == LoginRequest(ApiKey("u", "k"))
