"""Whether a text is taken for an annual work report."""

import pytest

from huimou.digest.steps.facts import read_facts
from huimou.digest.steps.genre import explain_not_a_report
from huimou.digest.steps.segment import segment

NO_REPORTS = {
    "novel": "第一章 归来\n\n天色将晚,李二背着柴下山。他想起去年的事。\n\n老槐树还在,只是人都散了。\n" * 8,
    "contract": "房屋租赁合同\n\n一、租赁期限自2023年1月1日起一年。\n二、租金每月3000元。\n三、争议由法院管辖。\n",
    "an untitled contract": "甲方：青松市政协办公室\n乙方：某印务公司\n\n2023年印制报告500册，全年工作结束后付款。\n",
    "news": "市政协召开专题协商会\n\n本报讯 3月5日,市政协开会,围绕老旧小区改造议政。\n",
    "news of a session": "全国政协会议闭幕\n\n央视网消息：政协会议10日上午在京闭幕。会议听取和审议了常委会工作报告。"
    "过去一年，政协收到提案5000件。",
    "a resolution on a report": "关于政府工作报告的决议\n\n会议充分肯定过去一年的工作,同意2025年总体要求。\n",
    "a law": "# 青松市城市管理条例\n\n第一条 市人民政府每年向人大常委会报告工作。\n\n第二条 本条例自2023年起施行。\n",
    "a speech": "在青松市政协新年茶话会上的讲话\n\n一年来，市政协团结各界，作出新的贡献。希望大家再接再厉。\n",
}
REPORTS = {
    "saluted": "各位代表：\n\n现在，我代表市人民政府，向大会报告政府工作，请予审议。\n\n新建学校6所。\n",
    "with a line from the hall": "青松市政协会议3月5日上午在市会堂开幕，主席李明作常委会工作报告。\n\n"
    "一、过去一年工作回顾\n\n召开全体会议1次。\n\n二、今后工作安排\n\n召开议政会2次。\n",
    "titled": "政协青松市委员会常务委员会工作报告\n\n2023年,市政协组织视察9次。\n\n2024年工作安排\n\n加强自身建设。\n",
    "spaced title": "政 府 工 作 报 告\n\n2023年,全区新建道路12公里。\n",
    "no title": "过去一年,青松市政协召开全体会议1次,收到提案268件,立案231件。组织委员视察9次,形成报告6篇。\n",
    "a department": "市教育局2023年工作总结\n\n新建学校5所。\n\n2024年工作打算\n\n新建学校3所。\n",
}


def verdict(text: str) -> str | None:
    """Why the text is refused, if it is."""
    outline = segment(text)
    return explain_not_a_report(text, outline, read_facts(text, outline))


@pytest.mark.parametrize("name", NO_REPORTS)
def test_other_texts_are_refused_with_a_reason(name: str) -> None:
    """A novel, a contract and a news story are told apart from a report, in one line."""
    assert verdict(NO_REPORTS[name])


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_accepted(name: str) -> None:
    """A title, spaced or not, a plan heading, or a look back by a known body makes a report."""
    assert verdict(REPORTS[name]) is None
