"""Digesting reports on both sides of an A/B test at once, one report after another.

The calls of both sides alternate, so that both meet the same server in the same state, and what is tested is never
answered from a store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.evaluation.ab_test.observations import EVERY_PROMPT, SideDigest
from huimou.llm.answerers.alternation import OTHER, Alternation, SideName
from huimou.llm.answerers.listening import Exchange
from huimou.llm.answerers.refusals import RETRY_BUDGET
from huimou.llm.client import Client, open_client
from huimou.llm.question import Question
from huimou.llm.recordings.replay import Replay, SlotState, is_not_fresh
from huimou.model.events import DigestEmit
from huimou.model.report import Document
from huimou.settings import Endpoint


@dataclass(frozen=True, slots=True)
class ABSide:
    """One side of an A/B test: its name, the endpoint it asks (whose server runs), and its prompts."""

    name: str
    endpoint: Endpoint
    prompts: PromptSet


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """A report and its annotation; None where there is no annotation."""

    document: Document
    gold: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The stem of its file."""
        return self.document.stem


@dataclass(frozen=True, slots=True)
class ABTestSetting:
    """What an A/B test compares, and how.

    Args:
        before: the side that is the standard of comparison.
        after: the side that is judged.
        tested: the prompts whose questions are always asked; where not every one is, questions of the others that have
            a fresh recording are answered from it, for both sides alike.
        repeats: how often each report is digested by each side.
        recordings: folder of those recordings, if there is one.
        choices: choices of the pipeline.
        budget: seconds in which one request may be repeated after transport faults.

    """

    before: ABSide
    after: ABSide
    tested: frozenset[str] = EVERY_PROMPT
    repeats: int = 3
    recordings: Path | None = None
    choices: DigestChoices = field(default_factory=DigestChoices)
    budget: float = RETRY_BUDGET


@dataclass(frozen=True, slots=True)
class ABRound:
    """One report in one repeat (from 1), digested by both sides."""

    subject: AnnotatedReport
    repeat: int
    before: SideDigest
    after: SideDigest


class ExchangeCollector:
    """Collects exchanges until they are taken; safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: list[Exchange] = []

    def listen(self, heard: Exchange) -> None:
        """Keep one exchange."""
        with self._lock:
            self._heard.append(heard)

    def take(self) -> tuple[Exchange, ...]:
        """The exchanges since the last call."""
        with self._lock:
            taken, self._heard = tuple(self._heard), []
        return taken


class QuestionCollector:
    """Keeps the texts that questions are made of, by the path of their slots; threads may ask at once."""

    def __init__(self) -> None:
        self.texts: dict[str, Mapping[str, str]] = {}

    def listen(self, question: Question[Any]) -> None:
        """Keep those of one question."""
        self.texts[question.slot.path] = question.parts


@dataclass(frozen=True, slots=True)
class _SideAtWork:
    """A side with its open client in one repeat."""

    name: SideName
    side: ABSide
    client: Client
    ears: ExchangeCollector


def run_rounds(subjects: Sequence[AnnotatedReport], setting: ABTestSetting, emit: DigestEmit) -> Iterator[ABRound]:
    """Digest every report in every repeat on both sides; which side calls first alternates by repeat and report.

    Raises:
        EndpointError: a server cannot be used; the other side is stopped.
        UsageError: no model to choose.

    """
    for repeat in range(1, setting.repeats + 1):
        alternation = Alternation(_most(setting))
        with ExitStack() as closing:
            desks = [_open_side(name, setting, repeat, alternation, closing) for name in OTHER]
            for index, subject in enumerate(subjects):
                alternation.begin("before" if (repeat + index) % 2 else "after")
                before, after = _digest_both(subject, desks, setting.choices, (alternation, emit))
                yield ABRound(subject, repeat, before, after)


def _most(setting: ABTestSetting) -> int:
    """How many calls may run at once: those of one endpoint, or half of those of each of two."""
    before, after = setting.before.endpoint, setting.after.endpoint
    if before.base_url == after.base_url:
        return min(before.concurrency, after.concurrency)
    return _half(before) + _half(after)


def _half(endpoint: Endpoint) -> int:
    return max(1, endpoint.concurrency // 2)


def _open_side(
    name: SideName, setting: ABTestSetting, repeat: int, alternation: Alternation, closing: ExitStack
) -> _SideAtWork:
    side = setting.before if name == "before" else setting.after
    ears = ExchangeCollector()
    own = side.endpoint
    client = open_client(
        # Chosen here: what a probe found of the whole server is not what half of it may have.
        replace(own, concurrency=_half(own), chosen=own.chosen | {"concurrency"}),
        replay=Replay((setting.recordings,), ask=partial(_is_live, setting.tested)) if setting.recordings else None,
        budget=setting.budget,
        listen=ears.listen,
        repeat=repeat,
        take_turn=partial(alternation.turn, name),
    )
    return _SideAtWork(name, side, closing.enter_context(client), ears)


def _is_live(tested: frozenset[str], state: SlotState) -> bool:
    """Whether the server is asked: always for what is tested, else for what has no fresh recording."""
    return state.ticket.prompt_id in tested or is_not_fresh(state)


def _digest_both(
    subject: AnnotatedReport,
    desks: Sequence[_SideAtWork],
    choices: DigestChoices,
    shared: tuple[Alternation, DigestEmit],
) -> tuple[SideDigest, SideDigest]:
    """Digest a report on both sides at once; an error on one side stops the other, and the first error is raised."""
    alternation, emit = shared
    with ThreadPoolExecutor(max_workers=len(desks), thread_name_prefix="side") as pool:
        working = [pool.submit(_digest_side, subject.document, desk, choices, alternation, emit) for desk in desks]
        try:
            before, after = (future.result() for future in working)
        except BaseException as error:  # noqa: BLE001 (an interruption comes from here, everything else from a side)
            alternation.stop(error)
            raise (alternation.stopped or error) from None
    return before, after


def _digest_side(
    document: Document, desk: _SideAtWork, choices: DigestChoices, alternation: Alternation, emit: DigestEmit
) -> SideDigest:
    questions = QuestionCollector()
    try:
        digest = digest_report(
            document, desk.client, desk.side.prompts, emit, replace(choices, listen=questions.listen)
        )
    except BaseException as error:
        alternation.stop(error)
        raise
    finally:
        alternation.leave(desk.name)
    return SideDigest(document, digest, desk.ears.take(), questions.texts)
