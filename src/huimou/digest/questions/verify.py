"""A claim becomes a finding or a rejection; nothing else makes findings.

Every number, year and quoted name of a summary must stand in its evidence, before the things that it counts there; the
words must be the evidence's, no negation lost; and the section must fit the kind of item. How good a true sentence is,
`questions.judging` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from huimou.language.clauses import find_advice_verbs, split_clauses
from huimou.language.figures import find_quantities, find_unsupported_numbers
from huimou.language.overlap import find_reflected_clauses, measure_share
from huimou.language.rules import get_rule
from huimou.language.text import compact, find_places
from huimou.model.report import REVIEW_ROLES, Claim, Finding, ItemKind, Rejection, Role, Span

_NAME = re.compile(r"《[^《》]+》|“[^“”]+”|「[^「」]+」|『[^『』]+』|\"[^\"]+\"")
_QUOTES = '“”「」『』"'
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ADVICE = get_rule("clauses.advice")
_GLUE = get_rule("verification.glue")
_FOREIGN_RUN = 4
_REFLECTED_FROM = 10
_IN_DIGITS = re.compile(r"(?:[\d.]|\d,)$")
_NUMERALS = get_rule("quantities.numerals")
_IN_CHINESE = get_rule("quantities.last_sign_of_a_longer_numeral")
_NEGATION = get_rule("verification.negation")
_GAINING = get_rule("verification.verb_of_gaining")
_GAINED = get_rule("verification.verb_that_serves")
_CLAUSE_END = re.compile(r"[,;:。!?]")
_LEAST_GAIN, _TAIL, _GAIN_SAID = 4, 2, 0.5
_KINDS: dict[ItemKind, frozenset[Role]] = {
    "achievement": REVIEW_ROLES,
    "task": frozenset({"plan"}),
    "shortcoming": frozenset({"shortcomings"}),
}


def verify(claim: Claim, sentences: Sequence[str], spans: Sequence[Span], role: Role) -> Finding | Rejection:
    """Check one claim against its own evidence.

    Args:
        claim: what the model said.
        sentences: all that it may rest on, as printed: the group's sentences, its title.
        spans: places of all its sentences in the text, which become the finding's evidence.
        role: of the section in which they lie.

    """
    reasons = (*find_untruths(claim.summary, sentences), *_check_role(claim.group.kind, role))
    return Rejection(claim, reasons) if reasons else Finding(claim.group, claim.summary, claim.made, tuple(spans))


def build_source_finding(claim: Claim, spans: Sequence[Span]) -> Finding:
    """A finding in the report's own words, in which no model had a part: they stand in the evidence by construction."""
    return Finding(claim.group, claim.summary, "source", tuple(spans))


