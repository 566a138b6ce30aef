"""The text of a report, sentence by sentence, with the tint of what became of each, and the legend of the tints."""

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
    """A stretch of the text: sentence `n` from `start`, tinted by `group`; or what stands between two (n is 0).

    `role` is the title of a section that begins here, where it differs from the one before. `lead`: blank lines before
    all else, which take no room on the page.
    """

    text: Markup
    n: int = 0
    start: int = 0
    group: str = ""
    why: str = ""
    role: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class LegendReason:
    """One line of the legend: a reason and how many sentences were left out for it; `keys` are its dispositions."""

    keys: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A tint, what it stands for, and its reasons."""

    group: str
    title: str
    hint: str
    count: int
    reasons: tuple[LegendReason, ...] = ()


def tint_text(digest: Digest, text: str) -> Iterator[TintedSpan]:
    """The whole text, in order, nothing left out."""
    roles = _role_starts(digest)
    last = 0
    for sentence in digest.sentences:
        start, end = max(last, sentence.start), max(last, sentence.end)
        role = next((title for at, title in roles if last <= at <= start), "") if roles else ""
        roles = [(at, title) for at, title in roles if at > start]
        if start > last:
            yield from _between(text, last, start)
        if end > start:
            group = find_tint(sentence.disposition)
            yield TintedSpan(to_page_text(text[start:end]), sentence.n, start, group, sentence.disposition, role)
        last = end
    if last < len(text):
        yield from _between(text, last, len(text))


def _between(text: str, start: int, end: int) -> Iterator[TintedSpan]:
    """What stands between two sentences; the blanks that begin the text apart."""
    blank = end - len(text[start:end].lstrip()) if start == 0 else 0
    if blank:
        yield TintedSpan(to_page_text(text[:blank]), lead=True)
    if end > max(start, blank):
        yield TintedSpan(to_page_text(text[max(start, blank) : end]))


def _role_starts(digest: Digest) -> list[tuple[int, str]]:
    """Where sections of another role than the one before begin; a report of one role has no such places."""
    found: list[tuple[int, str]] = []
    for section in digest.sections:
        title = ROLES[section.role].heading
        if not found or found[-1][1] != title:
            found.append((section.start, title))
    return found if len(found) > 1 else []


def find_tint(disposition: str) -> str:
    """The tint of a disposition by its key in `labels.TINTS`; that of set phrases for an unknown reason."""
    known = DISPOSITIONS.get(disposition) or REASONS.get(disposition)
    return known.tint if known else _UNKNOWN


def explain_disposition(disposition: str) -> str:
    """Chinese name of a disposition."""
    if disposition in DISPOSITIONS:
        return DISPOSITIONS[disposition].beside
    return REASONS[disposition].name if disposition in REASONS else disposition


def build_legend(digest: Digest) -> tuple[LegendEntry, ...]:
    """Every tint that the text has, what was left out under it with the reasons, and always the uncovered."""
    counts = Counter(sentence.disposition for sentence in digest.sentences)
    left = [
        _stand_alone(LegendEntry(key, label.name, label.meaning, sum(reason.count for reason in reasons), reasons))
        for key, label in TINTS.items()
        if key not in DISPOSITIONS and (reasons := _count_reasons(key, counts))
    ]
    cited, uncovered = (LegendEntry(key, TINTS[key].name, TINTS[key].meaning, counts[key]) for key in DISPOSITIONS)
    return cited, *left, uncovered


def _stand_alone(group: LegendEntry) -> LegendEntry:
    """A tint whose only reason has its own name stands alone."""
    same = len(group.reasons) == 1 and group.reasons[0].title == group.title
    return replace(group, reasons=()) if same else group


def _count_reasons(group: str, counts: Counter[str]) -> tuple[LegendReason, ...]:
    """Reasons under a tint, the most frequent first; two that have the same name are one."""
    by_title: dict[str, list[str]] = {}
    for key in counts:
        if find_tint(key) == group:
            by_title.setdefault(explain_disposition(key), []).append(key)
    found = [LegendReason(" ".join(keys), title, sum(counts[key] for key in keys)) for title, keys in by_title.items()]
    return tuple(sorted(found, key=lambda reason: -reason.count))
