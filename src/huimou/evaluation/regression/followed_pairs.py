"""The pairs of reports of a suite that are followed up: replayed, with the state of each recording, and measured.

FIXTURES/follow/gold           judgements, one a pair, with the names of both reports
FIXTURES/follow/reports        reports that are not among the project's own
FIXTURES/follow/recordings     questions and answers
FIXTURES/follow/baseline.json  floors under the measures, where there are any

A report that has an accepted digest is followed up by that one. Of others the digest is made without a model: what is
followed up are sentences, figures and targets, which no model words.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huimou.compare.followup.follow import build_pair_name, follow_plan
from huimou.compare.followup.result import FollowUp
from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError, UsageError
from huimou.evaluation.baseline import MissedLimit, find_missed_limits
from huimou.evaluation.following_up import FollowUpScores, list_measures, read_judgement, score_follow_up
from huimou.evaluation.regression.audit import Audit, SlotStateCollector
from huimou.evaluation.regression.suite import Case, Suite
from huimou.llm.client import open_client
from huimou.llm.recordings.files import Recordings
from huimou.llm.recordings.replay import Replay
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.outputs.render.to_json import from_json
from huimou.settings import Endpoint
from huimou.store.files import read_json, read_text
from huimou.store.hashing import safe_name


@dataclass(frozen=True, slots=True)
class FollowedPair:
    """A judged pair: its judgement's file, and the names of the earlier and the later report."""

    gold: Path
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class PairAudit:
    """The replay of one pair: the state of its recordings, and its measures; None where it could not be followed up."""

    audit: Audit
    scores: FollowUpScores | None


def list_pairs(suite: Suite) -> tuple[FollowedPair, ...]:
    """The judged pairs of a suite, by name.

    Raises:
        UsageError: a judgement does not name its reports.

    """
    found = []
    for path in sorted((suite.fixtures / "follow" / "gold").glob("*.json")):
        data = read_json(path)
        if not isinstance(data, dict) or not {"earlier", "later", "tasks"} <= data.keys():
            raise UsageError(f"{path} does not name its earlier and its later report")
        found.append(FollowedPair(path, data["earlier"], data["later"]))
    return tuple(found)


def audit_pairs(suite: Suite, prompts: PromptSet) -> tuple[PairAudit, ...]:
    """Replay every judged pair from FIXTURES/follow/recordings; no server is asked."""
    return tuple(_audit_pair(suite, pair, prompts) for pair in list_pairs(suite))


def _audit_pair(suite: Suite, pair: FollowedPair, prompts: PromptSet) -> PairAudit:
    folder, begun = suite.fixtures / "follow" / "recordings", time.monotonic()
    heard = SlotStateCollector()
    name, scores, error = f"{pair.earlier}+{pair.later}", None, None
    try:
        digests = _read_digest(suite, pair.earlier, prompts), _read_digest(suite, pair.later, prompts)
        name = build_pair_name(*digests)
        found = _replay_pair(digests, folder, prompts, heard)
        scores = score_follow_up(found, read_judgement(pair.gold))
    except HuimouError as problem:
        error = str(problem)
    states = heard.states()
    asked = {state.ticket.file for state in states} | {state.used[1] for state in states if state.used}
    orphans = () if error else tuple(one for one in Recordings(folder).files(safe_name(name)) if one not in asked)
    audit = Audit(Case(pair.gold, name), "", None, states, orphans, error, time.monotonic() - begun)
    return PairAudit(audit, scores)


def _replay_pair(
    digests: tuple[Digest, Digest], folder: Path, prompts: PromptSet, heard: SlotStateCollector
) -> FollowUp:
    with open_client(Endpoint("builtin"), replay=Replay((folder,), "note", tell=heard.tell)) as client:
        return follow_plan(*digests, client, prompts)


def _read_digest(suite: Suite, name: str, prompts: PromptSet) -> Digest:
    accepted = suite.accepted / f"{name}.json"
    if accepted.is_file():
        return from_json(read_text(accepted))
    document = read_report(suite.fixtures / "follow" / "reports" / f"{name}.txt")
    nothing = Replay((suite.fixtures / "follow" / "gold",), "note")  # no answer is there, so none is used
    with open_client(Endpoint("builtin"), replay=nothing) as client:
        choices = DigestChoices(profiles=suite.profiles, rules=suite.rules)
        digest = digest_report(document, client, prompts, ignore_event, choices)
    return digest.model_copy(update={"run": digest.run.model_copy(update={"complete": True})})


def read_follow_floors(suite: Suite) -> Mapping[str, Mapping[str, float]]:
    """The floors under the measures of each pair, by the name of its judgement; none where there is no file."""
    path = suite.fixtures / "follow" / "baseline.json"
    floors: Mapping[str, Mapping[str, float]] = read_json(path) if path.is_file() else {}
    return floors


def find_missed(scores: FollowUpScores, floors: Mapping[str, float]) -> list[MissedLimit]:
    """The measures of a pair that are below their floor, or above it where less is better (the calibration error)."""
    return list(find_missed_limits(_name_measures(list_measures(scores)), _name_measures(floors)))


def _name_measures(values: Mapping[str, float]) -> dict[str, float]:
    """Measures under the names that they have among all measures."""
    return {f"follow.{name}": value for name, value in values.items()}


def make_follow_floors(scores: Mapping[str, FollowUpScores]) -> dict[str, dict[str, float]]:
    """The floors that these scores just pass."""
    return {name: list_measures(one) for name, one in sorted(scores.items())}
