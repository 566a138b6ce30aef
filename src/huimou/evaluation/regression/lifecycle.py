"""Making, accepting and removing recordings: first into a candidate tree, then into the accepted one."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from huimou.digest.questions.prompts import PromptSet, find_prompt_folder
from huimou.errors import AnswerError, InputError, UsageError
from huimou.evaluation.regression.audit import (
    Audit,
    SlotStateCollector,
    audit_suite,
    digest_case,
    find_strangers,
    read_case,
)
from huimou.evaluation.regression.suite import Case, Suite
from huimou.llm.client import open_client
from huimou.llm.recordings.files import Recordings
from huimou.llm.recordings.manifest import read_manifest, refuse_in_ci
from huimou.llm.recordings.replay import Replay, SlotState, is_not_fresh
from huimou.model.events import DigestEmit, ignore_event
from huimou.outputs.render.to_json import to_json
from huimou.settings import Endpoint
from huimou.store.files import make_folder, write_text
from huimou.store.hashing import safe_name

WhichRequests = Literal["missing", "stale", "all"]
_ENDPOINT = "endpoint.json"


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """How many requests of one report were asked, answered by a kept recording, and taken over from another slot."""

    case: Case
    asked: int
    kept: int
    moved: int
    error: str | None = None


def build_request_filter(which: WhichRequests, candidate: Path) -> Callable[[SlotState], bool]:
    """A test for requests to ask: without a recording, without a fresh one, or all that the candidate does not hold."""
    if which == "missing":
        return lambda state: state.state == "missing"
    if which == "stale":
        return is_not_fresh
    return lambda state: state.state != "fresh" or state.used is None or state.used[0] != candidate


def check_recordable(suite: Suite, which: WhichRequests, endpoint: Endpoint) -> None:
    """Check that recording would not mix the answers of two models.

    Raises:
        UsageError: this is a CI run; or the accepted recordings are of another model or mode, and not all are made
            anew.

    """
    refuse_in_ci()
    for folder in (suite.recordings, suite.candidate):
        if folder not in suite.trees or (which == "all" and folder == suite.recordings):
            continue
        manifest = read_manifest(folder)
        if (manifest.facts.model, manifest.mode) != (endpoint.model, endpoint.mode):
            hint = "record all, to change the model or mode" if folder == suite.recordings else "discard it first"
            raise UsageError(
                f"{folder} is of {manifest.facts.model} in mode {manifest.mode}, not {endpoint.model}", hint
            )


def record_answers(
    suite: Suite, which: WhichRequests, endpoint: Endpoint, prompts: PromptSet, emit: DigestEmit = ignore_event
) -> tuple[RecordedCase, ...]:
    """Ask the server what `which` names and keep the answers in the candidate tree; a second run goes on.

    Raises:
        UsageError: see `check_recordable`.
        EndpointError: the server cannot be used; what was recorded stays.

    """
    check_recordable(suite, which, endpoint)
    folders = (suite.candidate, suite.recordings)
    heard = SlotStateCollector()
    replay = Replay(folders, "note", ask=build_request_filter(which, suite.candidate), tell=heard.tell)
    tree = Recordings(suite.candidate)
    made: list[RecordedCase] = []
    with open_client(endpoint, record=tree, replay=replay) as client:
        for case in suite.cases:
            error = None
            try:
                digest_case(suite, read_case(case), client, prompts, emit)
            except (InputError, AnswerError) as problem:
                error = str(problem)
            states = [s for s in heard.states() if s.ticket.path.startswith(f"{safe_name(case.name)}/")]
            made.append(replace(_count_requests(case, states), error=error))
    _take_over(tree, heard.states())
    _drop_if_empty(suite.candidate)
    return tuple(made)


def _count_requests(case: Case, states: Sequence[SlotState]) -> RecordedCase:
    asked = sum(state.asked for state in states)
    moved = sum(_is_elsewhere(state) for state in states)
    return RecordedCase(case, asked, len(states) - asked - moved, moved)


def _is_elsewhere(state: SlotState) -> bool:
    return not state.asked and state.state == "fresh" and state.used is not None and state.used[1] != state.ticket.file


def _take_over(tree: Recordings, states: Sequence[SlotState]) -> None:
    """Copy recordings of another slot that answered a slot into that slot, before the other slot changes."""
    others: dict[Path, Recordings] = {}  # each with its indexes, which are read once
    for state in states:
        if _is_elsewhere(state) and state.used is not None:
            folder, file = state.used
            tree.adopt(others.setdefault(folder, Recordings(folder)), file, state.ticket.file)


def _drop_if_empty(candidate: Path) -> None:
    if candidate.is_dir() and not Recordings(candidate).reports():
        discard_candidate(candidate)


def discard_candidate(candidate: Path) -> None:
    """Delete the candidate's folder."""
    shutil.rmtree(candidate, ignore_errors=True)


