"""How an item gets its summary: ask, check, ask again with what was wrong, else the report's own words.

The first question lets the model write. An answer that is true but leaves something out is read as a choice of clauses
and completed by program; one that says what the text does not is refused, and the second question lets the model choose
among numbered clauses, which the program joins. No group is ever lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from huimou.digest.questions.answers import Summary
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import ITEM_CLAUSES, ITEM_SUMMARY
from huimou.digest.questions.units import name_halves
from huimou.digest.questions.verify import build_source_finding, find_untruths, verify
from huimou.errors import AnswerError, AnswerTruncated, ContextOverflow
from huimou.language.abridging import is_compressible, join_clauses, write_own_words
from huimou.language.clauses import Clause, split_clauses
from huimou.language.markers import find_marker
from huimou.language.overlap import find_reflected_clauses
from huimou.language.punctuation import punctuate
from huimou.language.rules import get_rule
from huimou.language.text import fold, fold_width, to_plain
from huimou.llm.question import Answer
from huimou.model.events import DigestEmit, TokensSpent, UnitDone, UnitsPlanned
from huimou.model.report import Claim, Finding, Group, Outline, Rejection, Span, SummaryOrigin

SHORT_TEXT = 42
_MOST_CLAUSES = 24
_FAULTS_SHOWN = 3
_OPENING = 4
_SUBJECTLESS = get_rule("items.lacks_subject")
_TITLED = get_rule("items.begins_with_office_title")
_OFFICE = get_rule("items.office_before_title")


@dataclass(frozen=True, slots=True)
class GroupPassage:
    """A group as it is shown to the model: one line for each sentence, without bullets, simplified and half-width.

    It is the same however the report is laid out, so that the same report in another dress asks the same questions.

    Args:
        group: the group.
        spans: places of all its sentences in the text.
        own: its sentences without the unit's title sentence, which is shown as the heading.
    """

    group: Group
    spans: tuple[Span, ...]
    own: tuple[str, ...]

    @property
    def heading(self) -> str:
        """What is shown as the heading: the unit's title sentence, else the innermost heading."""
        return self.group.lead or (self.group.headings[-1] if self.group.headings else "无")


@dataclass(frozen=True, slots=True)
class WordedGroup:
    """A finding for a group, the claims that were refused on the way, and whether a question stayed unanswered."""

    finding: Finding
    rejections: tuple[Rejection, ...] = ()
    unanswered: tuple[str, ...] = ()


def build_passage(text: str, outline: Outline, group: Group) -> GroupPassage:
    """Cut a group out of the text; the spans leave out bullets and numbering."""
    places = {n: outline.sentences[n - 1] for n in (*group.sentences, *group.repeats)}
    spans = {n: _strip_marker(text, sentence.start, sentence.end) for n, sentence in sorted(places.items())}
    shown = tuple(fold_width(to_plain(text[spans[n].start : spans[n].end])).strip("* ") for n in group.sentences)
    own = tuple(words for words in shown if fold(words).strip("。 ") != group.lead)
    return GroupPassage(group, tuple(spans.values()), own or shown)


def _strip_marker(text: str, start: int, end: int) -> Span:
    found = find_marker(fold(text[start:end]))
    inner = start + found[1] if found else start
    return Span(inner, end) if re.search(r"\w", text[inner:end]) else Span(start, end)


def word_groups(
    text: str, outline: Outline, groups: Sequence[Group], asker: Asker, emit: DigestEmit
) -> list[WordedGroup]:
    """Groups worded side by side, results in the order of the groups; the first error of the endpoint stops the rest.

    `emit` gets an event for each group as it is done, and for what was spent on the report since the last.
    """
    emit(UnitsPlanned(len(groups)))
    telling = Lock()
    told = [asker.measure_usage()]

    def word(group: Group) -> WordedGroup:
        result = word_group(build_passage(text, outline, group), asker)
        with telling:
            now = asker.measure_usage()
            spent = now - told[0]
            emit(TokensSpent(spent.prompt_tokens, spent.completion_tokens))
            told[0] = now
            emit(UnitDone())
        return result

    return asker.client.each(word, groups)


def word_group(passage: GroupPassage, asker: Asker) -> WordedGroup:
    """The group's finding; at most two questions, none for a text that is short already.

    `made` of the finding is `model` where the model wrote it, `selected` where the program completed the answer,
    `reasked` after a refusal, and `source` for the report's own words.

    Raises:
        EndpointError: the server cannot be used at all; any other failure falls back to the report's own words.
    """
    clauses = split_clauses(passage.own)
    said = punctuate(_add_subject(passage, clauses, write_own_words(clauses)))
    own = build_source_finding(Claim(passage.group, said, "source"), passage.spans)
    if sum(map(len, passage.own)) <= SHORT_TEXT:
        return WordedGroup(own)
    dense = not is_compressible(clauses)
    first, failed = _write_summary(passage, asker)
    checked = [verify(first, passage.own, passage.spans, passage.group.role, dense=dense)] if first else []
    if checked and isinstance(checked[0], Finding):
        return WordedGroup(_tidy_summary(checked[0], passage, dense=dense))
    completed = _complete_claim(passage, clauses, first) if first else None
    if completed:
        return WordedGroup(completed)
    refused = tuple(r for r in checked if isinstance(r, Rejection))
    faults = refused[0].reasons if refused else ("上次没有答完",)
    second, failed_again = _choose_clauses(passage, clauses, faults, asker)
    if second:
        again = verify(second, passage.own, passage.spans, passage.group.role, dense=True)
        if isinstance(again, Finding):
            return WordedGroup(again, refused)
        refused += (again,)
    return WordedGroup(own, refused, (failed_again or failed) if not (first or second) else ())


