"""Doubts about what a summary makes of its evidence: what it leaves unsaid, and what an editor would change.

The judge of candidates scores a sentence as a whole; here one thing is named that a person should look at, with the
words of the report that are concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from huimou.digest.cores import HERE, Cores
from huimou.digest.questions.judging import find_lost_doers
from huimou.digest.questions.verify import find_dropped_figures
from huimou.digest.steps.checks.checked_digest import CheckedDigest, CheckedItem, Doubt, build_item_doubt, shorten_quote
from huimou.language.clauses import Clause, split_clauses
from huimou.language.overlap import measure_clause
from huimou.language.rules import get_rule
from huimou.language.text import DAMAGE, compact, fold, fold_width, to_plain
from huimou.language.weighing import is_headline, measure_longest, measure_value
from huimou.model.computed_once import cached_property

_LONGEST_LEAD = 26  # characters
_FAR = 3  # sentences; what stands farther off says the same again
_HARDLY = 0.3  # of a clause's pairs of characters: below, it is not said
_WEIGHTY, _DEED = 4.0, 1.5  # values of a clause: a name or result with its deed, a mere deed
_SHORT, _VERY_SHORT, _SHORT_FROM = 0.5, 0.2, 60
_DENSE = 4  # figures; a sentence of nothing else cannot become shorter
_TOPIC = get_rule("wording.topic")
_ANOTHER = get_rule("checks.another_body")
_MISPRINT = get_rule("checks.misprint")
_TORN = get_rule("checks.torn_frame")
_GENERIC = get_rule("checks.generic_title")
_OFFICE = get_rule("checks.office_of_nobody")


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class SummaryReading:
    """A summary beside its evidence.

    Args:
        summary: as printed.
        lead: the title sentence of the passage; empty where it has none.
        sentences: of the evidence, without the lead.
        title: of the item; empty where its kind has none.
        figures: how many it prints.
        of_proposals: whether the sentences stand in a list of proposals.

    """

    summary: str
    lead: str
    sentences: tuple[str, ...]
    title: str = ""
    figures: int = 0
    of_proposals: bool = False

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Of the sentences."""
        return split_clauses(self.sentences, of_proposals=self.of_proposals)

    @cached_property
    def unsaid(self) -> tuple[tuple[Clause, float], ...]:
        """The clauses that are worth something and hardly said, each with its value.

        A clause whose figures are all printed is said, and one that only announces the next need not be.
        """
        return tuple(
            (clause, value)
            for at, clause in enumerate(self.clauses)
            if (value := measure_value(clause)) > 0
            and measure_clause(clause, self.summary) < _HARDLY
            and not self._tells(clause)
            and not is_headline(at, self.clauses)
        )

    @cached_property
    def length(self) -> int:
        """Characters of the sentences."""
        return sum(len(compact(sentence)) for sentence in self.sentences)

    @property
    def share(self) -> float:
        """How long the summary is, of the sentences."""
        return len(compact(self.summary)) / max(1, self.length)

    def _tells(self, clause: Clause) -> bool:
        return clause.has_figure and not find_dropped_figures(self.summary, [clause.text])


def read_summary(item: CheckedItem, *, of_proposals: bool = False) -> SummaryReading:
    """A summary beside its evidence, whose first sentence is its title where it is short and of one clause."""
    steps = enumerate(pairwise(piece.sentence for piece in item.evidence), start=1)
    near = item.evidence[: next((at for at, (before, after) in steps if after - before > _FAR), None)]
    first, *rest = (fold_width(to_plain("".join(piece.quote.split()))) for piece in near)
    titled = bool(rest) and len(first) <= _LONGEST_LEAD and "," not in first and not any(map(str.isdigit, first))
    own = tuple(rest) if titled else (first, *rest)
    return SummaryReading(
        item.summary, first if titled else "", own, item.title, len(item.figures), of_proposals=of_proposals
    )


def find_summary_doubts(checked: CheckedDigest, cores: Cores = HERE) -> Iterator[Doubt]:
    """All doubts about what summaries make of their evidence; of damage only that is told, of table rows nothing."""
    sound = [item for item in checked.items if _can_be_compared(item, checked)]
    readings = (read_summary(item, of_proposals=checked.is_of_proposals(item)) for item in sound)
    return _list_doubts(checked, sound, cores.map(find_faults, readings, "checks"))


