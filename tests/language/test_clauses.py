"""Clauses: cut without loss."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from huimou.language.clauses import Clause, find_advice_verbs, split_clauses
from made_up_sentences import SENTENCES


def texts(*sentences: str) -> list[str]:
    """The words of the clauses."""
    return [clause.text for clause in split_clauses(sentences)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("召开会议3次，形成报告；印发简报。", ["召开会议3次", "形成报告", "印发简报"]),
        ("印发《关于教育、医疗，养老的意见》，抓好落实。", ["印发《关于教育、医疗，养老的意见》", "抓好落实"]),
        ("开展“议一议，办一办”活动，办实事5件。", ["开展“议一议，办一办”活动", "办实事5件"]),
        ("报送信息1,300余条,采用260条。", ["报送信息1,300余条", "采用260条"]),
        ("报送信息１，３００余条，采用260条。", ["报送信息１，３００余条", "采用260条"]),
        ("一是抓学习：举办读书班。", ["一是抓学习：举办读书班"]),
        ("。，；", []),
    ],
)
def test_cuts_between_clauses_only(sentence: str, expected: list[str]) -> None:
    """Commas cut; those inside brackets, quotes or a number do not; marks alone are no clause."""
    assert texts(sentence) == expected


@pytest.mark.parametrize("text", ["办理提案3件", "办理提案三件", "覆盖率１００％"])
def test_a_figure_in_digits_or_words_counts(text: str) -> None:
    """What prints a number or holds a quantity in words must be kept."""
    assert Clause(text, 0).has_figure


@pytest.mark.parametrize("text", ["为城市发展作出了积极贡献", "切实增强了责任感", "奋力开创工作新局面"])
def test_purpose_clauses_are_known(text: str) -> None:
    """What only says what for goes first, unless it holds a figure or a document."""
    assert Clause(text, 0).is_purpose
    assert not Clause(f"{text}12项", 0).is_purpose
    assert not Clause(f"{text}《办法》", 0).is_purpose


def test_weight_rises_with_what_would_be_lost() -> None:
    """Purpose, circumstance, deed, deed with a name, governing verb."""
    clauses = [
        Clause("为城市发展作出贡献", 0),
        Clause("气候适宜", 0),
        Clause("印发简报", 0),
        Clause("印发《简报》", 0),
        Clause("提出建议", 0, governs=True),
    ]
    assert [clause.weight for clause in clauses] == [0, 1, 2, 3, 4]


def test_advice_governs_only_a_framed_sentence() -> None:
    """就……提出建议 hangs on its verb; a deed does not; a verb inside a name does not count."""
    assert find_advice_verbs("就改造供水管网提出建议。") == {"建议"}
    assert find_advice_verbs("改造供水管网12公里，提出建议。") == frozenset()
    assert find_advice_verbs("围绕《关于养老的建议》制定方案。") == frozenset()
    assert [c.governs for c in split_clauses(["就改造供水管网，向市政府提出建议。"])] == [False, True]


@settings(max_examples=100)
@given(SENTENCES)
def test_cutting_loses_punctuation_only(sentences: list[str]) -> None:
    """The clauses of a sentence, put together, hold all its words in order."""
    for index, sentence in enumerate(sentences):
        own = [clause.text for clause in split_clauses(sentences) if clause.sentence == index]
        assert re.sub(r"\W", "", "".join(own)) == re.sub(r"\W", "", sentence)


@pytest.mark.parametrize(
    ("clause", "brief"),
    [
        ("切实加强机关建设", "加强机关建设"),
        ("一是切实加强机关建设", "加强机关建设"),
        ("一是一", "一是一"),
        ("积极深入推进老旧管网改造", "推进老旧管网改造"),
        ("深入12个社区走访", "深入12个社区走访"),
        ("就甲、乙、丙、丁、戊等议题开展调研", "就甲、乙、丙等议题开展调研"),
        ("就甲、“乙、丙”、丁等议题开展调研", "就甲、“乙、丙”、丁等议题开展调研"),
        (
            "召开甲会1次、乙会2次、丙会3次、丁会4次、戊会5次等会议",
            "召开甲会1次、乙会2次、丙会3次、丁会4次、戊会5次等会议",
        ),
        ("完善甲、乙、丙、丁、戊机制", "完善甲、乙、丙、丁、戊机制"),
    ],
)
def test_brief_drops_zeal_and_long_lists_but_no_number(clause: str, brief: str) -> None:
    """Adverbs of zeal before a verb go; a list that ends in 等 keeps three members unless one holds a number."""
    assert split_clauses([clause])[0].brief == brief
