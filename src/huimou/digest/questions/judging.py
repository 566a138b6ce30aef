"""The judge of summaries: every candidate for one group is scored by the same named rules, and the best true one wins.

What makes a candidate unfit is that it says what the text does not: a figure, a name, a negation, somebody else's deed
as the body's own, advice as a deed. Of the fit ones the best says most of what the text says (figures, results, names,
topics, deeds), in whole sentences, without slogans, in at most sixty characters unless its figures need more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huimou.digest.questions.verify import find_dropped_figures, find_lost_advice, find_lost_verbs, find_untruths
from huimou.language.clauses import Clause, split_clauses
from huimou.language.overlap import measure_clause, measure_share
from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.language.weighing import (
    find_doers,
    find_slogan,
    has_predicate,
    is_headline,
    is_hollow,
    measure_longest,
    measure_value,
)

GOOD = 0.8  # of what the text says
_SAID = 0.5  # share of a clause's pairs of characters from which it counts as said
_DANGLING = get_rule("wording.dangling")
_SCOPE = get_rule("wording.scope")
_BEGINS_TORN = get_rule("wording.begins_torn")
_OPEN_LIST = get_rule("wording.open_list")
_TO_ASK_ABOUT = get_rule("verification.weaknesses_to_ask_about")
_WEIGHTS = get_rule("verification.weights_of_weaknesses")
_COPIED, _COPIED_FROM = 0.85, 45


@dataclass(frozen=True, slots=True)
class SummaryJudgement:
    """What the judge says of one candidate.

    Args:
        untruths: why it must not be published, one line each, in Chinese; empty if it may.
        weaknesses: what an editor would still change, in Chinese.
        score: how much of the text it says, less its weaknesses; at most 1.
    """

    untruths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    score: float

    @property
    def is_good(self) -> bool:
        """Whether nothing better need be asked for: it is true, says most of the text, and is no copy or slogan.

        Of 35 answers of the built-in model about such sentences of the program none was better.
        """
        return not self.untruths and self.score >= GOOD and not any(map(_TO_ASK_ABOUT.match, self.weaknesses))


def judge_summary(
    summary: str, sentences: Sequence[str], evidence: str, *, of_proposals: bool = False
) -> SummaryJudgement:
    """Judge one candidate.

    Args:
        summary: in our punctuation.
        sentences: of the group, as printed, without the lead.
        evidence: all that the summary may use the words of: the sentences, the unit's title.
        of_proposals: whether they stand in a list of proposals, where what others were moved to do is the result.

    """
    clauses = split_clauses(sentences, of_proposals=of_proposals)
    untruths = (
        *find_untruths(summary, [evidence]),
        *find_lost_advice(summary, sentences),
        *find_lost_verbs(summary, sentences),
        *find_lost_doers(summary, clauses),
    )
    weaknesses = tuple(_find_weaknesses(summary, sentences, clauses))
    score = _measure_said(summary, clauses) - sum(_WEIGHTS.map[name.split("：")[0]] for name in weaknesses)
    return SummaryJudgement(untruths, weaknesses, round(score - len(summary) / 4000, 4))


def _measure_said(summary: str, clauses: Sequence[Clause]) -> float:
    """Share of the value of all clauses that the summary says, 0 to 1."""
    whole = sum(measure_value(clause) for clause in clauses)
    said = sum(measure_value(c) * min(1.0, measure_clause(c, summary) / 0.8) for c in clauses)
    return said / whole if whole else 1.0


def find_lost_doers(summary: str, clauses: tuple[Clause, ...]) -> list[str]:
    """Faults for clauses that another body did, said without that body."""
    said = compact(summary)
    lost = [
        (doer, clause)
        for clause, doer in zip(clauses, find_doers(clauses), strict=True)
        if doer and compact(doer) not in said and measure_share(clause.text, summary) >= _SAID
    ]
    return [f"“{clause.text[:12]}”是{doer}所做，漏了主语" for doer, clause in lost[:1]]


def _find_weaknesses(summary: str, sentences: Sequence[str], clauses: Sequence[Clause]) -> list[str]:
    said, evidence = compact(summary), compact("".join(sentences))
    own = split_clauses(re.split("[；;]", summary.strip("。")))
    found = [f"漏数字：{figure}" for figure in find_dropped_figures(summary, sentences)]
    slogans = [(clause, find_slogan(clause.text)) for clause in own]
    found += [f"口号：{slogan}" for _, slogan in slogans if slogan]
    found += [f"空话：{clause.text[:12]}" for clause, slogan in slogans if not slogan and is_hollow(clause)]
    if _DANGLING.search(said):
        found.append("没有着落：指代不明")
    if (
        (own and own[-1].hangs and not has_predicate(own[-1]))
        or _BEGINS_TORN.match(said)
        or not any(map(has_predicate, own))
    ):
        found.append("不成句：框架没有说完或缺动词")
    if any(said.count(left) != said.count(right) != evidence.count(right) for left, right in ("《》", "“”", "()")):
        found.append("不成句：书名号、引号或括号残缺")
    if _OPEN_LIST.search(said):
        found.append("不成句：以“等”收尾")
    longest = measure_longest(clauses, len(evidence))
    if len(summary) > longest:
        found.append(f"太长：{len(summary)}字")
    elif len(summary) > _COPIED_FROM and len(said) >= _COPIED * len(evidence):
        found.append("照抄：几乎没有压缩")
    lost = [m.group() for m in _SCOPE.finditer(evidence) if m.group() not in said]
    if lost and any(c.has_figure for c in own):
        found.append(f"漏范围：{lost[0]}")
    for number in dict.fromkeys(clause.sentence for clause in clauses):
        own_sentence = [at for at, clause in enumerate(clauses) if clause.sentence == number]
        worthy = [clauses[at] for at in own_sentence if measure_value(clauses[at]) > 1 and not is_headline(at, clauses)]
        if worthy and max(measure_clause(c, summary) for c in worthy) < _SAID:
            found.append(f"漏一句：{worthy[0].text[:12]}")
    return found
