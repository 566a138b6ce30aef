"""Measuring the words of a digest against what a person says that they should say (`fixtures/gold/words/FORMAT.md`).

The items whose evidence overlaps a point by half of the shorter of the two speak for it, all together. It is said whole
when their summaries say everything that must be said; it is true when nothing stands in them that must not; it is short
when each keeps to 60 characters, or to 0.6 of its evidence where figures need more. Whole, true and short, an editor
can paste it. Its title is good when one of them has 4 to 22 characters, is not cut, and shares two characters in a row
with the person's title; shortcomings need none. Punctuation, spaces, width and traditional characters do not count.

An item is bad if a point that it speaks for cannot be pasted, good if all can; what is marked ⚠ should be the bad ones.

A point that nothing speaks for is not said, but neither untrue nor long. What a person judges stays the measure
(`blind_reading`); this is what a program can see of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huimou.evaluation.scores import WordScore
from huimou.language.text import to_simplified
from huimou.model.digest import Digest
from huimou.store.files import read_json

Json = Mapping[str, Any]
Spans = Sequence[tuple[int, int]]
WORDS = "words"  # the folder of these annotations, within the folder of gold
_LONGEST, _LONGEST_SHARE = 60, 0.6
_TITLE_LENGTHS = range(4, 23)
_HALF = 0.5
_KINDS = (("achievements", "year_review"), ("shortcomings", "year_review"), ("tasks", "next_year_plan"))
_UNTITLED = "shortcomings"
_UNHEARD = re.compile(r"[\s,、。;:]")
_QUOTES = str.maketrans("“”", '""')


@dataclass(frozen=True, slots=True)
class WordedEntry:
    """One item as it is measured: id, title (empty where its kind has none), summary, ranges of its evidence, its ⚠."""

    id: str
    title: str
    summary: str
    spans: Spans
    marked: bool = False


@dataclass(frozen=True, slots=True)
class PointWords:
    """What the words of a digest make of one annotated point.

    Args:
        id: of the point.
        entries: the items that speak for it.
        wanted: how many things must be said.
        unsaid: those that are not, each a group of alternatives; meaningless where nothing speaks for it.
        unwanted: what stands there and must not.
        short: whether none of the items is too long.
        titled: whether one of the items has a good title.

    """

    id: str
    entries: tuple[WordedEntry, ...]
    wanted: int
    unsaid: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...]
    short: bool
    titled: bool

    @property
    def said(self) -> int:
        """How many of the things that must be said are."""
        return self.wanted - len(self.unsaid) if self.entries else 0

    @property
    def whole(self) -> bool:
        """Whether everything is said that must be."""
        return bool(self.entries) and not self.unsaid

    @property
    def true(self) -> bool:
        """Whether nothing stands there that must not."""
        return not self.unwanted

    @property
    def pasteable(self) -> bool:
        """Whether an editor could paste it as it is, as far as a program can tell."""
        return self.whole and self.true and self.short


def read_word_annotation(gold_file: Path) -> Json | None:
    """The annotation of words that belongs to a file of gold; None where there is none.

    Raises:
        UsageError: it cannot be read.

    """
    path = gold_file.parent / WORDS / gold_file.name
    return read_json(path) if path.is_file() else None


def score_words(digest: Digest | Json, gold: Json, annotation: Json) -> WordScore:
    """The measures of the words of a digest.

    Args:
        digest: as written to `OUT/<stem>.json`.
        gold: as in `fixtures/gold`.
        annotation: as in `fixtures/gold/words`.

    """
    points = judge_points(digest, gold, annotation)
    overview = judge_overview(digest, annotation)
    bad, good = sort_items(points)
    return WordScore(
        points=len(points),
        keys=_share(sum(one.said for one in points), sum(one.wanted for one in points)),
        whole=_share_true(one.whole for one in points),
        true=_share_true(one.true for one in points),
        short=_share_true(one.short for one in points),
        title=_share_true(one.titled for one in points),
        pasteable=_share_true(one.pasteable for one in points),
        overview=_share_true(said for _, said in overview),
        marked=_share_true(one.marked for one in bad),
        alarms=_share_true(one.marked for one in good),
    )


def sort_items(points: Sequence[PointWords]) -> tuple[tuple[WordedEntry, ...], tuple[WordedEntry, ...]]:
    """The items that speak for a point that cannot be pasted, and those all of whose points can; each once."""
    bad = {one.id: one for point in points if not point.pasteable for one in point.entries}
    good = {one.id: one for point in points for one in point.entries if one.id not in bad}
    return tuple(bad.values()), tuple(good.values())


def judge_points(digest: Digest | Json, gold: Json, annotation: Json) -> tuple[PointWords, ...]:
    """What the words make of each annotated point; arguments as in `score_words`."""
    made: Json = digest.model_dump(mode="json") if isinstance(digest, Digest) else digest
    found = []
    for kind, part in _KINDS:
        entries = _list_entries(made, kind, part)
        for point in gold.get(kind) or []:
            said = annotation["points"].get(point["id"])
            if said:
                found.append(_judge_point(point, said, entries, titled=kind != _UNTITLED))
    return tuple(found)


def judge_overview(digest: Digest | Json, annotation: Json) -> tuple[tuple[str, bool], ...]:
    """The reference points of the overview, by their first alternatives, and whether the overview says each."""
    made: Json = digest.model_dump(mode="json") if isinstance(digest, Digest) else digest
    found: list[tuple[str, bool]] = []
    for part, key in (("review", "year_review"), ("plan", "next_year_plan")):
        sentences = (made.get(key) or {}).get("overview") or []
        text = _strip(";".join(sentence["text"] for sentence in sentences))
        points = (annotation.get("overview") or {}).get(part) or []
        found += [(" ".join(group[0] for group in point), not _find_unsaid(point, text)) for point in points]
    return tuple(found)


def describe_words(points: Sequence[PointWords], overview: Sequence[tuple[str, bool]]) -> list[str]:
    """Lines on the points that an editor could not paste or that lack a good title, and on what overviews leave out."""
    lines = []
    for point in points:
        faults = _describe_faults(point)
        if faults:
            lines.append(f"{point.id}: {'; '.join(faults)}")
            lines += [f"    {one.id} {one.title}｜{one.summary}" for one in point.entries]
    return [*lines, *(f"overview: not said: {named}" for named, said in overview if not said)]


def _describe_faults(point: PointWords) -> list[str]:
    if not point.entries:
        return ["no item speaks for it"]
    faults = [f"not said: {'、'.join('/'.join(group) for group in point.unsaid)}"] if point.unsaid else []
    faults += [f"must not stand: {'、'.join(point.unwanted)}"] if point.unwanted else []
    faults += [] if point.short else ["too long"]
    return faults + ([] if point.titled else ["title"])


def _list_entries(made: Json, kind: str, part: str) -> tuple[WordedEntry, ...]:
    return tuple(
        WordedEntry(
            item["id"],
            item.get("title") or "",
            item["summary"],
            tuple((place["start"], place["end"]) for place in item["evidence"]),
            marked=bool(item.get("look")),
        )
        for item in (made.get(part) or {}).get(kind) or []
    )


def _judge_point(point: Json, said: Json, entries: Sequence[WordedEntry], *, titled: bool) -> PointWords:
    spans = [(start, end) for start, end in point["spans"]]
    ours = tuple(one for one in entries if _speaks_for(one, spans))
    text = _strip(";".join(one.summary for one in ours))
    return PointWords(
        id=point["id"],
        entries=ours,
        wanted=len(said["say"]),
        unsaid=_find_unsaid(said["say"], text),
        unwanted=tuple(words for words in said.get("not") or [] if _strip(words) in text),
        short=not any(map(_is_long, ours)),
        titled=bool(ours) and (not titled or any(_has_good_title(one, said["title"]) for one in ours)),
    )


def _speaks_for(entry: WordedEntry, spans: Spans) -> bool:
    shared = sum(max(0, min(end, stop) - max(start, begin)) for start, end in entry.spans for begin, stop in spans)
    return shared >= _HALF * min(_measure_length(spans), _measure_length(entry.spans) or 1)


def _measure_length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def _find_unsaid(groups: Iterable[Sequence[str]], text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups if not any(_strip(words) in text for words in group))


def _is_long(entry: WordedEntry) -> bool:
    return len(entry.summary) > max(_LONGEST, _LONGEST_SHARE * _measure_length(entry.spans))


def _has_good_title(entry: WordedEntry, wanted: str) -> bool:
    title = entry.title
    return len(title) in _TITLE_LENGTHS and "…" not in title and bool(_list_pairs(title) & _list_pairs(wanted))


def _list_pairs(text: str) -> set[str]:
    plain = re.sub(r"[\W_]", "", _strip(text))
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _strip(text: str) -> str:
    """For comparison: simplified, of one width, without spaces and what divides clauses."""
    return _UNHEARD.sub("", unicodedata.normalize("NFKC", to_simplified(text))).translate(_QUOTES)


def _share_true(values: Iterable[bool]) -> float | None:
    found = list(values)
    return _share(sum(found), len(found))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
