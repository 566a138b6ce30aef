"""Which clauses a summary takes up, by the pairs of characters that it shares with them."""

from __future__ import annotations

from huimou.language.clauses import split_clauses
from huimou.language.overlap import find_reflected_clauses, measure_clause, measure_share


def test_reflected_clauses_share_half_of_their_words() -> None:
    """A clause is taken up when half of its pairs of characters are said; a single character is never."""
    clauses = split_clauses(["深入全市各个社区走访企业，印发工作简报，好。"])
    assert find_reflected_clauses(clauses, "走访企业、印发工作简报") == (2,)
    assert measure_share("走访 企业", "走访企业") == 1
    assert measure_share("好", "好") == 0


def test_a_brief_clause_is_heard() -> None:
    """What the program itself has shortened counts as taken up."""
    clauses = split_clauses(
        ["就城市圈同城化、新区发展、交通拥堵治理、创业生态优化、文旅融合、智慧城市建设等议题协商。"]
    )
    assert find_reflected_clauses(clauses, clauses[0].brief) == (1,)
    assert measure_clause(clauses[0], clauses[0].brief) == 1 > measure_share(clauses[0].text, clauses[0].brief)
