"""How an item gets its summary: ask, check, ask again with what was wrong, else the report's own words.

The first question lets the model write; the second, asked only when the first answer is refused, lets it choose among
numbered clauses, which the program joins, so that it cannot say what the text does not. No group is ever lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huimou.answers import Summary, kept_of
from huimou.clauses import Clause, clauses_of, is_compressible, join, own_words
from huimou.errors import AnswerError
from huimou.llm.client import Client
from huimou.llm.question import Question, Slot
from huimou.model import Claim, Finding, Group, Outline, Rejection, Span
from huimou.prompts import Prompt, PromptSet
from huimou.stages.segment.blocks import marker_of
from huimou.stages.verify import own_finding, verify
from huimou.text import fold, plain

SHORT = 42
_MOST_CLAUSES = 24
_FAULTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A group as it is shown: places of its sentences, and their words without bullets, simplified, in one line each.

    `own` are the sentences that the summary must reflect: all but the unit's title sentence.
    """

    group: Group
    spans: tuple[Span, ...]
    shown: tuple[str, ...]
    own: tuple[str, ...]

    @property
    def heading(self) -> str:
        """What stands above it: the unit's title sentence, else the innermost heading."""
        return self.group.lead or (self.group.headings[-1] if self.group.headings else "无")


@dataclass(frozen=True, slots=True)
class Worded:
    """A finding for a group, the claims that were refused on the way, and whether a question stayed unanswered."""

    finding: Finding
    rejections: tuple[Rejection, ...] = ()
    unanswered: tuple[str, ...] = ()


def passage_of(text: str, outline: Outline, group: Group) -> Passage:
    """Cut a group out of the text; the spans leave out bullets and numbering."""
    places = {n: outline.sentences[n - 1] for n in (*group.sentences, *group.repeats)}
    spans = {n: _without_marker(text, sentence.start, sentence.end) for n, sentence in sorted(places.items())}
    shown = tuple(plain(text[spans[n].start : spans[n].end]).strip("* ") for n in group.sentences)
    own = tuple(words for words in shown if fold(words).strip("。 ") != (group.lead or "")) if group.lead else shown
    return Passage(group, tuple(spans.values()), shown, own or shown)


def _without_marker(text: str, start: int, end: int) -> Span:
    found = marker_of(fold(text[start:end]))
    inner = start + found[1] if found else start
    return Span(inner, end) if re.search(r"\w", text[inner:end]) else Span(start, end)


def word(passage: Passage, report: str, client: Client, prompts: PromptSet) -> Worded:
    """The group's finding; at most two questions, none for a text that is short already.

    Raises:
        EndpointError: the server cannot be used at all; any other failure falls back to the report's own words.

    """
    clauses = clauses_of(passage.own)
    own = own_finding(Claim(passage.group, punctuated(own_words(clauses)), "source"), passage.spans)
    if sum(map(len, passage.own)) <= SHORT:
        return Worded(own)
    dense = not is_compressible(clauses)
    first, failed = _written(passage, report, client, prompts["item-summary"])
    checked = [verify(first, passage.own, passage.spans, passage.group.role, dense=dense)] if first else []
    if checked and isinstance(checked[0], Finding):
        return Worded(checked[0])
    refused = tuple(r for r in checked if isinstance(r, Rejection))
    faults = refused[0].reasons if refused else ("上次没有答完",)
    second, failed_again = _chosen(passage, clauses, faults, (report, client, prompts["item-clauses"]))
    if second:
        again = verify(second, passage.own, passage.spans, passage.group.role, dense=True)
        if isinstance(again, Finding):
            return Worded(again, refused, failed)
        refused += (again,)
    return Worded(own, refused, failed + failed_again)


def _written(passage: Passage, report: str, client: Client, prompt: Prompt) -> tuple[Claim | None, tuple[str, ...]]:
    evidence = "".join(passage.shown)
    question = Question(
        Slot(report, prompt.id, passage.group.id),
        prompt.id,
        prompt.version,
        prompt.messages(heading=passage.heading, evidence=evidence),
        Summary,
        min(prompt.max_tokens, len(evidence) * 7 // 10 + 16),
        {"unit": evidence},
    )
    try:
        answer = client.ask(question)
    except AnswerError as error:
        return None, (f"{passage.group.id}: {error.message}",)
    return Claim(passage.group, punctuated(answer.value.summary), "reasked" if answer.reasked else "model"), ()


def _chosen(
    passage: Passage, clauses: Sequence[Clause], faults: Sequence[str], asking: tuple[str, Client, Prompt]
) -> tuple[Claim | None, tuple[str, ...]]:
    report, client, prompt = asking
    if not 1 < len(clauses) <= _MOST_CLAUSES:
        return None, ()
    numbered = " ".join(f"{number} {clause.text}" for number, clause in enumerate(clauses, start=1))
    question = Question(
        Slot(report, prompt.id, passage.group.id),
        prompt.id,
        prompt.version,
        prompt.messages(heading=passage.heading, clauses=numbered, faults="；".join(faults[:_FAULTS_SHOWN])),
        kept_of(len(clauses)),
        min(prompt.max_tokens, 12 + 4 * len(clauses)),
        {"unit": numbered},
    )
    try:
        answer = client.ask(question)
    except AnswerError as error:
        return None, (f"{passage.group.id}: {error.message}",)
    return Claim(passage.group, punctuated(join(clauses, answer.value.keep)), "reasked"), ()


def punctuated(summary: str) -> str:
    """Our own sentence in full-width punctuation, closed by 。; what stands in quotes or 《》 stays as printed."""
    parts = re.split(r"(《[^《》]*》|“[^“”]*”)", re.sub(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+", "", summary))
    wide = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？"}
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(
            r"[,;:()!?]", lambda m: wide[m.group()], re.sub(r"(?<=\d),(?=\d{3})", "\0", parts[index])
        ).replace("\0", ",")
    return "".join(parts).strip(" 。；，、;,") + "。"
