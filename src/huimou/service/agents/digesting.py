"""Reports digested into the output folder, one after another, as `huimou summarise` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Lock

from huimou.batch.engines.engine import RunResult
from huimou.batch.events import Event, Noted, Warned
from huimou.batch.index_page import find_digests
from huimou.batch.planning import PlannedReport, plan_reports
from huimou.batch.run import BatchRun
from huimou.batch.run_settings import RunSettings
from huimou.errors import InputError, UsageError
from huimou.language.text import to_one_line
from huimou.model.events import UnitDone, UnitsPlanned
from huimou.model.outcome import ReportResult
from huimou.service.shared_store import SharedStore
from huimou.store.files import make_folder, write_bytes
from huimou.store.inputs import Input, as_input, from_stdin, keep_inputs, read_inputs

_RESERVED = ("run", "index")  # files of the batch's own


@dataclass(slots=True)
class DigestProgress:
    """How far one report is; told from several threads.

    Args:
        units: groups of sentences to be worded, as far as they are known.
        done: how many of them are.
        notes: lines that the user should know.

    """

    units: int = 0
    done: int = 0
    notes: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def tell(self, event: Event) -> None:
        """Take in one event of the run."""
        with self._lock:
            match event:
                case UnitsPlanned(units):
                    self.units += units
                case UnitDone():
                    self.done = min(self.done + 1, self.units)
                case Noted(line) | Warned(line):
                    self.notes.append(to_one_line(line))
                case _:
                    pass


class DigestJob:
    """One report to be digested; it can be stopped from another thread.

    Args:
        run: the batch of this one report.
        progress: how far it is.
        store: of the folder; None where all is replayed.
        turn: held while one report is worked on.

    """

    def __init__(self, run: BatchRun, progress: DigestProgress, store: SharedStore | None, turn: Lock) -> None:
        self.progress = progress
        self._run, self._store, self._turn = run, store, turn

    def work(self) -> ReportResult:
        """Digest the report, once no other is worked on.

        Raises:
            HuimouError: it cannot be read, or the model server cannot be used.

        """
        with self._turn:
            if self._store is None:
                return _find_outcome(self._run.run())
            with self._store.open() as store:
                return _find_outcome(self._run.run(store))

    def stop(self) -> None:
        """Begin no further question."""
        self._run.stop()


class AgentDigester:
    """Plans jobs that digest into a folder; `store` is that of the folder, for others who write into it.

    Args:
        out: the folder.
        settings: of each run.

    """

    def __init__(self, out: Path, settings: RunSettings) -> None:
        self._out, self._settings = out, replace(settings, part=True)
        self.store = SharedStore(out)
        self._turn = Lock()

    def plan_file(self, path: Path) -> DigestJob:
        """A job for a report's file; its outputs are called by its stem, or by a number more where that is taken.

        Raises:
            UsageError: it is not there, or lies among the outputs.

        """
        if not path.is_file():
            raise UsageError(f"no such file: {path.name}", "name a report, such as reports/2023.docx")
        [planned] = plan_reports([path], self._out)
        name = self._choose_name(planned.name, lambda row: Path(row).resolve() == path)
        return self._plan(replace(planned, name=name), lambda: None)

    def plan_text(self, text: str, name: str) -> DigestJob:
        """A job for a text, which is kept beside the outputs.

        Raises:
            UsageError: the text is empty.

        """
        if not text.strip():
            raise UsageError("the text is empty", "give the text of a report, or its path")
        data = text.encode(errors="replace")
        wanted = from_stdin(self._out, name).stem
        free = self._choose_name(wanted, lambda row: Path(row).is_file() and Path(row).read_bytes() == data)
        origin = from_stdin(self._out, free)

        def keep_text() -> None:
            make_folder(origin.path.parent)
            write_bytes(origin.path, data)

        return self._plan(PlannedReport.of(as_input(origin), free), keep_text)

    def is_idle(self, seconds: float) -> bool:
        """Whether no report is worked on any more within so many seconds."""
        return is_free(self._turn, seconds)

    def _plan(self, planned: PlannedReport, keep: Callable[[], None]) -> DigestJob:
        progress = DigestProgress()

        def begin() -> None:
            keep()
            keep_inputs(self._out, [(planned.name, planned.origin)])

        own = replace(planned, origin=_rename(planned.origin, planned.name))
        run = BatchRun((own,), self._out, self._settings, progress.tell, begin)
        return DigestJob(run, progress, self.store if self._settings.replay is None else None, self._turn)

    def _choose_name(self, wanted: str, is_same: Callable[[str], bool]) -> str:
        """The first of `wanted`, `wanted-2` … that is free, or whose report was read from the same file."""
        rows = read_inputs(self._out) if self._out.is_dir() else {}
        there = [path.name.removesuffix(".json") for path in find_digests(self._out)] if self._out.is_dir() else []
        taken = {name.casefold() for name in (*_RESERVED, *rows, *there)}
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        return next(one for one in names if one.casefold() not in taken or (one in rows and is_same(rows[one].file)))


def is_free(turn: Lock, seconds: float) -> bool:
    """Whether nobody has a turn any more within so many seconds."""
    if not turn.acquire(timeout=seconds):
        return False
    turn.release()
    return True


def _rename(origin: Input, name: str) -> Input:
    """The input under the name of its outputs, so that no note says that they differ."""
    return replace(origin, stem=name)


def _find_outcome(result: RunResult) -> ReportResult:
    """What became of the one report of a run.

    Raises:
        HuimouError: it has no digest.

    """
    if result.stopped is not None:
        raise result.stopped
    if not result.reports:
        raise UsageError("stopped before it was done", "call it again to go on")
    [made] = result.reports
    if made.status == "failed":
        reason = made.reason or "failed"
        raise InputError(reason if reason.startswith(made.file) else f"{made.file}: {reason}")
    return made
