# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site. It is built without the network, and needs none to be read."""

from __future__ import annotations

import re
from typing import Any

project = "rackspace.identity"
project_copyright = "2026 The rackspace.identity authors · GNU General Public License v3.0 or later"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
html_copy_source = False
html_css_files = ["site.css"]
html_static_path = ["static"]
html_theme = "furo"
html_title = "rackspace.identity"

_REPOSITORY = "https://github.com/rackspace-identity/rackspace.identity"
_EDIT = f"{_REPOSITORY}/edit/main/docs"
_DOCUMENTS = f"{_REPOSITORY}/blob/main/docs"
# Pages in Markdown, which only this site has beside the guides. Their place is the section for reference.
_PAGES = ("benchmarks", "reliability")
# A section of the index, with the label before its heading.
_HEADING = r"(?:\.\. _\S+:\n\n)?\S[^\n]*\n---+\n"
_SECTION = re.compile(rf"^{_HEADING}.*?(?=^{_HEADING}|\Z)", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^(\S[^\n]*)\n[-~]{3,}\n", re.MULTILINE)
_PLUGIN = re.compile(r"^    (\w+)_(module|filter|lookup|role)$", re.MULTILINE)


def leave_as_text(_app: Any, _env: Any, node: Any, content: Any) -> Any:
    """Show references to Ansible's own documentation as text; one to ours that leads nowhere stays an error."""
    ours = node.get("reftarget", "").startswith("ansible_collections.rackspace.identity")
    return None if ours else content


def link_guides(_app: Any, _docname: str, source: list[str]) -> None:
    """Let the links to documents of the repository, which ansible-doc shows as they are, lead to their pages here."""
    guide, page = (
        rf"`([^`<]+) <{re.escape(_DOCUMENTS)}/{name}>`__?" for name in (r"docsite/rst/(\w+)\.rst", r"(\w+)\.md")
    )
    source[0] = re.sub(guide, r":doc:`\1 </docsite/\2>`", re.sub(page, r":doc:`\1 </\2>`", source[0]))


def leave_out_contents(_app: Any, _docname: str, source: list[str]) -> None:
    """Leave out the contents at the beginning of a page: the theme shows them beside it."""
    source[0] = re.sub(r"^\.\. contents::\n(?:   .*\n)*", "", source[0], flags=re.MULTILINE)


def _for_the_side(section: str) -> str:
    """Give the lists of pages in a section captions and short names, for the list of all pages beside each page."""

    def with_caption(toctree: re.Match[str]) -> str:
        return f".. toctree::\n    :caption: {_TITLE.findall(section[: toctree.start()])[-1]}\n"

    return _PLUGIN.sub(r"    \1 <\1_\2>", re.sub(r"^\.\. toctree::\n", with_caption, section, flags=re.MULTILINE))


def arrange_index(_app: Any, docname: str, source: list[str]) -> None:
    """Let the site open with the page for beginners, where antsibull-docs begins with authors and links."""
    if docname == "index":
        sections = {_TITLE.findall(found.group())[0]: found.group() for found in _SECTION.finditer(source[0])}
        sections["Reference"] = sections["Reference"].rstrip() + "".join(f"\n    {page}" for page in _PAGES) + "\n"
        description, communication = sections.pop("Description"), sections.pop("Communication")
        summary = description.split("\n\n")[1]
        start = source[0].partition(description)[0].replace("Rackspace.Identity\n", "rackspace.identity\n")
        about = description.replace("Description\n-----------", "About\n-----").replace(summary, "")
        # Of this section only the heading and what it holds, not the empty list that follows.
        communication = communication.partition(".. toctree::")[0]
        source[0] = "\n".join([start, summary, "", *map(_for_the_side, sections.values()), about, communication])


def say_where_to_edit(_app: Any, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Let the pencil of a page lead to the file that it is made from, and leave it out where there is none."""
    made_from = (context.get("meta") or {}).get("github_url", "").partition("?")[0]
    if pagename.startswith("docsite/"):
        made_from = f"{_EDIT}/docsite/rst/{pagename.removeprefix('docsite/')}.rst"
    # The benchmarks and the table of faults are written by the tools that measure and try them.
    context["theme_source_edit_link"] = made_from


def setup(app: Any) -> None:
    """Tell Sphinx about all of these."""
    app.connect("missing-reference", leave_as_text)
    app.connect("source-read", link_guides)
    app.connect("source-read", leave_out_contents)
    app.connect("source-read", arrange_index)
    app.connect("html-page-context", say_where_to_edit)
