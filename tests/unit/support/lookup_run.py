# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookups run in this process, as Ansible's worker runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar


def run_lookup(
    name: str,
    terms: Sequence[object],
    options: Mapping[str, Any],
    *,
    variables: Mapping[str, Any] | None = None,
    basedir: Path | None = None,
) -> list[Any]:
    """Return the result of a lookup of this collection. basedir: the directory of the playbook."""
    loader = DataLoader()
    if basedir:
        loader.set_basedir(str(basedir))
    templar = Templar(loader, variables=variables or {})
    plugin = lookup_loader.get(f"rackspace.identity.{name}", loader=loader, templar=templar)
    return list(plugin.run(list(terms), variables, **options))
