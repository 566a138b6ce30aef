"""What a figure counts, in the report's own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.figures import find_quantities
from huimou.text import compact


def _metrics(text: str) -> list[str | None]:
    return [quantity.metric for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("8个县市区政协委员捐款90万元", ["县市区", "政协委员捐款"]),
        ("提交建议案、调研报告、《社情》、发言材料51份", ["提交建议案、调研报告、《社情》、发言材料"]),
        ("无人机产量增长39%、占全国9成", ["无人机产量增长", "无人机产量占全国"]),
        ("每万人口专利拥有量从28件提高到70件", ["每万人口专利拥有量", "每万人口专利拥有量"]),
        ("创新能力连续9年全国第一", ["创新能力"]),
        ("连续3年开展河道清淤行动。", ["开展河道清淤行动"]),
        ("组建总规模10亿元的产业基金", ["产业基金总规模"]),
        ("投资4.8亿元实施拆炉并网工程,", ["拆炉并网工程投资"]),
        ("新建26公里供水管、11公里供热管", ["新建供水管", "供热管"]),
        ("完成5个行政村17.2公里的村巷硬化", ["行政村", "村巷硬化"]),
        ("主城区21家企业迁建工作展开", ["企业"]),
        ("接待游客9万人次、增长10%", ["接待游客", "接待游客增长"]),
        ("应对22轮强降水和“木棉”等15个台风", ["强降水", "台风"]),
        ("受理3件、审结2件,同比分别上升26%和52%", ["受理同比上升", "审结同比上升"]),
        ("批捕8人、起诉15人,同比下降5%、上升3%", ["批捕同比下降", "起诉同比上升"]),
        ("结案率98.5%,较上年提高1.2个百分点", ["结案率", "结案率较上年提高"]),
        ("经济总量9万亿元,占全国比重升至6.5%", ["经济总量", "经济总量占全国比重"]),
        ("一是全区财政收入平均为5亿元", ["全区财政收入"]),
        ("14种农产品产量居全国前列", ["农产品产量"]),
        ("到2031年底前新建厕所20座", ["新建厕所"]),
        ("12名来自各界的选手以歌声开场", ["选手"]),
    ],
)
def test_counted_thing(text: str, metrics: list[str]) -> None:
    """Nouns behind or in front, verbs that govern several, parts of a whole, rates of what was counted before."""
    assert _metrics(text)[-len(metrics) :] == metrics


@given(
    st.lists(
        st.sampled_from(
            [
                "投资",
                "增长",
                "3亿元",
                "5%",
                "和",
                "、",
                ",",
                "。",
                "新建",
                "20个",
                "学校",
                "占全国",
                "同比",
                "连续5年",
                "的",
                "从",
                "到",
            ]
        ),
        max_size=16,
    )
)
def test_a_metric_is_made_of_the_words_of_the_text(parts: list[str]) -> None:
    """No character of a metric is invented, and no metric is only punctuation."""
    text = "".join(parts)
    for metric in _metrics(text):
        assert metric is None or (set(metric) <= set(compact(text)) and re.search(r"\w", metric))
