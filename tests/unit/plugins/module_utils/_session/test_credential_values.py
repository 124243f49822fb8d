# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs to the value of a credential, and values that cannot be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    OptionError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    LoginRequest,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.credential_values import (
    clean,
    clean_token,
)
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    failure,
    login,
    write,
)

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


KEYRING = (
    "is USE_KEYRING, but keyrings are not read. Give what is in it, such as lookup('community.general.keyring', 'pyrax "
    "USERNAME')."
)


@pytest.mark.parametrize("name", ["username", "api_key", "password", "token", "session_id", "tenant_id"])
def test_keyrings_are_not_supported(name: str) -> None:
    text = failure(OptionError, {name: Source.environment("RAX_IT")}, **{name: "USE_KEYRING"})
    assert text == f"{name} (the environment variable RAX_IT) {KEYRING}"


def test_keyring_in_the_file(default_file: Path) -> None:
    write(default_file, "[rackspace_cloud]\nusername = filed\napi_key = USE_KEYRING\n")
    assert failure(OptionError) == f"api_key (the credentials file {default_file}) {KEYRING}"


# What does not belong to a value.

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xa0", " ", "\t", "\r\n", "\u200b \ufeff"]
INVISIBLE += ["\u061c", "\u180e", "\u2003", "\u2007", "\u2028", "\u2029", "\u205f", "\u3000"]
INVISIBLE += ["\x85", "\u034f", "\u2061", "\u2064", "\u2800", "\u3164", "\ufe0f", "\uffa0"]
INVISIBLE += ["\xad", "\u200e", "\u202a", "\u202c", "\u202e", "\u202f", "\u2066", "\u2069"]


@pytest.mark.parametrize("name", ["username", "api_key", "token", "passcode", "session_id", "tenant_id", "tenant_name"])
@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_characters_around_a_value_are_left_out(name: str, character: str) -> None:
    warnings: list[str] = []
    assert clean(f"{character}a b{character}", name, Context(warn=warnings.append)) == "a b"
    assert clean(character, name) is None
    assert warnings == []


SEEN = [character for character in INVISIBLE if character.isspace()]


@pytest.mark.parametrize("name", ["api_key", "token", "subject_token", "passcode", "session_id", "totp_secret"])
@pytest.mark.parametrize("character", [*sorted({*INVISIBLE} - {*SEEN, "\u200b \ufeff"})])
def test_invisible_characters_within_a_secret_are_left_out(name: str, character: str) -> None:
    warnings: list[str] = []
    context = Context({name: Source.environment("RAX_IT")}, warnings.append)
    assert clean(f"sec{character}re{character}t", name, context) == "secret"
    named = f"{name} (the environment variable RAX_IT)"
    assert warnings == [f"The invisible characters within {named} are not part of it and were left out."]


@pytest.mark.parametrize("name", ["username", "tenant_id", "tenant_name", "password"])
def test_invisible_characters_within_other_values_stay(name: str) -> None:
    # A name in another script may need one.
    warnings: list[str] = []
    assert clean("a\u200db", name, Context(warn=warnings.append)) == "a\u200db"
    assert warnings == []


def test_passwords_are_left_as_they_are() -> None:
    for password in (" p ", "\u200bp\ufeff", '"p"', "'p'", " "):
        assert login(username="u", password=password) == LoginRequest(Password("u", password))


@pytest.mark.parametrize("name", ["api_key", "token", "subject_token", "passcode", "session_id"])
@pytest.mark.parametrize(
    "quoted",
    ['"{}"', "'{}'", ' "{}" ', '" {} "', '\u200b"{}"', "`{}`", "\u201c{}\u201d", "\u2018{}\u2019", "\u201e{}\u201c"]
    + ["\u201d{}\u201d", "\u2019{}\u2019", "\xab\xa0{}\xa0\xbb", "\xbb{}\xab", "\u2039{}\u203a", "\u203a{}\u2039"]
    + ["\u201e{}\u201d", "\u201a{}\u2018", "\u201a{}\u2019"]
    + ['""{}""', "\"'{}'\"", "'\"{}\"'", '"""{}"""', "``{}``", "\"\u200b'{}'\u200b\""],
)
def test_quotes_around_a_secret_are_left_out(name: str, quoted: str) -> None:
    warnings: list[str] = []
    context = Context({name: Source.environment(f"RAX_{name.upper()}")}, warnings.append)
    assert clean(quoted.format("secret"), name, context) == "secret"
    assert warnings == [
        f"The quotes around {name} (the environment variable RAX_{name.upper()}) are not part of it and were left out."
    ]


@pytest.mark.parametrize(
    "value", ['"secret', "secret'", "\"secret'", '"', "sec'ret", 'se"cr"et', "\u201dsecret\u201c", "\u201csecret"]
)
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
        f"{name} (the option {name}) has {limit + 1} bytes, but at most {limit} are allowed. Check what was copied."
    )
