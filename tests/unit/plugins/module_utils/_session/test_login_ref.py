# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reference in the fact rax_identity: only a login on this controller can make one that is accepted."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._operations import (
    identity_token,
    token_info,
    token_revoke,
)
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import open_provider
from ansible_collections.rackspace.identity.plugins.module_utils._session.fact_access import FactAccess
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings, Source
from ansible_collections.rackspace.identity.tests.unit.support.caching import Task, issued, login_options
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire

CANNOT = "No credentials were given, and the fact rax_identity of this host cannot stand in for them: it"
AGAIN = "Run rackspace.identity.rax_identity_token again on the controller, or give credentials."


@pytest.fixture
def fact(wire: FakeWire, clock: FakeClock, task: Task) -> dict[str, Any]:
    """Log in, and return the fact that this leaves."""
    wire.respond(200, issued("first"))
    result = task.run(identity_token, service_type=["object-store"])
    found: dict[str, Any] = result["ansible_facts"]["rax_identity"]
    return found


def without_credentials(directory: Path, **given: Any) -> Settings:
    """Return settings that describe no login."""
    return Settings.from_options(login_options(directory, username=None, api_key=None, **given))


def provide(directory: Path, fact: object, sources: dict[str, Source] | None = None, **given: Any) -> Any:
    """Return what provides access where only a fact describes a login."""
    return open_provider(without_credentials(directory, **given), Context(fact=fact, sources=sources or {}))


def problem(directory: Path, fact: object, **given: Any) -> str:
    """Return why a fact is not used."""
    with pytest.raises(MissingCredentialsError) as caught:
        provide(directory, fact, **given)
    return str(caught.value)


def test_the_fact_of_a_login_gives_its_token_and_its_whole_catalog(fact: dict[str, Any], directory: Path) -> None:
    assert fact["complete"] is False
    login = provide(directory, fact).get_access()
    assert login.access.token.id == "first"
    assert len(login.access.services) == 19
    assert login.identity_url == fact["identity_url"]


# The one of ansible-core that writes files sorts what it writes.
@pytest.mark.parametrize("sort_keys", [False, True])
def test_a_fact_survives_a_fact_cache(fact: dict[str, Any], directory: Path, sort_keys: bool) -> None:
    cached = json.loads(json.dumps(fact, sort_keys=sort_keys))
    assert provide(directory, cached).get_access().access.token.id == "first"


@pytest.mark.parametrize("name", ["identity_url", "username", "tenant_id", "expires", "endpoints", "complete", "roles"])
def test_a_fact_that_was_changed_is_refused(fact: dict[str, Any], directory: Path, name: str) -> None:
    changed = {**copy.deepcopy(fact), name: "http://elsewhere/v2.0"}
    text = f"{CANNOT} was not written by a login with this token cache, or was changed since (login_ref). {AGAIN}"
    assert problem(directory, changed) == text


def test_a_fact_with_something_added_is_refused(fact: dict[str, Any], directory: Path) -> None:
    assert "was changed since" in problem(directory, {**fact, "more": 1})


@pytest.mark.parametrize("reference", [None, 1, {}])
def test_a_fact_without_a_reference_is_refused(fact: dict[str, Any], directory: Path, reference: Any) -> None:
    text = f"{CANNOT} does not refer to a cached login (login_ref). {AGAIN}"
    assert problem(directory, {**fact, "login_ref": reference}) == text


@pytest.mark.parametrize(
    "reference",
    ["", ".", "x.y", "../salt.0", "a" * 64 + "." + "b" * 64, "\u00e9.\u00e9", "\ud800.\ud800"],
    ids=ascii,
)
def test_a_reference_that_was_made_up_is_refused(fact: dict[str, Any], directory: Path, reference: str) -> None:
    assert "was changed since" in problem(directory, {**fact, "login_ref": reference})


@pytest.mark.parametrize("value", ["text", 1, [], ["x"]])
def test_a_fact_of_another_shape_is_refused(directory: Path, value: object) -> None:
    assert problem(directory, value) == f"{CANNOT} is not a login. {AGAIN}"


def test_a_fact_of_another_user_is_refused(fact: dict[str, Any], tmp_path: Path) -> None:
    assert "was not written by a login with this token cache" in problem(tmp_path / "other", fact)


def test_a_fact_whose_login_has_expired_is_refused(fact: dict[str, Any], clock: FakeClock, directory: Path) -> None:
    clock.move(days=1)
    assert problem(directory, fact) == f"{CANNOT} belongs to a login that has ended. {AGAIN}"


def test_a_fact_whose_token_was_revoked_is_refused(
    fact: dict[str, Any], wire: FakeWire, task: Task, directory: Path
) -> None:
    wire.respond(204)
    assert task.run(token_revoke) == {"changed": True, "revoked": True}
    assert problem(directory, fact) == f"{CANNOT} belongs to a login that has ended. {AGAIN}"


