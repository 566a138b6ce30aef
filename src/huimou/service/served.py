"""What the paths of a service work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from huimou.service.jobs import JobQueue
from huimou.service.settings import ServiceSettings
from huimou.service.shared import SharedLedger
from huimou.service.shelf import OutputFolder


@dataclass(frozen=True, slots=True)
class ServedFolder:
    """One folder: what lies in it, its store, what is uploaded to it; `writing` lets one write at a time."""

    settings: ServiceSettings
    shelf: OutputFolder
    shared: SharedLedger
    jobs: JobQueue
    writing: Lock = field(default_factory=Lock)
