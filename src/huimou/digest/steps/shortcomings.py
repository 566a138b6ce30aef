"""Shortcomings: each weak point that the report admits, in its own words: short already, too delicate to reword."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.digest.questions.verify import build_source_finding
from huimou.language.markers import find_marker
from huimou.language.punctuation import punctuate
from huimou.language.shortcomings import find_weak_points
from huimou.language.text import fold, to_plain
from huimou.model.report import Claim, Finding, Group, Outline, Span


def find_shortcomings(text: str, outline: Outline, groups: Sequence[Group]) -> list[Finding]:
    """A finding for each weak point in the groups about shortcomings, in the order of the text."""
    return [
        finding for group in groups if group.kind == "shortcoming" for finding in _split_group(text, outline, group)
    ]


def _split_group(text: str, outline: Outline, group: Group) -> list[Finding]:
    findings = []
    for n in group.sentences:
        sentence = outline.sentences[n - 1]
        marker = find_marker(text[sentence.start : sentence.end])
        first = sentence.start + (marker[1] if marker else 0)
        body = fold(text[first : sentence.end])
        for start, end in find_weak_points(body) or ((0, len(body)),):
            span = Span(first + start, first + end)
            words = punctuate(to_plain(text[span.start : span.end]).removesuffix("等"))
            findings.append(build_source_finding(Claim(group, words, "source"), (span,)))
    return findings
