# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths as a playbook writes them, and the files they mean."""

from __future__ import annotations

PATHS_AND_MEANINGS = [
    ("x.ini", "{playbook}/x.ini"),
    ("./a/../x", "{playbook}/x"),
    ("/x", "/x"),
    ("~/x", "{home}/x"),
    ("$HOME/x", "{home}/x"),
    ("~no-user-of-this-name/x", "~no-user-of-this-name/x"),
]
