# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a login, which later responses may repeat, although their requests did not carry them."""

from __future__ import annotations

from base64 import b64encode
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
REQUEST: dict[str, Any] = {"service_type": "object-store", "region": "DFW"}


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


def test_header_that_is_named_after_the_token(wire: FakeWire, task: Task) -> None:
    wire.respond(200, issued("t" * 32))
    names = (f"X-Echo-{'t' * 32}", f"X-{API_KEY}", f"Y-{b64encode(API_KEY.encode()).decode().rstrip('=')}")
    wire.respond(200, {}, headers=[(name, API_KEY) for name in names])
    headers = task.run(request, **REQUEST)["headers"]
    assert headers == {
        "content-type": "application/json",
        **dict.fromkeys((f"x-echo-{MASK}", f"x-{MASK}", f"y-{MASK}"), MASK),
    }


@pytest.mark.parametrize("secret", ["t" * 32, API_KEY])
def test_page_of_a_type_with_the_secret(wire: FakeWire, task: Task, secret: str) -> None:
    wire.respond(200, issued("t" * 32))
    wire.respond(200, body=b"<p>", headers=[("Content-Type", f"text/{secret}")])
    with pytest.raises(IdentityError) as caught:
        task.run(request, **REQUEST, paginate="auto")
    assert f"a page of a list is not JSON, but text/{MASK}." in str(caught.value)


@pytest.mark.parametrize("secret", ["t" * 32, API_KEY])
def test_end_of_a_wait_with_the_secret(wire: FakeWire, task: Task, clock: FakeClock, secret: str) -> None:
    del clock
    wire.respond(200, issued("t" * 32))
    wire.respond(202, {"callbackUrl": "/v1/status/1"})
    wire.respond(200, {"status": "ERROR", "error": {"message": f"Not with {secret}"}})
    with pytest.raises(IdentityError) as caught:
        task.run(request, **REQUEST, method="POST", wait={})
    assert str(caught.value).startswith("What object-store in DFW accepted ended with status ERROR: Not with ********.")


@pytest.mark.parametrize("wait", [{"failures": [f"bad {API_KEY}"]}, {"timeout": 0.1}])
def test_state_of_a_wait_with_the_secret(wire: FakeWire, task: Task, clock: FakeClock, wait: dict[str, Any]) -> None:
    del clock
    wire.respond(200, issued())
    for _response in range(3 if "timeout" in wait else 2):
        wire.respond(200, {"status": f"bad {API_KEY}"})
    with pytest.raises(IdentityError) as caught:
        task.run(request, **REQUEST, wait={"key": "status", "values": ["good"], **wait})
    assert f" bad {MASK}." in str(caught.value)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_result_with_the_password_of_the_proxy(wire: FakeWire, task: Task, media_type: str) -> None:
    wire.respond(200, issued())
    body = b'["Basic cHJveHlVc2VyOnByb3h5UGFzc3dvcmQ=", "proxyPassword"]'
    wire.respond(200, body=body, headers=[("Content-Type", media_type)])
    result = task.run(request, **REQUEST, proxy="http://proxyUser:proxyPassword@127.0.0.1:1")
    assert "proxyPassword" not in repr(result)
    assert "cHJveHlVc2VyOnByb3h5UGFzc3dvcmQ" not in repr(result)
