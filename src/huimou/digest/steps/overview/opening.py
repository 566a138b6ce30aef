"""The shape of a year in the report's own words: its guiding line, the name it gives itself, what it had to face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from huimou.language.clauses import split_clauses
from huimou.language.rules import Rule, get_rule
from huimou.language.text import compact, fold, to_plain
from huimou.model.report import REVIEW_ROLES, Outline, Sentence, Span

_LINE = get_rule("overview.guiding_line")
_WHOLE = get_rule("overview.whole_year")
_AIM = get_rule("overview.named_aim")
_TRIAL = get_rule("overview.trial_of_the_year")
_DUTIES = get_rule("overview.carried_out_its_duties")
_GUIDE = get_rule("overview.guided_by")
_LEAD_IN = get_rule("overview.words_before_requirement")
_PURPOSE = get_rule("overview.what_it_works_for")
_OFTEN = 3  # times that a report prints a name which its year is about
_LONGEST_LINE = 80
_LONGEST_REQUIREMENT = 85


@dataclass(frozen=True, slots=True)
class YearLine:
    """Words of the report that say what its year was or will be about.

    Args:
        text: the words, without closing mark.
        spans: of the sentences that they stand in.
        is_frame: whether they cannot end a sentence (以……为主线).

    """

    text: str
    spans: tuple[Span, ...]
    is_frame: bool = False


def find_review_line(text: str, outline: Outline, first_section: int) -> YearLine | None:
    """What the year under review was about; None where the report does not say.

    Looked for in the general part first, then in headings, then where a sentence speaks of the whole year or names what
    the report keeps coming back to.

    Args:
        text: of the report.
        outline: of it.
        first_section: offset at which the first main section begins; what stands before it is the general part.

    """
    review = [s for s in outline.sentences if outline.find_role(s.start) in REVIEW_ROLES]
    general = [s for s in review if s.start < first_section]
    for rule, sentences in ((_LINE, general), (_AIM, general), (_LINE, _list_headings(outline, review))):
        if found := next(_find_clauses(rule, text, sentences), None):
            return found
    return next(_find_general_lines(text, review), None) or _find_trial(text, general)


def find_plan_lines(text: str, outline: Outline) -> tuple[YearLine, ...]:
    """What the next year is to be about, at most two clauses of one sentence; empty where the report does not say.

    Looked for in headings, then in the 总体要求, then wherever the plan speaks of the whole of its work.
    """
    plan = [s for s in outline.sentences if outline.find_role(s.start) == "plan"]
    required = [s for s in plan if s.n in outline.requirement]
    told = (_find_clauses(_LINE, text, _list_headings(outline, plan)), _find_clauses(_LINE, text, required))
    for lines in (*told, _find_general_lines(text, plan)):
        found = list(lines)
        ranked = sorted(found, key=lambda line: not _WHOLE.search(fold(line.text)))
        if ranked:
            first = ranked[0]
            same = [line for line in found if line.spans == first.spans and line.text != first.text]
            second = [line for line in same if len(line.text) + len(first.text) <= _LONGEST_LINE][-1:]
            return tuple(line for line in found if line in (first, *second))
    return ()


def summarise_requirement(sentences: Sequence[str]) -> str | None:
    """The 总体要求 in one sentence of its own clauses; None where it is short enough as it is, or there is none.

    Its guiding thought, its lines and the names of its aims stay; what else fits follows, purposes last.
    """
    whole = "，".join(to_plain(sentence).strip("。 ") for sentence in sentences)
    clauses = split_clauses([_cut_front(whole)])
    if len(whole) <= _LONGEST_REQUIREMENT or not clauses:
        return None
    kept: set[int] = set()
    for number in sorted(range(len(clauses)), key=lambda n: (_rank_requirement(clauses[n].text), n)):
        if sum(len(clauses[n].text) + 1 for n in kept | {number}) <= _LONGEST_REQUIREMENT:
            kept.add(number)
    return "，".join(clauses[n].text for n in sorted(kept)) if kept else None


def _cut_front(text: str) -> str:
    found = _LEAD_IN.match(fold(text))
    return text[found.end() :] if found else text


def _rank_requirement(clause: str) -> int:
    folded = fold(clause)
    if _LINE.search(folded):
        return 0
    if _GUIDE.match(folded):
        return 1
    if _AIM.search(folded):
        return 2
    return 4 if _PURPOSE.match(folded) else 3


def _list_headings(outline: Outline, sentences: Iterable[Sentence]) -> list[Sentence]:
    return [s for s in sentences if outline.left_out.get(s.n) == "heading"]


def _find_clauses(rule: Rule, text: str, sentences: Iterable[Sentence]) -> Iterator[YearLine]:
    """The clauses of the sentences to which a rule applies, from where it applies."""
    for sentence in sentences:
        for clause in split_clauses([to_plain(text[sentence.start : sentence.end])]):
            found = rule.search(fold(clause.text))
            if found and len(found.group()) <= _LONGEST_LINE:
                words = clause.text[found.start() : found.end()]
                yield YearLine(words, (Span(sentence.start, sentence.end),), is_frame=found.group().startswith("以"))


def _find_general_lines(text: str, sentences: Iterable[Sentence]) -> Iterator[YearLine]:
    """The lines among the sentences that are of the whole year or name what the report keeps coming back to."""
    told = compact(text)
    for line in _find_clauses(_LINE, text, sentences):
        if _WHOLE.search(fold(line.text)) or _is_often_named(line.text, told):
            yield line


def _is_often_named(line: str, report: str) -> bool:
    """Whether the line names in quotation marks what the report prints again and again."""
    name = compact(line).partition("“")[2].partition("”")[0]
    return bool(name) and report.count(name) >= _OFTEN


def _find_trial(text: str, general: Sequence[Sentence]) -> YearLine | None:
    """What the year had to face, with the clause of the general part that says what was done nevertheless."""
    trial = next(_find_clauses(_TRIAL, text, general), None)
    done = next(_find_clauses(_DUTIES, text, general), None)
    if not trial or not done:
        return None
    return YearLine(f"{trial.text}，{done.text}", tuple(dict.fromkeys((*trial.spans, *done.spans))))
