"""How an item gets its summary: write, judge, choose.

The program writes a candidate out of the report's own clauses and the model writes one; the judge scores both by the
same rules, and while the best is not good enough the model writes more. The best true one wins. No group is ever lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from huimou.digest.cores import HERE, Cores
from huimou.digest.questions.answers import Summary
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.effort import STANDARD_EFFORT, Effort
from huimou.digest.questions.judging import SummaryJudgement, judge_summary
from huimou.digest.questions.registry import ITEM_SUMMARY
from huimou.digest.questions.units import name_halves
from huimou.digest.questions.verify import build_source_finding, verify
from huimou.errors import AnswerError, AnswerPending, AnswerTruncated, ContextOverflow
from huimou.language.clauses import Clause, shorten_clause, split_clauses
from huimou.language.composing import compose_summary
from huimou.language.markers import find_marker
from huimou.language.proposals import Proposal, find_proposal
from huimou.language.punctuation import punctuate
from huimou.language.rules import get_rule
from huimou.language.text import DAMAGE, compact, fold, fold_width, to_plain
from huimou.language.weighing import measure_longest
from huimou.llm.question import Answer
from huimou.model.computed_once import cached_property
from huimou.model.events import DigestEmit, TokensSpent, UnitDone, UnitsPlanned
from huimou.model.report import Candidate, Claim, Finding, Group, Outline, Rejection, Span, SummaryOrigin

SHORT_TEXT = 42
_OPENING = 4
_CLEARLY = 0.02  # by so much a later candidate must be better than the first
_CLOSES_NAME = re.compile("[^《》]*》")
_TERMS = get_rule("plan_terms.terms_in_brackets")
_BRAND = get_rule("wording.brand_of_heading")
_SUBJECTLESS = get_rule("items.lacks_subject")
_TITLED = get_rule("items.begins_with_office_title")
_OFFICE = get_rule("items.office_before_title")


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
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

    @cached_property
    def brand(self) -> str:
        """The brand that the innermost heading names and the passage does not, with a colon; empty where none is."""
        found = _BRAND.search(fold(self.group.headings[-1])) if self.group.headings else None
        said = "".join((self.group.lead or "", *self.own))
        return f"“{found['brand']}”：" if found and found["brand"][:_OPENING] not in fold(said) else ""

    @property
    def is_of_proposals(self) -> bool:
        """Whether it stands in a list of proposals."""
        return self.group.role == "proposal_digest"

    @cached_property
    def proposal(self) -> Proposal | None:
        """The proposal that it is about; None where it is about none, or about several."""
        return find_proposal(self.group, self.own)

    @property
    def evidence(self) -> tuple[str, ...]:
        """All that a summary may use the words of: the sentences, the unit's title, the frame of a proposal."""
        framed = self.proposal.full if self.proposal else ""
        return (self.brand, framed, self.group.lead or "", *self.own)


@dataclass(frozen=True, slots=True)
class WordedGroup:
    """A finding for a group, the claims that were refused on the way, and whether a question stayed unanswered."""

    finding: Finding
    rejections: tuple[Rejection, ...] = ()
    unanswered: tuple[str, ...] = ()


def build_passage(text: str, outline: Outline, group: Group, damage: Sequence[Span] = ()) -> GroupPassage:
    """Cut a group out of the text; the spans leave out bullets and numbering, the words what is `damage`."""
    places = {n: outline.sentences[n - 1] for n in (*group.sentences, *group.repeats)}
    spans = {n: _strip_marker(text, sentence.start, sentence.end) for n, sentence in sorted(places.items())}
    shown = tuple(_show(text, spans[n], damage) for n in group.sentences)
    own = tuple(words for words in shown if fold(words).strip("。 ") != group.lead)
    return GroupPassage(group, tuple(spans.values()), own or shown)


def _show(text: str, span: Span, damage: Sequence[Span]) -> str:
    """A sentence as it is shown, what is damaged marked as such.

    Damage has often swallowed a full stop, so that what follows it stands as a clause of its own; inside quotes it has
    swallowed the closing one, so the opening one goes.
    """
    words, last = "", span.start
    for spoilt in damage:
        start, end = max(spoilt.start, span.start), min(spoilt.end, span.end)
        if start >= end or start < last:
            continue
        words += text[last:start]
        quote = words.rfind("“")
        if quote > words.rfind("”"):
            words = f"{words[:quote]}{words[quote + 1 :]}{DAMAGE}"
        else:
            opening = "《" if _CLOSES_NAME.match(text, end, span.end) else ""
            words = f"{words},{opening}{DAMAGE}"
        last = end
    shown = fold_width(to_plain(words + text[last : span.end]))
    told = _TERMS.sub("", shown)
    return _drop_open_quotes(told if re.search(r"\w", told) else shown).strip("* ,")