def find_untruths(summary: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """What a summary says that its evidence does not: numbers, what they count, names, words, negations."""
    evidence, said = compact("".join(sentences)), compact(summary)
    return (
        *_check_numbers(summary, sentences),
        *_check_swapped_figures(said, evidence),
        *_check_names(said, evidence),
        *_check_foreign_words(said, evidence),
        *_check_negations(said, evidence),
    )


def _check_role(kind: ItemKind, role: Role) -> list[str]:
    return [] if role in _KINDS[kind] else [f"所在部分是{role}，不能作为{kind}"]


def _check_numbers(summary: str, sentences: Sequence[str]) -> list[str]:
    wrong = find_unsupported_numbers(summary, "".join(sentences))
    return [f"数字“{number}”不在原文" for number in wrong]


def _check_names(said: str, evidence: str) -> list[str]:
    return [f"名称{name}与原文不同" for name in _NAME.findall(said) if name.strip(_QUOTES) not in evidence]


def _check_foreign_words(said: str, evidence: str) -> list[str]:
    """Faults for four or more characters in a row that share no pair of neighbouring characters with the evidence."""
    runs = []
    run = ""
    pairs = {evidence[i : i + 2] for i in range(len(evidence) - 1)}
    for index, char in enumerate(said):
        known = said[index : index + 2] in pairs or said[index - 1 : index + 1] in pairs
        if known or not _CHINESE.match(char):
            runs.append(run)
            run = ""
        else:
            run += char
    foreign = [r for r in [*runs, run] if len(_GLUE.sub("", r)) >= _FOREIGN_RUN]
    return [f"“{stretch}”不是原文的话" for stretch in foreign]


def count_kept_figures(summary: str, sentences: Sequence[str]) -> tuple[int, int]:
    """How many of the different figures printed in the sentences stand in the summary, and how many there are."""
    quotes, said = _find_quotes(sentences), compact(summary)
    return sum(_is_whole_figure(quote, said) for quote in quotes), len(quotes)


def count_reflected_sentences(summary: str, sentences: Sequence[str]) -> tuple[int, int]:
    """How many of the sentences, but for very short ones, the summary reflects, and how many there are.

    A sentence is reflected if half of the pairs of neighbouring characters of one of its clauses stand in the summary.
    """
    long = [sentence for sentence in sentences if len(sentence) > _REFLECTED_FROM]
    return sum(bool(find_reflected_clauses(split_clauses([sentence]), summary)) for sentence in long), len(long)


def find_dropped_figures(summary: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """The figures printed in the sentences that the summary lacks."""
    said = compact(summary)
    return tuple(quote for quote in _find_quotes(sentences) if not _is_whole_figure(quote, said))


def _find_quotes(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(compact(q.quote) for sentence in sentences for q in find_quantities(sentence)))


def _is_whole_figure(quote: str, said: str) -> bool:
    """Whether a figure is printed as a whole: 6件 does not stand in 86件, nor 三次 in 第三次."""
    longer = _IN_DIGITS if quote[0].isdigit() else _IN_CHINESE if _NUMERALS.match(quote) else None
    return any(longer is None or not longer.search(said, max(0, at - 2), at) for at in find_places(quote, said))


def find_lost_advice(summary: str, sentences: Sequence[str]) -> list[str]:
    """Faults for 「就……提出建议」 without a verb of advice: the body would seem to have done what it only advised.

    Where several sentences are so framed, the summary needs as many such verbs, though not the same ones.
    """
    said = compact(summary)
    framed = [verbs for sentence in sentences if (verbs := find_advice_verbs(sentence))]
    missing = [verbs for verbs in framed if not any(verb in said for verb in verbs)]
    enough = len(_ADVICE.findall(said)) >= len(framed)
    return [] if enough else [f"漏了“{'、'.join(sorted(verbs))}”，把建议写成了做成的事" for verbs in missing]


def find_lost_verbs(summary: str, sentences: Sequence[str]) -> list[str]:
    """Faults for what was won or named, said without the verb: 「荣获……一等奖」 as 「……一等奖」 is no sentence."""
    said, evidence = _CLAUSE_END.split(compact(summary)), compact("".join(sentences))
    gains = (
        (verb[0], _CLAUSE_END.split(evidence[verb.end() :], maxsplit=1)[0]) for verb in _GAINING.finditer(evidence)
    )
    return [
        f"“{clause[:12]}”漏了“{verb}”，不成一句"
        for verb, gain in gains
        for clause in said
        if len(gain) >= _LEAST_GAIN
        and gain[-_TAIL:] in clause
        and not any(printed.startswith(clause) for printed in _CLAUSE_END.split(evidence))
        and not _GAINED.search(clause)
        and measure_share(gain, clause) >= _GAIN_SAID
    ][:1]


def _check_swapped_figures(said: str, evidence: str) -> list[str]:
    """Faults for figures right behind words that stand only before other figures in the evidence."""
    figures = dict.fromkeys(compact(q.quote) for q in find_quantities(evidence))
    before = {quote: _find_words_before(quote, evidence) for quote in figures}
    wrong = [
        (words, quote)
        for quote in figures
        for words in _find_words_before(quote, said)
        if words not in before[quote] and any(words in others for others in before.values())
    ]
    return [f"“{words}{quote}”张冠李戴" for words, quote in wrong]


def _find_words_before(quote: str, text: str) -> frozenset[str]:
    pairs = (text[max(0, at - 2) : at] for at in find_places(quote, text))
    return frozenset(pair for pair in pairs if len(pair) == 2 and all(map(_CHINESE.match, pair)))


def _check_negations(said: str, evidence: str) -> list[str]:
    """Faults for a negation that the evidence lacks, or that the summary lost: either turns the meaning round."""
    new = [m.group() for m in _NEGATION.finditer(said) if said[m.start() : m.end() + 1] not in evidence]
    lost = [
        m.group() + words
        for m in _NEGATION.finditer(evidence)
        if len(words := evidence[m.end() : m.end() + 2]) == 2
        and _is_affirmed(words, m.group(), said)
        and not _is_affirmed(words, m.group(), evidence)
    ]
    return [
        *([f"“{new[0]}”的否定不在原文"] if new else []),
        *([f"漏了“{lost[0]}”的否定"] if lost else []),
    ]


def _is_affirmed(words: str, negation: str, text: str) -> bool:
    return any(not text.endswith(negation, 0, at) for at in find_places(words, text))
