"""The served folder with all that the paths of the service work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from huimou.service.jobs import JobQueue
from huimou.service.output_folder import OutputFolder
from huimou.service.settings import ServiceSettings
from huimou.service.shared_store import SharedStore


@dataclass(frozen=True, slots=True)
class ServedFolder:
    """The folder that a service serves.

    Args:
        settings: what the service allows.
        folder: the files in it.
        store: its database, which is open only while it is written.
        jobs: uploaded reports.
        writing: held while a person's remarks are kept or written into files, so that one follows the other.

    """

    settings: ServiceSettings
    folder: OutputFolder
    store: SharedStore
    jobs: JobQueue
    writing: Lock = field(default_factory=Lock)
