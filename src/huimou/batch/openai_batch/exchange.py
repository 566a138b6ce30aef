"""Which requests are exported because they have no answer, and which imported answers fit them.

A report asks in waves: what its text asks first, then other answers to the same words where no answer was good enough.
So export and import take turns until nothing is missing; the answers go into the store that live runs use.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from huimou.batch.engines.engine import LoopOptions, RunResult
from huimou.batch.engines.thread_engine import run_in_threads
from huimou.batch.events import Emit
from huimou.batch.openai_batch.line_format import (
    MOST_BYTES,
    MOST_LINES,
    ResultLine,
    Shards,
    build_custom_id,
    build_request_line,
    encode_json_line,
    parse_result_line,
    read_result_lines,
)
from huimou.digest.questions.registry import QUESTIONS
from huimou.digest.questions.units import find_whole_unit
from huimou.errors import AnswerInvalid, AnswerPending, UsageError
from huimou.llm.answerers.collecting import Collector
from huimou.llm.answerers.completion import clean_body
from huimou.llm.answerers.wire import WireRequest
from huimou.llm.question import Slot
from huimou.llm.tokens import count_least_tokens
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.outputs.formats import DEFAULT
from huimou.store.answers import AnswerStore, KeptAnswer
from huimou.store.hashing import to_canonical_json

AnswerFit = Literal["fits", "unfit", "cut"]
_RANK: Mapping[AnswerFit, int] = {"fits": 0, "unfit": 1, "cut": 2}
_RECORDS = Path(".huimou", "openai-batch")
_OK = 200


@dataclass(frozen=True, slots=True)
class ExportedRequest:
    """What import must know of an exported request; none of a report's text.

    Args:
        custom_id: in the request file.
        digest: of the request.
        slot: path of the slot.
        attempt: 2 is the re-ask.
        model: that was asked for.
        answer: name of the answer's model, as the question's `QuestionKind.find_answer_model` knows it.
        strict: whether the content must be one JSON object without anything around it.
        least_tokens: a server that counted fewer has cut the prompt.

    """

    custom_id: str
    digest: str
    slot: str
    attempt: int
    model: str
    answer: str
    strict: bool
    least_tokens: int


@dataclass(frozen=True, slots=True)
class RequestExport:
    """What an export came to.

    Args:
        reports: what became of each; one that waits for answers is `failed` there.
        waiting: name of each report that waits, and for how many answers.
        requests: lines written, each different.
        files: request files.

    """

    reports: RunResult
    waiting: Mapping[str, int]
    requests: int
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class AnswerImport:
    """What an import came to; every line of the files is in exactly one of the first seven.

    Args:
        taken: answers that are now in the store and fit their schema.
        unfit: the same, but cut off or not fitting, by reason: the pipeline asks about fewer, or again in other words.
        already: answers whose requests the store had an answer to.
        repeated: further lines for a request that these files answer.
        refused: lines without a usable answer, by reason; their requests are exported again.
        foreign: lines with the id of no request that was exported from this folder.
        unreadable: torn lines, and others that are no result.
        missing: requests of the last export that have no answer in the store.
        asked: all requests of the last export.
        models: names by which the answers' models call themselves where that is not the one asked for.

    """

    taken: int = 0
    unfit: Mapping[str, int] = field(default_factory=dict)
    already: int = 0
    repeated: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    foreign: int = 0
    unreadable: int = 0
    missing: int = 0
    asked: int = 0
    models: tuple[str, ...] = ()


def is_blocked(path: str, pending: Collection[str]) -> bool:
    """Whether a slot is asked for only if the answers to those of its report that are pending are not good enough."""
    slot = Slot.parse(path)
    return any(_comes_before(Slot.parse(other), slot) for other in pending)


def _comes_before(other: Slot, slot: Slot) -> bool:
    """Whether the other is a lower sample of the same question about the same unit or a half of it."""
    same = other.question == slot.question and find_whole_unit(other.unit) == find_whole_unit(slot.unit)
    return same and other.sample < slot.sample


def export_requests(  # noqa: PLR0913 (what is read, how it is digested, and where the two kinds of files go)
    inputs: Sequence[Path],
    out: Path,
    to: Path,
    digest: Callable[[Document, Emit], Digest],
    collector: Collector,
    read: Callable[[Path], Document],
    *,
    strict: bool = False,
    emit: Emit = ignore_event,
    options: LoopOptions | None = None,
    most_lines: int = MOST_LINES,
    most_bytes: int = MOST_BYTES,
) -> RequestExport:
    """Write the digests of reports that lack no answer, and request files for the others.

    Args:
        inputs: reports.
        out: folder of the digests, with the record of what was asked in `.huimou`.
        to: folder of the request files `requests-0001.jsonl` …, which replace those of the export before.
        digest: the pipeline, with a client made from `collector`.
        collector: made with `is_blocked`.
        read: report of a path.
        strict: answers must be one JSON object without anything around it (mode md_json).
        emit: told what goes on; a report that waits counts as failed there.
        options: its journal tells what is done already and needs not be read.
        most_lines: lines a file.
        most_bytes: bytes a file.

    Raises:
        UsageError: a folder cannot be written to.

    """
    records = out / _RECORDS
    lock = threading.Lock()
    written: dict[str, str] = {}  # digest by custom_id
    waiting: dict[str, int] = {}
    number = len(_list_exports(records)) + 1
    with (
        Shards(to, "requests", most_lines=most_lines, most_bytes=most_bytes) as requests,
        Shards(records, f"export-{number:04}", even_empty=True) as record,
    ):

        def work(document: Document, emit: Emit) -> Digest:
            result = digest(document, emit)
            wanted = collector.take(document.stem)
            if not wanted:
                return result
            with lock:
                waiting[document.stem] = len(wanted)
                for one in wanted:
                    if _is_new(one.digest, written):
                        requests.add(build_request_line(one.digest, one.body))
                        record.add(encode_json_line(asdict(_build_exported_request(one, strict=strict))))
            raise AnswerPending(f"{len(wanted)} answers are still to come")

        result = run_in_threads(inputs, out, work, emit, read, options or LoopOptions(formats=DEFAULT))
        if result.stopped is not None:
            raise result.stopped
        if result.interrupted:
            return RequestExport(result, waiting, 0, ())
        record.publish()  # first, so that no request is out of which nothing is known
        return RequestExport(result, waiting, requests.lines, requests.publish())


def _is_new(digest: str, written: dict[str, str]) -> bool:
    """Whether a request is not written yet."""
    name = build_custom_id(digest)
    fresh = name not in written
    if written.setdefault(name, digest) != digest:
        raise UsageError(f"two requests have the same id {name}", "export the reports into two folders")
    return fresh


def _build_exported_request(wanted: WireRequest, *, strict: bool) -> ExportedRequest:
    ticket = wanted.ticket
    least = count_least_tokens(wanted.body["messages"])
    model = str(wanted.body["model"])
    return ExportedRequest(
        build_custom_id(wanted.digest), wanted.digest, ticket.path, ticket.attempt, model, ticket.schema, strict, least
    )


def check_exported(out: Path) -> None:
    """Raise UsageError where nothing was exported from the folder; nothing is made in it."""
    if not _list_exports(out / _RECORDS):
        hint = "name the folder that was given to huimou openai-batch export with -o"
        raise UsageError(f"nothing was exported from {out}", hint)


def import_answers(out: Path, files: Sequence[Path], store: AnswerStore) -> AnswerImport:
    """Put the answers that files hold into the store; the order of files and lines does not matter.

    Where one request has several answers, one that fits its schema is taken before others, and of equals always the
    same. What is cut off or does not fit is kept as in a live run: asked in the same words, the model would say the
    same, so that the next export asks about fewer sentences or says what was wrong.

    Raises:
        UsageError: nothing was exported from `out`, or a file cannot be read.

    """
    asked = _read_all_requests(out)
    best: dict[str, _AnswerPlace] = {}
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for path in files:
        for line in read_result_lines(path):
            request = asked.get(line.custom_id or "")
            if line.custom_id is None:
                counts["unreadable"] += 1
            elif request is None:
                counts["foreign"] += 1
            else:
                place = _locate_answer(path, line, request)
                if isinstance(place, str):
                    refused[place] += 1
                else:
                    counts["repeated"] += line.custom_id in best
                    best[line.custom_id] = min(place, best.get(line.custom_id, place), key=lambda p: p.order)
    taken: Counter[str] = Counter()
    models: set[str] = set()
    for name in sorted(best):
        _store_answer(best[name], asked[name], store, taken, models)
    last = _read_last_requests(out)
    return AnswerImport(
        taken=taken.pop("fits", 0),
        already=taken.pop("already", 0),
        unfit=dict(sorted(taken.items())),
        repeated=counts["repeated"],
        refused=dict(sorted(refused.items())),
        foreign=counts["foreign"],
        unreadable=counts["unreadable"],
        missing=sum(store.get(request.digest) is None for request in last),
        asked=len(last),
        models=tuple(sorted(models)),
    )


@dataclass(frozen=True, slots=True)
class _AnswerPlace:
    """Where a usable answer stands; thousands are held, so not the answer itself."""

    path: Path
    start: int
    size: int
    verdict: AnswerFit
    reason: str
    sha: bytes

    @property
    def order(self) -> tuple[int, bytes]:
        return _RANK[self.verdict], self.sha


def _locate_answer(path: Path, line: ResultLine, request: ExportedRequest) -> _AnswerPlace | str:
    """The place of a line's answer, or why it is refused."""
    if line.body is None:
        return line.reason or "no answer"
    verdict, reason = judge_answer(line.body, request)
    if verdict is None:
        return reason
    return _AnswerPlace(path, line.start, line.size, verdict, reason, _hash_body(line.body))


