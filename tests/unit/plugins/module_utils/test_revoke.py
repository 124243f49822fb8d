# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation behind rax_token_revoke: what is asked, in which order, and when a token counts as gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils import _revoke
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    IdentityError,
    InvalidResponseError,
    MissingCredentialsError,
    OptionError,
    ServiceError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._options import LOGIN, SUBJECT, Context
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample

URL = "https://identity.api.rackspacecloud.com/v2.0"
ISSUED = "d74f592f986e4d6e995853ccf0123456"
KEY = {"username": "u", "api_key": "secretkey"}
OWN = {"token": "ownsecret"}
OTHER = {"token": "adminsecret", "subject_token": "usersecret"}
REVOKE_OWN = ("DELETE", "/tokens", "ownsecret")
REVOKE_OWN_BY_ID = ("DELETE", "/tokens/ownsecret", "ownsecret")
VALIDATE_OWN = ("GET", "/tokens/ownsecret", "ownsecret")
REVOKE_OTHER = ("DELETE", "/tokens/usersecret", "adminsecret")
VALIDATE_OTHER = ("GET", "/tokens/usersecret", "adminsecret")


def revoke(check_mode: bool = False, **given: Any) -> dict[str, Any]:
    options = {**{option.name: option.default for option in LOGIN + SUBJECT}, "retries": 0, **given}
    return _revoke.run(options, Context(check_mode=check_mode))


def failure(kind: type[IdentityError], check_mode: bool = False, **given: Any) -> IdentityError:
    with pytest.raises(kind) as caught:
        revoke(check_mode, **given)
    assert "secret" not in repr((caught.value.args, caught.value.as_result()))
    return caught.value


def asked(wire: FakeWire) -> list[tuple[str, str, str | None]]:
    """Method, path and caller of each request."""
    return [(sent.method, sent.url[len(URL) :], sent.headers.get("X-Auth-Token")) for sent in wire.sent]


# Revoked at once.


def test_own_token(wire: FakeWire) -> None:
    wire.answer(204)
    assert revoke(**OWN) == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OWN]


def test_token_of_another(wire: FakeWire) -> None:
    wire.answer(204)
    assert revoke(**OTHER) == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OTHER]


def test_token_of_another_after_a_login(wire: FakeWire) -> None:
    wire.answer(200, sample("login"))
    wire.answer(204)
    assert revoke(**KEY, subject_token="usersecret") == {"changed": True, "revoked": True}
    assert asked(wire) == [("POST", "/tokens", None), ("DELETE", "/tokens/usersecret", ISSUED)]


@pytest.mark.parametrize(
    "given", [{"subject_token": "ownsecret"}, {"subject_token": "ownsecret", "token": "ownsecret"}]
)
def test_token_that_revokes_itself(wire: FakeWire, given: dict[str, str]) -> None:
    wire.answer(204)
    assert revoke(**given) == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OWN]


def test_own_token_whatever_tenant_stands_beside_it(wire: FakeWire) -> None:
    wire.answer(204)
    assert revoke(**OWN, tenant_id="1") == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OWN]


# Nothing to revoke.


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("given", [{}, KEY, {"username": "u", "password": "secretword"}])
def test_it_never_logs_in_only_to_revoke(wire: FakeWire, check_mode: bool, given: dict[str, str]) -> None:
    assert revoke(check_mode, **given) == {"changed": False, "revoked": False}
    assert wire.sent == []


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("given", [{"passcode": "1411594"}, {"session_id": "secretsession"}])
def test_who_began_to_say_who_asks_is_told_what_is_missing(
    wire: FakeWire, check_mode: bool, given: dict[str, str]
) -> None:
    assert failure(MissingCredentialsError, check_mode, **given).kind == "missing_credentials"
    assert wire.sent == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_credentials_file_without_any(wire: FakeWire, check_mode: bool, tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text("[rackspace_cloud]\nusername = u\n", encoding="utf-8")
    path.chmod(0o600)
    error = failure(MissingCredentialsError, check_mode, credentials_file=str(path))
    assert str(error).startswith("The credentials of u are missing. ")
    assert wire.sent == []


@pytest.mark.parametrize("status", [401, 404])
def test_own_token_that_was_gone(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    wire.answer(status)
    assert revoke(**OWN) == {"changed": False, "revoked": True}
    assert asked(wire) == [REVOKE_OWN, VALIDATE_OWN]


def test_token_of_another_that_was_gone(wire: FakeWire) -> None:
    wire.answer(404)
    wire.answer(404)
    assert revoke(**OTHER) == {"changed": False, "revoked": True}
    assert asked(wire) == [REVOKE_OTHER, VALIDATE_OTHER]


# Any answer but 204 is no proof.


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 405, 413, 500, 501, 503])
def test_own_token_that_lives_on_is_revoked_by_id(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    wire.answer(200, sample("validated"))
    wire.answer(204)
    assert revoke(**OWN) == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OWN, VALIDATE_OWN, REVOKE_OWN_BY_ID]


