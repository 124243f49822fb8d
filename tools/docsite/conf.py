# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site. It is built without the network."""

from __future__ import annotations

from typing import Any

project = "rackspace.identity"
title = "rackspace.identity"
extensions = ["sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
html_copy_source = False
html_show_sphinx = False
html_theme = "alabaster"
pygments_style = "ansible"


def leave_as_text(_app: Any, _env: Any, node: Any, content: Any) -> Any:
    """Show references to Ansible's own documentation as text; one to ours that leads nowhere stays an error."""
    ours = node.get("reftarget", "").startswith("ansible_collections.rackspace.identity")
    return None if ours else content


def setup(app: Any) -> None:
    """Tell Sphinx about the references to elsewhere."""
    app.connect("missing-reference", leave_as_text)
