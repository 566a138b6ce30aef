"""Years by sessions, dates, school years, halves of a year: stated, reckoned with evidence, or absent."""

from __future__ import annotations

import pytest

from huimou.digest.pipeline import outline_report
from huimou.language.profiles.profile import load_shipped_profiles
from huimou.model.report import Facts

WORK = "围绕中心、服务大局,认真履行职能,组织开展调研视察二十余次,各项工作取得新的成效,为经济社会发展作出了积极贡献。"
TITLE = "政协青岚县第九届委员会常务委员会工作报告"
AFTER_TEN = "——2025年1月8日在政协青岚县第十届委员会第一次会议上"
IN_DECEMBER = "——2024年12月28日在政协青岚县第九届委员会第四次会议上"
MEETING = "——2025年1月8日在政协青岚县第九届委员会第四次会议上"
CONGRESS = "在青岚县第十八届人民代表大会第四次会议上"
SCHOOL = "青岚县实验中学"
UNKNOWN = (None, None, "absent")


def _read(
    head: str, opening: str = "", review: str = "一、工作回顾", plan: str | None = "二、下一步工作打算"
) -> tuple[str, Facts]:
    parts = [head, review, opening + WORK, *([plan, "召开专题协商会,办好民生实事,加强自身建设。"] if plan else [])]
    text = "\n".join(parts)
    return text, outline_report(text, load_shipped_profiles())[1]


def _years(facts: Facts) -> tuple[object, ...]:
    review, plan = facts.review_years, facts.plan_year
    return review.start, review.end, review.basis, plan.start, plan.basis


@pytest.mark.parametrize(
    ("head", "opening", "years"),
    [
        (f"{TITLE}\n{MEETING}", "九届三次会议以来,", (2024, 2024, "inferred")),
        (f"{TITLE}\n{MEETING}", "政协九届三次会议以来,", (2024, 2024, "inferred")),
        (f"{TITLE}\n{MEETING}", "第九届委员会第三次会议以来,", (2024, 2024, "inferred")),
        (f"{TITLE}\n{MEETING}", "九届三次会议闭幕后,", (2024, 2024, "inferred")),
        (f"{TITLE}\n{MEETING}", "上次会议以来,", (2024, 2024, "inferred")),
        (f"{TITLE}\n{MEETING}", "九届一次会议以来,", (2022, 2024, "inferred")),
        (
            f"{TITLE}\n{AFTER_TEN}",
            "九届一次会议以来,",
            (2020, 2024, "inferred"),
        ),
        (
            f"{TITLE}\n{IN_DECEMBER}",
            "九届三次会议以来,",
            (2024, 2024, "inferred"),
        ),
        (f"{TITLE}\n(2025年1月8日)\n各位委员:", "九届三次会议以来,", (2024, 2024, "inferred")),
        (
            "九届三次会议以来提案工作报告\n——在县政协九届四次会议上\n(2025年1月8日)",
            "",
            (2024, 2024, "inferred"),
        ),
        (f"关于十八届三次会议以来建议办理情况的报告\n——2025年1月8日{CONGRESS}", "", (2024, 2024, "inferred")),
        ("工作报告\n——2025年1月8日在青岚公司三届五次职工代表大会上", "三届四次职代会以来,", (2024, 2024, "inferred")),
        (TITLE, "九届三次会议以来,", UNKNOWN),
        (f"{TITLE}\n{MEETING}", "九届五次会议以来,", UNKNOWN),
        (f"{TITLE}\n{MEETING}", "县委十四届六次会议以来,", UNKNOWN),
        (f"{TITLE}\n{MEETING}", "党的二十届三中全会以来,", UNKNOWN),
        (f"{TITLE}\n{MEETING}", "常委会上次会议以来,", UNKNOWN),
    ],
)
def test_years_since_a_session(head: str, opening: str, years: tuple[object, ...]) -> None:
    """A body meets once a year: both sessions and the day of the later one tell the years, one alone tells nothing."""
    assert _years(_read(head, opening)[1])[:3] == years


def test_evidence_of_a_session() -> None:
    """The year rests on the words that name the earlier session and on the line of the meeting."""
    text, facts = _read(f"{TITLE}\n{MEETING}", "九届三次会议以来,")
    quotes = [text[span.start : span.end] for span in facts.review_years.evidence]
    assert quotes == [MEETING, f"九届三次会议以来,{WORK}"]


@pytest.mark.parametrize(
    "head",
    [
        f"——2025年1月8日{CONGRESS}",
        f"(2025年1月8日{CONGRESS})",
        f"——二〇二五年一月八日{CONGRESS}",
        f"——二○二四年十二月二十八日{CONGRESS}",
        f"(二〇二五年元月八日)\n{CONGRESS}",
        f"{CONGRESS}(2025年1月8日)",
        f"——2025年1月{CONGRESS}",
        f"{CONGRESS}\n(2025.1.8)",
        f"{CONGRESS}\n县长 陈立\n(2025年1月8日)",
        f"{CONGRESS}\n县长 陈立(2025年1月8日)",
        "青岚县人民政府县长 陈立\n2025年1月8日\n各位代表:",
    ],
)
def test_the_day_of_the_meeting(head: str) -> None:
    """However the day is written, 过去一年 is the year before the one that begins."""
    assert _years(_read(f"政府工作报告\n{head}", "过去一年,")[1]) == (2024, 2024, "inferred", 2025, "inferred")


