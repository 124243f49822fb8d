# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The XML codec: bytes to documents and back, namespaces by what they are, and what no answer ever holds."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils import _document_v11
from ansible_collections.rackspace.identity.plugins.module_utils._catalog import Endpoint
from ansible_collections.rackspace.identity.plugins.module_utils._codec_xml import dump, load
from ansible_collections.rackspace.identity.plugins.module_utils._document import read_access
from ansible_collections.rackspace.identity.plugins.module_utils._errors import (
    DecodeError,
    Fault,
    MissingLibraryError,
)
from ansible_collections.rackspace.identity.plugins.module_utils._model import Access
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.encoder import RAX_AUTH, V11, V20
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.models import a_tenant, a_user, fault_of
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import sample_bytes

NO_XML = "the answer is not XML, or holds what an answer never does"
TOKEN = '<token id="secretid" expires="2015-06-05T16:24:57.637Z"/>'


def access(content: str, token: str = TOKEN, attributes: str = "") -> Access:
    """A login's answer with this in it; `r` is the prefix of RAX-AUTH."""
    text = f'<access xmlns="{V20}" xmlns:r="{RAX_AUTH}" xmlns:n="http://example.com/new" {attributes}>'
    return read_access(load(f"{text}{token}{content}</access>".encode()))


def endpoint(content: str, attributes: str = "") -> Endpoint:
    services = f'<service name="cloudFiles" type="object-store"><endpoint {attributes}>{content}</endpoint></service>'
    (only,) = access(f"<serviceCatalog>{services}</serviceCatalog>").endpoints
    return only


# The documents' samples.


def test_login() -> None:
    answer = read_access(load(sample_bytes("login", "xml")))
    assert answer.token.id == "d74f592f986e4d6e995853ccf0123456"
    assert answer.token.tenant == a_tenant("123456", "123456")
    assert answer.token.authenticated_by == ["APIKEY"]
    assert (answer.user["name"], answer.user["default_region"], answer.user["domain_id"]) == (
        "yourUserName",
        "DFW",
        "123456",
    )
    assert [role["name"] for role in answer.user["roles"]] == [
        "checkmate",
        "object-store:default",
        "compute:default",
        "identity:user-admin",
    ]
    assert len({one["service_name"] for one in answer.endpoints}) == 19
    assert answer.extra == {}


def test_flags_of_the_validated_token() -> None:
    answer = read_access(load(sample_bytes("validated_own_token", "xml")))
    assert [role["propagate"] for role in answer.user["roles"]] == [False, True, False, False]
    assert "914737" not in repr(answer)


@pytest.mark.parametrize("name", ["login_with_token", "login_with_accessible_domains", "validated"])
def test_pin_of_the_samples_is_not_kept(name: str) -> None:
    body = sample_bytes(name, "xml")
    answer = read_access(load(body))
    assert b'phonePin="' in body
    assert answer.user["phone_pin_state"] == "ACTIVE"
    assert "914737" not in repr(answer)
    assert "653161" not in repr(answer)
    assert "extra" not in answer.user


def test_login_of_version_11() -> None:
    answer = _document_v11.read_access(load(sample_bytes("login", "xml", "v11")))
    assert answer.token.id == "aaaaa-bbbb-cccc-ddddd"
    defaults = {(one["service_name"], one["region"]): one["v1_default"] for one in answer.endpoints}
    assert defaults["cloudFiles", "DFW"] is True
    assert defaults["cloudFiles", "ORD"] is None
    assert defaults["cloudDNS", None] is False


# Namespaces, and the names in them.


@pytest.mark.parametrize("prefix", ["rax-auth", "RAX-AUTH", "ns4", "x", "_"])
def test_any_prefix_will_do(prefix: str) -> None:
    body = (
        f'<k:access xmlns:k="{V20}" xmlns:{prefix}="{RAX_AUTH}">'
        '<k:token id="secretid" expires="2015-06-05T16:24:57.637Z">'
        f"<{prefix}:authenticatedBy><{prefix}:credential>APIKEY</{prefix}:credential></{prefix}:authenticatedBy></k:token>"
        f'<k:user id="1" {prefix}:defaultRegion="DFW" {prefix}:phonePin="914737">'
        f'<k:roles><k:role id="5" {prefix}:propagate="true"/></k:roles></k:user></k:access>'
    )
    answer = read_access(load(body.encode()))
    assert answer.token.authenticated_by == ["APIKEY"]
    assert (answer.user["id"], answer.user["default_region"]) == ("1", "DFW")
    assert answer.user["roles"][0]["propagate"] is True
    assert "914737" not in repr(answer)


def test_namespace_of_one_element_alone() -> None:
    body = f'<access xmlns="{V20}">{TOKEN}<impersonator xmlns="{RAX_AUTH}" id="567" username="joe"/></access>'
    assert read_access(load(body.encode())).impersonator == a_user(id="567", name="joe")


