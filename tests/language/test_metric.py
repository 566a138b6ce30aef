"""What a figure counts, in the report's own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.language.figures import find_quantities
from huimou.language.text import compact


def _metrics(text: str) -> list[str | None]:
    return [quantity.counted for quantity in find_quantities(text)]


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
        (
            "规模以上工业增加值、固定资产投资、社会消费品零售总额分别增长6%、8%和7%",
            ["规模以上工业增加值增长", "固定资产投资增长", "社会消费品零售总额增长"],
        ),
        ("水果、蔬菜、茶叶产量分别达20万吨、40万吨和19万吨", ["水果产量", "蔬菜产量", "茶叶产量"]),
        ("城镇和农村居民人均可支配收入分别增长4%和5%", ["城镇居民人均可支配收入增长", "农村居民人均可支配收入增长"]),
        ("政府会议和发文数量分别减少15%和20%", ["政府会议数量减少", "发文数量减少"]),
        ("进口货值、外资企业、免税销售额分别增长3%、4%、5%", ["进口货值增长", "外资企业增长", "免税销售额增长"]),
        ("进口和出口同比分别下降2%和3%", ["进口同比下降", "出口同比下降"]),
        ("城镇化率提高1个百分点，达到65%", ["城镇化率提高", "城镇化率"]),
        ("二、2031年主要任务\n改造老旧小区20个", ["改造老旧小区"]),
        ("1.加强农田水利基本建设,在全区各乡镇\n建成水库20座", ["建成水库"]),
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


def test_what_lasted_is_no_punctuation() -> None:
    """Where nothing but a mark follows, nothing is counted."""
    assert _metrics("连续5年、") == [None]


@pytest.mark.parametrize(
    ("text", "value", "direction"),
    [
        ("增长率为负3.2%", -3.2, None),
        ("投资增长－3.2%", -3.2, "down"),
        ("投资负增长3.2%", 3.2, "down"),
        ("误差正负3%", 3, None),
        ("减轻税负3%", 3, None),
        ("降低税负50亿元", 5_000_000_000, None),
    ],
)
def test_negative_rates(text: str, value: float, direction: str | None) -> None:
    """负 and a minus sign before a rate make it negative, and a negative growth is a fall."""
    (quantity,) = find_quantities(text)
    assert (quantity.value, quantity.direction) == (value, direction)


def test_a_list_that_does_not_match_its_rates_is_not_parted() -> None:
    """Three nouns and two rates: nobody can tell which is whose."""
    assert len(set(_metrics("甲产业、乙产业和丙产业分别增长6%和7%"))) == 1
