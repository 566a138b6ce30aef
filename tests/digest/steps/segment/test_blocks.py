"""Headings, items and paragraphs are told apart, and lines that layout cut are put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.segment.blocks import Block, find_wrap, split_blocks
from huimou.language.markers import find_marker

_PIECES = st.lists(
    st.sampled_from(
        [
            "一、",
            "（二）",
            "3.",
            "## ",
            "- ",
            "■",
            "——",
            "**",
            "组织调研",
            "形成报告12篇",
            "，",
            "。",
            "；",
            "：",
            "\n",
            "\n\n",
            "\r\n",
            "　　",
            " ",
            "“",
            "?",
        ]
    ),
    max_size=40,
).map("".join)


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.body) for block in split_blocks(text)]


@given(_PIECES)
def test_blocks_hold_everything_in_order(text: str) -> None:
    """Blocks follow one another, and what lies outside them is white space."""
    last = 0
    for block in split_blocks(text):
        assert not text[last : block.start].strip()
        assert block.start < block.end
        assert len(block.text) == block.end - block.start
        assert block.start <= block.body_start <= block.end
        last = block.end
    assert not text[last:].strip()


@pytest.mark.parametrize(
    ("line", "marker", "body"),
    [
        ("一、深化协商民主", "一、", "深化协商民主"),
        ("二、2024年工作打算", "一、", "2024年工作打算"),
        ("（三）提升监督实效", "(一)", "提升监督实效"),
        ("(三)提升监督实效", "(一)", "提升监督实效"),
        ("1.夯实思想根基", "1.", "夯实思想根基"),
        ("２、夯实思想根基", "1.", "夯实思想根基"),
        ("（4）夯实思想根基", "(1)", "夯实思想根基"),
        ("⑤夯实思想根基", "(1)", "夯实思想根基"),
        ("第二部分　来年安排", "章", "来年安排"),
        ("## 来年安排", "##", "来年安排"),
        ("■ 来年安排", "■", "来年安排"),
        ("★来年安排", "★", "来年安排"),
        ("**一、来年安排**", "一、", "来年安排"),
        ("**来年安排**", "**", "来年安排"),
    ],
)
def test_marked_heading(line: str, marker: str, body: str) -> None:
    """Each kind of numbering, glyph and emphasis makes a heading with its own marker and a bare title."""
    (block,) = split_blocks(line)
    assert (block.kind, block.marker, block.body) == ("heading", marker, body)


@pytest.mark.parametrize("line", ["3.5万人参加活动", "2023年的春天", "十一期间活动", "12.6%"])
def test_a_number_is_no_marker(line: str) -> None:
    """A decimal, a year or a plain number at the start of a line numbers nothing."""
    assert find_marker(line) is None


def test_unmarked_heading_and_paragraph() -> None:
    """A short line without a full stop is a heading, one with it a paragraph."""
    assert _kinds("凝聚共识有新招\n\n召开座谈会8次。") == [
        ("heading", "凝聚共识有新招"),
        ("paragraph", "召开座谈会8次。"),
    ]


def test_ideographic_indent_is_no_text() -> None:
    """The two wide spaces before a paragraph belong to no block."""
    (block,) = split_blocks("　　召开座谈会8次。\n")
    assert (block.start, block.end) == (2, 10)


@pytest.mark.parametrize("tally", ["立案提案：158件", "全年走访委员260人次，收集建议45条"])
def test_a_line_of_figures_is_no_heading(tally: str) -> None:
    """A line that counts several things, or one after a colon, is text although it lacks a full stop."""
    assert [block.kind for block in split_blocks(tally)] == ["paragraph"]


def test_page_break_inside_a_sentence_is_closed() -> None:
    """A long unfinished line goes on after the empty lines that a page left."""
    cut = "市政协围绕老旧小区改造开展专题视察，形成报告5篇。会后又组织联系党外\n\n委员走访社区，收集意见建议62条。"
    text = f"{cut}\n\n组织培训2期。"
    first, second = split_blocks(text)
    assert first.body.endswith("组织联系党外委员走访社区,收集意见建议62条。")
    assert second.body == "组织培训2期。"


def test_a_line_that_hangs_is_cut() -> None:
    """A line that stops after 的 or 、 cannot be complete, however short it is."""
    (block,) = split_blocks("推动解决了一大批群众反映强烈的\n\n停车问题。")
    assert block.body == "推动解决了一大批群众反映强烈的停车问题。"


def test_finished_line_is_not_continued() -> None:
    """Whole paragraphs in successive lines stay apart."""
    assert len(split_blocks("召开专题协商会6次，提出意见建议41条。\n组织委员视察9次，推动整改18项。")) == 2


def test_marker_starts_a_block() -> None:
    """A numbered line never continues the one before it."""
    assert (
        len(split_blocks("市政协认真组织开展各类协商活动并取得成果，提交建议。随后又推动落实了若干\n（二）民主监督"))
        == 2
    )


def _wrap(paragraphs: list[str], width: int) -> str:
    return "\n".join("\n".join(p[i : i + width] for i in range(0, len(p), width)) for p in paragraphs)


@pytest.mark.parametrize("width", [24, 28, 36])
def test_hard_wrap_is_undone(width: int) -> None:
    """Lines cut at one length are joined into the paragraphs that they were."""
    paragraphs = [
        "　　全年围绕制造业升级、城市更新等课题组织专题调研十八次，形成调研报告报送市委市政府，多数意见得到采纳。",
        "　　聚焦养老托育开展民主监督，先后深入三十个社区走访座谈，提出意见建议，督促有关单位完善制度、补齐短板。",
        "　　支持界别委员工作室开门纳谏，广泛收集群众意见并转交办理，反馈结果，形成了收集、转办、督办相互衔接的链条。",
        "　　完善委员履职考核办法，组织新任委员学习培训，邀请专家学者辅导授课，引导广大委员懂政协、会协商。",
    ]
    paragraphs = [first + second.strip() for first in paragraphs for second in paragraphs[:2]]
    assert [block.body for block in split_blocks(_wrap(paragraphs, width))] == [p.strip() for p in _folded(paragraphs)]


def test_a_page_break_in_a_hard_wrap_is_joined() -> None:
    """The last line before the break is short and unfinished; what stands behind it goes on."""
    body = "全年围绕制造业升级召开协商会。形成调研报告报送市委市政府，多数意见得到采纳，有关部门制定了联系党外"
    rest = "委员等十二项制度。"
    lines = [*(_wrap([body + "。" + body], 28).splitlines()), "", rest, ""] * 4
    assert [block.body[-9:] for block in split_blocks("\n".join(lines))] == [rest] * 4


def test_labels_keep_their_lines() -> None:
    """Who is responsible and by when are lines of their own, whatever ends them."""
    offices = "市园林局、市城管委、市自然资源和规划局、市住房城乡建设局、市财政局、市生态环境局"
    text = f"新建公园12个。\n责任单位：{offices}\n完成时限：2024年12月\n"
    assert [block.body for block in split_blocks(text)][-1] == "完成时限:2024年12月"


def _folded(paragraphs: list[str]) -> list[str]:
    return [p.replace("，", ",").strip("　") for p in paragraphs]


def test_lost_line_breaks_are_found_by_their_indents() -> None:
    """A page in one line is cut where wide indents show that paragraphs began."""
    filler = "我们坚持稳中求进，扎实推进各项工作，群众生活持续改善。" * 12
    text = f"一、过去一年工作　　{filler}　　（一）稳定就业　　新增岗位3200个。"
    assert [(b.marker, b.kind) for b in split_blocks(text)] == [
        ("一、", "heading"),
        (None, "paragraph"),
        ("(一)", "heading"),
        (None, "paragraph"),
    ]


def test_wide_space_in_a_short_line_stays() -> None:
    """The gap in a speaker's line separates no blocks."""
    assert len(split_blocks("云溪县人民政府县长　　陆明远")) == 1


