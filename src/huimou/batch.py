"""Many reports, one after another: each is read, digested and written whole, and none costs another.

The only place that catches an error of one report and goes on. What a killed run has written is whole; what it has
asked is in the ledger, so that the same command goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from huimou.contract import Digest
from huimou.errors import AnswerError, HuimouError, InputError, UsageError
from huimou.files import make_folder, write_text
from huimou.inputs import Input, as_input, printable, short
from huimou.model import Document
from huimou.stages.render.to_json import to_json
from huimou.stages.render.to_markdown import to_markdown

Status = Literal["complete", "partial", "failed"]
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
class ReportResult:
    """What became of one report; `reason` unless complete; `seconds` of wall time; counts are 0 when it failed."""

    name: str
    file: str
    status: Status
    reason: str | None
    seconds: float
    items: int = 0
    tasks: int = 0
    figures: int = 0
    uncovered: int = 0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the batch; `stopped` is the error that ended it early."""

    reports: tuple[ReportResult, ...]
    planned: int
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


def run_batch(
    inputs: Sequence[Path | Input],
    out: Path,
    work: Callable[[Document, Events], Digest],
    events: Events,
    read: Callable[[Path], Document],
) -> BatchResult:
    """Digest every input into `out`; `work` gets documents whose `stem` is the name of their outputs.

    Raises:
        UsageError: `out` cannot be written to, or holds one of the inputs.

    """
    make_folder(out)
    reports = plan(inputs, out)
    events.batch_started(reports)
    for report in reports:
        if report.name != report.origin.stem:
            events.note(f"{report.path} is written as {report.name}")
    results: list[ReportResult] = []
    try:
        for report in reports:
            results.append(_run_one(report, out, work, events, read))  # noqa: PERF401 (an error keeps what is done)
    except HuimouError as error:
        return BatchResult(tuple(results), len(reports), stopped=error)
    except KeyboardInterrupt:
        return BatchResult(tuple(results), len(reports), interrupted=True)
    return BatchResult(tuple(results), len(reports))


def plan(inputs: Sequence[Path | Input], out: Path) -> tuple[Planned, ...]:
    """Inputs with distinct output names that do not depend on the order in which the inputs are given.

    Raises:
        UsageError: an input lies in `out`, where an output could overwrite it.

    """
    folder = out.resolve()
    origins = tuple(map(as_input, inputs))
    for path in (origin.path for origin in origins):
        if path.resolve().parent == folder:
            raise UsageError(f"{out} holds the input {path.name}", "choose another output folder with -o")
    names = output_names(origins)
    return tuple(Planned(one.path, names[one.path], _size(one.path), one) for one in origins)


def output_names(inputs: Sequence[Path | Input]) -> dict[Path, str]:
    """`stem`; `stem-2`, `stem-3` … for further inputs of that stem by path; letter case does not tell stems apart."""
    names: dict[Path, str] = {}
    stems = {one.path: one.stem for one in map(as_input, inputs)}
    taken = {short(stem).casefold() for stem in stems.values()}
    given: set[str] = set()
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
) -> ReportResult:
    events.report_started(report)
    begun = time.monotonic()
    try:
        document = read(report.path)
        digest = work(dataclasses.replace(document, stem=report.name, file=printable(document.file)), events)
    except (InputError, AnswerError) as error:
        result = ReportResult(report.name, printable(report.path.name), "failed", str(error), time.monotonic() - begun)
        events.report_failed(result)
        return result
    _write(out, report.name, document, digest)
    result = _result(report, digest, time.monotonic() - begun)
    events.report_finished(result)
    return result


def _write(out: Path, name: str, document: Document, digest: Digest) -> None:
    """JSON last: where it is there, the rest is."""
    if document.extracted:
        write_text(out / f"{name}.source.txt", document.text)
    write_text(out / f"{name}.md", to_markdown(digest, document.text))
    write_text(out / f"{name}.json", to_json(digest))


def _result(report: Planned, digest: Digest, seconds: float) -> ReportResult:
    complete = digest.run.complete
    review = digest.year_review
    return ReportResult(
        name=report.name,
        file=printable(report.path.name),
        status="complete" if complete else "partial",
        reason=None if complete else f"incomplete, see problems in {report.name}.json",
        seconds=seconds,
        items=len(review.achievements) + len(review.shortcomings),
        tasks=len(digest.next_year_plan.tasks),
        figures=len(digest.figures),
        uncovered=len(digest.coverage.uncovered),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # `read` will say what is wrong with it
        return 0
