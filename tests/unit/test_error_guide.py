# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to errors says of each kind what happened, and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.rackspace.identity.plugins.module_utils._errors import KINDS

GUIDE = (Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "error_guide.rst").read_text(encoding="utf-8")


def test_each_kind_has_one_row_and_each_row_is_a_kind() -> None:
    cells = re.findall(r"^   \* - (``.+)$", GUIDE, re.MULTILINE)
    assert sorted(kind for cell in cells for kind in re.findall(r"``(\w+)``", cell)) == sorted(KINDS)
