"""Why a sentence of a report is where it is in the digest: what was decided, by which rule, and what otherwise.

The program's own part is run again on the report's text, once more without the rule that decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from huimou.digest.choices import DigestChoices
from huimou.digest.pipeline import outline_report
from huimou.digest.steps.domain import list_cues
from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.segment.sentences import strip_body
from huimou.language.figures import list_numbers
from huimou.language.profiles.profile import load_shipped_profiles
from huimou.language.reading import Aside, AsideReason, CleanReading
from huimou.language.rules import get_rule, use_rules
from huimou.language.rules.rows import RuleRow
from huimou.language.text import compact, fold
from huimou.model.digest import Achievement, Digest, Figure, SectionOut, SentenceOut, Shortcoming, Task
from huimou.model.report import Outline, Role, Sentence

_AS_ABOVE = "sections.as_above"
_OF_PROFILE = "sections.profile_heading"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What would become of a sentence without a rule.

    Args:
        role: of its section.
        role_rule: id of the rule that would give the section its role.
        reason: for which it would be left out; None if it were asked about.
        rule: id of the rule that would leave it out.

    """

    role: Role
    role_rule: str | None
    reason: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule at work on a sentence.

    Args:
        row: the rule that decided.
        found: the words of the sentence that it found, each once; empty where the program decided, or where it
            looked at more than the sentence.
        otherwise: what would become of the sentence without it; None where it cannot be switched off.

    """

    row: RuleRow
    found: tuple[str, ...]
    otherwise: Otherwise | None


@dataclass(frozen=True, slots=True)
class SentenceExplanation:
    """Why a sentence is where it is.

    Args:
        sentence: of the digest.
        section: that it lies in.
        named: the section further up whose heading named the role that this one has, if another did.
        role_rule: why the section has its role.
        left_out: why the sentence is left out; None where it is not.
        numbers: every number in it, whether it counts as a figure, and why.

    """

    sentence: SentenceOut
    section: SectionOut
    named: SectionOut | None
    role_rule: RuleUse | None
    left_out: RuleUse | None
    numbers: tuple[NumberUse, ...]


@dataclass(frozen=True, slots=True)
class NumberUse:
    """A number of a sentence.

    Args:
        quote: as printed.
        counts: whether it counts or measures something, and so is a figure.
        row: the rule that decided.
        figure: of the digest; None where it is none, or stands where figures are not listed, as in a heading.
        actor_row: the rule that says whose deed the figure is; None where that cannot be told.

    """

    quote: str
    counts: bool
    row: RuleRow
    figure: Figure | None
    actor_row: RuleRow | None


@dataclass(frozen=True, slots=True)
class ItemExplanation:
    """What an item is made of.

    Args:
        item: of the digest.
        domain: title of its domain.
        cues: words of the domain in its own sentences, weightiest first.
        heading: that stands above it, if one does.
        cues_above: words of the domain in that heading.
        sentences: numbers of the sentences that it rests on.

    """

    item: Achievement | Task | Shortcoming
    domain: str | None
    cues: tuple[str, ...]
    heading: str | None
    cues_above: tuple[str, ...]
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _ProgramsReading:
    """The report as the program reads it, before any model is asked."""

    text: str
    reading: CleanReading
    outline: Outline

    def find_sentence(self, place: SentenceOut) -> Sentence | None:
        """The sentence of the outline that a sentence of the digest was."""
        view = self.reading.view
        for sentence in self.outline.sentences:
            start, end = view.map_back(sentence.start, sentence.end)
            if start < place.end and place.start < end:
                return sentence
        return None


def explain_sentences(
    digest: Digest, text: str, numbers: Sequence[int], choices: DigestChoices
) -> Iterator[SentenceExplanation]:
    """Explain sentences of a digest by their numbers.

    Args:
        digest: of the report.
        text: of the report, to which the digest's places refer.
        numbers: of the sentences; those that the digest does not have are passed over.
        choices: kinds and rules with which the digest was made; its kind is the digest's.

    """
    refused = any(problem.code == "not_a_report" for problem in digest.problems)
    choices = replace(choices, kind=None if refused else digest.report.kind)
    read = _read_report(text, choices, _find_edges(digest))
    for sentence in digest.sentences:
        if sentence.n in numbers:
            yield _explain(digest, sentence, text, read, choices)


def explain_item(digest: Digest, item_id: str, choices: DigestChoices) -> ItemExplanation | None:
    """Explain an item of a digest by its id: its domain, and by which words it falls there; None if there is none."""
    review, plan = digest.year_review, digest.next_year_plan
    listed: list[Achievement | Task | Shortcoming] = [*review.achievements, *review.shortcomings, *plan.tasks]
    item = next((one for one in listed if one.id == item_id), None)
    if item is None:
        return None
    sentences = tuple(dict.fromkeys(piece.sentence for piece in item.evidence))
    if isinstance(item, Shortcoming):
        return ItemExplanation(item, None, (), None, (), sentences)
    profile = (choices.profiles or load_shipped_profiles()).select(digest.report.kind)
    domain = next((one for one in profile.domains if one.key == item.domain), None)
    above = [section for section in digest.sections if section.start <= item.evidence[0].start and section.heading]
    heading = above[-1].heading if above else None
    with use_rules(choices.rules):
        cues = list_cues(domain, compact("".join(piece.quote for piece in item.evidence))) if domain else ()
        cues_above = list_cues(domain, compact(heading)) if domain and heading else ()
    return ItemExplanation(item, profile.find_domain_title(item.domain), cues, heading, cues_above, sentences)


def _find_edges(digest: Digest) -> list[Aside] | None:
    """The running heads and page numbers that a digest of a paged document has; None for other documents."""
    if all(sentence.boxes is None for sentence in digest.sentences):
        return None
    reasons: tuple[AsideReason, ...] = ("page_number", "running_head")
    return [Aside(s.start, s.end, reason) for s in digest.sentences for reason in reasons if s.disposition == reason]


def _read_report(text: str, choices: DigestChoices, edges: Sequence[Aside] | None) -> _ProgramsReading:
    with use_rules(choices.rules):
        reading = remove_damage(text, edges)
    return _ProgramsReading(reading.view.text, reading, _outline(reading, choices))


def _outline(reading: CleanReading, choices: DigestChoices) -> Outline:
    with use_rules(choices.rules):
        profiles = choices.profiles or load_shipped_profiles()
        return outline_report(reading.view.text, profiles, choices.kind, reading.place_rows())[0]


def _explain(
    digest: Digest, sentence: SentenceOut, text: str, read: _ProgramsReading, choices: DigestChoices
) -> SentenceExplanation:
    index = max(n for n, section in enumerate(digest.sections) if section.start <= sentence.start)
    section = digest.sections[index]
    before = [one for one in digest.sections[:index] if one.role == section.role and one.rule != _AS_ABOVE]
    named = before[-1] if section.rule == _AS_ABOVE and before else None
    mine = read.find_sentence(sentence)
    body = strip_body(fold(read.text[mine.start : mine.end])) if mine else ""
    role_rule, left_out = (named or section).rule, sentence.rule
    heading = fold((named or section).heading or "")
    return SentenceExplanation(
        sentence=sentence,
        section=section,
        named=named,
        role_rule=_use_rule(role_rule, (heading, body), mine, read, choices) if role_rule else None,
        left_out=_use_rule(left_out, (body,), mine, read, choices) if left_out else None,
        numbers=tuple(_list_numbers(digest, sentence, text, choices)),
    )


def _list_numbers(digest: Digest, sentence: SentenceOut, text: str, choices: DigestChoices) -> Iterator[NumberUse]:
    with use_rules(choices.rules):
        numbers = list_numbers(text[sentence.start : sentence.end])
    for number in numbers:
        start = sentence.start + number.start
        figure = next((one for one in digest.figures if one.start <= start < one.end), None)
        rows = choices.rules
        actor_row = rows.find_row(figure.actor_rule) if figure and figure.actor_rule else None
        yield NumberUse(number.quote, number.counts, rows.find_row(number.rule), figure, actor_row)


def _use_rule(
    rule_id: str, texts: Sequence[str], mine: Sentence | None, read: _ProgramsReading, choices: DigestChoices
) -> RuleUse:
    with use_rules(choices.rules):
        row = choices.rules.find_row(rule_id)
        words = (word for text in texts for word in _find_words(rule_id, text))
        found = texts[:1] if rule_id == _OF_PROFILE else tuple(dict.fromkeys(words))
    otherwise = None if row.fixed or mine is None else _read_without(rule_id, mine, read, choices)
    return RuleUse(row, tuple(filter(None, found)), otherwise)


def _find_words(rule_id: str, text: str) -> Iterator[str]:
    """The words of a text that a rule finds."""
    yield from (match[0] for match in get_rule(rule_id).finditer(text) if match[0])


def _read_without(rule_id: str, mine: Sentence, read: _ProgramsReading, choices: DigestChoices) -> Otherwise:
    """What would become of a sentence without a rule: the program's own part is run again."""
    again = _outline(read.reading, replace(choices, rules=choices.rules.without(rule_id)))
    sentence = next(one for one in again.sentences if one.start <= mine.start < one.end)
    section = again.find_section(sentence.start)
    return Otherwise(section.role, section.rule, again.left_out.get(sentence.n), again.rules.get(sentence.n))
