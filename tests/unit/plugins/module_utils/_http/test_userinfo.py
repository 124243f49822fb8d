# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user and password of a URL."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._http.userinfo import password_in, without_userinfo
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@proxy:3128", f"http://{MASK}@proxy:3128"),
        ("http://me@proxy:3128/", f"http://{MASK}@proxy:3128/"),
        ("http://me:se@cret@proxy", f"http://{MASK}@proxy"),
        ("HTTPS://me:secret@proxy", f"HTTPS://{MASK}@proxy"),
        ("socks5h://me:secret@proxy", f"socks5h://{MASK}@proxy"),
        ("//me:secret@proxy", f"//{MASK}@proxy"),
        ("me:secret@proxy:3128", f"{MASK}@proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
        # A password may hold every character; a path with an @ is not a proxy.
        ("http://me:se/cret@proxy:3128", f"http://{MASK}@proxy:3128"),
        ("http://me:se//cret@proxy:3128", f"http://{MASK}@proxy:3128"),
        ("http://me:se?c#ret@proxy:3128", f"http://{MASK}@proxy:3128"),
        ("http://me:s@e/c@ret@proxy:3128/", f"http://{MASK}@proxy:3128/"),
        ("me:se/cret@proxy:3128", f"{MASK}@proxy:3128"),
        ("me:se//cret@proxy:3128", f"{MASK}@proxy:3128"),
        ("http://proxy/a@b", f"http://{MASK}@b"),
        ("http://me:secret%40proxy:3128", f"http://{MASK}@proxy:3128"),
        ("me:secret%40proxy:3128", f"{MASK}@proxy:3128"),
        ("me%3Asecret%40proxy%3A3128", f"{MASK}@proxy%3A3128"),
        ("http://host/container/me%40example", "http://host/container/me%40example"),
        ("http://me:se%40cret@proxy%40x", f"http://{MASK}@proxy%40x"),
        ("http://[::1]:3128", "http://[::1]:3128"),
        ("proxy:3128", "proxy:3128"),
        ("", ""),
    ],
)
def test_without_userinfo(url: str, shown: str) -> None:
    assert without_userinfo(url) == shown


@pytest.mark.parametrize(
    ("url", "passwords"),
    [
        ("http://me:secret@proxy:3128", ("secret",)),
        ("http://me:s%40cret@proxy:3128", ("s%40cret", "s@cret")),
        ("http://me:s:e/c@ret@proxy", ("s:e/c@ret",)),
        ("me:secret@proxy", ("secret",)),
        ("http://token@proxy", ("token",)),
        ("http://me:@proxy", ("me",)),
        ("http://@proxy", ()),
        ("http://proxy:3128", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_password_in_a_url(url: str | None, passwords: tuple[str, ...]) -> None:
    assert password_in(url) == passwords