def _drop_open_quotes(words: str) -> str:
    """A sentence without quotation marks that are never closed, or never opened."""
    if "“" not in words and "”" not in words:
        return words
    open_at: list[int] = []
    spare: set[int] = set()
    for place, char in enumerate(words):
        if char == "“":
            open_at.append(place)
        elif char == "”":
            spare |= set() if open_at else {place}
            open_at = open_at[:-1]
    spare |= set(open_at)
    return "".join(char for place, char in enumerate(words) if place not in spare)


def _strip_marker(text: str, start: int, end: int) -> Span:
    found = find_marker(fold(text[start:end]))
    inner = start + found[1] if found else start
    return Span(inner, end) if re.search(r"\w", text[inner:end]) else Span(start, end)


@dataclass(frozen=True, slots=True)
class WordingRequest:
    """Who is asked for the words of one report, how often, and who is told of it.

    Args:
        asker: of the report.
        emit: gets an event for each group as it is done, and for what was spent on the report since the last.
        damage: places of the text whose characters nobody can read.
        effort: how often the model is asked while the best candidate is not good enough.
        cores: of the report.

    """

    asker: Asker
    emit: DigestEmit
    damage: tuple[Span, ...] = ()
    effort: Effort = STANDARD_EFFORT
    cores: Cores = HERE


def word_groups(text: str, outline: Outline, groups: Sequence[Group], request: WordingRequest) -> list[WordedGroup]:
    """Groups worded side by side, results in their order; the first error of the endpoint stops the rest."""
    asker, emit = request.asker, request.emit
    emit(UnitsPlanned(len(groups)))
    telling = Lock()
    told = [asker.measure_usage()]

    def word(one: tuple[GroupPassage, Callable[[], JudgedSummary]]) -> WordedGroup:
        passage, own = one
        result = word_group(passage, asker, request.effort, own())
        with telling:
            now = asker.measure_usage()
            spent = now - told[0]
            emit(TokensSpent(spent.prompt_tokens, spent.completion_tokens))
            told[0] = now
            emit(UnitDone())
        return result

    passages = [build_passage(text, outline, group, request.damage) for group in groups]
    own = request.cores.begin(judge_own_summary, passages)
    return asker.client.each(word, zip(passages, own, strict=True))


def word_group(
    passage: GroupPassage, asker: Asker, effort: Effort = STANDARD_EFFORT, own: JudgedSummary | None = None
) -> WordedGroup:
    """The group's finding: the best of the candidates, which it keeps.

    Args:
        passage: the group.
        asker: whom to ask.
        effort: how often the model is asked while the best candidate is not good enough.
        own: the program's own candidate, where it is known already.

    Raises:
        EndpointError: the server cannot be used at all; any other failure leaves the program's own candidate.

    """
    candidates = [own or judge_own_summary(passage)]
    rejections: list[Rejection] = []
    failed: tuple[str, ...] = ()
    most = effort.answers if sum(map(len, passage.own)) > SHORT_TEXT else 0
    for sample in range(1, most + 1):
        if not _is_wanted(sample, _choose(candidates).judgement, effort):
            break
        try:
            answer = _ask_for_summary(passage, asker, sample)
        except AnswerError as error:
            failed = (f"{passage.group.id}: {error.message}",)
            if isinstance(error, AnswerPending):
                continue  # whether the next will be wanted is not known yet
            break
        written = _judge(passage, *answer, sample)
        candidates.append(written)
        if written.judgement.untruths:
            claim = Claim(passage.group, written.summary, written.made)
            rejections.append(Rejection(claim, written.judgement.untruths))
    best = _choose(candidates)
    kept = tuple(candidate.keep() for candidate in candidates) if len(candidates) > 1 else ()
    finding = replace(_publish(best, candidates[0], passage), candidates=kept)
    answered = any(candidate.sample for candidate in candidates)
    return WordedGroup(finding, tuple(rejections), () if answered else failed)


def _is_wanted(sample: int, best: SummaryJudgement, effort: Effort) -> bool:
    """Whether this answer is asked for while the best candidate so far is so good."""
    if sample == 1:
        return effort.always or not best.is_good
    return best.score < effort.enough


