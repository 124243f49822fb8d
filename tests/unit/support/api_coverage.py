# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tests show which row of docs/docsite/rst/operations.rst: run this file to print the table.

A unit test names rows in the marker `covers`, a task of an integration target in a comment `# covers:` above its name.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "docsite" / "rst" / "operations.rst"

_TABLE = re.compile(r"^\.\. list-table::\n(?:.*\n)*?(?=^\S|\Z)", re.MULTILINE)
_HEADING = re.compile(r"^(\S[^\n]*)\n(?:-{3,}|~{3,})$", re.MULTILINE)
_COVERS = re.compile(r"((?:^ *# covers: .*\n)+) *(?:- )?name: (.+)$", re.MULTILINE)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_:]+", "-", text.replace("``", "").lower()).strip("-")[:60]


def rows() -> list[str]:
    """Return the name of every row of the page: its section, and what its first cells say."""
    text, names = PAGE.read_text(encoding="utf-8"), []
    for table in _TABLE.finditer(text):
        section = _HEADING.findall(text[: table.start()])[-1]
        cells = [re.split(r"\n     - ", row) for row in re.split(r"^   \* - ", table.group(), flags=re.MULTILINE)[2:]]
        count = Counter(_slug(row[0]) for row in cells)
        for row in cells:
            key = _slug(row[0]) if count[_slug(row[0])] == 1 else f"{_slug(row[0])}/{_slug(row[1])}"
            names.append(f"{_slug(section)}/{key}")
    return names


def covered() -> Iterator[tuple[str, str]]:
    """Yield each row that a test names, and the test."""
    for path in sorted((ROOT / "tests").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "/unit/" in f"/{name}":
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef):
                    for row in _marked(function):
                        yield row, f"{name}: {function.name}"
        elif path.suffix == ".yml":
            for comments, task in _COVERS.findall(path.read_text(encoding="utf-8")):
                for row in re.findall(r"[^\s,]+/[^\s,]+", comments):
                    yield row, f"{name}: {task}"


def _marked(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.covers":
            yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


def main() -> None:
    """Print each row with the tests that show it."""
    tests: dict[str, list[str]] = {row: [] for row in rows()}
    for row, test in covered():
        tests.setdefault(row, []).append(test)
    for row, names in tests.items():
        print(row, *(f"  {name}" for name in names), sep="\n")


if __name__ == "__main__":
    main()
