# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services behind the catalog, for demos and tests: Files, DNS, Load Balancers, Servers and more.

This directory is a package named ``cloud_services``. Like ``identity_service``, some of whose modules it uses, it needs
its parent directory on ``sys.path``: pytest and other importers put ``tests/`` there, ``__main__.py`` does so itself.
"""

from __future__ import annotations