def _list_doubts(
    checked: CheckedDigest, sound: Sequence[CheckedItem], faults: Iterator[list[tuple[str, str]]]
) -> Iterator[Doubt]:
    found = dict(zip((item.id for item in sound), faults, strict=True))
    for item in checked.items:
        if DAMAGE in item.summary:
            yield build_item_doubt("damage_printed", "摘要里有读不出的字，请对照原件补足", item)
        for code, message in found.get(item.id, ()):
            yield build_item_doubt(code, message, item)


def _can_be_compared(item: CheckedItem, checked: CheckedDigest) -> bool:
    readable = DAMAGE not in item.summary and bool(item.evidence)
    return readable and not item.is_of_table and checked.find_damage(item) is None


def find_faults(reading: SummaryReading) -> list[tuple[str, str]]:
    """The code of each doubt about a summary, and what it says."""
    return [(code, message) for code, find in _FINDERS.items() if (message := find(reading)) is not None]


def _find_lost_doer(reading: SummaryReading) -> str | None:
    """Another's deed said without him, or an office without its body (书记督办)."""
    lost = find_lost_doers(reading.summary, reading.clauses)
    office = _OFFICE.match(fold(reading.summary))
    return lost[0] if lost else f"“{office.group()}”是哪个机关的，摘要没有写明" if office else None


def _find_unsaid_topic(reading: SummaryReading) -> str | None:
    lost = [clause for clause, value in reading.unsaid if value > _DEED and _TOPIC.match(fold(clause.text))]
    return f"谈的是什么没有写进摘要：“{shorten_quote(lost[0].text)}”" if lost else None


def _find_unsaid_name(reading: SummaryReading) -> str | None:
    """A clause of a name, a result or a figure with its deed that is not said."""
    lost = [clause for clause, value in reading.unsaid if value >= _WEIGHTY]
    return f"要点没有写进摘要：“{shorten_quote(lost[0].text)}”" if lost else None


def _find_unsaid_body(reading: SummaryReading) -> str | None:
    said = compact(reading.summary)
    lost = [
        clause
        for clause, _ in reading.unsaid
        if any(found.group() not in said for found in _ANOTHER.finditer(compact(clause.text)))
    ]
    return f"有关的单位或人没有写进摘要：“{shorten_quote(lost[0].text)}”" if lost else None


def _find_little(reading: SummaryReading) -> str | None:
    """A summary of less than half of its evidence that leaves a deed out, or one that is but a scrap of it."""
    lost = [clause for clause, value in reading.unsaid if value > _DEED]
    if lost and reading.share < _SHORT:
        return f"摘要只有原文的{int(reading.share * 100)}%，没有写“{shorten_quote(lost[0].text)}”"
    scrap = reading.length >= _SHORT_FROM and reading.share < _VERY_SHORT
    return f"摘要只有原文的{int(reading.share * 100)}%，可能漏了要点" if scrap else None


def _find_torn_frame(reading: SummaryReading) -> str | None:
    return "句子没有说完，缺做了什么" if _TORN.search(fold(reading.summary)) else None


def _find_length(reading: SummaryReading) -> str | None:
    said, figures = len(reading.summary), reading.figures
    if said <= measure_longest(reading.clauses, sum(map(len, reading.sentences))):
        return None
    return f"摘要{said}字，含{figures}个数字，可分成两条" if figures >= _DENSE else f"摘要{said}字，太长，请压缩"


def _find_misprint(reading: SummaryReading) -> str | None:
    found = _MISPRINT.search(fold(reading.summary))
    return f"“{found.group()}”像是原文误植，请对照原件" if found else None


def _find_generic_title(reading: SummaryReading) -> str | None:
    generic = _GENERIC.fullmatch(fold(reading.title)) if reading.title else None
    return f"标题“{reading.title}”没有说出是哪件事" if generic else None


_FINDERS: Mapping[str, Callable[[SummaryReading], str | None]] = MappingProxyType(
    {
        "doer_unsaid": _find_lost_doer,
        "topic_unsaid": _find_unsaid_topic,
        "point_unsaid": _find_unsaid_name,
        "body_unsaid": _find_unsaid_body,
        "little_left": _find_little,
        "torn": _find_torn_frame,
        "misprint": _find_misprint,
        "too_long": _find_length,
        "generic_title": _find_generic_title,
    }
)
