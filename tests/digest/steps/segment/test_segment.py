"""A report becomes sentences, units and sections, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.segment import segment
from huimou.evaluation.evaluate import _role_accuracy
from huimou.language.text import fold_width
from huimou.model.report import Outline
from places import ROOT

_SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "一、2023年工作回顾",
                "二、2024年主要任务",
                "（一）",
                "■",
                "- ",
                "## ",
                "1.",
                "——",
                "**",
                "\n",
                "\n\n",
                "\n\n\n\n",
                "　　",
            ),
            *(
                "召开协商会6次",
                "聚焦民生开展监督",
                "衷心感谢",
                "认识到还有不足",
                "总体要求是",
                "河湾日报记者 林舒",
                "名词解释",
                "让我们奋斗",
            ),
            *("，", "。", "；", "：", "“", "”", "?", "!", "……"),
        ]
    ),
    max_size=40,
).map("".join)
_REPORT = """政协临河区委员会常务委员会工作报告

各位委员：
我代表区政协常委会，向大会报告工作，请予审议。
一、2023年工作回顾
过去的一年，区政协召开全体会议1次、常委会会议6次。
（一）协商议政更加有力。围绕园区提质开展专题协商8场，提出建议52条。一批建议在全区推广。
（二）开展民主监督。组织视察12次；推动整改问题71个。
（三）服务群众更有温度
一是办实事。解决停车难题24处。二是送服务。义诊1300人次。
同时，我们也清醒地看到，协商成果转化还不够快，委员作用发挥不够充分。
二、2024年主要任务
2024年是区政协实干争先的关键一年。今年工作的总体要求是：围绕中心，履职为民。
重点抓好以下工作：
（一）深化协商民主。建成“邻里议事厅”20个。
（二）加强队伍建设。完善履职档案。
各位委员，让我们团结一心，奋力谱写临河发展新篇章！
"""


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _check(text: str, outline: Outline) -> None:
    last = 0
    for number, sentence in enumerate(outline.sentences, 1):
        assert sentence.n == number
        assert not text[last : sentence.start].strip()
        assert text[sentence.start : sentence.end].strip()
        last = sentence.end
    assert not text[last:].strip()
    edges = [0, *(section.end for section in outline.sections)]
    assert [section.start for section in outline.sections] == edges[:-1]
    assert edges[-1] == len(text)
    in_units = [n for unit in outline.units for n in unit.sentences]
    assert sorted([*in_units, *outline.left_out]) == [sentence.n for sentence in outline.sentences]
    assert len({unit.id for unit in outline.units}) == len(outline.units)
    assert set(outline.requirement) <= set(outline.left_out)


@given(_PIECES)
def test_every_sentence_has_one_place(text: str) -> None:
    """Sentences tile the text, sections cover it, and each sentence is in one unit or left out with a reason."""
    _check(text, segment(text))


@given(st.text(max_size=200))
def test_any_text_is_cut(text: str) -> None:
    """Text that is no report at all is cut by the same rules."""
    _check(text, segment(text))


@pytest.mark.parametrize("path", _SEEDS, ids=lambda path: path.stem)
def test_samples_are_cut_without_loss(path: Path) -> None:
    """The sample reports keep the same invariants."""
    text = _read(path)
    _check(text, segment(text))


@pytest.mark.parametrize("path", _SEEDS, ids=lambda path: path.stem)
def test_roles_agree_with_the_annotation(path: Path) -> None:
    """At least 97 % of the characters lie in sections of the role that a person gave them."""
    gold = json.loads((ROOT / "fixtures" / "gold" / f"{path.stem}.json").read_text(encoding="utf-8"))
    sections = [{"role": s.role, "start": s.start, "end": s.end} for s in segment(_read(path)).sections]
    assert _role_accuracy(sections, gold["sections"]) >= 0.97


def _units(text: str) -> list[tuple[str, tuple[str, ...], str]]:
    outline = segment(text)
    numbered = {s.n: text[s.start : s.end] for s in outline.sentences}
    return [(u.role, u.headings, "".join(numbered[n] for n in u.sentences)) for u in outline.units]


def test_units_stand_under_their_headings() -> None:
    """Each unit knows its section, its path of headings and the sentences that may rest an item."""
    assert _units(_REPORT) == [
        ("review", ("2023年工作回顾",), "过去的一年，区政协召开全体会议1次、常委会会议6次。"),
        ("review", ("2023年工作回顾",), "围绕园区提质开展专题协商8场，提出建议52条。一批建议在全区推广。"),
        ("review", ("2023年工作回顾",), "组织视察12次；推动整改问题71个。"),
        (
            "review",
            ("2023年工作回顾", "服务群众更有温度"),
            "解决停车难题24处。二是送服务。义诊1300人次。",
        ),
        (
            "shortcomings",
            ("2023年工作回顾", "服务群众更有温度"),
            "同时，我们也清醒地看到，协商成果转化还不够快，委员作用发挥不够充分。",
        ),
        ("plan", ("2024年主要任务",), "建成“邻里议事厅”20个。"),
        ("plan", ("2024年主要任务",), "完善履职档案。"),
    ]


def test_requirement_is_found() -> None:
    """The plan's 总体要求 is left out of the tasks and kept as the requirement."""
    outline = segment(_REPORT)
    (number,) = outline.requirement
    sentence = outline.sentences[number - 1]
    assert _REPORT[sentence.start : sentence.end] == "今年工作的总体要求是：围绕中心，履职为民。"


