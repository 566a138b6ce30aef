"""The output contract: what `OUT/<stem>.json` holds, as pydantic models.

`huimou schema` prints their JSON Schema. Field order here is key order in the file.
Offsets are code points into the text; values are in base units (12.8亿元 is 1280000000 元).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from huimou.model.report import Direction, FigureMode, Role, SummaryOrigin

SCHEMA_VERSION = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Frozen):
    """`quote == text[start:end]`, within sentence number `sentence`."""

    sentence: int
    start: int
    end: int
    quote: str


class Source(_Frozen):
    """The file as read; `chars` of the decoded or extracted text."""

    file: str
    sha256: str
    encoding: str
    format: str
    chars: int


class ReviewYears(_Frozen):
    """First and last year of the review and how they are known."""

    start: int | None
    end: int | None
    basis: Literal["stated", "inferred", "absent"]
    evidence: list[Evidence]


class PlanYear(_Frozen):
    """The year of the plan and how it is known."""

    year: int | None
    basis: Literal["stated", "inferred", "absent"]
    evidence: list[Evidence]


class ReportFacts(_Frozen):
    """Who reports on what; null where the text does not say.

    `kind_title` is what such a report is called; `domains` are the titles of its domains by key, in reading order.
    """

    organisation: str | None
    region: str | None
    kind: str | None
    kind_title: str | None
    domains: dict[str, str]
    language_script: Literal["simplified", "traditional"]
    review_years: ReviewYears
    plan_year: PlanYear


class OverviewSentence(_Frozen):
    """One sentence of an overview and the items it rests on.

    `made` is source where the program joined the report's own words; where it joined items, the most that a model had
    to do with one of them. `evidence` are sentences of the report that it uses besides its items, such as a heading.
    `look` names an item of its whose deed may be somebody else's or of another time; null where there is none.
    """

    text: str
    items: list[str]
    made: SummaryOrigin
    evidence: list[Evidence] = []
    look: str | None = None


class CandidateOut(_Frozen):
    """A sentence that was weighed for an item, its score, and what is wrong with it, one line each.

    The one whose `summary` is the item's was chosen.
    """

    summary: str
    made: SummaryOrigin
    score: float
    faults: list[str]


class Achievement(_Frozen):
    """One thing that was done; `look` is why a person should look at it, null where nothing speaks for it.

    `candidates` are the sentences that its summary was chosen from; empty where there was no choice.
    """

    id: str
    title: str
    summary: str
    made: SummaryOrigin
    look: str | None
    domain: str
    actor: str | None
    figures: list[str]
    evidence: list[Evidence]
    candidates: list[CandidateOut] = []


class Shortcoming(_Frozen):
    """One thing that the report itself calls insufficient; `look` and `candidates` as of an achievement."""

    id: str
    summary: str
    made: SummaryOrigin
    look: str | None
    evidence: list[Evidence]
    candidates: list[CandidateOut] = []


class Target(_Frozen):
    """One target of a task, in the report's own words; what the text does not say is null.

    `text` is its clause and `evidence` the clause's place. `figure` is the id of the figure that it sets, and `quote`,
    `metric` (the bare thing counted), `value` (base units), `value_max`, `mode`, `unit` and `direction` are that
    figure's; a target without a number (与经济增长同步, 年内建成) has none. `modifier` is the words that limit it
    (力争…突破, 控制在…以内, 左右). `deadline` and `responsible` are its own: null where the text sets them for
    something else in the task.
    """

    text: str
    quote: str | None
    figure: str | None
    metric: str | None
    modifier: str | None
    value: float | int | None
    value_max: float | int | None
    mode: FigureMode | None
    unit: str | None
    direction: Direction | None
    deadline: str | None
    responsible: str | None
    evidence: Evidence


class Task(_Frozen):
    """One thing that will be done; target, deadline and responsible are null where the text is silent.

    They are as printed, several joined by ；; `targets` has the same one by one. `look` and `candidates` as of an
    achievement.
    """

    id: str
    title: str
    summary: str
    made: SummaryOrigin
    look: str | None
    domain: str
    target: str | None
    deadline: str | None
    responsible: str | None
    figures: list[str]
    evidence: list[Evidence]
    targets: list[Target]
    candidates: list[CandidateOut] = []


class YearReview(_Frozen):
    """工作回顾."""

    overview: list[OverviewSentence]
    achievements: list[Achievement]
    shortcomings: list[Shortcoming]


class Requirement(_Frozen):
    """总体要求, in the report's own words; `summary` is one sentence of its clauses, null where it is short itself."""

    text: str
    evidence: list[Evidence]
    summary: str | None = None


