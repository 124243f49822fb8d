# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Repeated lookups: what they read, what they import, and when they are made again."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.utils.display import Display

from ansible_collections.rackspace.identity.plugins.module_utils._operations import identity_token
from ansible_collections.rackspace.identity.plugins.module_utils._session.access_provider import AccessProvider
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._settings import Context, Settings
from ansible_collections.rackspace.identity.plugins.plugin_utils import _lookup, _memo
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    UNAUTHORIZED,
    Task,
    files,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.lookup_run import run_lookup
from ansible_collections.rackspace.identity.tests.unit.support.samples import FILES_TENANT, full_catalog
from ansible_collections.rackspace.identity.tests.unit.support.templating import trust_as_template

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
COLLECTIONS = Path(__file__).resolve().parents[7]


pytestmark = pytest.mark.usefixtures("clock", "new_process")


def lookup(name: str, *terms: object, variables: Mapping[str, Any] | None = None, **options: Any) -> list[Any]:
    return run_lookup(name, terms, options, variables=variables)


def token(variables: Mapping[str, Any] | None = None, **options: Any) -> str:
    (value,) = lookup("rax_token", variables=variables, **options)
    return str(value)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the names of the files that are opened, in order."""
    names: list[str] = []
    open_low, open_high = os.open, builtins.open

    def low(path: Any, *others: Any, **named: Any) -> int:
        names.append(Path(os.fsdecode(path)).name)
        return open_low(path, *others, **named)

    def high(file: Any, *others: Any, **named: Any) -> Any:
        if not isinstance(file, int):
            names.append(Path(os.fsdecode(file)).name)
        return open_high(file, *others, **named)

    monkeypatch.setattr(os, "open", low)
    monkeypatch.setattr(builtins, "open", high)
    return names


def provider(options: Mapping[str, Any]) -> AccessProvider:
    return AccessProvider(settings(options), Context())


def settings(options: Mapping[str, Any]) -> Settings:
    return Settings.from_options({**login_options(""), **options})


def warm(wire: FakeWire, login: Mapping[str, Any], token: str = "first") -> None:
    """Log in as another process would."""
    wire.respond(200, issued(token))
    provider({**login, "renew": True}).get_access()
    wire.sent.clear()


# What is stored.


def test_find_what_was_stored() -> None:
    values = [1]
    _memo.store("key", values, lambda: True, None)
    values.append(2)
    found = _memo.find("key")
    assert found == [1]
    found.append(3)
    assert _memo.find("key") == [1]
    assert _memo.find("other") is None


def test_find_an_empty_result() -> None:
    _memo.store("key", [], lambda: True, None)
    assert _memo.find("key") == []


def test_find_only_what_is_current() -> None:
    is_current = True
    _memo.store("key", [1], lambda: is_current, None)
    is_current = False
    assert _memo.find("key") is None


def test_store_only_what_can_tell_whether_it_is_current() -> None:
    _memo.store("key", [1], None, None)
    assert _memo.find("key") is None


def test_store_a_limited_number_of_results() -> None:
    for number in range(2500):
        _memo.store(number, [number], lambda: True, None)
        assert len(_memo._results) <= 1000
        assert _memo.find(number) == [number]


def test_store_results_of_a_limited_number_of_inputs() -> None:
    class Large:
        pass

    seen: weakref.WeakSet[Large] = weakref.WeakSet()
    for number in range(100):
        large = Large()
        seen.add(large)
        for _time in range(3):
            _memo.store((number, id(large)), [number], lambda: True, large)
            assert _memo.find((number, id(large))) == [number]
        assert len(seen) <= 9
    assert len(_memo._inputs) <= 8


def test_store_many_results_of_a_few_inputs() -> None:
    inputs = [object() for _number in range(3)]
    keys = [(number, index) for number in range(300) for index in range(3)]
    for number, index in keys:
        _memo.store((number, index), [number], lambda: True, inputs[index])
    assert all(_memo.find(key) == [key[0]] for key in keys)


def test_the_source_of_a_key_is_kept_alive() -> None:
    class Fact:
        pass

    fact = Fact()
    seen = weakref.ref(fact)
    _memo.store(id(fact), [1], lambda: True, fact)
    del fact
    assert seen() is not None


# What is read.


def test_warm_lookup_reads_the_salt_and_one_file(wire: FakeWire, login: dict[str, Any], opened: list[str]) -> None:
    warm(wire, login)
    (entry,) = [name for name in files(Path(login["cache_dir"])) if name.endswith(".json")]
    # Ansible reads the documentation of a plugin once.
    for name, terms in (("rax_token", ["a term"]), ("rax_endpoint", [])):
        with pytest.raises(AnsibleError):
            lookup(name, *terms, **login)
    opened.clear()
    assert token(**login) == "first"
    assert opened == ["salt", entry]
    opened.clear()
    assert lookup("rax_endpoint", "object-store", region="DFW", **login) == [FILES_DFW]
    assert opened == ["salt", entry]
    assert wire.sent == []


def test_the_same_lookup_again_reads_nothing(wire: FakeWire, login: dict[str, Any], opened: list[str]) -> None:
    warm(wire, login)
    for _time in range(2):
        assert token(**login) == "first"
        assert lookup("rax_endpoint", "object-store", region="DFW", **login) == [FILES_DFW]
    opened.clear()
    for _time in range(100):
        assert token(**login) == "first"
        assert lookup("rax_endpoint", "object-store", region="DFW", **login) == [FILES_DFW]
    assert opened == []
    assert wire.sent == []


@pytest.fixture
def fact(wire: FakeWire, task: Task) -> dict[str, Any]:
    """Log in as another task of the host did, and return the fact that this leaves."""
    wire.respond(200, issued())
    found: dict[str, Any] = task.run(identity_token)["ansible_facts"]["rax_identity"]
    wire.sent.clear()
    return found


def of_host(fact: object, task: Task) -> dict[str, Any]:
    """Return the variables of a host with this fact."""
    return {"ansible_facts": {"rax_identity": fact}, "rax_cache_dir": str(task.directory)}


def test_lookup_from_the_fact_reads_the_salt_and_one_file(
    wire: FakeWire, task: Task, fact: dict[str, Any], opened: list[str]
) -> None:
    (entry,) = [name for name in files(task.directory) if name.endswith(".json")]
    variables = of_host(fact, task)
    assert lookup("rax_endpoint", "rax:dns", variables=variables) == [DNS]
    opened.clear()
    assert lookup("rax_endpoint", "object-store", region="DFW", variables=variables) == [FILES_DFW]
    assert token(variables) == "first"
    assert opened == ["salt", entry] * 2
    opened.clear()
    for _time in range(100):
        assert token(variables) == "first"
        assert lookup("rax_endpoint", "object-store", region="DFW", variables=variables) == [FILES_DFW]
    assert opened == []
    assert wire.sent == []


PROGRAM = """
import json, os, sys
sys.path.insert(0, {root!r})
from ansible.plugins.loader import init_plugin_loader, lookup_loader
init_plugin_loader([{root!r}])
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
loader = DataLoader()
for name, options in json.loads(sys.argv[1]):
    plugin = lookup_loader.get("rackspace.identity." + name, loader=loader, templar=Templar(loader, variables={{}}))
    print(plugin.run([], {{}}, **options)[0])