@pytest.mark.parametrize(
    ("day", "opening", "review", "plan", "years"),
    [
        ("2025年1月8日", "", "一、去年工作回顾", "二、今年工作安排", (2024, 2024, "inferred", 2025, "inferred")),
        ("2025年1月8日", "", "一、2024年工作回顾", "二、今年工作安排", (2024, 2024, "stated", 2025, "inferred")),
        ("2025年1月8日", "", "一、过去五年工作回顾", "二、今后五年目标", (2020, 2024, "inferred", 2025, "inferred")),
        ("2025年1月8日", "", "一、过去三年工作回顾", "二、2025年工作安排", (2022, 2024, "inferred", 2025, "stated")),
        ("2025年1月8日", "一年来,", "一、工作回顾", None, (2024, 2024, "inferred", None, "absent")),
        ("2024年12月28日", "今年以来,", "一、工作回顾", "二、明年安排", (2024, 2024, "inferred", 2025, "inferred")),
        ("2024年7月20日", "今年以来,", "一、工作回顾", "二、下半年打算", (2024, 2024, "inferred", 2024, "inferred")),
        ("2024年7月20日", "一年来,", "一、工作回顾", None, (None, None, "absent", None, "absent")),
    ],
)
def test_years_of_a_dated_report(
    day: str, opening: str, review: str, plan: str | None, years: tuple[object, ...]
) -> None:
    """去年 and 今年 are reckoned from the day; at midsummer 一年来 may mean either year and tells none."""
    _, facts = _read(f"法院工作报告\n——{day}{CONGRESS}", opening, review, plan)
    assert _years(facts) == years
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("head", "review", "plan", "years"),
    [
        ("2024年上半年工作总结及下半年工作安排", "一、上半年工作", "二、下半年工作安排", (2024, "inferred")),
        ("2024年上半年工作总结", "一、主要工作", "二、下一步工作打算", (2024, "inferred")),
        ("2024年前三季度工作总结和四季度打算", "一、主要工作", "二、四季度工作打算", (2024, "inferred")),
        ("2024年上半年工作总结", "一、主要工作", None, (None, "absent")),
        ("2024年工作总结", "一、主要工作", "二、下一步工作打算", (2025, "inferred")),
    ],
)
def test_part_of_a_year(head: str, review: str, plan: str | None, years: tuple[object, ...]) -> None:
    """What follows the first half of a year is its second, and that is no conflict."""
    _, facts = _read(f"青岚县人民法院{head}", "", review, plan)
    assert _years(facts) == (2024, 2024, "stated", *years)
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("head", "opening", "plan", "years"),
    [
        ("2023—2024学年度工作总结", "", "二、下学年工作计划", (2023, 2024, "stated", 2025, "inferred")),
        ("2023-2024学年工作总结暨2024-2025学年工作计划", "", "二、工作计划", (2023, 2024, "stated", 2025, "stated")),
        ("2023—2024学年度工作总结", "", "二、2024—2025学年度工作计划", (2023, 2024, "stated", 2025, "stated")),
        ("2023/2024学年工作总结", "", None, (2023, 2024, "stated", None, "absent")),
        ("2023—24学年工作总结", "", None, (2023, 2024, "stated", None, "absent")),
        ("二〇二三—二〇二四学年度工作总结", "", "二、新学年思路", (2023, 2024, "stated", 2025, "inferred")),
        ("2023学年工作总结", "", None, (2023, 2024, "inferred", None, "absent")),
        ("2023至2024学年第一学期工作总结", "", "二、下学期打算", (2023, 2024, "stated", 2024, "inferred")),
        ("工作总结", "2023—2024学年度,学校立德树人,", "二、下学年工作设想", (2023, 2024, "stated", 2025, "inferred")),
        ("三学年发展情况总结", "", None, (None, None, "absent", None, "absent")),
        ("2021—2024学年发展情况总结", "", None, (None, None, "absent", None, "absent")),
    ],
)
def test_school_years(head: str, opening: str, plan: str | None, years: tuple[object, ...]) -> None:
    """A school year is two years; the plan of the next is of the year in which that ends."""
    assert _years(_read(SCHOOL + head, opening, "一、主要工作", plan)[1]) == years


@pytest.mark.parametrize(
    ("head", "opening", "review", "plan", "years"),
    [
        ("工作总结", "", "一、2024年工作总结", "二、2025—2026年工作计划", (2024, 2024, "stated", 2025, "stated")),
        ("二零二四年工作总结", "", "一、主要工作", "二、二零二五年打算", (2024, 2024, "stated", 2025, "stated")),
        (
            "工作总结",
            "2024年,县委领导,",
            "一、主要工作",
            "二、下一步打算",
            (2024, 2024, "stated", 2025, "inferred"),
        ),
        ("工作总结", "今年以来,", "一、主要工作", "二、2025年打算", (2024, 2024, "inferred", 2025, "stated")),
        ("工作总结", "去年,", "一、主要工作", "二、今年打算", (None, None, "absent", None, "absent")),
        (
            "工作总结",
            "获评2019年度文明县,比2018年多。",
            "一、主要工作",
            None,
            (None, None, "absent", None, "absent"),
        ),
        ("工作总结\n发布日期 2025年1月8日", "一年来,", "一、主要工作", None, (None, None, "absent", None, "absent")),
    ],
)
def test_years_without_a_meeting(
    head: str, opening: str, review: str, plan: str | None, years: tuple[object, ...]
) -> None:
    """A year is taken from what a heading or an opening says of it, never from any other that is printed."""
    assert _years(_read(f"青岚县政协{head}", opening, review, plan)[1]) == years


def test_a_plan_of_two_years() -> None:
    """A plan that names two years begins in the first and ends in the second."""
    plan = _read("青岚县政协2024年工作总结", "", "一、主要工作", "二、2025—2026年工作计划")[1].plan_year
    assert (plan.start, plan.end) == (2025, 2026)