def test_lead_sentence_heads_its_unit() -> None:
    """The short first sentence of a numbered paragraph is its title, not a deed."""
    outline = segment(_REPORT)
    leads = [_REPORT[s.start : s.end] for u in outline.units if u.lead for s in outline.sentences if s.n == u.lead]
    assert "（二）开展民主监督。" in leads
    assert all(outline.left_out[u.lead] == "heading" for u in outline.units if u.lead)


def test_first_of_several_shortcomings_is_no_heading() -> None:
    """「一是……。二是……。」 under shortcomings lists as many of them."""
    text = "政协总结\n\n一、2023年回顾\n\n召开会议6次。\n\n二、存在的问题\n\n一是调研深度不够。二是经费不足。\n"
    assert _units(text)[-1][2] == "一是调研深度不够。二是经费不足。"


def test_half_and_full_width_are_the_same() -> None:
    """Punctuation and digits of either width give the same sentences, units and sections."""
    half = fold_width(_REPORT)
    wide = half.translate({code: code + 0xFEE0 for code in map(ord, "0123456789,:;!()")})
    one, other = segment(half), segment(wide)
    assert (one.sentences, one.units, one.left_out) == (other.sentences, other.units, other.left_out)
    assert [(s.role, s.start, s.end) for s in one.sections] == [(s.role, s.start, s.end) for s in other.sections]


def test_traditional_script_is_the_same() -> None:
    """A report in traditional characters is cut as its simplified twin."""
    simplified = (
        "政协清江市委员会报告\n一、2022年工作回顾\n（一）开展民主监督。组织视察9次。\n"
        "二、2023年工作安排\n（一）深化协商。制定计划。\n"
    )
    traditional = (
        "政協清江市委員會報告\n一、2022年工作回顧\n（一）開展民主監督。組織視察9次。\n"
        "二、2023年工作安排\n（一）深化協商。制定計劃。\n"
    )
    one, other = segment(simplified), segment(traditional)
    assert (one.sentences, one.units, one.left_out) == (other.sentences, other.units, other.left_out)


def test_one_sentence_about_next_year_is_the_plan() -> None:
    """In a report without a plan section, the sentence that says what will be done is its plan."""
    text = (
        "同心履职谱新篇\n\n民主监督，落实更有力\n\n组织专项监督5次，推动整改问题71个。"
        "2024年，市政协将围绕教育公平开展专题视察。\n"
    )
    assert [(role, body) for role, _, body in _units(text)] == [
        ("review", "组织专项监督5次，推动整改问题71个。"),
        ("plan", "2024年，市政协将围绕教育公平开展专题视察。"),
    ]


def test_announcing_line_is_above_nothing() -> None:
    """「重点抓好以下工作：」 does not take the place of the section's heading."""
    text = "政协临河区委员会\n一、2023年工作回顾\n一年来，主要做了以下工作：\n（一）强化监督\n组织视察12次。\n"
    assert _units(text)[0][1] == ("2023年工作回顾", "强化监督")


def test_heading_replaces_those_of_its_rank() -> None:
    """一、 closes the （一） below the one before it; bold and glyphs count as dress."""
    text = (
        "政协临河区委员会\n**一、2023年工作回顾**\n**（一）强化监督**\n组织视察12次。\n**（二）服务发展**\n走访企业30家。\n"
        "**二、2024年主要工作**\n召开协商会8次。\n"
    )
    assert [headings for _, headings, _ in _units(text)] == [
        ("2023年工作回顾", "强化监督"),
        ("2023年工作回顾", "服务发展"),
        ("2024年主要工作",),
    ]


