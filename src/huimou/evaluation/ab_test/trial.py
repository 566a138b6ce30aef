"""Trying a prompt on one unit: its question is asked of the server, the rest of the report is replayed.

The whole pipeline runs, so that what is sent is exactly what a run would send. All other units are answered from
recordings, or where there is none keep the report's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.questions.units import is_of_unit
from huimou.errors import UsageError
from huimou.language.profiles.profile import ProfileSet
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook
from huimou.llm.answerers.listening import Exchange
from huimou.llm.client import open_client
from huimou.llm.question import Ticket
from huimou.llm.recordings.replay import Replay, SlotState
from huimou.model.digest import Achievement, Digest, Evidence, Task
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint


@dataclass(frozen=True, slots=True)
class TrialSetup:
    """What a trial works on: a report, the folder of recordings, and the kinds of report."""

    document: Document
    recordings: Path
    profiles: ProfileSet
    rules: RuleBook = SHIPPED_RULES

    @property
    def choices(self) -> DigestChoices:
        """How its digests are made."""
        return DigestChoices(profiles=self.profiles, rules=self.rules)


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """What became of the answer: the item, how it was made, and answers that were refused."""

    id: str
    text: str
    made: str
    refused: tuple[str, ...]
    sources: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PromptTrial:
    """The trial of one unit: all exchanges about it in order, and what became of it."""

    ticket: Ticket
    heard: tuple[Exchange, ...]
    verdicts: tuple[UnitOutcome, ...]


def list_units(bench: TrialSetup, question: str, prompts: PromptSet) -> tuple[Ticket, ...]:
    """The tickets of all units of the report that this question would be asked about, in order; nothing is asked.

    Raises:
        UsageError: the question would not be asked at all.
        PromptError: there is no such prompt.

    """
    _ = prompts[question]
    asked: dict[str, Ticket] = {}
    lock = Lock()

    def note(state: SlotState) -> None:
        with lock:
            if state.ticket.prompt_id == question and state.ticket.slot.sample == 1:
                asked.setdefault(state.ticket.path, state.ticket)

    with open_client(Endpoint("builtin"), replay=Replay((bench.recordings,), "note", tell=note)) as client:
        digest_report(bench.document, client, prompts, ignore_event, bench.choices)
    if not asked:
        raise UsageError(f"{bench.document.file} gives no reason to ask {question}", "try another report or question")
    return tuple(sorted(asked.values(), key=_place))


def choose_unit(tickets: Sequence[Ticket], unit: str | None) -> Ticket:
    """The unit by its number from 1 or by its name; the first if None.

    Raises:
        UsageError: there is no such unit.

    """
    names = [ticket.slot.unit for ticket in tickets]
    if unit is None:
        return tickets[0]
    if unit in names:
        return tickets[names.index(unit)]
    if unit.isdecimal() and 1 <= int(unit) <= len(tickets):
        return tickets[int(unit) - 1]
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    raise UsageError(f"there is no unit {unit}", f"units are 1 to {len(tickets)}: {shown}")


def try_unit(bench: TrialSetup, ticket: Ticket, endpoint: Endpoint, prompts: PromptSet) -> PromptTrial:
    """Ask about one unit, and again about its halves or for other samples where the answer is not good enough.

    Raises:
        EndpointError: the server cannot be used.

    """
    unit = ticket.slot.unit
    heard: list[Exchange] = []
    lock = Lock()

    def listen(one: Exchange) -> None:
        with lock:
            if not one.replayed and one.status is not None:
                heard.append(one)

    replay = Replay((bench.recordings,), "note", ask=_build_unit_filter(ticket.prompt_id, unit))
    with open_client(endpoint, replay=replay, listen=listen) as client:
        digest = digest_report(bench.document, client, prompts, ignore_event, bench.choices)
    return PromptTrial(ticket, tuple(heard), tuple(_verdicts(digest, ticket)))


def _build_unit_filter(question: str, unit: str) -> Callable[[SlotState], bool]:
    """A test of whether a request is the question about the unit, about one of its halves, or another sample."""

    def concerns(state: SlotState) -> bool:
        slot = state.ticket.slot
        return slot.question == question and is_of_unit(slot.unit, unit)

    return concerns


def _place(ticket: Ticket) -> tuple[int, str]:
    """The order of tickets: by the first sentence."""
    first = re.search(r"\d+", ticket.chunking)
    return (int(first.group()) if first else 0, ticket.path)


def _verdicts(digest: Digest, ticket: Ticket) -> list[UnitOutcome]:
    numbers = {int(number) for number in re.findall(r"\d+", ticket.chunking.partition(";")[0])}
    items: list[Achievement | Task] = [*digest.year_review.achievements, *digest.next_year_plan.tasks]
    return [_of_item(digest, item) for item in items if numbers & {e.sentence for e in item.evidence}]


def _of_item(digest: Digest, item: Achievement | Task) -> UnitOutcome:
    places = [(evidence.start, evidence.end) for evidence in item.evidence]
    refused = tuple(
        problem.message
        for problem in digest.problems
        if problem.code in {"claim_rejected", "unanswered"}
        and problem.start is not None
        and problem.end is not None
        and any(problem.start < end and start < problem.end for start, end in places)
    )
    return UnitOutcome(item.id, item.summary, item.made, refused, tuple(item.evidence))
