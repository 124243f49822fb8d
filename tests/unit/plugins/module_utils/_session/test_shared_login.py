# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Controllers with token caches of their own that share a store."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._operations import token_revoke
from ansible_collections.rackspace.identity.plugins.module_utils._session.caching import forget_everywhere
from ansible_collections.rackspace.identity.plugins.module_utils._session.fact_access import FactAccess
from ansible_collections.rackspace.identity.plugins.module_utils._session.shared_login import SharedLogin
from ansible_collections.rackspace.identity.plugins.module_utils._settings import CacheSettings, Context
from ansible_collections.rackspace.identity.tests.unit.support.cached_logins import BASE, URL
from ansible_collections.rackspace.identity.tests.unit.support.caching import (
    API_KEY,
    MFA,
    PASSWORD,
    PIN,
    SECOND_STEP,
    UNAUTHORIZED,
    Task,
    by_password,
    files,
    issued,
    refuse,
)
from ansible_collections.rackspace.identity.tests.unit.support.fake_clock import NOON, FakeClock
from ansible_collections.rackspace.identity.tests.unit.support.fake_wire import FakeWire
from ansible_collections.rackspace.identity.tests.unit.support.stores import MemoryStore

pytestmark = pytest.mark.usefixtures("clock")

SHARED: dict[str, Any] = {"cache_plugin": "community.general.redis"}
WARNING = (
    "Tokens are not shared with other controllers: Connection refused. Check cache_plugin, cache_plugin_connection."
)
COLLECTIONS = Path(__file__).resolve().parents[8]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def controllers(tmp_path: Path, store: MemoryStore) -> tuple[Task, Task]:
    """Return two controllers, each with a cache of its own."""
    both = Task(tmp_path / "one"), Task(tmp_path / "two")
    for one in both:
        one.store = store
    return both


