"""The overviews of a report: an opening, the matters that count most, the shortcomings; all joined by the program.

Nothing is worded here: sentences are made of clauses of checked summaries and of the report. What they must not do is
checked all the same, and a sentence that fails gives way to its first item's summary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huimou.digest.cores import HERE, Cores
from huimou.digest.questions.verify import find_untruths
from huimou.digest.steps.overview.choice import (
    Telling,
    ToldItem,
    choose_by_domain,
    choose_sentences,
    has_words,
    is_said,
    select_tellable,
)
from huimou.digest.steps.overview.essence import split_statements
from huimou.digest.steps.overview.opening import (
    YearLine,
    find_plan_lines,
    find_review_line,
    summarise_requirement,
)
from huimou.digest.steps.overview.styles import STANDARD_STYLE, OverviewStyle
from huimou.digest.steps.overview.weighing import OverviewItem, begin_overview_items
from huimou.language.clauses import split_clauses
from huimou.language.profiles.profile import Profile
from huimou.language.punctuation import punctuate
from huimou.language.rules import get_rule
from huimou.language.text import fold, to_plain
from huimou.model.report import (
    Facts,
    GroundedSentence,
    ItemKind,
    NumberedItem,
    Outline,
    Quantity,
    SummaryOrigin,
    Year,
)

_OWN_TIME = get_rule("overview.says_its_time")
_LONGEST_OPENING = 130
_SHORT_LINE = 50  # a line so short takes in an item besides
_LONGEST_SHORTCOMINGS = 85
_MADE: tuple[SummaryOrigin, ...] = ("model", "reasked", "selected", "source")  # the most that a model had to do with it


@dataclass(frozen=True, slots=True)
class OverviewSource:
    """What overviews are made from: the report, its outline, facts, items, ledger and the profile of its kind."""

    text: str
    outline: Outline
    facts: Facts
    items: tuple[NumberedItem, ...]
    figures: tuple[Quantity, ...]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Overviews:
    """The overviews of review and plan, and the 总体要求 in one sentence, None where it needs none or is missing."""

    review: tuple[GroundedSentence, ...]
    plan: tuple[GroundedSentence, ...]
    requirement: str | None


def write_overviews(source: OverviewSource, style: OverviewStyle = STANDARD_STYLE, cores: Cores = HERE) -> Overviews:
    """The overviews of a report; no model is asked."""
    review, plan = _begin_items("achievement", source, cores), _begin_items("task", source, cores)
    requirement = [source.outline.sentences[n - 1] for n in source.outline.requirement]
    summary = summarise_requirement([source.text[s.start : s.end] for s in requirement])
    return Overviews(
        _write_review(review(), source, style),
        _write_plan(plan(), source, style),
        punctuate(summary) if summary else None,
    )


def _begin_items(kind: ItemKind, source: OverviewSource, cores: Cores) -> Callable[[], list[OverviewItem]]:
    return begin_overview_items(kind, source.items, source.figures, source.text, source.profile, cores)


def _write_review(
    items: Sequence[OverviewItem], source: OverviewSource, style: OverviewStyle
) -> tuple[GroundedSentence, ...]:
    tellable = select_tellable(items)
    if not tellable:
        return _write_shortcomings(source)
    telling = Telling(of_one_year=source.facts.review_years.start == source.facts.review_years.end)
    line = find_review_line(source.text, source.outline, _find_first_section(items, source))
    totals = max((i for i in tellable if i.is_total), key=lambda i: (i.figures, -i.order), default=None)
    opening = _write_opening(
        [line] if line else [], totals, (tellable, items), telling, _name_year(source.facts.review_years), source
    )
    return (*opening, *_write_body(tellable, telling, style, source), *_write_shortcomings(source))


def _write_plan(
    items: Sequence[OverviewItem], source: OverviewSource, style: OverviewStyle
) -> tuple[GroundedSentence, ...]:
    tellable = select_tellable(items)
    if not tellable:
        return ()
    telling = Telling()
    lines = find_plan_lines(source.text, source.outline)
    opening = _write_opening(lines, None, (tellable, items), telling, _name_year(source.facts.plan_year), source)
    return (*opening, *_write_body(tellable, telling, style, source))


def _find_first_section(items: Sequence[OverviewItem], source: OverviewSource) -> int:
    """Offset of the first item that stands in a main section; of the first item where there are none."""
    by_id = {item.id: item.finding.evidence[0].start for item in source.items}
    return min((by_id[item.id] for item in items if item.section), default=min(by_id.values(), default=0))


def _name_year(year: Year) -> str:
    """The year in front of an opening, where the report states it and it is one."""
    return f"{year.start}年，" if year.basis == "stated" and year.start and year.end in {None, year.start} else ""


def _write_opening(
    lines: Sequence[YearLine],
    totals: OverviewItem | None,
    items: tuple[Sequence[OverviewItem], Sequence[OverviewItem]],
    telling: Telling,
    year: str,
    source: OverviewSource,
) -> tuple[GroundedSentence, ...]:
    """The shape of the year: its lines, and the totals or the item that the lines are of; nothing where it has none.

    `items` are those worth telling, and all: an item of which only the line is worth telling is told by it.
    """
    words = "，".join(line.text for line in lines)
    tellable, every = items
    holder = _find_holder(lines, every, source)
    if not totals and (not lines or lines[-1].is_frame):
        return ()  # a frame leads to the year's totals, not to any other matter
    if holder and not totals and not holder.figures:
        telling.add(ToldItem(holder, words))
        beside = telling.shorten(_find_company(lines, tellable, source)) if len(words) <= _SHORT_LINE else None
        if beside is None or beside.item is holder:
            return (_ground(_put_year(year, words), [telling.told[holder.id]], lines, source),)
        telling.add(beside)
        return (_ground(f"{_put_year(year, words)}；{beside.words}", [telling.told[holder.id], beside], lines, source),)
    company = totals or holder or _find_company(lines, tellable, source)
    one = telling.shorten(company, _LONGEST_OPENING if totals else None)
    if one is None:
        return ()
    joined = _join_line(lines, words, one.words, year)
    if len(joined) > _LONGEST_OPENING and lines:
        one = ToldItem(company, split_clauses([one.words])[0].text)
        joined = _join_line(lines, words, one.words, year)
    telling.add(one)
    return (_ground(joined, [one], lines, source),)


def _join_line(lines: Sequence[YearLine], words: str, told: str, year: str) -> str:
    told = told.removeprefix(year.strip("，")).lstrip("，") if year else told
    if not lines or is_said(words, [told]):
        return _put_year(year, told)
    return f"{_put_year(year, words)}{'，' if lines[-1].is_frame else '；'}{told}"


def _put_year(year: str, words: str) -> str:
    """The words behind the year, unless they say themselves when it was."""
    told = fold(words)
    return words if _OWN_TIME.search(told) or fold(year).strip(",") in told else year + words


def _find_holder(
    lines: Sequence[YearLine], items: Sequence[OverviewItem], source: OverviewSource
) -> OverviewItem | None:
    """The item that rests on the sentence of the lines, if there is one."""
    spans = {item.id: item.finding.evidence for item in source.items}
    stood = [span for line in lines for span in line.spans]
    return next((i for s in stood for i in items for e in spans[i.id] if e.start < s.end and s.start < e.end), None)


def _find_company(lines: Sequence[YearLine], items: Sequence[OverviewItem], source: OverviewSource) -> OverviewItem:
    """The item that is told beside the lines: the best under their heading, else the first that tells something."""
    printed = {to_plain(source.text[s.start : s.end]) for line in lines for s in line.spans}
    under = [i for i in items if any(fold(h) in fold(p) for h in i.headings for p in printed if len(h) > len(p) // 2)]
    if under:
        return max(under, key=lambda i: i.weight)
    return next((i for i in items if any(s.is_telling for s in split_statements(i.summary))), items[0])


def _write_body(
    items: Sequence[OverviewItem], telling: Telling, style: OverviewStyle, source: OverviewSource
) -> list[GroundedSentence]:
    if style.by_domain:
        return [
            _ground(f"{source.profile.find_domain_title(told[0].item.domain)}方面，{_join(told)}", told, (), source)
            for told in choose_by_domain(items, telling, style)
        ]
    return [_ground(_join(told), told, (), source) for told in choose_sentences(items, telling, style)]


def _join(told: Sequence[ToldItem]) -> str:
    """Items of an overview stand apart, so that none seems to explain the other."""
    return "；".join(one.words for one in told)


def _ground(
    words: str, told: Sequence[ToldItem], lines: Sequence[YearLine], source: OverviewSource
) -> GroundedSentence:
    """The sentence with what it rests on; where it would say what that does not, the first item's summary."""
    text = punctuate(words)
    spans = tuple(dict.fromkeys(span for line in lines for span in line.spans))
    known = [s for one in told for s in (one.item.summary, *one.item.evidence)]
    known += [to_plain(source.text[span.start : span.end]) for span in spans]
    ids = tuple(one.item.id for one in told)
    facts = source.facts
    years = f"{facts.review_years.start}年,{facts.plan_year.start}年"
    titles = source.profile.find_domain_title(told[0].item.domain)
    if find_untruths(text, [*known, years, titles]):
        first = told[0].item
        return GroundedSentence(first.summary, (first.id,), first.made)
    taken = [one.item.made for one in told if not is_said(one.words, [line.text for line in lines])]
    return GroundedSentence(text, ids, _name_maker(taken), spans)


def _name_maker(made: Sequence[SummaryOrigin]) -> SummaryOrigin:
    """How a sentence came to be, of which these are the parts: the most that a model had to do with any."""
    return min(made, key=_MADE.index, default="source")


def _write_shortcomings(source: OverviewSource) -> tuple[GroundedSentence, ...]:
    """The shortcomings that the report itself states, as many as half a sentence holds."""
    found = [item for item in source.items if item.finding.group.kind == "shortcoming"]
    taken: list[NumberedItem] = []
    words: list[str] = []
    for item in found:
        said = item.finding.summary.strip("。")
        brief = said if len(said) <= _LONGEST_SHORTCOMINGS // 3 else split_clauses([said])[0].text
        if not has_words(brief):
            continue
        if words and sum(len(word) + 1 for word in words) + len(brief) > _LONGEST_SHORTCOMINGS:
            break
        taken.append(item)
        words.append(brief)
    if not taken:
        return ()
    made = _name_maker([item.finding.made for item in taken])
    return (GroundedSentence(punctuate("存在的不足：" + "；".join(words)), tuple(i.id for i in taken), made),)
