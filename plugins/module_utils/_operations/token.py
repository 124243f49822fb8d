# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation of the lookup rax_token: a token with enough life left, cached or new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._errors import OptionError
from .._options import RENEW, SHARED
from .._session.access_provider import open_provider
from .._settings import Context, Settings

OPTIONS = SHARED + RENEW


def run(
    terms: Sequence[str], options: Mapping[str, Any], context: Context
) -> tuple[list[str], Callable[[], bool] | None]:
    """Return one token, and a function that tells whether it would still be the result.

    The function is None if only asking again can tell. Raises every kind of IdentityError.
    """
    if terms:
        raise OptionError("rax_token takes no terms, only options such as username=.")
    login = open_provider(Settings.from_options(options, context), context).get_access()
    return [login.access.token.id], login.is_current
