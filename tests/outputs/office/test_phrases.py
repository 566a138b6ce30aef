"""office.wording: an outcome is one only where the sentence says so; better blank than wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.outputs.office.ledgers.work_forms import find_outcomes, find_work_forms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("获省政协主要领导批示3次、市党政领导批示25次。", ("批示",)),
        ("獲市委書記批示。", ("批示",)),
        ("得到市政府主要领导批示，相关建议被有关部门采纳。", ("批示", "采纳")),
        ("省政协主要领导对此作批示：很好。", ("批示",)),
        ("学习重要讲话和重要指示批示精神。", ()),
        ("市委书记作出指示批示。", ()),
        ("印发《成果领导批示件督办落实办法》。", ()),
        ("收看市抗击新冠肺炎疫情表彰大会直播。", ()),
        ("获得省政协通报表彰。", ("表彰",)),
        ("就推进科技成果转化建言。", ()),
        ("将经验转化为意见建议。", ()),
        ("市长要求有关部门研究采纳。", ()),
        ("一批建议被吸收采纳。", ("吸收采纳",)),
        ("承办单位已经采纳的有2940件。", ("采纳",)),
        ("建议被纳入规划。", ("纳入",)),
        ("强调把行动纳入总体部署。", ()),
        ("促成一批政策出台实施。", ("出台",)),
        ("出台《管理办法》。", ("出台",)),
        ("为市政府出台《方案》提供参考。", ()),
        ("市委3月出台的《意见》。", ()),
        ("调研报告荣获一等奖。", ("荣获",)),
        ("获全省优秀论文一等奖1篇。", ("获奖",)),
        ("解决实际问题1252个。", ("解决",)),
        ("帮助群众解决实际困难。", ()),
        ("助力全面建成小康社会。", ()),
        ("加快申报园区，获批尚需时日。", ("获批",)),
        ("加快申报园区获批。", ()),
    ],
)
def test_outcomes(text: str, said: tuple[str, ...]) -> None:
    """Sentences as reports print them."""
    assert find_outcomes([text]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("开展民主监督和专题调研，召开主席会议。", ("民主监督", "调研", "主席会议")),
        ("认真履行政治协商、民主监督、参政议政职能。", ()),
        ("主席会议成员走访委员。", ("走访",)),
        ("学习总书记视察湖北重要讲话。", ()),
        ("选聘民主监督员，订立《协商工作规则》。", ()),
        ("“提案进行时”栏目播出。", ()),
        ("召开议政性常委会议。", ("议政性常委会",)),
        ("建立主席会议成员走访委员制度。", ()),
        ("完善走访联系机制，走访企业60家。", ("走访",)),
        ("修订提案办理办法，督办提案12件。", ("提案",)),
        ("坚持走访各民主党派、工商联制度。", ()),
        ("建成协商平台12个，开展协商40场。", ("协商",)),
    ],
)
def test_forms(text: str, said: tuple[str, ...]) -> None:
    """A form is what the body did, not a name, a duty or a person."""
    assert find_work_forms([text]) == said


@given(st.text(alphabet="获得领导批示被采纳纳入出台表彰转化协商", max_size=40))
def test_nothing_in_a_name_counts(name: str) -> None:
    """The name of a document says nothing of what came of it."""
    assert find_outcomes([f"学习《{name}》。"]) == ()
    assert find_work_forms([f"学习《{name}》。"]) == ()
