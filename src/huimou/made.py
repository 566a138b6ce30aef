"""What one report came to: its result and its files, made in one place and perhaps kept in another."""

from __future__ import annotations

import dataclasses
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from huimou.contract import Digest
from huimou.errors import AnswerError, HuimouError, InputError
from huimou.files import make_folder, write_text
from huimou.inputs import printable
from huimou.journal import ReportResult
from huimou.model import Document, Usage
from huimou.stages.render.to_json import to_json
from huimou.stages.render.to_markdown import to_markdown

DIED_TWICE = "the worker process died twice on this report"


@dataclass(frozen=True, slots=True)
class Made:
    """A report's result, and its files by their path within the output folder, the JSON last."""

    result: ReportResult
    files: tuple[tuple[str, str], ...] = ()


def make(
    path: Path, name: str, out: Path, read: Callable[[Path], Document], work: Callable[[Document], Digest]
) -> Made:
    """Read and digest one report; nothing is written. `name` is that of its outputs in `out`.

    Raises:
        HuimouError: what ends a whole batch: the endpoint cannot be used, a prompt is wrong.

    """
    begun = time.monotonic()
    try:
        document = read(path)
        digest = work(dataclasses.replace(document, stem=name, file=printable(document.file)))
        files = _files(name, document, digest)
    except (InputError, AnswerError) as error:
        return Made(failed(path, name, str(error), begun, retryable=isinstance(error, AnswerError)))
    except HuimouError:
        raise
    except Exception as error:  # noqa: BLE001 (a fault of the program in one report must not cost the others)
        trace = f".huimou/errors/{name}.txt"
        reason = f"internal error ({type(error).__name__}), see {out / trace}"
        return Made(failed(path, name, reason, begun), ((trace, "".join(traceback.format_exception(error))),))
    return Made(_result(path, name, digest, time.monotonic() - begun), files)


def keep(out: Path, made: Made) -> None:
    """Write the files, each whole and in their order; the same again is written over.

    Raises:
        UsageError: the folder or the disk does not take them.

    """
    for name, text in made.files:
        path = out / name
        if path.parent != out:
            make_folder(path.parent)
        write_text(path, text)


def failed(path: Path, name: str, reason: str, begun: float, *, retryable: bool = False) -> ReportResult:
    """A report that has no output; `begun` is a moment of the monotonic clock."""
    return ReportResult(name, printable(path.name), "failed", reason, time.monotonic() - begun, retryable=retryable)


def _files(name: str, document: Document, digest: Digest) -> tuple[tuple[str, str], ...]:
    """JSON last: where it is there, the rest is."""
    source = ((f"{name}.source.txt", document.text),) if document.extracted else ()
    return (*source, (f"{name}.md", to_markdown(digest, document.text)), (f"{name}.json", to_json(digest)))


def _result(path: Path, name: str, digest: Digest, seconds: float) -> ReportResult:
    complete = digest.run.complete
    unanswered = sum(problem.code == "unanswered" for problem in digest.problems)
    review, run = digest.year_review, digest.run
    return ReportResult(
        name=name,
        file=printable(path.name),
        status="complete" if complete else "partial",
        reason=None if complete else _why_partial(name, unanswered),
        seconds=seconds,
        items=len(review.achievements) + len(review.shortcomings),
        tasks=len(digest.next_year_plan.tasks),
        figures=len(digest.figures),
        uncovered=len(digest.coverage.uncovered),
        retryable=not complete and unanswered > 0,
        spent=Usage(run.calls, run.prompt_tokens, run.cached_tokens, run.completion_tokens, run.seconds),
    )


def _why_partial(name: str, unanswered: int) -> str:
    what = f"{unanswered} groups got no usable answer" if unanswered else "incomplete"
    return f"{what}, see problems in {name}.json"
