"""What a batch would cost, before it starts: nothing is asked and nothing is written.

The reports are read and their questions made as in a run whose every missing answer is still to come. So the first wave
is known exactly: item summaries and the second look. Whether more is asked hangs on the answers; it is counted as if as
many further answers to the same words were asked for as the effort allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from huimou.batch.planning import PlannedReport
from huimou.digest.questions.registry import SECOND_LOOK, find_cost_part
from huimou.errors import HuimouError, InputError
from huimou.llm.answerers.collecting import Collector
from huimou.llm.answerers.wire import WireRequest
from huimou.llm.prompt_tokens import PromptCounter
from huimou.model.cost_category import CostPart
from huimou.model.digest import Digest
from huimou.model.report import Document
from huimou.store.answers import AnswerReader, CountingAnswerReader, QuestionCost
from huimou.store.database import DatabaseReader
from huimou.store.inputs import to_printable
from huimou.store.journal import JournalReader

LEAST_BASIS = 10  # questions of a kind, or answers, from which a likely number is taken
_LEAST_SECONDS = 10.0  # of earlier runs; they are noted to the second


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """Questions, their prompt tokens, and the tokens that their answers may have at most."""

    questions: int = 0
    prompt_tokens: int = 0
    most_tokens: int = 0

    def __add__(self, other: QuestionTokens) -> QuestionTokens:
        return QuestionTokens(
            self.questions + other.questions,
            self.prompt_tokens + other.prompt_tokens,
            self.most_tokens + other.most_tokens,
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a batch would ask.

    Args:
        planned: reports in all.
        done: of these, those that the journal passes over.
        ready: those that lack no answer, and cost nothing but reading.
        unreadable: file and reason of those that cannot be digested.
        first: what is asked first, by stage and question.
        again: further answers to the same words that may be asked for.
        kept: answers that the store has.
        repeated: questions that are worded as another of this batch; one answer serves both.
        looked: sentences that the second look asks about; each that states a deed is one item more to be worded.

    """

    planned: int
    done: int
    ready: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    first: Mapping[CostPart, QuestionTokens] = field(default_factory=dict)
    again: Mapping[CostPart, QuestionTokens] = field(default_factory=dict)
    kept: Mapping[CostPart, int] = field(default_factory=dict)
    repeated: int = 0
    looked: int = 0


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What earlier runs of the folder tell of the cost of a question.

    Args:
        costs: of the questions that were answered.
        rate: answers a second over earlier runs, None where they tell none.
        why_not: why nothing is known.

    """

    costs: Mapping[str, QuestionCost] = field(default_factory=dict)
    rate: float | None = None
    why_not: str = ""

    def answer_tokens(self, question: str) -> float | None:
        """Mean tokens of the answers to a question, a re-ask included; None where there are too few to tell."""
        cost = self.costs.get(question)
        return cost.completion_tokens / cost.slots if cost and cost.slots >= LEAST_BASIS else None

    def share_again(self, question: str) -> float:
        """How many further answers to the same words were asked for after a first one; 0 where there was no first."""
        cost = self.costs.get(question)
        return cost.samples / cost.firsts if cost and cost.firsts else 0.0


@dataclass(frozen=True, slots=True)
class ForecastSetup:
    """How a report is read and its questions made and counted.

    Args:
        read: report of a path.
        digest: the pipeline, with a client made from `collector` and `answers`.
        collector: made with `openai_batch.exchange.is_blocked`.
        answers: what is paid for.
        counter: of prompt tokens.

    """

    read: Callable[[Path], Document]
    digest: Callable[[Document], Digest]
    collector: Collector
    answers: CountingAnswerReader
    counter: PromptCounter


def forecast_batch(
    reports: Sequence[PlannedReport], done: int, reading: ForecastSetup, told: Callable[[int], None] = lambda _: None
) -> Forecast:
    """Read and count report by report; no digest is kept.

    Args:
        reports: that are not done.
        done: how many are.
        reading: how.
        told: how many reports have been counted.

    """
    counting = _ForecastCounter(reading)
    for number, report in enumerate(reports, start=1):
        counting.add(report)
        told(number)
    return Forecast(
        planned=len(reports) + done,
        done=done,
        ready=counting.ready,
        unreadable=tuple(counting.unreadable),
        first=dict(sorted(counting.first.items())),
        again=dict(sorted(counting.again.items())),
        kept=dict(sorted(reading.answers.hits.items())),
        repeated=counting.repeated,
        looked=counting.looked,
    )


def read_basis(store: DatabaseReader, model: str) -> CostBasis:
    """What earlier runs tell of the cost of questions to a model, from the folder's store."""
    answers, journal = AnswerReader(store), JournalReader(store)
    if not answers.count():
        return CostBasis(why_not="there are no answers here yet")
    if journal.models() != (model,):
        return CostBasis(why_not="the answers here are of another model, or of several")
    runs = [(seconds, number) for seconds, number in journal.answer_times() if number]
    seconds, number = sum(run[0] for run in runs), sum(run[1] for run in runs)
    rate = number / seconds if number >= LEAST_BASIS and seconds >= _LEAST_SECONDS else None
    return CostBasis(answers.costs(), rate)


