# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the former rax_* modules that do not carry over, and what plugins say to each."""

from __future__ import annotations

FORMER_OPTIONS = {
    "env": (
        "env was an option of the former rax_* modules, and does not exist here. It named a section of .pyrax.cfg, a "
        "file that is not read here. Give what the section says as options or variables, or write an entry of "
        "clouds.yaml for each section, and name it with cloud."
    ),
    "identity_type": (
        "identity_type was an option of the former rax_* modules, and does not exist here. The identity service is "
        "always that of Rackspace, so leave it out."
    ),
}
