# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every operation through every fault: one typed outcome, in time, without a secret, and nothing sent twice."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.tests.faults.certificates import server_context
from ansible_collections.rackspace.identity.tests.faults.drive import (
    SUBJECTS,
    bound_seconds,
    expected_sent,
    observe,
    outcome,
    run_operation,
)
from ansible_collections.rackspace.identity.tests.faults.fault import NEVER, ONCE, REQUESTS, RESULT, Fault
from ansible_collections.rackspace.identity.tests.faults.faults import FAULTS
from ansible_collections.rackspace.identity.tests.faults.server import FaultServer, relay, serving


@pytest.mark.parametrize("subject_name", SUBJECTS)
@pytest.mark.parametrize("fault_name", FAULTS)
def test_operation_survives_fault(fault_name: str, subject_name: str) -> None:
    """Run one operation through one fault."""
    fault, subject = FAULTS[fault_name], SUBJECTS[subject_name]
    found = outcome(fault_name, subject_name)
    assert found.problem is None
    assert found.kind == fault.expected(subject.column), found.shown
    assert found.seconds < bound_seconds(fault)
    if found.kind != RESULT or subject.column in ("api_key", "password", "passcode", *REQUESTS):
        assert found.sent == expected_sent(fault, subject), found.shown


@pytest.mark.parametrize(("drips", "expect"), [(False, RESULT), (True, "timeout")])
def test_tls_through_a_proxy_with_tls(drips: bool, expect: str) -> None:
    """Log in through a proxy with TLS, which may pass on what the service says byte by byte."""
    subject = SUBJECTS["password-json"]
    with serving(FaultServer(tls=server_context("good"))) as service:
        fault = Fault(
            "Proxies",
            "TLS in TLS",
            "",
            expect,
            on_tunnel=relay(service.port, drips=drips),
            scheme="https",
            proxy="tls server",
            target="identity.test",
            tls="good",
            slow=drips,
            sends=NEVER if drips else ONCE,
        )
        found = observe(lambda options: run_operation(subject, options), fault, subject)
    assert (found.problem, found.kind) == (None, expect), found.shown
    assert found.seconds < bound_seconds(fault)
    assert len(service.requests) == (0 if drips else 1)
