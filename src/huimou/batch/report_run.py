"""One report: read and digested in one process, written in the same or another."""

from __future__ import annotations

import dataclasses
import itertools
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from huimou.batch.edited_outputs import (
    describe_changed_outputs,
    keep_changed_outputs,
    remove_emptied_outputs,
    stamp_outputs,
)
from huimou.batch.source_text import ReportSources, find_source_bytes
from huimou.errors import AnswerError, HuimouError, InputError
from huimou.llm.cpu_turn import holding_cpu
from huimou.model.digest import Digest
from huimou.model.outcome import ReportResult
from huimou.model.report import Document, Usage
from huimou.model.review import REVIEW_SUFFIX, carry_reviews
from huimou.outputs.formats import ALWAYS, FORMATS, find_present_formats, write_outputs, write_page
from huimou.outputs.index_row import build_index_row, build_index_row_with_remarks
from huimou.outputs.page.page_images import draw_page_images, shows_page_images
from huimou.outputs.render.to_json import from_json
from huimou.settings import NO_MODEL
from huimou.store.files import EXTRACTED, make_folder, read_text, write_text
from huimou.store.inputs import to_printable
from huimou.store.journal import Journal, read_output_stamps
from huimou.store.paths import STORE

DIED_TWICE = "the worker process died twice on this report"


@dataclass(frozen=True, slots=True)
class ReportRun:
    """A report after digesting: its result, and the digest and document to write, or the trace of a fault."""

    result: ReportResult
    digest: Digest | None = None
    document: Document | None = None
    trace: str | None = None


def name_document(document: Document, name: str) -> Document:
    """The document under the name of its outputs, with a file name that is fit to print."""
    return dataclasses.replace(document, stem=name, file=to_printable(document.file))


def digest_file(
    path: Path, name: str, out: Path, read: Callable[[Path], Document], work: Callable[[Document], Digest]
) -> ReportRun:
    """Read and digest one report; nothing is written. `name` is that of its outputs in `out`.

    Raises:
        HuimouError: what ends a whole batch: the endpoint cannot be used, a prompt is wrong.

    """
    begun = time.monotonic()
    try:
        with holding_cpu():
            document = read(path)
            digest = work(name_document(document, name))
        return ReportRun(
            build_result(name, to_printable(path.name), digest, time.monotonic() - begun), digest, document
        )
    except (InputError, AnswerError) as error:
        return ReportRun(build_failure(path, name, str(error), begun, retryable=isinstance(error, AnswerError)))
    except HuimouError:
        raise
    except Exception as error:  # noqa: BLE001 (a fault of the program in one report must not cost the others)
        result = build_failure(path, name, _describe_fault(out, name, error), begun)
        return ReportRun(result, trace="".join(traceback.format_exception(error)))


def write_report(
    out: Path, made: ReportRun, formats: Sequence[str] = ALWAYS, warn: Callable[[str], None] = lambda _: None
) -> ReportResult:
    """Write the files of a report, each whole and the JSON last; returns its result, failed if writing met a fault.

    Args:
        out: folder of the outputs.
        made: the report; files of the same name are written over.
        formats: what is written beside the JSON; a file of another format that is there is written again, too.
        warn: told of reviews that no longer fit and of files that a person has edited, and where what is new is kept.

    Raises:
        UsageError: the folder or the disk does not take them.

    """
    result = made.result
    try:
        if made.digest is not None and made.document is not None:
            changed = keep_changed_outputs(out, read_output_stamps(out / STORE, result.name))
            remove_emptied_outputs(out, result.name)
            if made.document.extracted:
                write_text(out / f"{result.name}{EXTRACTED}", made.document.text)
            digest = _carry_review(out, result.name, made.digest, warn)
            if (out / f"{result.name}.json").exists():  # persons may have seen it
                result = dataclasses.replace(
                    result, listed=build_index_row_with_remarks(out / STORE, result.name, digest)
                )
            with holding_cpu():
                _renew_files(out, result.name, made.document.text, digest, formats, warn)
                for line in write_outputs(out, result.name, made.document.text, digest, formats):
                    warn(line)
            for line in describe_changed_outputs(changed):
                warn(line)
    except HuimouError:
        raise
    except Exception as error:  # noqa: BLE001 (as in `digest_file`)
        reason = _describe_fault(out, result.name, error)
        _write_trace(out, result.name, "".join(traceback.format_exception(error)))
        return ReportResult(result.name, result.file, "failed", reason, result.seconds)
    if made.trace is not None:
        _write_trace(out, result.name, made.trace)
    return result