def test_token_of_another_that_lives_on_is_revoked_once_more(wire: FakeWire) -> None:
    wire.answer(404)
    wire.answer(200, sample("validated"))
    wire.answer(204)
    assert revoke(**OTHER) == {"changed": True, "revoked": True}
    assert asked(wire) == [REVOKE_OTHER, VALIDATE_OTHER, REVOKE_OTHER]


@pytest.mark.parametrize(
    ("status", "kind", "way_out"),
    [
        (
            403,
            "forbidden",
            (
                "Everybody may revoke their own token; those of others only user administrators of the same account "
                "and identity administrators."
            ),
        ),
        (404, "not_found", "The token has expired, was revoked, or never was; or the service has no way to revoke it."),
        (405, "method_not_allowed", "Check identity_url: the service there does not know this call."),
        (500, "service_fault", "The service has a fault of its own; try again later."),
    ],
)
def test_token_that_lives_on_after_all_is_a_failure(wire: FakeWire, status: int, kind: str, way_out: str) -> None:
    wire.answer(404)
    wire.answer(200, sample("validated"))
    wire.answer(status)
    error = failure(ServiceError, **OWN)
    assert (error.kind, error.status) == (kind, status)
    assert str(error) == (f"Revoking a token failed: identity.api.rackspacecloud.com answered {status}. {way_out}")


@pytest.mark.parametrize(("status", "kind"), [(403, "forbidden"), (413, "over_limit"), (503, "service_unavailable")])
@pytest.mark.parametrize("given", [OWN, OTHER])
def test_life_that_cannot_be_told_is_a_failure(wire: FakeWire, given: dict[str, str], status: int, kind: str) -> None:
    wire.answer(404)
    wire.answer(status)
    error = failure(ServiceError, **given)
    assert (error.kind, error.status) == (kind, status)
    assert str(error).startswith("Validating a token failed: ")


def test_caller_that_is_gone(wire: FakeWire) -> None:
    wire.answer(401)
    wire.answer(401)
    error = failure(ServiceError, **OTHER)
    assert str(error) == (
        "Revoking a token failed: identity.api.rackspacecloud.com answered 401. "
        "The token that asks has expired or was revoked; log in again."
    )


@pytest.mark.parametrize("given", [OWN, OTHER])
def test_refusal_to_revoke_and_to_tell(wire: FakeWire, given: dict[str, str]) -> None:
    wire.answer(403, {"forbidden": {"code": 403, "message": "Not yours."}})
    wire.answer(503)
    error = failure(ServiceError, **given)
    assert (error.kind, error.status, error.fault.message) == ("forbidden", 403, "Not yours.")
    assert str(error).startswith("Revoking a token failed: ")
    assert error.__suppress_context__


def test_answer_about_its_life_that_is_none(wire: FakeWire) -> None:
    wire.answer(404)
    wire.answer(200, body=b"<html/>")
    assert failure(InvalidResponseError, **OWN).kind == "invalid_response"


# Check mode.


@pytest.mark.parametrize(("given", "request_sent"), [(OWN, VALIDATE_OWN), (OTHER, VALIDATE_OTHER)])
@pytest.mark.parametrize(
    ("status", "result"),
    [(200, {"changed": True, "revoked": False}), (404, {"changed": False, "revoked": True})],
)
def test_check_mode_validates_and_revokes_nothing(
    wire: FakeWire, given: dict[str, str], request_sent: object, status: int, result: dict[str, bool]
) -> None:
    wire.answer(status, sample("validated"))
    assert revoke(True, **given) == result
    assert asked(wire) == [request_sent]


def test_check_mode_of_an_own_token_that_is_refused(wire: FakeWire) -> None:
    wire.answer(401)
    assert revoke(True, **OWN) == {"changed": False, "revoked": True}


@pytest.mark.parametrize("status", [401, 403, 500])
def test_check_mode_fails_where_life_cannot_be_told(wire: FakeWire, status: int) -> None:
    wire.answer(status)
    assert failure(ServiceError, True, **OTHER).status == status


# Options.


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {**OWN, "api_version": "v1.1"},
            "The Identity API 1.1 can only log in. Use api_version=v2.0 for all else about tokens.",
        ),
        (
            {**KEY, "subject_token": "user\nsecret"},
            "subject_token holds a line break or control character. Check how it was copied.",
        ),
    ],
)
def test_options_that_cannot_be(wire: FakeWire, given: dict[str, str], text: str) -> None:
    assert str(failure(OptionError, **given)) == text
    assert wire.sent == []


def test_xml(wire: FakeWire) -> None:
    wire.answer(404, body=b'<itemNotFound code="404"><message>no usersecret</message></itemNotFound>')
    wire.answer(403, body=b'<forbidden code="403"><message>not adminsecret</message></forbidden>')
    error = failure(ServiceError, **OTHER, wire_format="xml")
    assert (error.fault.name, error.fault.message) == ("forbidden", "not ********")
    assert [sent.headers["Accept"] for sent in wire.sent] == ["application/xml"] * 2
