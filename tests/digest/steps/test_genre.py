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
    "a README": "# 报告摘要工具\n\n把政府工作报告读成摘要。\n\n## 安装\n\n```\npip install somepackage\n```\n\n## 用"
    "法\n\n"
    "过去一年的工作报告、2023年工作总结都可以读。\n",
    "a README in English": "# Sample reports\n\nReports of city committees (政协), kept as found: 工作报告, 工作总结,"
    " 回眸.\n\n"
    "They are test data. Nothing is ever written here, and no rule may fit only these.\n",
    "what a folder holds": "`a-2020.txt`政协青松市委员会：2020年，报告解读。\n"
    "`b-2023.txt`政协云澜市委员会：2023年，工作回眸。\n",
    "a list of changes": "# Changelog\n\n## 1.2\n\n- 新增政府工作报告的读取\n- 2023年以来的问题改了12个。\n",
    "notes on writing": "政府工作报告怎么写\n\n- 先写过去一年工作回顾，再写今年安排。\n- 全市就业增长6%，我市的写法可"
    "以借鉴。\n",
    "notes of a listener": "听报告的笔记\n\n市长作政府工作报告，记了几点：\n1. 去年建学校3所。\n2. 今年要建5所。\n",
    "a person's year": "2023年工作总结\n\n一年来，我在办公室主任的领导下努力工作。现将本人一年来的工作情况总结如下："
    "\n\n一、工作方面\n\n"
    "1. 我负责公文收发，全年收文320件。\n2. 我参加调研5次，撰写材料12篇。\n\n二、今后的打算\n\n我将加强学习。\n",
    "a person's account of duty": "述职述廉报告\n\n市教育局副局长 张明\n\n2023年，分管基础教育工作，新建学校3所。\n\n"
    "二、下一步工作安排\n\n继续新建学校2所。\n",
    "a teacher's year": "年度工作总结\n\n作为一名教师，我这一年的工作总结如下。\n\n- 我带三个班，课时360节。\n- 上公"
    "开课2次。\n",
    "minutes by name": "青松市政协第八次主席会议纪要\n\n会议听取了2022年提案工作情况的汇报，研究2023年工作安排。\n\n"
    "会议议定全年协商6次。\n",
    "minutes by their fields": "研究2023年工作总结和2024年工作安排\n\n时间：1月8日\n地点：三楼\n参加人员：全体党组成"
    "员\n\n"
    "李明：过去一年完成项目12个。\n",
    "news of a report": "青松市政府工作报告亮点：去年新建学校6所\n\n本报记者 王明\n\n市长作政府工作报告。记者从会上获"
    "悉，过去一年新建"
    "学校6所。\n\n“报告让人振奋。”市人大代表张红说，今年的工作安排实在。\n",
    "news of what members think": "常务委员会工作报告引发热议\n\n青松日报讯 委员们分组讨论工作报告。王强委员表示，过"
    "去一年，市政协"
    "召开会议12次，成绩显著。\n",
    "a table of contents": "目 录\n\n政府工作报告……………………1\n人大常委会工作报告…………23\n法院工作报告………45\n",
    "an agenda": "市政协十三届三次会议议程\n\n一、听取和审议常务委员会工作报告\n二、听取提案工作情况报告\n",
    "a speech": "在青松市政协新年茶话会上的讲话\n\n一年来，市政协团结各界，作出新的贡献。希望大家再接再厉。\n",
}
REPORTS = {
    "saluted": "各位代表：\n\n现在，我代表市人民政府，向大会报告政府工作，请予审议。\n\n新建学校6所。\n",
    "with a line from the hall": "青松市政协会议3月5日上午在市会堂开幕，主席李明作常委会工作报告。\n\n"
    "一、过去一年工作回顾\n\n召开全体会议1次。\n\n二、今后工作安排\n\n召开议政会2次。\n",
    "titled": "政协青松市委员会常务委员会工作报告\n\n2023年,市政协组织视察9次。\n\n2024年工作安排\n\n加强自身建设。\n",
    "spaced title": "政 府 工 作 报 告\n\n2023年,全区新建道路12公里。\n",
    "no title": "过去一年,青松市政协召开全体会议1次,收到提案268件,立案231件。组织委员视察9次,形成报告6篇。\n",
    "a report behind its contents": "目录\n\n一、过去一年工作回顾……1\n二、今后工作安排……9\n\n市教育局2023年工作总结\n"
    "\n"
    "一、过去一年工作回顾\n\n新建学校5所。\n\n二、今后工作安排\n\n新建学校3所。\n",
    "a newspaper's page of it": "凝心聚力谱新篇\n——市政协2023年工作回眸\n\n本报记者 王明\n\n一年来，市政协召开会议12"
    "次，提交报告6篇。\n\n"
    "“作为一名委员，我参加了9次视察。”李红说。\n",
    "a report in the first person of its body": "市人民检察院工作报告\n\n一年来，我院在市委的领导下办案320件，我们始"
    "终坚持"
    "严格执法，向当事人本人答复12次。\n\n2024年，我们将继续努力。\n",
    "a body's own account of duty": "县教育局领导班子2023年述职述廉报告\n\n一年来，我们新建学校5所。"
    "\n\n下一步工作打算\n\n新建学校3所。\n",
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