def test_same_name_in_another_namespace_is_another_name() -> None:
    answer = access('<user id="1" n:defaultRegion="DFW" n:phonePinState="X"/><n:user id="2"/>')
    assert answer.user["default_region"] is None
    assert answer.user["phone_pin_state"] is None
    assert answer.user["extra"] == {
        "http://example.com/new:defaultRegion": "DFW",
        "http://example.com/new:phonePinState": "X",
    }
    assert answer.extra == {"http://example.com/new:user": {"id": "2"}}


def test_no_namespace_at_all() -> None:
    assert read_access(load(f"<access>{TOKEN}<user id='1'/></access>".encode())).user["id"] == "1"


@pytest.mark.parametrize(
    ("attributes", "name"),
    [('name="a"', "a"), ('username="b"', "b"), ('name="a" username="b"', "a"), ('username=""', None), ("", None)],
)
def test_both_names_of_users(attributes: str, name: str | None) -> None:
    answer = access(f'<user id="1" {attributes}/><r:impersonator id="2" {attributes}/>')
    assert answer.user["name"] == name
    assert answer.impersonator is not None
    assert answer.impersonator["name"] == name


@pytest.mark.parametrize("child", ["r:domain", "r:accessibleDomain", "domain", "n:x"])
def test_accessible_domains_by_any_name(child: str) -> None:
    domains = f'<{child} id="123456"/><{child} id="432112"/>'
    user = access(f'<user id="1"><r:accessibleDomains>{domains}</r:accessibleDomains></user>').user
    assert user["accessible_domains"] == ["123456", "432112"]
    assert "extra" not in user


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
    assert access("", token=token).token.authenticated_by == ["PASSCODE", "PASSWORD"][:methods]


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
    made = endpoint(content, 'region="DFW" publicURL="https://x/"')
    assert (made["version"], made["region"], made["public_url"]) == (version, "DFW", "https://x/")
    assert "extra" not in made


def test_what_nobody_knows_is_kept_where_it_came_from() -> None:
    token = '<token id="t" expires="2015-06-05T16:24:57Z" r:issued="2015-06-04T16:24:57Z"><audit>a</audit></token>'
    answer = access(
        '<user id="1" r:multiFactorEnabled="true"><roles><role id="5" n:a="b"/></roles>'
        '<n:seen><n:x y="1"/></n:seen></user>'
        "<twice>1</twice><twice>2</twice><twice>3</twice><once/>"
        '<serviceCatalog><service name="n" type="t"><endpoint publicURL="https://x/" n:rank="7">'
        '<version id="1" status="CURRENT"/></endpoint></service></serviceCatalog>',
        token=token,
        attributes='n:page="1"',
    )
    assert answer.token.extra == {"RAX-AUTH:issued": "2015-06-04T16:24:57Z", "audit": "a"}
    assert answer.user["extra"] == {
        "RAX-AUTH:multiFactorEnabled": "true",
        "http://example.com/new:seen": {"http://example.com/new:x": {"y": "1"}},
    }
    assert answer.user["roles"][0]["extra"] == {"http://example.com/new:a": "b"}
    assert answer.endpoints[0].get("extra") == {"http://example.com/new:rank": "7", "versionStatus": "CURRENT"}
    assert answer.extra == {"http://example.com/new:page": "1", "twice": ["1", "2", "3"], "once": ""}


def test_pin_is_never_kept_wherever_it_stands() -> None:
    pin = 'r:phonePin="914737"'
    answer = access(
        f'<user id="1" {pin}><roles><role id="1" {pin}/></roles><z><deep {pin}/></z></user>'
        f'<r:impersonator id="567" {pin}><r:phonePin>914737</r:phonePin></r:impersonator>'
        "<r:phonePin>914737</r:phonePin>"
        f'<serviceCatalog><service {pin}><endpoint region="DFW" {pin}/></service></serviceCatalog>',
        attributes=pin,
    )
    assert "914737" not in repr(answer)
    assert answer.user["id"] == "1"


def test_links_are_no_items() -> None:
    link = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="https://x/"/>'
    answer = access(
        f'<user id="1"><roles>{link}<role id="5"/></roles></user>'
        f'<serviceCatalog>{link}<service name="n" type="t">{link}<endpoint region="DFW"/></service></serviceCatalog>'
    )
    assert [role["id"] for role in answer.user["roles"]] == ["5"]
    assert [one["region"] for one in answer.endpoints] == ["DFW"]
    listed = load(f'<endpoints xmlns="{V20}"><endpoint region="DFW"/>{link}</endpoints>'.encode())
    assert listed == {"endpoints": [{"region": "DFW"}]}


def test_comments_and_instructions_say_nothing() -> None:
    answer = access("<!-- a --><?b c?><user id='1'><!-- d --><roles><?e f?></roles></user>")
    assert (answer.user["id"], answer.user["roles"], answer.extra) == ("1", [], {})


def test_text_among_elements_says_nothing() -> None:
    assert access("blanks \n<user id='1'>text<roles>text</roles></user>").user == a_user(id="1")


