"""The values that the template of a report's page shows, part by part."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from huimou.language.text import to_one_line, to_simplified
from huimou.model.digest import (
    Achievement,
    Check,
    Digest,
    Evidence,
    Figure,
    OverviewSentence,
    ReportFacts,
    SentenceOut,
    Shortcoming,
    Target,
    Task,
)
from huimou.model.review import collect_items
from huimou.outputs.candidates import CandidateLine, explain_choice, list_candidates
from huimou.outputs.items import find_corrected_items, group_by_domain, map_person_reviews
from huimou.outputs.labels import BASES, NOT_STATED, ORIGINS, PARTS
from huimou.outputs.onepage import DraftPart
from huimou.outputs.page.wording import WordPiece, split_sentence
from huimou.outputs.phrases import (
    describe_mode,
    format_number,
    format_plan_period,
    format_review_period,
    translate_code,
)

_SNIPPET = 200
_PLANE = "\uffff"  # characters beyond it are two units in a browser


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A place in the text: its label for a reader, and its offsets `start-end`, several joined by commas."""

    label: str
    at: str


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of the page: a check, a problem, a fact or a sentence of an overview.

    Args:
        text: the line itself.
        small: its small print.
        at: its places in the text, as in `TextPlace`.
        items: ids of the items that it is about.
        quote: what stands at its place.
        corrected: those of the `items` whose wording a person has corrected.
        look: why a person should look at it.
        words: the summary of the item that it is about.
        key: what a tick of a person is kept by: an item's id, else one that only this line of the report has.

    """

    text: str
    small: str = ""
    at: str = ""
    items: tuple[str, ...] = ()
    quote: str = ""
    corrected: tuple[str, ...] = ()
    look: str = ""
    words: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part of the one-page draft: heading, what is said of a lacking plan, its sentences, and those left out."""

    heading: str
    lacking: str
    lines: tuple[PageLine, ...]
    left: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of the table of figures; `sort` is the value that it is sorted by, empty where it is vague."""

    id: str
    quote: str
    value: str
    sort: str
    unit: str
    mode: str
    metric: str
    actor: str
    section: str
    items: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class PageItem:
    """One item of the digest: an achievement, a task or a shortcoming (its `kind`).

    `pieces` joined are its summary; `title` is empty where the summary begins with it, and `figures` are those that do
    not stand in the summary. `weighed` are the sentences that its summary was chosen from, and `why` says why; empty
    where there was no choice.
    """

    id: str
    kind: str
    domain: str
    title: str
    pieces: tuple[WordPiece, ...]
    made: str
    look: str
    facts: tuple[tuple[str, str], ...] = ()
    figures: tuple[TextPlace, ...] = ()
    places: tuple[TextPlace, ...] = ()
    at: str = ""
    weighed: tuple[CandidateLine, ...] = ()
    why: str = ""


def build_items_by_domain(digest: Digest, *, plan: bool) -> Iterator[tuple[str, tuple[PageItem, ...]]]:
    """Achievements or tasks under the titles of their domains."""
    known = _Referred({figure.id: figure for figure in digest.figures}, map_pages(digest))
    titles = digest.report.domains
    groups: Iterable[tuple[str, Sequence[Achievement | Task]]]
    groups = (
        group_by_domain(digest.next_year_plan.tasks, titles)
        if plan
        else group_by_domain(digest.year_review.achievements, titles)
    )
    for title, items in groups:
        yield title, tuple(_build_item(item, known) for item in items)


def build_shortcomings(digest: Digest) -> tuple[PageItem, ...]:
    """The report's own shortcomings."""
    known = _Referred({}, map_pages(digest))
    return tuple(_build_item(item, known) for item in digest.year_review.shortcomings)


def map_pages(digest: Digest) -> dict[int, int]:
    """The page on which each sentence begins, by its number; empty for a report without pages."""
    return {one.n: one.boxes[0].page for one in digest.sentences if one.boxes}


@dataclass(frozen=True, slots=True)
class _Referred:
    """What items refer to: figures by id, and pages by number of sentence."""

    figures: Mapping[str, Figure]
    pages: Mapping[int, int]


