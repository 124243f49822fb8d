# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a benchmark: sections between marks, of which some are written anew and the others stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECTION = re.compile(r"(<!-- begin (\w+) -->\n)(.*?)(<!-- end \2 -->)", re.DOTALL)
_NOT_YET = "Not measured yet.\n"


def written(template: str, before: str, sections: Mapping[str, str]) -> str:
    """Return the page of a template, with these sections, and the others as they are on the page before."""
    known = {name: text for _begin, name, text, _end in _SECTION.findall(before)}
    known.update({name: f"\n{text}\n" for name, text in sections.items()})
    return _SECTION.sub(lambda found: f"{found[1]}{known.get(found[2], _NOT_YET)}{found[4]}", template)