def test_broken_bytes_break_nothing_else() -> None:
    """Lost bytes and quotes without an end leave the other sentences as they are."""
    text = (
        "政协银沙市委员会\n一、2022年工作回顾\n召开“?业链”协商会4次。开展“直通车?活动9场。\n"
        "组织“书香政协活动12期。走访企业30家。\n"
    )
    bodies = [body for _, _, body in _units(text)]
    assert bodies == ["召开“?业链”协商会4次。开展“直通车?活动9场。", "组织“书香政协活动12期。走访企业30家。"]


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "。", "***"])
def test_nothing_to_cut(text: str) -> None:
    """A text without words has no units, and still one section to its end."""
    outline = segment(text)
    assert outline.units == ()
    assert outline.sections[-1].end == len(text)


def test_pledge_is_told_from_a_shortcoming() -> None:
    """The promise to do better is left out as such; a shortcoming in unusual words is not."""
    text = "总结\n\n一、2023年回顾\n\n召开会议6次。\n\n二、存在的问题\n\n一是治理任务较重。对此，我们将认真改进。\n"
    assert _units(text)[-1][2] == "一是治理任务较重。"
    assert "pledge" in segment(text).left_out.values()


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        (
            "各位代表！我们也清醒地认识到，项目进展较慢，民生欠账较多。对此，我们将认真解决。",
            ["rhetoric", None, "pledge"],
        ),
        ("存在的主要问题：一是经费不足；二是人手少；三是设备旧。", [None, None, None]),
        ("当然，工作中还有许多不尽如人意的地方，主要是：创新不够、亮点不多。", [None]),
    ],
)
def test_a_paragraph_opens_shortcomings(body: str, roles: list[str | None]) -> None:
    """A salutation before them and a promise behind them are left out; short ones are kept."""
    outline = segment(f"青松县人民政府工作报告\n\n一、2023年工作回顾\n\n新建学校6所。\n\n{body}\n")
    found = outline.sentences[3:]
    assert [outline.find_role(sentence.start) for sentence in found] == ["shortcomings"] * len(roles)
    assert [outline.left_out.get(sentence.n) for sentence in found] == roles


def test_shortcomings_begin_inside_a_paragraph() -> None:
    """A paragraph of the review may turn to what is wanting; what is no shortcoming ends it."""
    body = "办结提案32件。存在的主要问题：经费紧张，人手偏紧。下乡走访困难户86户。针对存在的问题：逐项整改。"
    outline = segment(f"青松县政协工作报告\n\n一、2023年工作回顾\n\n{body}\n")
    roles = [outline.find_role(sentence.start) for sentence in outline.sentences[2:]]
    assert roles == ["review", "shortcomings", "review", "review"]


def test_thanks_are_left_out_from_where_they_begin() -> None:
    """Thanks and the credit before them rest no item; a deed in the same paragraph does."""
    text = (
        "政协临河区委员会工作报告\n\n一、2023年工作回顾\n\n召开专题协商会6次，提出建议41条。\n\n"
        "组织委员慰问一线职工1200人。这些成绩来之不易，是区委正确领导的结果。在此，我向关心支持政协工作的同志们表示衷心感谢！\n"
    )
    outline = segment(text)
    reasons = [outline.left_out.get(sentence.n) for sentence in outline.sentences]
    assert reasons == ["title", "heading", None, None, "thanks", "thanks"]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("办好第六届青年艺术节。", None),
        ("青松县科技馆开馆试运行。", None),
        ("农村集体资产总量全省第一。", None),
        ("各位代表！", "rhetoric"),
        ("我们一定把群众的心上事放在心上，办成放心事、舒心事。", "rhetoric"),
        ("蓝图已经绘就，奋进正当其时！", "rhetoric"),
        ("环境就是民生，青山就是美丽。", "rhetoric"),
        ("让我们更加紧密地团结起来，为建设美好青松而努力奋斗！", "closing"),
    ],
)
def test_what_cannot_be_checked_needs_a_mark_of_its_own(sentence: str, reason: str | None) -> None:
    """A plain statement is kept though its verb is in no list; rhetoric is known by what it says."""
    outline = segment(f"青松县人民政府工作报告\n\n一、2024年工作回顾\n\n新建学校6所。{sentence}改造道路12条。\n")
    assert outline.left_out.get(4) == reason


def test_headings_that_a_profile_knows_open_its_sections() -> None:
    """A heading of the user's own profile says what follows, with or without its year in front."""
    text = "青松学会会务公报\n\n学术足迹\n\n举办年会1次。\n\n2025年前行方向\n\n举办论坛3场。\n"
    plain, told = segment(text), segment(text, {"前行方向": "plan"})
    place = text.index("论坛")
    assert (plain.find_role(place), told.find_role(place)) == ("review", "plan")
    assert told.find_role(text.index("年会")) == "review"
