# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: what the other end does, and what every plugin must make of it."""

from __future__ import annotations

import itertools
from dataclasses import replace

from . import faults_of_connections, faults_of_messages, faults_of_statuses, faults_on_the_way
from .requests import DIFFERENT

_FAULTS = [
    *faults_of_connections.FAULTS,
    *faults_on_the_way.FAULTS,
    *faults_of_statuses.FAULTS,
    *faults_of_messages.FAULTS,
]

FAULTS = {
    f"{fault.group}: {fault.name}": replace(
        fault, of_requests=DIFFERENT.get(f"{fault.group}: {fault.name}", fault.of_requests)
    )
    for fault in _FAULTS
}
"""All faults by their full names."""

assert len(FAULTS) == len(_FAULTS), [
    name for name, group in itertools.groupby(sorted(f"{fault.group}: {fault.name}" for fault in _FAULTS))
    if len(list(group)) > 1
]  # fmt: skip
assert set(DIFFERENT) <= set(FAULTS), set(DIFFERENT) - set(FAULTS)


def _representatives() -> list[str]:
    """Return the first, the middle and the last fault of each group, and of each outcome in it."""
    chosen: dict[str, None] = {}
    for group in dict.fromkeys(fault.group for fault in _FAULTS):
        members = [name for name, fault in FAULTS.items() if fault.group == group]
        chosen.update(dict.fromkeys([members[0], members[len(members) // 2], members[-1]]))
        by_outcome = {(FAULTS[name].expect, FAULTS[name].expected("get")): name for name in reversed(members)}
        chosen.update(dict.fromkeys(by_outcome.values()))
    return list(chosen)


REPRESENTATIVES = _representatives()
"""The faults that modules, actions and lookups are driven through beside the operations."""
