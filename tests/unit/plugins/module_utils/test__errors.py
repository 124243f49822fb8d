# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages are one line that a terminal shows as it is, whatever a service put into it."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.selection import Criteria, select_endpoint
from ansible_collections.rackspace.identity.plugins.module_utils._errors import IdentityError, NoEndpointError
from ansible_collections.rackspace.identity.plugins.module_utils._models import Service


def refusal(*regions: str) -> str:
    service = Service(
        "object-store", "cloudFiles", [{"region": region, "public_url": "http://x"} for region in regions]
    )
    with pytest.raises(NoEndpointError) as caught:
        select_endpoint([service], Criteria(service_type=("object-store",), region=("SYD",)), None)
    return str(caught.value)


def test_names_in_the_catalog_do_not_control_the_terminal() -> None:
    assert refusal("DFW\x1b[2J\x1b]0;owned\x07", "L\u202eON\x9b31m", "OR\nD", "\ud800") == (
        "The service type object-store has no endpoint in region SYD. "
        "Regions: DFW [2J ]0;owned , L ON 31m, OR D, \ufffd."
    )


def test_a_message_is_bounded() -> None:
    message = refusal("x" * 1_000_000)
    assert len(message) == 2003
    assert message.startswith("The service type object-store has no endpoint in region SYD. Regions: xxx")
    assert message.endswith("x...")
    assert str(IdentityError("x" * 2000)) == "x" * 2000
