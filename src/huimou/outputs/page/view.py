"""What the page of a report shows, piece by piece: plain values for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from huimou.language.text import to_simplified
from huimou.model.digest import (
    Achievement,
    Check,
    Digest,
    Evidence,
    Figure,
    OverviewSentence,
    ProblemOut,
    ReportFacts,
    Shortcoming,
    Target,
    Task,
)
from huimou.model.review import items_of
from huimou.outputs.render import (
    BASES,
    MADE,
    NOT_STATED,
    PARTS,
    by_domain,
    corrected,
    mode_of,
    number,
    plan_period,
    review_period,
    reviews,
    running,
)
from huimou.outputs.render.codes import code_name

_SNIPPET = 60
_PLANE = "\uffff"  # characters beyond it are two units in a browser


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text as a reader is told it; `at` is `start-end`, several joined by commas."""

    label: str
    at: str


@dataclass(frozen=True, slots=True)
class Line:
    """A check, a problem or a sentence of an overview: text, small print, and places.

    Of the `items` a person has `corrected` some.
    """

    text: str
    small: str = ""
    at: str = ""
    items: tuple[str, ...] = ()
    quote: str = ""
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table of figures; `sort` is the value it sorts by, empty where vague."""

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
class Shown:
    """One item: of kind achievement, task or shortcoming."""

    id: str
    kind: str
    domain: str
    title: str
    summary: str
    made: str
    look: str
    facts: tuple[tuple[str, str], ...] = ()
    figures: tuple[Place, ...] = ()
    places: tuple[Place, ...] = ()
    at: str = ""
    quotes: tuple[str, ...] = field(default=())


def shown_by_domain(digest: Digest, *, plan: bool) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    """Achievements or tasks under the titles of their domains."""
    figures = {figure.id: figure for figure in digest.figures}
    titles = digest.report.domains
    groups: Iterable[tuple[str, Sequence[Achievement | Task]]]
    groups = (
        by_domain(digest.next_year_plan.tasks, titles) if plan else by_domain(digest.year_review.achievements, titles)
    )
    for title, items in groups:
        yield title, tuple(_item(item, figures) for item in items)


def shortcomings(digest: Digest) -> tuple[Shown, ...]:
    """The report's own shortcomings."""
    return tuple(_item(item, {}) for item in digest.year_review.shortcomings)


def _item(item: Achievement | Task | Shortcoming, figures: Mapping[str, Figure]) -> Shown:
    ids = () if isinstance(item, Shortcoming) else item.figures
    facts = _achieved(item) if isinstance(item, Achievement) else _planned(item) if isinstance(item, Task) else ()
    title = "" if isinstance(item, Shortcoming) else running(item.title)
    summary = running(item.summary)
    return Shown(
        id=item.id,
        kind={Achievement: "achievement", Task: "task", Shortcoming: "shortcoming"}[type(item)],
        domain="" if isinstance(item, Shortcoming) else item.domain,
        title="" if summary.startswith(title.removesuffix("…")) else title,
        summary=summary,
        made=MADE.get(item.made, item.made),
        look=running(item.look or ""),
        facts=facts,
        figures=tuple(_figure_place(figures[id_]) for id_ in ids if id_ in figures),
        places=tuple(Place(f"第{part.sentence}句", at(part.start, part.end)) for part in item.evidence),
        at=places(item.evidence),
        quotes=tuple(running(part.quote) for part in item.evidence),
    )


def _achieved(item: Achievement) -> tuple[tuple[str, str], ...]:
    return (("主体", running(item.actor)),) if item.actor else ()


def _planned(item: Task) -> tuple[tuple[str, str], ...]:
    """Target, deadline and lead unit as printed, or the honest blank once for all that the text does not say."""
    terms = (("目标", item.target), ("时限", item.deadline), ("责任单位", item.responsible))
    silent = "、".join(label for label, value in terms if value is None)
    said = [(label, running(value)) for label, value in terms if value is not None]
    limits = [("限定", running(words)) for target in item.targets for words in _limits(target)]
    return (*said, *limits, *([(silent, NOT_STATED)] if silent else []))


def _limits(target: Target) -> Iterator[str]:
    if target.modifier:
        yield f"{target.modifier}（{target.text}）"


