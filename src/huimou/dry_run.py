"""What a batch would cost, before it starts: nothing is asked and nothing is written.

The reports are read and their questions made as in a run whose every missing answer is still to come. So the first wave
is known exactly: item summaries and the second look. What follows hangs on the answers: of the questions that may be
asked later those are counted that would be, if no missing answer were of use. Those are all clauses that can be asked
for, and as many overview sentences as there would be on the report's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from huimou.batch import Planned
from huimou.errors import HuimouError, InputError
from huimou.inputs import printable
from huimou.llm.collect import Collector, Wanted
from huimou.llm.kept import Cost, KeptAnswers
from huimou.llm.prompt_tokens import PromptCounter
from huimou.model import Document
from huimou.stage import Part, part_of

LEAST_BASIS = 10  # questions of a kind, or answers, from which a likely number is taken
_LEAST_SECONDS = 10.0  # of earlier runs; they are noted to the second
_RUNS = """SELECT (julianday(ended) - julianday(started)) * 86400,
    (SELECT count(*) FROM answers WHERE created BETWEEN started AND ended) FROM runs WHERE ended IS NOT NULL"""
_MODELS = "SELECT DISTINCT json_extract(job, '$.model') FROM runs"


@dataclass(frozen=True, slots=True)
class Row:
    """Questions, their prompt tokens, and the tokens that their answers may have at most."""

    questions: int = 0
    prompt_tokens: int = 0
    most_tokens: int = 0

    def __add__(self, other: Row) -> Row:
        return Row(
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
        later: what may follow.
        kept: answers that the ledger has.
        repeated: questions that are worded as another of this batch; one answer serves both.
        looked: sentences that the second look asks about; each that states a deed is one item more to be worded.

    """

    planned: int
    done: int
    ready: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    first: Mapping[Part, Row] = field(default_factory=dict)
    later: Mapping[Part, Row] = field(default_factory=dict)
    kept: Mapping[Part, int] = field(default_factory=dict)
    repeated: int = 0
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What earlier runs of the folder tell of the cost of a question.

    Args:
        costs: of the questions that were answered.
        rate: answers a second over earlier runs, None where they tell none.
        why_not: why nothing is known.

    """

    costs: Mapping[str, Cost] = field(default_factory=dict)
    rate: float | None = None
    why_not: str = ""

    def answer_tokens(self, question: str) -> float | None:
        """Mean tokens of the answers to a question, a re-ask included; clauses have the summaries for their basis."""
        cost = self.costs.get(question)
        enough = self.share_of_clauses() is not None if question == "item-clauses" else _is_enough(cost)
        return cost.completion_tokens / cost.slots if cost and enough else None

    def share_of_clauses(self) -> float | None:
        """How many of the summaries asked for led to a question about clauses."""
        summaries, clauses = self.costs.get("item-summary"), self.costs.get("item-clauses")
        if summaries is None or not _is_enough(summaries):
            return None
        return min(1.0, clauses.slots / summaries.slots) if clauses else 0.0


def _is_enough(cost: Cost | None) -> bool:
    return cost is not None and cost.slots >= LEAST_BASIS


def forecast(  # noqa: PLR0913, PLR0917 (what is read, how it is digested, and what counts)
    reports: Sequence[Planned],
    done: int,
    digest: Callable[[Document], object],
    collector: Collector,
    answers: KeptAnswers,
    counter: PromptCounter,
    read: Callable[[Path], Document],
    told: Callable[[int], None] = lambda _: None,
) -> Forecast:
    """Read and count report by report; no digest is kept.

    Args:
        reports: that are not done.
        done: how many are.
        digest: the pipeline, with a client made from `collector` and `answers`.
        collector: made with `openai_batch.hold`.
        answers: what is paid for.
        counter: of prompt tokens.
        read: report of a path.
        told: how many reports have been counted.

    """
    counting = _Counting(counter)
    for number, report in enumerate(reports, start=1):
        why = _digested(report, digest, read)
        first, later = collector.take_all(report.name)
        if why is not None:
            counting.unreadable.append((printable(report.path.name), why))
        else:
            counting.add(first, later)
        told(number)
    return Forecast(
        planned=len(reports) + done,
        done=done,
        ready=counting.ready,
        unreadable=tuple(counting.unreadable),
        first=dict(sorted(counting.first.items())),
        later=dict(sorted(counting.later.items())),
        kept=dict(sorted(answers.hits.items())),
        repeated=counting.repeated,
        looked=counting.looked,
    )


def basis_of(answers: KeptAnswers, model: str) -> Basis:
    """What the ledger tells of the cost of questions to a model."""
    if not answers.count():
        return Basis(why_not="there are no answers here yet")
    if [row[0] for row in answers.rows(_MODELS)] != [model]:
        return Basis(why_not="the answers here are of another model, or of several")
    runs = [(seconds, number) for seconds, number in answers.rows(_RUNS) if number]
    seconds, number = sum(run[0] for run in runs), sum(run[1] for run in runs)
    rate = number / seconds if number >= LEAST_BASIS and seconds >= _LEAST_SECONDS else None
    return Basis(answers.costs(), rate)


def likely(found: Forecast, basis: Basis) -> dict[Part, Row] | None:
    """Likely questions and tokens by part, in `most_tokens` the likely ones; None where a part has no basis.

    Clauses are asked for as often as before. What the second look will find is in no number.
    """
    rows: dict[Part, Row] = {}
    for part in sorted({*found.first, *found.later}):
        first, later = found.first.get(part, Row()), found.later.get(part, Row())
        if part.question == "item-clauses" and later.questions:
            share = basis.share_of_clauses()
            if share is None:
                return None
            asked = min(later.questions, round(_summaries(found, part) * share))
            later = Row(asked, round(later.prompt_tokens * asked / later.questions))
        row = first + later
        if row.questions:
            tokens = basis.answer_tokens(part.question)
            if tokens is None:
                return None
            rows[part] = replace(row, most_tokens=round(row.questions * tokens))
    return rows


def _summaries(found: Forecast, part: Part) -> int:
    return found.first.get(part._replace(question="item-summary"), Row()).questions


def total(rows: Mapping[Part, Row]) -> Row:
    """The sum."""
    return sum(rows.values(), Row())


def _digested(report: Planned, digest: Callable[[Document], object], read: Callable[[Path], Document]) -> str | None:
    """Why a report cannot be digested; as in a batch, none costs the others."""
    try:
        digest(replace(read(report.path), stem=report.name))
    except InputError as error:
        return str(error)
    except HuimouError:
        raise
    except Exception as error:  # noqa: BLE001 (a fault of the program in one report)
        return f"internal error ({type(error).__name__})"
    return None


class _Counting:
    """Sums over reports."""

    def __init__(self, counter: PromptCounter) -> None:
        self._counter = counter
        self._seen: set[int] = set()  # of digests 64 bits: some 30 MB for ten thousand reports
        self.first: dict[Part, Row] = {}
        self.later: dict[Part, Row] = {}
        self.unreadable: list[tuple[str, str]] = []
        self.ready = self.repeated = self.looked = 0

    def add(self, first: Sequence[Wanted], later: Sequence[Wanted]) -> None:
        """What one report asks."""
        self.ready += not first
        for wanted in first:
            short = int(wanted.digest.rpartition(":")[2][:16], 16)
            if short in self._seen:
                self.repeated += 1
                continue
            self._seen.add(short)
            self._add(self.first, wanted)
            if wanted.ticket.prompt_id == "second-look":
                self.looked += len(wanted.ticket.chunking.split()) - 1
        for wanted in later:
            self._add(self.later, wanted)

    def _add(self, rows: dict[Part, Row], wanted: Wanted) -> None:
        part = part_of(wanted.ticket.path)
        row = Row(1, self._counter.of(wanted.body), int(wanted.body.get("max_tokens") or 0))
        rows[part] = rows.get(part, Row()) + row
