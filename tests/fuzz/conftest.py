# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many examples each property is tried with: few by default, as many as FUZZ_EXAMPLES says for a long run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from hypothesis import HealthCheck, settings

_COLLECTIONS = Path(__file__).resolve().parents[5]
if str(_COLLECTIONS) not in sys.path:
    sys.path.insert(0, str(_COLLECTIONS))
init_plugin_loader([str(_COLLECTIONS)])

_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))

settings.register_profile(
    "fuzz",
    # A short run tries the same examples each time; a long one looks for new ones.
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    max_examples=_EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("fuzz")
