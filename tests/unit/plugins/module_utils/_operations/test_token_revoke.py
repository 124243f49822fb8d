# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of rax_token_revoke: what is sent, in which order, and when a token counts as revoked."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    AmbiguousCredentialsError,
    IdentityError,
    InvalidResponseError,
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._operations import token_revoke
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Source
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

URL = "https://identity.api.rackspacecloud.com/v2.0"
ISSUED = "d74f592f986e4d6e995853ccf0123456"
KEY: dict[str, Any] = {"username": "u", "api_key": "secretkey"}
OWN: dict[str, Any] = {"token": "ownsecret"}
OTHER: dict[str, Any] = {"token": "adminsecret", "subject_token": "usersecret"}
REVOKE_OWN = ("DELETE", "/tokens", "ownsecret")
REVOKE_OWN_BY_ID = ("DELETE", "/tokens/ownsecret", "ownsecret")
VALIDATE_OWN = ("GET", "/tokens/ownsecret", "ownsecret")
REVOKE_OTHER = ("DELETE", "/tokens/usersecret", "adminsecret")
VALIDATE_OTHER = ("GET", "/tokens/usersecret", "adminsecret")


def revoke(check_mode: bool = False, **given: Any) -> dict[str, Any]:
    options = {**{option.name: option.default for option in token_revoke.OPTIONS}, "retries": 0, **given}
    return token_revoke.run(options, Context(check_mode=check_mode))


def failure(kind: type[IdentityError], check_mode: bool = False, **given: Any) -> IdentityError:
    with pytest.raises(kind) as caught:
        revoke(check_mode, **given)
    assert "secret" not in repr((caught.value.args, caught.value.as_result()))
    return caught.value


