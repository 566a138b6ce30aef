"""The result of `huimou follow` as pydantic models; the order of fields is the order of keys in the file.

Ids are those of the two digests: T… of the earlier plan, A… and T… of the later report. Every quote is an evidence
quote of its digest, so it stands verbatim in its report.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from huimou.model.digest import Evidence

FOLLOW_VERSION = 1

PointOutcome = Literal["reported", "not_seen", "unanswered"]
DecidedBy = Literal["program", "model"]
Attainment = Literal["reached", "not_reached", "not_comparable"]
VerdictGround = Literal["indicator", "name", "meaning", "likeness", "parts", "model"]


class _FollowUpModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PairedReport(_FollowUpModel):
    """One of the two reports; years are null where its digest has none."""

    file: str
    sha256: str
    organisation: str | None
    region: str | None
    kind: str | None
    review_start: int | None
    review_end: int | None
    plan_year: int | None


class PairNote(_FollowUpModel):
    """A note on the pair of reports that the reader should read first."""

    code: Literal["other_body", "other_kind", "other_year", "unknown_year", "incomplete"]
    message: str


class ReviewPassage(_FollowUpModel):
    """One sentence of the later report's review, and the items of its digest that rest on it."""

    items: list[str]
    evidence: Evidence


class TargetResult(_FollowUpModel):
    """A figure of the later report, as printed, of the same thing and unit as a target; `start` in code points."""

    figure: str
    quote: str
    metric: str | None
    start: int


class TargetPair(_FollowUpModel):
    """A target that is a number, and the figures that the later report gives for it.

    `attainment` says whether they reach it, `why` the printed forms or what keeps them from being compared (simplified
    Chinese); both are null where the report gives none.
    """

    text: str
    quote: str
    metric: str | None
    unit: str | None
    figure: str | None
    results: list[TargetResult]
    attainment: Attainment | None = None
    why: str | None = None


class PointResult(_FollowUpModel):
    """One matter of a task: the clauses of a sentence that speak of it.

    `passages` are empty unless the outcome is `reported`; `asked` is how many candidates the model was shown, 0 where
    the program decided. `ground` is what the verdict rests on: the target's own indicator, a name, the meaning, alike
    words, what the later clauses of its sentence are reported on by (`parts`), the model; null where nothing speaks for
    any sentence. `sure` is the probability (0 to 1) that the outcome is right, null where the model did not answer.
    """

    id: str
    outcome: PointOutcome
    made: DecidedBy
    ground: VerdictGround | None
    sure: float | None
    asked: int
    evidence: Evidence
    passages: list[ReviewPassage]
    targets: list[TargetPair]


class TaskOutcome(_FollowUpModel):
    """One task of the earlier plan: `reported` if one of its points is, `unanswered` if none is and one got no answer.

    `carried` are tasks of the later plan that go on with it.
    """

    task: str
    title: str
    domain: str
    outcome: PointOutcome
    points: list[PointResult]
    carried: list[str]


class NewWork(_FollowUpModel):
    """A sentence of the later review that reports on nothing planned; `items` rest on it, `domain` is the first's."""

    items: list[str]
    title: str
    domain: str
    evidence: Evidence


class CarriedTask(_FollowUpModel):
    """A sentence of the later plan that goes on with one of the earlier plan; found by the program."""

    earlier: str
    later: str
    likeness: float
    earlier_evidence: Evidence
    later_evidence: Evidence


class FollowUpCounts(_FollowUpModel):
    """The counts of a follow-up; tasks == reported + not_seen + unanswered."""

    tasks: int
    reported: int
    not_seen: int
    unanswered: int
    points: int
    points_reported: int
    targets: int
    targets_with_result: int
    new_work: int
    carried: int


class FollowUpCost(_FollowUpModel):
    """The model that was asked, the number of questions and the tokens; all other points the program decided."""

    model: str
    endpoint_kind: str
    prompt: str
    questions: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    complete: bool


class FollowUp(_FollowUpModel):
    """The earlier plan against the later review."""

    schema_version: Literal[1] = 1
    earlier: PairedReport
    later: PairedReport
    domains: dict[str, str]
    notes: list[PairNote]
    counts: FollowUpCounts
    tasks: list[TaskOutcome]
    new_work: list[NewWork]
    carried: list[CarriedTask]
    asked: FollowUpCost
