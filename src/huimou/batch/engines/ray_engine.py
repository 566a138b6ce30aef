"""The engine that spreads reports over a Ray cluster with Ray Data: a report is a row, an actor works on one row.

The main process runs on a node of the cluster and owns folder, store and journal. Workers share no disk with it:
inputs and answers go through a `StoreActor` beside it, and outputs come back as rows, which it writes. Ray tries
the row of a worker that died once more; what is missing in the end has killed two workers.

Of Ray Data 2.60: left alone `map_batches` tries the row of a dead actor without end (as its source says), and
`max_errored_blocks` -1 leaves out rows that were given up (as it was run). Only one row is in flight at an actor, so
that its death costs no other a try.
"""

from __future__ import annotations

import logging
import math
import os
import pickle
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from huimou import __version__
from huimou.batch.engines.event_collector import EventCollector
from huimou.batch.engines.signals import keep_handlers
from huimou.batch.engines.store_actor import RemoteStore, StoreActor
from huimou.batch.engines.worker_events import WorkerEvents
from huimou.batch.events import Emit, ReportStarted, Warned
from huimou.batch.planning import PlannedReport
from huimou.batch.report_run import DIED_TWICE, ReportRun, build_failure, digest_file, write_report
from huimou.digest.session import ClientSession, DigestSettings
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError, InputError, UsageError
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Document, Usage
from huimou.outputs.formats import ALWAYS
from huimou.settings import Share
from huimou.store.stamps import Stamp

