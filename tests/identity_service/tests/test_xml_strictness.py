# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a careful client would not send in XML is rejected, with a message that says why."""

from __future__ import annotations

import pytest

from identity_service.tests.api_client import TOKENS, ApiClient
from identity_service.tests.xml_client import ACCEPT, CORE, XML, api_key, auth, password, post, refused, root

PASSWORD = '<passwordCredentials username="demoauthor" password="myPassword01"/>'
API_KEY = '<k:apiKeyCredentials username="demoauthor" apiKey="aaaaa-bbbbb-ccccc-12345678"/>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "well-formed"),
        ("<auth", "well-formed"),
        (b"\xff\xfe", "UTF-8"),
        (password().encode("utf-16"), "UTF-8"),
        (password().replace("UTF-8", "ISO-8859-1"), "UTF-8"),
        (password().replace("UTF-8", "UTF-16"), "UTF-8"),
        ("<a>" * 20_000, "well-formed"),
        ('{"auth": {}}', "well-formed"),
        (password() + "<more/>", "well-formed"),
        (password().replace('"demoauthor"', '"demoauthor" username="x"'), "well-formed"),
        ("<auth/>", "namespace"),
        (f"<auth>{PASSWORD}</auth>", "namespace"),
        (f'<auth xmlns="{CORE[1:-1]}/">{PASSWORD}</auth>', "namespace"),
        (f'<access xmlns="{CORE[1:-1]}">{PASSWORD}</access>', "namespace"),
    ],
)
def test_a_malformed_body_is_a_bad_request(api: ApiClient, body: str | bytes, expected: str) -> None:
    assert expected in refused(post(api, body), 400, "badRequest")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE auth>",
        '<!DOCTYPE auth SYSTEM "http://127.0.0.1:1/auth.dtd">',
        '<!DOCTYPE auth [<!ENTITY a "myPassword01">]>',
        '<!DOCTYPE auth [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE auth [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE auth [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]>',
    ],
)
def test_document_types_and_entities_are_a_bad_request(api: ApiClient, doctype: str) -> None:
    body = password().replace("?>", f"?>{doctype}")
    assert "document type" in refused(post(api, body), 400, "badRequest")
    assert api.control("GET", "tokens")["total"] == 0


@pytest.mark.parametrize(
    ("credentials", "attributes", "expected"),
    [
        ("", "", "exactly one"),
        (PASSWORD + API_KEY, "", "exactly one"),
        (PASSWORD + PASSWORD, "", "exactly one"),
        (f"{PASSWORD}<unknown/>", "", "exactly one"),
        ("<unknown/>", "", "exactly one"),
        (API_KEY.replace("k:", ""), "", "exactly one"),
        (API_KEY.replace("k:", "r:"), "", "exactly one"),
        (PASSWORD.replace("<pass", "<k:pass"), "", "exactly one"),
        ('<passcodeCredentials passcode="1"/>', "", "exactly one"),
        ('<r:token id="x"/>', 'tenantId="1"', "exactly one"),
        ("<k:APIKeyCredentials/>", "", "exactly one"),
        (f"text{PASSWORD}", "", "must not contain text"),
        (f"{PASSWORD}text", "", "must not contain text"),
        (PASSWORD.replace("/>", ">text</passwordCredentials>"), "", "must not contain text"),
        (PASSWORD.replace("/>", "><more/></passwordCredentials>"), "", "must not contain elements"),
        (PASSWORD.replace("/>", ' domain="x"/>'), "", "unknown key"),
        (PASSWORD.replace(" username", " r:username"), "", "unknown key"),
        (PASSWORD.replace("/>", ' tenantId="123456"/>'), "", "tenantId is inside passwordCredentials"),
        (API_KEY.replace("/>", ' tenantName="123456"/>'), "", "tenantName is inside RAX-KSKEY"),
        ('<passwordCredentials username="demoauthor"/>', "", "passwordCredentials.password"),
        ('<passwordCredentials username="" password="x"/>', "", "passwordCredentials.username"),
        ('<k:apiKeyCredentials username="demoauthor"/>', "", "apiKey"),
        ("<r:passcodeCredentials/>", "", "passcode"),
        ('<token id="x"/>', "", "tenantId or auth.tenantName"),
        ("<token/>", 'tenantId="1"', "token.id"),
        (PASSWORD, 'tenantId="1" tenantName="1"', "both tenantId and tenantName"),
        (PASSWORD, 'tenantId=""', "auth.tenantId"),
        (PASSWORD, 'r:tenantId="123456"', "unknown attribute"),
        (PASSWORD, 'unknown="1"', "unknown attribute"),
        (PASSWORD, 'scope="SETUP-MFA"', "unknown attribute"),
        (PASSWORD, 'r:scope="OTHER"', "SETUP-MFA"),
        ('<token id="x"/>', 'r:scope="SETUP-MFA" tenantId="1"', "password or an API key"),
        (f'<r:scope value="SETUP-MFA"/>{PASSWORD}', "", "exactly one"),
    ],
)
def test_a_malformed_auth_element_is_a_bad_request(
    api: ApiClient, credentials: str, attributes: str, expected: str
) -> None:
    assert expected in refused(post(api, auth(credentials, attributes)), 400, "badRequest")
    assert api.control("GET", "tokens")["total"] == 0


