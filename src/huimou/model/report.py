"""Frozen values that the steps of the pipeline hand to one another.

Offsets are half-open ranges of code points into `Document.text`, which is never changed.
A `Claim` may be wrong; only `digest.questions.verify` makes a `Finding`; the rest are `Rejection`s.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

ItemKind = Literal["achievement", "task", "shortcoming"]
SummaryOrigin = Literal["model", "selected", "reasked", "source"]
Role = Literal[
    "title",
    "front_matter",
    "review",
    "plan",
    "shortcomings",
    "statistics",
    "proposal_digest",
    "unrelated",
    "caption",
    "closing",
    "boilerplate",
]
FigureMode = Literal["exact", "over", "about", "nearly", "range", "vague", "at_least", "at_most"]
Direction = Literal["up", "down"]
PlacedLineKind = Literal["body", "page_number", "running_head"]
# Whose deed a figure is, in the words of the output: the reporting body's own, its members' (委员, whatever a kind
# calls them), the government's, a company's, or somebody else's.
Actor = Literal["本机构", "委员", "政府", "企业", "其他"]
OWN_BODY: Final = "本机构"
MEMBERS: Final = "委员"
GOVERNMENT: Final = "政府"
COMPANY: Final = "企业"
OTHERS: Final = "其他"
REVIEW_ROLES: frozenset[Role] = frozenset({"review", "statistics", "proposal_digest"})


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the text or an answer that the reader should know; place in code points, if it has one."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of a page, `text[start:end]` of the document; lengths in points from the page's top left corner as shown.

    Args:
        start: offset of its first character.
        end: offset behind its last.
        page: counted from 1.
        box: left, upper, right and lower edge.
        edges: where each of its characters begins and the last ends, from the left, or from above if it is upright.
        is_upright: whether the line runs up or down the page.
        kind: of the body, or the page's number, or a running head or foot.

    """

    start: int
    end: int
    page: int
    box: tuple[float, float, float, float]
    edges: tuple[float, ...]
    is_upright: bool
    kind: PlacedLineKind

    def find_box(self, start: int, end: int) -> tuple[float, float, float, float]:
        """The box of those of its characters that lie in a range of the text."""
        left, top, right, bottom = self.box
        first, last = sorted(self.edges[min(max(at, self.start), self.end) - self.start] for at in (start, end))
        return (left, first, right, last) if self.is_upright else (first, top, last, bottom)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the text of a document stands on its pages, in the order of the text."""

    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One report as read.

    `text` is what every offset refers to; `sha256` is of the file's bytes; `problems` are those of the file. `layout`
    says where the text stands on pages; None for files that have none. `margins` are its headers and footers where
    they are no part of the text.
    """

    file: str
    stem: str
    text: str
    sha256: str
    encoding: str
    format: str
    extracted: bool = False
    layout: Layout | None = None
    problems: tuple[Problem, ...] = ()
    margins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """What was read out of a document: text, pages, and what one should know of it, with places in that text.

    `layout` is None for files that have no pages. `margins` are headers and footers that the text leaves out.
    """

    text: str
    problems: tuple[Problem, ...] = ()
    layout: Layout | None = None
    margins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The numbered unit of evidence; `n` counts from 1; sentences tile the text except for white space."""

    n: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A bullet or paragraph: the unit of asking.

    `lead` is the number of its title sentence, if it has one; `headings` is the path above it, outermost first.
    """

    id: str
    sentences: tuple[int, ...]
    headings: tuple[str, ...]
    lead: int | None
    role: Role


