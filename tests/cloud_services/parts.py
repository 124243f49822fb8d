# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all services of one process share, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from identity_service.clock import Clock
from identity_service.fault_queue import FaultQueue

from cloud_services.identity import IdentityClient
from cloud_services.journal import Journal
from cloud_services.settings import Settings


@dataclass
class Parts:
    """The identity service, the journal, the faults, the settings, the clock, and the origin of each service.

    attachments: of volumes to servers, by volume; both services tell of them.
    """

    identity: IdentityClient
    journal: Journal = field(default_factory=Journal)
    faults: FaultQueue = field(default_factory=FaultQueue)
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)
    origins: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, dict[str, Any]] = field(default_factory=dict)

    def change_settings(self, values: dict[str, Any]) -> Settings:
        """Replace some settings. Raises ValueError, which names what is wrong, and then changes nothing."""
        self.settings = self.settings.changed(values)
        return self.settings

    def reset(self) -> None:
        """Restore the initial state, except for the data of the services."""
        self.journal.reset()
        self.faults.clear()
        self.clock.reset()
        self.attachments.clear()
        self.settings = Settings()
