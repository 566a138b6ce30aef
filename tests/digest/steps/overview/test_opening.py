"""overview.opening: the line of a year in the report's own words, and the 总体要求 in one sentence."""

from __future__ import annotations

import pytest

from huimou.digest.steps.overview.opening import find_plan_lines, find_review_line, summarise_requirement
from huimou.digest.steps.segment import segment

REVIEW = """政协白河市委员会2031年工作回顾

一、2031年工作回顾

{general}

(一)聚焦发展大局。围绕装备制造业升级开展调研9次,召开座谈会14场。{inside}

(二)服务民生改善。组织委员开展义诊21场,服务群众3200人次。以方便群众办事为主线,推进窗口建设。

二、2032年主要任务

{requirement}

(一){heading}。召开专题协商会4次。
(二)深化为民服务。新建工作室20个。{plan}
"""


def report(**parts: str) -> str:
    """A made-up report."""
    return REVIEW.format(
        **dict.fromkeys(("general", "inside", "requirement", "plan"), "") | {"heading": "加强协商议政"} | parts
    )


def review_line(text: str) -> str | None:
    """The review's line."""
    line = find_review_line(text, segment(text), text.index("(一)"))
    return line.text if line else None


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"general": "2031年,市政协把助推乡村振兴作为全年工作的主线,取得新成绩。"}, "把助推乡村振兴作为全年工作的主线"),
        ({"general": "一年来,全力建设“实干、亲民、清廉”政协。"}, "建设“实干、亲民、清廉”政协"),
        (
            {"general": "过去一年,面对特大洪水的严峻考验,市政协团结带领委员,认真履行政治协商、民主监督职能。"},
            "面对特大洪水的严峻考验，履行政治协商、民主监督职能",
        ),
        ({"inside": "把服务企业作为贯穿全年的重大政治任务。"}, "把服务企业作为贯穿全年的重大政治任务"),
        ({"general": "2031年,市政协以改革发展思想为指导,取得新成绩。"}, None),
    ],
)
def test_line_of_the_review(parts: dict[str, str], line: str | None) -> None:
    """What is said of the whole year; the line of one piece of work is none."""
    assert review_line(report(**parts)) == line


def test_what_the_report_keeps_coming_back_to_is_its_line() -> None:
    """A frame with a name that recurs counts wherever it stands; one whose name stands once does not."""
    inside = "市政协以“有事来商量”行动为统领,推动难题化解。“有事来商量”行动进社区。开展“有事来商量”行动300次。"
    assert review_line(report(inside=inside)) == "以“有事来商量”行动为统领"
    assert review_line(report(inside="市政协以“邻里说事”行动为统领,推动难题化解。")) is None


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        ({"heading": "把推进产业强市作为贯穿全年工作的主线"}, ("把推进产业强市作为贯穿全年工作的主线",)),
        (
            {
                "requirement": "2032年市政协工作的总体要求是:以改革发展思想为指导,把服务产业强市作为工作主线,"
                "把广泛凝聚共识作为中心环节,为现代化建设贡献力量。"
            },
            ("把服务产业强市作为工作主线", "把广泛凝聚共识作为中心环节"),
        ),
        ({"plan": "要把防汛救灾作为各项工作的首要政治任务。"}, ("把防汛救灾作为各项工作的首要政治任务",)),
        ({"plan": "把窗口建设作为首要任务。"}, ()),
        ({}, ()),
    ],
)
def test_lines_of_the_plan(parts: dict[str, str], lines: tuple[str, ...]) -> None:
    """From a heading, the 总体要求, or a sentence of the whole year's work; two at most."""
    text = report(**parts)
    assert tuple(line.text for line in find_plan_lines(text, segment(text))) == lines


def test_requirement_in_one_sentence() -> None:
    """The guiding thought and the lines stay, in the order of the text; purposes go; a short one needs no summary."""
    long = (
        "市政协工作的总体要求是:以改革发展思想为指导,全面贯彻全国两会和省委全会精神,认真落实市委七届五次全会的部署安排,"
        "把服务产业强市作为工作主线,把加强思想政治引领作为中心环节,不断提升政治协商、民主监督、参政议政的质量和水平,"
        "为加快推进白河现代化建设、谱写高质量发展新篇章贡献智慧和力量。"
    )
    summary = summarise_requirement([long])
    assert summary is not None
    assert summary.startswith("以改革发展思想为指导，")
    assert "把服务产业强市作为工作主线，把加强思想政治引领作为中心环节" in summary
    assert "贡献" not in summary
    assert len(summary) <= 85
    assert summarise_requirement(["坚持团结和民主两大主题。"]) is None
    assert summarise_requirement([]) is None
