# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import syslog
from pathlib import Path
from typing import Any

_FILE = os.environ.get("CAPTURED_SYSLOG", "")


def _write(*arguments: Any) -> None:
    with Path(_FILE).open("a", encoding="utf-8") as lines:
        lines.write(f"{arguments[-1]}\n")


if _FILE:
    vars(syslog)["syslog"] = _write
