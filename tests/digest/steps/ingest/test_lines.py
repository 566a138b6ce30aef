"""Lines that are no part of a report are told from those that are."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.lines import find_asides, find_inline_page_numbers, is_broken_sentence, is_page_number
from huimou.language.text import apply_cuts, view_whole

_WORDS = "市政协召开专题协商会议,围绕园区提质提出意见建议,有关部门认真研究吸收采纳,推动解决了一批群众关心的实际问题"


def _found(text: str) -> list[tuple[str, str]]:
    return [(text[line.start : line.end], line.reason) for line in find_asides(text)]


@pytest.mark.parametrize(
    "line",
    [
        "— 3 —",
        "-3-",
        "－ １２ －",
        "· 7 ·",
        "第 3 页 共 20 页",
        "第3页/共20页",
        "第三页",
        "共20页 第3页",
        "Page 3 of 20",
    ],
)
def test_page_numbers(line: str) -> None:
    """In all the ways in which they say what they are."""
    assert is_page_number(line)
    assert _found(f"{_WORDS}。\n{line}\n{_WORDS}。") == [(line, "page_number")]


@pytest.mark.parametrize("line", ["3", "- 3次", "12件", "2023", "第3页的内容有改动", "——3项工作", "2023/5", "三"])
def test_lines_that_are_no_page_numbers(line: str) -> None:
    """A number alone might be a figure."""
    assert _found(f"{_WORDS}。\n{line}\n{_WORDS}。") == []


def test_bare_numbers_that_count_pages() -> None:
    """Numbers alone on a line that rise by one, a page apart."""
    page = f"{_WORDS}。\n" * 5
    assert _found("".join(f"{page}{n}\n" for n in (4, 5, 6))) == [(str(n), "page_number") for n in (4, 5, 6)]
    assert _found("".join(f"{page}{n}\n" for n in (4, 9, 5))) == []
    assert _found("协商会议\n4\n调研视察\n5\n民主监督\n6\n") == []


@pytest.mark.parametrize(
    ("between", "reason"),
    [
        ("临江市政协年鉴\n— {} —", "running_head"),
        ("临江市政府工作报告  {}", "running_head"),
        ("临江市人民政府公报", "running_head"),
        ("CONFIDENTIAL", "watermark"),
        ("本文由临江文库整理发布", "watermark"),
    ],
)
def test_running_heads(between: str, reason: str) -> None:
    """Beside page numbers, counting the pages, set evenly, foreign, or advertising."""
    page = f"{_WORDS}。\n" * 6
    text = "".join(f"{page}{between.format(n)}\n" for n in range(1, 6))
    heads = [line for line, why in _found(text) if why == reason]
    assert heads == [between.format(n).split("\n")[0] for n in range(1, 6)]


def test_a_head_in_the_middle_of_sentences() -> None:
    """A line that interrupts sentences again and again is no heading, whatever it says."""
    text = "".join(f"{_WORDS},进一步推动\n临江风采\n重点工作落地见效。{n}\n" for n in "甲乙丙")
    assert _found(text) == [("临江风采", "running_head")] * 3


@pytest.mark.parametrize(
    "line", ["主要做法", "责任单位:市发改委", "【工作成效】", "河湾日报记者 林舒", "(热烈鼓掌)", "一、工作回顾"]
)
def test_headings_may_be_repeated(line: str) -> None:
    """What stands above finished paragraphs again and again is a heading or a byline."""
    assert _found(f"{line}\n{_WORDS}。\n{_WORDS * 5}。\n" * 4) == []


@pytest.mark.parametrize(
    "label",
    [
        "责任单位：市住建局",
        "牵头单位:市发改委",
        "配合单位：各区",
        "完成时限：12月底",
        "责任人：周宁",
        "(责任部门:提案委)",
    ],
)
def test_who_is_responsible_is_no_running_head(label: str) -> None:
    """The label below each task is part of it, though the tasks end without a mark and nothing new starts below."""
    tasks = ("改造老旧小区12个,惠及居民三千户", "新建口袋公园8座,绿化面积两万平方米", "打通断头路5条,方便群众出行")
    assert _found("".join(f"{task}\n{label}\n" for task in tasks) + "推进城市更新\n") == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("第 3 页 共 20 页建成学校12所", "建成学校12所"),
        ("第3页/共20页　建成学校12所", "　建成学校12所"),
        ("建成学校12所 第 3 页 共 20 页", "建成学校12所 "),
        ("建成学校12所，详见附件 第 3 页", "建成学校12所，详见附件 第 3 页"),
    ],
)
def test_text_beside_a_page_number_is_kept(line: str, kept: str) -> None:
    """Only the number goes, where it certainly is one; what stands beside it on this page alone is text."""
    text = f"{_WORDS}。\n{line}\n{_WORDS}。"
    assert _found(text) == []
    read = apply_cuts(view_whole(text), find_inline_page_numbers(text)).text
    assert read == f"{_WORDS}。\n{kept}\n{_WORDS}。"


def test_heads_that_name_their_page() -> None:
    """What stands beside the number on every page is a running head."""
    heads = [f"临江市政协年鉴 第 {n} 页 共 9 页" for n in (3, 4)]
    text = "".join(f"{_WORDS}。\n{head}\n" for head in heads)
    assert _found(text) == [(head, "running_head") for head in heads]


def test_a_title_is_kept_where_the_head_repeats_it() -> None:
    """The first printing of a head that is the report's title is its title."""
    text = "临江市政府工作报告\n" + "".join(f"{_WORDS},进一步推动\n临江市政府工作报告\n工作见效。\n" for _ in range(3))
    assert _found(text) == [("临江市政府工作报告", "running_head")] * 3
    assert find_asides(text)[0].start > 0


