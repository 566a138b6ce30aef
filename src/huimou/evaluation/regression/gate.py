"""The gate: replayed digests must be the accepted ones, and no measure may be below its floor."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huimou.digest.questions.prompts import PromptSet
from huimou.errors import UsageError
from huimou.evaluation.baseline import MissedLimit, check_baseline, compute_fingerprint, find_below
from huimou.evaluation.changes.changes import Change, find_changes
from huimou.evaluation.evaluate import score_digest
from huimou.evaluation.labels import translate_measure
from huimou.evaluation.regression.audit import Audit, audit_suite, find_strangers
from huimou.evaluation.regression.followed_pairs import PairAudit, audit_pairs, find_missed, read_follow_floors
from huimou.evaluation.regression.lifecycle import group_by_reason
from huimou.evaluation.regression.outcome import GateOutcome, GateProblem, ReportOutcome
from huimou.evaluation.regression.suite import Suite
from huimou.evaluation.scores import Scores, list_measures
from huimou.evaluation.words import read_word_annotation
from huimou.llm.recordings.replay import SlotState
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json, to_json
from huimou.store.files import read_json, read_text

_NAMED = 3
_ACCEPT = "huimou fixtures accept"


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome of the gate, and the texts of the reports by name, to show sources in their surroundings."""

    outcome: GateOutcome
    texts: Mapping[str, str]


def run_gate(suite: Suite, prompts: PromptSet) -> Gate:
    """Replay the accepted recordings and compare with the accepted digests and the floors.

    Raises:
        UsageError: there are no recordings, or a file of the fixtures cannot be read.

    """
    begun = time.monotonic()
    audits = audit_suite(suite, prompts)
    baseline = read_json(suite.floors) if suite.floors.is_file() else {}
    reports = [_check_report(suite, one, _read_accepted(suite, one), baseline) for one in audits]
    gone = find_strangers(suite) if suite.is_whole else ()
    problems = _tell_strangers(gone) if gone else []
    missed = _find_missed_floors(suite, baseline, {r.name: s for r, s in reports if s})
    problems += [GateProblem("whole", line, named=line) for line in missed]
    pairs = audit_pairs(suite, prompts) if suite.is_whole else ()
    floors = read_follow_floors(suite)
    outcomes = (*(report for report, _ in reports), *(_check_pair(one, floors) for one in pairs))
    return Gate(GateOutcome(outcomes, tuple(problems), time.monotonic() - begun), _texts(audits))


def run_candidate(suite: Suite, prompts: PromptSet) -> Gate:
    """Compare the candidate's digests with the accepted ones, or with those of the accepted recordings.

    Raises:
        UsageError: there is no candidate.

    """
    if suite.candidate not in suite.trees:
        raise UsageError(f"there is no candidate in {suite.candidate}", "make one with huimou fixtures record")
    begun = time.monotonic()
    audits = audit_suite(suite, prompts, suite.trees)
    accepted = {one.case.name: _read_accepted(suite, one) for one in audits}
    if suite.recordings in suite.trees and not all(accepted.values()):
        before = {one.case.name: _pair(one.digest) for one in audit_suite(suite, prompts)}
        accepted = {name: kept or before[name] for name, kept in accepted.items()}
    reports = [_check_report(suite, one, accepted[one.case.name])[0] for one in audits]
    return Gate(GateOutcome(tuple(reports), (), time.monotonic() - begun), _texts(audits))


@dataclass(frozen=True, slots=True)
class _Accepted:
    digest: Digest
    text: str


def _pair(digest: Digest | None) -> _Accepted | None:
    return _Accepted(digest, to_json(digest)) if digest is not None else None


def _read_accepted(suite: Suite, one: Audit) -> _Accepted | None:
    path = suite.accepted / f"{one.case.name}.json"
    if not path.is_file():
        return None
    text = read_text(path)
    try:
        return _Accepted(from_json(text), text)
    except UsageError as error:
        raise UsageError(f"{path} is {error.message}", "accept the digests anew: huimou fixtures accept") from error


def find_unasked_prompts(suite: Suite, one: Audit) -> tuple[str, ...]:
    """Prompts that are not those of the accepted digest though no recording is stale for it: `second-look 1+… to 2+…`.

    A digest names all prompts that it could have been asked with, also those that its report gave no reason to ask.

    Raises:
        UsageError: the accepted digest cannot be read.

    """
    accepted = _read_accepted(suite, one)
    if accepted is None or one.digest is None:
        return ()
    before, now = accepted.digest.run.prompts, one.digest.run.prompts
    told = {state.ticket.prompt_id for state in one.states if state.state != "fresh"}
    changed = [name for name in sorted({*before, *now} - told) if before.get(name) != now.get(name)]
    return tuple(f"{name} {before.get(name, 'none')} to {now.get(name, 'none')}" for name in changed)


