# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide for those who come from the former modules says of each option, variable and module what is so here."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._errors import OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._options import REQUEST, SHARED, check_former
from ansible_collections.rackspace.identity.plugins.module_utils._session import credentials_file

GUIDE = (Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "migration_guide.rst").read_text(encoding="utf-8")
OPTIONS = {name: option for option in (*SHARED, *REQUEST) for name in (option.name, *option.aliases)}
ENVIRONMENT = {name for option in SHARED for name in option.env}
VARIABLES = {option.var for option in SHARED}

FORMER_OPTIONS = {
    *("api_key", "password", "auth_endpoint", "credentials", "creds_file", "env", "identity_type", "region"),
    *("tenant_id", "tenant_name", "username", "validate_certs", "verify_ssl"),
}
FORMER_MODULES = {
    *("rax", "rax_cbs", "rax_cbs_attachments", "rax_cdb", "rax_cdb_database", "rax_cdb_user", "rax_clb"),
    *("rax_clb_nodes", "rax_clb_ssl", "rax_dns", "rax_dns_record", "rax_facts", "rax_files", "rax_files_objects"),
    *("rax_identity", "rax_keypair", "rax_meta", "rax_mon_alarm", "rax_mon_check", "rax_mon_entity"),
    *("rax_mon_notification", "rax_mon_notification_plan", "rax_network", "rax_queue", "rax_scaling_group"),
    "rax_scaling_policy",
}
PYRAX_SETTINGS = {
    *("auth_endpoint", "custom_user_agent", "debug", "encoding", "http_debug", "identity_type", "keyring_username"),
    *("region", "tenant_id", "tenant_name", "use_servicenet", "verify_ssl"),
}


def section(title: str) -> str:
    """Return the text between a title and the next one."""
    _before, _title, rest = GUIDE.partition(f"\n{title}\n{'-' * len(title)}\n")
    assert rest, title
    return re.split(r"\n[^\n]+\n-{4,}\n", rest)[0]


def rows(title: str) -> list[list[str]]:
    """Return the rows of the first table of a section, without its header."""
    table = re.search(r"\.\. list-table::\n   :header-rows: 1\n\n((?:   .*\n)+)", section(title))
    assert table
    found = re.split(r"^   \* - ", table[1], flags=re.MULTILINE)[2:]
    return [[" ".join(cell.split()) for cell in re.split(r"^     -", row, flags=re.MULTILINE)] for row in found]


def literals(text: str) -> list[str]:
    return re.findall(r"``([^`]+)``", text)


OPTION_ROWS = [(name, row[1]) for row in rows("Options of all modules") for name in literals(row[0])]
VARIABLE_ROWS = [(name, row[2]) for row in rows("Environment variables") for name in literals(row[0])]


def test_each_former_option_has_a_row() -> None:
    assert {name for name, _here in OPTION_ROWS} == FORMER_OPTIONS


@pytest.mark.parametrize(("name", "here"), OPTION_ROWS)
def test_former_option_is_what_the_guide_says(name: str, here: str) -> None:
    if here == "None":
        assert name not in OPTIONS
        with pytest.raises(OptionError, match=f"^{name} was an option of the former"):
            check_former([name])
        return
    check_former([name])
    successors = {OPTIONS[literal].name for literal in literals(here)}
    # The one whose name means something else now.
    assert OPTIONS["api_key" if name == "password" else name].name in successors


@pytest.mark.parametrize(("name", "here"), VARIABLE_ROWS)
def test_environment_variable_is_what_the_guide_says(name: str, here: str) -> None:
    is_read = here == "Unchanged" or name == "RAX_REGION"
    assert (name in ENVIRONMENT) is is_read
    named = {literal for literal in literals(here) if literal.startswith("RAX_")}
    assert named <= ENVIRONMENT


def test_each_setting_of_pyrax_has_a_row_with_variables_that_exist() -> None:
    settings = rows("The configuration file of pyrax")
    assert {name for row in settings for name in literals(row[0])} == PYRAX_SETTINGS
    assert {name for row in settings for name in literals(row[2])} <= {*ENVIRONMENT, *VARIABLES}


def test_each_former_module_has_a_row() -> None:
    names = [name for row in rows("Which module is replaced by what") for name in literals(row[0])]
    assert sorted(names) == sorted(FORMER_MODULES)


def test_each_former_module_stands_at_the_task_that_replaces_it() -> None:
    named = {name for line in re.findall(r"^ +# (rax.*)$", GUIDE, re.MULTILINE) for name in re.findall(r"rax\w*", line)}
    # The login has a section of its own.
    assert named == FORMER_MODULES - {"rax_identity"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("production", ("demoauthor", None, "ORD")),
        ("london", ("demouser", "https://lon.identity.api.rackspacecloud.com/v2.0", "LON")),
    ],
)
def test_entries_in_place_of_sections_are_read(
    tmp_path: Path, entry: str, expected: tuple[str, str | None, str]
) -> None:
    block = re.search(r"\.\. code-block:: yaml\n\n((?: .*\n|\n)+)", section("The configuration file of pyrax"))
    assert block
    path = tmp_path / "clouds.yaml"
    path.write_text(textwrap.dedent(block[1]), encoding="utf-8")
    values = credentials_file.read(str(path), "", entry).values
    assert (values["username"], values["identity_url"], values["default_region"]) == expected
    assert values["api_key"]
