"""Clauses: cut without loss, joined without additions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.language.abridging import is_compressible, join_clauses, write_own_words
from huimou.language.clauses import Clause, find_advice_verbs, split_clauses
from huimou.language.overlap import find_reflected_clauses, measure_share
from huimou.language.shortcomings import find_weak_points

PIECES = [
    "开展协商",
    "12",
    "1,300",
    "3.5",
    "%",
    "件",
    "余",
    "，",
    ",",
    "；",
    "。",
    "：",
    "《关于民生的意见》",
    "“双月，协商”",
    "坚持",
    "更好地",
    "围绕",
    "提出建议",
    "、",
    "（",
    "）",
    "……",
    "１２",
    "不断",
    "新局面",
    " ",
    "近",
    "第三次",
    "“",
    "》",
]
SENTENCES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join), min_size=1, max_size=4)


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


def test_join_adds_figures_and_unheard_sentences() -> None:
    """Figures that were not chosen are kept, and each sentence keeps its weightiest clause."""
    clauses = split_clauses(["坚持问题导向，走访企业，办实事5件，发放资料。", "为发展作出贡献，召开座谈会。"])
    joined = join_clauses(clauses, [2], most=1)
    assert joined == "走访企业,办实事5件;召开座谈会"


def test_join_sheds_the_lightest_first() -> None:
    """A choice of everything is cut to the share allowed: purposes first, never figures."""
    clauses = split_clauses(["坚持问题导向，走访企业，办实事5件，不断增强群众的获得感。"])
    assert join_clauses(clauses, [1, 2, 3, 4], most=0.8) == "坚持问题导向,走访企业,办实事5件"
    assert join_clauses(clauses, [1, 2, 3, 4], most=0.4) == "走访企业,办实事5件"
    assert join_clauses(clauses, [1, 2, 3, 4], most=0) == "办实事5件"


def test_join_ignores_numbers_that_do_not_exist() -> None:
    """Numbers outside the list choose nothing."""
    clauses = split_clauses(["走访企业，办实事5件。"])
    assert join_clauses(clauses, [-1, 0, 3, 99]) == "办实事5件"


def test_own_words_leave_out_purposes_but_no_sentence() -> None:
    """Purposes go, except where a sentence has nothing else."""
    clauses = split_clauses(["举办读书班，切实增强责任感。", "不断开创工作新局面。"])
    assert write_own_words(clauses) == "举办读书班;不断开创工作新局面"


def test_own_words_keep_the_verb_of_advice() -> None:
    """A governing clause stays although it sounds like a purpose: else advice would read as a deed."""
    clauses = split_clauses(["围绕粮食安全，改造灌区三处，充分发挥优势建言献策。"])
    assert write_own_words(clauses).endswith("建言献策")


def test_reflected_clauses_share_half_of_their_words() -> None:
    """A clause is taken up when half of its pairs of characters are said; a single character is never."""
    clauses = split_clauses(["深入全市各个社区走访企业，印发工作简报，好。"])
    assert find_reflected_clauses(clauses, "走访企业、印发工作简报") == (2,)
    assert measure_share("走访 企业", "走访企业") == 1
    assert measure_share("好", "好") == 0


def test_compressible_when_much_lies_beside_figures() -> None:
    """Nothing but figures cannot be shortened."""
    assert not is_compressible(split_clauses(["立案290件，办复290件。"]))
    assert is_compressible(split_clauses(["立案290件，有力推动了提案办理提质增效。"]))
    assert not is_compressible(())


@settings(max_examples=150)
@given(SENTENCES, st.sets(st.integers(-1, 20)))
def test_every_digit_is_kept_and_nothing_is_added(sentences: list[str], kept: set[int]) -> None:
    """Both ways of joining hold every run of digits, and only stretches that the sentences hold, in their order."""
    clauses = split_clauses(sentences)
    for summary in (write_own_words(clauses), join_clauses(clauses, kept)):
        assert set(re.findall(r"\d+", ";".join(sentences))) <= set(re.findall(r"\d+", summary))
        for stretch in re.split(r"[,;，；。]", summary):
            assert any(stretch in sentence for sentence in sentences)


@settings(max_examples=100)
@given(SENTENCES)
def test_cutting_loses_punctuation_only(sentences: list[str]) -> None:
    """The clauses of a sentence, put together, hold all its words in order."""
    for index, sentence in enumerate(sentences):
        own = [clause.text for clause in split_clauses(sentences) if clause.sentence == index]
        assert re.sub(r"\W", "", "".join(own)) == re.sub(r"\W", "", sentence)


def test_choice_that_says_too_little_is_filled() -> None:
    """「提出针对性建议」 alone does not say about what; the weightiest of the rest comes with it."""
    clauses = split_clauses(["围绕乡村振兴,主席会议成员集中对青石县强村工程开展专题调研,提出针对性建议。"])
    assert join_clauses(clauses, [3]) == "主席会议成员集中对青石县强村工程开展专题调研,提出针对性建议"


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


def test_a_brief_clause_is_heard() -> None:
    """What the program itself has shortened counts as taken up."""
    clauses = split_clauses(
        ["就城市圈同城化、新区发展、交通拥堵治理、创业生态优化、文旅融合、智慧城市建设等议题协商。"]
    )
    assert find_reflected_clauses(clauses, clauses[0].brief) == (1,)


def test_numbered_weak_points_stay_whole() -> None:
    """「二是……，……还需加强」 is one weak point, not one a clause."""
    body = "二是案件总量高位运行,人案矛盾依然突出,干警压力大。"
    assert [body[s:e] for s, e in find_weak_points(body)] == ["案件总量高位运行,人案矛盾依然突出,干警压力大。"]