def estimate_likely(found: Forecast, basis: CostBasis) -> dict[CostPart, QuestionTokens] | None:
    """Likely questions and tokens by part, in `most_tokens` the likely ones; None where a part has no basis.

    Further answers are asked for as often as before. What the second look will find is in no number.
    """
    rows: dict[CostPart, QuestionTokens] = {}
    for part in sorted({*found.first, *found.again}):
        row = found.first.get(part, QuestionTokens())
        row += _take_some(found.again.get(part, QuestionTokens()), row.questions * basis.share_again(part.question))
        if row.questions:
            tokens = basis.answer_tokens(part.question)
            if tokens is None:
                return None
            rows[part] = replace(row, most_tokens=round(row.questions * tokens))
    return rows


def _take_some(row: QuestionTokens, likely: float) -> QuestionTokens:
    """As many of the questions as are likely, with their share of the prompt tokens."""
    asked = min(row.questions, round(likely))
    return QuestionTokens(asked, round(row.prompt_tokens * asked / row.questions)) if asked else QuestionTokens()


def sum_tokens(rows: Mapping[CostPart, QuestionTokens]) -> QuestionTokens:
    """The sum."""
    return sum(rows.values(), QuestionTokens())


class _ForecastCounter:
    """Sums over reports."""

    def __init__(self, reading: ForecastSetup) -> None:
        self._reading = reading
        self._seen: set[int] = set()  # of digests 64 bits: some 30 MB for ten thousand reports
        self.first: dict[CostPart, QuestionTokens] = {}
        self.again: dict[CostPart, QuestionTokens] = {}
        self.unreadable: list[tuple[str, str]] = []
        self.ready = self.repeated = self.looked = 0

    def add(self, report: PlannedReport) -> None:
        """What one report asks; as in a batch, none that cannot be digested costs the others."""
        try:
            document = self._reading.read(report.path)
            self._reading.digest(replace(document, stem=report.name))
        except InputError as error:
            why = str(error)
        except HuimouError:
            raise
        except Exception as error:  # noqa: BLE001 (a fault of the program in one report)
            why = f"internal error ({type(error).__name__})"
        else:
            self._count(*self._reading.collector.take_all(report.name))
            return
        self._reading.collector.take_all(report.name)
        self.unreadable.append((to_printable(report.path.name), why))

    def _count(self, first: Sequence[WireRequest], held: Sequence[WireRequest]) -> None:
        self.ready += not first
        for wanted in first:
            self._count_first(wanted)
        for wanted in held:
            if self._is_new(wanted):
                self._add(self.again, find_cost_part(wanted.ticket.path), wanted.body)

    def _count_first(self, wanted: WireRequest) -> None:
        if not self._is_new(wanted):
            self.repeated += 1
            return
        self._add(self.first, find_cost_part(wanted.ticket.path), wanted.body)
        if wanted.ticket.prompt_id == SECOND_LOOK.id:
            self.looked += len(wanted.ticket.chunking.split()) - 1

    def _is_new(self, wanted: WireRequest) -> bool:
        short = int(wanted.digest.rpartition(":")[2][:16], 16)
        fresh = short not in self._seen
        self._seen.add(short)
        return fresh

    def _add(self, rows: dict[CostPart, QuestionTokens], part: CostPart, body: Mapping[str, Any]) -> None:
        row = QuestionTokens(1, self._reading.counter.of(body), int(body.get("max_tokens") or 0))
        rows[part] = rows.get(part, QuestionTokens()) + row
