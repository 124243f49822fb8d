# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An identity service for demos and tests, written from the API documentation alone.

This directory is a package named ``identity_service``. Its modules import each other by that name, so its parent
directory must be on ``sys.path``: pytest and other importers put ``tests/`` there, ``__main__.py`` does so itself.
"""

from __future__ import annotations
