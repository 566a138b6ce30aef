"""A sheet as a file: well-formed, needs nothing else, and nothing of it lies over anything else."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from handmade import a_digest
from huimou.outputs.page.pictures import PICTURE_WIDTH, PrintedBar, draw_bars, draw_printed_bars
from huimou.outputs.pictures import PictureSheet, build_year_sheet, to_svg
from huimou.outputs.render.to_json import from_json
from places import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def test_a_year_at_a_glance() -> None:
    """Who, when, the figures, the domains, the file; no script, no address, the same bytes again."""
    digest = from_json((ROOT / "fixtures" / "accepted" / "xianning-2022.json").read_text(encoding="utf-8"))
    sheet = build_year_sheet(digest)
    assert sheet is not None
    svg = to_svg(sheet)
    root = ET.fromstring(svg)  # noqa: S314 (our own)
    words = "".join(root.itertext())
    for said in ("政协咸宁市委员会 2022年一览", "400余场", "第21句", "各领域条目", "提案工作", "xianning-2022.txt"):
        assert said in words
    assert "不代表工作多少" in words
    assert not {"script", "image", "a", "use"} & {element.tag.removeprefix(SVG) for element in root.iter()}
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert svg == to_svg(sheet)


def test_a_report_of_nothing_has_no_sheet() -> None:
    """Neither figure nor item: nothing to draw."""
    digest = a_digest(planned=False)
    review = digest.year_review.model_copy(update={"achievements": [], "shortcomings": [], "overview": []})
    assert build_year_sheet(digest.model_copy(update={"year_review": review, "figures": []})) is None


@given(st.lists(st.integers(1, 12), min_size=1, max_size=9), st.text(max_size=200))
def test_charts_do_not_overlap(counts: list[int], words: str) -> None:
    """Whatever the number and height of charts and the words: each has its own place inside the sheet."""
    charts = tuple(
        draw_printed_bars(f"第{n}", [PrintedBar("甲", at, f"{at}件", "第1句") for at in range(1, rows + 1)], words[:80])
        for n, rows in enumerate(counts)
    )
    root = ET.fromstring(to_svg(PictureSheet(words, words, charts, words)))  # noqa: S314 (our own)
    boxes = [
        tuple(float(one.get(key, "")) for key in ("x", "y", "width", "height")) for one in root.findall(f"{SVG}svg")
    ]
    assert len(boxes) == len(counts)
    for at, (x, y, width, height) in enumerate(boxes):
        assert width == PICTURE_WIDTH
        assert 0 <= x <= float(root.get("width", "")) - width
        assert 0 < y <= float(root.get("height", "")) - height
        for left, top, wide, high in boxes[at + 1 :]:
            assert left >= x + width or x >= left + wide or top >= y + height or y >= top + high


def test_bars_carry_the_printed_number_and_its_place() -> None:
    """Behind each bar; the length is the value's, not the printed form's."""
    bars = [PrintedBar("甲市", 1.2e9, "12亿元", "第3句"), PrintedBar("乙市", 6e8, "6亿元", "第9句")]
    svg = draw_printed_bars("投资", bars).svg
    assert "12亿元（第3句）" in svg
    assert 'aria-label="投资。甲市：12亿元（第3句）；乙市：6亿元（第9句）。"' in svg
    widths = [float(one.get("width", "")) for one in ET.fromstring(svg).iter("rect") if one.get("class") == "rect"]  # noqa: S314
    assert len(widths) == 2
    assert abs(max(widths) / min(widths) - 2) < 0.05


def test_long_words_stay_on_the_sheet() -> None:
    """A long title and many names break into lines above the charts; a long name of a bar leaves room for the bar."""
    name = "中国人民政治协商会议临江市第十届委员会常务委员会 2022年"
    chart = draw_printed_bars("办理提案（件）", [PrintedBar(name, 3, "三百二十五万八千件", "第123句")])
    root = ET.fromstring(to_svg(PictureSheet(name * 2, "临江市、" * 60, (chart,), "据" * 90)))  # noqa: S314 (our own)
    drawn = float(root.find(f"{SVG}svg").get("y", ""))  # type: ignore[union-attr]
    for kind, letter, most in (("title", 22, drawn), ("dim", 12, float(root.get("height", "")))):
        lines = [one for one in root.findall(f"{SVG}text") if one.get("class") == kind]
        assert len(lines) > 1
        assert max(len(one.text or "") for one in lines) * letter <= PICTURE_WIDTH
        assert max(float(one.get("y", "")) for one in lines) < most
    [bar] = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "rect"]
    assert float(bar.get("width", "")) > 40
    assert name in (root.find(f"{SVG}svg").get("aria-label") or "")  # type: ignore[union-attr]


def test_a_note_stands_over_its_chart() -> None:
    """In lines that fit its width."""
    chart = draw_bars("t", ("甲",), {"n": [1]}, "个", "说明" * 40)
    root = ET.fromstring(to_svg(PictureSheet("T", "", (chart,), "")))  # noqa: S314 (our own)
    lines = [one for one in root.findall(f"{SVG}text") if one.get("class") == "note"]
    assert "".join(one.text or "" for one in lines) == "说明" * 40
    assert max(float(one.get("y", "")) for one in lines) < float(root.find(f"{SVG}svg").get("y", ""))  # type: ignore[union-attr]
