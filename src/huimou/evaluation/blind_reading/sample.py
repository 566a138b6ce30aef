"""A sample of the sentences of digests, drawn so that the same digests and seed always give the same one.

Every report has its share of the sample, as large as its share of all sentences, and at least one sentence where the
sample has as many as there are reports. Which ones is decided by a hash of the seed and the sentence, and so is the
order, which tells nothing of the report. Another report in the folder leaves the order of the others as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from huimou.model.digest import Achievement, Digest, Evidence, OverviewSentence, Shortcoming, Task
from huimou.model.review import collect_items

LineKind = Literal["achievement", "task", "shortcoming", "overview"]
_HEX = 16
_HEADING = "heading"
_TOKEN = re.compile(r"([1-9]\d{0,8})-(-?\d{1,18})-[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """What a sentence rests on: the report's characters, and the headings over them, the outermost first."""

    quote: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampledLine:
    """One sentence to be read.

    Args:
        number: its place in the sample, from 1.
        key: 16 hex digits of the sentence, its title and its sources.
        report: name of the digest, `<stem>`.
        organisation: who reports, as a person reads it.
        kind: of what it is a sentence.
        item: id of its item, empty for a sentence of an overview.
        title: of its item; empty where it has none.
        text: the sentence.
        sources: what it rests on.

    """

    number: int
    key: str
    report: str
    organisation: str
    kind: LineKind
    item: str
    title: str
    text: str
    sources: tuple[QuotedSource, ...]


@dataclass(frozen=True, slots=True)
class LineSample:
    """Sentences in the order in which they are read; `token` says how many were wanted, which seed, which they are."""

    lines: tuple[SampledLine, ...]
    token: str


def draw_sample(
    digests: Mapping[str, Digest], wanted: int, seed: int, texts: Mapping[str, str] | None = None
) -> LineSample:
    """A sample of the items' and overviews' sentences of digests.

    Args:
        digests: by name.
        wanted: how many sentences; all of them where there are fewer.
        seed: another seed draws others.
        texts: the reports that are at hand, by name; they only add the headings over a source.

    """
    ranked = {
        name: sorted(_list_lines(name, digest, (texts or {}).get(name)), key=lambda line: _rank(seed, line))
        for name, digest in digests.items()
    }
    shares = allot_lines({name: len(lines) for name, lines in ranked.items()}, wanted)
    drawn = [line for name, lines in ranked.items() for line in lines[: shares[name]]]
    drawn.sort(key=lambda line: _rank(seed, line))
    lines = tuple(replace(line, number=number) for number, line in enumerate(drawn, start=1))
    return LineSample(lines, f"{wanted}-{seed}-{_hash([line.key for line in lines])}")


def parse_token(token: str) -> tuple[int, int] | None:
    """How many sentences of which seed a sample was drawn with; None if that is no name of a sample."""
    named = _TOKEN.fullmatch(token)
    return (int(named[1]), int(named[2])) if named else None


def allot_lines(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of `wanted` lines each report gives, in proportion to its size by largest remainders, one at least."""
    total = sum(sizes.values())
    wanted = min(wanted, total)
    exact = {name: divmod(wanted * size, total) for name, size in sizes.items() if size}
    shares = {name: whole for name, (whole, _) in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (-exact[name][1], name))
    for name in by_remainder[: wanted - sum(shares.values())]:
        shares[name] += 1
    if wanted >= len(shares):
        for name in [name for name, share in shares.items() if not share]:
            shares[max(shares, key=lambda other: (shares[other], other))] -= 1
            shares[name] = 1
    return {name: shares.get(name, 0) for name in sizes}


def _list_lines(name: str, digest: Digest, text: str | None) -> Iterator[SampledLine]:
    items = {item.id: item for item in collect_items(digest)}
    for item in items.values():
        title = "" if isinstance(item, Shortcoming) else item.title
        yield _build_line(name, digest, text, _name_kind(item), item.id, (title, item.summary), item.evidence)
    for sentence in (*digest.year_review.overview, *digest.next_year_plan.overview):
        places = _join_evidence(sentence, items)
        yield _build_line(name, digest, text, "overview", "", ("", sentence.text), places)


def _name_kind(item: Achievement | Shortcoming | Task) -> LineKind:
    if isinstance(item, Achievement):
        return "achievement"
    return "task" if isinstance(item, Task) else "shortcoming"


def _join_evidence(
    sentence: OverviewSentence, items: Mapping[str, Achievement | Shortcoming | Task]
) -> Sequence[Evidence]:
    """The evidence of the items of an overview's sentence, each place once."""
    places = [place for id_ in sentence.items if id_ in items for place in items[id_].evidence]
    return list({(place.start, place.end): place for place in places}.values())


def _build_line(  # noqa: PLR0913, PLR0917 (a line is all of these)
    name: str,
    digest: Digest,
    text: str | None,
    kind: LineKind,
    item: str,
    words: tuple[str, str],
    places: Sequence[Evidence],
) -> SampledLine:
    key = _hash(
        [name, digest.source.sha256, kind, *words, *([place.start, place.end, place.quote] for place in places)]
    )
    return SampledLine(
        number=0,
        key=key,
        report=name,
        organisation=digest.report.organisation or digest.report.region or name,
        kind=kind,
        item=item,
        title=words[0],
        text=words[1],
        sources=tuple(QuotedSource(place.quote, _find_headings(digest, text, place.start)) for place in places),
    )


def _find_headings(digest: Digest, text: str | None, at: int) -> tuple[str, ...]:
    """The heading of the section at a place and, where the text is at hand, the last heading before it."""
    section = next((one for one in digest.sections if one.start <= at < one.end), None)
    if section is None:
        return ()
    found = [section.heading] if section.heading else []
    if text is not None:
        over = [
            text[one.start : one.end].strip()
            for one in digest.sentences
            if one.disposition == _HEADING and section.start <= one.start < at
        ]
        found = [*(heading for heading in found if not over or heading not in over[-1]), *over[-1:]]
    return tuple(found)


def _rank(seed: int, line: SampledLine) -> str:
    return sha256(f"{seed} {line.key}".encode()).hexdigest()


def _hash(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:_HEX]
