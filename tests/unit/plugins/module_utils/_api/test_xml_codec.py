# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The XML codec: bytes to payloads and back, namespaces by their URIs, and what no response ever contains."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._api import payloads_v11
from ansible_collections.rackspace.identity.plugins.module_utils._api.payloads import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._api.xml_codec import dump, load
from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import flatten
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    DecodeError,
    Fault,
    MissingLibraryError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._models import Access, Endpoint
from ansible_collections.rackspace.identity.tests.unit.support.encoder import RAX_AUTH, V11, V20
from ansible_collections.rackspace.identity.tests.unit.support.models import a_tenant, a_user, fault_of
from ansible_collections.rackspace.identity.tests.unit.support.samples import cleaned, sample_bytes

NOT_XML = "the response is not XML, or contains a DTD or entities"
TOKEN = '<token id="secretid" expires="2015-06-05T16:24:57.637Z"/>'


def decode(content: str, token: str = TOKEN, attributes: str = "") -> Access:
    """Read the response to a login with this content; `r` is the prefix of RAX-AUTH."""
    start = f'<access xmlns="{V20}" xmlns:r="{RAX_AUTH}" xmlns:n="http://example.com/new" {attributes}>'
    return read_access(cleaned(load(f"{start}{token}{content}</access>".encode())))


def decode_endpoint(content: str, attributes: str = "") -> Endpoint:
    services = f'<service name="cloudFiles" type="object-store"><endpoint {attributes}>{content}</endpoint></service>'
    (endpoint,) = flatten(decode(f"<serviceCatalog>{services}</serviceCatalog>").services)
    return endpoint


# The samples of the reference.


@pytest.mark.covers(
    "responses/access-servicecatalog",
    "tokens/token-tenant",
    "users-and-impersonators/user-name",
    "users-and-impersonators/user-rax-auth:domainid",
    "users-and-impersonators/user-roles",
    "users-and-impersonators/user-roles-name",
    "services-and-endpoints/servicecatalog-name",
)
def test_login() -> None:
    access = read_access(load(sample_bytes("login", "xml")))
    assert access.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert access.token.tenant == a_tenant("123456", "123456")
    assert access.token.authenticated_by == ["APIKEY"]
    assert (access.user["name"], access.user["default_region"], access.user["domain_id"]) == (
        "yourUserName",
        "DFW",
        "123456",
    )
    assert [role["name"] for role in access.user["roles"]] == [
        "checkmate",
        "object-store:default",
        "compute:default",
        "identity:user-admin",
    ]
    assert len({one["service_name"] for one in flatten(access.services)}) == 19
    assert access.extra == {}


@pytest.mark.covers("users-and-impersonators/user-roles-rax-auth:propagate")
def test_booleans_of_the_validated_token() -> None:
    access = read_access(cleaned(load(sample_bytes("validated_own_token", "xml"))))
    assert [role["propagate"] for role in access.user["roles"]] == [False, True, False, False]
    assert "914737" not in repr(access)


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepinstate")
@pytest.mark.parametrize("name", ["login_with_token", "login_with_accessible_domains", "validated"])
def test_pin_of_the_samples_is_not_kept(name: str) -> None:
    body = sample_bytes(name, "xml")
    access = read_access(cleaned(load(body)))
    assert b'phonePin="' in body
    assert access.user["phone_pin_state"] == "ACTIVE"
    assert "914737" not in repr(access)
    assert "653161" not in repr(access)
    assert "extra" not in access.user


@pytest.mark.covers(
    "version-1-1-operation-10/auth", "version-1-1-operation-10/region", "version-1-1-operation-10/v1default"
)
def test_login_of_version_11() -> None:
    access = payloads_v11.read_access(load(sample_bytes("login", "xml", "v11")))
    assert access.token.id == "aaaaa-bbbb-cccc-ddddd"
    defaults = {(one["service_name"], one["region"]): one["v1_default"] for one in flatten(access.services)}
    assert defaults["cloudFiles", "DFW"] is True
    assert defaults["cloudFiles", "ORD"] is None
    assert defaults["cloudDNS", None] is False


# Namespaces, and the names in them.