@dataclass(frozen=True, slots=True)
class Section:
    """A run of text with one role; sections are contiguous and cover the text.

    `rule` is the id of the rule that gave it the role.
    """

    role: Role
    heading: str | None
    start: int
    end: int
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What `segment` found: every sentence is in one unit or in `left_out` with a reason.

    `rules` has the id of the rule by which each of those in `left_out` is there.
    """

    sentences: tuple[Sentence, ...]
    units: tuple[Unit, ...]
    sections: tuple[Section, ...]
    left_out: dict[int, str]
    requirement: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    rules: dict[int, str] = field(default_factory=dict)

    def find_section(self, offset: int) -> Section:
        """The section that an offset lies in."""
        index = bisect_right(self.sections, offset, key=lambda section: section.start) - 1
        return self.sections[max(index, 0)]

    def find_role(self, offset: int) -> Role:
        """Role of the section that an offset lies in."""
        return self.find_section(offset).role

    def find_sentences(self, span: Span) -> tuple[Sentence, ...]:
        """The sentences that a span has characters of."""
        first = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.start) - 1
        stop = bisect_left(self.sentences, span.end, key=lambda sentence: sentence.start)
        return tuple(s for s in self.sentences[max(first, 0) : stop] if span.start < s.end)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of the ledger.

    Args:
        quote: as printed; `quote == text[start:end]`.
        start: offset of its first character.
        end: offset behind its last.
        value: in base units (12.8亿元 is 1280000000); None where it is vague.
        value_max: upper end of a range, in base units.
        mode: how the words around it limit the number.
        unit: such as 件, 元 or %.
        metric: what is counted, in the report's words, so that it is understood alone: with verb, topic, period, doer.
        actor: whose deed it is, None where that cannot be told.
        direction: set where the number itself is a rise or a fall (增长6%), never for a level (提高到15%).
        rule: id of the rule by which it counts, such as `figures.measured_or_counted`.
        actor_rule: id of the rule that says whose deed it is.
        counted: the bare thing that is counted, as it stands beside the number: by it figures are compared.
    """

    quote: str
    start: int
    end: int
    value: float | int | None
    value_max: float | int | None
    mode: FigureMode
    unit: str | None
    metric: str | None
    actor: Actor | None
    direction: Direction | None = None
    rule: str | None = None
    actor_rule: str | None = None
    counted: str | None = None


def select_figures(figures: Sequence[Quantity], start: int, end: int) -> list[Quantity]:
    """Those of the figures, given in the order of the text, that lie wholly in the range of characters."""
    first = bisect_left(figures, start, key=lambda figure: figure.start)
    stop = bisect_left(figures, end, key=lambda figure: figure.start)
    return [figure for figure in figures[first:stop] if figure.end <= end]


@dataclass(frozen=True, slots=True)
class Group:
    """Candidate item: consecutive sentences of one unit about one thing.

    `id` is stable: the unit's id and an ordinal. `repeats` are sentences elsewhere that say the same again: further
    evidence, which is not shown to the model.
    """

    id: str
    kind: ItemKind
    role: Role
    sentences: tuple[int, ...]
    headings: tuple[str, ...]
    lead: str | None
    repeats: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model said about a group; nothing in it has been checked."""

    group: Group
    summary: str
    made: SummaryOrigin


@dataclass(frozen=True, slots=True)
class Rejection:
    """A claim that failed, and why (one line each, simplified Chinese)."""

    claim: Claim
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several sentences that were weighed for an item.

    Args:
        summary: the sentence.
        made: how it came to be.
        sample: which answer to the question it comes from, from 1; None where no model had a part in it.
        score: what the judge gave it; the highest of the true ones is chosen.
        faults: what the judge found wrong with it, one line each, in simplified Chinese.

    """

    summary: str
    made: SummaryOrigin
    sample: int | None
    score: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim whose every number, name and year stands in its evidence, or the report's own words.

    Only `digest.questions.verify` makes one. `candidates` are all that were weighed, its own summary among them; none
    where there was no choice.
    """

    group: Group
    summary: str
    made: SummaryOrigin
    evidence: tuple[Span, ...]
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberedItem:
    """A finding with its id in the digest and the key of its domain."""

    id: str
    finding: Finding
    domain: str


@dataclass(frozen=True, slots=True)
class GroundedSentence:
    """One overview sentence and the items it rests on.

    `evidence` are sentences of the report itself that it uses besides, such as a heading that names the year's line.
    """

    text: str
    items: tuple[str, ...]
    made: SummaryOrigin
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What the asking cost: HTTP calls, tokens, seconds of wall time spent in calls.

    `cached_tokens` is None where the server does not tell how many of the prompt tokens it did not read again.
    """

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int | None = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def __sub__(self, other: Usage) -> Usage:
        cached = None if other.cached_tokens is None else -other.cached_tokens
        return self + Usage(-other.calls, -other.prompt_tokens, cached, -other.completion_tokens, -other.seconds)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            _add_told(self.cached_tokens, other.cached_tokens),
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


def _add_told(one: int | None, other: int | None) -> int | None:
    """The sum of what is told; None where that is nothing and something is not told."""
    told = (one or 0) + (other or 0)
    return None if not told and None in (one, other) else told


@dataclass(frozen=True, slots=True)
class Year:
    """A year with how it is known: `stated`, `inferred` or `absent`, and the sentences it rests on."""

    start: int | None
    end: int | None
    basis: Literal["stated", "inferred", "absent"]
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Who reports on which years; anything not in the text is None."""

    organisation: str | None
    region: str | None
    kind: str | None
    language_script: Literal["simplified", "traditional"]
    review_years: Year
    plan_year: Year
    problems: tuple[Problem, ...] = field(default=())
