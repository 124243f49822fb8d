# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong values at every place of the model: a result that every reader can encode, or invalid_response."""

from __future__ import annotations

import contextlib
import encodings.aliases
from datetime import datetime, timezone

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._api import xml_codec
from ansible_collections.rackspace.identity.plugins.module_utils._api.media_types import read_fault
from ansible_collections.rackspace.identity.plugins.module_utils._errors import DecodeError
from ansible_collections.rackspace.identity.tests.faults.drive import shown_text
from ansible_collections.rackspace.identity.tests.faults.fault import RESULT
from ansible_collections.rackspace.identity.tests.faults.wrong_types import SAMPLES, VALUES, outcomes

CASES = [(subject, sample) for subject, samples in SAMPLES.items() for sample in samples]
CASES += [(subject.replace("json", "xml"), sample) for subject, sample in CASES]


@pytest.mark.parametrize(("subject_name", "sample"), CASES)
def test_wrong_value_in_a_response(subject_name: str, sample: str) -> None:
    """Replace each node of a good response."""
    found = outcomes(subject_name, sample)
    assert len(found) > 25
    wrong = {
        name: (kind, problem, text[-1500:])
        for name, (kind, problem, text) in found.items()
        if problem or kind not in (RESULT, "invalid_response")
    }
    assert wrong == {}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize(
    "fault",
    [
        "%s",
        '{"fault": %s}',
        '{"message": %s}',
        '{"fault": {"message": %s}}',
        '{"fault": {"details": %s}}',
        '{"fault": {"retryAfter": %s}}',
        '{"fault": {"retryAt": %s}}',
        '{"a": %s, "fault": {"message": "b"}}',
    ],
)
def test_wrong_value_in_a_fault(fault: str, value: str) -> None:
    """Read a fault with a value that does not belong there."""
    read = read_fault((fault % value).encode(), datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert all(part is None or isinstance(part, str) for part in read[:3])
    assert read.retry_after is None or read.retry_after >= 0
    assert "traceback" not in str(shown_text(list(read)))


@pytest.mark.parametrize("name", sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "idna"}))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_xml_that_declares_any_encoding_of_python(name: str) -> None:
    """Load XML in an encoding that may be none of text."""
    body = f'<?xml version="1.0" encoding="{name}"?><access a="b"/>'.encode()
    with contextlib.suppress(DecodeError):
        assert xml_codec.load(body)