@pytest.mark.covers("users-and-impersonators/user-id")
@pytest.mark.parametrize("prefix", ["rax-auth", "RAX-AUTH", "ns4", "x", "_"])
def test_prefix_does_not_matter(prefix: str) -> None:
    body = (
        f'<k:access xmlns:k="{V20}" xmlns:{prefix}="{RAX_AUTH}">'
        '<k:token id="secretid" expires="2015-06-05T16:24:57.637Z">'
        f"<{prefix}:authenticatedBy><{prefix}:credential>APIKEY</{prefix}:credential></{prefix}:authenticatedBy></k:token>"
        f'<k:user id="1" {prefix}:defaultRegion="DFW" {prefix}:phonePin="914737">'
        f'<k:roles><k:role id="5" {prefix}:propagate="true"/></k:roles></k:user></k:access>'
    )
    access = read_access(cleaned(load(body.encode())))
    assert access.token.authenticated_by == ["APIKEY"]
    assert (access.user["id"], access.user["default_region"]) == ("1", "DFW")
    assert access.user["roles"][0]["propagate"] is True
    assert "914737" not in repr(access)


@pytest.mark.covers("responses/access-rax-auth:impersonator")
def test_namespace_of_one_element_alone() -> None:
    body = f'<access xmlns="{V20}">{TOKEN}<impersonator xmlns="{RAX_AUTH}" id="567" username="joe"/></access>'
    assert read_access(load(body.encode())).impersonator == a_user(id="567", name="joe")


def test_same_name_in_another_namespace_is_another_name() -> None:
    access = decode('<user id="1" n:defaultRegion="DFW" n:phonePinState="X"/><n:user id="2"/>')
    assert access.user["default_region"] is None
    assert access.user["phone_pin_state"] is None
    assert access.user["extra"] == {
        "http://example.com/new:defaultRegion": "DFW",
        "http://example.com/new:phonePinState": "X",
    }
    assert access.extra == {"http://example.com/new:user": {"id": "2"}}


def test_names_without_a_namespace() -> None:
    assert read_access(load(f"<access>{TOKEN}<user id='1'/></access>".encode())).user["id"] == "1"


@pytest.mark.covers("users-and-impersonators/user-username")
@pytest.mark.parametrize(
    ("attributes", "name"),
    [('name="a"', "a"), ('username="b"', "b"), ('name="a" username="b"', "a"), ('username=""', None), ("", None)],
)
def test_users_named_by_either_attribute(attributes: str, name: str | None) -> None:
    access = decode(f'<user id="1" {attributes}/><r:impersonator id="2" {attributes}/>')
    assert access.user["name"] == name
    assert access.impersonator is not None
    assert access.impersonator["name"] == name


@pytest.mark.covers(
    "users-and-impersonators/user-rax-auth:accessibledomains",
    "users-and-impersonators/user-rax-auth:accessibledomains-id",
)
@pytest.mark.parametrize("child", ["r:domain", "r:accessibleDomain", "domain", "n:x"])
def test_accessible_domains_by_any_name(child: str) -> None:
    domains = f'<{child} id="123456"/><{child} id="432112"/>'
    user = decode(f'<user id="1"><r:accessibleDomains>{domains}</r:accessibleDomains></user>').user
    assert user["accessible_domains"] == ["123456", "432112"]
    assert "extra" not in user


@pytest.mark.covers("tokens/token-rax-auth:authenticatedby")
@pytest.mark.parametrize(
    ("content", "methods"),
    [
        ("<r:authenticatedBy><r:credential> PASSCODE </r:credential><r:x>PASSWORD</r:x></r:authenticatedBy>", 2),
        ("<r:authenticatedBy><r:credential>PASSCODE</r:credential></r:authenticatedBy>", 1),
        ("<r:authenticatedBy/>", 0),
        ("", 0),
    ],
)
def test_authenticated_by(content: str, methods: int) -> None:
    token = TOKEN.replace("/>", f">{content}</token>")
    assert decode("", token=token).token.authenticated_by == ["PASSCODE", "PASSWORD"][:methods]


