"""Everything that one run of a batch is told, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from huimou.batch.cost_report import Prices
from huimou.digest.session import DigestSettings
from huimou.errors import UsageError
from huimou.outputs.formats import DEFAULT

EngineName = Literal["local", "ray"]
_MOST_IN_HAND = 32  # reports; each takes a few MB while it is worked on


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a batch is run; it can be sent to another process.

    Args:
        digest: how digests are made: all that workers need to know.
        formats: what is written of each report beside its JSON.
        workers: processes that work on reports; 1 is this one.
        engine: `local` for processes of this machine, `ray` for a Ray cluster.
        ray_address: of the cluster; None starts one on this machine.
        record: folder to record every request and answer into.
        replay: folder to answer from, instead of a server; at most one of the two.
        anew: forget the answers that the output folder holds.
        part: the reports are some of the folder's, tried again or added: their useless answers are asked for anew, and
            what is written at the end is of all reports of the folder.
        prices: of tokens, for the bill.

    Raises:
        UsageError: settings that exclude each other.

    """

    digest: DigestSettings
    formats: tuple[str, ...] = DEFAULT
    workers: int = 1
    engine: EngineName = "local"
    ray_address: str | None = None
    record: Path | None = None
    replay: Path | None = None
    anew: bool = False
    part: bool = False
    prices: Prices | None = None

    def __post_init__(self) -> None:
        if self.record is not None and self.replay is not None:
            raise UsageError("recording and replaying exclude each other")
        if (self.workers > 1 or self.engine == "ray") and (self.record is not None or self.replay is not None):
            raise UsageError("recording and replaying work with one process only")

    @property
    def has_limit(self) -> bool:
        """Whether there is a limit of requests at once that the run may not exceed."""
        endpoint = self.digest.endpoint
        return endpoint.kind == "builtin" or endpoint.is_chosen("concurrency")

    def count_allowed_workers(self) -> int:
        """Workers that may run: where there is a limit of requests at once, each must have one of them."""
        return min(self.workers, self.digest.endpoint.concurrency) if self.has_limit else self.workers

    def count_parallel_reports(self, workers: int) -> int:
        """Reports in hand at once in each of so many workers: no server is to idle while one is read or written."""
        endpoint = self.digest.endpoint
        if self.has_limit:
            return min(2 + endpoint.concurrency * len(endpoint.each()) // (4 * workers), _MOST_IN_HAND)
        return max(2, _MOST_IN_HAND // (2 * workers))
