"""Measuring what one side did with one report: its answers from the exchanges, what became of them from the digest."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huimou.digest.questions.registry import QUESTIONS, SECOND_LOOK
from huimou.digest.questions.units import find_whole_unit
from huimou.digest.questions.verify import count_kept_figures, count_reflected_sentences, find_untruths
from huimou.digest.steps.ingest.reading import find_page_edges, remove_damage
from huimou.errors import HuimouError
from huimou.evaluation.evaluate import count_made_up, measure_gists, score_digest
from huimou.evaluation.scores import Scores
from huimou.language.figures import find_unsupported_numbers
from huimou.language.punctuation import punctuate
from huimou.language.text import fold, fold_width, to_plain
from huimou.llm.answerers.completion import clean_body
from huimou.llm.answerers.listening import Exchange
from huimou.llm.question import Slot, Ticket
from huimou.model.digest import Achievement, Digest, Task
from huimou.model.report import Document, Usage

WordedItem = Achievement | Task
_OF_FIRST_ANSWER = frozenset({"model", "selected"})
EVERY_PROMPT = frozenset(kind.id for kind in QUESTIONS.values() if kind.part == "digest")


@dataclass(frozen=True, slots=True)
class SideDigest:
    """One report digested once by one side: the prompts, the digest, and all exchanges."""

    document: Document
    digest: Digest
    heard: tuple[Exchange, ...]
    shown: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class UnitMeasures:
    """The measures of one unit by key, and its first answer as it came."""

    values: Mapping[str, float]
    said: str


def measure_units(
    seen: SideDigest, tested: frozenset[str], gold: Mapping[str, Any] | None = None
) -> dict[str, UnitMeasures]:
    """The measures of the units that the tested prompts were asked about, by `prompt/unit`, as both sides name them."""
    asked: dict[tuple[str, str], list[Exchange]] = {}
    for heard in seen.heard:
        if heard.ticket:
            asked.setdefault(_name_unit(heard.ticket.slot), []).append(heard)
    made = dict(_measure_units(seen, asked, tested, gold))
    return dict(sorted(made.items()))


def _name_unit(slot: Slot) -> tuple[str, str]:
    """The question and the unit that a slot counts to: halves and samples to the whole."""
    return slot.question, find_whole_unit(slot.unit)


def measure_report(seen: SideDigest, gold: Mapping[str, Any] | None = None) -> dict[str, float]:
    """The measures of the digest as a whole; those against an annotation only where there is one."""
    text = seen.document.text
    own = {
        "made_up": float(count_made_up(seen.digest, text)),
        "uncovered": float(len(seen.digest.coverage.uncovered)),
    }
    if gold is None:
        return own
    found = _select_scores(score_digest(seen.digest, gold, text))
    return {**own, **{key: value for key, value in found.items() if value is not None}}


def _select_scores(scores: Scores) -> dict[str, float | None]:
    points = scores.achievements.gold + scores.tasks.gold
    return {
        "recall": (scores.achievements.found + scores.tasks.found) / points if points else None,
        "precision": scores.items.precision,
        "figure_recall": scores.figures.recall,
        "figure_values": scores.figures.values,
        "domains": scores.domains.agreed,
    }


def _measure_units(
    seen: SideDigest,
    asked: Mapping[tuple[str, str], Sequence[Exchange]],
    tested: frozenset[str],
    gold: Mapping[str, Any] | None,
) -> Iterator[tuple[str, UnitMeasures]]:
    by_gist = measure_gists(seen.digest, gold) if gold else {}
    numbers = _numbers(seen)
    for (kind, unit), heard in asked.items():
        firsts = _firsts(kind, heard)
        if kind not in tested or not firsts:
            continue
        values = {**_wire(firsts, heard, tested)}
        if kind == SECOND_LOOK.id:
            yield from _sentences(firsts[0], values)
            continue
        item = _item_of(seen.digest, firsts[0], numbers)
        values |= {**_measure_item(item), **_measure_words(item, firsts, seen.shown)} if item else {}
        values |= {"gist": by_gist[item.id]} if item and item.id in by_gist else {}
        yield f"{kind}/{unit}", UnitMeasures(values, _raw(firsts))


def _firsts(kind: str, heard: Sequence[Exchange]) -> list[Exchange]:
    """The first exchange about a unit; several where the unit was asked in parts from the start."""
    own = [h for h in heard if h.ticket and h.ticket.prompt_id == kind and _is_first(h.ticket)]
    shortest = min((len(h.ticket.path) for h in own if h.ticket), default=0)
    return [h for h in own if h.ticket and len(h.ticket.path) == shortest]


def _is_first(ticket: Ticket) -> bool:
    return ticket.attempt == ticket.slot.sample == 1


def _wire(firsts: Sequence[Exchange], heard: Sequence[Exchange], tested: frozenset[str]) -> dict[str, float]:
    """Validity and cost; seconds only of tested prompts, since a recording was made at another time."""
    first = {h.ticket.path for h in firsts if h.ticket}
    reasked = any(h.ticket and h.ticket.path in first and h.ticket.attempt > 1 for h in heard)
    spent = sum((h.usage for h in heard), Usage())
    own = [h for h in heard if h.ticket and h.ticket.prompt_id in tested and not h.replayed]
    return {
        "valid": float(all(map(_is_whole, firsts)) and not reasked),
        "reasks": float(len(heard) - len(firsts)),
        "prompt_tokens": float(spent.prompt_tokens),
        "completion_tokens": float(spent.completion_tokens),
        "seconds": sum(h.usage.seconds for h in own),
    }


def _is_whole(heard: Exchange) -> bool:
    """Whether an answer came and was not cut; one that does not fit its schema is followed by a second attempt."""
    choice = heard.choice
    calls = (choice.get("message") or {}).get("tool_calls") or []
    return heard.status == 200 and bool(choice) and choice.get("finish_reason") != "length" and len(calls) <= 1


def _measure_item(item: WordedItem) -> dict[str, float]:
    """The measures of an item in the digest: what became of the answer."""
    own = _own_sentences(item)
    return {
        "stands": float(item.made in _OF_FIRST_ANSWER),
        "length": len(item.summary) / max(1, sum(map(len, own))),
        **_measure_kept("", item.summary, own),
    }


def _measure_words(
    item: WordedItem, firsts: Sequence[Exchange], texts: Mapping[str, Mapping[str, str]]
) -> dict[str, float]:
    """The measures of the model's first answer, as it came, against the sentences that it was shown."""
    answers = [_answer(heard) for heard in firsts]
    said = "；".join(words for answer in answers for words in answer.values() if isinstance(words, str))
    shown = [text for heard in firsts if heard.ticket for text in texts[heard.ticket.path].values()]
    if not (said and shown and all(answers)):
        return {}
    return {**_measure_kept("said_", said, _own_sentences(item)), **_truth(said, shown)}


