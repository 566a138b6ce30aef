"""Uploaded reports: kept under OUT/.huimou/uploads, digested one after another, told how far they are."""

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
from typing import Protocol

from huimou.batch.engines.engine import RunResult
from huimou.batch.events import Emit, Event, Noted, Warned
from huimou.batch.index_page import find_digests
from huimou.errors import HuimouError, LedgerInUse, UsageError
from huimou.model.events import TokensSpent, UnitDone, UnitsPlanned
from huimou.outputs.render import to_one_line
from huimou.service.models import JobOut
from huimou.service.shared import SharedLedger
from huimou.store.answers import Ledger
from huimou.store.files import SUFFIXES, make_folder, write_bytes
from huimou.store.inputs import Input, file_stem, keep_inputs
from huimou.store.journal import read_journal

UPLOADS = Path(".huimou", "uploads")
_OWN = ("run", "index")  # files of the batch's own
_REMEMBERED = 1000  # jobs that have ended
_NOTES = 20
_AGAIN = 2.0  # seconds until the ledger is tried again
OPEN = ("waiting", "running")


class UploadRefused(HuimouError):
    """An upload that is not taken; `status` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: what its sender calls it, and its bytes."""

    file: str
    data: bytes


class Digester(Protocol):
    """Makes digests as the command line does."""

    def __call__(self, ledger: Ledger, report: Input, emit: Emit) -> RunResult:
        """Digest one report into the folder, with its ledger, which is open."""

    def stop(self) -> None:
        """End soon what is in hand, and begin nothing more."""


