"""What is printed behind the end of a report."""

from __future__ import annotations

import pytest

from marked_report import list_wrong_lines

_REPORT = """T 临川市人民政府工作报告
F 各位代表：
F 现在，我代表市人民政府，向大会报告工作，请予审议。
R 一、2024年工作回顾
R 新建学校3所。
P 二、2025年主要任务
P （一）扩大有效投资。安排重点项目180个，完成投资320亿元。
P （二）改善民生。新建学校5所，新增学位6000个。
"""
_CALLS = [
    "各位代表，让我们团结奋斗，谱写临川新篇章！",
    "各位代表！蓝图已绘就。让我们更加紧密地团结在以习近平同志为核心的党中央周围，为建设美好临川而努力奋斗！",
    "新征程上，使命光荣。我们要在市委的坚强领导下，团结带领全市人民，为建设现代化临川而不懈奋斗！",
]
_TITLES = [
    "名词解释：", "附注：", "【名词解释】", "有关用语解释", "注释：", "名词注解", "（名词解释）", "附件：名词解释",
    "相关词语说明", "附：名词解释", "附件1：名词解释", "附件 名词解释", "《政府工作报告》有关用语说明",
    "政府工作报告名词解释", "部分名词解释", "名词术语解释", "“政府工作报告”名词解释", "注：", "备注：", "说明：",
    "附录", "附录：有关名词释义", "附：有关术语说明", "解释说明", "〔名词解释〕", "名 词 解 释",
    "附：报告中部分词语的解释", "名词解释（以报告出现先后为序）", "小词典", "知识链接", "相关名词解读", "新词解释",
    "——名词解释——",
]  # fmt: skip
_NOTES = [
    (
        "1.“一网通办”：是指依托政务平台，实现线上线下融合办理，2023年10月启动，目标是2026年覆盖率达到95%。",
        "2.新农合：全称新型农村合作医疗，2011年政府补助标准达到每人每年200元。",
    ),
    ("①“两新一重”：新型基础设施建设，重大工程建设。", "②“十五五”规划目标任务：指2026年至2030年的发展目标。"),
    ("【一网统管】指依托城市运行管理平台，建设统一的指挥体系。", "【河长制】由各级党政负责人担任河长。"),
    (
        "三项制度：行政执法公示制度、全过程记录制度、重大决定法制审核制度。",
        "“四上”企业：规模以上工业企业、资质等级建筑业企业",
    ),
]


@pytest.mark.parametrize("call", _CALLS)
@pytest.mark.parametrize("title", _TITLES)
def test_notes_behind_the_end_are_left_out(title: str, call: str) -> None:
    """Whatever their title is, and however they are printed."""
    for notes in _NOTES:
        lines = "".join(f"B {line}\n" for line in (title, *notes))
        assert list_wrong_lines(f"{_REPORT}C {call}\n{lines}") == []


@pytest.mark.parametrize("call", _CALLS)
@pytest.mark.parametrize(
    "tail",
    [
        "临川市主要经济指标对比表\n指标 | 2023年 | 2024年\n地区生产总值 | 1210亿元 | 1286亿元",
        "联系人：张三　电话：0715-1234567",
        "附表：2025年重点项目\n项目名称\t总投资\t年度投资\n临川大道\t3亿元\t1亿元",
        "序号　指标　单位　目标\n1　地区生产总值　亿元　1380\n2　城镇新增就业　人　6000",
        "（共印300份）",
        "抄送：市委办公室，市人大常委会办公室。",
        "附图：2025年重点项目分布示意图",
    ],
)
def test_tables_and_addresses_behind_the_end_are_left_out(tail: str, call: str) -> None:
    """They need no title."""
    assert list_wrong_lines(f"{_REPORT}C {call}\n" + "".join(f"B {line}\n" for line in tail.splitlines())) == []


@pytest.mark.parametrize("title", ["附件：2025年十件民生实事", "2025年市政府为民办实事项目"])
def test_promised_works_behind_the_end_are_tasks(title: str) -> None:
    """What is attached may be a part of the plan."""
    works = f"P {title}\nP 1.新增公办幼儿园学位3000个。\nP 2.改造农村公路60公里。\n"
    assert list_wrong_lines(f"{_REPORT}C {_CALLS[0]}\n{works}") == []


def test_a_call_in_the_middle_ends_nothing() -> None:
    """The report goes on under the next number."""
    more = "P 三、加强政府自身建设\nP 推进政务公开，办好热线电话。\n"
    assert list_wrong_lines(f"{_REPORT}C {_CALLS[0]}\n{more}C 各位代表，让我们携手奋进，为建设幸福临川而奋斗！\n") == []


def test_thanks_for_listening_close_the_report() -> None:
    """After the call, or instead of it."""
    assert list_wrong_lines(f"{_REPORT}C {_CALLS[0]}\nC 我的报告完了，谢谢大家！\n") == []


def test_signature_and_date_at_the_end() -> None:
    """They are front matter, printed behind."""
    assert list_wrong_lines(f"{_REPORT}C {_CALLS[0]}\nF 临川市人民政府办公室\nF 2025年1月10日\n") == []
