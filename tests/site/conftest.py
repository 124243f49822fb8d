# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Chromium for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import looking
from .looking import Eyes


@pytest.fixture(scope="session")
def eyes() -> Iterator[Eyes]:
    with looking.opened() as eyes:
        yield eyes
