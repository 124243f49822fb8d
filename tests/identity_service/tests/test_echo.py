# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encodings, and the fault that repeats the secrets of a request in them."""

from __future__ import annotations

import base64
import html
from xml.sax.saxutils import quoteattr

import pytest

from identity_service.encodings import encodings
from identity_service.tests import xml_client
from identity_service.tests.api_client import SECRETS, TOKENS, ApiClient, access, refused

ODD = "aÄ \"<&'>/+%\\😀"


FORMS = [
    ("plain", ODD),
    ("percent", "a%C3%84%20%22%3C%26%27%3E%2F%2B%25%5C%F0%9F%98%80"),
    ("percent, lower case", "a%c3%84%20%22%3c%26%27%3e%2f%2b%25%5c%f0%9f%98%80"),
    ("percent, plus", "a%C3%84+%22%3C%26%27%3E%2F%2B%25%5C%F0%9F%98%80"),
    ("percent, doubled", "a%25C3%2584%2520%2522%253C%2526%2527%253E%252F%252B%2525%255C%25F0%259F%2598%2580"),
    (
        "percent, doubled, lower case",
        "a%25c3%2584%2520%2522%253c%2526%2527%253e%252f%252b%2525%255c%25f0%259f%2598%2580",
    ),
    ("percent, every byte", "%61%C3%84%20%22%3C%26%27%3E%2F%2B%25%5C%F0%9F%98%80"),
    ("percent, every byte, lower case", "%61%c3%84%20%22%3c%26%27%3e%2f%2b%25%5c%f0%9f%98%80"),
    (
        "percent, every byte, doubled",
        "%2561%25C3%2584%2520%2522%253C%2526%2527%253E%252F%252B%2525%255C%25F0%259F%2598%2580",
    ),
    ("json", r"a\u00c4 \"<&'>/+%\\\ud83d\ude00"),
    ("json, not ASCII", "aÄ \\\"<&'>/+%\\\\😀"),
    ("json, with slashes", r"a\u00c4 \"<&'>\/+%\\\ud83d\ude00"),
    ("json, twice", r"a\\u00c4 \\\"<&'>/+%\\\\\\ud83d\\ude00"),
    (r"\u", r"\u0061\u00c4\u0020\u0022\u003c\u0026\u0027\u003e\u002f\u002b\u0025\u005c\ud83d\ude00"),
    (r"\u, upper case", r"\u0061\u00C4\u0020\u0022\u003C\u0026\u0027\u003E\u002F\u002B\u0025\u005C\uD83D\uDE00"),
    ("repr", "aÄ \"<&\\'>/+%\\\\😀"),
    ("entities", "aÄ &quot;&lt;&amp;&#x27;&gt;/+%\\😀"),
    ("entities, named", "a&Auml; &quot;&lt;&amp;&apos;&gt;/+%\\😀"),
    ("entities, decimal", "&#97;&#196;&#32;&#34;&#60;&#38;&#39;&#62;&#47;&#43;&#37;&#92;&#128512;"),
    (
        "entities, hexadecimal",
        "&#x61;&#xc4;&#x20;&#x22;&#x3c;&#x26;&#x27;&#x3e;&#x2f;&#x2b;&#x25;&#x5c;&#x1f600;",
    ),
    (
        "entities, hexadecimal, upper case",
        "&#X61;&#XC4;&#X20;&#X22;&#X3C;&#X26;&#X27;&#X3E;&#X2F;&#X2B;&#X25;&#X5C;&#X1F600;",
    ),
    ("base64", "YcOEICI8Jic+LyslXPCfmIA="),
    ("base64, unpadded", "YcOEICI8Jic+LyslXPCfmIA"),
    ("base64, urlsafe", "YcOEICI8Jic-LyslXPCfmIA="),
    ("base64, urlsafe, unpadded", "YcOEICI8Jic-LyslXPCfmIA"),
    ("base64 of user:secret", "bWU6YcOEICI8Jic+LyslXPCfmIA="),
    ("base64 of user:secret, unpadded", "bWU6YcOEICI8Jic+LyslXPCfmIA"),
    ("base64 of user:secret, urlsafe", "bWU6YcOEICI8Jic-LyslXPCfmIA="),
    ("base64 of user:secret, urlsafe, unpadded", "bWU6YcOEICI8Jic-LyslXPCfmIA"),
    ("hex", "61c38420223c26273e2f2b255cf09f9880"),
    ("hex, upper case", "61C38420223C26273E2F2B255CF09F9880"),
]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_every_encoding(name: str, form: str) -> None:
    assert encodings(ODD, "me")[name] == form


