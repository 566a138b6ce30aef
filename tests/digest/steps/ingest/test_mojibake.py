"""Spoilt characters are pointed at, with a repair where one is safe."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth import measure_growth
from huimou.digest.steps.ingest.mojibake import condense_problems, find_damage, find_spoilt_passages

SIMPLE = "政协青山市委员会工作报告\r\n一、2022年工作回顾\r\n一年来,市政协召开协商会议12次,办理提案325件。\r\n"
TRADITIONAL = "政協青山市委員會工作報告\n一、2022年工作回顧\n一年來,市政協召開協商會議12次,辦理提案325件。\n"


def test_replacement_characters_are_reported() -> None:
    """A run of U+FFFD is one problem with its place."""
    (problem,) = find_damage("召开会议\ufffd\ufffd次。")
    assert (problem.code, problem.start, problem.end) == ("replacement_character", 4, 6)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("让我们团结奋进,再创辉煌\ufffd", True),
        ("让我们团结奋进\ufffd\ufffd", False),
        ("让我们\ufffd团结奋进。", False),
        ("让我们团结奋\ufffd\n", False),
    ],
)
def test_a_character_that_was_cut_off_is_told_from_others(text: str, cut: bool) -> None:  # noqa: FBT001
    """A single lost character at the very end says that the file may go on behind it."""
    (problem,) = find_damage(text)
    assert problem.code == "replacement_character"
    assert problem.message.startswith("文件末尾的一个字符不完整") == cut


def test_utf8_read_as_gbk_is_reported() -> None:
    """UTF-8 that somebody read as GBK is found as one span, the sound text around it is not."""
    wrong = "市政协召开协商会议，办理提案。".encode().decode("gb18030", "replace")
    text = f"一年来,{wrong}\n办理提案325件。"
    (problem,) = [found for found in find_damage(text) if found.code == "utf8_read_as_gbk"]
    assert text[problem.start : problem.end] in wrong
    assert len(text[problem.start : problem.end]) > len(wrong) - 4


@pytest.mark.parametrize(
    ("sound", "lead", "repair"),
    [
        ("圆满完成。筹备工作", "。", "。筹"),
        ("报送专报。《关于增设站点的建议", "。", "。《"),
        ("讲“专”字当头", "专", None),
    ],
)
def test_lost_lead_byte(sound: str, lead: str, repair: str | None) -> None:
    """A lost GBK lead byte is found where wrong pairs follow; a repair is offered only where it is safe."""
    raw = sound.encode("gbk")
    place = len(sound[: sound.index(lead)].encode("gbk"))
    broken = (raw[:place] + b"?" + raw[place + 1 :]).decode("gbk", "ignore")
    broken = broken.replace("！", "!").replace("；", ";")
    found = [problem for problem in find_damage(broken) if problem.code == "lost_byte"]
    if repair is None:
        assert all("可能应为" not in problem.message for problem in found)
    else:
        assert [problem.start for problem in found] == [sound.index(lead)]
        assert f"可能应为“{repair}" in found[0].message


@pytest.mark.parametrize(
    "text", ["群众满意吗?市政协这样回答。", "怎么办?!委员们建言献策。", "钱从哪里来?A类企业先行。", SIMPLE, TRADITIONAL]
)
def test_sound_text_has_no_damage(text: str) -> None:
    """Questions, letters and traditional characters are no damage."""
    assert find_damage(text) == ()


@given(st.text("会议提案委员调研视察一二三。?!;Aa12", max_size=60))
@settings(max_examples=60)
def test_problems_lie_in_the_text(text: str) -> None:
    """Every problem has a place in the text, not empty, and they come in order."""
    places = [(problem.start or 0, problem.end or 0) for problem in find_damage(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(("encoding", "wrong"), [("utf-8", "cp1252"), ("gb18030", "latin-1"), ("utf-8", "latin-1")])
def test_chinese_read_as_western_is_reported_with_its_repair(encoding: str, wrong: str) -> None:
    """Bytes of either Chinese encoding that were read as a western one; plain quotation marks and dashes are not."""
    spoilt = "政协常委会工作报告".encode(encoding).decode(wrong, "replace")
    text = f"标题“——”……{spoilt}\n办理提案325件。"
    (problem,) = [found for found in find_damage(text) if found.code == "read_as_latin1"]
    assert problem.start is not None
    assert text[problem.start : problem.end] in spoilt
    assert "可能应为“" in problem.message
    assert "报告" in problem.message
    assert "引文照录" in problem.message


def test_a_long_spoilt_passage_is_named_as_such() -> None:
    """A passage of mojibake that nobody can read is left out as a whole, a few characters are not."""
    words = "市政协召开协商会议，办理提案，推动经济社会发展。" * 4
    long, short = (f"一年来。\n{part.encode().decode('gb18030', 'replace')}" for part in (words, words[:9]))
    (passage,) = find_spoilt_passages(find_damage(long))
    assert len(passage) > len(words)
    assert find_spoilt_passages(find_damage(short)) == ()
    assert "整段不入摘要" in find_damage(long)[0].message
    assert "可能应为“市政" in find_damage(long)[0].message


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("副主席张□任组长", "□"),
        ("走访企业〓〓家", "〓〓"),
        ("副主席朱?堂到会讲话", "?"),
        ("召开\ufffd次会议", "\ufffd"),
    ],
)
def test_lost_characters(text: str, quote: str) -> None:
    """What stands for a character that is lost has its place and is not replaced."""
    (problem,) = find_damage(text)
    assert text[problem.start : problem.end] == quote
    assert "未补字，引文照录" in problem.message


@pytest.mark.parametrize(
    "text", ["□ 提案工作\n□信息工作", "好不好?群众说了算", "怎么干?政协委员这样答", "行吗?行", "钱从哪里来?人往哪里去?"]
)
def test_questions_and_boxes_are_no_lost_characters(text: str) -> None:
    """A box that opens a line and a question that asks are what they are."""
    assert find_damage(text) == ()


@pytest.mark.parametrize("unit", ["\ufffd。", "政?", "工作□有序，", "办理提案若干件召开会\ufffd"])
def test_very_much_damage_is_found_fast_and_summed_up(unit: str) -> None:
    """Thirty thousand places take no minutes, as what is quadratic would, and are told as a few that hold them all."""
    text = unit * 30_000 + "政"
    found = find_damage(text)
    told = condense_problems(found)
    assert len(found) >= 29_000
    assert len(told) <= 24
    for problem in found[::997]:
        place = problem.start or 0
        assert any(p.code == problem.code and (p.start or 0) <= place < (p.end or 0) for p in told)
    assert measure_growth(lambda times: condense_problems(find_damage(unit * times + "政")), 3_750, 8) < 30


@given(st.lists(st.integers(1, 400), max_size=40))
@settings(max_examples=60)
def test_what_is_summed_up_lies_in_order(gaps: list[int]) -> None:
    """Up to twelve places are told each for itself; of more, twelve ranges hold all and part at the widest gaps."""
    text = "".join("好" * gap + "\ufffd" for gap in gaps)
    found = find_damage(text)
    told = condense_problems(found)
    assert len(told) == min(12, len(found))
    assert len(found) > 12 or told == found
    assert all((before.end or 0) < (after.start or 0) for before, after in pairwise(told))
    assert sum(text[problem.start : problem.end].count("\ufffd") for problem in told) == len(found)
