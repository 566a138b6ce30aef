"""Uploaded reports: kept under OUT/.huimou/uploads and digested one after another, their state kept for who asks."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from typing import BinaryIO, Protocol

from huimou.batch.engines.engine import RunResult
from huimou.batch.events import Emit, Event, Noted, Warned
from huimou.batch.index_page import find_digests
from huimou.errors import EndpointError, HuimouError, StoreInUse, UsageError
from huimou.language.text import to_one_line
from huimou.model.events import TokensSpent, UnitDone, UnitsPlanned
from huimou.model.outcome import ReportResult
from huimou.service.models import JobOut, JobReason, JobStatus
from huimou.service.shared_store import SharedStore
from huimou.service.upload_choice import UploadChoice, keep_choice, read_choice
from huimou.store.answers import AnswerStore
from huimou.store.files import SUFFIXES, make_folder, write_bytes
from huimou.store.inputs import Input, keep_inputs, to_file_stem
from huimou.store.journal import read_journal

UPLOADS = Path(".huimou", "uploads")
_OWN = ("run", "index")  # files of the batch's own
_REMEMBERED = 1000  # jobs that have ended
_NOTES = 20
_AGAIN = 2.0  # seconds until the store is tried again
OPEN = ("waiting", "running")


class UploadRefused(HuimouError):
    """An upload that is not accepted; `status` is the HTTP status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was uploaded: its name at the sender, its size in bytes, and where they are read from."""

    file: str
    size: int
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class _JobEnd:
    """How the work on a job ended; `reason` says what `message` is about."""

    status: JobStatus
    message: str | None = None
    reason: JobReason | None = None


class Digester(Protocol):
    """Digests one report, as the command line does."""

    def __call__(self, store: AnswerStore, report: Input, emit: Emit, choice: UploadChoice) -> RunResult:
        """Digest one report into the folder, whose store is open."""

    def stop(self) -> None:
        """Let the report that is being digested end soon, and begin no other."""


class JobQueue:
    """The jobs of a service, worked off one after another in a thread.

    Args:
        out: folder of the outputs.
        store: its store.
        digester: digests a report.
        most: number of jobs that may wait or run at once.

    """

    def __init__(self, out: Path, store: SharedStore, digester: Digester, most: int) -> None:
        self._out, self._store, self._digester, self._most = out, store, digester, most
        self._jobs: dict[int, JobOut] = {}
        self._inputs: dict[int, tuple[Input, UploadChoice]] = {}
        self._queue: deque[int] = deque()
        self._numbers = count(1)
        self._changed = Condition()
        self._stopping = False
        self._thread = Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the thread; uploads that an earlier service did not finish are queued first."""
        for path in self._find_unfinished():
            self._enqueue(path, path.name, read_choice(path))
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a running job stops before its next question, and its answers stay in the store."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._digester.stop()
        self._thread.join()

    def add(self, uploads: Sequence[Upload], choice: UploadChoice | None = None) -> tuple[JobOut, ...]:
        """Keep uploaded files in the folder and queue a job for each; either all of them or none.

        Raises:
            UploadRefused: a file is of no known kind or empty, or too many jobs are open.
            StoreInUse: another process works in the folder.

        """
        for one in uploads:
            _check_upload(one)
        with self._changed, self._store.open():
            if self._count_open() + len(uploads) > self._most:
                raise UploadRefused(429, f"more than {self._most} reports would wait: come back when some are done")
            make_folder(self._out / UPLOADS)
            taken = self._list_taken_names()
            chosen = choice or UploadChoice()
            paths = [self._keep(one, taken) for one in uploads]
            for path in paths:
                keep_choice(path, chosen)
            keep_inputs(self._out, [(path.stem, _make_input(path)) for path in paths])
            return tuple(
                self._enqueue(path, _find_file_name(one.file), chosen) for path, one in zip(paths, uploads, strict=True)
            )

    def has_room(self) -> bool:
        """Whether one report more may wait."""
        with self._changed:
            return self._count_open() < self._most

    def find_job(self, number: int) -> JobOut | None:
        """The job of this number; None if there is none."""
        with self._changed:
            return self._jobs.get(number)

    def list_jobs(self) -> tuple[JobOut, ...]:
        """All jobs that are remembered, the newest first."""
        with self._changed:
            return tuple(reversed(self._jobs.values()))

    def update(self, number: int, step: Callable[[JobOut], JobOut]) -> None:
        """Replace the state of a job by what `step` makes of it."""
        with self._changed:
            self._jobs[number] = step(self._jobs[number])

    def _count_open(self) -> int:
        return sum(job.status in OPEN for job in self._jobs.values())

    def _find_unfinished(self) -> Iterator[Path]:
        """Uploaded files that the journal does not have, the oldest first."""
        folder = self._out / UPLOADS
        done: set[Path] = set()
        with suppress(HuimouError):  # no store yet
            done = {entry.stamp.file for entry in read_journal(self._store.path)[1]}
        found = [path for path in folder.iterdir() if _is_report(path)] if folder.is_dir() else []
        for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            if path.absolute() not in done:
                yield path

    def _keep(self, upload: Upload, taken: set[str]) -> Path:
        """Write a file into the folder of uploads under a free name; its stem becomes the name of its outputs."""
        stem, suffix = _split_name(upload.file)
        names = (stem if at == 1 else f"{stem}-{at}" for at in count(1))
        name = next(name for name in names if name.casefold() not in taken)
        taken.add(name.casefold())
        path = self._out / UPLOADS / f"{name}{suffix}"
        write_bytes(path, upload.stream.read())
        return path

    def _list_taken_names(self) -> set[str]:
        """Names that reports have already, in small letters."""
        uploads = (path.stem for path in (self._out / UPLOADS).iterdir())
        digests = (path.name.removesuffix(".json") for path in find_digests(self._out))
        journalled: list[str] = []
        with suppress(UsageError):
            journalled = [entry.result.name for entry in read_journal(self._store.path)[1]]
        return {name.casefold() for name in (*uploads, *digests, *journalled, *_OWN)}

    def _enqueue(self, path: Path, file: str, choice: UploadChoice) -> JobOut:
        with self._changed:
            job = JobOut(id=next(self._numbers), name=path.stem, file=to_one_line(file), status="waiting")
            self._jobs[job.id] = job
            self._inputs[job.id] = _make_input(path), choice
            self._queue.append(job.id)
            for old in [key for key, one in self._jobs.items() if one.status not in OPEN][:-_REMEMBERED]:
                del self._jobs[old]
            self._changed.notify_all()
            return job

    def _work(self) -> None:
        while (number := self._wait_for_next()) is not None:
            begun = {"status": "running", "message": None, "reason": None}
            self.update(number, lambda job, begun=begun: job.model_copy(update=begun))  # type: ignore[misc]
            end = self._digest_upload(number)
            if end.status == "waiting":
                self._requeue(number)
            message = end.message and to_one_line(end.message)
            change = {"status": end.status, "message": message, "reason": end.reason}
            self.update(number, lambda job, change=change: job.model_copy(update=change))  # type: ignore[misc]
            if end.status != "waiting":
                self._inputs.pop(number)

    def _wait_for_next(self) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._queue)
            return None if self._stopping else self._queue.popleft()

    def _digest_upload(self, number: int) -> _JobEnd:
        """Digest the report of a job."""
        report, choice = self._inputs[number]
        try:
            with self._store.open() as store:
                result = self._digester(store, report, partial(self._follow, number), choice)
        except StoreInUse as error:
            return _JobEnd("waiting", error.message, "busy")
        except HuimouError as error:
            return _JobEnd("failed", str(error), _find_reason(error))
        except Exception as error:
            logging.getLogger("huimou.service").exception("job %s", number)
            return _JobEnd("failed", f"internal error ({type(error).__name__})", "internal")
        if result.reports:
            return _read_end(result.reports[0])
        if self._stopping:
            return _JobEnd("stopped")
        return _JobEnd("failed", str(result.stopped), _find_reason(result.stopped))

    def _follow(self, number: int, event: Event) -> None:
        self.update(number, lambda job: _update_job(job, event))

    def _requeue(self, number: int) -> None:
        """Put a job back in front and wait a while: another process has the folder."""
        with self._changed:
            self._queue.appendleft(number)
            self._changed.wait_for(lambda: self._stopping, _AGAIN)


