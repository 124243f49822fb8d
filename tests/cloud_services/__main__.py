# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the services: ``python tests/cloud_services --identity-url http://127.0.0.1:40613/v2.0``."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    # When run as a directory, Python puts the directory itself first on the path. Replace it with its parent, so that
    # each module has only one name and none of them shadows a module of the standard library.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from cloud_services.command import main

if __name__ == "__main__":
    sys.exit(main())