def _add_subject(passage: GroupPassage, clauses: Sequence[Clause], said: str) -> str:
    """The summary with the title before it where it begins with a verb that the title is the subject of (被……采纳)."""
    lead = passage.group.lead
    return f"{lead},{said}" if lead and clauses and _SUBJECTLESS.match(fold(clauses[0].text)) else said


def _add_office(said: str, sentences: Sequence[str]) -> str:
    """A summary that begins with a title (书记某某) with the office that the text puts before it: 市委书记某某."""
    evidence = fold("".join(sentences))
    place = evidence.find(fold(said[:_OPENING])) if len(said) >= _OPENING else -1
    before = _OFFICE.search(evidence[max(0, place - 12) : place]) if place > 0 else None
    return before.group() + said if before and _TITLED.match(said) else said


def _tidy_summary(written: Finding, passage: GroupPassage, *, dense: bool) -> Finding:
    """The model's summary without adverbs of zeal, ends of long lists and purposes, if it still passes the checks."""
    brief = write_own_words(split_clauses(re.split("[；;]", written.summary.strip("。"))))
    claim = Claim(written.group, punctuate(brief), written.made)
    checked = verify(claim, passage.own, passage.spans, passage.group.role, dense=dense)
    return checked if isinstance(checked, Finding) else written


def _complete_claim(passage: GroupPassage, clauses: Sequence[Clause], claim: Claim) -> Finding | None:
    """A claim that says nothing untrue but leaves something out, completed without another question.

    Its words are read as a choice of clauses; the program adds the figures and the sentences that it forgot.
    """
    chosen = find_reflected_clauses(clauses, claim.summary)
    if not chosen or find_untruths(claim.summary, [passage.group.lead or "", *passage.own]):
        return None
    selected = Claim(passage.group, punctuate(join_clauses(clauses, chosen)), "selected")
    checked = verify(selected, passage.own, passage.spans, passage.group.role, dense=True)
    return checked if isinstance(checked, Finding) else None


def _write_summary(passage: GroupPassage, asker: Asker) -> tuple[Claim | None, tuple[str, ...]]:
    try:
        answers = _ask_parts(passage, passage.own, passage.group.id, asker)
    except AnswerError as error:
        return None, (f"{passage.group.id}: {error.message}",)
    summary = "；".join(_add_office(answer.value.summary.strip(" 。"), passage.own) for answer in answers)
    made: SummaryOrigin = "reasked" if any(answer.reasked for answer in answers) else "model"
    return Claim(passage.group, punctuate(summary), made), ()


def _ask_parts(passage: GroupPassage, shown: Sequence[str], unit: str, asker: Asker) -> list[Answer[Summary]]:
    """One answer for all sentences; where the question does not fit or the answer is cut off, one for each half.

    Raises:
        AnswerError: a single sentence got no answer.
    """
    evidence = "".join(shown)
    question = asker.build_question(
        ITEM_SUMMARY,
        unit,
        {"heading": passage.heading, "evidence": evidence},
        most_tokens=len(evidence) * 7 // 10 + 16,
        chunking=_describe_chunks(passage, f"{len(shown)} of them" if len(shown) < len(passage.own) else ""),
    )
    if asker.client.fits(question) or len(shown) == 1:
        try:
            return [asker.ask(question)]
        except (AnswerTruncated, ContextOverflow):
            if len(shown) == 1:
                raise
    middle = len(shown) // 2
    first, second = name_halves(unit)
    return [
        *_ask_parts(passage, shown[:middle], first, asker),
        *_ask_parts(passage, shown[middle:], second, asker),
    ]


def _choose_clauses(
    passage: GroupPassage, clauses: Sequence[Clause], faults: Sequence[str], asker: Asker
) -> tuple[Claim | None, tuple[str, ...]]:
    if not 1 < len(clauses) <= _MOST_CLAUSES:
        return None, ()
    numbered = " ".join(f"{number} {clause.text}" for number, clause in enumerate(clauses, start=1))
    question = asker.build_question(
        ITEM_CLAUSES,
        passage.group.id,
        {"heading": passage.heading, "clauses": numbered, "faults": "；".join(faults[:_FAULTS_SHOWN])},
        shown=len(clauses),
        most_tokens=12 + 4 * len(clauses),
        chunking=_describe_chunks(passage, f"{len(clauses)} clauses"),
    )
    try:
        answer = asker.ask(question)
    except AnswerError as error:
        return None, (f"{passage.group.id}: {error.message}",)
    return Claim(passage.group, punctuate(join_clauses(clauses, answer.value.keep)), "reasked"), ()


def _describe_chunks(passage: GroupPassage, cut: str) -> str:
    """Which sentences were put together, and how they were cut up."""
    return f"sentences {' '.join(map(str, passage.group.sentences))}" + (f"; {cut}" if cut else "")