def test_blanks_that_are_escaped_are_kept() -> None:
    answer = access('<user id="1" n:a="x&#9;&#10;&#13;&#32;" n:b="x\ty\nz"/>')
    assert answer.user["extra"] == {"http://example.com/new:a": "x\t\n\r ", "http://example.com/new:b": "x y z"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><access>{TOKEN}<user name="J\u00f6rg"/></access>'
    assert read_access(load(text.encode(encoding))).user["name"] == "J\u00f6rg"


# What is no answer.

ENTITIES = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY l0 "lol">{ENTITIES}]><access>{TOKEN}<user id="&l9;"/></access>'


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
def test_no_xml(body: str) -> None:
    with pytest.raises(DecodeError) as caught:
        load(body.encode())
    assert str(caught.value) == NO_XML
    assert caught.value.__suppress_context__
    assert fault_of(body.encode()) == Fault()


@pytest.mark.parametrize("body", [b"\xff\xfe<", b"<a>\xff</a>", sample_bytes("login", "xml")[:-9]])
def test_bytes_that_are_no_xml(body: bytes) -> None:
    with pytest.raises(DecodeError, match=NO_XML):
        load(body)


@pytest.mark.parametrize("levels", [60, 900, 5000, 200_000])
def test_deep_nesting(levels: int) -> None:
    deep = "<a>" * levels + "</a>" * levels
    with pytest.raises(DecodeError, match=r"^the answer is nested too deeply$"):
        access(f"<x>{deep}</x>")
    fault = fault_of(f"<overLimit><message>m</message>{deep}</overLimit>".encode())
    assert fault.message in ("m", None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<access/>", "access is not an object"),
        ("<html><body>secret</body></html>", "access.token is not an object"),
        ("<access><user/></access>", "access.token is not an object"),
        ('<access><token id="secret"/></access>', "access.token.expires is missing"),
        ('<access><token id="secret" expires="secret"/></access>', "access.token.expires is not a timestamp"),
        (f"<access>{TOKEN}{TOKEN}</access>", "access.token is not an object"),
        (f"<access>{TOKEN}<user>secret</user></access>", "access.user is not an object"),
        (f"<access>{TOKEN}<user><id><a/></id></user></access>", "access.user.id is not a text"),
        (
            f'<access xmlns="{V20}" xmlns:r="{RAX_AUTH}">{TOKEN}<user r:federated="secret"/></access>',
            "access.user.RAX-AUTH:federated is not true or false",
        ),
        (
            (
                f'<access xmlns="{V20}" xmlns:r="{RAX_AUTH}">{TOKEN}'
                "<user><r:accessibleDomains><r:x/></r:accessibleDomains></user></access>"
            ),
            "access.user.RAX-AUTH:accessibleDomains.id is missing",
        ),
    ],
)
def test_wrong_shapes(body: str, text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_access(load(body.encode()))
    assert str(caught.value) == text


def test_defusedxml_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.ElementTree", None)
    with pytest.raises(MissingLibraryError) as caught:
        load(b"<access/>")
    assert (caught.value.library, caught.value.kind) == ("defusedxml", "missing_library")
    with pytest.raises(MissingLibraryError):
        dump({"credentials": {"username": "u", "key": "k"}})
    assert fault_of(b"<unauthorized><message>m</message></unauthorized>") == Fault()


# What is written.


@pytest.mark.parametrize(
    ("document", "root", "child"),
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
def test_names_are_in_their_namespaces(document: dict[str, Any], root: str, child: str | None) -> None:
    body = dump(document)
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


def test_what_is_written_holds_every_character() -> None:
    document = {"auth": {"passwordCredentials": {"username": "J\u00f6rg", "password": "p<&>\"'\u20ac \U0001f511\t "}}}
    assert load(dump(document)) == document


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


def written(name: str, attributes: dict[str, str], content: list[str]) -> str:
    pairs = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{pairs}>{''.join(content)}</{name}>"


LIKELY = st.recursive(
    st.builds(written, NAMES, ATTRIBUTES, st.lists(st.just("text"), max_size=1)),
    lambda inner: st.builds(written, NAMES, ATTRIBUTES, st.lists(inner, max_size=3)),
    max_leaves=12,
)


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for begin in (b"", b"<", b"<access>", b'<?xml version="1.0"?><a>', b"<!DOCTYPE a ["):
        try:
            document = load(begin + body)
        except DecodeError:
            continue
        assert len(document) == 1


@given(st.lists(LIKELY, max_size=4), st.sampled_from([V20, V11]))
def test_any_xml_is_read_or_refused(elements: list[str], namespace: str) -> None:
    body = f'<access xmlns="{namespace}" xmlns:r="{RAX_AUTH}" xmlns:n="urn:n">{TOKEN}{"".join(elements)}</access>'
    document = load(body.encode())
    for read in (read_access, _document_v11.read_access):
        try:
            answer = read(document)
        except DecodeError:
            continue
        assert answer.token.id
    assert isinstance(fault_of(body.encode()), Fault)
