"""The overview: three to five sentences, each written by the model from findings of one domain, checked like a claim.

Grouping is the program's: asked about twenty items at once, a small model repeats one and names wrong ones.
A sentence that says what its findings do not is replaced by its weightiest finding's own summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from huimou.answers import OverviewLine
from huimou.errors import AnswerError
from huimou.llm.client import Client
from huimou.llm.question import Question, Slot
from huimou.model import Made
from huimou.profile import Profile
from huimou.prompts import PromptSet
from huimou.stages.verify import untrue
from huimou.text import fold
from huimou.wording import punctuated

LEAST, MOST = 3, 5
MANY = 24
_ITEMS_A_SENTENCE = 3
_LONGEST = 110
_SLIGHT = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the overview sees it: `figures` is how many it holds, `order` its place in the report.

    `foreign`: its figures are the deeds of others (a company's investment), which are not the body's own year.
    """

    id: str
    domain: str
    summary: str
    figures: int
    order: int
    foreign: bool = False

    @property
    def weight(self) -> float:
        """Figures first, then a named document, then the order of the report; others' deeds and slight ones last."""
        slight = self.foreign or (not self.figures and len(self.summary) < _SLIGHT)
        return (-1 if slight else 2 * min(self.figures, 3) + ("《" in self.summary)) - self.order / 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One overview sentence and the items it rests on."""

    text: str
    items: tuple[str, ...]
    made: Made


def overview(
    part: str, entries: Sequence[Entry], profile: Profile, report: str, client: Client, prompts: PromptSet
) -> tuple[Line, ...]:
    """Overview of one part (`review` or `plan`) in the order of the report.

    Raises:
        EndpointError: the server cannot be used; a question without an answer falls back to a finding's summary.

    """
    asking = (report, client, prompts)
    chosen = list(enumerate(choose(entries), start=1))
    with ThreadPoolExecutor(max_workers=max(1, client.concurrency), thread_name_prefix="overview") as pool:
        lines = pool.map(lambda c: _line(f"{part}-{c[0]}", profile.domain_title(c[1][0].domain), c[1], asking), chosen)
        return tuple(lines)


def choose(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Which findings each sentence rests on: the weightiest domains, in each its weightiest items, in report order."""
    domains: dict[str, list[Entry]] = {}
    for entry in entries:
        domains.setdefault(entry.domain, []).append(entry)
    ranked = sorted(domains.values(), key=_domain_weight, reverse=True)
    sets = [
        _fitting(sorted(group, key=lambda e: -e.weight))
        for group in ranked[: MOST if len(entries) > MANY else MOST - 1]
    ]
    while len(sets) < LEAST and any(len(chosen) > 1 for chosen in sets):
        largest = max(sets, key=len)
        position = sets.index(largest)
        sets[position : position + 1] = [largest[:-1], largest[-1:]]
    return sorted(sets, key=lambda chosen: chosen[0].order)


def _fitting(group: Sequence[Entry]) -> tuple[Entry, ...]:
    """The weightiest items that one sentence can hold, in report order: a small model leaves nothing out by itself."""
    brief = [entry for entry in group if len(entry.summary) <= _LONGEST] or [min(group, key=lambda e: len(e.summary))]
    chosen: list[Entry] = []
    for entry in brief:
        room = _LONGEST - sum(len(e.summary) for e in chosen)
        if len(chosen) < _ITEMS_A_SENTENCE and (not chosen or len(entry.summary) <= room):
            chosen.append(entry)
    return tuple(sorted(chosen, key=lambda e: e.order))


def _domain_weight(group: Sequence[Entry]) -> float:
    best = sorted((entry.weight for entry in group), reverse=True)[:_ITEMS_A_SENTENCE]
    return sum(best) + len(group) - (100 if group[0].domain == "other" else 0)


def _line(unit: str, title: str, chosen: Sequence[Entry], asking: tuple[str, Client, PromptSet]) -> Line:
    ids = tuple(entry.id for entry in chosen)
    if len(chosen) == 1:
        return Line(chosen[0].summary, ids, "source")
    written = _ask(unit, title, chosen, asking)
    if written and not _faults(written, chosen):
        return Line(written, _ground(written, chosen), "model")
    joined = _joined(chosen)
    return Line(joined, tuple(entry.id for entry in chosen if entry.summary.rstrip("。") in joined), "source")


def _ask(unit: str, title: str, chosen: Sequence[Entry], asking: tuple[str, Client, PromptSet]) -> str | None:
    report, client, prompts = asking
    prompt = prompts["overview-sentence"]
    items = "\n".join(f"{number} {entry.summary.rstrip('。')}" for number, entry in enumerate(chosen, start=1))
    question = Question(
        Slot(report, prompt.id, unit),
        prompt.id,
        prompt.version,
        prompt.messages(domain=title, items=items),
        OverviewLine,
        prompt.max_tokens,
        {"unit": items},
    )
    try:
        return punctuated(client.ask(question).value.sentence)
    except AnswerError:
        return None


def _faults(written: str, chosen: Sequence[Entry]) -> list[str]:
    found = list(untrue(written, [entry.summary for entry in chosen]))
    if len(written) > _LONGEST:
        found.append("太长")
    if len(re.findall(r"[\u4e00-\u9fff]", written)) < 10:
        found.append("太短")
    return found


def _ground(written: str, chosen: Sequence[Entry]) -> tuple[str, ...]:
    """The items that the sentence names; all that were shown where those alone do not hold it."""
    named = _named(written, chosen)
    supported = not untrue(written, [entry.summary for entry in chosen if entry.id in named])
    return named if supported else tuple(entry.id for entry in chosen)


def _named(written: str, chosen: Sequence[Entry]) -> tuple[str, ...]:
    """The items whose words the sentence uses: at least a sixth of an item's pairs of characters, and four."""
    said = _pairs(written)
    return tuple(e.id for e in chosen if len(_pairs(e.summary) & said) >= max(4, len(_pairs(e.summary)) // 6))


def _pairs(text: str) -> frozenset[str]:
    folded = re.sub(r"[\W_]", "", fold(text))
    return frozenset(folded[i : i + 2] for i in range(len(folded) - 1))


def _joined(chosen: Sequence[Entry]) -> str:
    """The fallback: summaries of the weightiest items, as many as fit."""
    text = ""
    for entry in sorted(chosen, key=lambda e: -e.weight):
        longer = f"{text}；{entry.summary.rstrip('。')}" if text else entry.summary.rstrip("。")
        if text and len(longer) > _LONGEST:
            continue
        text = longer
    return text + "。"
