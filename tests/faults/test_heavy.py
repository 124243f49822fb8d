# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that weigh: how much memory and time reading, or refusing, them takes."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.rackspace.identity.tests.faults.drive import SECRETS
from ansible_collections.rackspace.identity.tests.faults.heavy import HEAVY, MAX_GROWTH_MIB, MAX_SECONDS, weight
from ansible_collections.rackspace.identity.tests.faults.leaks import leaks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read as Linux tells it")


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_response(name: str) -> None:
    """Log in at a server whose response weighs."""
    found = weight(name)
    assert found.kind in HEAVY[name].expect, found.shown
    assert not leaks(found.shown, SECRETS)
    assert found.seconds < MAX_SECONDS
    assert found.growth_mib <= MAX_GROWTH_MIB
