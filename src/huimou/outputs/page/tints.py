"""The text of a report in spans, each sentence tinted by what became of it, and the legend of the tints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from huimou.model.digest import Digest
from huimou.outputs.html.shell import to_page_text
from huimou.outputs.labels import DISPOSITIONS, REASONS, ROLES, TINTS

_UNKNOWN = "form"  # the tint of a reason that is not known here


@dataclass(frozen=True, slots=True)
class TintedSpan:
    """A span of the text: sentence number `n`, or what stands between two sentences.

    Args:
        text: the characters, escaped.
        n: number of the sentence; 0 for what stands between two.
        start: offset of its first character.
        group: key of its tint; of what stands between two sentences only where both have the same.
        why: its disposition.
        rule: id of the rule by which it was left out.
        role: heading of the section that begins here, where its role differs from that of the one before.
        lead: whether these are the blank lines before the first sentence, which take no room on the page.

    """

    text: Markup
    n: int = 0
    start: int = 0
    group: str = ""
    why: str = ""
    rule: str = ""
    role: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class LegendReason:
    """A reason in the legend and how many sentences were left out for it; `keys` are its codes, joined by spaces."""

    keys: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A tint in the legend: its name, what it stands for, how many sentences have it, and their reasons."""

    group: str
    title: str
    hint: str
    count: int
    reasons: tuple[LegendReason, ...] = ()


def tint_text(digest: Digest, text: str) -> Iterator[TintedSpan]:
    """All spans of the text in order; joined they are the whole text."""
    roles = _find_role_starts(digest)
    last, before = 0, ""
    for sentence in digest.sentences:
        start, end = max(last, sentence.start), max(last, sentence.end)
        role = next((title for at, title in roles if last <= at <= start), "") if roles else ""
        roles = [(at, title) for at, title in roles if at > start]
        group = find_tint(sentence.disposition)
        if start > last:
            yield from _span_between(text, last, start, group if group == before else "")
        if end > start:
            why, rule = sentence.disposition, sentence.rule or ""
            yield TintedSpan(to_page_text(text[start:end]), sentence.n, start, group, why, rule, role)
        last, before = end, group
    if last < len(text):
        yield from _span_between(text, last, len(text))


def _span_between(text: str, start: int, end: int, group: str = "") -> Iterator[TintedSpan]:
    """The spans between two sentences; blanks at the beginning of the text are a span of their own."""
    blank = end - len(text[start:end].lstrip()) if start == 0 else 0
    if blank:
        yield TintedSpan(to_page_text(text[:blank]), lead=True)
    if end > max(start, blank):
        yield TintedSpan(to_page_text(text[max(start, blank) : end]), group=group)


def _find_role_starts(digest: Digest) -> list[tuple[int, str]]:
    """Offset and heading of each section whose role differs from the one before; none in a report of one role."""
    found: list[tuple[int, str]] = []
    for section in digest.sections:
        title = ROLES[section.role].heading
        if not found or found[-1][1] != title:
            found.append((section.start, title))
    return found if len(found) > 1 else []


def find_tint(disposition: str) -> str:
    """The key of a disposition's tint in `labels.TINTS`; an unknown reason has the tint of headings."""
    known = DISPOSITIONS.get(disposition) or REASONS.get(disposition)
    return known.tint if known else _UNKNOWN


def explain_disposition(disposition: str) -> str:
    """The Chinese name of a disposition, as it stands beside a sentence."""
    if disposition in DISPOSITIONS:
        return DISPOSITIONS[disposition].beside
    return REASONS[disposition].name if disposition in REASONS else disposition


def build_legend(digest: Digest) -> tuple[LegendEntry, ...]:
    """The legend: cited first, the tints of reasons that the text has, and uncovered last, even if there is none."""
    counts = Counter(sentence.disposition for sentence in digest.sentences)
    left = [
        _stand_alone(LegendEntry(key, label.name, label.meaning, sum(reason.count for reason in reasons), reasons))
        for key, label in TINTS.items()
        if key not in DISPOSITIONS and (reasons := _count_reasons(key, counts))
    ]
    cited, uncovered = (LegendEntry(key, TINTS[key].name, TINTS[key].meaning, counts[key]) for key in DISPOSITIONS)
    return cited, *left, uncovered


def _stand_alone(group: LegendEntry) -> LegendEntry:
    """The entry without its reasons where its only reason has the name of the tint."""
    same = len(group.reasons) == 1 and group.reasons[0].title == group.title
    return replace(group, reasons=()) if same else group


def _count_reasons(group: str, counts: Counter[str]) -> tuple[LegendReason, ...]:
    """The reasons of a tint, the most frequent first; codes of one name are counted together."""
    by_title: dict[str, list[str]] = {}
    for key in counts:
        if find_tint(key) == group:
            by_title.setdefault(explain_disposition(key), []).append(key)
    found = [LegendReason(" ".join(keys), title, sum(counts[key] for key in keys)) for title, keys in by_title.items()]
    return tuple(sorted(found, key=lambda reason: -reason.count))
