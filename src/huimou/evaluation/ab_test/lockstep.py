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

from huimou.digest.pipeline import Choices, Progress, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.evaluation.ab_test.observations import EVERY_PROMPT, Seen
from huimou.evaluation.ab_test.turnstile import OTHER, SideName, Turnstile
from huimou.llm.answerers.listening import Heard
from huimou.llm.client import Client, open_client
from huimou.llm.recordings.replay import Replay, SlotState, not_fresh
from huimou.model.report import Document
from huimou.settings import Endpoint

_BUDGET = 60.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, whom it asks (a server that runs), with which prompts."""

    name: str
    endpoint: Endpoint
    prompts: PromptSet


@dataclass(frozen=True, slots=True)
class Subject:
    """One report, and its annotation if there is one."""

    document: Document
    gold: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The stem of its file."""
        return self.document.stem


@dataclass(frozen=True, slots=True)
class Setting:
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

    before: Side
    after: Side
    tested: frozenset[str] = EVERY_PROMPT
    repeats: int = 3
    recordings: Path | None = None
    choices: Choices = field(default_factory=Choices)
    budget: float = _BUDGET


@dataclass(frozen=True, slots=True)
class Round:
    """One report in one repeat (from 1), digested by both sides."""

    subject: Subject
    repeat: int
    before: Seen
    after: Seen


class Ears:
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
class _Desk:
    """A side at work in one repeat."""

    name: SideName
    side: Side
    client: Client
    ears: Ears


def rounds(subjects: Sequence[Subject], setting: Setting, events: Progress) -> Iterator[Round]:
    """Every report in every repeat, one after the other; which side calls first alternates by repeat and by report.

    Raises:
        EndpointError: a server cannot be used; the other side is stopped.
        UsageError: no model to choose.

    """
    for repeat in range(1, setting.repeats + 1):
        turnstile = Turnstile(_most(setting))
        with ExitStack() as closing:
            desks = [_desk(name, setting, repeat, turnstile, closing) for name in OTHER]
            for index, subject in enumerate(subjects):
                turnstile.begin("before" if (repeat + index) % 2 else "after")
                before, after = _both(subject, desks, setting.choices, (turnstile, events))
                yield Round(subject, repeat, before, after)


def _most(setting: Setting) -> int:
    """Calls under way at once: as many as one endpoint may have, or as both halves of two."""
    before, after = setting.before.endpoint, setting.after.endpoint
    if before.base_url == after.base_url:
        return min(before.concurrency, after.concurrency)
    return _half(before) + _half(after)


def _half(endpoint: Endpoint) -> int:
    return max(1, endpoint.concurrency // 2)


def _desk(name: SideName, setting: Setting, repeat: int, turnstile: Turnstile, closing: ExitStack) -> _Desk:
    side = setting.before if name == "before" else setting.after
    ears = Ears()
    own = side.endpoint
    client = open_client(
        # Chosen here: what a probe found of the whole server is not what half of it may have.
        replace(own, concurrency=_half(own), chosen=own.chosen | {"concurrency"}),
        replay=Replay((setting.recordings,), ask=partial(_live, setting.tested)) if setting.recordings else None,
        budget=setting.budget,
        listen=ears.listen,
        repeat=repeat,
        turns=partial(turnstile.turn, name),
    )
    return _Desk(name, side, closing.enter_context(client), ears)


def _live(tested: frozenset[str], state: SlotState) -> bool:
    """Whether the server is asked: always what is tested, else what has no fresh recording."""
    return state.ticket.prompt_id in tested or not_fresh(state)


def _both(
    subject: Subject, desks: Sequence[_Desk], choices: Choices, shared: tuple[Turnstile, Progress]
) -> tuple[Seen, Seen]:
    """Both sides side by side; what goes wrong on one stops the other, and what went wrong first is raised."""
    turnstile, events = shared
    with ThreadPoolExecutor(max_workers=len(desks), thread_name_prefix="side") as pool:
        working = [pool.submit(_digested, subject.document, desk, choices, turnstile, events) for desk in desks]
        try:
            before, after = (future.result() for future in working)
        except BaseException as error:  # noqa: BLE001 (an interruption comes from here, everything else from a side)
            turnstile.stop(error)
            raise (turnstile.stopped or error) from None
    return before, after


def _digested(document: Document, desk: _Desk, choices: Choices, turnstile: Turnstile, events: Progress) -> Seen:
    try:
        digest = digest_report(document, desk.client, desk.side.prompts, events, choices)
    except BaseException as error:
        turnstile.stop(error)
        raise
    finally:
        turnstile.leave(desk.name)
    return Seen(document, desk.side.prompts, digest, desk.ears.take())