def _build_item(item: Achievement | Task | Shortcoming, known: _Referred) -> PageItem:
    ids = () if isinstance(item, Shortcoming) else item.figures
    figures = [known.figures[id_] for id_ in ids if id_ in known.figures]
    title = "" if isinstance(item, Shortcoming) else to_one_line(item.title)
    wording = split_sentence(to_one_line(item.summary), title, figures)
    return PageItem(
        id=item.id,
        kind={Achievement: "achievement", Task: "task", Shortcoming: "shortcoming"}[type(item)],
        domain="" if isinstance(item, Shortcoming) else item.domain,
        title="" if wording.pieces and wording.pieces[0].kind == "title" else title,
        pieces=wording.pieces,
        made=ORIGINS[item.made].name,
        look=to_one_line(item.look or ""),
        facts=_list_facts(item),
        figures=tuple(_place_figure(figure) for figure in figures if figure.id not in wording.figures),
        places=tuple(_place_evidence(part, known.pages) for part in item.evidence),
        at=join_spans(item.evidence),
        weighed=list_candidates(item),
        why=explain_choice(item),
    )


def _place_evidence(part: Evidence, pages: Mapping[int, int]) -> TextPlace:
    page = f"（第{pages[part.sentence]}页）" if part.sentence in pages else ""
    return TextPlace(f"第{part.sentence}句{page}", format_span(part.start, part.end))


def _list_facts(item: Achievement | Task | Shortcoming) -> tuple[tuple[str, str], ...]:
    if isinstance(item, Achievement):
        return _list_achievement_facts(item)
    return _list_task_facts(item) if isinstance(item, Task) else ()


def _list_achievement_facts(item: Achievement) -> tuple[tuple[str, str], ...]:
    return (("主体", to_one_line(item.actor)),) if item.actor else ()


def _list_task_facts(item: Task) -> tuple[tuple[str, str], ...]:
    """Target, deadline and lead unit as printed; what the report does not state is listed once as 原文未载明."""
    terms = (("目标", item.target), ("时限", item.deadline), ("责任单位", item.responsible))
    silent = "、".join(label for label, value in terms if value is None)
    said = [(label, to_one_line(value)) for label, value in terms if value is not None]
    limits = [("限定", to_one_line(words)) for target in item.targets for words in _list_limits(target)]
    return (*said, *limits, *([(silent, NOT_STATED)] if silent else []))


def _list_limits(target: Target) -> Iterator[str]:
    if target.modifier:
        yield f"{target.modifier}（{target.text}）"


def _place_figure(figure: Figure) -> TextPlace:
    metric = f"（{to_one_line(figure.metric)}）" if figure.metric else ""
    return TextPlace(to_one_line(figure.quote) + metric, format_span(figure.start, figure.end))


def format_span(start: int | None, end: int | None) -> str:
    """A place as `start-end`; empty where there is none."""
    return "" if start is None or end is None else f"{start}-{end}"


def join_spans(evidence: Sequence[Evidence]) -> str:
    """The places of pieces of evidence, joined by commas."""
    return ",".join(format_span(part.start, part.end) for part in evidence)


def build_overview_lines(sentences: Sequence[OverviewSentence], digest: Digest) -> tuple[PageLine, ...]:
    """Sentences of an overview with the places of the items that they rest on."""
    sources = {item.id: item.evidence for item in collect_items(digest)}
    said = map_person_reviews(digest)
    return tuple(
        PageLine(
            text=to_one_line(sentence.text),
            small=ORIGINS[sentence.made].name,
            look=to_one_line(sentence.look or ""),
            at=",".join(filter(None, (join_spans(sources.get(id_, [])) for id_ in sentence.items))),
            items=tuple(sentence.items),
            corrected=find_corrected_items(sentence, said),
        )
        for sentence in sentences
    )


def build_figure_rows(figures: Sequence[Figure]) -> tuple[FigureRow, ...]:
    """The rows of the table of figures."""
    return tuple(
        FigureRow(
            id=figure.id,
            quote=to_one_line(figure.quote),
            value=format_number(figure.value, figure.value_max),
            sort="" if figure.value is None else repr(figure.value),
            unit=to_one_line(figure.unit or ""),
            mode=describe_mode(figure),
            metric=to_one_line(figure.metric or ""),
            actor=to_one_line(figure.actor or ""),
            section=PARTS[figure.section].name,
            items=tuple(figure.items),
            at=format_span(figure.start, figure.end),
        )
        for figure in figures
    )


def build_sheet(digest: Digest, draft: Sequence[DraftPart]) -> tuple[tuple[SheetPart, ...], tuple[SheetPart, ...]]:
    """The columns of the one-page draft: review and shortcomings, and the plan; parts that say nothing are left out."""
    *review, plan = (
        SheetPart(
            part.heading,
            part.lacking,
            build_overview_lines(part.sentences, digest),
            build_overview_lines(part.left, digest),
        )
        for part in draft
    )
    return (
        tuple(part for part in review if part.lines),
        (plan,) if plan.lacking or plan.lines else (),
    )