@pytest.mark.covers(
    "services-and-endpoints/endpoints-publicurl",
    "services-and-endpoints/endpoints-versionid",
    "services-and-endpoints/endpoints-versioninfo",
    "services-and-endpoints/endpoints-versionlist",
)
@pytest.mark.parametrize(
    ("content", "version"),
    [
        ('<version id="2" info="i" list="l"/>', {"id": "2", "info": "i", "list": "l"}),
        ('<version id="2"/>', {"id": "2", "info": None, "list": None}),
        ('<version list="l"/>', {"id": None, "info": None, "list": "l"}),
        ("<version/>", {"id": None, "info": None, "list": None}),
        ("", {"id": None, "info": None, "list": None}),
    ],
)
def test_version_of_an_endpoint(content: str, version: dict[str, Any]) -> None:
    made = decode_endpoint(content, 'region="DFW" publicURL="https://x/"')
    assert (made["version"], made["region"], made["public_url"]) == (version, "DFW", "https://x/")
    assert "extra" not in made


@pytest.mark.covers("responses/what-no-document-lists")
def test_unknown_fields_are_kept_in_the_object_they_came_with() -> None:
    token = '<token id="t" expires="2015-06-05T16:24:57Z" r:issued="2015-06-04T16:24:57Z"><audit>a</audit></token>'
    access = decode(
        '<user id="1" r:multiFactorEnabled="true"><roles><role id="5" n:a="b"/></roles>'
        '<n:seen><n:x y="1"/></n:seen></user>'
        "<twice>1</twice><twice>2</twice><twice>3</twice><once/>"
        '<serviceCatalog><service name="n" type="t"><endpoint publicURL="https://x/" n:rank="7">'
        '<version id="1" status="CURRENT"/></endpoint></service></serviceCatalog>',
        token=token,
        attributes='n:page="1"',
    )
    assert access.token.extra == {"RAX-AUTH:issued": "2015-06-04T16:24:57Z", "audit": "a"}
    assert access.user["extra"] == {
        "RAX-AUTH:multiFactorEnabled": "true",
        "http://example.com/new:seen": {"http://example.com/new:x": {"y": "1"}},
    }
    assert access.user["roles"][0]["extra"] == {"http://example.com/new:a": "b"}
    assert flatten(access.services)[0].get("extra") == {"http://example.com/new:rank": "7", "versionStatus": "CURRENT"}
    assert access.extra == {"http://example.com/new:page": "1", "twice": ["1", "2", "3"], "once": ""}


@pytest.mark.covers("users-and-impersonators/user-rax-auth:phonepin")
def test_pin_is_never_kept_wherever_it_comes() -> None:
    pin = 'r:phonePin="914737"'
    access = decode(
        f'<user id="1" {pin}><roles><role id="1" {pin}/></roles><z><deep {pin}/></z></user>'
        f'<r:impersonator id="567" {pin}><r:phonePin>914737</r:phonePin></r:impersonator>'
        "<r:phonePin>914737</r:phonePin>"
        f'<serviceCatalog><service {pin}><endpoint region="DFW" {pin}/></service></serviceCatalog>',
        attributes=pin,
    )
    assert "914737" not in repr(access)
    assert access.user["id"] == "1"


@pytest.mark.covers(
    "users-and-impersonators/user-roles-id",
    "services-and-endpoints/servicecatalog-endpoints",
    "the-endpoints-of-a-token-operation-9/endpoints_links",
)
def test_links_are_not_items() -> None:
    link = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="https://x/"/>'
    access = decode(
        f'<user id="1"><roles>{link}<role id="5"/></roles></user>'
        f'<serviceCatalog>{link}<service name="n" type="t">{link}<endpoint region="DFW"/></service></serviceCatalog>'
    )
    assert [role["id"] for role in access.user["roles"]] == ["5"]
    assert [one["region"] for one in flatten(access.services)] == ["DFW"]
    listed = load(f'<endpoints xmlns="{V20}"><endpoint region="DFW"/>{link}</endpoints>'.encode())
    assert listed == {"endpoints": [{"region": "DFW"}]}


def test_comments_and_instructions_are_ignored() -> None:
    access = decode("<!-- a --><?b c?><user id='1'><!-- d --><roles><?e f?></roles></user>")
    assert (access.user["id"], access.user["roles"], access.extra) == ("1", [], {})


def test_text_among_elements_is_ignored() -> None:
    assert decode("blanks \n<user id='1'>text<roles>text</roles></user>").user == a_user(id="1")


