# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a login, which later responses may repeat, although their requests did not carry them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    request,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    MFA,
    PASSWORD,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.samples import sample

SEED = "JBSWY3DPEHPK3PXPJBSWY3DP"
GROUPS = "JBSW Y3DP EHPK 3PXP JBSW Y3DP"
MASK = "********"
REQUEST = {"service_type": "object-store", "region": "DFW"}


def refuse(wire: FakeWire, secret: str, status: int = 403) -> None:
    fault = {"forbidden": {"code": status, "message": f"Not with {secret}."}}
    wire.respond(status, fault, headers=[("X-Openstack-Request-Id", secret), ("X-Trans-Id", secret)])


@pytest.mark.parametrize(("given", "secret"), [({}, API_KEY), (by_password(), PASSWORD)])
def test_validation_with_the_secret(wire: FakeWire, task: Task, given: dict[str, Any], secret: str) -> None:
    wire.respond(200, issued())
    validated = sample("validated")
    validated["access"]["user"]["RAX-KSKEY:apiKeyCredentials"] = {"username": "demoauthor", "note": secret}
    wire.respond(200, validated)
    result = task.run(token_info, **given)
    assert result["user"]["extra"]["RAX-KSKEY:apiKeyCredentials"] == {"username": "demoauthor", "note": MASK}


@pytest.mark.parametrize(
    ("operation", "given"),
    [(token_info, {}), (token_revoke, {"subject_token": "a" * 32}), (request, REQUEST)],
    ids=["token_info", "token_revoke", "request"],
)
def test_error_with_the_secret(wire: FakeWire, task: Task, operation: Any, given: dict[str, Any]) -> None:
    wire.respond(200, issued())
    for _request in range(2 if operation is token_revoke else 1):
        refuse(wire, API_KEY)
    with pytest.raises(IdentityError) as caught:
        task.run(operation, **given)
    assert f"Not with {MASK}." in str(caught.value)
    assert API_KEY not in repr(caught.value.as_result())


def test_revocation_of_cached_tokens_with_the_secret(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    del clock
    wire.respond(200, issued())
    task.token()
    for _request in range(2):
        refuse(wire, API_KEY)
    with pytest.raises(IdentityError) as caught:
        task.run(token_revoke)
    assert API_KEY not in repr((str(caught.value), caught.value.as_result()))


@pytest.mark.parametrize("secret", [SEED, GROUPS, f"otpauth://totp/x?secret={SEED}&issuer=x"])
def test_secret_of_an_authenticator(wire: FakeWire, task: Task, clock: FakeClock, secret: str) -> None:
    del clock
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    response = issued()
    response["access"]["user"]["RAX-AUTH:device"] = {"given": secret, "key": SEED}
    wire.respond(200, response)
    result = task.run(identity_token, **by_password(totp_secret=secret))
    assert result["user"]["extra"]["RAX-AUTH:device"] == {"given": MASK, "key": MASK}
    assert SEED not in repr(files(task.directory))


def test_refusal_with_the_secret_of_an_authenticator(wire: FakeWire, task: Task, clock: FakeClock) -> None:
    del clock
    wire.respond(401, UNAUTHORIZED, headers=MFA)
    for _passcode in range(2):
        refuse(wire, SEED, 401)
    error = task.fails(**by_password(totp_secret=SEED))
    assert SEED not in repr((str(error), error.as_result()))
