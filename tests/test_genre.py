"""Whether a text is taken for an annual work report."""

import pytest

from huimou.stages.facts import read_facts
from huimou.stages.genre import why_no_report
from huimou.stages.segment import segment

NO_REPORTS = {
    "novel": "第一章 归来\n\n天色将晚,李二背着柴下山。他想起去年的事。\n\n老槐树还在,只是人都散了。\n" * 8,
    "contract": "房屋租赁合同\n\n一、租赁期限自2023年1月1日起一年。\n二、租金每月3000元。\n三、争议由法院管辖。\n",
    "news": "市政协召开专题协商会\n\n本报讯 3月5日,市政协开会,围绕老旧小区改造议政。\n",
}
REPORTS = {
    "titled": "政协青松市委员会常务委员会工作报告\n\n2023年,市政协组织视察9次。\n\n2024年工作安排\n\n加强自身建设。\n",
    "spaced title": "政 府 工 作 报 告\n\n2023年,全区新建道路12公里。\n",
    "no title": "过去一年,青松市政协召开全体会议1次,收到提案268件,立案231件。组织委员视察9次,形成报告6篇。\n",
    "a department": "市教育局2023年工作总结\n\n新建学校5所。\n\n2024年工作打算\n\n新建学校3所。\n",
}


def verdict(text: str) -> str | None:
    """Why the text is refused, if it is."""
    outline = segment(text)
    return why_no_report(text, outline, read_facts(text, outline))


@pytest.mark.parametrize("name", NO_REPORTS)
def test_other_texts_are_refused_with_a_reason(name: str) -> None:
    """A novel, a contract and a news story are told apart from a report, in one line."""
    assert verdict(NO_REPORTS[name])


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_accepted(name: str) -> None:
    """A title, spaced or not, a plan heading, or a look back by a known body makes a report."""
    assert verdict(REPORTS[name]) is None
