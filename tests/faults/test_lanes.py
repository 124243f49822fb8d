# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules, actions and lookups through a few faults of each group: the same outcome as of the operation behind them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rackspace.identity.tests.faults import lanes
from ansible_collections.rackspace.identity.tests.faults.drive import SUBJECTS, Driver, bound_seconds, observe
from ansible_collections.rackspace.identity.tests.faults.faults import FAULTS, REPRESENTATIVES

# One format here and the other there: the operations are tried with both.
SUBJECT_NAMES = ("password-json", "api_key-xml", "info-json", "revoke-xml", "post", "download", "upload")
# Every other fault as a module, and the rest in the worker; what they share is tried in both ways for each plugin.
CASES = [
    (subject, fault)
    for subject in SUBJECT_NAMES
    for fault in REPRESENTATIVES
    # One kind of request is enough for those that take their time.
    if not FAULTS[fault].slow or subject not in ("download", "upload")
]
IN_PROCESSES = (
    "No connection: refused",
    "The connection is lost: reset in the body",
    "Silence and drips: drips the body",
    "TLS: expired",
    "Charsets: surrogate",
)


def check(driver: Driver, fault_name: str, subject_name: str, seconds: float = 0.0) -> None:
    """Drive a plugin through a fault, and compare the outcome with the one in the table."""
    fault, subject = FAULTS[fault_name], SUBJECTS[subject_name]

    def drive(options: dict[str, Any]) -> tuple[str, Any]:
        # The operations are tried with another attempt; here each would wait once more for nothing.
        return driver({**options, "retries": 0} if fault.slow else options)

    found = observe(drive, fault, subject)
    assert found.problem is None
    assert found.kind == fault.expected(subject.column), found.shown
    assert found.seconds < bound_seconds(fault) + seconds


@pytest.mark.parametrize(("subject_name", "fault_name"), CASES[::2])
def test_module(subject_name: str, fault_name: str) -> None:
    """Run a module."""
    check(lanes.as_module(SUBJECTS[subject_name]), fault_name, subject_name)


# The worker leaves a missing library to the module, whose interpreter may have it.
@pytest.mark.parametrize(
    ("subject_name", "fault_name"),
    # Only modules write files.
    [case for case in CASES[1::2] if case[0] != "download" and FAULTS[case[1]].expect != "missing_library"],
)
def test_action(subject_name: str, fault_name: str) -> None:
    """Run an action in the worker."""
    check(lanes.as_action(SUBJECTS[subject_name]), fault_name, subject_name)


# Lookups word a missing library as Ansible does, without a kind.
@pytest.mark.parametrize("fault_name", [name for name in REPRESENTATIVES if FAULTS[name].expect != "missing_library"])
@pytest.mark.parametrize("name", ["rax_token", "rax_endpoint"])
def test_lookup(name: str, fault_name: str) -> None:
    """Run a lookup."""
    check(lanes.as_lookup(name), fault_name, "api_key-json")


@pytest.mark.parametrize(
    ("fault_name", "subject_name"), [*((name, "password-json") for name in IN_PROCESSES), (IN_PROCESSES[1], "download")]
)
def test_module_in_a_process_of_its_own(fault_name: str, subject_name: str) -> None:
    """Run a module as Ansible does."""
    check(lanes.as_process(SUBJECTS[subject_name]), fault_name, subject_name, seconds=20.0)