def test_translations() -> None:
    """English below the Chinese, with its headings and short last lines; not a name or an abbreviation."""
    english = (
        "I. Review of Our Work",
        "The committee held 12 meetings this year and made new progress in its work.",
        "Thanks.",
    )
    text = f"一、工作回顾\n{english[0]}\n{_WORDS}。\n{english[1]}\n{_WORDS}。\n{english[2]}\n"
    assert _found(text) == [(english[0], "translation"), (english[1], "translation")]
    close = f"{_WORDS}。\n{english[1]}\n{english[2]}\n"
    assert _found(close) == [(english[1], "translation"), (english[2], "translation")]
    assert _found(f"{_WORDS}。\nRCEP\n华为HUAWEI与APEC\nGDP增长6%\n") == []


def test_scripts_are_no_translations() -> None:
    """Code of the page that got into the text."""
    text = f"{_WORDS}。\nfunction turn(page){{ document.all('x').innerHTML = page; }}\n"
    assert [reason for _, reason in _found(text)] == ["html_residue"]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("召开会议。联系党外", "委员开展活动", True),
        ("提出《关于", "养老的建议》", True),
        ("召开会议。", "委员开展活动", False),
        ("一、坚持党的领导,把牢方向", "深入学习", False),
        ("召开会议。联系党外", "二、工作安排", False),
        ("召开会议。联系党外", "　　委员开展活动", False),
    ],
)
def test_where_a_sentence_goes_on(above: str, below: str, *, whole: bool) -> None:
    """It was begun, is not finished, and nothing new starts."""
    assert is_broken_sentence(above, below) is whole


@pytest.mark.parametrize(
    ("before", "line", "behind"),
    [
        (
            "组织委员{}人次参加各项调研视察，其中被采纳",
            "条，推动解决群众反映的问题{}个，受益群众{}人",
            "次，满意率很高。",
        ),
        ("全年围绕县里的重点工作开展各种形式的协商，", "形成报告{}篇，提出意见建议", "多条，得到有关部门采纳。"),
        ("各专委会分别组织委员下乡开展义诊和送科技，", "其中组织义诊{}场，服务群众", "数千人次，受到普遍好评。"),
    ],
)
def test_lines_that_differ_in_figures_are_no_heads(before: str, line: str, behind: str) -> None:
    """In a text broken by width the middle lines of sentences that say the same with other figures stay."""
    numbers = [31, 7, 18, 52, 9, 44, 26]
    filled = [words.format(n, 90 - n, 5 * n) for n in numbers for words in (before, line, behind)]
    assert _found("\n".join(filled)) == []


def test_a_head_may_count_its_pages() -> None:
    """The same words with a number that rises by a page or two are a running head."""
    pages = [f"{_WORDS}，\n临川县政协公报 {number}\n{_WORDS}。" for number in (1, 3, 4, 6)]
    assert [reason for _, reason in _found("\n".join(pages))] == ["running_head"] * 4