def write_reviewed_report(
    out: Path, name: str, text: str, digest: Digest, journal: Journal | None, sources: ReportSources
) -> tuple[str, ...]:
    """Write a report's files again with what persons said of it, and note it for the list of the folder.

    A page that showed images of the report's own pages shows them again.

    Args:
        out: folder of the outputs.
        name: of the report's.
        text: the report that the digest's offsets refer to.
        digest: with the review in it.
        journal: of the folder; None where it has none.
        sources: where the report may lie.

    Returns:
        Lines that the user should read.

    Raises:
        UsageError: the folder or the disk does not take them.

    """
    file = f"{name}.json"  # what was edited there is in the digest
    changed = keep_changed_outputs(out, (one for one in read_output_stamps(out / STORE, name) if one.path != file))
    page = out / f"{name}.html"
    pictured = page.is_file() and shows_page_images(read_text(page))
    said = write_outputs(out, name, text, digest, find_present_formats(out, name))
    said = (*said, *(add_page_images(out, name, text, digest, sources) if pictured else ()))
    if journal is not None:
        journal.list_again(name, build_index_row_with_remarks(out / STORE, name, digest))
        journal.mark_outputs(name, stamp_outputs(out, name))
    return (*said, *describe_changed_outputs(changed))


def add_page_images(out: Path, name: str, text: str, digest: Digest, sources: ReportSources) -> Iterator[str]:
    """Write a report's page again, with images of the pages of the file that was read; tell why where that cannot be.

    Args:
        out: folder of the outputs.
        name: of the report's.
        text: the report that the digest's offsets refer to.
        digest: of the report.
        sources: where the report may lie.

    """
    try:
        images = draw_page_images(find_source_bytes(name, digest, sources), digest)
    except InputError as error:
        yield f"{name}.json: the page is without images: {error}"
    else:
        write_page(out, name, text, digest, images)


def _renew_files(
    out: Path, name: str, text: str, digest: Digest, formats: Sequence[str], warn: Callable[[str], None]
) -> None:
    """Write files of other formats that are there again, so that none is left of an older digest."""
    for key in find_present_formats(out, name):
        if key in formats:
            continue
        path = out / f"{name}{FORMATS[key].suffix}"
        try:
            if said := FORMATS[key].write(path, digest, text):
                warn(said)
        except HuimouError as error:
            warn(f"{path.name} is still that of the earlier digest: {error}")


def _describe_fault(out: Path, name: str, error: Exception) -> str:
    return f"internal error ({type(error).__name__}), see {out / _trace_path(name)}"


def _trace_path(name: str) -> Path:
    return Path(".huimou", "errors", f"{name}.txt")


def _write_trace(out: Path, name: str, text: str) -> None:
    path = out / _trace_path(name)
    make_folder(path.parent)
    write_text(path, text)


def _carry_review(out: Path, name: str, digest: Digest, warn: Callable[[str], None]) -> Digest:
    """The digest with the person's review of the one that it replaces, as far as its items are the same."""
    try:
        before = from_json(read_text(out / f"{name}.json"))
    except HuimouError:
        return digest
    kept, lost = carry_reviews(before, digest)
    if lost is not None:
        beside = _keep_lost_review(out, name, lost.model_dump_json(indent=2) + "\n")
        ids = ", ".join(one.id for one in lost.items)
        warn(f"{name}: reviewed items have changed, their review is kept in {beside}: {ids}")
    return kept


def _keep_lost_review(out: Path, name: str, text: str) -> str:
    """Keep a review that fits no longer in a file of its own, beside others of the kind; returns the file's name."""
    names = (f"{name}.unfitting{n or ''}{REVIEW_SUFFIX}" for n in itertools.count())
    free = next(one for one in names if not (out / one).exists() or read_text(out / one) == text)
    write_text(out / free, text)
    return free


def build_failure(path: Path, name: str, reason: str, begun: float, *, retryable: bool = False) -> ReportResult:
    """The result of a report that has no output; `begun` is a moment of the monotonic clock."""
    return ReportResult(name, to_printable(path.name), "failed", reason, time.monotonic() - begun, retryable=retryable)


def build_result(name: str, file: str, digest: Digest, seconds: float) -> ReportResult:
    """The result of a report that has a digest.

    Args:
        name: of its outputs.
        file: the input's name, fit to print.
        digest: that was written.
        seconds: wall time that it took.

    """
    complete = digest.run.complete
    unanswered = sum(problem.code == "unanswered" for problem in digest.problems)
    refused = next((problem.message for problem in digest.problems if problem.code == "not_a_report"), None)
    review, run = digest.year_review, digest.run
    return ReportResult(
        name=name,
        file=file,
        status="complete" if complete else "partial",
        reason=None if complete else refused or _explain_partial(name, unanswered, run.model),
        seconds=seconds,
        items=len(review.achievements) + len(review.shortcomings),
        tasks=len(digest.next_year_plan.tasks),
        figures=len(digest.figures),
        uncovered=len(digest.coverage.uncovered),
        retryable=not complete and unanswered > 0,
        spent=Usage(run.calls, run.prompt_tokens, run.cached_tokens, run.completion_tokens, run.seconds),
        listed=build_index_row(digest),
    )


def _explain_partial(name: str, unanswered: int, model: str) -> str:
    if model == NO_MODEL:
        return f"no model was asked, {unanswered} groups stand in the report's own words; huimou retry asks one"
    what = f"{unanswered} groups got no usable answer" if unanswered else "incomplete"
    return f"{what}, see problems in {name}.json"