def accept_candidate(suite: Suite, prompts: PromptSet) -> tuple[Audit, ...]:
    """Make the candidate's recordings and today's digests the accepted ones.

    Raises:
        UsageError: some request has no fresh recording, so that there is nothing whole to accept.

    """
    audits = audit_suite(suite, prompts, suite.trees)
    for one in audits:
        counts = Counter(state.state for state in one.states)
        if one.error or counts["stale"] or counts["missing"]:
            said = one.error or f"{counts['stale']} stale and {counts['missing']} missing recordings"
            raise UsageError(
                f"{one.case.name} cannot be accepted: {said}", "record first: huimou fixtures record stale"
            )
    _move(suite, audits)
    make_folder(suite.accepted)
    for one in audits:
        if one.digest is not None:
            write_text(suite.accepted / f"{one.case.name}.json", to_json(one.digest))
    _keep_prompts(suite)
    return audits


def _move(suite: Suite, audits: Sequence[Audit]) -> None:
    """Move the candidate's recordings that are used into the accepted tree and delete the others."""
    if suite.candidate not in suite.trees:
        return
    source, target = Recordings(suite.candidate), Recordings(suite.recordings)
    make_folder(suite.recordings)
    _take_manifest(suite)
    for one in audits:
        for state in one.states:
            if state.used and state.used[0] == suite.candidate:
                target.adopt(source, state.used[1])
    names = {safe_name(one.case.name) for one in audits}
    source.remove([file for name in source.reports() if name in names for file in source.files(name)])
    _drop_if_empty(suite.candidate)


def _take_manifest(suite: Suite) -> None:
    """Make the candidate's endpoint that of the accepted tree.

    Raises:
        UsageError: it is of another model, and not all reports are accepted with it.

    """
    mine = suite.recordings / _ENDPOINT
    new = read_manifest(suite.candidate)
    old = read_manifest(suite.recordings) if suite.recordings in suite.trees else new
    if (old.facts.model, old.mode) != (new.facts.model, new.mode) and not suite.is_whole:
        raise UsageError(f"the candidate is of {new.facts.model}, the rest of {old.facts.model}", "accept all reports")
    if not old.also:
        shutil.copyfile(suite.candidate / _ENDPOINT, mine)


def _keep_prompts(suite: Suite) -> None:
    """Copy the prompt files as they are now, so that a later A/B test finds them by their version."""
    kept = suite.accepted / "prompts"
    make_folder(kept)
    for path in sorted(find_prompt_folder(suite.prompts).glob("*.md")):
        write_text(kept / path.name, path.read_text(encoding="utf-8"))


def trim_recordings(suite: Suite, audits: Sequence[Audit]) -> tuple[str, ...]:
    """Remove recordings that nothing uses, and recordings and digests of reports that are gone; returns their paths.

    Raises:
        UsageError: only some reports are worked on, or a recording is stale or missing, so that others may be used
            yet.

    """
    if not suite.is_whole:
        raise UsageError("trimming looks at all reports", "name none")
    for one in audits:
        if one.error or any(state.state != "fresh" for state in one.states):
            raise UsageError(f"{one.case.name} is not fresh, so it cannot be told what is unused", "record first")
    tree = Recordings(suite.recordings)
    gone = [*(file for one in audits for file in one.orphans), *find_strangers(suite)]
    tree.remove(gone)
    kept = {f"{name}.json" for name in suite.names}
    digests = [path for path in sorted(suite.accepted.glob("*.json")) if path.name not in kept]
    for path in digests:
        path.unlink()
    return (*sorted(gone), *tree.remove_unshared(), *(f"accepted/{path.name}" for path in digests))


def group_by_reason(states: Sequence[SlotState]) -> Mapping[str, list[SlotState]]:
    """Slots that are not fresh by the reason, the most frequent first."""
    found: dict[str, list[SlotState]] = {}
    for state in states:
        if state.state == "missing" and not state.why:
            found.setdefault("no recording", []).append(state)
        for reason in state.why:
            found.setdefault(str(reason), []).append(state)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))
