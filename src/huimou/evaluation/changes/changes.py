"""Finding what changed between two digests of one report, item by item, and between two sets of measures.

Rates hide what a change does to a digest: one item lost and one gained leave every count as it was. So the items
themselves are compared, matched by the words of the report that they rest on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from huimou.evaluation.baseline import CEILINGS, FLOORS
from huimou.evaluation.changes.alignment import (
    KINDS,
    AlignedDigest,
    AlignedPair,
    DigestItem,
    align_digests,
    list_items,
    name_part,
    shorten,
)
from huimou.evaluation.changes.fields import describe_part, find_differing, flatten_fields
from huimou.evaluation.changes.matching import Pairs, Score, align_elements, measure_overlap, pair_elements
from huimou.evaluation.labels import ChangedPart, ChangeKind, translate_part, translate_value
from huimou.language.text import compact
from huimou.model.digest import Check, Digest, Evidence, Figure, OverviewSentence, ProblemOut, SectionOut, SentenceOut
from huimou.outputs.items import map_person_reviews

Part = TypeVar("Part", bound=BaseModel)
_ROUNDING = 1e-9
_ORDER: Mapping[ChangedPart, int] = {what: rank for rank, what in enumerate(get_args(ChangedPart))}
_OF_PATH: Mapping[str, ChangedPart] = {
    "source": "source",
    "report": "fact",
    "next_year_plan": "task",
    "year_review": "achievement",
    "figures": "figure",
    "sections": "section",
    "sentences": "sentence",
    "coverage": "coverage",
    "problems": "problem",
    "checks": "check",
    "review": "review",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `altered` is a field of a thing in both digests, `lost` and `gained` are whole things.

    `name` is a title, a printed figure or a field's path; `field` the dotted path of what differs, None for the whole.
    `before` and `after` are values for a person, None where there is none on that side. `sources` are the places of the
    report that the thing rests on; a quote is empty where the digest does not hold the words of the place (a sentence
    that nothing cites, the place of a problem). They are of the digest before for what was lost, else of that after.
    """

    kind: ChangeKind
    what: ChangedPart
    name: str
    field: str | None
    before: str | None
    after: str | None
    sources: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A measure that differs or that one side lacks; `better` is None where neither direction is better."""

    name: str
    before: float | None
    after: float | None
    better: bool | None


@dataclass(frozen=True, slots=True)
class _PartView:
    """How a part of a digest is named and described, and where its sources are."""

    what: ChangedPart
    name: Callable[[Any, AlignedDigest], str]
    tell: Callable[[Any, AlignedDigest], str]
    sources: Callable[[Any, Digest], tuple[Evidence, ...]]


def find_changes(before: Digest, after: Digest) -> tuple[Change, ...]:
    """All differences, the most important first; none if and only if both digests are the same JSON.

    Items are matched by kind and by overlap of evidence, best first, one to one; figures, sections and sentences by
    place. Ids and sentence numbers that differ because something else came or went are no change, nor is a reference
    to what came or went, which is a change of its own. If the texts differ, that is the first change, quotes are
    compared (without layout, script and width) instead of offsets, and sentences are matched by their lengths in order.
    """
    if _dump_digest(before) == _dump_digest(after):
        return ()
    sides = align_digests(before, after)
    found = [*_items(sides), *_figures(sides), *_wholes(sides), *_overviews(sides), *_places(sides), *_notes(sides)]
    found += _reviews(sides)
    return tuple(sorted(found, key=lambda change: _rank(change, placed=sides.old.placed))) or _by_path(before, after)


def find_measure_changes(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[MeasureChange, ...]:
    """The measures that differ, in the order of the first set; those in `baseline.CEILINGS` are better when less."""
    names = dict.fromkeys((*before, *after))
    moved = [(name, before.get(name), after.get(name)) for name in names]
    return tuple(
        MeasureChange(name, old, new, _better(name, old, new)) for name, old, new in moved if _differ(old, new)
    )


def _differ(old: float | None, new: float | None) -> bool:
    return old is not new and (old is None or new is None or abs(new - old) > _ROUNDING)


def _better(name: str, old: float | None, new: float | None) -> bool | None:
    if old is None or new is None or name not in {*CEILINGS, *FLOORS}:
        return None
    return (new < old) is (name in CEILINGS)


def _rank(change: Change, *, placed: bool) -> tuple[int, int, int]:
    """The rank of a change: another text, items, figures, the rest; of items and figures lost, gained, altered."""
    if change.what == "source" and not placed:
        return 0, 0, 0
    kind = get_args(ChangeKind).index(change.kind) if change.what in {*KINDS, "figure"} else 0
    order = _ORDER[change.what]
    return (1, kind, order) if change.what in KINDS else (2, order, kind)


def _items(sides: AlignedPair) -> Iterator[Change]:
    for kind in KINDS:
        view = _PartView(kind, _item_name, lambda item, _: item.summary, lambda item, _: tuple(item.evidence))
        was, now = list_items(sides.before, kind), list_items(sides.after, kind)
        yield from _list_changes(view, (was, now), sides.items[kind], sides)


def _item_name(item: DigestItem, _: AlignedDigest) -> str:
    return name_part(item)


def _figures(sides: AlignedPair) -> Iterator[Change]:
    view = _PartView("figure", lambda figure, _: figure.quote, describe_part, _place_of)
    yield from _list_changes(view, (sides.before.figures, sides.after.figures), sides.figures, sides)


def _wholes(sides: AlignedPair) -> Iterator[Change]:
    """Changes of what a digest has one of (facts, coverage, run, source), field by field."""
    old, new = sides.before, sides.after
    years = (*new.report.review_years.evidence, *new.report.plan_year.evidence)
    wholes: tuple[tuple[ChangedPart, BaseModel, BaseModel], ...] = (
        ("fact", old.report, new.report),
        ("coverage", old.coverage, new.coverage),
        ("run", old.run, new.run),
        ("source", old.source, new.source),
    )
    for what, was, now in wholes:
        for path, one, other in find_differing(flatten_fields(was, sides.old), flatten_fields(now, sides.new)):
            yield Change("altered", what, path, path, one, other, years if "year" in path else ())
    if old.next_year_plan.stated != new.next_year_plan.stated:
        one, other = (translate_value("stated", digest.next_year_plan.stated, {}) for digest in (old, new))
        yield Change("altered", "fact", "stated", "stated", one, other)


def _overviews(sides: AlignedPair) -> Iterator[Change]:
    old, new = sides.before, sides.after
    for title, was, now in (
        ("回顾综述", old.year_review.overview, new.year_review.overview),
        ("计划综述", old.next_year_plan.overview, new.next_year_plan.overview),
    ):
        view = _PartView("overview", _name_text(title), lambda sentence, _: sentence.text, _list_sources)
        yield from _list_changes(view, (was, now), _overview_pairs(was, now, sides), sides)
    one, other = ([d.next_year_plan.requirement] if d.next_year_plan.requirement else [] for d in (old, new))
    view = _PartView("requirement", _name_text(), lambda one, _: one.text, lambda one, _: tuple(one.evidence))
    yield from _list_changes(view, (one, other), align_elements([True] * len(one), [True] * len(other)), sides)


def _overview_pairs(was: Sequence[OverviewSentence], now: Sequence[OverviewSentence], sides: AlignedPair) -> Pairs:
    """Pairs of overview sentences: by the items that they rest on, or by the same words."""
    keyed = [*((s, s.text, frozenset(map(sides.old.key, s.items))) for s in was)]
    others = [*((s, s.text, frozenset(map(sides.new.key, s.items))) for s in now)]

    def likeness(one: tuple[Any, str, frozenset[str]], other: tuple[Any, str, frozenset[str]]) -> Score | None:
        shared = len(one[2] & other[2]) / (len(one[2] | other[2]) or 1)
        return (shared, float(one[1] == other[1])) if shared or one[1] == other[1] else None

    return pair_elements(keyed, others, lambda sentence: sentence[1:], likeness)


def _places(sides: AlignedPair) -> Iterator[Change]:
    old, new = sides.before, sides.after
    section = _PartView("section", _section_name, describe_part, lambda _part, _digest: ())
    yield from _list_changes(section, (old.sections, new.sections), _section_pairs(sides), sides)
    sentence = _PartView("sentence", lambda one, _: f"第{one.n}句", _disposition, _place_of)
    yield from _list_changes(sentence, (old.sentences, new.sentences), sides.sentences, sides)


def _section_pairs(sides: AlignedPair) -> Pairs:
    was, now = sides.before.sections, sides.after.sections
    if not sides.old.placed:
        return align_elements(*([(s.role, compact(s.heading or "")) for s in sections] for sections in (was, now)))

    def likeness(one: SectionOut, other: SectionOut) -> Score | None:
        shared = measure_overlap([(one.start, one.end)], [(other.start, other.end)])
        return (shared,) if shared else None

    return pair_elements(was, now, lambda section: (section.start, section.end), likeness)


def _notes(sides: AlignedPair) -> Iterator[Change]:
    """Changes of problems and checks: altered where the code and the place or item are the same."""
    old, new = sides.before, sides.after
    notes: tuple[tuple[ChangedPart, Sequence[ProblemOut | Check], Sequence[ProblemOut | Check]], ...] = (
        ("problem", old.problems, new.problems),
        ("check", old.checks, new.checks),
    )
    for what, was, now in notes:
        view = _PartView(what, lambda note, _: note.code, lambda note, _: note.message, _place_of)
        keyed = [(note, *_note_key(note, sides.old)) for note in was]
        others = [(note, *_note_key(note, sides.new)) for note in now]
        pairs = pair_elements(keyed, others, lambda note: (note[1], note[2], note[0].message), _note_likeness)
        yield from _list_changes(view, (was, now), pairs, sides)


def _reviews(sides: AlignedPair) -> Iterator[Change]:
    """Changes of persons' reviews by item; another id of the same item is a change of the item, not of the review."""
    was, now = (list(map_person_reviews(digest).values()) for digest in (sides.before, sides.after))
    keyed = [(one, sides.old.key(one.id)) for one in was]
    others = [(one, sides.new.key(one.id)) for one in now]
    pairs = pair_elements(keyed, others, lambda one: one[1], lambda one, other: (1.0,) if one[1] == other[1] else None)
    view = _PartView("review", lambda one, _: one.id, describe_part, lambda *_: ())
    return (change for change in _list_changes(view, (was, now), pairs, sides) if change.field != "id")