@dataclass(frozen=True, slots=True)
class JudgedSummary:
    """A candidate with what the judge says of it; `sample` is the answer it comes from, None for the program's own."""

    summary: str
    made: SummaryOrigin
    sample: int | None
    judgement: SummaryJudgement

    def keep(self) -> Candidate:
        """As it is kept beside the finding."""
        faults = (*self.judgement.untruths, *self.judgement.weaknesses)
        return Candidate(self.summary, self.made, self.sample, self.judgement.score, faults)


def judge_own_summary(passage: GroupPassage) -> JudgedSummary:
    """The program's own candidate, and what the judge says of it."""
    return _judge(passage, write_own_summary(passage), "source", None)


def _judge(passage: GroupPassage, words: str, made: SummaryOrigin, sample: int | None) -> JudgedSummary:
    """A candidate, told as what became of a proposal where it is about one, and what the judge says of it."""
    summary = punctuate(passage.brand + (passage.proposal.write(words) if passage.proposal else words))
    evidence = "".join(passage.evidence)
    judgement = judge_summary(summary, passage.own, evidence, of_proposals=passage.is_of_proposals)
    return JudgedSummary(summary, made, sample, judgement)


def _choose(candidates: Sequence[JudgedSummary]) -> JudgedSummary:
    """The best of the true ones; the first where that is hardly better, and where none is true."""
    true = [candidate for candidate in candidates if not candidate.judgement.untruths] or candidates[:1]
    best = max(true, key=lambda candidate: candidate.judgement.score)
    return best if best.judgement.score > true[0].judgement.score + _CLEARLY else true[0]


def _publish(best: JudgedSummary, own: JudgedSummary, passage: GroupPassage) -> Finding:
    """The best candidate if it is verified or the program's own; else the program's `own`."""
    if best.made != "source":
        claim = Claim(passage.group, best.summary, _tell_origin(best, passage))
        checked = verify(claim, passage.evidence, passage.spans, passage.group.role)
        if isinstance(checked, Finding):
            return checked
    return build_source_finding(Claim(passage.group, own.summary, own.made), passage.spans)


def _tell_origin(best: JudgedSummary, passage: GroupPassage) -> SummaryOrigin:
    """`model` only where its words differ from runs of the source; else it chose them."""
    if best.made != "model":
        return best.made
    evidence = compact("".join((passage.group.lead or "", *passage.own)))
    runs = [compact(run) for run in re.split("[，；、。]", best.summary)]
    return "selected" if all(run in evidence for run in runs) else "model"


def write_own_summary(passage: GroupPassage) -> str:
    """The program's candidate: the report's own clauses, chosen and shortened."""
    clauses = split_clauses(passage.own, of_proposals=passage.is_of_proposals)
    longest = measure_longest(clauses, sum(map(len, passage.spans))) - 1 - len(passage.brand)
    said = compose_summary(clauses, longest, shorten_lists=passage.group.kind != "task")
    return said if passage.is_of_proposals else _add_subject(passage, clauses, said)


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


def _ask_for_summary(passage: GroupPassage, asker: Asker, sample: int) -> tuple[str, SummaryOrigin]:
    """The model's sentence without what an editor strikes out, and how it came to be.

    Raises:
        AnswerError: there is none.
    """
    answers = _ask_parts(passage, passage.own, passage.group.id, asker, sample)
    said = "；".join(_add_office(answer.value.summary.strip(" 。"), passage.own) for answer in answers)
    again = sample > 1 or any(answer.reasked for answer in answers)
    return _strike_out(said), "reasked" if again else "model"


def _strike_out(said: str) -> str:
    """An answer clause by clause without adverbs of zeal and praise."""
    pieces = re.split("([，；。,;])", said)
    return "".join(shorten_clause(piece, long=False, lists=False) for piece in pieces)


def _ask_parts(
    passage: GroupPassage, shown: Sequence[str], unit: str, asker: Asker, sample: int
) -> list[Answer[Summary]]:
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
        sample=sample,
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
        *_ask_parts(passage, shown[:middle], first, asker, sample),
        *_ask_parts(passage, shown[middle:], second, asker, sample),
    ]


def _describe_chunks(passage: GroupPassage, cut: str) -> str:
    """Which sentences were put together, and how they were cut up."""
    return f"sentences {' '.join(map(str, passage.group.sentences))}" + (f"; {cut}" if cut else "")