@pytest.mark.parametrize("way", [{}, by_password(), {"api_key": None, "token": "mine", "tenant_id": "1"}])
def test_second_controller_takes_the_token_of_the_first(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, way: dict[str, Any]
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    assert (one.token(**SHARED, **way), one.warnings) == ("first", [])
    login = two.login(**SHARED, **way)
    assert (login.access.token.id, login.cached, two.warnings) == ("first", True, [])
    assert [how for how, _name in store.uses] == ["get", "set", "get"]
    assert list(login.access.services[0].endpoints)
    # From then on, each has it in its own cache, and the store is not asked.
    assert (one.token(**SHARED, **way), two.token(**SHARED, **way)) == ("first", "first")
    assert (len(store.uses), len(wire.sent)) == (3, 1)


def test_store_is_not_used_unless_it_is_asked_for(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    wire.respond(200, issued())
    wire.respond(200, issued("second"))
    assert (controllers[0].token(), controllers[1].token(cache=False, **SHARED)) == ("first", "second")
    assert store.uses == []


OTHERS: dict[str, dict[str, Any]] = {
    "another key": {"api_key": "another"},
    "another user": {"username": "another"},
    "another tenant": {"tenant_id": "1"},
    "another service": {"identity_url": "https://lon.identity.api.rackspacecloud.com"},
    "unverified": {"validate_certs": False},
}


@pytest.mark.parametrize("other", OTHERS)
def test_another_login_has_another_entry(wire: FakeWire, controllers: tuple[Task, Task], other: str) -> None:
    wire.respond(200, issued())
    wire.respond(200, issued("second"))
    assert controllers[0].token(**SHARED) == "first"
    assert controllers[1].token(**SHARED, **OTHERS[other]) == "second"


def test_another_verification_has_another_entry(controllers: tuple[Task, Task], store: MemoryStore) -> None:
    names = {SharedLogin(store, URL, BASE, verify, Context()).name for verify in (True, False, "/ca1.pem", "/ca2.pem")}
    assert len(names) == 4


def test_a_password_that_is_also_a_key_is_another_login(wire: FakeWire, controllers: tuple[Task, Task]) -> None:
    wire.respond(200, issued())
    wire.respond(200, issued("second"))
    assert controllers[0].token(**SHARED) == "first"
    assert controllers[1].token(**SHARED, **by_password(password=API_KEY)) == "second"


@pytest.mark.parametrize("other", ["another tenant", "unverified"])
def test_an_entry_that_someone_moved_to_another_place_is_not_used(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, other: str
) -> None:
    one, two = controllers
    for token in ("first", "second", "third"):
        wire.respond(200, issued(token))
    assert one.token(**SHARED, **OTHERS[other]) == "first"
    [moved] = store.texts.values()
    assert one.token(**SHARED) == "second"
    store.texts.update(dict.fromkeys(store.texts, moved))
    assert (two.token(**SHARED), two.warnings) == ("third", [])


@pytest.mark.parametrize("way", [{}, by_password()])
def test_a_stolen_store_says_nothing(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, way: dict[str, Any]
) -> None:
    wire.respond(200, issued("a token to steal"))
    controllers[0].login(**SHARED, **way)
    (name, text), *others = store.texts.items()
    assert (others, len(name), set(name) <= set("0123456789abcdef")) == ([], 64, True)
    stolen = f"{name} {text}"
    for secret in ("a token to steal", API_KEY, PASSWORD, PIN, "demoauthor", "identity.api", "compute"):
        assert secret not in stolen
        assert hashlib.sha256(secret.encode()).hexdigest() not in stolen


def tampered(change: Callable[[str], str]) -> Callable[[MemoryStore, str], None]:
    def tamper(store: MemoryStore, _other: str) -> None:
        store.texts = {name: change(text) for name, text in store.texts.items()}

    return tamper


def of_another(store: MemoryStore, other: str) -> None:
    store.texts = dict.fromkeys(store.texts, other)


TAMPERED: dict[str, Callable[[MemoryStore, str], None]] = {
    "empty": tampered(lambda _text: ""),
    "cut": tampered(lambda text: text[:-5]),
    "a character more": tampered(lambda text: "A" + text),
    "another character": tampered(lambda text: text[:60] + ("A" if text[60] != "A" else "B") + text[61:]),
    "not ASCII": tampered(lambda text: "\u00e9" + text),
    "in clear": tampered(lambda _text: '{"token": {"id": "forged"}}'),
    "of another login": of_another,
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampered_entries_are_replaced(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, how: str
) -> None:
    one, two = controllers
    wire.respond(200, issued("other"))
    one.login(**SHARED, username="another")
    other = store.texts.popitem()[1]
    wire.respond(200, issued())
    one.login(**SHARED)
    TAMPERED[how](store, other)
    wire.respond(200, issued("second"))
    assert (two.token(**SHARED), two.warnings) == ("second", [])
    assert two.store
    wire.respond(200, issued("never asked for"))
    assert Task.token(_third(two), **SHARED) == "second"
    wire.pending.clear()


def _third(two: Task) -> Task:
    third = Task(two.directory.parent / "three")
    third.store = two.store
    return third


def test_token_that_lives_too_short_is_renewed(
    wire: FakeWire, controllers: tuple[Task, Task], clock: FakeClock
) -> None:
    one, two = controllers
    wire.respond(200, issued("first", NOON + timedelta(seconds=300)))
    one.login(**SHARED)
    assert two.token(**SHARED) == "first"
    clock.move(seconds=1)
    wire.respond(200, issued("second"))
    assert two.token(**SHARED) == "second"
    assert one.token(**SHARED) == "second"


def test_clock_of_the_other_controller_may_be_ahead(
    wire: FakeWire, controllers: tuple[Task, Task], clock: FakeClock
) -> None:
    one, two = controllers
    wire.respond(200, issued("first", NOON + timedelta(days=1)))
    one.login(**SHARED)
    clock.move(hours=-1)
    login = two.login(**SHARED)
    assert (login.access.token.id, login.stored) == ("first", (NOON - timedelta(hours=1)).timestamp())
    assert two.token(**SHARED) == "first"


def test_age_of_a_token_is_that_of_its_login(wire: FakeWire, controllers: tuple[Task, Task], clock: FakeClock) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    clock.move(hours=1)
    for _number in range(2):
        # Also when it is read from the own cache.
        assert two.login(**SHARED).stored == NOON.timestamp()


def test_renew_replaces_the_shared_token(wire: FakeWire, controllers: tuple[Task, Task]) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    wire.respond(200, issued("second"))
    assert one.token(**SHARED, renew=True) == "second"
    assert two.token(**SHARED) == "second"


def test_token_that_the_service_rejects_is_replaced_in_the_store(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    assert two.token(**SHARED) == "first"
    wire.respond(200, issued("second"))
    assert two.provider(**SHARED).replace_token("first") == "second"
    # The first one still has the old one in its cache, and finds the new one in the store.
    assert one.provider(**SHARED).replace_token("first") == "second"
    assert (len(wire.sent), len(store.texts)) == (2, 1)


def test_refused_login_has_no_entry(wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    wire.respond(401, UNAUTHORIZED)
    assert two.fails(**SHARED, renew=True).kind == "unauthorized"
    assert store.texts == {}


def test_other_refusals_leave_the_entry(wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    wire.respond(503)
    assert two.fails(**SHARED, renew=True, retries=0).kind == "service_unavailable"
    assert len(store.texts) == 1


def test_revoked_token_leaves_the_store(wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    wire.respond(204)
    assert one.run(token_revoke, **SHARED)["revoked"]
    assert store.texts == {}
    wire.respond(200, issued("second"))
    assert two.token(**SHARED) == "second"


@pytest.mark.parametrize("login", [True, False])
def test_token_that_came_from_the_store_is_removed_there(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, login: bool
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    two.login(**SHARED)
    if login:
        two.provider(**SHARED).forget_token("first")
    else:
        # Whichever login it belongs to.
        forget_everywhere(two.settings(username=None, api_key=None, **SHARED), two.context(), "first")
    assert (store.texts, two.provider(**SHARED).cached_tokens()) == ({}, [])


@pytest.mark.parametrize("check_mode", [True, False])
def test_token_of_the_store_is_revoked_where_files_cannot_be_used_but_not_in_check_mode(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, check_mode: bool
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    two.directory.mkdir()
    two.directory.chmod(0o755)
    wire.respond(*((200, issued()) if check_mode else (204,)))
    assert two.run(token_revoke, check_mode, **SHARED) == {"changed": True, "revoked": not check_mode}
    assert len(store.texts) == check_mode


def test_login_of_a_fact_that_has_ended_leaves_the_store(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    one, _two = controllers
    wire.respond(200, issued())
    login = one.login(**SHARED)
    fact: dict[str, Any] = {"identity_url": login.identity_url}
    fact["login_ref"] = login.make_reference(fact)
    FactAccess(one.settings(username=None, api_key=None, **SHARED), one.context(), fact).forget_token("first")
    assert store.texts == {}


def test_module_reports_what_its_action_removes(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    one, _two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    ended: list[str] = []
    forget_everywhere(one.settings(**SHARED), Context(report_ended=ended.append), "first")
    assert ended == list(store.texts)


@pytest.mark.parametrize("fails_from", [0, 1, 2])
def test_store_that_fails_is_one_warning(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, fails_from: int
) -> None:
    one, _two = controllers
    store.fails_from = fails_from
    wire.respond(200, issued())
    assert one.token(**SHARED) == "first"
    assert one.warnings == [WARNING] * (fails_from < 2)
    assert one.token(**SHARED) == "first"
    assert one.warnings == [WARNING] * (fails_from < 2)


def test_without_its_library_nothing_is_shared(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    wire.respond(200, issued())
    assert controllers[0].token(**SHARED) == "first"
    (warning,) = controllers[0].warnings
    assert "the Python library cryptography is missing" in warning
    assert store.texts == {}


def test_without_scrypt_no_password_is_shared(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(hashlib, "scrypt")
    wire.respond(200, issued())
    assert controllers[0].token(**SHARED, **by_password()) == "first"
    assert "this Python lacks scrypt, which protects the password" in controllers[0].warnings[-1]
    assert store.texts == {}


def test_without_a_cache_that_can_be_used_the_store_serves_all_the_same(
    wire: FakeWire, controllers: tuple[Task, Task]
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    two.directory.write_text("in the way", encoding="utf-8")
    assert two.token(**SHARED) == "first"
    assert len(wire.sent) == 1


def test_where_files_cannot_be_locked_the_store_serves_all_the_same(
    wire: FakeWire, controllers: tuple[Task, Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)

    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    assert two.token(**SHARED) == "first"
    assert len(wire.sent) == 1


def test_second_step_with_a_passcode_is_not_shared(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    one, _two = controllers
    refuse(wire, "mfa_required")
    assert one.fails(**SHARED, **by_password()).kind == "mfa_required"
    wire.respond(200, issued())
    assert one.token(**SHARED, **SECOND_STEP) == "first"
    # But this controller has it for that password.
    assert one.token(**SHARED, **by_password()) == "first"
    assert store.texts == {}
    assert MFA


def test_what_is_in_the_own_cache_loads_nothing(
    wire: FakeWire, controllers: tuple[Task, Task], store: MemoryStore
) -> None:
    one, _two = controllers
    wire.respond(200, issued())
    one.login(**SHARED)
    program = f"""
import sys
sys.path.insert(0, {str(COLLECTIONS)!r})
from ansible_collections.rackspace.identity.tests.unit.support.caching import Task
from pathlib import Path
import ansible_collections.rackspace.identity.plugins.module_utils._clock as clock
from datetime import datetime
clock.now = lambda: datetime.fromisoformat({NOON.isoformat()!r})
before = set(sys.modules)
assert Task(Path({str(one.directory)!r})).token(cache_plugin="x") == "first"
print(sorted(name for name in set(sys.modules) - before if name.startswith(("cryptography", "redis"))))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ended.stdout == "[]\n"
    assert files(one.directory)


def test_settings_show_no_connection() -> None:
    settings = CacheSettings(True, None, 300, "redis", "host:6379:0:s3cret")
    assert repr(settings) == "CacheSettings(cache=True, cache_dir=None, cache_plugin='redis')"
