# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of a response: Accept, a missing Accept, and bodies in the other format."""

from __future__ import annotations

import json

import pytest

from identity_service.tests.api_client import TOKENS, ApiClient, refused
from identity_service.tests.xml_client import api_key

JSON_LOGIN = json.dumps(
    {"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "demoauthor", "apiKey": "aaaaa-bbbbb-ccccc-12345678"}}}
)
RESPONSES = [
    (None, "json"),
    ("*/*", "json"),
    ("application/*", "json"),
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("APPLICATION/XML", "xml"),
    ("application/xml; version=2.0", "xml"),
    ("application/xml, application/json", "json"),
    ("application/xml, application/json;q=0.9", "xml"),
    ("application/xml;q=0.8, application/json;q=0.9", "json"),
    ("application/xml, */*", "json"),
    ("application/xml, */*;q=0.1", "xml"),
    ("text/html, application/xml;q=0.9, */*;q=0.8", "xml"),
    ("application/json;q=0.5, */*;q=0.8", "xml"),
    ("application/json;q=0, */*", "xml"),
    ("application/json;q=0, application/*;q=0.2", "xml"),
    ("text/html, application/xml;q=0.1", "xml"),
]


@pytest.mark.parametrize(("accept", "subtype"), RESPONSES)
@pytest.mark.parametrize("sent", ["json", "xml"])
def test_accept_alone_decides_the_format_of_the_response(
    api: ApiClient, sent: str, accept: str | None, subtype: str
) -> None:
    headers = {"Content-Type": f"application/{sent}", **({} if accept is None else {"Accept": accept})}
    response = api.client.post(TOKENS, data=JSON_LOGIN if sent == "json" else api_key(), headers=headers)
    assert (response.status_code, response.content_type) == (200, f"application/{subtype}")
    assert response.data[:1] == {"json": b"{", "xml": b"<"}[subtype]
    wrong = api.client.post(TOKENS, data=b"nonsense", headers=headers)
    assert (wrong.status_code, wrong.content_type) == (400, f"application/{subtype}")


@pytest.mark.parametrize(
    "accept", ["text/xml", "text/*", "*/*;q=0", "application/xml;q=0", "application/xml;q=0, application/json;q=0", ""]
)
def test_an_accept_header_that_excludes_both_is_not_acceptable(api: ApiClient, accept: str) -> None:
    token = api.token()
    for path, method in ((token, "GET"), (f"{token}/endpoints", "GET"), (token, "DELETE")):
        headers = {"Accept": accept, "X-Auth-Token": token}
        refused(api.client.open(f"{TOKENS}/{path}", method=method, headers=headers), 406, "notAcceptable")
    response = api.client.post(TOKENS, data=api_key(), headers={"Accept": accept, "Content-Type": "application/xml"})
    refused(response, 406, "notAcceptable")
    assert api.control("GET", "tokens")["total"] == 1