def _note_key(note: ProblemOut | Check, side: AlignedDigest) -> tuple[str, Hashable]:
    item = side.key(note.item) if isinstance(note, Check) and note.item is not None else None
    return note.code, (item, *((note.start, note.end) if side.placed else ()))


def _note_likeness(one: tuple[Any, str, Any], other: tuple[Any, str, Any]) -> Score | None:
    if one[1] != other[1] or one[2][0] != other[2][0]:
        return None
    same_place = one[2] == other[2]
    return (float(same_place), float(one[0].message == other[0].message))


def _list_changes(
    view: _PartView, lists: tuple[Sequence[Part], Sequence[Part]], pairs: Pairs, sides: AlignedPair
) -> Iterator[Change]:
    was, now = lists
    for part in (was[i] for i in pairs.lost):
        sources = view.sources(part, sides.before)
        yield Change("lost", view.what, view.name(part, sides.old), None, view.tell(part, sides.old), None, sources)
    for part in (now[j] for j in pairs.gained):
        sources = view.sources(part, sides.after)
        yield Change("gained", view.what, view.name(part, sides.new), None, None, view.tell(part, sides.new), sources)
    for i, j in pairs.both:
        name, sources = view.name(now[j], sides.new), view.sources(now[j], sides.after)
        for path, one, other in find_differing(flatten_fields(was[i], sides.old), flatten_fields(now[j], sides.new)):
            yield Change("altered", view.what, name, path, one, other, sources)
    yield from _numbering(view, lists, pairs, sides)


