"""What the checks read and what they say: a finished digest with its text, and one doubt."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from huimou.language.profiles.profile import Profile
from huimou.language.text import compact, fold
from huimou.model import digest as c

_CELLS = re.compile(r"\s[|｜]\s|\S\t+\S")
_DAMAGE_LONGEST = 60  # characters; a longer problem is about a passage, not about one place
_NO_DAMAGE = frozenset(
    {
        *("broken_line", "claim_rejected", "unanswered", "not_a_report", "year_conflict", "hidden_text"),
        *("page_without_text", "recognised_text", "read_without_office", "mail", "secrecy_mark"),
    }
)
_MONEY = 100_000_000  # 元
QUOTE_LIMIT = 24  # characters of the report that a message repeats


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An achievement, task or shortcoming alike; `figures` are those that its summary prints; the last has no title."""

    id: str
    title: str
    summary: str
    made: str
    domain: str | None
    evidence: tuple[c.Evidence, ...]
    figures: tuple[c.Figure, ...]

    @property
    def part(self) -> str:
        """A, T or S: achievement, task, shortcoming."""
        return self.id[:1]

    @property
    def length(self) -> int:
        """Characters of its evidence without white space."""
        return sum(len(compact(piece.quote)) for piece in self.evidence)

    @property
    def is_of_table(self) -> bool:
        """Whether it rests on a table row, whose cells are no clauses of a sentence."""
        return any(_CELLS.search(piece.quote) for piece in self.evidence)

    def touches(self, start: int, end: int) -> bool:
        """Whether the range lies, in part at least, in its evidence."""
        return any(piece.start < end and start < piece.end for piece in self.evidence)


@dataclass(frozen=True, slots=True)
class CheckedDigest:
    """A finished digest with its text.

    Args:
        digest: the digest.
        text: that its offsets refer to.
        view: the folded text, with the same offsets.
        items: of the digest.
        starts: where its sentences start.
        profile: of the kind of report.
        damage: problems that damage one place of the text each.
        proposal_lists: sections that list what became of proposals.
        places: of the items among `items`, by id.

    """

    digest: c.Digest
    text: str
    view: str
    items: tuple[CheckedItem, ...]
    starts: tuple[int, ...]
    profile: Profile
    damage: tuple[c.ProblemOut, ...]
    proposal_lists: tuple[c.SectionOut, ...]
    places: Mapping[str, int]

    def find_sentence(self, place: int) -> c.SentenceOut | None:
        """The sentence in which an offset lies."""
        index = bisect_right(self.starts, place) - 1
        found = self.digest.sentences[index] if index >= 0 else None
        return found if found and place < found.end else None

    def is_of_proposals(self, item: CheckedItem) -> bool:
        """Whether it lies in a list of what became of proposals."""
        return any(self._find_proposal_list(piece.start) for piece in item.evidence)

    def _find_proposal_list(self, place: int) -> c.SectionOut | None:
        index = bisect_right(self.proposal_lists, place, key=lambda section: section.start) - 1
        found = self.proposal_lists[index] if index >= 0 else None
        return found if found and place < found.end else None

    def find_damage(self, item: CheckedItem) -> c.ProblemOut | None:
        """The first place of the text that is damaged and holds characters of the item's evidence."""
        return next(
            (
                problem
                for problem in self.damage
                for part in item.evidence
                if (start := max(problem.start or 0, part.start)) < (end := min(problem.end or 0, part.end))
                and re.search(r"\w", self.view[start:end])
            ),
            None,
        )

    def read_words(self, sentence: c.SentenceOut) -> str:
        """Folded words of a sentence, without white space."""
        return "".join(self.view[sentence.start : sentence.end].split())


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that may be wrong; no place where it is the report's as a whole."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None
    item: CheckedItem | None = None
    money: bool = False


def build_checked_digest(digest: c.Digest, text: str, profile: Profile) -> CheckedDigest:
    """The digest as the rules read it."""
    items = tuple(_build_items(digest))
    return CheckedDigest(
        digest,
        text,
        fold(text),
        items,
        tuple(s.start for s in digest.sentences),
        profile,
        tuple(problem for problem in digest.problems if _damages_one_place(problem)),
        tuple(section for section in digest.sections if section.role == "proposal_digest"),
        {item.id: place for place, item in enumerate(items)},
    )


def _damages_one_place(problem: c.ProblemOut) -> bool:
    if problem.code in _NO_DAMAGE or problem.start is None or problem.end is None:
        return False
    return problem.end - problem.start <= _DAMAGE_LONGEST


def build_item_doubt(code: str, message: str, item: CheckedItem) -> Doubt:
    """A doubt about an item, placed at its evidence."""
    start = item.evidence[0].start if item.evidence else None
    end = next((p.end for p in reversed(item.evidence) if p.start - (start or 0) < 1000), None)
    return Doubt(code, message, start, end, item)


def build_figure_doubt(checked: CheckedDigest, code: str, message: str, figure: c.Figure) -> Doubt:
    """A doubt about a figure, placed at it and at the first item that rests on it."""
    place = min((checked.places[id_] for id_ in figure.items if id_ in checked.places), default=None)
    item = None if place is None else checked.items[place]
    return Doubt(code, message, figure.start, figure.end, item, is_money(figure))


def is_money(figure: c.Figure) -> bool:
    """Whether it is so much money that a wrong digit is a headline."""
    return figure.unit == "元" and (figure.value or 0) >= _MONEY


def shorten_quote(quote: str) -> str:
    """A piece of the report for a message: one line, cut where it is long."""
    line = "".join(quote.split())
    return line if len(line) <= QUOTE_LIMIT else line[:QUOTE_LIMIT] + "…"


def _build_items(digest: c.Digest) -> Iterator[CheckedItem]:
    figures = {figure.id: figure for figure in digest.figures}
    review, plan = digest.year_review, digest.next_year_plan
    listed: Sequence[c.Achievement | c.Task] = [*review.achievements, *plan.tasks]
    for item in listed:
        said = compact(item.summary)
        own = tuple(f for id_ in item.figures if (f := figures.get(id_)) and compact(f.quote) in said)
        yield CheckedItem(item.id, item.title, item.summary, item.made, item.domain, tuple(item.evidence), own)
    for short in review.shortcomings:
        yield CheckedItem(short.id, "", short.summary, short.made, None, tuple(short.evidence), ())


def find_overview_items(digest: c.Digest) -> frozenset[str]:
    """Ids of the items that the overview rests on."""
    lines = chain(digest.year_review.overview, digest.next_year_plan.overview)
    return frozenset(id_ for line in lines for id_ in line.items)