def test_no_encoding_is_without_a_test() -> None:
    assert [name for name, _form in FORMS] == list(encodings(ODD))


@pytest.mark.parametrize("user", ["oddsecrets", "demoauthor"])
def test_a_fault_repeats_the_secret_in_every_encoding(api: ApiClient, user: str) -> None:
    api.add_fault(kind="echo", status=400)
    response = api.password(user)
    refused(response, 400, "badRequest")
    fault = response.get_json()["badRequest"]
    for form in encodings(str(SECRETS[user].password), user).values():
        assert form in fault["message"] or form in fault["details"]
    access(api.password(user))


def test_a_page_repeats_the_api_key(api: ApiClient) -> None:
    api.add_fault(kind="echo", form="html", status=502)
    response = api.api_key("oddsecrets")
    assert (response.status_code, response.mimetype) == (502, "text/html")
    shown = html.unescape(response.get_data(as_text=True))
    assert str(SECRETS["oddsecrets"].api_key) in shown


def test_headers_repeat_the_passcode_and_the_session(api: ApiClient) -> None:
    api.add_fault(kind="echo", form="headers")
    body = {"RAX-AUTH:passcodeCredentials": {"passcode": "582019370000"}}
    response = api.auth(body, headers={"X-SessionId": "APsession"})
    assert refused(response, 401, "unauthorized") == "Nothing."
    for name in ("X-Openstack-Request-Id", "X-Tenant-Id", "Retry-After"):
        assert {"582019370000", "APsession", b"APsession".hex()} <= set(response.headers[name].split(" "))
    assert response.headers["WWW-Authenticate"].startswith("Echo realm='582019370000")
    assert response.headers["Location"] == "https://582019370000.example.com/"


def test_members_of_the_real_response_repeat_the_token(api: ApiClient) -> None:
    token = api.token()
    api.add_fault(kind="echo", form="members", operation="validate", times=None)
    response = api.get(token, token)
    payload = access(response)
    assert payload["token"]["id"] == token
    for part in (payload, response.get_json()):
        assert token in part["echo"]["texts"]
        assert token in part["echo"]["phonePin"]
        assert part["echo"][token] == "a name"
    assert token in response.headers["X-Tenant-Id"]
    assert api.get("AAnone", token).get_json()["echo"]["texts"]


def test_a_proxy_repeats_its_password(api: ApiClient) -> None:
    api.add_fault(kind="echo", status=400)
    credentials = base64.b64encode(b"me:proxy-password").decode()
    response = api.client.get(TOKENS, headers={"Proxy-Authorization": f"Basic {credentials}"})
    assert "proxy-password" in response.get_json()["badRequest"]["message"]


def test_a_request_without_secrets_is_answered_too(api: ApiClient) -> None:
    api.add_fault(kind="echo", status=400)
    response = api.client.get(TOKENS, headers={"Proxy-Authorization": "Basic !"})
    assert refused(response, 400, "badRequest") == "Nothing."


def test_secrets_in_xml_are_repeated(api: ApiClient) -> None:
    api.add_fault(kind="echo", status=400)
    password = str(SECRETS["oddsecrets"].password)
    login = xml_client.auth(f'<passwordCredentials username="oddsecrets" password={quoteattr(password)}/>')
    response = xml_client.post(api, login.encode())
    assert response.mimetype == "application/xml"
    assert password in html.unescape(response.get_data(as_text=True))
