# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of the guides that have a caption, by that caption."""

from __future__ import annotations

import re
import textwrap

from ..secrets.discover import ROOT

_BLOCK = re.compile(r"^\.\. code-block:: \w+\n   :caption: (.+)\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def captioned(guide: str) -> dict[str, str]:
    """Return the text of each block with a caption in a guide, such as awx_guide."""
    text = (ROOT / "docs" / "docsite" / "rst" / f"{guide}.rst").read_text(encoding="utf-8")
    found = _BLOCK.findall(text)
    blocks = {caption: f"{textwrap.dedent(block).strip()}\n" for caption, block in found}
    assert len(blocks) == len(found) == text.count(":caption:"), f"{guide}: blocks without a caption of their own"
    return blocks
