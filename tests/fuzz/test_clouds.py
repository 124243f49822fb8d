# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of the OpenStack client: whatever they hold is read or refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.rackspace.identity.plugins.module_utils._errors import MissingCredentialsError, OptionError
from ansible_collections.rackspace.identity.plugins.module_utils._session.credentials_file import read

_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS, lambda values: st.lists(values, max_size=3) | st.dictionaries(_SCALARS, values, max_size=3), max_leaves=8
)
_AUTH = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("username", "api_key", "password", "auth_url", "project_id", "tenant_name"), _VALUES)
)
_ENTRY = st.fixed_dictionaries(
    {"auth": _AUTH | _VALUES},
    optional={
        "profile": st.just("rackspace") | _VALUES,
        "auth_type": st.sampled_from(["rackspace_apikey", "password"]) | _VALUES,
        "region_name": _VALUES,
    },
)


@given(st.dictionaries(_SCALARS, _ENTRY | _VALUES, min_size=1, max_size=3) | _VALUES, st.booleans())
def test_any_clouds_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, clouds: object, is_named: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "clouds.yaml"
    path.write_text(yaml.safe_dump({"clouds": clouds}), encoding="utf-8")
    name = str(next(iter(clouds), "x")) if is_named and isinstance(clouds, dict) else None
    try:
        found = read(str(path), "Give credentials.", name)
    except (MissingCredentialsError, OptionError):
        return
    assert {type(value) for value in found.values.values()} <= {str, type(None)}
    assert found.is_rackspace or found.values["identity_url"]


@given(st.text("clouds: {}[]&*!'\"\n\t-ab", max_size=80))
def test_any_text_like_a_clouds_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "clouds.yml"
    path.write_text(f"clouds:{text}", encoding="utf-8")
    with suppress(MissingCredentialsError, OptionError):
        read(str(path), "Give credentials.")
