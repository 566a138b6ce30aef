"""The messages between the main process and a worker, and the pipe that carries them as pickles.

A worker also sends the events of `batch.events` and `model.events` as they are. Both ends are the same installation,
and nobody else has the pipe.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from huimou.batch.planning import PlannedReport
from huimou.digest.session import DigestSettings
from huimou.errors import HuimouError
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.store.stamps import Stamp


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """First message to a worker.

    Args:
        settings: how digests are made.
        out: folder of the outputs.
        store: file of the answers.
        parallel: reports in hand at once.
        formats: what is written of each report beside its JSON.

    """

    settings: DigestSettings
    out: Path
    store: Path
    parallel: int
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """To a worker: work on this report."""

    report: PlannedReport


@dataclass(frozen=True, slots=True)
class Stop:
    """To a worker: begin no further question."""


@dataclass(frozen=True, slots=True)
class End:
    """Last message to a worker: end when nothing is in hand."""


@dataclass(frozen=True, slots=True)
class Ready:
    """From a worker: it has begun."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """From a worker: how its client asks, as `Client.describe_settings()` says it, once its client is open."""

    served: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UsageMessage:
    """From a worker: what its calls have cost since it began, by stage and question."""

    by_part: Mapping[CostPart, Usage]


@dataclass(frozen=True, slots=True)
class ReportDone:
    """From a worker: a report is written, or failed."""

    source: Stamp
    result: ReportResult


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """From a worker: what ends the whole batch."""

    error: HuimouError


class MessagePipe:
    """One end of the pipe; any thread may send, one receives."""

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self._reading, self._writing = reading, writing
        self._lock = Lock()

    def send(self, message: object) -> None:
        """Send a message.

        Raises:
            OSError: the other end is gone.

        """
        data = pickle.dumps(message)
        with self._lock:
            self._writing.write(data)
            self._writing.flush()

    def receive(self) -> Iterator[Any]:
        """The messages of the other end, until it is gone."""
        while True:
            try:
                yield pickle.load(self._reading)  # noqa: S301 (see above)
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # closed, or torn where the other end died
                return

    def close(self) -> None:
        """Close this end."""
        for file in (self._writing, self._reading):
            try:
                file.close()
            except OSError:  # what was left to be written has nobody to go to
                continue