_POLL_SECONDS = 0.2
_STORE_ACTOR_THREADS = 32
_CORES = 0.25  # of an actor, for Ray's bookkeeping: it mostly waits for the model
# Ray tells much that is for its makers; what becomes of each report is told here.
_QUIET = {"RAY_DATA_LOG_LEVEL": "CRITICAL", "RAY_BACKEND_LOG_LEVEL": "fatal"}


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How reports are spread.

    Args:
        out: folder of the outputs.
        store: that this process owns.
        workers: actors, each with one report in hand.
        address: of a running cluster, as `ray.init` takes it; None starts one on this machine, for this run.
        formats: what is written of each report beside its JSON.

    """

    out: Path
    store: Path
    workers: int
    address: str | None = None
    formats: tuple[str, ...] = ALWAYS


class RayEngine:
    """The engine of a Ray cluster.

    Args:
        options: how reports are spread.
        serve: gives the settings when there is a report to work on, so that a server is started no sooner.
        emit: told how it goes, now and then.
        served: told once how the servers are asked, as `Client.served` says it.

    Raises:
        UsageError: Ray is not installed, or the address is of its client, which is no node.

    """

    def __init__(
        self,
        options: ClusterOptions,
        serve: Callable[[], DigestSettings],
        emit: Emit,
        served: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> None:
        if options.address and options.address.startswith("ray://"):
            raise UsageError(f"{options.address} is no node of the cluster", "run huimou on a node, with its host:port")
        self._options, self._serve = options, serve
        self._emit = emit
        self._collector = EventCollector(emit, served)
        self._ray: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ray is not None:
            self._ray.shutdown()  # ends its actors, and the cluster if it was started here

    def stop(self) -> None:
        """Do nothing: what is in flight ends with the actors, since nobody waits for rows any longer."""

    def usage_by_part(self) -> dict[CostPart, Usage]:
        """What the calls of all workers have cost, as far as they told."""
        return self._collector.usage_by_part()

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """Results in the order in which reports are done.

        Raises:
            HuimouError: a worker met with what ends the whole batch, or Ray cannot be used.

        """
        if not reports:
            return
        ray = self._ray = _start_ray(self._options)
        store_actor = _start_store_actor(ray, self._options.store)
        settings = self._serve()
        many = min(self._options.workers, len(reports))
        # Every actor's share is the smallest: Ray tells none which of them it is.
        settings = replace(settings, endpoint=replace(settings.endpoint, share=Share(many - 1, many)))
        by_name = {report.name: report for report in reports}
        stamps = {report.name: Stamp.of(report.path, read=True) for report in reports}
        rows = [pickle.dumps(replace(report, path=report.path.absolute())) for report in reports]
        with _collect_events(ray, store_actor, self._collector):
            for row in _map_rows(rows, many, (settings, store_actor, self._options.out)):
                made = pickle.loads(row)  # noqa: S301 (of this program's own actors)
                if isinstance(made, HuimouError):
                    raise made
                report = by_name.pop(made.result.name, None)
                if report is not None:
                    yield (
                        stamps[report.name],
                        write_report(
                            self._options.out, made, self._options.formats, lambda line: self._emit(Warned(line))
                        ),
                    )
        for report in by_name.values():
            yield stamps[report.name], build_failure(report.path, report.name, DIED_TWICE, time.monotonic())


class ReportActor:
    """Makes the digests of rows in a Ray worker.

    Args:
        settings: how they are made.
        store_actor: the actor handle of the `StoreActor`.
        out: folder of the outputs, named in messages only.
        version: of huimou at the main process.

    """

    def __init__(self, settings: DigestSettings, store_actor: Any, out: Path, version: str) -> None:
        self._store_actor, self._out = store_actor, out
        self._me = uuid.uuid4().hex
        self._wrong = "" if version == __version__ else f"huimou {__version__} on a node, {version} at the main process"
        self._events = WorkerEvents(self._send)
        self._session = ClientSession(
            settings, self._events.note, answers=RemoteStore(self._call), opened=self._events.client_opened
        )

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """Digest each pickled `PlannedReport`; `made` has a pickled `ReportRun` or the error that ends the batch."""
        return {"made": [pickle.dumps(self._one(pickle.loads(row))) for row in batch["report"]]}  # noqa: S301 (our own)

    def _one(self, report: PlannedReport) -> ReportRun | HuimouError:
        if self._wrong:
            return UsageError(self._wrong, "install the same huimou on all nodes")
        self._events.emit(ReportStarted(report))
        try:
            work = partial(self._session.digest, emit=self._events.emit)
            return digest_file(report.path, report.name, self._out, self._read, work)
        except HuimouError as error:
            return error
        finally:
            self._events.send_usage()

    def _read(self, path: Path) -> Document:
        data = self._call("read", path)
        if data is None:
            raise InputError(f"cannot read {path}", "check the path")
        with tempfile.TemporaryDirectory(prefix="huimou-") as folder:
            copy = Path(folder) / path.name
            copy.write_bytes(data)
            return read_report(copy)

    def _send(self, message: object) -> None:
        self._store_actor.add_message.remote(self._me, message)  # nobody waits for it

    def _call(self, method: str, *arguments: object) -> Any:
        import ray  # noqa: PLC0415 (an extra)

        return ray.get(getattr(self._store_actor, method).remote(*arguments))


def _start_ray(options: ClusterOptions) -> Any:
    """Connect to Ray, without a dashboard and without usage reports to its makers; returns the library."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("Ray is not installed", 'pip install "huimou[ray]"') from error
    own: dict[str, Any] = {"address": options.address}
    if options.address is None:
        # Room for each actor and one core to spare, however many this machine has.
        own = {"address": "local", "num_cpus": math.ceil(options.workers * _CORES) + 1, "_node_ip_address": "127.0.0.1"}
        own["include_dashboard"] = False
    try:
        with _silence_stderr(), keep_handlers():
            ray.init(**own, namespace=f"huimou-{uuid.uuid4().hex}", logging_level="ERROR", log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        where = options.address or "on this machine"
        raise UsageError(f"Ray cannot be used {where} ({error})", "check --ray-address, or leave it out") from error
    return ray


@contextmanager
def _silence_stderr() -> Iterator[None]:
    """Drop what is written to standard error meanwhile: notices of Ray's core; its errors are raised."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (no path of ours)
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _start_store_actor(ray: Any, store: Path) -> Any:
    """Start the store actor on this machine; where it dies, Ray starts it again and repeats the calls."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415 (an extra)

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options = {
        "name": "huimou-store",
        "num_cpus": 0,
        "max_concurrency": _STORE_ACTOR_THREADS,
        "max_restarts": -1,
        "max_task_retries": -1,
        "scheduling_strategy": here,
    }
    return ray.remote(StoreActor).options(**options).remote(store.absolute(), os.getpid())


def _map_rows(rows: list[bytes], workers: int, arguments: tuple[DigestSettings, Any, Path]) -> Iterator[bytes]:
    """What `ReportActor` makes of the rows, as they are done, without rows that killed two workers."""
    import ray.data  # noqa: PLC0415 (an extra)

    context = ray.data.DataContext.get_current()
    context.max_errored_blocks = -1
    context.enable_progress_bars = False
    context.enable_operator_progress_bars = False
    items = ray.data.from_items([{"report": row} for row in rows], override_num_blocks=len(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 2.60 has no other way to say the last two
        data = items.map_batches(
            ReportActor,
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1),
            fn_constructor_args=(*arguments, __version__),
            num_cpus=_CORES,
            max_restarts=-1,
            max_task_retries=1,
        )
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # rows given up are told as reports that failed
    for row in data.iter_rows():
        yield row["made"]


@contextmanager
def _collect_events(ray: Any, store_actor: Any, collector: EventCollector) -> Iterator[None]:
    """What workers tell goes to `collector` meanwhile, and the last of it in the end."""
    ended = threading.Event()

    def listen() -> None:
        while not ended.wait(_POLL_SECONDS):
            for worker, message in ray.get(store_actor.take_messages.remote()):
                collector.receive(worker, message)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for worker, message in ray.get(store_actor.take_messages.remote()):
            collector.receive(worker, message)