def judge_answer(body: Mapping[str, Any], request: ExportedRequest) -> tuple[AnswerFit | None, str]:  # noqa: PLR0911 (one for each thing that can be wrong)
    """Whether an answer fits its request, and what is wrong with it; None where it is no usable answer."""
    try:
        to_canonical_json(body).encode()
    except (ValueError, RecursionError):  # halves of characters, NaN: Python reads more than JSON may hold
        return None, "not valid JSON"
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return None, "not a chat completion"
    usage = body.get("usage") or {}
    counted = usage.get("prompt_tokens") or 0 if isinstance(usage, dict) else None
    if not isinstance(counted, int):
        return None, "not a chat completion"
    if 0 < counted < request.least_tokens:
        return None, "the prompt was cut: give the server a longer context, or --context-tokens to export"
    if choices[0].get("finish_reason") == "length":
        return "cut", "cut off at max_tokens"
    try:
        message = clean_body(dict(body), strict=request.strict)["choices"][0]["message"]
        said = message["tool_calls"][0]["function"]["arguments"] if message.get("tool_calls") else message["content"]
        kind = QUESTIONS.get(Slot.parse(request.slot).question)
        model = kind.find_answer_model(request.answer) if kind else None
        if model is not None:
            model.model_validate_json(said)
    except (ValidationError, AnswerInvalid, KeyError, TypeError):
        return "unfit", "does not fit its schema"
    return "fits", ""


