# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookups that have been made before: what they read, what they import, and when they are made again."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from ansible_collections.rackspace.identity.plugins.module_utils import _locate, _session, _usable_facts
from ansible_collections.rackspace.identity.plugins.module_utils._model import utc_now
from ansible_collections.rackspace.identity.plugins.module_utils._options import Context
from ansible_collections.rackspace.identity.plugins.module_utils._times import format_time
from ansible_collections.rackspace.identity.plugins.plugin_utils import _lookup, _memo
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.remembering import (
    API_KEY,
    NOON,
    UNAUTHORIZED,
    SetClock,
    files,
    issued,
    login_options,
)
from ansible_collections.rackspace.identity.tests.unit.plugins.module_utils.samples import FILES_TENANT, full_catalog

try:
    from ansible.template import trust_as_template
except ImportError:
    # ansible-core before 2.19 trusts every text.
    trust_as_template = str

FILES_DFW = f"https://storage101.dfw1.clouddrive.com/v1/{FILES_TENANT}"
DNS = "https://dns.api.rackspacecloud.com/v1.0/123456"
FACT = {
    "identity_url": "https://identity.api.rackspacecloud.com/v2.0",
    "username": "demoauthor",
    "tenant_id": "123456",
    "default_region": "DFW",
    "expires": format_time(NOON + timedelta(hours=1)),
    "endpoints": full_catalog(),
    "complete": True,
}
COLLECTIONS = Path(__file__).resolve().parents[7]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    made = SetClock(monkeypatch)
    monkeypatch.setattr(_locate, "utc_now", lambda: made.now)
    monkeypatch.setattr(_usable_facts, "time", made)
    return made


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing remembered of other tests, and nothing left for them."""
    monkeypatch.setattr(_memo, "_answers", {})
    monkeypatch.setattr(_memo, "_things", set())
    _lookup._environment.cache_clear()
    yield
    _lookup._environment.cache_clear()


@pytest.fixture
def login(tmp_path: Path) -> dict[str, str]:
    return {"username": "demoauthor", "api_key": API_KEY, "cache_dir": str(tmp_path / "cache")}


def lookup(name: str, *terms: Any, variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
    loader = DataLoader()
    templar = Templar(loader, variables=variables or {})
    plugin = lookup_loader.get(f"rackspace.identity.{name}", loader=loader, templar=templar)
    return list(plugin.run(list(terms), variables, **options))


def token(variables: dict[str, Any] | None = None, **options: Any) -> str:
    (value,) = lookup("rax_token", variables=variables, **options)
    return str(value)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened, in order."""
    names: list[str] = []
    open_low, open_high = os.open, builtins.open

    def low(path: Any, *others: Any, **named: Any) -> int:
        names.append(Path(path).name)
        return open_low(path, *others, **named)

    def high(file: Any, *others: Any, **named: Any) -> Any:
        if not isinstance(file, int):
            names.append(Path(file).name)
        return open_high(file, *others, **named)

    monkeypatch.setattr(os, "open", low)
    monkeypatch.setattr(builtins, "open", high)
    return names


def warm(wire: FakeWire, login: dict[str, str], token: str = "first") -> None:
    """Log in as another process would."""
    wire.answer(200, issued(token))
    _session.log_in({**login_options(""), **login, "renew": True}, Context())
    wire.sent.clear()


# What is remembered.


def test_recall_what_was_kept() -> None:
    values = [1]
    _memo.keep("key", values, lambda: True, None)
    values.append(2)
    recalled = _memo.recall("key")
    assert recalled == [1]
    recalled.append(3)
    assert _memo.recall("key") == [1]
    assert _memo.recall("other") is None


def test_recall_an_empty_answer() -> None:
    _memo.keep("key", [], lambda: True, None)
    assert _memo.recall("key") == []


def test_recall_only_what_is_good() -> None:
    good = [True]
    _memo.keep("key", [1], lambda: good[0], None)
    good[0] = False
    assert _memo.recall("key") is None


def test_keep_only_what_can_be_told_to_be_good() -> None:
    _memo.keep("key", [1], None, None)
    assert _memo.recall("key") is None


def test_keep_no_more_than_some() -> None:
    for number in range(2500):
        _memo.keep(number, [number], lambda: True, None)
        assert len(_memo._answers) <= 1000
        assert _memo.recall(number) == [number]


def test_keep_no_more_than_a_few_catalogs() -> None:
    class Large:
        pass

    seen: weakref.WeakSet[Large] = weakref.WeakSet()
    for number in range(100):
        large = Large()
        seen.add(large)
        for _time in range(3):
            _memo.keep((number, id(large)), [number], lambda: True, large)
            assert _memo.recall((number, id(large))) == [number]
        assert len(seen) <= 9
    assert len(_memo._things) <= 8


