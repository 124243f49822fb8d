# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run in this process, as Ansible runs them in one of their own."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:
    # ansible-core before 2.19.
    patch_module_args = None

_FROM_ANSIBLE: dict[str, Any] = {"_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}
if "inject_invocation" in PASS_VARS:
    # From ansible-core 2.20 on, Ansible says whether it wants to see the arguments in the result.
    _FROM_ANSIBLE["_ansible_inject_invocation"] = True


@contextlib.contextmanager
def _given(arguments: dict[str, Any]) -> Iterator[None]:
    if patch_module_args:
        with patch_module_args(arguments):
            yield
        return
    encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    with mock.patch.object(basic, "_ANSIBLE_ARGS", encoded):
        yield


def run(main: Callable[[], None], **arguments: Any) -> dict[str, Any]:
    """Return the result of a module; `exit_code` is the process's."""
    printed = io.StringIO()
    with _given({**_FROM_ANSIBLE, **arguments}):
        with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
            main()
    result = json.loads(printed.getvalue())
    # From ansible-core 2.22 on, modules tell Ansible here what to mask in the output, and Ansible does not show it.
    result.pop("_ansible_new_secrets", None)
    return {**result, "exit_code": ended.value.code}
