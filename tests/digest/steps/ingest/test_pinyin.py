"""Brackets that spell the characters before them are told from all other brackets."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.pinyin import find_pinyin


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("政协（zhèng xié）委员", ["（zhèng xié）"]),
        ("政协(zhèngxié)委员", ["(zhèngxié)"]),
        ("鄱(pó)阳湖", ["(pó)"]),
        ("鄱(po)阳湖", ["(po)"]),
        ("政(zheng)协(xie)", ["(zheng)", "(xie)"]),
        ("政协(zheng4 xie2)", ["(zheng4 xie2)"]),
        ("旅(lǚ)游、妇女(nü)、战略[lüè]", ["(lǚ)", "(nü)", "[lüè]"]),
        ("西安(xian)、西安(xi'an)", ["(xian)", "(xi'an)"]),
        ("重(zhong)要", ["(zhong)"]),
        ("政协(ZHENG XIE)、政协(Zhèng Xié)", ["(ZHENG XIE)", "(Zhèng Xié)"]),
        ("會議(hui yi)", ["(hui yi)"]),
    ],
)
def test_pinyin(text: str, found: list[str]) -> None:
    """A character, a word; with tone marks, tone numbers or neither; joined or apart."""
    assert [text[cut.start : cut.end] for cut in find_pinyin(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        *("国内生产总值（GDP）", "协定（RCEP）", "网络(5G)", "认证（ISO9001）", "智能(AI)", "智能(ai)", "应用(app)"),
        *(
            "加强(a)协商",
            "中国(China)",
            "女性(women)",
            "项目(can)",
            "咖啡(café)",
            "(zhèng)前面没有字",
            "“1+N”模式(A/B/C)",
        ),
        *("协商(2023)", "会议( )", "提案(　)", "政(zhèng xié)"),
    ],
)
def test_other_brackets(text: str) -> None:
    """Abbreviations, English, numbering, and more syllables than characters."""
    assert list(find_pinyin(text)) == []