def test_responsible_line_belongs_to_its_task() -> None:
    """「责任单位：」 under a finished task is part of it."""
    (block,) = split_blocks("新建大棚200个，年底前投产。\n\n责任单位：镇农业办、镇财政所")
    assert block.body.endswith("责任单位:镇农业办、镇财政所")


def test_byline_stays_apart() -> None:
    """A line that names reporters never joins a cut sentence."""
    assert len(split_blocks("各界委员踊跃建言，提出意见。大家纷纷表示要继续努力做好\n河湾日报记者 林舒")) == 2


def test_crlf_counts_empty_lines() -> None:
    """Windows line ends give the same blocks as Unix ones."""
    text = "一、工作回顾\n\n召开会议6次。\n\n\n二、来年安排"
    unix, windows = split_blocks(text), split_blocks(text.replace("\n", "\r\n"))
    assert [_shape(block) for block in unix] == [_shape(block) for block in windows]


def _shape(block: Block) -> tuple[str, str | None, int, str]:
    return block.kind, block.marker, block.blank, block.body


def test_a_hard_wrap_is_measured() -> None:
    """Width, joined line breaks and place; a text of whole paragraphs has none."""
    paragraph = "市政协围绕产业升级开展调研,召开座谈会,形成建议报送市委,得到充分肯定,有关部门逐条研究并全部落实到位。"
    lines = [paragraph[i : i + 20] for i in range(0, len(paragraph), 20)]
    text = "工作报告\n\n" + "\n".join(lines * 6)
    wrap = find_wrap(text)
    assert wrap is not None
    assert (wrap.width, text[wrap.start : wrap.end].count("\n")) == (20, len(lines) * 6 - 1)
    assert wrap.joined >= (len(lines) - 1) * 6
    assert find_wrap((paragraph + "\n") * 20) is None
