# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look into the result of a module, which another machine may have made up, and say in it what only actions know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._errors import IdentityError
from ..module_utils._run_module import failure_result
from ._variables import with_hint

_MAX_STRINGS = 1000


def error_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the error in a result, or an empty one: another machine can respond with anything."""
    error = result.get("error")
    return error if isinstance(error, Mapping) else {}


def strings_in(value: object) -> list[str]:
    """Return the strings of what should be a list of them."""
    return [item for item in value[:_MAX_STRINGS] if isinstance(item, str)] if isinstance(value, list) else []


def warn_first(warnings: Sequence[str], result: dict[str, Any]) -> None:
    """Put these warnings before those that the result has."""
    others = result.get("warnings")
    result["warnings"] = [*warnings, *(others if isinstance(others, list) else ())]


def replace_failure(result: dict[str, Any], error: IdentityError) -> None:
    """Replace a module's failure with another one, and drop the traceback, which belongs to the first."""
    result.update(failure_result(error))
    # Even an empty one is shown before ansible-core 2.19.
    result.pop("exception", None)


def clear_reference(result: Mapping[str, Any]) -> None:
    """Remove the reference to a cached login, which another machine cannot vouch for."""
    facts = result.get("ansible_facts")
    fact = facts.get("rax_identity") if isinstance(facts, Mapping) else None
    if isinstance(fact, dict) and "login_ref" in fact:
        fact["login_ref"] = None


def add_unused(result: dict[str, Any], unused: Sequence[str]) -> None:
    """Say which credentials were given and not used, where the service refused a login."""
    if unused:
        add_to_refusal(result, f"Not used: {', '.join(unused)}.")


def add_to_refusal(result: dict[str, Any], hint: str) -> None:
    """Add a sentence about the credentials where the service refused a login, in the order in which lookups say it."""
    result["msg"] = with_hint(str(result["msg"]), error_of(result).get("status"), hint)
