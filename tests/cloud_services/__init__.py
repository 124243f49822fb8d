# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services behind the catalog, for demos and tests: Files, DNS, Load Balancers, Servers and more.

This directory is a package named ``cloud_services``. It uses modules of ``identity_service``, the package beside it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("identity_service") is None:
    # Some importers, such as pytest, find this package without its parent directory on the path.
    sys.path.append(str(Path(__file__).resolve().parent.parent))