def _check_report(
    suite: Suite, one: Audit, accepted: _Accepted | None, baseline: Mapping[str, Any] | None = None
) -> tuple[ReportOutcome, Scores | None]:
    """Compare a report with what is accepted; with a baseline, the accepted digest must exist and floors must hold."""
    scores = _scores(suite, one, one.digest)
    before = _scores(suite, one, accepted.digest if accepted else None)
    found, odd = _differences(one, accepted, strict=baseline is not None)
    problems = [*explain_unfresh(one.states), *describe_unused(one), *odd]
    if baseline and scores:
        floors = baseline.get("floors", {}).get("report", {}).get(one.case.name, {})
        problems += [_tell_missed(missed) for missed in find_below(scores, floors)]
    outcome = ReportOutcome(
        name=one.case.name,
        file=str(one.case.path),
        problems=tuple(problems),
        changes=found,
        measures=list_measures(scores) if scores else {},
        accepted_measures=list_measures(before) if before and scores else {},
        recordings=one.count_states(),
        seconds=one.seconds,
        error=one.error,
    )
    return outcome, scores


def _check_pair(one: PairAudit, floors: Mapping[str, Mapping[str, float]]) -> ReportOutcome:
    """What is wrong with the recordings and the measures of a pair of reports that is followed up."""
    problems = [*explain_unfresh(one.audit.states), *describe_unused(one.audit)]
    if one.scores:
        missed = find_missed(one.scores, floors.get(one.audit.case.path.stem, {}))
        problems += [_tell_missed(limit) for limit in missed]
    return ReportOutcome(
        name=one.audit.case.name,
        file=str(one.audit.case.path),
        problems=tuple(problems),
        changes=(),
        measures={},
        accepted_measures={},
        recordings=one.audit.count_states(),
        seconds=one.audit.seconds,
        error=one.audit.error,
    )


def _differences(
    one: Audit, accepted: _Accepted | None, *, strict: bool
) -> tuple[tuple[Change, ...], list[GateProblem]]:
    if one.digest is None:
        return (), []
    if accepted is None:
        said = GateProblem("no_accepted", "there is no accepted digest: huimou fixtures accept", named=_ACCEPT)
        return (), [said] if strict else []
    if to_json(one.digest) == accepted.text:
        return (), []
    found = find_changes(accepted.digest, one.digest)
    same = GateProblem("other_bytes", "the accepted digest says the same, but its file is written differently")
    return found, [] if found else [same]


def explain_unfresh(states: Sequence[SlotState]) -> list[GateProblem]:
    """A problem for each reason why recordings do not answer, with the first slots that it holds for."""
    found = []
    for said, slots in group_by_reason([s for s in states if s.state != "fresh"]).items():
        named = _some([state.ticket.slot.name for state in slots])
        kind: Literal["stale", "missing"] = "missing" if slots[0].state == "missing" else "stale"
        bare = kind == "missing" and not slots[0].why
        shown = named if bare else f"{said}: {named}"
        part = next((reason.part for reason in slots[0].why if str(reason) == said), "")
        found.append(GateProblem(kind, f"{len(slots)} × {said}: {named}", len(slots), shown, part))
    return found


def describe_unused(one: Audit) -> list[GateProblem]:
    """A problem for each recording that was used in part, and one for those that were not used."""
    found = []
    for state in one.half_used:
        name = state.ticket.slot.name
        line = f"half used: {name} (of {state.kept} responses {state.played} played)"
        found.append(GateProblem("half_used", line, 1, f"{name} {state.played}/{state.kept}"))
    if one.orphans:
        count, named = len(one.orphans), _some(one.orphans)
        found.append(GateProblem("unused", f"{count} recordings never asked for: {named}", count, named))
    return found


def _tell_strangers(gone: Sequence[str]) -> list[GateProblem]:
    line = f"{len(gone)} recordings of reports that are not there: {_some(gone)}"
    return [GateProblem("stranger", line, len(gone), _some(gone))]


def _tell_missed(missed: MissedLimit) -> GateProblem:
    value = "—" if missed.value is None else f"{missed.value:g}"
    named = f"{translate_measure(missed.name)} {value}（{'≤' if missed.is_ceiling else '≥'} {missed.limit:g}）"
    return GateProblem("limit", f"below its floor: {missed}", named=named)


def _some(names: Sequence[str]) -> str:
    shown = [name.partition(".json")[0] for name in names[:_NAMED]]
    return ", ".join(shown) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _scores(suite: Suite, one: Audit, digest: Digest | None) -> Scores | None:
    path = suite.gold / f"{one.case.name}.json"
    if digest is None or one.digest is None or not path.is_file():
        return None
    if digest.source.sha256 != one.digest.source.sha256:  # the accepted digest of another text
        return None
    gold = read_json(path)
    if gold.get("chars") != len(one.text):
        raise UsageError(f"{path} is not an annotation of {one.case.path}", "they are not of the same text")
    return score_digest(digest, gold, one.text, read_word_annotation(path))


def _find_missed_floors(suite: Suite, baseline: Mapping[str, Any], scores: Mapping[str, Scores]) -> list[str]:
    """Lines for floors of the mean that are missed, and for floors that were measured on other reports."""
    if not baseline or not suite.is_whole or not suite.source.is_dir():
        return []
    lines = check_baseline(baseline, scores, compute_fingerprint(suite.source, suite.gold))
    return [line for line in lines if line.partition(":")[0] not in scores]


def _texts(audits: Sequence[Audit]) -> dict[str, str]:
    return {one.case.name: one.text for one in audits}