def test_escaped_blanks_are_kept() -> None:
    access = decode('<user id="1" n:a="x&#9;&#10;&#13;&#32;" n:b="x\ty\nz"/>')
    assert access.user["extra"] == {"http://example.com/new:a": "x\t\n\r ", "http://example.com/new:b": "x y z"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><access>{TOKEN}<user name="J\u00f6rg"/></access>'
    assert read_access(load(text.encode(encoding))).user["name"] == "J\u00f6rg"


# What is not a response.

ENTITIES = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY l0 "lol">{ENTITIES}]><access>{TOKEN}<user id="&l9;"/></access>'


@pytest.mark.covers("status-codes/all/2xx-with-an-invalid-body")
@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "secret",
        "{}",
        "<access>",
        "<access></secret>",
        "<access/><access/>",
        '<access a="1" a="2"/>',
        "<x:access/>",
        "<access>&secret;</access>",
        "<access>\x00</access>",
        '<?xml version="1.0" encoding="secret"?><access/>',
        '<?xml version="1.0" encoding="utf-7"?><access/>',
        BOMB,
        f"<!DOCTYPE access><access>{TOKEN}</access>",
        '<!DOCTYPE access SYSTEM "http://example.com/secret.dtd"><access/>',
        '<!DOCTYPE a [<!ENTITY x "secret">]><access><user id="&x;"/></access>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><access>&x;</access>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://example.com/secret"> %x;]><access/>',
    ],
)
def test_body_that_is_not_xml(body: str) -> None:
    with pytest.raises(DecodeError) as caught:
        load(body.encode())
    assert str(caught.value) == NOT_XML
    assert caught.value.__suppress_context__
    assert fault_of(body.encode()) == Fault()


@pytest.mark.parametrize("body", [b"\xff\xfe<", b"<a>\xff</a>", sample_bytes("login", "xml")[:-9]])
def test_bytes_that_are_not_xml(body: bytes) -> None:
    with pytest.raises(DecodeError, match=NOT_XML):
        load(body)


@pytest.mark.parametrize("levels", [100, 900, 5000, 40_000])
def test_deep_nesting(levels: int) -> None:
    deep = "<a>" * levels + "</a>" * levels
    with pytest.raises(DecodeError, match=r"^the response is nested too deeply$"):
        decode(f"<x>{deep}</x>")
    fault = fault_of(f"<overLimit><message>m</message>{deep}</overLimit>".encode())
    assert fault.message in ("m", None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<access/>", "access is not an object"),
        ("<html><body>secret</body></html>", "access.token is not an object"),
        ("<access><user/></access>", "access.token is not an object"),
        ('<access><token id="secret"/></access>', "access.token.expires is missing"),
        ('<access><token id="secret" expires="secret"/></access>', "access.token.expires is not a timestamp"),
        (f"<access>{TOKEN}{TOKEN}</access>", "access.token is not an object"),
    ],
)
def test_wrong_payloads(body: str, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_access(load(body.encode()))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "user",
    [
        "<user>Joe</user>",
        "<user><id><a/></id></user>",
        '<user r:federated="maybe"/>',
        "<user><r:accessibleDomains><r:x/></r:accessibleDomains></user>",
        "<user><roles>admin</roles></user>",
        "<user/><user/>",
    ],
)
def test_odd_users_count_as_missing(user: str) -> None:
    assert decode(user).user == a_user()


@pytest.mark.parametrize(
    "element",
    ['<x a="1"/>', "<x/>", "<x>text</x>", '<user id="1"/>', "<roles/>", '<n:x xmlns:n="urn:n" n:a="1"><y/></n:x>'],
)
def test_very_many_siblings_take_no_time(element: str) -> None:
    siblings = element * 20_000
    started = monotonic()
    (content,) = load(f'<access xmlns="{V20}">{siblings}</access>'.encode()).values()
    (listed,) = content.values()
    assert len(listed) == 20_000
    assert fault_of(f"<overLimit><message>m</message>{element * 5000}</overLimit>".encode()).message == "m"
    # It takes a tenth of a second, and took a minute when it was quadratic.
    assert monotonic() - started < 5