class NextYearPlan(_Frozen):
    """主要任务; `stated` is false where the report has no plan section."""

    stated: bool
    overview: list[OverviewSentence]
    requirement: Requirement | None
    tasks: list[Task]


class Figure(_Frozen):
    """One quantity; `quote` as printed, `value` null where vague, `section` review, plan or other.

    `direction` is up or down where the number itself is a change (下降3%), null for a level or a count. `actor` is
    whose deed it is: 本机构 the reporting body's own, 委员 its members' (of a 政协 its 委员, of a people's congress the
    deputies, of a union its 会员 …), 政府, 企业 or 其他; null for a state of things or where the text does not tell.
    `rule` is the id of the rule by which the number counts, `actor_rule` of the one that says whose deed it is.
    `metric` says what is counted, understood alone; `counted` is the bare thing in it. `repeats` is the id of the
    figure that said the same count first, null where none did.
    """

    id: str
    quote: str
    start: int
    end: int
    value: float | int | None
    value_max: float | int | None
    mode: FigureMode
    unit: str | None
    metric: str | None
    actor: str | None
    section: Literal["review", "plan", "other"]
    items: list[str]
    direction: Direction | None
    rule: str | None = None
    actor_rule: str | None = None
    counted: str | None = None
    repeats: str | None = None

    @property
    def thing(self) -> str | None:
        """The bare thing that is counted, by which figures are put side by side; `metric` in digests without it."""
        return self.counted or self.metric


class SectionOut(_Frozen):
    """A run of text with one role; `rule` is the id of the rule that gave it the role."""

    role: Role
    heading: str | None
    start: int
    end: int
    rule: str | None = None


class PageBox(_Frozen):
    """A box on a page, counted from 1: its left, upper, right and lower edge in points from the upper left corner.

    The page is taken as it is shown, turned where the file says so.
    """

    page: int
    box: list[float] = Field(min_length=4, max_length=4)


class SentenceOut(_Frozen):
    """What became of one sentence: `cited`, `uncovered`, or the reason why it was left out.

    `rule` is the id of the rule by which it was left out, null where it was not; `huimou explain` says more. `boxes`
    has its place on the pages, a box for every line that it stands in; the key is missing for reports without pages.
    """

    n: int
    start: int
    end: int
    disposition: str
    items: list[str]
    rule: str | None = None
    boxes: list[PageBox] | None = Field(default=None, exclude_if=lambda boxes: boxes is None)


class Coverage(_Frozen):
    """Counts that add up: sentences == cited + left out + uncovered."""

    sentences: int
    cited: int
    left_out: dict[str, int]
    uncovered: list[int]
    figures: int
    figures_cited: int


class ProblemOut(_Frozen):
    """Something wrong with the text or with an answer."""

    code: str
    message: str
    start: int | None
    end: int | None


class SecondLook(_Frozen):
    """Sentences with a figure or a deed that nothing cited, asked about once more: how many, how many taken, the cost.

    The cost is part of the run's own; the wording of the sentences taken is included.
    """

    asked: int
    taken: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


class Check(_Frozen):
    """Something to check first, and why; of one item or of the report, at a place or of the whole."""

    code: str
    message: str
    item: str | None
    start: int | None
    end: int | None


class ItemReview(_Frozen):
    """What a person said of one item; an item that is not in the list was seen by the machine only.

    `checked` says that it is right, as it stands or as `corrected`: the person's own words in place of the summary,
    which stays beside them. `reviewer` and `time` (ISO 8601, UTC) are of the last change.
    """

    id: str
    checked: bool
    corrected: str | None
    comment: str | None
    reviewer: str | None
    time: str


class Review(_Frozen):
    """What persons said of the items, by id; null in a digest that no review was applied to."""

    items: list[ItemReview]


class Run(_Frozen):
    """How the digest was made and what it cost; `cached_tokens` is null where the server does not tell them.

    `rules` are the user's own rules by id, with what they did to the shipped ones: changed, added or off.
    """

    model: str
    endpoint_kind: str
    prompts: dict[str, str]
    calls: int
    prompt_tokens: int
    cached_tokens: int | None
    completion_tokens: int
    seconds: float
    second_look: SecondLook
    rejected: int
    complete: bool
    rules: dict[str, str] = {}


class Digest(_Frozen):
    """One report, digested; `checks` are at most ten, the most harmful first.

    `review` is what persons said of it, null where no review was applied; digests of older versions lack the key.
    """

    schema_version: Literal[1] = 1
    source: Source
    report: ReportFacts
    year_review: YearReview
    next_year_plan: NextYearPlan
    figures: list[Figure]
    sections: list[SectionOut]
    sentences: list[SentenceOut]
    coverage: Coverage
    problems: list[ProblemOut]
    checks: list[Check]
    run: Run
    review: Review | None = None