def test_a_login_that_did_not_verify_does_not_serve_one_that_verifies(
    wire: FakeWire, clock: FakeClock, task: Task, directory: Path
) -> None:
    wire.respond(200, issued("impostor"))
    fact = task.run(identity_token, validate_certs=False)["ansible_facts"]["rax_identity"]
    assert provide(directory, fact, validate_certs=False).get_access().access.token.id == "impostor"
    assert "did not verify certificates" in problem(directory, fact)


def test_a_login_that_trusted_other_cas_does_not_serve_this_one(
    wire: FakeWire, clock: FakeClock, task: Task, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (str(directory.parent / name) for name in ("ca1.pem", "ca2.pem"))
    for path in (first, second):
        Path(path).touch()
    wire.respond(200, issued("of the first"))
    fact = task.run(identity_token, ca_path=first)["ansible_facts"]["rax_identity"]
    assert provide(directory, fact, ca_path=first).get_access().access.token.id == "of the first"
    assert provide(directory, fact, validate_certs=False).get_access().access.token.id == "of the first"
    for ca_path in (second, None):
        with pytest.raises(MissingCredentialsError, match=r"verified certificates with other CAs \(ca_path\)"):
            provide(directory, fact, ca_path=ca_path)
    monkeypatch.setenv("SSL_CERT_FILE", first)
    assert provide(directory, fact).get_access().access.token.id == "of the first"


def test_a_login_that_is_described_comes_first(
    fact: dict[str, Any], wire: FakeWire, task: Task, directory: Path
) -> None:
    wire.respond(200, issued("of another user"))
    settings = task.settings(username="other")
    assert open_provider(settings, Context(fact=fact)).get_access().access.token.id == "of another user"


def test_a_url_that_cannot_be_compared_with_that_of_the_fact_is_named(fact: dict[str, Any], directory: Path) -> None:
    sources = {"identity_url": Source.variable("rax_identity_url")}
    with pytest.raises(OptionError) as caught:
        provide(directory, fact, sources, identity_url="ftp://identity.example.com")
    assert str(caught.value).startswith("identity_url (the variable rax_identity_url) is not an http or https URL")


@pytest.mark.parametrize("name", ["tenant_id", "tenant_name"])
def test_a_tenant_is_refused_where_the_token_of_the_fact_has_none(
    wire: FakeWire, clock: FakeClock, task: Task, directory: Path, name: str
) -> None:
    payload = issued("first")
    del payload["access"]["token"]["tenant"]
    wire.respond(200, payload)
    without_tenant = task.run(identity_token)["ansible_facts"]["rax_identity"]
    assert provide(directory, without_tenant).get_access().access.token.id == "first"
    assert f"No credentials were given for {name}" in problem(directory, without_tenant, **{name: "123456"})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"tenant_id": "765432"}, "tenant_id"),
        ({"tenant_name": "765432"}, "tenant_name"),
        ({"identity_url": "https://elsewhere.example.com"}, "identity_url"),
    ],
)
def test_an_option_that_means_another_login_is_refused(
    fact: dict[str, Any], directory: Path, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(MissingCredentialsError) as caught:
        provide(directory, fact, {named: Source.variable(f"rax_{named}")}, **given)
    assert str(caught.value) == (
        f"No credentials were given for {named} (the variable rax_{named}), and the fact rax_identity of this host "
        "describes another login. Give credentials, or leave the option out."
    )


def test_the_token_goes_where_the_login_was(fact: dict[str, Any], wire: FakeWire, directory: Path) -> None:
    wire.respond(200, issued("first"))
    options = {option.name: option.default for option in token_info.OPTIONS}
    options.update(cache_dir=str(directory))
    assert token_info.run(options, Context(fact=fact))["valid"] is True
    assert wire.sent[-1].url.startswith(fact["identity_url"])
    assert wire.sent[-1].headers["X-Auth-Token"] == "first"


def test_a_token_that_the_service_rejects_ends_the_login(fact: dict[str, Any], directory: Path) -> None:
    provider = provide(directory, fact)
    assert isinstance(provider, FactAccess)
    with pytest.raises(MissingCredentialsError) as caught:
        provider.replace_token("first")
    assert "has ended: the service rejects its token" in str(caught.value)
    assert "belongs to a login that has ended" in problem(directory, fact)


def test_without_a_cache_there_is_no_reference(wire: FakeWire, clock: FakeClock, task: Task) -> None:
    wire.respond(200, issued("first"))
    fact = task.run(identity_token, cache=False)["ansible_facts"]["rax_identity"]
    assert fact["login_ref"] is None


def test_the_reference_tells_nothing_of_the_token(fact: dict[str, Any]) -> None:
    name, _dot, digest = fact["login_ref"].partition(".")
    assert len(name) == len(digest) == 64
    assert "first" not in fact["login_ref"]
