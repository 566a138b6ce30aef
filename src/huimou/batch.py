"""Many reports, several at a time: each is read, digested and written whole, and none costs another.

The only place that catches an error of one report and goes on. What a killed run has written is whole; what it has
asked is in the ledger, so that the same command goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from huimou.contract import Digest
from huimou.errors import AnswerError, HuimouError, InputError, UsageError
from huimou.files import make_folder, read_text, write_text
from huimou.formats import ALWAYS, present, write_outputs
from huimou.inputs import Input, as_input, printable, short
from huimou.journal import Journal, ReportResult, Stamp
from huimou.listed import listed
from huimou.model import Document, Usage
from huimou.review import carried
from huimou.stages.render.to_json import from_json

_OWN = ("run", "index")  # OUT/run.json and OUT/index.html are the batch's own
EXIT_INCOMPLETE = 3
EXIT_INTERRUPTED = 130  # what shells expect after Ctrl-C


@dataclass(frozen=True, slots=True)
class Planned:
    """One input and the name of its outputs; `size` in bytes, for guessing how long it will take.

    `origin` has the user's own id and columns.
    """

    path: Path
    name: str
    size: int
    origin: Input


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the batch; `stopped` is the error that ended it early, `kept` how many were done before."""

    reports: tuple[ReportResult, ...]
    planned: int
    kept: int = 0
    stopped: HuimouError | None = None
    interrupted: bool = False

    @property
    def exit_status(self) -> int:
        """0 all complete, 3 some failed or incomplete, 130 interrupted, else that of the error that stopped it."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.stopped is not None:
            return self.stopped.exit_status
        return 0 if all(report.status == "complete" for report in self.reports) else EXIT_INCOMPLETE


class Events(Protocol):
    """What a batch tells about itself. `units_total`, `unit_done` and `tokens` may be called from several threads."""

    def batch_started(self, reports: Sequence[Planned]) -> None:
        """All inputs, in their order."""

    def note(self, line: str) -> None:
        """Something that the user should know."""

    def report_started(self, report: Planned) -> None:
        """The report is about to be read."""

    def units_total(self, units: int) -> None:
        """How many units the current report will ask about."""

    def unit_done(self) -> None:
        """One of them is answered, rejected or failed."""

    def tokens(self, prompt: int, completion: int) -> None:
        """A call has cost this many tokens."""

    def report_finished(self, result: ReportResult) -> None:
        """The report is written, complete or partial."""

    def report_failed(self, result: ReportResult) -> None:
        """The report has no output."""


class Silent:
    """Events that nobody hears."""

    def batch_started(self, reports: Sequence[Planned]) -> None:
        """Nothing."""

    def note(self, line: str) -> None:
        """Nothing."""

    def report_started(self, report: Planned) -> None:
        """Nothing."""

    def units_total(self, units: int) -> None:
        """Nothing."""

    def unit_done(self) -> None:
        """Nothing."""

    def tokens(self, prompt: int, completion: int) -> None:
        """Nothing."""

    def report_finished(self, result: ReportResult) -> None:
        """Nothing."""

    def report_failed(self, result: ReportResult) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Running:
    """How a batch runs.

    Args:
        journal: where it is noted what became of each report; what is done is passed over.
        job: fingerprint of the settings that the digests depend on.
        parallel: reports in hand at once.
        names: of the outputs, by input, where they are fixed already; all inputs or none.
        stop: called when the batch is interrupted, so that what is in hand ends soon.
        formats: what is written of each report beside its JSON; where one is missing the report is made again.

    """

    journal: Journal | None = None
    job: str = ""
    parallel: int = 1
    names: Mapping[Path, str] | None = None
    stop: Callable[[], None] = lambda: None
    formats: Sequence[str] = ALWAYS


def run_batch(
    inputs: Sequence[Path | Input],
    out: Path,
    work: Callable[[Document, Events], Digest],
    events: Events,
    read: Callable[[Path], Document],
    running: Running | None = None,
) -> BatchResult:
    """Digest every input into `out`; `work` gets documents whose `stem` is the name of their outputs.

    Raises:
        UsageError: `out` cannot be written to, or holds one of the inputs.

    """
    running = running or Running()
    make_folder(out)
    reports = plan(inputs, out, running.names)
    for report in reports:
        if not running.names and report.name != report.origin.stem:
            events.note(f"{report.path} is written as {report.name}")
    results = _kept(reports, out, running)
    kept = len(results)
    if kept:
        events.note(f"{kept} of {len(reports)} reports are done already")
    left = [report for report in reports if report.name not in results]
    events.batch_started(left)

    def one(report: Planned) -> tuple[Stamp, ReportResult]:
        return Stamp.of(report.path), _run_one(report, out, work, events, read, running.formats)

    stopped, interrupted = None, False
    with ThreadPoolExecutor(max_workers=max(1, running.parallel), thread_name_prefix="report") as pool:
        try:
            for source, result in _as_completed(pool, one, left, running.parallel):
                results[result.name] = result
                if running.journal is not None:
                    running.journal.keep(result, source, running.job)
                (events.report_failed if result.status == "failed" else events.report_finished)(result)
        except HuimouError as error:
            stopped = error
            running.stop()
        except KeyboardInterrupt:
            interrupted = True
            running.stop()
    done = tuple(results[report.name] for report in reports if report.name in results)
    return BatchResult(done, len(reports), kept, stopped, interrupted)


def _as_completed(
    pool: ThreadPoolExecutor,
    one: Callable[[Planned], tuple[Stamp, ReportResult]],
    reports: Sequence[Planned],
    width: int,
) -> Iterator[tuple[Stamp, ReportResult]]:
    """Results as they come; never more than `width` reports are in hand, so that ten thousand wait for nothing."""
    waiting = iter(reports)
    in_hand = {pool.submit(one, report): report for report in itertools.islice(waiting, max(1, width))}
    while in_hand:
        finished, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda f: in_hand[f].name):
            del in_hand[future]
            yield future.result()
            for following in itertools.islice(waiting, 1):
                in_hand[pool.submit(one, following)] = following


def _kept(reports: Sequence[Planned], out: Path, running: Running) -> dict[str, ReportResult]:
    """Reports that need not be made again: complete, by the same job, input and output as they were."""
    if running.journal is None:
        return {}
    entries = running.journal.entries()
    return {
        report.name: entry.result
        for report in reports
        if (entry := entries.get(report.name)) is not None
        and entry.result.status == "complete"
        and entry.job == running.job
        and entry.stamp == Stamp.of(report.path)
        and (out / f"{report.name}.json").is_file()
        and set(running.formats) <= set(present(out, report.name))
    }


def plan(inputs: Sequence[Path | Input], out: Path, names: Mapping[Path, str] | None = None) -> tuple[Planned, ...]:
    """Inputs with distinct output names that do not depend on the order in which the inputs are given.

    Raises:
        UsageError: an input lies in `out`, where an output could overwrite it.

    """
    folder = out.resolve()
    origins = tuple(map(as_input, inputs))
    for path in (origin.path for origin in origins):
        if path.resolve().parent == folder:
            raise UsageError(f"{out} holds the input {path.name}", "choose another output folder with -o")
    names = names or output_names(origins)
    return tuple(Planned(one.path, names[one.path], Stamp.of(one.path).size, one) for one in origins)


def output_names(inputs: Sequence[Path | Input]) -> dict[Path, str]:
    """`stem`; `stem-2`, `stem-3` … for further inputs of that stem by path; letter case does not tell stems apart.

    None is called `run` or `index`, since `run.json` says what the run came to and `index.html` lists it.
    """
    names: dict[Path, str] = {}
    stems = {one.path: one.stem for one in map(as_input, inputs)}
    taken = {short(stem).casefold() for stem in stems.values()}
    given = set(_OWN)
    for path in sorted(stems, key=str):
        name = short(stems[path])
        if name.casefold() in given:
            name = next(n for n in (f"{name}-{i}" for i in itertools.count(2)) if n.casefold() not in taken | given)
        given.add(name.casefold())
        names[path] = name
    return names


def _run_one(
    report: Planned,
    out: Path,
    work: Callable[[Document, Events], Digest],
    events: Events,
    read: Callable[[Path], Document],
    formats: Sequence[str],
) -> ReportResult:
    events.report_started(report)
    begun = time.monotonic()
    try:
        document = read(report.path)
        digest = work(dataclasses.replace(document, stem=report.name, file=printable(document.file)), events)
        if document.extracted:
            write_text(out / f"{report.name}.source.txt", document.text)
        write_outputs(out, report.name, document.text, _with_review(out, report.name, digest, events), formats)
    except (InputError, AnswerError) as error:
        return _failed(report, str(error), begun, retryable=isinstance(error, AnswerError))
    except HuimouError:
        raise
    except Exception as error:  # noqa: BLE001 (a fault of the program in one report must not cost the others)
        kept = _keep_traceback(out, report.name, error)
        return _failed(report, f"internal error ({type(error).__name__}), see {kept}", begun, retryable=False)
    return result_of(report.name, printable(report.path.name), digest, time.monotonic() - begun)


def _with_review(out: Path, name: str, digest: Digest, events: Events) -> Digest:
    """The digest with what a person said of the items of the one that it replaces, where they are the same."""
    try:
        before = from_json(read_text(out / f"{name}.json"))
    except HuimouError:
        return digest
    kept, lost = carried(before, digest)
    if lost:
        events.note(f"{name}: reviewed items have changed, their review is dropped: {', '.join(lost)}")
    return kept


def _failed(report: Planned, reason: str, begun: float, *, retryable: bool) -> ReportResult:
    seconds = time.monotonic() - begun
    return ReportResult(report.name, printable(report.path.name), "failed", reason, seconds, retryable=retryable)


def _keep_traceback(out: Path, name: str, error: Exception) -> Path:
    path = out / ".huimou" / "errors" / f"{name}.txt"
    make_folder(path.parent)
    write_text(path, "".join(traceback.format_exception(error)))
    return path


def result_of(name: str, file: str, digest: Digest, seconds: float) -> ReportResult:
    """What became of a report that has a digest.

    Args:
        name: of its outputs.
        file: the input's name, fit to print.
        digest: that was written.
        seconds: wall time that it took.

    """
    complete = digest.run.complete
    unanswered = sum(problem.code == "unanswered" for problem in digest.problems)
    review, run = digest.year_review, digest.run
    return ReportResult(
        name=name,
        file=file,
        status="complete" if complete else "partial",
        reason=None if complete else _why_partial(name, unanswered),
        seconds=seconds,
        items=len(review.achievements) + len(review.shortcomings),
        tasks=len(digest.next_year_plan.tasks),
        figures=len(digest.figures),
        uncovered=len(digest.coverage.uncovered),
        retryable=not complete and unanswered > 0,
        spent=Usage(run.calls, run.prompt_tokens, run.cached_tokens, run.completion_tokens, run.seconds),
        listed=listed(digest),
    )


def _why_partial(name: str, unanswered: int) -> str:
    what = f"{unanswered} groups got no usable answer" if unanswered else "incomplete"
    return f"{what}, see problems in {name}.json"
