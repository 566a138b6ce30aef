"""What the tools of agents return, as models of pydantic; their descriptions are those of the tools' output schemas."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from huimou.compare.followup.result import DecidedBy, FollowUpCounts, PointOutcome, TargetPair
from huimou.model.digest import ItemReview, Target
from huimou.model.report import Direction, FigureMode, SummaryOrigin
from huimou.service.models import ReportRow

ItemKind = Literal["achievement", "shortcoming", "task"]


class _AgentModel(BaseModel):
    model_config = ConfigDict(frozen=True)


class DigestRow(ReportRow):
    """One report of a folder and the path of its digest."""

    digest: str | None = Field(description="Path to give to other tools; null where it failed.")


class DigestPage(_AgentModel):
    """Some reports of a folder, by name."""

    folder: str
    total: int = Field(description="How many there are in all.")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")
    digests: list[DigestRow]


class OverviewLine(_AgentModel):
    """One sentence of an overview and the ids of the items that it rests on."""

    text: str
    items: list[str]


class DomainCount(_AgentModel):
    """One domain of the report's kind, and how many items it has."""

    domain: str
    title: str
    achievements: int
    tasks: int


class CheckLine(_AgentModel):
    """What a person should check first, and of which item; the item is null where it is of the whole report."""

    item: str | None
    message: str


class DigestSummary(_AgentModel):
    """A digest at a glance; its items come from `list_items`. What the report does not say is null."""

    digest: str = Field(description="Path to give to other tools.")
    name: str
    file: str = Field(description="Name of the report's file.")
    organisation: str | None
    region: str | None
    kind: str | None = Field(description="What such a report is called.")
    review_period: str | None
    plan_period: str | None
    plan_stated: bool = Field(description="False where the report has no part that plans.")
    complete: bool = Field(description="False where some answer of the model is missing.")
    achievements: int
    shortcomings: int
    tasks: int
    figures: int
    to_check: int = Field(description="Items that a person should look at (`look`).")
    checked: int = Field(description="Items that a person has checked.")
    sentences: int
    uncovered: int = Field(description="Sentences of the report that neither an item nor a reason accounts for.")
    review: list[OverviewLine] = Field(description="Overview of the year.")
    requirement: str | None = Field(description="The plan's general requirement, in the report's own words.")
    plan: list[OverviewLine] = Field(description="Overview of the plan.")
    domains: list[DomainCount]
    checks: list[CheckLine]
    files: list[str] = Field(description="Files of the digest that a person can open.")
    notes: list[str] = Field(description="What was said while it was made.", default_factory=list)


class ItemLine(_AgentModel):
    """One item in short. `summary` is the machine's; `corrected` are a person's words, which stand in its place."""

    id: str
    kind: ItemKind
    title: str | None
    summary: str
    corrected: str | None
    domain: str | None
    domain_title: str | None
    figures: list[str] = Field(description="Quantities as printed.")
    target: str | None = None
    deadline: str | None = None
    responsible: str | None = None
    look: str | None = Field(description="Why a person should look at it; null where nothing speaks for it.")
    checked: bool = Field(description="Whether a person has checked it.")


class ItemPage(_AgentModel):
    """Some items of a digest, in its own order."""

    digest: str
    total: int = Field(description="How many items fit the filter.")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")
    items: list[ItemLine]


class EvidencePlace(_AgentModel):
    """One sentence of the report: `quote` is its text from code point `start` up to `end`, to the character."""

    sentence: int
    start: int
    end: int
    quote: str
    pages: list[int] = Field(description="Pages that it stands on, from 1; empty for a report without pages.")


class FigureLine(_AgentModel):
    """One quantity; `value` is in base units (12.8亿元 is 1280000000), null where the report is vague."""

    id: str
    quote: str
    value: float | int | None
    value_max: float | int | None
    mode: FigureMode
    unit: str | None
    direction: Direction | None
    metric: str | None
    actor: str | None = Field(description="Whose deed it is.")
    start: int
    end: int


class ItemDetail(_AgentModel):
    """One item with the sentences that it rests on."""

    digest: str
    item: ItemLine
    made: SummaryOrigin = Field(description="Whether a model worded the summary or it is the report's own words.")
    evidence: list[EvidencePlace]
    figures: list[FigureLine]
    targets: list[Target] = Field(description="Of a task, one by one.")
    checks: list[str] = Field(description="What a person should check first in it.")
    review: ItemReview | None = Field(description="What a person said of it last.")
    state: str = Field(description="State of the item; `review_item` wants it, as proof of what was read.")


class SearchHit(_AgentModel):
    """One item that was found, and the digest that it is of."""

    digest: str
    item: ItemLine


class SearchPage(_AgentModel):
    """Items whose title, summary or quoted sentences have every word of a query."""

    total: int
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")
    hits: list[SearchHit]
    skipped: list[str] = Field(description="One line for each file that could not be read.")


class FollowedPassage(_AgentModel):
    """A sentence of the later report's review, and the ids of the items there that rest on it."""

    items: list[str]
    quote: str


class FollowedPoint(_AgentModel):
    """One sentence or target of a planned task, and what the later report says of it."""

    quote: str
    outcome: PointOutcome
    made: DecidedBy
    passages: list[FollowedPassage]
    targets: list[TargetPair] = Field(description="Numbers that it sets, beside those the later report gives.")


class FollowedTask(_AgentModel):
    """One task of the earlier plan. `not_seen` says that the report is silent on it, not that it was not done."""

    task: str
    title: str
    outcome: PointOutcome
    points: list[FollowedPoint]
    carried: list[str] = Field(description="Tasks of the later plan that go on with it.")


class FollowPage(_AgentModel):
    """The earlier plan against the later review: some of its tasks."""

    earlier: str
    later: str
    notes: list[str] = Field(description="What must be known before reading it.")
    counts: FollowUpCounts
    complete: bool = Field(description="False where some answer of the model is missing.")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")
    tasks: list[FollowedTask]
    new_work: list[FollowedPassage] = Field(description="Work of the later report that was not planned, paged alike.")


class ComparedSide(_AgentModel):
    """One report of a comparison."""

    digest: str
    label: str
    kind: str | None
    period: str | None
    achievements: int
    tasks: int
    only_domains: list[str] = Field(description="Domains that no other report has.")
    only_terms: list[str] = Field(description="Work brands and terms that no other report has.")


class ComparedNumber(_AgentModel):
    """A number as one report prints it, and the id of the item that states it."""

    report: int = Field(description="Index into `sides`, from 0.")
    quote: str
    value: float | int | None
    item: str | None
    sentence: int | None


class ComparedRow(_AgentModel):
    """Numbers that count the same in two reports or more."""

    subject: str
    terms: str = Field(description="What else they have in common: part, span of time, whose.")
    numbers: list[ComparedNumber]


class ComparedDomain(_AgentModel):
    """One domain: how many achievements and tasks each report has in it."""

    title: str
    achievements: list[int]
    tasks: list[int]


class ComparePage(_AgentModel):
    """Several digests side by side. Numbers are neither ranked nor added up."""

    sides: list[ComparedSide]
    notes: list[str] = Field(description="What must be known before comparing.")
    domains: list[ComparedDomain]
    total: int = Field(description="Rows of numbers in all.")
    next_offset: int | None = Field(description="`offset` of the next page of rows; null on the last.")
    rows: list[ComparedRow]
    apart: int = Field(description="Numbers that stand beside no other, since nothing says that they count the same.")


class ReviewedItem(_AgentModel):
    """What is now said of an item, and whether the report's files were written with it."""

    digest: str
    review: ItemReview
    written: bool
    notes: list[str]