class JobQueue:
    """One job after another, in a thread.

    Args:
        out: folder of the outputs.
        shared: its ledger.
        digester: does the work.
        most: jobs that may be open at once.

    """

    def __init__(self, out: Path, shared: SharedLedger, digester: Digester, most: int) -> None:
        self._out, self._shared, self._digester, self._most = out, shared, digester, most
        self._jobs: dict[int, JobOut] = {}
        self._inputs: dict[int, Input] = {}
        self._queue: deque[int] = deque()
        self._numbers = count(1)
        self._changed = Condition()
        self._stopping = False
        self._thread = Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin with what an earlier service was given and did not end."""
        for path in self._left():
            self._enqueue(path, path.name)
        self._thread.start()

    def stop(self) -> None:
        """End: the job in hand stops before its next question, its answers stay in the ledger."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._digester.stop()
        self._thread.join()

    def add(self, uploads: Sequence[Upload]) -> tuple[JobOut, ...]:
        """Keep files and queue them, all or none.

        Raises:
            UploadRefused: a file is of no known kind or empty, or too many jobs are open.
            LedgerInUse: another process works in the folder.

        """
        for one in uploads:
            _check_upload(one)
        with self._changed, self._shared.ledger():
            if sum(job.status in OPEN for job in self._jobs.values()) + len(uploads) > self._most:
                raise UploadRefused(429, f"more than {self._most} reports would wait: come back when some are done")
            make_folder(self._out / UPLOADS)
            taken = self._taken()
            paths = [self._keep(one, taken) for one in uploads]
            keep_inputs(self._out, [(path.stem, _input(path)) for path in paths])
            return tuple(self._enqueue(path, _last(one.file)) for path, one in zip(paths, uploads, strict=True))

    def get(self, number: int) -> JobOut | None:
        """A job by its number."""
        with self._changed:
            return self._jobs.get(number)

    def all(self) -> tuple[JobOut, ...]:
        """All that are remembered, the newest first."""
        with self._changed:
            return tuple(reversed(self._jobs.values()))

    def update(self, number: int, step: Callable[[JobOut], JobOut]) -> None:
        """Change what is told of a job."""
        with self._changed:
            self._jobs[number] = step(self._jobs[number])

    def _left(self) -> Iterator[Path]:
        """Uploads of which the journal knows nothing, the oldest first."""
        folder = self._out / UPLOADS
        done: set[Path] = set()
        with suppress(HuimouError):  # no ledger yet
            done = {entry.stamp.file for entry in read_journal(self._shared.path)[1]}
        found = [path for path in folder.iterdir() if _is_report(path)] if folder.is_dir() else []
        for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            if path.absolute() not in done:
                yield path

    def _keep(self, upload: Upload, taken: set[str]) -> Path:
        """The file in the folder of uploads; its stem is the name of its outputs, and is taken now."""
        stem, suffix = _parts(upload.file)
        names = (stem if at == 1 else f"{stem}-{at}" for at in count(1))
        name = next(name for name in names if name.casefold() not in taken)
        taken.add(name.casefold())
        path = self._out / UPLOADS / f"{name}{suffix}"
        write_bytes(path, upload.data)
        return path

    def _taken(self) -> set[str]:
        """Names that reports have already, without regard to case."""
        uploads = (path.stem for path in (self._out / UPLOADS).iterdir())
        digests = (path.name.removesuffix(".json") for path in find_digests(self._out))
        journalled: list[str] = []
        with suppress(UsageError):
            journalled = [entry.result.name for entry in read_journal(self._shared.path)[1]]
        return {name.casefold() for name in (*uploads, *digests, *journalled, *_OWN)}

    def _enqueue(self, path: Path, file: str) -> JobOut:
        with self._changed:
            job = JobOut(id=next(self._numbers), name=path.stem, file=to_one_line(file), status="waiting")
            self._jobs[job.id] = job
            self._inputs[job.id] = _input(path)
            self._queue.append(job.id)
            for old in [key for key, one in self._jobs.items() if one.status not in OPEN][:-_REMEMBERED]:
                del self._jobs[old]
            self._changed.notify_all()
            return job

    def _work(self) -> None:
        while (number := self._next()) is not None:
            self.update(number, lambda job: job.model_copy(update={"status": "running", "message": None}))
            status, message = self._outcome(number)
            if status == "waiting":
                self._put_off(number)
            change = {"status": status, "message": message and to_one_line(message)}
            self.update(number, lambda job, change=change: job.model_copy(update=change))  # type: ignore[misc]
            if status != "waiting":
                self._inputs.pop(number)

    def _next(self) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._queue)
            return None if self._stopping else self._queue.popleft()

    def _outcome(self, number: int) -> tuple[str, str | None]:
        """Status and message of a job once it has been tried."""
        try:
            with self._shared.ledger() as ledger:
                result = self._digester(ledger, self._inputs[number], partial(self._follow, number))
        except LedgerInUse as error:
            return "waiting", error.message
        except HuimouError as error:
            return "failed", str(error)
        except Exception as error:
            logging.getLogger("huimou.service").exception("job %s", number)
            return "failed", f"internal error ({type(error).__name__})"
        if result.reports:
            return result.reports[0].status, result.reports[0].reason
        return ("stopped", None) if self._stopping else ("failed", str(result.stopped))

    def _follow(self, number: int, event: Event) -> None:
        self.update(number, lambda job: _update_job(job, event))

    def _put_off(self, number: int) -> None:
        """Try it again after a while: another process has the folder."""
        with self._changed:
            self._queue.appendleft(number)
            self._changed.wait_for(lambda: self._stopping, _AGAIN)


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
    suffix = _parts(upload.file)[1]
    if suffix not in SUFFIXES:
        raise UploadRefused(
            415, f"{to_one_line(_last(upload.file))}: not a kind of file that is read ({' '.join(SUFFIXES)})"
        )
    if not upload.data:
        raise UploadRefused(400, f"{to_one_line(_last(upload.file))}: the file is empty")


def _last(file: str) -> str:
    """The last part of a path, of whatever system."""
    return file.replace("\\", "/").rpartition("/")[2]


def _parts(file: str) -> tuple[str, str]:
    """A stem that is fit for any system, and the suffix."""
    path = Path(_last(file).encode(errors="replace").decode())
    return file_stem(path.stem), path.suffix.casefold()


def _input(path: Path) -> Input:
    return Input(path, str(path), path.stem)


def _is_report(path: Path) -> bool:
    return path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()
