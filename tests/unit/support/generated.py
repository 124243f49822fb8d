# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated payloads and models: strategies for property-based tests."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, cast

from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._catalog.services import sort_services
from ansible_collections.rackspace.identity.plugins.module_utils._models import (
    Access,
    ApiKey,
    ExistingToken,
    LoginRequest,
    Passcode,
    Password,
    Service,
    ServiceEndpoint,
)
from ansible_collections.rackspace.identity.tests.unit.support.models import a_tenant, a_token

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
)
ANY_PAYLOAD = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
NAMES = ["id", "name", "expires", "tenant", "roles", "region", "endpoints", "type", "publicURL", "versionId", "x"]
NAMES += ["message", "details", "retryAfter", "retryAt", "RAX-AUTH:authenticatedBy", "RAX-AUTH:federated"]
NAMES += ["RAX-AUTH:accessibleDomains", "RAX-AUTH:propagate"]
KNOWN = st.sampled_from(NAMES)
LIKELY = st.recursive(
    st.one_of(LEAVES, st.just("2026-01-02T03:04:05Z")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KNOWN, inner, max_size=4)),
)
ALMOST = st.fixed_dictionaries(
    {"access": st.fixed_dictionaries({"token": LIKELY}, optional={"user": LIKELY, "serviceCatalog": LIKELY})}
)

_BOOLEANS = st.sampled_from([None, True, False])
_ROLE_STRINGS = ("id", "name", "description", "tenant_id", "service_id")
_USER_STRINGS = ("id", "name", "default_region", "domain_id", "phone_pin_state")
_ENDPOINT_STRINGS = ("region", "tenant_id", "public_url", "internal_url", "admin_url")


def _present(characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(characters, min_size=1, max_size=12).map(str.strip).filter(bool)


def _with_extra(shape: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "extra": extra} if extra else shape


def _users(present: st.SearchStrategy[str], extra: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Any]:
    string = st.none() | present
    roles = st.builds(
        lambda strings, propagate, more: _with_extra(
            {**dict(zip(_ROLE_STRINGS, strings)), "propagate": propagate}, more
        ),
        st.lists(string, min_size=5, max_size=5),
        _BOOLEANS,
        extra,
    )
    return st.builds(
        lambda strings, federated, several, domains, more: _with_extra(
            {
                **dict(zip(_USER_STRINGS, strings)),
                "federated": federated,
                "roles": several,
                "accessible_domains": domains,
            },
            more,
        ),
        st.lists(string, min_size=5, max_size=5),
        _BOOLEANS,
        st.lists(roles, max_size=3),
        st.lists(present, max_size=3),
        extra,
    )


def _service(strings: list[str | None], extra: dict[str, Any]) -> Service:
    made = {name: string for name, string in zip(_ENDPOINT_STRINGS, strings) if string is not None}
    version = {name: string for name, string in zip(("id", "info", "list"), strings[5:]) if string is not None}
    fields = {**made, **({"version": version} if version else {})}
    return Service(strings[8], strings[9], [cast(ServiceEndpoint, _with_extra(fields, extra))])


def _accesses(present: st.SearchStrategy[str], extra: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Access]:
    string = st.none() | present
    tokens = st.builds(
        a_token,
        present,
        st.datetimes(min_value=datetime(1000, 1, 2), timezones=st.just(timezone.utc)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        # A tenant without any field cannot be told from none at all in XML.
        st.none() | st.builds(a_tenant, present, string),
        st.lists(st.sampled_from(["PASSWORD", "APIKEY", "otppasscode"]), max_size=2),
        extra,
    )
    services = st.lists(st.builds(_service, st.lists(string, min_size=10, max_size=10), extra), max_size=4)
    users = _users(present, extra)
    # The same holds for an impersonator.
    impersonators = st.none() | users.filter(lambda user: user["id"] is not None)
    return st.builds(Access, tokens, users, services.map(sort_services), impersonators, extra)


_NAMES = st.sampled_from(["future", "email", "RAX-AUTH:issued", "http://example.com/ns:x"])

ACCESSES_IN_JSON = _accesses(
    _present(st.characters(exclude_categories=["Cs"])),
    st.dictionaries(_NAMES, st.one_of(st.none(), st.integers(), st.text()), max_size=2),
)

# Every character that XML can hold, and often those that it holds in a special way. No carriage return, which older
# versions of Python do not write as it is.
_XML_CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), st.sampled_from("\t\n&<>\"'")
)
_XML_STRING = _present(_XML_CHARACTERS)
# The value of an unknown attribute is a string, whatever it means.
ACCESSES = _accesses(_XML_STRING, st.dictionaries(_NAMES, st.text(_XML_CHARACTERS, max_size=12), max_size=2))

LOGINS = st.builds(
    LoginRequest,
    st.one_of(
        st.builds(ApiKey, _XML_STRING, _XML_STRING),
        st.builds(Password, _XML_STRING, _XML_STRING),
        st.builds(ExistingToken, _XML_STRING),
        st.builds(Passcode, _XML_STRING, _XML_STRING),
    ),
    tenant_id=st.none() | _XML_STRING,
    tenant_name=st.none(),
    apply_rcn_roles=st.booleans(),
    include_accessible_domains=st.booleans(),
    include_endpoints=st.booleans(),
    scope=st.sampled_from([None, "setup-mfa"]),
)