def sent(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Return the method, path and token of each request."""
    return [(one.method, one.url[len(URL) :], one.headers.get("X-Auth-Token")) for one in wire.sent]


# Revoked at once.


@pytest.mark.covers("operations/7")
def test_own_token(wire: FakeWire) -> None:
    wire.respond(204)
    assert revoke(**OWN) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OWN]


@pytest.mark.covers("operations/8")
def test_token_of_another(wire: FakeWire) -> None:
    wire.respond(204)
    assert revoke(**OTHER) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OTHER]


def test_token_of_another_after_a_login(wire: FakeWire) -> None:
    wire.respond(200, sample("login"))
    wire.respond(204)
    assert revoke(**KEY, subject_token="usersecret") == {"changed": True, "revoked": True}
    assert sent(wire) == [("POST", "/tokens", None), ("DELETE", "/tokens/usersecret", ISSUED)]


@pytest.mark.parametrize(
    "given", [{"subject_token": "ownsecret"}, {"subject_token": "ownsecret", "token": "ownsecret"}]
)
def test_token_that_revokes_itself(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(204)
    assert revoke(**given) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OWN]


def test_own_token_whatever_tenant_is_given_with_it(wire: FakeWire) -> None:
    wire.respond(204)
    assert revoke(**OWN, tenant_id="1") == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OWN]


# Nothing to revoke.


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("given", [{}, KEY, {"username": "u", "password": "secretword"}])
def test_it_never_logs_in_only_to_revoke(wire: FakeWire, check_mode: bool, given: dict[str, Any]) -> None:
    assert revoke(check_mode, **given) == {"changed": False, "revoked": False}
    assert wire.sent == []


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("given", [{"passcode": "1411594"}, {"session_id": "secretsession"}])
def test_half_a_login_is_an_error_that_says_what_is_missing(
    wire: FakeWire, check_mode: bool, given: dict[str, Any]
) -> None:
    assert failure(MissingCredentialsError, check_mode, **given).kind == "missing_credentials"
    assert wire.sent == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_credentials_file_without_a_secret(wire: FakeWire, check_mode: bool, tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text("[rackspace_cloud]\nusername = u\n", encoding="utf-8")
    path.chmod(0o600)
    error = failure(MissingCredentialsError, check_mode, credentials_file=str(path))
    assert str(error).startswith(
        f"The credentials file {path} contains neither api_key nor password in its section [rackspace_cloud]. "
    )
    assert wire.sent == []


@pytest.mark.covers("status-codes/7/401", "status-codes/7/404")
@pytest.mark.parametrize("status", [401, 404])
def test_own_token_that_was_gone(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    wire.respond(status)
    assert revoke(**OWN) == {"changed": False, "revoked": True}
    assert sent(wire) == [REVOKE_OWN, VALIDATE_OWN]


@pytest.mark.covers("status-codes/8/404")
def test_token_of_another_that_was_gone(wire: FakeWire) -> None:
    wire.respond(404)
    wire.respond(404)
    assert revoke(**OTHER) == {"changed": False, "revoked": True}
    assert sent(wire) == [REVOKE_OTHER, VALIDATE_OTHER]


# Any response but 204 proves nothing.


PAGES = [
    (b"<html>Not Found</html>", "text/html; charset=utf-8"),
    (b"404 page not found", "text/plain"),
]
NOTHING_SAID = (
    "identity.api.rackspacecloud.com did not respond like an identity service: its 404 is neither JSON nor XML, and "
    "says nothing about the token. Check identity_url and proxy."
)


@pytest.mark.parametrize(("body", "media_type"), PAGES)
@pytest.mark.parametrize("given", [OWN, OTHER])
def test_page_of_any_web_server_does_not_mean_that_a_token_is_gone(
    wire: FakeWire, given: dict[str, Any], body: bytes, media_type: str
) -> None:
    for _request in range(2):
        wire.respond(404, body=body, headers=[("Content-Type", media_type)])
    error = failure(InvalidResponseError, **given)
    assert (str(error), error.status) == (NOTHING_SAID, 404)


def test_page_of_a_service_without_revocation_of_own_tokens(wire: FakeWire) -> None:
    wire.respond(404, body=PAGES[0][0], headers=[("Content-Type", PAGES[0][1])])
    wire.respond(200, sample("validated"))
    wire.respond(204)
    assert revoke(**OWN) == {"changed": True, "revoked": True}


@pytest.mark.covers("status-codes/7/404")
@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 405, 413, 500, 501, 503])
def test_own_token_that_lives_on_is_revoked_by_id(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    wire.respond(200, sample("validated"))
    wire.respond(204)
    assert revoke(**OWN) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OWN, VALIDATE_OWN, REVOKE_OWN_BY_ID]


def test_token_of_another_that_lives_on_is_revoked_once_more(wire: FakeWire) -> None:
    wire.respond(404)
    wire.respond(200, sample("validated"))
    wire.respond(204)
    assert revoke(**OTHER) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OTHER, VALIDATE_OTHER, REVOKE_OTHER]


@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
        (
            403,
            "forbidden",
            (
                "Everyone may revoke their own token; only user administrators of the same account and identity "
                "administrators may do so with those of others."
            ),
        ),
        (
            404,
            "not_found",
            "The token has expired, was revoked, or never existed; or the service does not let anyone revoke it.",
        ),
        (405, "method_not_allowed", "Check identity_url: the service there does not support this call."),
        (500, "service_fault", "The service has an internal error; try again later."),
    ],
)
def test_token_that_lives_on_after_both_attempts_is_a_failure(
    wire: FakeWire, status: int, kind: str, way_out: str
) -> None:
    wire.respond(404)
    wire.respond(200, sample("validated"))
    wire.respond(status)
    error = failure(ServiceError, **OWN)
    assert (error.kind, error.status) == (kind, status)
    assert str(error) == (
        f"Revoking a token failed: identity.api.rackspacecloud.com responded with {status}. {way_out}"
    )


@pytest.mark.parametrize(("status", "kind"), [(403, "forbidden"), (413, "over_limit"), (503, "service_unavailable")])
@pytest.mark.parametrize("given", [OWN, OTHER])
def test_failure_to_find_out_whether_it_lives_on(wire: FakeWire, given: dict[str, Any], status: int, kind: str) -> None:
    wire.respond(404)
    wire.respond(status)
    error = failure(ServiceError, **given)
    assert (error.kind, error.status) == (kind, status)
    assert str(error).startswith("Validating a token failed: ")


@pytest.mark.covers("status-codes/8/401")
def test_authorizing_token_that_is_gone(wire: FakeWire) -> None:
    wire.respond(401)
    wire.respond(401)
    error = failure(ServiceError, **OTHER)
    assert str(error) == (
        "Revoking a token failed: identity.api.rackspacecloud.com responded with 401. "
        "The token that authorizes the call has expired or was revoked; log in again."
    )


@pytest.mark.parametrize("given", [OWN, OTHER])
def test_refusal_to_revoke_and_to_validate(wire: FakeWire, given: dict[str, Any]) -> None:
    wire.respond(403, {"forbidden": {"code": 403, "message": "Not yours."}})
    wire.respond(503)
    error = failure(ServiceError, **given)
    assert (error.kind, error.status, error.fault.message) == ("forbidden", 403, "Not yours.")
    assert str(error).startswith("Revoking a token failed: ")
    assert error.__suppress_context__


def test_validation_that_cannot_be_understood(wire: FakeWire) -> None:
    wire.respond(404)
    wire.respond(200, body=b"<html/>")
    assert failure(InvalidResponseError, **OWN).kind == "invalid_response"


# Check mode.


@pytest.mark.parametrize(("given", "request_sent"), [(OWN, VALIDATE_OWN), (OTHER, VALIDATE_OTHER)])
@pytest.mark.parametrize(
    ("status", "result"),
    [(200, {"changed": True, "revoked": False}), (404, {"changed": False, "revoked": True})],
)
def test_check_mode_validates_and_revokes_nothing(
    wire: FakeWire, given: dict[str, Any], request_sent: object, status: int, result: dict[str, bool]
) -> None:
    wire.respond(status, sample("validated"))
    assert revoke(True, **given) == result
    assert sent(wire) == [request_sent]


def test_check_mode_of_an_own_token_that_is_rejected(wire: FakeWire) -> None:
    wire.respond(401)
    assert revoke(True, **OWN) == {"changed": False, "revoked": True}


@pytest.mark.parametrize("status", [401, 403, 500])
def test_check_mode_fails_if_the_token_cannot_be_validated(wire: FakeWire, status: int) -> None:
    wire.respond(status)
    assert failure(ServiceError, True, **OTHER).status == status


# Options.


@pytest.mark.parametrize("given", [{}, {"subject_token": "usersecret"}])
def test_key_and_password_side_by_side(wire: FakeWire, given: dict[str, Any]) -> None:
    assert str(failure(AmbiguousCredentialsError, **KEY, password="secretword", **given)) == (
        "api_key and password are both given: api_key (the option api_key) and password (the option password). "
        "Remove one of them."
    )
    assert wire.sent == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {**OWN, "api_version": "v1.1"},
            "api_version is v1.1, which can only log in. For everything else, use v2.0.",
        ),
        (
            {**KEY, "subject_token": "user\nsecret"},
            (
                "subject_token (the option subject_token) contains a line break or control character. Check how it was "
                "copied."
            ),
        ),
    ],
)
def test_options_that_cannot_be_used(wire: FakeWire, given: dict[str, Any], text: str) -> None:
    assert str(failure(OptionError, **given)) == text
    assert wire.sent == []


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("subject_token", [".", "..", "...", " .. ", "\u200b..\ufeff"])
@pytest.mark.parametrize("given", [{}, OTHER, {"token": "adminsecret"}, KEY])
def test_path_segments_are_refused(wire: FakeWire, given: dict[str, Any], subject_token: str, check_mode: bool) -> None:
    # DELETE /tokens/.. is DELETE / for the service, which reports a success.
    error = failure(OptionError, check_mode, **{**given, "subject_token": subject_token})
    assert str(error) == "subject_token (the option subject_token) is not a token."
    assert wire.sent == []


@pytest.mark.parametrize("subject_token", ["../users/1", "a/../b", "a?b#c", "%2e%2e"])
def test_characters_of_urls_are_quoted(wire: FakeWire, subject_token: str) -> None:
    wire.respond(204)
    assert revoke(**{**OTHER, "subject_token": subject_token}) == {"changed": True, "revoked": True}
    assert wire.only.url == f"{URL}/tokens/{quote(subject_token, safe='')}"


@pytest.mark.parametrize(
    "sources",
    [{}, {"username": Source.environment("RAX_USERNAME"), "api_key": Source.environment("RAX_API_KEY")}],
)
def test_token_of_a_task_beats_a_key(wire: FakeWire, sources: dict[str, Source]) -> None:
    wire.respond(204)
    options = {**{option.name: option.default for option in token_revoke.OPTIONS}, **KEY, **OWN}
    assert token_revoke.run(options, Context(sources)) == {"changed": True, "revoked": True}
    assert sent(wire) == [REVOKE_OWN]


def test_xml(wire: FakeWire) -> None:
    wire.respond(404, body=b'<itemNotFound code="404"><message>no usersecret</message></itemNotFound>')
    wire.respond(403, body=b'<forbidden code="403"><message>not adminsecret</message></forbidden>')
    error = failure(ServiceError, **OTHER, wire_format="xml")
    assert (error.fault.name, error.fault.message) == ("forbidden", "not ********")
    assert [one.headers["Accept"] for one in wire.sent] == ["application/xml"] * 2