def _store_answer(
    place: _AnswerPlace, request: ExportedRequest, store: AnswerStore, taken: Counter[str], models: set[str]
) -> None:
    if store.get(request.digest) is not None:
        taken["already"] += 1
        return
    body = _reread_answer(place)
    kept = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    store.put(request.digest, KeptAnswer(request.slot, request.attempt, _OK, kept, calls=1, seconds=0.0))
    taken[place.reason or "fits"] += 1
    if isinstance(body.get("model"), str) and body["model"] != request.model:
        models.add(body["model"])


def _reread_answer(place: _AnswerPlace) -> dict[str, Any]:
    """Read an answer again from its place; it must be the one that was judged."""
    try:
        with place.path.open("rb") as file:
            file.seek(place.start)
            body = parse_result_line(file.read(place.size)).body
    except OSError as error:
        raise UsageError(f"cannot read {place.path}: {error.strerror or error}") from error
    if body is None or _hash_body(body) != place.sha:
        raise UsageError(f"{place.path} was changed while it was read", "import it again when it is whole")
    return body


def _hash_body(body: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(to_canonical_json(body).encode()).digest()


def _list_exports(records: Path) -> list[str]:
    """Names of the exports there were, in their order."""
    return sorted({path.name.rpartition("-")[0] for path in records.glob("export-[0-9]*-[0-9]*.jsonl")})


def _read_all_requests(out: Path) -> dict[str, ExportedRequest]:
    check_exported(out)
    paths = sorted((out / _RECORDS).glob("export-*.jsonl"))
    return {asked.custom_id: asked for path in paths for asked in _read_requests(path)}


def _read_last_requests(out: Path) -> list[ExportedRequest]:
    records = out / _RECORDS
    last = _list_exports(records)[-1]
    return [asked for path in sorted(records.glob(f"{last}-*.jsonl")) for asked in _read_requests(path)]


def _read_requests(path: Path) -> Iterator[ExportedRequest]:
    try:
        with path.open("rb") as file:
            for line in file:
                yield ExportedRequest(**json.loads(line))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} cannot be read ({error})", "export again into this folder") from error
