# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs in a catalog that no path can be added to: nothing is sent to them."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import NoEndpointError
from ansible_collections.rackspace.identity.plugins.module_utils._request.target import target_of, target_of_link
from ansible_collections.rackspace.identity.tests.unit.support.samples import endpoint

HOST = "dfw.example.com"
TEXT = (
    "The public URL of compute in DFW in the catalog has a user, a query, a fragment or a character that no URL has, "
    "and no path can be added to it."
)


@pytest.mark.parametrize(
    "url",
    [
        f"https://bob:hunter22@{HOST}/v2/1",
        f"https://bob@{HOST}",
        f"https://{HOST}/v2/1?a=b",
        f"https://{HOST}/v2/1#here",
        f"https://{HOST}\\@evil.example.org/v2/1",
        f"https://{HOST}/v2/1\nX-Evil: 1",
        f"https://{HOST}/v2/\x001",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    one = endpoint("compute", "servers", "DFW", public_url=url)
    with pytest.raises(NoEndpointError) as caught:
        target_of(one, "public")
    assert str(caught.value) == TEXT
    link = "https://evil.example.org/x" if "evil.example" in url and "\\" in url else f"https://{HOST}/x"
    with pytest.raises(NoEndpointError):
        target_of_link(link, [one])


@pytest.mark.parametrize("url", [f"https://{HOST}/v2/a@b", f"https://{HOST}:8443", "http://[2001:db8::1]/v1/"])
def test_urls_that_are_not(url: str) -> None:
    assert target_of(endpoint("compute", "servers", "DFW", public_url=url), "public").base == url
