# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An identity service for trying out and testing, written from the API documents alone.

The folder is a package named ``identity_service``. Its modules import each other by that name, so the folder's
parent must be on ``sys.path``: pytest and other importers put ``tests/`` there, ``__main__.py`` does it by itself.
"""

from __future__ import annotations
