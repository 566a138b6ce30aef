"""Digesting reports from their recordings, with the state of each recording; no server is asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError
from huimou.evaluation.regression.suite import Case, Suite
from huimou.llm.client import Client, open_client
from huimou.llm.recordings.files import Recordings
from huimou.llm.recordings.manifest import first_manifest
from huimou.llm.recordings.replay import Replay, SlotState
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit, ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint
from huimou.store.hashing import safe_name

STATES = ("fresh", "stale", "missing", "orphan", "half-used")


@dataclass(frozen=True, slots=True)
class Audit:
    """The replay of one report.

    Args:
        case: the report.
        text: its text as decoded or extracted; empty if it cannot be read.
        digest: its digest; None if there is none.
        states: the state of every request, by slot.
        orphans: paths of the report's recordings that no request used; empty where there is an error.
        error: why there is no digest, in one line.
        seconds: wall time.

    """

    case: Case
    text: str
    digest: Digest | None
    states: tuple[SlotState, ...]
    orphans: tuple[str, ...]
    error: str | None
    seconds: float

    @property
    def half_used(self) -> tuple[SlotState, ...]:
        """Requests whose recording has more responses than were played, as recovery from errors has changed."""
        return tuple(state for state in self.states if not state.asked and 0 < state.played < state.kept)

    @property
    def is_fresh(self) -> bool:
        """Whether every request has a fresh recording and every recording is used, wholly."""
        odd = self.orphans or self.half_used or self.error
        return not odd and all(state.state == "fresh" for state in self.states)

    def count_states(self) -> Mapping[str, int]:
        """Number of recordings in each of `STATES`."""
        asked = [state.state for state in self.states]
        named = {name: asked.count(name) for name in ("fresh", "stale", "missing")}
        return {**named, "orphan": len(self.orphans), "half-used": len(self.half_used)}


class SlotStateCollector:
    """Collects the states of requests; safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._states: dict[str, SlotState] = {}

    def tell(self, state: SlotState) -> None:
        """Keep the state of a request; of a request made twice, the last."""
        with self._lock:
            self._states[state.ticket.file] = state

    def states(self) -> tuple[SlotState, ...]:
        """The states so far, in the order of their files."""
        with self._lock:
            return tuple(state for _, state in sorted(self._states.items()))


def audit_suite(suite: Suite, prompts: PromptSet, folders: Sequence[Path] = ()) -> tuple[Audit, ...]:
    """Replay every case of the suite from its accepted recordings, or from `folders`, the first of which counts first.

    Raises:
        UsageError: there are no recordings at all.

    """
    looked = tuple(folders) or (suite.recordings,)
    first_manifest(looked)
    audits = [audit_case(suite, case, prompts, looked) for case in suite.cases]
    tree = Recordings(suite.recordings)
    states = [state for one in audits for state in one.states]
    asked = {state.ticket.file for state in states} | {state.used[1] for state in states if state.used}
    return tuple(
        one if one.error else replace(one, orphans=_find_unused(tree, safe_name(one.case.name), asked))
        for one in audits
    )


def audit_case(suite: Suite, case: Case, prompts: PromptSet, folders: Sequence[Path]) -> Audit:
    """Replay one case, without orphans: only `audit_suite` knows them, as another report may use a recording."""
    heard = SlotStateCollector()
    replay = Replay(tuple(folders), "note", tell=heard.tell)
    begun = time.monotonic()
    text, digest, error = "", None, None
    with open_client(Endpoint("builtin"), replay=replay) as client:
        try:
            document = read_case(case)
            text = document.text
            digest = digest_case(suite, document, client, prompts)
        except HuimouError as problem:
            error = str(problem)
    return Audit(case, text, digest, heard.states(), (), error, time.monotonic() - begun)


def read_case(case: Case) -> Document:
    """Read the report of a case, named like the case.

    Raises:
        InputError: it cannot be read.

    """
    return replace(read_report(case.path), stem=case.name)


def digest_case(
    suite: Suite, document: Document, client: Client, prompts: PromptSet, emit: DigestEmit = ignore_event
) -> Digest:
    """The digest of a document with the suite's profiles and rules."""
    return digest_report(document, client, prompts, emit, DigestChoices(profiles=suite.profiles, rules=suite.rules))


def find_strangers(suite: Suite) -> tuple[str, ...]:
    """Paths of recordings of reports that the project does not have."""
    tree = Recordings(suite.recordings)
    known = {safe_name(name) for name in suite.names}
    return tuple(file for report in tree.reports() if report not in known for file in tree.files(report))


def _find_unused(tree: Recordings, report: str, asked: Iterable[str]) -> tuple[str, ...]:
    wanted = frozenset(asked)
    return tuple(file for file in tree.files(report) if file not in wanted)
