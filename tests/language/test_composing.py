"""Summaries out of the report's own clauses: what is kept, what goes, and that nothing is added."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.language.clauses import shorten_clause, split_clauses
from huimou.language.composing import compose_summary, split_pieces
from huimou.language.figures import find_quantities
from huimou.language.text import compact
from huimou.language.weighing import LONGEST, find_doers, is_headline, measure_longest
from made_up_sentences import SENTENCES

TOPICS = "养老服务、托育服务、校外培训、乡村教师、社区医院、残疾人就业、殡葬改革"


def compose(*sentences: str, longest: int | None = None, shorten_lists: bool = True) -> str:
    """The passage of these sentences in its own words."""
    clauses = split_clauses(sentences)
    most = measure_longest(clauses, sum(map(len, sentences))) if longest is None else longest
    return compose_summary(clauses, most, shorten_lists=shorten_lists)


@pytest.mark.parametrize(
    ("sentence", "composed"),
    [
        ("就校园餐、午休等问题,赴柳林区调研3次,提出建议27条。", "就校园餐、午休等问题,赴柳林区调研3次,提出建议27条"),
        (
            "在破解农产品销售难上持续发力,组织企业家委员与12个村结对,帮助销售农产品560吨。",
            "在破解农产品销售难上持续发力,组织企业家委员与12个村结对,帮助销售农产品560吨",
        ),
        (
            "以“小切口推动大民生”为题,举办界别协商会8场,有力促进了民生改善。",
            "以“小切口推动大民生”为题,举办界别协商会8场",
        ),
    ],
)
def test_frame_stays_with_what_it_frames(sentence: str, composed: str) -> None:
    """就……, 在……上 and 以……为题 are told with the deed that they are the topic of."""
    assert compose(sentence) == composed


@pytest.mark.parametrize(
    ("sentence", "composed"),
    [
        (
            "深入贯彻落实上级精神,召开全市经验交流会2次,不断开创工作新局面。",
            "召开全市经验交流会2次",
        ),
        ("提案办复率100%,委员满意率99.2%,提案工作质效明显提升。", "提案办复率100%,委员满意率99.2%"),
        (
            "组织委员参与“百企兴百村”行动,投入资金1.2亿元,惠及群众3.6万人,让群众得到了实惠。",
            "组织委员参与“百企兴百村”行动,投入资金1.2亿元,惠及群众3.6万人",
        ),
        ("修订专委会规则,完善委员履职档案,进一步提升了工作的规范化水平。", "修订专委会规则,完善委员履职档案"),
        ("举办“国学讲堂”12期,提升委员素质,为建设书香机关贡献力量。", "举办“国学讲堂”12期"),
        ("旗帜鲜明讲政治,坚定不移强定力,举办读书班4期。", "举办读书班4期"),
    ],
)
def test_hollow_tails_and_slogans_go(sentence: str, composed: str) -> None:
    """Purposes, slogans and bows; what was done and what came of it stays."""
    assert compose(sentence).endswith(composed)
    assert len(compose(sentence)) < len(sentence) - 5


@pytest.mark.parametrize(
    ("sentence", "doer"),
    [
        ("市政府高度重视委员建议,印发《校园餐管理办法》,新建中央厨房3个。", "市政府"),
        ("省委主要领导作出批示,要求有关部门研究落实,推动解决停车难问题。", "省委"),
        ("推动市水务局出台节水方案,改造老旧管网47公里。", "推动市水务局"),
        ("助推有关部门整治河道18公里,建成滨水公园2个。", "助推有关部门"),
        ("广大委员积极投身抗旱,捐款捐物240万元,以实际行动展现了责任担当。", "广大委员"),
    ],
)
def test_doer_is_kept(sentence: str, doer: str) -> None:
    """Who did it, where it was not the body itself, stands in front."""
    assert compose(sentence).startswith(doer)


def test_doer_of_a_dropped_clause_is_put_before_the_next() -> None:
    """Without it the next clause would be told of the body itself."""
    clauses = split_clauses(["县政府从打造花园城市的战略高度,出台《行道树管护办法》,补植行道树1.2万株。"])
    assert find_doers(clauses)[0] == "县政府" or find_doers(clauses)[1] == ""
    composed = compose("县政府高度重视,群众反映强烈,出台《行道树管护办法》,补植行道树1.2万株。", longest=26)
    assert "县政府" in composed
    assert composed.index("县政府") < composed.index("出台")
    assert composed.count("县政府") == 1


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("五年来共召开双月协商座谈会30次,提出意见建议600余条。", "五年来"),
        ("疫情期间组织医卫界委员义诊46场,服务群众9000余人次。", "疫情期间"),
        ("截至2030年底,累计建成委员工作室58个,办理民生实事730件。", "截至2030年底"),
    ],
)
def test_scope_of_figures_stays(sentence: str, scope: str) -> None:
    """A figure of five years is not one of a year."""
    assert compose(sentence).startswith(scope)


def test_long_topic_is_shortened_not_dropped() -> None:
    """Three members and 等 tell what was talked of; where no list may be shortened, as in a task, all are told."""
    sentence = f"围绕{TOPICS}等民生问题开展专题视察,形成视察报告,得到省政协充分肯定,有力推动了社会事业发展。"
    shortened = compose(sentence, longest=50)
    assert shortened.startswith("围绕养老服务、托育服务、校外培训等")
    assert "开展专题视察" in shortened
    assert len(shortened) <= 50
    assert TOPICS in compose(sentence, longest=80, shorten_lists=False)


def test_result_is_the_last_to_go() -> None:
    """Of deeds without figures those with a result stay."""
    sentence = (
        "组织委员深入乡镇了解情况,召开界别座谈会听取意见,邀请专家学者研究论证,"
        "形成专题协商报告,意见被写入市委一号文件,得到省政协主要领导肯定。"
    )
    composed = compose(sentence)
    assert "被写入市委一号文件" in composed
    assert "得到省政协主要领导肯定" in composed
    assert len(composed) <= LONGEST


def test_several_sentences_are_told_of() -> None:
    """Their parts are joined by a semicolon; a short one that only announces the next is not told."""
    assert compose("召开座谈会4次。", "印发《委员履职管理办法》。") == "召开座谈会4次;印发《委员履职管理办法》"
    assert compose("平台更加多样。", "建成委员工作室58个,接待群众730人次。") == "建成委员工作室58个,接待群众730人次"
    clauses = split_clauses(["平台更加多样。", "建成委员工作室58个。"])
    assert [is_headline(number, clauses) for number in range(2)] == [True, False]


def test_words_that_add_nothing_go_first() -> None:
    """Adverbs of zeal, praise, our city; names and quotes are left as they are."""
    assert shorten_clause("积极主动开展走访", long=False, lists=False) == "开展走访"
    assert shorten_clause("促成我市3个村纳入试点", long=False, lists=False) == "促成3个村纳入试点"
    assert shorten_clause("形成一批高质量的调研报告", long=False, lists=False) == "形成调研报告"
    assert shorten_clause("印发《积极开展走访的意见》", long=False, lists=False) == "印发《积极开展走访的意见》"
    assert shorten_clause("开展“积极开展走访月”活动", long=False, lists=False) == "开展“积极开展走访月”活动"


def test_clause_that_leans_stays_with_the_one_before() -> None:
    """被……采纳 says what became of what stands before it."""
    pieces = split_pieces(split_clauses(["提交提案36件,被省政协采用,编印文史资料。"]))
    assert [len(piece.clauses) for piece in pieces] == [2, 1]


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "召开座谈会12次",
                    "市政府印发《办法》",
                    "就停车难等问题",
                    "在社区",
                    "群众满意率99.2%",
                    "切实增强责任感",
                    "一年来",
                    "捐款1,300余元",
                    "推动有关部门整改",
                    "为发展作出贡献",
                    "积极开展“双月协商”活动",
                    "被省政协采纳",
                    "组织委员深入乡镇、社区、企业、学校、医院等单位走访",
                ]
            ),
            min_size=1,
            max_size=6,
        ).map(lambda clauses: ",".join(clauses) + "。"),
        min_size=1,
        max_size=3,
    ),
    st.integers(10, 120),
    st.booleans(),
)
def test_nothing_is_added_and_no_figure_lost(sentences: list[str], longest: int, lists: object) -> None:
    """Every character stands in the source in its order, apart from marks and a doer put back; figures all stay.

    At most `longest` characters are written unless what cannot go needs more.
    """
    composed = compose(*sentences, longest=longest, shorten_lists=bool(lists))
    source = "".join(sentences)
    assert composed
    _assert_in_order(composed, sentences)
    figures = {compact(found.quote) for sentence in sentences for found in find_quantities(sentence)}
    assert {figure for figure in figures if figure not in compact(composed)} == set()
    assert len(composed) <= len(source) + 20


@settings(max_examples=200)
@given(SENTENCES)
def test_any_text_is_composed(sentences: list[str]) -> None:
    """Whatever stands in a report gives a sentence of its characters in their order, or nothing without a word."""
    composed = compose(*sentences)
    assert bool(composed) == bool(split_clauses(sentences))
    _assert_in_order(composed, sentences)


def _assert_in_order(composed: str, sentences: list[str]) -> None:
    """Each part of a summary follows in the source on the part before it, without the doer that was put back."""
    doers = sorted({doer for doer in find_doers(split_clauses(sentences)) if doer}, key=len, reverse=True)
    source, at = "".join(sentences), 0
    for part in re.split("[;,]", composed):
        bare = next((part.removeprefix(doer) for doer in doers if part.startswith(doer)), part)
        ends = [_find_end(words, source, at) for words in dict.fromkeys((part, bare))]
        assert any(end is not None for end in ends), part
        at = next(end for end in ends if end is not None)


def _find_end(words: str, source: str, at: int) -> int | None:
    """Where the characters end in the source, each behind the one before it, from a place; None if they do not."""
    for char in words:
        found = source.find(char, at)
        if found < 0:
            return None
        at = found + 1
    return at