def _read_end(result: ReportResult) -> _JobEnd:
    if result.reason is None:
        return _JobEnd(result.status)
    unanswered = result.retryable or result.status == "partial"
    return _JobEnd(result.status, result.reason, "unanswered" if unanswered else "unreadable")


def _find_reason(error: BaseException | None) -> JobReason:
    return "server" if isinstance(error, EndpointError) else "internal"


def _update_job(job: JobOut, event: Event) -> JobOut:
    """The job after an event of the batch that its one report is."""
    match event:
        case Noted(line) | Warned(line):
            return job.model_copy(update={"notes": [*job.notes, to_one_line(line)][-_NOTES:]})
        case UnitsPlanned(units):
            return job.model_copy(update={"units": job.units + units})
        case UnitDone():
            return job.model_copy(update={"units_done": min(job.units_done + 1, job.units)})
        case TokensSpent(prompt, completion):
            spent = {
                "prompt_tokens": job.prompt_tokens + prompt,
                "completion_tokens": job.completion_tokens + completion,
            }
            return job.model_copy(update=spent)
        case _:
            return job


def _check_upload(upload: Upload) -> None:
    suffix = _split_name(upload.file)[1]
    if suffix not in SUFFIXES:
        raise UploadRefused(
            415, f"{to_one_line(_find_file_name(upload.file))}: not a kind of file that is read ({' '.join(SUFFIXES)})"
        )
    if not upload.size:
        raise UploadRefused(400, f"{to_one_line(_find_file_name(upload.file))}: the file is empty")


def _find_file_name(file: str) -> str:
    """The last part of a path of any system."""
    return file.replace("\\", "/").rpartition("/")[2]


def _split_name(file: str) -> tuple[str, str]:
    """A stem that is a valid file name on any system, and the suffix in small letters."""
    path = Path(_find_file_name(file).encode(errors="replace").decode())
    return to_file_stem(path.stem), path.suffix.casefold()


def _make_input(path: Path) -> Input:
    return Input(path, str(path), path.stem)


def _is_report(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()
