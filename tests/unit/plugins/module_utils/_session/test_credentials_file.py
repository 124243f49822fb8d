# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials file: when it is read, what it may hold, and what may be wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    MissingCredentialsError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session import credentials_file
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.credentials import (
    FORM,
    HOW_TO,
    failure,
    login,
    resolve,
    write,
)

BY_OPTION = f"It was named by the option credentials_file. {HOW_TO}"


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
        ("[rackspace_cloud]\rusername = u\rapi_key = k\r", LoginRequest(ApiKey("u", "k"))),
        ("# mine\n\ufeff[rackspace_cloud]\nusername = u\n\u200b\xadapi_key = k\n", LoginRequest(ApiKey("u", "k"))),
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
        f"api_key and password are both given: api_key (the credentials file {path}) and password (the "
        f"credentials file {path}). Remove one of them."
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source.variable("rax_credentials_file"), "the variable rax_credentials_file"),
        (Source.environment("RAX_CREDS_FILE"), "the environment variable RAX_CREDS_FILE"),
    ],
)
def test_missing_file_that_the_task_does_not_name(tmp_path: Path, source: Source, words: str) -> None:
    path = tmp_path / "nothing"
    assert failure(MissingCredentialsError, {"credentials_file": source}, credentials_file=path) == (
        f"The credentials file {path} cannot be used: No such file or directory. It was named by {words}. {HOW_TO}"
    )


@pytest.mark.parametrize("options", [{}, {"username": "u"}, {"api_key": "k"}])
def test_given_file_that_is_missing(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "nothing"
    assert failure(MissingCredentialsError, credentials_file=path, **options) == (
        f"The credentials file {path} cannot be used: No such file or directory. {BY_OPTION}"
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


def test_content_of_a_file_in_place_of_its_path() -> None:
    content = "[rackspace_cloud]\nusername = joe\napi_key = secretkey\n"
    sources = {"credentials_file": Source.environment("RAX_CREDENTIALS")}
    assert failure(MissingCredentialsError, sources, credentials_file=content) == (
        "credentials_file (the environment variable RAX_CREDENTIALS) must be the path of a file, not what is in it."
    )
    given = {"username": "joe", "api_key": "secretkey"}
    assert login(credentials_file=content, **given) == login(**given)


def test_file_that_is_a_directory(tmp_path: Path) -> None:
    assert failure(MissingCredentialsError, credentials_file=tmp_path) == (
        f"The credentials file {tmp_path} cannot be used: Is a directory. {BY_OPTION}"
    )


def test_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root can read everything, and tests may run as root.
    def refuse(*_arguments: Any, **_others: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "creds", "")
    monkeypatch.setattr("builtins.open", refuse)
    text = failure(MissingCredentialsError, credentials_file=path)
    monkeypatch.undo()
    assert text == f"The credentials file {path} cannot be used: Permission denied. {BY_OPTION}"


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
        ("[rackspace_cloud]\nse-cret1=\nse-cret1=\n", "has a key twice, again in line 3"),
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
        f"The credentials file {path} is not UTF-8; it may be UTF-16. Save it as UTF-8."
    )


def test_file_that_is_vaulted(tmp_path: Path) -> None:
    path = write(tmp_path / "creds", "$ANSIBLE_VAULT;1.1;AES256\n3364653337\n")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} is encrypted with Ansible Vault, which only Ansible itself can read. Put the "
        "credentials into vaulted variables such as rax_api_key instead."
    )


@pytest.mark.parametrize(
    "text",
    [
        "[rackspace_cloud]\nusername = u\napi_key = !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3364653337\n",
        "clouds:\n  a:\n    auth: {username: u, api_key: !vault |\n$ANSIBLE_VAULT;1.1;AES256\n  3364653337\n",
        "# Ours\n\n\n$ANSIBLE_VAULT;1.1;AES256\n3364653337\n",
    ],
)
def test_file_with_a_vaulted_value(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "creds", text)
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} is encrypted with Ansible Vault from line 4 on, which only Ansible itself can "
        "read. Put the credentials into vaulted variables such as rax_api_key instead."
    )


NONE_OF = "has none of username, api_key, password, tenant_id in its section [rackspace_cloud], only"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("", "has nothing in its section [rackspace_cloud]"),
        ("user = u\napikey = secret\n", f"{NONE_OF} user, apikey"),
        ("API-Key = secret\n", f"{NONE_OF} api-key"),
        # Secrets without their names.
        ("user = u\nc2VjcmV0MTIzNDU2==\n", f"{NONE_OF} user, a value without a name"),
        ("0123456789abcdef0123456789abcdef:\n", f"{NONE_OF} a value without a name"),
        ("my secret=\nsecretsecretsecretsecretsecretsecret=\n", f"{NONE_OF} a value without a name"),
        ("username =\napi_key =\n", "has username, api_key without a value in its section [rackspace_cloud]"),
        ("apikey = secret\nAPI_KEY = ; later\n", "has api_key without a value in its section [rackspace_cloud]"),
    ],
)
def test_file_with_none_of_our_values(tmp_path: Path, lines: str, problem: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\n{lines}")
    assert failure(MissingCredentialsError, credentials_file=path) == (f"The credentials file {path} {problem}. {FORM}")


@pytest.mark.parametrize("lines", ["", "api_key =\n", "api_key = ; later\n", "apikey = secret\n", 'api_key = ""\n'])
def test_file_without_a_key_or_password(tmp_path: Path, lines: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\nusername = u\n{lines}")
    assert failure(MissingCredentialsError, credentials_file=path) == (
        f"The credentials file {path} contains neither api_key nor password in its section [rackspace_cloud]. {HOW_TO}"
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
        rf"The credentials file '/nowhere/a\x00b' cannot be used: its name contains a null character. {BY_OPTION}"
    )


def test_file_whose_name_cannot_be_shown(tmp_path: Path) -> None:
    assert failure(MissingCredentialsError, credentials_file=f"{tmp_path}/a\x1b[2Jb") == (
        rf"The credentials file '{tmp_path}/a\x1b[2Jb' cannot be used: No such file or directory. {BY_OPTION}"
    )


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("username = u\napi_key = secret\n  secret\n", 4, "api_key"),
        ("username = u\n  api_key = secret\n", 3, "username"),
        ("username = u\r\n\r\n\tapi_key = secret\r\n", 4, "username"),
        ("# api_key = secret\nusername = u\n\xa0api_key = secret\n", 4, "username"),
        ("api_key = secret\nusername = u\n # mine\n tenant_id = 1\n", 5, "username"),
    ],
)
def test_indented_line_that_continues_a_value(tmp_path: Path, text: str, line: int, key: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\n{text}")
    problem = f"has an indented line {line}, which continues the value of {key}"
    assert failure(MissingCredentialsError, credentials_file=path) == f"The credentials file {path} {problem}. {FORM}"


@pytest.mark.parametrize(
    "text",
    [
        "  username = u\n  api_key = k\n",
        "username = u\napi_key =\n  k\n",
        "username = u\napi_key = k\n  # mine\n",
        "username = u\napi_key = k\nother = a\n  b\n[another]\nusername = a\n  b\n",
    ],
)
def test_indented_line_that_does_not_matter(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "creds", f"[rackspace_cloud]\n{text}")
    assert login(credentials_file=path) == LoginRequest(ApiKey("u", "k"))


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

    second_step = {"passcode": "1", "session_id": "s"}
    sources = {"credentials_file": Source.environment("RAX_CREDENTIALS")}
    assert login(sources, credentials_file=default_file, **second_step) == LoginRequest(Passcode("s", "1"))
