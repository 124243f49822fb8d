# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to test, found in the tree: a new plugin, role or playbook is in it without being named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import yaml
from ansible.module_utils import basic

COLLECTION = "rackspace.identity"
ROOT = Path(__file__).resolve().parents[2]

# What stands in plugins/ and is not called by users.
_NOT_CALLED = ("doc_fragments", "module_utils", "plugin_utils")


class Option(NamedTuple):
    """An option of a plugin, or a variable of a role."""

    type: str = "str"
    choices: tuple[str, ...] = ()
    required: bool = False
    secret: bool = False


class Plugin(NamedTuple):
    """A module or lookup with its options, or a role's entry point with its variables."""

    name: str
    options: Mapping[str, Option]

    @property
    def full_name(self) -> str:
        return f"{COLLECTION}.{self.name}"


class Filter(NamedTuple):
    """A filter, and the expressions of its examples that use it."""

    name: str
    expressions: tuple[str, ...]


class _StopError(Exception):
    """Ends a module that has told its argument spec."""


def unknown_plugins() -> list[str]:
    """Return the plugins of kinds that no case is made for."""
    modules = {path.stem for path in _files("modules")}
    kinds = ("action", "filter", "lookup", "modules", *_NOT_CALLED)
    unknown = [path for kind in _kinds() if kind not in kinds for path in _files(kind)]
    unknown += [path for path in _files("action") if path.stem not in modules]
    return [str(path.relative_to(ROOT)) for path in unknown]


def modules() -> list[Plugin]:
    """Return all modules."""
    return [Plugin(path.stem, _read_options(_argument_spec(path.stem))) for path in _files("modules")]


def lookups() -> list[Plugin]:
    """Return all lookups."""
    return [Plugin(path.stem, _lookup_options(path.stem)) for path in _files("lookup")]


def filters() -> list[Filter]:
    """Return all filters."""
    found = []
    for path in _files("filter"):
        module = _import("filter", path.stem)
        for name in module.FilterModule().filters():
            uses = re.compile(rf"\{{\{{([^{{}}]*\|\s*{re.escape(COLLECTION)}\.{name}\b[^{{}}]*)\}}\}}")
            found.append(Filter(name, tuple(uses.findall(module.EXAMPLES))))
    return found


def roles() -> dict[str, list[Plugin]]:
    """Return the entry points of each role by its name, `main` first."""
    found = {}
    for directory in sorted((ROOT / "roles").glob("*/tasks")):
        role = directory.parent
        specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
        entries = sorted(specs, key=lambda entry: (entry != "main", entry))
        found[role.name] = [Plugin(entry, _read_options(specs[entry].get("options", {}))) for entry in entries]
    return found


def playbooks() -> list[str]:
    """Return the names of all playbooks."""
    return sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def secret_names(plugins: Iterable[Plugin]) -> set[str]:
    """Return the names of all options that are secrets."""
    return {name for plugin in plugins for name, option in plugin.options.items() if option.secret}


def _kinds() -> list[str]:
    return sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())


def _files(kind: str) -> list[Path]:
    return sorted((ROOT / "plugins" / kind).glob("[!_]*.py"))


def _import(kind: str, name: str) -> Any:
    return import_module(f"ansible_collections.{COLLECTION}.plugins.{kind}.{name}")


def _argument_spec(module: str) -> Mapping[str, Any]:
    """Return what a module tells AnsibleModule about its options."""
    with mock.patch.object(basic.AnsibleModule, "__init__", side_effect=_StopError) as told:
        with suppress(_StopError):
            _import("modules", module).main()
    spec: Mapping[str, Any] = told.call_args.kwargs["argument_spec"]
    return spec


def _read_options(spec: Mapping[str, Any]) -> dict[str, Option]:
    return {
        name: Option(
            option.get("type", "str"),
            tuple(option.get("choices") or ()),
            bool(option.get("required")),
            bool(option.get("no_log")),
        )
        for name, option in spec.items()
    }


def _lookup_options(name: str) -> dict[str, Option]:
    """Return the options of a lookup; the table of options, unlike the documentation, tells which are secrets."""
    table = _import("lookup", name).LookupModule.OPTIONS
    return {option.name: Option(option.type, option.choices, secret=option.secret) for option in table}