def _numbering(
    view: _PartView, lists: tuple[Sequence[Part], Sequence[Part]], pairs: Pairs, sides: AlignedPair
) -> Iterator[Change]:
    """Changes of order, or of ids where nothing came, went or moved."""
    was, now = lists
    if not pairs.in_order:
        one = "、".join(view.name(was[i], sides.old) for i, _ in pairs.both)
        other = "、".join(view.name(now[j], sides.new) for j in sorted(j for _, j in pairs.both))
        yield Change("altered", view.what, translate_part(view.what), "order", one, other)
    elif pairs.complete:
        for i, j in pairs.both:
            for name in ("id", "n"):
                one, other = (str(getattr(part, name, "")) for part in (was[i], now[j]))
                if one != other:
                    yield Change("altered", view.what, view.name(now[j], sides.new), name, one, other)


def _name_text(title: str | None = None) -> Callable[[Any, AlignedDigest], str]:
    return lambda part, _: f"{title}：{shorten(part.text, 16)}" if title else shorten(part.text)


def _section_name(section: SectionOut, side: AlignedDigest) -> str:
    return shorten(section.heading) if section.heading else translate_value("role", section.role, side.domains)


def _disposition(sentence: SentenceOut, side: AlignedDigest) -> str:
    return translate_value("disposition", sentence.disposition, side.domains)


def _list_sources(sentence: OverviewSentence, digest: Digest) -> tuple[Evidence, ...]:
    items = {item.id: item for kind in KINDS for item in list_items(digest, kind)}
    return tuple(e for id_ in sentence.items if id_ in items for e in items[id_].evidence)


def _place_of(part: Figure | SentenceOut | ProblemOut | Check, digest: Digest) -> tuple[Evidence, ...]:
    """The place of a part that has no evidence of its own."""
    start, end = part.start, part.end
    if start is None or end is None:
        return ()
    number = next((s.n for s in digest.sentences if s.start <= start < s.end), 0)
    return (Evidence(sentence=number, start=start, end=end, quote=part.quote if isinstance(part, Figure) else ""),)


def _by_path(before: Digest, after: Digest) -> tuple[Change, ...]:
    """Differences of the stored values that no other comparison found, by path, so that none is missed."""
    old, new = (dict(_leaves(json.loads(_dump_digest(digest)), "")) for digest in (before, after))
    return tuple(
        Change("altered", _OF_PATH.get(path.split(".")[0], "run"), path, path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, (dict, list)):
        steps = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        yield f"{path}.order".lstrip("."), json.dumps([key for key, _ in steps], ensure_ascii=False)
        for key, inner in steps:
            yield from _leaves(inner, f"{path}.{key}".lstrip("."))
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def _dump_digest(digest: Digest) -> str:
    return json.dumps(digest.model_dump(mode="json"), ensure_ascii=False)
