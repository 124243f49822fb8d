# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""identity_url in every form that users give it, and in forms that cannot be used."""

from __future__ import annotations

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api.base_client import BaseClient
from ansible_collections.rackspace.identity.plugins.module_utils._api.client import IdentityClient
from ansible_collections.rackspace.identity.plugins.module_utils._api.client_v11 import IdentityClientV11
from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._identity_url import service_url
from ansible_collections.rackspace.identity.tests.unit.support.connections import connection_settings

NAMED = "identity_url (the option identity_url)"


@pytest.mark.covers("parameters-in-urls/the-address-of-the-service")
@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://identity.example.com", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0/", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/V2.0//", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v1.1", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v1.1/", "https://identity.example.com/v2.0"),
        ("  https://identity.example.com  ", "https://identity.example.com/v2.0"),
        ("\ufeffhttps://identity.example.com/v2.0\u200b", "https://identity.example.com/v2.0"),
        ("identity.example.com", "https://identity.example.com/v2.0"),
        ("identity.example.com/v2.0", "https://identity.example.com/v2.0"),
        ("localhost:5000", "https://localhost:5000/v2.0"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/v2.0"),
        ("http://[::1]:5000/v2.0", "http://[::1]:5000/v2.0"),
        ("https://identity.example.com/prefix/v2.0", "https://identity.example.com/prefix/v2.0"),
        ("https://identity.example.com/v2.0/tokens", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0/tokens/", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/V1.1/Tokens", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/prefix/tokens", "https://identity.example.com/prefix/v2.0"),
        ("https://identity.example.com/v3/prefix", "https://identity.example.com/v3/prefix/v2.0"),
        ("https://identity.example.com/vault", "https://identity.example.com/vault/v2.0"),
        ("https://v3.example.com", "https://v3.example.com/v2.0"),
        ("HTTPS://identity.example.com", "HTTPS://identity.example.com/v2.0"),
        ("https://identity.example.com/v2.0/v2.0", "https://identity.example.com/v2.0"),
        ("https://identity.example.com/v1.1/V2.0/tokens", "https://identity.example.com/v2.0"),
    ],
)
def test_forms_of_identity_url(given: str, url: str) -> None:
    assert service_url(given, "v2.0") == url
    assert service_url(given, "v1.1") == url[: -len("v2.0")] + "v1.1"
    assert service_url(given, "") == url[: -len("v2.0")]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "is not an http or https URL with a host."),
        ("ftp://identity.example.com", "is not an http or https URL with a host."),
        ("file:///etc/passwd", "is not an http or https URL with a host."),
        ("https://", "is not an http or https URL with a host."),
        ("https:///v2.0", "is not an http or https URL with a host."),
        ("https://host:port/", "is not an http or https URL with a host."),
        ("https:/host/v2.0", "is not an http or https URL with a host."),
        ("http:host", "is not an http or https URL with a host."),
        ("https://host:99999/", "is not an http or https URL with a host."),
        ("https://host:0/", "is not an http or https URL with a host."),
        ("https://[::1/v2.0", "is not an http or https URL with a host."),
        ("https://ho st/", "is not an http or https URL with a host."),
        ("https://host/\nX-Evil: 1", "is not an http or https URL with a host."),
        ("https://host/\x00", "is not an http or https URL with a host."),
        (
            "https://me:secret@host/v2.0",
            "contains a user or password; credentials have options of their own.",
        ),
        ("https://me@host/v2.0", "contains a user or password; credentials have options of their own."),
        ("https://host/v2.0?token=secret", "contains a query or fragment."),
        ("https://host/v2.0#secret", "contains a query or fragment."),
        ("https://host/v2.0?", "contains a query or fragment."),
        ("https://host/v2.0#", "contains a query or fragment."),
    ],
)
@pytest.mark.parametrize("client_class", [IdentityClient, IdentityClientV11])
def test_identity_url_that_cannot_be_used(client_class: type[BaseClient], given: str, problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        client_class(connection_settings(identity_url=given))
    assert str(caught.value) == f"{NAMED} {problem} Give something like https://identity.api.rackspacecloud.com/v2.0."


@pytest.mark.parametrize("ending", ["", "/", "/tokens", "/tokens/"])
@pytest.mark.parametrize("version", ["v1.0", "v2", "v3", "V3", "v2.1", "v3.14"])
@pytest.mark.parametrize("client_class", [IdentityClient, IdentityClientV11])
def test_version_that_the_api_does_not_have(client_class: type[BaseClient], version: str, ending: str) -> None:
    with pytest.raises(OptionError) as caught:
        client_class(connection_settings(identity_url=f"https://identity.example.com/{version}{ending}"))
    assert caught.value.kind == "bad_request"
    assert str(caught.value) == (f"{NAMED} ends in {version}, but the Identity API has the versions v2.0 and v1.1.")
