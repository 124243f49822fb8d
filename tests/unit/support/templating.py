# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strings that Ansible takes for templates."""

from __future__ import annotations

try:
    from ansible.template import trust_as_template as _trust
except ImportError:
    # ansible-core before 2.19 trusts every string, and has none of its own kind.
    _trust = str

trust_as_template = _trust