def test_few_catalogs_have_many_answers() -> None:
    catalogs = [object() for _number in range(3)]
    keys = [(number, index) for number in range(300) for index in range(3)]
    for number, index in keys:
        _memo.keep((number, index), [number], lambda: True, catalogs[index])
    assert all(_memo.recall(key) == [key[0]] for key in keys)


def test_what_a_key_names_stays() -> None:
    class Fact:
        pass

    fact = Fact()
    seen = weakref.ref(fact)
    _memo.keep(id(fact), [1], lambda: True, fact)
    del fact
    assert seen() is not None


# What is read.


def test_warm_lookup_reads_the_salt_and_one_file(wire: FakeWire, login: dict[str, str], opened: list[str]) -> None:
    warm(wire, login)
    (document,) = [name for name in files(Path(login["cache_dir"])) if name.endswith(".json")]
    # Ansible reads the documentation of a plugin once.
    for name, terms in (("rax_token", ["a term"]), ("rax_endpoint", [])):
        with pytest.raises(AnsibleError):
            lookup(name, *terms, **login)
    opened.clear()
    assert token(**login) == "first"
    assert opened == ["salt", document]
    opened.clear()
    assert lookup("rax_endpoint", "object-store", region="DFW", **login) == [FILES_DFW]
    assert opened == ["salt", document]
    assert wire.sent == []


def test_the_same_lookup_again_reads_nothing(wire: FakeWire, login: dict[str, str], opened: list[str]) -> None:
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


