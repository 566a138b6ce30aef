"""Gaps between characters close, gaps between words stay; a mark printed twice counts once."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.spacing import find_doubled_punctuation, find_spaced_text
from huimou.language.text import apply_cuts, view_whole


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("政 府 工 作 报 告", "政府工作报告"),
        ("　　政　府　工　作　报　告", "　　政府工作报告"),
        ("一 、 2 0 2 3 年 工 作 回 顾", "一、2023年工作回顾"),
        ("（ 一 ） 加 强 协 商", "（一）加强协商"),
        ("政 府 工作 报 告", "政府工作报告"),
        ("投 资 1 2 . 8 亿 元 ， 以 G D P 增 长 6 . 5 % 为 目 标 。", "投资12.8亿元，以GDP增长6.5%为目标。"),
        ("全市 投资 12.8 亿元 ， 增长 6.5% ， 办理 提案 325 件 。", "全市投资12.8亿元，增长6.5%，办理提案325件。"),
        ("完成投资 1 2 . 8 亿元,16名", "完成投资 12.8亿元,16名"),
        ("走访企业1 , 3 0 0 余家,1 6 名委员", "走访企业1,300余家,16名委员"),
        ("走 访 1 2 0 户", "走 访 120户"),
        ("走访企业1 2 0 余家", "走访企业120余家"),
        ("走访 1 2 0 余 家 ，", "走访 120余 家 ，"),
        ("新建 基站 3 000 个 ， 新增 就业 12 345 人 ， 全部 办结", "新建基站3 000个，新增就业12 345人，全部办结"),
        ("总额 1 2 . 8 亿 元，增长6%", "总额 12.8亿元，增长6%"),
        ("政\n协\n工\n作\n报\n告\n\n一年来", "政协工作报告\n\n一年来"),
    ],
)
def test_spaced_text(text: str, read: str) -> None:
    """Titles, paragraphs, numbers; character by character or word by word; upright titles."""
    assert apply_cuts(view_whole(text), find_spaced_text(text)).text == read


@pytest.mark.parametrize(
    "text",
    [
        *(
            "区政协主席 周 宁",
            "习 近 平",
            "张三 李四 王五 赵六 孙七",
            "2023 年 1 月 15 日",
            "投资 12.8 亿元，增长 6.5%。",
        ),
        *("提案 8 9 7 6", "分别为8 9件", "12 15 18 件", "- 进一步  加强政协机关建设", "— 3 —", "第 3 页 共 20 页"),
        *("5 6 7 件", "提案 5 6 7 件", "办结 5 6 7 件 8 9 4 件", "分别为5 6 7 件", "　5 6 7 件", "分别为 3 , 5 件"),
        *("新建基站3 000个，新增就业12 345人", "投资 1 234 567 元", "3 000 个", "走访 1 2 000 户"),
        *("召开会议12次 ，办理提案", "A B C D", "项目 | 数量 | 单位 | 年份"),
    ],
)
def test_other_spaces(text: str) -> None:
    """Names, dates, tables, lists and spaces around figures are nobody's damage."""
    assert list(find_spaced_text(text)) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("会议，，提案", "会议，提案"),
        ("完成。。", "完成。"),
        ("完成。 。 下一步", "完成。 下一步"),
        ("提案、、信息,，会议", "提案、信息,会议"),
        ("完成，。下一步", "完成。下一步"),
        ("1、、提案", "1、提案"),
        ("增长12，，其中", "增长12，其中"),
    ],
)
def test_doubled_punctuation(text: str, read: str) -> None:
    """The strongest of the marks stays where it stands."""
    assert apply_cuts(view_whole(text), find_doubled_punctuation(text)).text == read


@pytest.mark.parametrize(
    "text", ["……——", "12,,345", "《甲》，《乙》、“丙”，“丁”", "好！！", "1.2.3", "时间：10:30", "a...b"]
)
def test_other_punctuation(text: str) -> None:
    """Ellipses, dashes, marks beside quotation marks and inside numbers stay."""
    assert list(find_doubled_punctuation(text)) == []
