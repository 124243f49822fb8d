# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a task as an operation gets them from Ansible: all of them, with the defaults of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.rackspace.identity.plugins.module_utils._options import Option


def complete(options: Iterable[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given, with the defaults of all else, also in options that have options."""
    completed = dict(given)
    for option in options:
        value = completed.setdefault(option.name, option.default)
        if option.options and value is not None:
            completed[option.name] = complete(option.options, value)
    return completed
