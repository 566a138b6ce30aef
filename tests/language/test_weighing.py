"""What a clause is worth to a summary, whose deed it tells, and how long a summary may be."""

from __future__ import annotations

import pytest

from huimou.language.clauses import split_clauses
from huimou.language.weighing import (
    LONGEST,
    find_doers,
    find_slogan,
    has_predicate,
    is_hollow,
    measure_longest,
    measure_value,
)


def test_own_deeds_have_no_doer() -> None:
    """Nor does what begins a new sentence take the doer of the one before."""
    clauses = split_clauses(["召开座谈会4次,提出建议27条。", "市政府印发办法。", "编印文史资料6辑。"])
    assert find_doers(clauses) == ("", "", "市政府", "")


@pytest.mark.parametrize(
    ("clause", "hollow"),
    [
        ("提升了工作的规范化水平", True),
        ("为高质量发展贡献力量", True),
        ("召开座谈会", False),
        ("服务群众9000余人次", False),
        ("推动出台节水方案", False),
    ],
)
def test_hollow_clauses_are_worth_nothing(clause: str, hollow: object) -> None:
    """A purpose has no value, whatever was done has some."""
    _, last = split_clauses([f"召开会议,{clause}。"])
    assert is_hollow(last) is hollow
    assert (measure_value(last) == 0) is hollow


def test_value_rises_with_what_would_be_lost() -> None:
    """A setting, a deed, a deed with a name, one with a figure, one with a figure and a result."""
    texts = ("气候适宜", "召开座谈会", "印发《办法》", "召开座谈会4次", "报送信息36条均被采用")
    values = [measure_value(clause) for text in texts for clause in split_clauses([text])]
    assert values == sorted(values)
    assert len(set(values)) == len(values)


def test_slogans_are_found_outside_names() -> None:
    """A slogan inside the name of a document is none."""
    assert find_slogan("与企业同频共振") == "同频共振"
    assert find_slogan("印发《同频共振行动方案》") is None
    assert find_slogan("走访企业112家") is None


@pytest.mark.parametrize(("text", "has"), [("召开座谈会", True), ("覆盖率100%", True), ("优美的人居环境", False)])
def test_what_is_no_sentence_has_no_predicate(text: str, has: object) -> None:
    """A verb of work or a figure makes one."""
    (clause,) = split_clauses([text])
    assert has_predicate(clause) is has


@pytest.mark.parametrize(
    ("sentences", "printed", "longest"),
    [(["召开座谈会,印发办法。"], 400, LONGEST), (["召开座谈会4次。"], 40, LONGEST), (["召开座谈会4次。"], 200, 120)],
)
def test_only_figures_need_more_room(sentences: list[str], printed: int, longest: int) -> None:
    """Sixty characters, or six in ten of what is printed where there are figures."""
    assert measure_longest(split_clauses(sentences), printed) == longest
