"""The served folder with all that the paths of the service work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock

from huimou.service.access.attempts import Attempts
from huimou.service.jobs import JobQueue
from huimou.service.output_folder import OutputFolder
from huimou.service.settings import ServiceSettings
from huimou.service.shared_store import SharedStore

_MOST_STREAMS = 100


@dataclass(frozen=True, slots=True)
class ServedFolder:
    """The folder that a service serves.

    Args:
        settings: what the service allows.
        folder: the files in it.
        store: its database, which is open only while it is written.
        jobs: uploaded reports.
        attempts: wrong tokens that came.
        streams: event streams that may be open at once.
        writing: held while a person's remarks are kept or written into files, so that one follows the other.

    """

    settings: ServiceSettings
    folder: OutputFolder
    store: SharedStore
    jobs: JobQueue
    attempts: Attempts
    streams: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_MOST_STREAMS))
    writing: Lock = field(default_factory=Lock)