def test_facts_need_no_file_and_no_request(wire: FakeWire, login: dict[str, str], opened: list[str]) -> None:
    variables = {"ansible_facts": {"rax_identity": FACT}}
    assert lookup("rax_endpoint", "rax:dns", variables=variables, **login) == [DNS]
    opened.clear()
    assert lookup("rax_endpoint", "object-store", region="DFW", variables=variables, **login) == [FILES_DFW]
    assert opened == []
    assert wire.sent == []
    assert not Path(login["cache_dir"]).exists()


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
print(*sorted(own & {{"_connect", "_client", "_transport", "_session"}}))
"""


def test_warm_lookups_import_no_requests(wire: FakeWire, login: dict[str, str]) -> None:
    wire.answer(200, issued("first", utc_now() + timedelta(days=1)))
    _session.log_in({**login_options(""), **login}, Context())
    calls = [("rax_token", login), ("rax_endpoint", {**login, "type": "rax:dns"})]
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(root=str(COLLECTIONS)), json.dumps(calls)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["first", DNS, "", "_session"]


def test_token_is_told_to_ansible_each_time(
    wire: FakeWire, login: dict[str, str], monkeypatch: pytest.MonkeyPatch
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


def test_what_is_done_to_a_detail_is_nothing_to_the_next(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    for _time in range(3):
        (found,) = lookup("rax_endpoint", "rax:dns", detail=True, **login)
        assert (found["public_url"], found["version"]["id"]) == (DNS, None)
        found["public_url"] = found["version"]["id"] = "changed"


# When it is done again.


def test_another_process_has_renewed(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    warm(wire, login, "second")
    assert [token(**login) for _time in range(3)] == ["second"] * 3
    assert wire.sent == []


def test_another_process_has_revoked(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    _session.forget({**login_options(""), **login}, Context(), "first")
    wire.answer(200, issued("second"))
    assert [token(**login) for _time in range(3)] == ["second"] * 3


def test_it_has_expired(wire: FakeWire, login: dict[str, str], clock: SetClock) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    clock.move(days=1, seconds=-300)
    assert token(**login) == "first"
    clock.move(seconds=1)
    assert token(**login, min_ttl=0) == "first"
    wire.answer(200, issued("second", clock.now + timedelta(days=1)))
    assert [token(**login) for _time in range(3)] == ["second"] * 3


def test_other_options_are_another_lookup(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    for given in ({"api_key": "another"}, {"username": "another"}, {"tenant_id": "1"}):
        wire.answer(200, issued("second"))
        assert [token(**{**login, **given}) for _time in range(2)] == ["second"] * 2


def test_terms_and_options_are_different_things(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    assert [lookup("rax_endpoint", type="rax:dns", **login) for _time in range(2)] == [[DNS]] * 2
    with pytest.raises(AnsibleLookupError, match="no_endpoint"):
        lookup("rax_endpoint", ("type", "rax:dns"), **login)


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, 1.0)])
def test_values_that_are_only_equal_are_others(
    wire: FakeWire, login: dict[str, str], one: object, other: object
) -> None:
    warm(wire, login)
    for default in (one, other, one, other):
        (found,) = lookup("rax_endpoint", "nothing", on_missing="default", default=default, **login)
        # Ansible's own integers are subclasses.
        assert repr(found) == repr(default)


def test_arguments_that_cannot_be_compared(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    for default in ({"a": 1}, {"a": 2}, [1]):
        (found,) = lookup("rax_endpoint", "nothing", on_missing="default", default=default, **login)
        assert found == default
    assert _memo._answers == {}


def test_fact_that_has_changed(wire: FakeWire, login: dict[str, str]) -> None:
    other = [{**one, "public_url": "https://other.example.com"} for one in full_catalog()]
    for _time in range(2):
        for fact, url in (({**FACT}, DNS), ({**FACT, "endpoints": other}, "https://other.example.com")):
            variables = {"ansible_facts": {"rax_identity": fact}}
            assert lookup("rax_endpoint", "rax:dns", variables=variables, **login) == [url]
            assert lookup("rax_endpoint", "rax:dns", variables=variables, **login) == [url]
    assert wire.sent == []


def test_fact_that_expires(wire: FakeWire, login: dict[str, str], clock: SetClock) -> None:
    variables = {"ansible_facts": {"rax_identity": FACT}}
    for _time in range(2):
        assert lookup("rax_endpoint", "rax:dns", variables=variables, **login) == [DNS]
    clock.move(hours=1)
    wire.answer(200, issued())
    for _time in range(2):
        assert lookup("rax_endpoint", "rax:dns", variables=variables, **login) == [DNS]
    assert len(wire.sent) == 1


@pytest.mark.parametrize("facts", [None, {}, {"rax_identity": None}])
def test_no_fact(wire: FakeWire, login: dict[str, str], facts: Any) -> None:
    warm(wire, login)
    assert lookup("rax_endpoint", "rax:dns", variables={"ansible_facts": facts}, **login) == [DNS]


def test_templated_variables(wire: FakeWire, login: dict[str, str]) -> None:
    variables = {
        "rax_cache_dir": login["cache_dir"],
        "rax_username": trust_as_template("{{ who }}"),
        "rax_api_key": "k",
    }
    for who in ("one", "two"):
        wire.answer(200, issued(f"token of {who}"))
        for _time in range(3):
            assert token({**variables, "who": who}) == f"token of {who}"
    assert [one.json["auth"]["RAX-KSKEY:apiKeyCredentials"]["username"] for one in wire.sent] == ["one", "two"]
    assert token({**variables, "who": "one"}) == "token of one"


def test_variables_of_another_type(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    for _time in range(2):
        assert token({"rax_min_ttl": 0, "rax_validate_certs": True}, **login) == "first"
    assert len(_memo._answers) == 1


def test_variable_that_an_option_stands_for_is_not_looked_at(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    variables = {"rax_username": trust_as_template("{{ nobody_knows }}")}
    for _time in range(2):
        assert token(variables, **login) == "first"
    with pytest.raises(AnsibleError, match="nobody_knows"):
        token(variables, api_key=API_KEY, username=None)


def test_alias_stands_for_the_variable_too(wire: FakeWire, login: dict[str, str]) -> None:
    warm(wire, login)
    variables = {"rax_identity_url": trust_as_template("{{ nobody_knows }}")}
    assert token(variables, auth_url="https://identity.api.rackspacecloud.com", **login) == "first"


def test_environment_is_another_lookup(wire: FakeWire, login: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    warm(wire, login)
    assert [token(**login) for _time in range(3)] == ["first"] * 3
    monkeypatch.setenv("RAX_TENANT_ID", "7")
    # Another process: this one has read its environment.
    process = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: process + 1)
    wire.answer(200, issued("second"))
    assert [token(**login) for _time in range(2)] == ["second"] * 2
    assert wire.only.json["auth"]["tenantId"] == "7"


def test_failures_are_not_remembered_here(wire: FakeWire, login: dict[str, str]) -> None:
    wire.answer(401, UNAUTHORIZED)
    for _time in range(2):
        with pytest.raises(AnsibleLookupError, match="unauthorized"):
            token(**login)
    assert len(wire.sent) == 1
    assert _memo._answers == {}


def test_no_cache_remembers_nothing(wire: FakeWire, login: dict[str, str]) -> None:
    for name in ("first", "second"):
        wire.answer(200, issued(name))
        assert token(**login, cache=False) == name
    assert _memo._answers == {}
