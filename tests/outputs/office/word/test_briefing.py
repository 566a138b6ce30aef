"""office.word.briefing: the order, the headings and the length of a briefing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handmade import a_digest, reviewed
from huimou.errors import UsageError
from huimou.language.written_numbers import write_chinese
from huimou.model.digest import Digest, ProblemOut
from huimou.outputs.office.person_reviews import collect_person_reviews
from huimou.outputs.office.word.blocks import BriefingBlock, BriefingTable, Heading, Paragraph
from huimou.outputs.office.word.briefing import BriefingOptions, build_briefing
from huimou.outputs.office.word.selection import LINES, count_lines
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))
ANNEX = BriefingOptions(annex=True)


def blocks_of(digest: Digest, options: BriefingOptions | None = None) -> tuple[BriefingBlock, ...]:
    """The blocks of a digest's briefing."""
    return build_briefing(digest, collect_person_reviews(digest), options or BriefingOptions())


def text_of(digest: Digest, options: BriefingOptions | None = None) -> str:
    """What its headings and paragraphs say."""
    return "\n".join(one.text for one in blocks_of(digest, options) if isinstance(one, Heading | Paragraph))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_levels_are_numbered_without_a_gap(path: Path) -> None:
    """一、 through the paper, （一） anew in each part; a part that the report has nothing for is left out."""
    digest = _digest(path)
    blocks = blocks_of(digest)
    tops = [block.text for block in blocks if isinstance(block, Heading) and block.level == 1]
    names = ["工作回顾", *(["存在不足"] if digest.year_review.shortcomings else [])]
    names.append("主要任务" if digest.next_year_plan.stated else "展望")
    assert [top.partition("、")[0] for top in tops] == [write_chinese(n) for n in range(1, len(tops) + 1)]
    assert all(top.endswith(name) for top, name in zip(tops, names, strict=True))
    second = 0
    for block in blocks:
        if isinstance(block, Heading):
            second = 0
        elif isinstance(block, Paragraph) and block.lead:
            second += 1
            assert block.lead.startswith(f"（{write_chinese(second)}）")


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_what_is_handed_in_has_no_word_of_the_program(path: Path) -> None:
    """No hash, no mark of what to check: these stand in the margin. The margin of the title says what is left out."""
    digest = _digest(path)
    text = text_of(digest)
    assert "sha256" not in text
    assert "建议核对" not in text
    title = next(block for block in blocks_of(digest) if isinstance(block, Heading))
    (note,) = title.notes
    assert digest.source.sha256[:12] in note.text
    assert f"成绩{len(digest.year_review.achievements)}条收" in note.text


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_three_pages_hold_more_than_two(path: Path) -> None:
    """And two more than one; every domain that fits has its first item before another has its second."""
    lengths = [len(text_of(_digest(path), BriefingOptions(pages=pages))) for pages in (1, 2, 3)]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[1]


def test_what_a_person_touched_is_never_left_out() -> None:
    """A correction stays on a single page, however little it weighs."""
    digest = _digest(next(path for path in ACCEPTED if path.stem == "wuhan-2017-2021"))
    shown = text_of(digest, BriefingOptions(pages=1))
    left = next(item for item in digest.year_review.achievements if item.summary not in shown)
    said = reviewed(digest, left.id, corrected="核对后改写的一句话。")
    piece = next(
        piece
        for block in blocks_of(said, BriefingOptions(pages=1))
        if isinstance(block, Paragraph)
        for piece in block.pieces
        if piece.correction
    )
    assert (piece.text, piece.correction and piece.correction.before) == ("核对后改写的一句话。", left.summary)


def test_many_shortcomings_leave_room_for_the_rest() -> None:
    """Some stand for all; the margin of the title says how many there are, the annex has them."""
    digest = a_digest()
    one = digest.year_review.shortcomings[0]
    many = [one.model_copy(update={"id": f"S{n}", "summary": f"第{n}项工作开展得还不够深入扎实。"}) for n in range(60)]
    review = digest.year_review.model_copy(update={"shortcomings": many})
    crowded = digest.model_copy(update={"year_review": review})
    assert sum(count_lines(block.text) for block in blocks_of(crowded) if isinstance(block, Paragraph)) < 2 * LINES
    assert "第0项工作" in text_of(crowded)
    title = next(block for block in blocks_of(crowded) if isinstance(block, Heading))
    assert re.search(r"不足60条收\d+条", title.notes[0].text)
    tables = [block for block in blocks_of(crowded, ANNEX) if isinstance(block, BriefingTable)]
    assert {item.id for item in many} <= {row[0] for row in tables[0].rows}


def test_damaged_text_is_told_of_in_the_margin() -> None:
    """An item that rests on damaged text has a note, with what is damaged and the place; in the annex a mark."""
    digest = a_digest()
    place = digest.year_review.achievements[0].evidence[0]
    damage = ProblemOut(code="lost_byte", message="疑有乱码“?!”", start=place.start + 1, end=place.start + 3)
    sound = [problem for problem in digest.problems if problem.code != "lost_byte"]
    hurt = digest.model_copy(update={"problems": [*sound, damage]})
    notes = [
        note.text
        for block in blocks_of(hurt)
        if isinstance(block, Paragraph)
        for piece in block.pieces
        for note in piece.notes
    ]
    assert any("疑有乱码“?!”" in note and f"{place.start}–{place.end}字" in note for note in notes)
    rows = next(block.rows for block in blocks_of(hurt, ANNEX) if isinstance(block, BriefingTable))
    assert "〔原文此处有乱码〕" in rows[1][2]
    unhurt = next(
        block.rows
        for block in blocks_of(digest.model_copy(update={"problems": sound}), ANNEX)
        if isinstance(block, BriefingTable)
    )
    assert "乱码" not in unhurt[1][2]


def test_the_annex_has_the_figures_that_items_cite() -> None:
    """With the place of each; one that stands in no item is in the figure ledger only."""
    tables = [block for block in blocks_of(a_digest(), ANNEX) if isinstance(block, BriefingTable)]
    assert [row[0] for row in tables[0].rows[1:]] == ["A1", "S1", "T1"]
    assert tables[1].rows[1:] == (("协商活动", "400余场", "超过", "—", "回顾", "第3句，25–30字"),)
    assert all(sum(table.widths) == pytest.approx(1) for table in tables)
    assert not [block for block in blocks_of(a_digest()) if isinstance(block, BriefingTable)]


@pytest.mark.parametrize(("options", "said"), [({"pages": 4}, "4 pages"), ({"number": "1号"}, "letterhead")])
def test_options_that_make_no_sense_are_wrong_usage(options: dict[str, object], said: str) -> None:
    """One line each."""
    with pytest.raises(UsageError, match=said):
        BriefingOptions(**options)  # type: ignore[arg-type]


def test_stated_terms_stand_in_the_sentence() -> None:
    """A deadline that the summary does not say is added before its full stop; one that it says is not said twice."""
    digest = a_digest()
    task = digest.next_year_plan.tasks[0].model_copy(update={"deadline": "6月底前", "responsible": "协商平台"})
    plan = digest.next_year_plan.model_copy(update={"tasks": [task]})
    text = text_of(digest.model_copy(update={"next_year_plan": plan}))
    assert re.search("推进协商平台建设（时限：6月底前）。", text)


def _digest(path: Path) -> Digest:
    return from_json(path.read_text(encoding="utf-8"))
