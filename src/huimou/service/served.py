"""What the paths of a service work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from huimou.service.jobs import Jobs
from huimou.service.settings import Settings
from huimou.service.shared import SharedLedger
from huimou.service.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Served:
    """One folder: what lies in it, its ledger, what is uploaded to it; `writing` lets one write at a time."""

    settings: Settings
    shelf: Shelf
    shared: SharedLedger
    jobs: Jobs
    writing: Lock = field(default_factory=Lock)
