# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that the web layer works with, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field

from identity_service.fault_queue import FaultQueue
from identity_service.journal import Journal
from identity_service.representations import WireFormats, wire_formats
from identity_service.store import Store


@dataclass(frozen=True)
class Parts:
    """The store, the journal and the faults of one running service."""

    store: Store = field(default_factory=Store)
    journal: Journal = field(default_factory=Journal)
    faults: FaultQueue = field(default_factory=FaultQueue)

    @property
    def wire_formats(self) -> WireFormats:
        """The wire formats according to the current settings."""
        return wire_formats(self.store.settings.xml_style())

    def reset(self) -> None:
        """Restore the initial state."""
        self.store.reset()
        self.journal.reset()
        self.faults.clear()