def _own_sentences(item: WordedItem) -> list[str]:
    """The evidence of an item as the model is shown it, without the unit's title sentence."""
    sentences = [fold_width(to_plain(evidence.quote)).strip("* ") for evidence in item.evidence]
    return [words for words in sentences if fold(words).strip("。 ") != item.title] or sentences


def _measure_kept(prefix: str, summary: str, sentences: Sequence[str]) -> dict[str, float]:
    counts = {
        "figures": count_kept_figures(summary, sentences),
        "coverage": count_reflected_sentences(summary, sentences),
    }
    return {f"{prefix}{key}": part / whole for key, (part, whole) in counts.items() if whole}


def _truth(said: str, evidence: Sequence[str]) -> dict[str, float]:
    return {
        "said_untrue": float(bool(find_untruths(punctuate(said), evidence))),
        "said_numbers": float(len(find_unsupported_numbers(said, "".join(evidence)))),
    }


def _sentences(first: Exchange, wire: Mapping[str, float]) -> Iterator[tuple[str, UnitMeasures]]:
    """The measures of a question about several sentences, sentence by sentence; the cost is divided among them."""
    numbers = _chunking(first, "sentences ")
    shared = {"prompt_tokens", "completion_tokens", "seconds"}
    values = {key: value / max(1, len(numbers)) if key in shared else value for key, value in wire.items()}
    answer = _answer(first)
    for at, number in enumerate(numbers, start=1):
        said = str(answer.get(str(at), ""))
        taken = {"taken": float(said == "有")} if said else {}
        yield f"{SECOND_LOOK.id}/{number}", UnitMeasures({**values, **taken}, said)


def _item_of(digest: Digest, first: Exchange, numbers: Mapping[int, int]) -> WordedItem | None:
    """The item whose evidence has the sentences that a question was about."""
    wanted = {numbers.get(int(number)) for number in _chunking(first, "sentences ")}
    found = [item for item in _items(digest) if wanted <= {evidence.sentence for evidence in item.evidence}]
    return found[0] if len(found) == 1 else None


def _numbers(seen: SideDigest) -> dict[int, int]:
    """The number of each sentence in the digest by its number in questions, where damaged text is left out."""
    places = remove_damage(seen.document.text, find_page_edges(seen.document.layout)).view.origin
    read = [s.n for s in seen.digest.sentences if bisect_left(places, s.end) > bisect_left(places, s.start)]
    return dict(enumerate(read, start=1))


def _items(digest: Digest) -> Sequence[WordedItem]:
    return [*digest.year_review.achievements, *digest.next_year_plan.tasks]


def _chunking(heard: Exchange, begin: str) -> list[str]:
    chunking = heard.ticket.chunking
    return chunking.partition(";")[0].removeprefix(begin).split() if chunking.startswith(begin) else []


def _answer(heard: Exchange) -> Mapping[str, Any]:
    """The object of an answer; empty if it is none."""
    try:
        value = json.loads(_read_words(heard))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _read_words(heard: Exchange) -> str:
    """The text of an answer without thinking and fences, as the client sees it."""
    try:
        message = clean_body({"choices": [heard.choice]}, strict=False)["choices"][0]["message"]
    except HuimouError:
        return ""
    calls = message.get("tool_calls") or []
    return str(calls[0]["function"].get("arguments") or "") if calls else str(message["content"])


def _raw(firsts: Sequence[Exchange]) -> str:
    return "\n".join(map(_read_words, firsts))