def _figure_place(figure: Figure) -> Place:
    metric = f"（{running(figure.metric)}）" if figure.metric else ""
    return Place(running(figure.quote) + metric, at(figure.start, figure.end))


def at(start: int | None, end: int | None) -> str:
    """`start-end`, empty where there is no place."""
    return "" if start is None or end is None else f"{start}-{end}"


def places(evidence: Sequence[Evidence]) -> str:
    """Places of several pieces of evidence."""
    return ",".join(at(part.start, part.end) for part in evidence)


def overview(sentences: Sequence[OverviewSentence], digest: Digest) -> tuple[Line, ...]:
    """Sentences of an overview with the places of the items that they rest on."""
    sources = {item.id: item.evidence for item in items_of(digest)}
    said = reviews(digest)
    return tuple(
        Line(
            text=running(sentence.text),
            small=MADE.get(sentence.made, sentence.made),
            at=",".join(filter(None, (places(sources.get(id_, [])) for id_ in sentence.items))),
            items=tuple(sentence.items),
            corrected=corrected(sentence, said),
        )
        for sentence in sentences
    )


def figure_rows(figures: Sequence[Figure]) -> tuple[Row, ...]:
    """The ledger of figures."""
    return tuple(
        Row(
            id=figure.id,
            quote=running(figure.quote),
            value=number(figure.value, figure.value_max),
            sort="" if figure.value is None else repr(figure.value),
            unit=running(figure.unit or ""),
            mode=mode_of(figure),
            metric=running(figure.metric or ""),
            actor=running(figure.actor or ""),
            section=PARTS[figure.section],
            items=tuple(figure.items),
            at=at(figure.start, figure.end),
        )
        for figure in figures
    )


def checks(found: Sequence[Check], text: str) -> tuple[Line, ...]:
    """What to check first."""
    return tuple(
        Line(
            running(check.message),
            running(code_name(check.code)),
            at(check.start, check.end),
            (check.item,) if check.item else (),
            _snippet(text, check.start, check.end),
        )
        for check in found
    )


def problems(found: Sequence[ProblemOut], text: str) -> tuple[Line, ...]:
    """What is wrong with the text or was with an answer."""
    return tuple(
        Line(
            running(one.message),
            running(code_name(one.code)),
            at(one.start, one.end),
            quote=_snippet(text, one.start, one.end),
        )
        for one in found
    )


def uncovered(digest: Digest, text: str) -> tuple[Line, ...]:
    """Sentences that nothing disposes of, whole."""
    missing = set(digest.coverage.uncovered)
    return tuple(
        Line(running(text[one.start : one.end]), f"第{one.n}句", at(one.start, one.end))
        for one in digest.sentences
        if one.n in missing
    )


def _snippet(text: str, start: int | None, end: int | None) -> str:
    if start is None or end is None:
        return ""
    quote = running(text[start : min(end, start + 2 * _SNIPPET)])
    return quote if len(quote) <= _SNIPPET else quote[:_SNIPPET] + "…"


def facts(report: ReportFacts) -> tuple[Line, ...]:
    """Who reports on what, with places; 原文未载明 where the text is silent."""
    years = (
        ("回顾年份", review_period(report.review_years), report.review_years),
        ("计划年份", plan_period(report.plan_year), report.plan_year),
    )
    said = (
        ("报告机构", report.organisation),
        ("地区", report.region),
        ("类别", report.kind_title or report.kind),
        ("原文字体", "繁体" if report.language_script == "traditional" else "简体"),
    )
    return (
        *(Line(running(value) if value else NOT_STATED, label) for label, value in said),
        *(
            Line(f"{period}（{BASES[known.basis]}）" if period else NOT_STATED, label, places(known.evidence))
            for label, period, known in years
        ),
    )


def folds(digest: Digest, text: str) -> dict[str, str]:
    """Simplified forms of the characters that the page shows and that are not simplified, of the same length in it."""
    shown = {char for words in (text, *(item.summary for item in items_of(digest))) for char in words}
    return {
        char: plain
        for char in sorted(shown)
        if _is_chinese(char) and (plain := to_simplified(char)) != char and (char > _PLANE) == (plain > _PLANE)
    }


def _is_chinese(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char > "\U0001ffff"


def refusal(digest: Digest) -> str:
    """Why the text is not taken for a report; empty where it is."""
    return next((running(one.message) for one in digest.problems if one.code == "not_a_report"), "")