def build_check_lines(digest: Digest, text: str) -> tuple[PageLine, ...]:
    """The lines of what a person should check first, with the item's words and those of the report."""
    summaries, read = {item.id: item for item in collect_items(digest)}, _Read(text, digest.sentences)
    return tuple(
        _build_check_line(check, summaries.get(check.item or ""), read, n) for n, check in enumerate(digest.checks)
    )


def _build_check_line(check: Check, item: Achievement | Task | Shortcoming | None, read: _Read, n: int) -> PageLine:
    placed = check.start is not None and check.end is not None
    at = format_span(check.start, check.end) if placed or item is None else join_spans(item.evidence)
    first = item.evidence[0] if item and item.evidence and not placed else None
    return PageLine(
        to_one_line(check.message),
        to_one_line(translate_code(check.code)),
        at,
        (check.item,) if check.item else (),
        read.quote(first.start if first else check.start, first.end if first else check.end),
        words=to_one_line(item.summary) if item else "",
        key=item.id if item else f"{check.code}@{at}#{n}",
    )


def build_problem_lines(digest: Digest, text: str) -> tuple[PageLine, ...]:
    """The lines of what is wrong with the text or was wrong with an answer."""
    read = _Read(text, digest.sentences)
    return tuple(
        PageLine(
            to_one_line(one.message),
            to_one_line(translate_code(one.code)),
            format_span(one.start, one.end),
            quote=read.quote(one.start, one.end),
            key=f"{one.code}@{format_span(one.start, one.end)}#{n}",
        )
        for n, one in enumerate(digest.problems)
    )


def build_uncovered_lines(digest: Digest, text: str) -> tuple[PageLine, ...]:
    """The lines of sentences that are neither cited nor left out for a reason."""
    missing = set(digest.coverage.uncovered)
    return tuple(
        PageLine(
            to_one_line(text[one.start : one.end]),
            f"第{one.n}句",
            format_span(one.start, one.end),
            key=f"uncovered@{one.start}-{one.end}",
        )
        for one in digest.sentences
        if one.n in missing
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A report's text and its sentences."""

    text: str
    sentences: Sequence[SentenceOut]

    def quote(self, start: int | None, end: int | None) -> str:
        """The sentences that a place lies in, cut around it where they are long; empty where there is no place."""
        if start is None or end is None:
            return ""
        first = bisect_right(self.sentences, start, key=lambda one: one.start) - 1
        stop = bisect_left(self.sentences, end, key=lambda one: one.start)
        touched = [one for one in self.sentences[max(first, 0) : stop] if one.end > start]
        begin = min([start, *(one.start for one in touched[:1])])
        begin = begin if start - begin < _SNIPPET // 2 else start - _SNIPPET // 2
        last = min(max([end, *(one.end for one in touched[-1:])]), begin + 2 * _SNIPPET)
        quote = to_one_line(self.text[begin:last])
        return quote if len(quote) <= _SNIPPET else quote[:_SNIPPET] + "…"


def build_fact_lines(report: ReportFacts) -> tuple[PageLine, ...]:
    """Who reports on which years, with places; 原文未载明 for what the report does not state."""
    years = (
        ("回顾年份", format_review_period(report.review_years), report.review_years),
        ("计划年份", format_plan_period(report.plan_year), report.plan_year),
    )
    said = (
        ("报告机构", report.organisation),
        ("地区", report.region),
        ("类别", report.kind_title or report.kind),
        ("原文字体", "繁体" if report.language_script == "traditional" else "简体"),
    )
    return (
        *(PageLine(to_one_line(value) if value else NOT_STATED, label) for label, value in said),
        *(
            PageLine(f"{period}（{BASES[known.basis]}）" if period else NOT_STATED, label, join_spans(known.evidence))
            for label, period, known in years
        ),
    )


def map_simplified_forms(digest: Digest, text: str) -> dict[str, str]:
    """The simplified form of each traditional character that the page shows, where both are as long in a browser."""
    shown = {char for words in (text, *(item.summary for item in collect_items(digest))) for char in words}
    return {
        char: plain
        for char in sorted(shown)
        if _is_chinese(char) and (plain := to_simplified(char)) != char and (char > _PLANE) == (plain > _PLANE)
    }


def _is_chinese(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char > "\U0001ffff"


def find_refusal(digest: Digest) -> str:
    """Why the text was not taken for a report; empty where it was."""
    return next((to_one_line(one.message) for one in digest.problems if one.code == "not_a_report"), "")