libraries = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(libraries & {{"requests", "urllib3", "defusedxml", "xml"}}))
own = {{name.rpartition(".")[2] for name in sys.modules if "rackspace.identity" in name}}
print(*sorted(own & {{"factory", "client", "transport", "access_provider"}}))
"""


def test_warm_lookups_import_no_requests(wire: FakeWire, login: dict[str, Any]) -> None:
    wire.respond(200, issued("first", datetime.now(timezone.utc) + timedelta(days=1)))
    provider(login).get_access()
    calls = [("rax_token", login), ("rax_endpoint", {**login, "type": "rax:dns"})]
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(root=str(COLLECTIONS)), json.dumps(calls)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["first", DNS, "", "access_provider"]


def test_token_is_registered_as_a_secret_each_time(
    wire: FakeWire, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_lookup, "register_secret", registered.append)
    warm(wire, login)
    for _time in range(2):
        registered.clear()
        assert token(**login) == "first"
        assert registered[-1] == "first"
    registered.clear()
    lookup("rax_endpoint", "rax:dns", **login)
    assert DNS not in registered


def test_changing_a_result_does_not_change_the_next(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    for _time in range(3):
        (found,) = lookup("rax_endpoint", "rax:dns", detail=True, **login)
        assert (found["public_url"], found["version"]["id"]) == (DNS, None)
        found["public_url"] = found["version"]["id"] = "changed"


# When it is made again.


def test_another_process_has_renewed_the_token(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    warm(wire, login, "second")
    assert [token(**login) for _time in range(3)] == ["second"] * 3
    assert wire.sent == []


def test_another_process_has_revoked_the_token(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    forget_everywhere(settings(login), Context(), "first")
    wire.respond(200, issued("second"))
    assert [token(**login) for _time in range(3)] == ["second"] * 3


def test_the_token_has_expired(wire: FakeWire, login: dict[str, Any], clock: FakeClock) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    clock.move(days=1, seconds=-300)
    assert token(**login) == "first"
    clock.move(seconds=1)
    assert token(**login, min_ttl=0) == "first"
    wire.respond(200, issued("second", clock.time + timedelta(days=1)))
    assert [token(**login) for _time in range(3)] == ["second"] * 3


def test_other_options_are_another_lookup(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    for given in ({"api_key": "another"}, {"username": "another"}, {"tenant_id": "1"}):
        wire.respond(200, issued("second"))
        assert [token(**{**login, **given}) for _time in range(2)] == ["second"] * 2


def test_terms_and_options_are_told_apart(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    assert [lookup("rax_endpoint", type="rax:dns", **login) for _time in range(2)] == [[DNS]] * 2
    with pytest.raises(AnsibleLookupError, match="no_endpoint"):
        lookup("rax_endpoint", ("type", "rax:dns"), **login)


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, 1.0)])
def test_equal_values_of_different_types_are_different_lookups(
    wire: FakeWire, login: dict[str, Any], one: object, other: object
) -> None:
    warm(wire, login)
    for default in (one, other, one, other):
        (found,) = lookup("rax_endpoint", "nothing", on_missing="default", default=default, **login)
        # Ansible's own integers are subclasses.
        assert repr(found) == repr(default)


def test_lookups_with_unhashable_options_are_made_each_time(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    for default in ({"a": 1}, {"a": 2}, [1]):
        (found,) = lookup("rax_endpoint", "nothing", on_missing="default", default=default, **login)
        assert found == default
    assert _memo._results == {}


def test_a_changed_fact_is_another_lookup(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    changed = {**fact, "endpoints": [{**one, "public_url": "https://other.example.com"} for one in full_catalog()]}
    for _time in range(2):
        assert lookup("rax_endpoint", "rax:dns", variables=of_host(fact, task)) == [DNS]
        with pytest.raises(AnsibleLookupError, match="was changed since"):
            lookup("rax_endpoint", "rax:dns", variables=of_host(changed, task))
        with pytest.raises(AnsibleLookupError, match="Give one of"):
            lookup("rax_endpoint", "rax:dns", variables={"rax_cache_dir": str(task.directory)})
    assert wire.sent == []


def test_the_login_of_a_fact_has_ended(wire: FakeWire, task: Task, fact: dict[str, Any], clock: FakeClock) -> None:
    variables = of_host(fact, task)
    for _time in range(2):
        assert lookup("rax_endpoint", "rax:dns", variables=variables) == [DNS]
    clock.move(days=1)
    for _time in range(2):
        with pytest.raises(AnsibleLookupError, match="to a login that has ended"):
            lookup("rax_endpoint", "rax:dns", variables=variables)
    assert wire.sent == []


def test_another_process_has_revoked_the_token_of_a_fact(wire: FakeWire, task: Task, fact: dict[str, Any]) -> None:
    variables = of_host(fact, task)
    assert [token(variables) for _time in range(3)] == ["first"] * 3
    forget_everywhere(settings({"cache_dir": str(task.directory)}), Context(), "first")
    with pytest.raises(AnsibleLookupError, match="to a login that has ended"):
        token(variables)


def test_a_variable_that_becomes_a_fact_is_another_lookup(
    wire: FakeWire, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, text: warnings.append(text))
    warm(wire, login)
    wire.respond(200, issued("of the tenant"))
    variables = {"rax_tenant_id": "7"}
    for _time in range(2):
        assert token(variables, **login) == "of the tenant"
    assert warnings == []
    for prefix in ("", "ansible_"):
        assert token({**variables, "ansible_facts": {f"{prefix}rax_tenant_id": "7"}}, **login) == "first"
    assert len(warnings) == 1
    assert token(variables, **login) == "of the tenant"
    assert len(wire.sent) == 1


def test_an_empty_option_leaves_the_variable_in_the_key(wire: FakeWire, login: dict[str, Any]) -> None:
    for tenant in ("7", "8"):
        wire.respond(200, issued(f"of {tenant}"))
        assert token({"rax_tenant_id": tenant}, tenant_id="", **login) == f"of {tenant}"


def test_a_fact_is_never_templated(wire: FakeWire, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Display, "warning", lambda _display, _text: None)
    warm(wire, login)
    variables = {"rax_tenant_id": trust_as_template("{{ 1 / 0 }}"), "inventory_hostname": "web1"}
    assert token(variables, **login) == "first"


@pytest.mark.parametrize("facts", [None, {}, {"rax_identity": None}])
def test_without_a_fact_the_cache_is_used(wire: FakeWire, login: dict[str, Any], facts: Any) -> None:
    warm(wire, login)
    assert lookup("rax_endpoint", "rax:dns", variables={"ansible_facts": facts}, **login) == [DNS]


def test_variables_are_templated_each_time(wire: FakeWire, login: dict[str, Any]) -> None:
    variables = {
        "rax_cache_dir": login["cache_dir"],
        "rax_username": trust_as_template("{{ who }}"),
        "rax_api_key": "k",
    }
    for who in ("one", "two"):
        wire.respond(200, issued(f"token of {who}"))
        for _time in range(3):
            assert token({**variables, "who": who}) == f"token of {who}"
    assert [one.json["auth"]["RAX-KSKEY:apiKeyCredentials"]["username"] for one in wire.sent] == ["one", "two"]
    assert token({**variables, "who": "one"}) == "token of one"


def test_variables_of_other_types(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    for _time in range(2):
        assert token({"rax_min_ttl": 0, "rax_validate_certs": True}, **login) == "first"
    assert len(_memo._results) == 1


def test_variable_that_an_option_overrides_is_not_templated(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    variables = {"rax_username": trust_as_template("{{ undefined_name }}")}
    for _time in range(2):
        assert token(variables, **login) == "first"
    with pytest.raises(AnsibleError, match="undefined_name"):
        token(variables, api_key=API_KEY, username=None)


def test_alias_overrides_the_variable_too(wire: FakeWire, login: dict[str, Any]) -> None:
    warm(wire, login)
    variables = {"rax_identity_url": trust_as_template("{{ undefined_name }}")}
    assert token(variables, auth_url="https://identity.api.rackspacecloud.com", **login) == "first"


def test_environment_is_another_lookup(wire: FakeWire, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    monkeypatch.setenv("RAX_TENANT_ID", "7")
    # Another process: this one has read its environment.
    process = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: process + 1)
    wire.respond(200, issued("second"))
    assert [token(**login) for _time in range(2)] == ["second"] * 2
    assert wire.only.json["auth"]["tenantId"] == "7"


def credentials_file(directory: Path, user: str) -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / "credentials.ini"
    path.write_text(f"[rackspace_cloud]\nusername = {user}\napi_key = {API_KEY}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_relative_paths_of_another_playbook_are_another_lookup(
    wire: FakeWire, login: dict[str, Any], tmp_path: Path
) -> None:
    options = {**login, "username": None, "api_key": None, "credentials_file": "credentials.ini"}
    for user in ("one", "two"):
        path = credentials_file(tmp_path / user, user)
        warm(wire, {**options, "credentials_file": str(path)}, user)
    for user in ("one", "two", "one"):
        assert run_lookup("rax_token", (), options, basedir=tmp_path / user) == [user]
    assert wire.sent == []


@pytest.mark.parametrize("is_link", [False, True])
def test_a_changed_credentials_file_is_another_lookup(
    wire: FakeWire, login: dict[str, Any], tmp_path: Path, is_link: bool
) -> None:
    path = credentials_file(tmp_path / "now", "one")
    options = {**login, "username": None, "api_key": None, "credentials_file": str(path)}
    if is_link:
        path = path.rename(tmp_path / "one.ini")
        Path(options["credentials_file"]).symlink_to(path)
    warm(wire, options, "first")
    assert token(**options) == token(**options) == "first"
    credentials_file(tmp_path / "then", "another").replace(path)
    warm(wire, options, "second")
    assert token(**options) == token(**options) == "second"
    path.unlink()
    with pytest.raises(AnsibleError, match="cannot be used: No such file or directory"):
        token(**options)
    assert wire.sent == []


def test_failures_are_not_stored(wire: FakeWire, login: dict[str, Any]) -> None:
    wire.respond(401, UNAUTHORIZED)
    for _time in range(2):
        with pytest.raises(AnsibleLookupError, match="unauthorized"):
            token(**login)
    assert len(wire.sent) == 1
    assert _memo._results == {}


def test_without_the_cache_nothing_is_stored(wire: FakeWire, login: dict[str, Any]) -> None:
    for name in ("first", "second"):
        wire.respond(200, issued(name))
        assert token(**login, cache=False) == name
    assert _memo._results == {}