def test_rejected_logins_count_as_what_they_look_like(api: ApiClient) -> None:
    for body in (
        auth('<passwordCredentials unknown="1"/>'),
        f"<auth>{PASSWORD}</auth>",
        auth(API_KEY.replace("k:", "")),
        auth("<passcodeCredentials/>"),
        auth("<token/>"),
        auth(PASSWORD, 'scope="SETUP-MFA"'),
        "<other/>",
        auth(""),
        "<!DOCTYPE auth><auth/>",
    ):
        refused(post(api, body), 400, "badRequest")
    counts = api.control("GET", "counters")["requests"]
    assert [counts[f"login_{kind}"] for kind in ("password", "api_key", "passcode", "token", "setup_mfa")] == [
        2,
        1,
        1,
        1,
        1,
    ]
    assert counts["login_invalid"] == 3


def test_comments_and_blanks_are_fine(api: ApiClient) -> None:
    root(post(api, auth(f"\n <!-- who -->\n {PASSWORD}\n")))
    root(post(api, b"\xef\xbb\xbf" + api_key().encode()))


def test_only_utf_8_is_accepted(api: ApiClient) -> None:
    root(post(api, password(), **{"Content-Type": "application/xml; charset=UTF-8"}))
    refused(post(api, password(), **{"Content-Type": "application/xml; charset=latin-1"}), 400, "badRequest")


def test_the_content_type_is_required_and_decides(api: ApiClient) -> None:
    assert "Content-Type" in refused(api.client.post(TOKENS, data=password(), headers=ACCEPT), 400, "badRequest")
    for content_type in ("text/xml", "text/plain", "application/soap+xml"):
        response = post(api, password(), **{"Content-Type": content_type})
        assert "Content-Type" in refused(response, 400, "badRequest")
    response = post(api, password(), **{"Content-Type": "application/json"})
    assert "JSON" in refused(response, 400, "badRequest")


def test_queries_and_headers_are_read_as_strictly_as_with_json(api: ApiClient) -> None:
    refused(post(api, password(), "?unknown=true"), 400, "badRequest")
    refused(post(api, password(), **{"X-SessionId": "x"}), 400, "badRequest")
    refused(post(api, password(), Authorization="Basic ZGVtbzpkZW1v"), 400, "badRequest")
    token = api.token()
    response = api.client.get(f"{TOKENS}/{token}", data=b"<a/>", headers={**XML, "X-Auth-Token": token})
    refused(response, 400, "badRequest")
