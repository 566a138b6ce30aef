"""The whole pipeline for two sides at once, report by report.

Their live calls alternate, so that both meet the same server in the same state, and nothing that is compared is
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
from huimou.evaluation.ab_test.turnstile import OTHER, SideName, Turnstile
from huimou.llm.answerers.listening import Heard
from huimou.llm.client import Client, open_client
from huimou.llm.recordings.replay import Replay, SlotState, not_fresh
from huimou.model.events import DigestEmit
from huimou.model.report import Document
from huimou.settings import Endpoint

_BUDGET = 60.0


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """One of the two: what it is called, whom it asks (a server that runs), with which prompts."""

    name: str
    endpoint: Endpoint
    prompts: PromptSet


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """One report, and its annotation if there is one."""

    document: Document
    gold: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The stem of its file."""
        return self.document.stem


@dataclass(frozen=True, slots=True)
class ComparisonSetting:
    """What is compared.

    Args:
        before: the side that is compared against.
        after: the side in question.
        tested: the prompts whose questions are always asked; where not every one is, questions of the others that have
            a fresh recording are answered from it, for both sides alike.
        repeats: how often each report is digested by each side.
        recordings: folder of those recordings, if there is one.
        choices: as of the pipeline.
        budget: seconds for repeating one request over transport faults.

    """

    before: ComparisonSide
    after: ComparisonSide
    tested: frozenset[str] = EVERY_PROMPT
    repeats: int = 3
    recordings: Path | None = None
    choices: DigestChoices = field(default_factory=DigestChoices)
    budget: float = _BUDGET


@dataclass(frozen=True, slots=True)
class ComparisonRound:
    """One report in one repeat (from 1), digested by both sides."""

    subject: AnnotatedReport
    repeat: int
    before: SideDigest
    after: SideDigest


class ExchangeCollector:
    """Keeps what is heard until it is taken; threads may speak at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: list[Heard] = []

    def listen(self, heard: Heard) -> None:
        """Keep one exchange."""
        with self._lock:
            self._heard.append(heard)

    def take(self) -> tuple[Heard, ...]:
        """What was heard since the last call of this."""
        with self._lock:
            taken, self._heard = tuple(self._heard), []
        return taken


@dataclass(frozen=True, slots=True)
class _SideAtWork:
    """A side at work in one repeat."""

    name: SideName
    side: ComparisonSide
    client: Client
    ears: ExchangeCollector


def run_rounds(
    subjects: Sequence[AnnotatedReport], setting: ComparisonSetting, emit: DigestEmit
) -> Iterator[ComparisonRound]:
    """Every report in every repeat, one after the other; which side calls first alternates by repeat and by report.

    Raises:
        EndpointError: a server cannot be used; the other side is stopped.
        UsageError: no model to choose.

    """
    for repeat in range(1, setting.repeats + 1):
        turnstile = Turnstile(_most(setting))
        with ExitStack() as closing:
            desks = [_open_side(name, setting, repeat, turnstile, closing) for name in OTHER]
            for index, subject in enumerate(subjects):
                turnstile.begin("before" if (repeat + index) % 2 else "after")
                before, after = _digest_both(subject, desks, setting.choices, (turnstile, emit))
                yield ComparisonRound(subject, repeat, before, after)


def _most(setting: ComparisonSetting) -> int:
    """Calls under way at once: as many as one endpoint may have, or as both halves of two."""
    before, after = setting.before.endpoint, setting.after.endpoint
    if before.base_url == after.base_url:
        return min(before.concurrency, after.concurrency)
    return _half(before) + _half(after)


def _half(endpoint: Endpoint) -> int:
    return max(1, endpoint.concurrency // 2)


def _open_side(
    name: SideName, setting: ComparisonSetting, repeat: int, turnstile: Turnstile, closing: ExitStack
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
        turns=partial(turnstile.turn, name),
    )
    return _SideAtWork(name, side, closing.enter_context(client), ears)


def _is_live(tested: frozenset[str], state: SlotState) -> bool:
    """Whether the server is asked: always what is tested, else what has no fresh recording."""
    return state.ticket.prompt_id in tested or not_fresh(state)


def _digest_both(
    subject: AnnotatedReport,
    desks: Sequence[_SideAtWork],
    choices: DigestChoices,
    shared: tuple[Turnstile, DigestEmit],
) -> tuple[SideDigest, SideDigest]:
    """Both sides side by side; what goes wrong on one stops the other, and what went wrong first is raised."""
    turnstile, emit = shared
    with ThreadPoolExecutor(max_workers=len(desks), thread_name_prefix="side") as pool:
        working = [pool.submit(_digest_side, subject.document, desk, choices, turnstile, emit) for desk in desks]
        try:
            before, after = (future.result() for future in working)
        except BaseException as error:  # noqa: BLE001 (an interruption comes from here, everything else from a side)
            turnstile.stop(error)
            raise (turnstile.stopped or error) from None
    return before, after


def _digest_side(
    document: Document, desk: _SideAtWork, choices: DigestChoices, turnstile: Turnstile, emit: DigestEmit
) -> SideDigest:
    try:
        digest = digest_report(document, desk.client, desk.side.prompts, emit, choices)
    except BaseException as error:
        turnstile.stop(error)
        raise
    finally:
        turnstile.leave(desk.name)
    return SideDigest(document, desk.side.prompts, digest, desk.ears.take())