def test_defusedxml_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.ElementTree", None)
    with pytest.raises(MissingLibraryError) as caught:
        load(b"<access/>")
    assert (caught.value.library, caught.value.kind) == ("defusedxml", "missing_library")
    with pytest.raises(MissingLibraryError):
        dump({"credentials": {"username": "u", "key": "k"}})
    assert fault_of(b"<unauthorized><message>m</message></unauthorized>") == Fault()


# What is dumped.


@pytest.mark.covers(
    "request-attributes/auth",
    "request-attributes/auth-passwordcredentials",
    "request-attributes/auth-rax-kskey:apikeycredentials",
    "request-attributes/auth-rax-auth:passcodecredentials",
    "request-attributes/credentials-1-1",
)
@pytest.mark.parametrize(
    ("payload", "root", "child"),
    [
        (
            {"auth": {"passwordCredentials": {"username": "u", "password": "p"}}},
            f"{{{V20}}}auth",
            f"{{{V20}}}passwordCredentials",
        ),
        (
            {"auth": {"RAX-AUTH:passcodeCredentials": {"passcode": "1"}}},
            f"{{{V20}}}auth",
            f"{{{RAX_AUTH}}}passcodeCredentials",
        ),
        (
            {"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "u", "apiKey": "k"}}},
            f"{{{V20}}}auth",
            "{http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0}apiKeyCredentials",
        ),
        ({"credentials": {"username": "u", "key": "k"}}, f"{{{V11}}}credentials", None),
    ],
)
def test_names_are_dumped_in_their_namespaces(payload: dict[str, Any], root: str, child: str | None) -> None:
    body = dump(payload)
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    element = fromstring(body)
    assert element.tag == root
    assert [one.tag for one in element] == ([child] if child else [])
    # Only prefixed attributes are in a namespace.
    assert not any("{" in key for one in element.iter() for key in one.attrib)


def test_scope_is_an_attribute_in_its_namespace() -> None:
    body = dump({"auth": {"passwordCredentials": {"username": "u"}, "RAX-AUTH:scope": "SETUP-MFA", "tenantId": "1"}})
    assert load(body) == {
        "auth": {"passwordCredentials": {"username": "u"}, "RAX-AUTH:scope": "SETUP-MFA", "tenantId": "1"}
    }
    assert RAX_AUTH.encode() in body


@pytest.mark.covers("request-attributes/auth-passwordcredentials-password")
def test_every_character_can_be_dumped() -> None:
    payload = {"auth": {"passwordCredentials": {"username": "J\u00f6rg", "password": "p<&>\"'\u20ac \U0001f511\t "}}}
    assert load(dump(payload)) == payload


# Properties.

NAMES = st.sampled_from(
    ["access", "token", "user", "roles", "role", "serviceCatalog", "service", "endpoints", "endpoint", "version"]
    + ["r:authenticatedBy", "r:accessibleDomains", "r:impersonator", "auth", "message", "n:x"]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["id", "name", "username", "expires", "region", "v1Default", "r:phonePin", "r:federated", "version"]
    ),
    st.sampled_from(["", "x", "true", "2015-06-05T16:24:57Z"]),
    max_size=3,
)


def element(name: str, attributes: dict[str, str], content: list[str]) -> str:
    pairs = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{pairs}>{''.join(content)}</{name}>"


LIKELY = st.recursive(
    st.builds(element, NAMES, ATTRIBUTES, st.lists(st.just("text"), max_size=1)),
    lambda inner: st.builds(element, NAMES, ATTRIBUTES, st.lists(inner, max_size=3)),
    max_leaves=12,
)


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for begin in (b"", b"<", b"<access>", b'<?xml version="1.0"?><a>', b"<!DOCTYPE a ["):
        try:
            payload = load(begin + body)
        except DecodeError:
            continue
        assert len(payload) == 1


@given(st.lists(LIKELY, max_size=4), st.sampled_from([V20, V11]))
def test_any_xml_is_read_or_refused(elements: list[str], namespace: str) -> None:
    body = f'<access xmlns="{namespace}" xmlns:r="{RAX_AUTH}" xmlns:n="urn:n">{TOKEN}{"".join(elements)}</access>'
    payload = load(body.encode())
    for read in (read_access, payloads_v11.read_access):
        try:
            access = read(payload)
        except DecodeError:
            continue
        assert access.token.id
    assert isinstance(fault_of(body.encode()), Fault)
