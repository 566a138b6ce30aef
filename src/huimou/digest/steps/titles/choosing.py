"""The best candidate for each item: readable alone, about what the item says, and no other item's title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.titles.candidates import Passage, TitleCandidate, find_candidates, read_sentences
from huimou.digest.steps.titles.phrases import BEST, LONGEST, SHORTEST, mask_names, split_members, strip_front
from huimou.language.punctuation import punctuate
from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.model.events import DigestEmit, ignore_event, tell_parts
from huimou.model.report import NumberedItem, Role

_NO_TITLE = get_rule("titles.no_title")
_SAYS_LITTLE = get_rule("titles.says_little")
_RESULT = get_rule("titles.result")
_INDICATOR = get_rule("titles.named_indicator")
_SHORT_NAMES = get_rule("titles.known_by_short_name")
_GLUE = re.compile("[等、和]")
_ABOUT, _GROUNDED = 1.8, 1.2  # what it weighs that all of a title stands in the summary, in the evidence
_TOO_LONG = 0.3  # for each character over the best length
_TELLS_NOTHING, _TELLS_RESULT = 3.0, 0.8
_TELLING_LENGTH, _SHORT_SAYS_LITTLE = 6, 0.8  # characters; what a shorter title loses
_LATER, _LEFT_OPEN = 0.4, 0.8
_SHARED_BY_LEAD, _SHARED = 0.2, 0.4  # of a heading's pairs of characters that the item must say as well


@dataclass(frozen=True, slots=True)
class TitleSource:
    """What the title of an item may be drawn from, as printed.

    Args:
        summary: of the item.
        evidence: its sentences.
        lead: the title sentence of its unit; None where there is none, or another item has it above it.
        headings: above it, outermost first.
        role: of its section.

    """

    summary: str
    evidence: tuple[str, ...]
    lead: str | None
    headings: tuple[str, ...]
    role: Role


def write_titles(
    items: Sequence[NumberedItem], text: str, cores: Cores = HERE, emit: DigestEmit = ignore_event
) -> Mapping[str, str]:
    """A title for each item, by the item's id, no two alike unless their words are.

    Args:
        items: of one report, in their order.
        text: of the report; the evidence of the items lies in it.
        cores: of the report.
        emit: told of each item that has a title.

    """
    titles: dict[str, str] = {}
    taken: set[str] = set()
    ranks = cores.begin(rank_titles, _list_sources(items, text))
    for item, ranked in zip(tell_parts(emit, "titles", items), ranks, strict=True):
        every = ranked()
        titles[item.id] = next((title for title in every if title not in taken), every[0])
        taken.add(titles[item.id])
    return titles


def _list_sources(items: Sequence[NumberedItem], text: str) -> Iterator[TitleSource]:
    used: set[str] = set()
    for item in items:
        group, finding = item.finding.group, item.finding
        evidence = tuple(text[span.start : span.end] for span in finding.evidence)
        lead = group.lead if group.lead and group.lead not in used else None
        yield TitleSource(finding.summary, evidence, lead, group.headings, group.role)
        used |= {group.lead} if group.lead else set()


def _read_passage(source: TitleSource) -> Passage:
    evidence = read_sentences(list(map(_fold, source.evidence)))
    summary = read_sentences([_fold(source.summary)])
    said = "".join((*summary, *evidence))
    lead = read_sentences([_fold(source.lead)] if source.lead else [])
    headings = read_sentences([_fold(heading) for heading in reversed(source.headings)])
    shared = [heading for heading in headings if _measure_said(heading, said) >= _SHARED]
    shared = [heading for heading in lead if _measure_said(heading, said) >= _SHARED_BY_LEAD] + shared
    return Passage(summary, evidence, tuple(shared), source.role)


def _fold(text: str) -> str:
    """The text in comparison view, long names in their usual short form."""
    folded = compact(text).replace("〈", "<").replace("〉", ">")
    for name, short in _SHORT_NAMES.map.items():
        folded = folded.replace(name, str(short))
    return folded


def rank_titles(source: TitleSource) -> list[str]:
    """Titles of an item as printed, the best first; never empty."""
    passage = _read_passage(source)
    scores: dict[str, float] = {}
    for candidate in find_candidates(passage):
        if _may_stand(candidate.text):
            score = _score(candidate, passage)
            scores[candidate.text] = max(scores.get(candidate.text, score), score)
    ranked = sorted(scores, key=lambda text: -scores[text])
    return [_print_title(text) for text in (*ranked, *_fall_back(passage))]


def _may_stand(text: str) -> bool:
    return SHORTEST <= len(text) <= LONGEST and _is_closed(text) and not _NO_TITLE.search(mask_names(text))


def _is_closed(text: str) -> bool:
    """Whether every bracket and quote that opens closes."""
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in ("《》", "“”", "()", "<>"))


def _score(candidate: TitleCandidate, passage: Passage) -> float:
    own = _SAYS_LITTLE.sub("", candidate.text)
    return (
        candidate.worth
        + _ABOUT * _measure_said(candidate.text, "".join(passage.summary))
        + _GROUNDED * _measure_said(candidate.text, "".join(passage.evidence))
        + _TELLS_RESULT * bool(_RESULT.search(candidate.text))
        - _LATER * candidate.place
        - _TOO_LONG * max(0, len(candidate.text) - BEST)
        - _TELLS_NOTHING * (len(own) < 2)
        - 0.5 * candidate.text[0].isdigit()
        - _LEFT_OPEN * (candidate.text.endswith("等") and "、" not in candidate.text)
        - _SHORT_SAYS_LITTLE * (len(candidate.text) < _TELLING_LENGTH and not _INDICATOR.match(candidate.text))
    )


def _measure_said(title: str, said: str) -> float:
    """Share of a title's pairs of neighbouring characters that stand in a text; one seam is free."""
    pairs = [piece[i : i + 2] for piece in _GLUE.split(title) for i in range(len(piece) - 1)]
    missing = sum(pair not in said for pair in pairs)
    return 1 - max(0, missing - 1) / len(pairs) if pairs else 0.0


def _fall_back(passage: Passage) -> Iterator[str]:
    """What an item is called where nothing in it may be a title: its first short clause, or the heading above it."""
    sentences = (*passage.summary, *passage.evidence)
    pieces = [strip_front(piece) for sentence in sentences for piece in re.split("[,:]", sentence)]
    pieces = [piece for piece in (*pieces, *passage.headings) if len(piece) >= SHORTEST and _is_closed(piece)]
    short = [piece for piece in pieces if len(piece) <= LONGEST]
    yield from sorted(short, key=lambda piece: bool(_NO_TITLE.search(mask_names(piece))))
    yield from (f"{first}等" for piece in pieces if len(first := split_members(piece)[0]) < BEST and first != piece)
    yield from sorted(pieces, key=len)
    yield "".join(sentences) or "条目"


def _print_title(text: str) -> str:
    """A folded title as it is printed: full width, nested names in their own brackets."""
    return punctuate(text.replace("<", "〈").replace(">", "〉")).rstrip("。")
