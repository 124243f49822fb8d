# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret of a request is shown, however and wherever the server sends it back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.rackspace.identity.tests.faults.drive import (
    API_KEY,
    PASSWORD,
    SECRETS,
    SUBJECTS,
    observe,
    run_operation,
)
from ansible_collections.rackspace.identity.tests.faults.echoes import (
    ENCODINGS,
    PLACES,
    SECRETS_OF,
    echoes,
    visible,
)
from ansible_collections.rackspace.identity.tests.faults.fault import Fault
from ansible_collections.rackspace.identity.tests.faults.leaks import leaks
from ansible_collections.rackspace.identity.tests.faults.server import head


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", SECRETS)
def test_search_for_leaks_sees_through_every_encoding(encoding: str, secret: str) -> None:
    """Find each secret in each encoding, since otherwise the tests below would prove nothing."""
    assert visible(encoding, secret)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("subject_name", SECRETS_OF)
def test_secret_that_is_sent_back(subject_name: str, place: str) -> None:
    """Send the secrets back at one place, in every encoding."""
    subject = SUBJECTS[subject_name]
    problems = {}
    for its_place, encoding, secret, fault in echoes(subject):
        if its_place == place:
            found = observe(lambda options: run_operation(subject, options), fault, subject)
            if found.problem:
                problems[encoding, secret] = found.problem[:600]
    assert problems == {}


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_password_of_a_proxy_that_is_sent_back(scheme: str, encoded: bool) -> None:
    """Send the password of a proxy back."""
    secret = "pr0xy-s3cret-word"
    text = base64.b64encode(f"user:{secret}".encode()).decode() if encoded else secret
    body = f'{{"fault": {{"message": "Proxy-Authorization: Basic {text}"}}}}'.encode()
    response = head(f"407 {text}", f"X-Openstack-Request-Id: {text}", f"Content-Length: {len(body)}") + body
    fault = Fault(
        "Echoes",
        "proxy",
        "proxy",
        "",
        lambda exchange: exchange.send(response),
        on_tunnel=lambda exchange: exchange.send(response),
        scheme=scheme,
        proxy="server",
        target="identity.test",
    )
    subject = SUBJECTS["api_key-json"]

    def through(options: dict[str, object]) -> tuple[str, object]:
        proxy = str(options["proxy"]).replace("http://", f"http://user:{secret}@")
        return run_operation(subject, {**options, "proxy": proxy})

    found = observe(through, fault, subject)
    assert found.problem is None
    assert leaks(found.shown, [secret, API_KEY, PASSWORD]) == []


@pytest.mark.parametrize("place", ["sessionId", "factor"])
def test_password_that_is_sent_back_in_a_challenge(place: str) -> None:
    """Send the password back as the session or the factor of a challenge, which is a result on demand."""
    values = {"sessionId": "abcdef", "factor": "PASSCODE", place: PASSWORD}
    header = f'WWW-Authenticate: OS-MF sessionId="{values["sessionId"]}", factor="{values["factor"]}"'
    fault = Fault("Echoes", "challenge", "", "", lambda exchange: exchange.send(
        head("401 No", header, "Content-Length: 0")))  # fmt: skip
    subject = SUBJECTS["password-json"]
    for on_mfa in ("fail", "challenge"):

        def run(options: dict[str, Any], on_mfa: str = on_mfa) -> Any:
            return run_operation(subject, {**options, "on_mfa": on_mfa})

        found = observe(run, fault, subject)
        assert found.problem is None
