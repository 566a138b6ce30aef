"""What the row of a figure says, so that it is understood alone."""

from __future__ import annotations

import pytest

from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import select_shipped_profile

_DOERS = select_shipped_profile("political_consultative").doers


def _describe(text: str) -> list[str | None]:
    return [quantity.metric for quantity in find_quantities(text, _DOERS)]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("资助困难职工30户、孤寡老人12名。", ["资助困难职工", "资助孤寡老人"]),
        ("协调解决道路硬化、饮水安全等方面困难和问题26个。", ["协调解决困难和问题"]),
        ("召开全会1次，专题议政性常委会议3次。", ["召开全会", "召开专题议政性常委会议"]),
        ("组织委员向省政协提交提案18件，发言材料9篇。", ["组织委员向省政协提交提案", "向省政协提交发言材料"]),
        ("收到提案420件，承办单位采纳310件。", ["收到提案", "承办单位采纳提案"]),
        ("积极反映社情民意，向省政协报送66篇。", ["向省政协报送社情民意"]),
        ("依法不批捕7人、不起诉9人。", ["依法不批捕", "不起诉"]),
    ],
)
def test_the_verb_that_governs_a_thing(text: str, metrics: list[str]) -> None:
    """The verb of a list is handed on, an object that stood before is taken up, and 不 is no verb for others."""
    assert _describe(text) == metrics


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("《关于养老的建议》等18篇社情民意，被市政协采用。", ["《关于养老的建议》等社情民意被市政协采用"]),
        ("4个茶叶品种获国家登记。", ["茶叶品种获国家登记"]),
        ("推荐22名委员担任行风监督员。", ["推荐委员担任行风监督员"]),
        (
            "市党政领导就小流域河道综合治理、中小学校园食堂管理等9件重点提案进行领衔督办。",
            ["市党政领导就重点提案领衔督办"],
        ),
        ("搭建56个村、14个企业议事平台。", ["搭建村议事平台", "搭建企业议事平台"]),
        ("完成4个行政村12.6公里的巷道硬化。", ["完成行政村巷道硬化", "完成巷道硬化"]),
        ("稳妥应对3轮强降雨。", ["稳妥应对强降雨"]),
    ],
)
def test_what_became_of_a_thing(text: str, metrics: list[str]) -> None:
    """State and office behind a noun belong to the count; a place that shares the noun of the next is not the thing."""
    assert _describe(text)[-len(metrics) :] == metrics


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("围绕就业、托幼、交通等问题，开展视察12次，提出建议40条。", ["围绕就业等开展视察", "围绕就业等提出建议"]),
        ("就“规范停车收费，方便市民出行”专题开展监督，提出6条意见。", ["就规范停车收费提出意见"]),
        ("化解老旧小区漏水的调研问计于民，提出5条对策建议。", ["化解老旧小区漏水的调研提出对策建议"]),
        ("广播电台以《委员在一线》为题报道，点击量超20万人次。", ["《委员在一线》点击量"]),
        ("开展“三个一”行动，委员90人次参加行动。", ["委员参加“三个一”行动"]),
        ("疫情期间，提出意见建议320条。", ["疫情期间提出意见建议"]),
        ("五年来，市政协共召开全体会议5次，收到提案980件。", ["五年来召开全体会议", "五年来收到提案"]),
        ("一年来，共收到提案210件。", ["收到提案"]),
        ("党政领导督办提案12件，提案办理“回头看”发现问题26个。", ["党政领导督办提案", "提案办理“回头看”发现问题"]),
        ("市政协委员捐款80万元，捐赠物资价值约30万元。", ["市政协委员捐款", "市政协委员捐赠物资价值"]),
    ],
)
def test_topic_period_and_doer(text: str, metrics: list[str]) -> None:
    """Counts of advice say what about, all say when if it is not the year of the report, and whose if not its own."""
    assert _describe(text) == metrics


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("地区生产总值增长6%。", "地区生产总值增长"),
        ("五年来，居民收入由2019年的2万元增加到3万元。", "2019年居民收入"),
        ("连续五年围绕河道治理开展视察。", "围绕河道治理开展视察"),
        ("分两批组织委员赴外省培训。", "组织委员赴外省培训"),
        ("就商业体系建设提出建议24条。", "就商业体系建设提出建议"),
        ("自觉接受人大监督，提请审议地方性法规10件。", "提请审议地方性法规"),
    ],
)
def test_what_is_plain_stays_as_it_is(text: str, metric: str) -> None:
    """Rates, states and lengths of time are told by their bare words; a verb is no part of a doer's name."""
    assert _describe(text)[0] == metric


def test_the_bare_thing_is_kept() -> None:
    """What figures are compared by is the thing as it stands beside the number."""
    (quantity,) = find_quantities("推荐22名委员担任行风监督员。", _DOERS)
    assert (quantity.counted, quantity.metric) == ("委员", "推荐委员担任行风监督员")
