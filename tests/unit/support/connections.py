# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings made from a few options; the rest has the defaults of the options table."""

from __future__ import annotations

from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._settings import ConnectionSettings, Settings


def connection_settings(**options: Any) -> ConnectionSettings:
    """Return how to reach a service."""
    return Settings.from_options(options).connection
