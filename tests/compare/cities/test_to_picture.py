"""Figures as bars: cities side by side and one body over years, only like with like."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from compared import a_report
from huimou.compare.cities import compare_reports
from huimou.compare.cities.to_picture import build_comparison_sheet, draw_rows, is_one_body, sort_by_years
from huimou.outputs.pictures import to_svg


def test_cities_side_by_side() -> None:
    """A bar for each city that prints the number, with its sentence; one that is silent is named, not drawn."""
    reports = [
        a_report("开展大走访。", "全年办理提案142件。"),
        a_report("全年办理提案325件。", place="鹿鸣市"),
        a_report("开展大走访。", place="青松市"),
    ]
    sheet = build_comparison_sheet(compare_reports(reports))
    assert sheet is not None
    svg = to_svg(sheet)
    assert "各地同口径数字" in svg
    assert "142件（第2句）" in svg
    assert "325件（第1句）" in svg
    assert "其余报告原文未见" in svg
    assert svg.count('class="rect"') == 2


def test_what_counts_something_else_is_not_drawn() -> None:
    """Another unit, a number without a size: no bar; where nothing is left, no sheet."""
    one = a_report("全年办理提案142件。")
    assert build_comparison_sheet(compare_reports([one, a_report("全年办理提案325份。", place="鹿鸣市")])) is None
    vague = a_report("全年办理提案数百件。", place="鹿鸣市")
    assert build_comparison_sheet(compare_reports([one, vague])) is None
    assert build_comparison_sheet(compare_reports([one, a_report("开展大走访。", place="鹿鸣市")])) is None


@given(st.permutations([2019, 2020, 2021, 2022]))
def test_one_body_over_years(years: list[int]) -> None:
    """From the earliest year on, however they are named; each bar is called by its year."""
    reports = [a_report(f"全年办理提案{year - 1900}件。", years=(year, year)) for year in years]
    assert is_one_body(reports)
    sheet = build_comparison_sheet(compare_reports(sort_by_years(reports)))
    assert sheet is not None
    assert sheet.title == "政协临江市委员会 逐年同口径数字"
    said = re.search(r'aria-label="([^"]*)"', to_svg(sheet))
    assert said is not None
    assert re.findall(r"(\d{4})年：(\d+)件", said[1]) == [(str(y), str(y - 1900)) for y in sorted(years)]


def test_several_bodies_keep_their_order() -> None:
    """They are not ranked."""
    reports = [a_report(f"全年办理提案{n}件。", place=place) for n, place in ((9, "鹿鸣市"), (3, "临江市"))]
    assert sort_by_years(reports) == reports


def test_hostile_names_stay_names() -> None:
    """Markup in the name of a place is shown."""
    reports = [a_report("全年办理提案1件。"), a_report("全年办理提案2件。", place="<script>x</script>市")]
    [picture] = draw_rows(compare_reports(reports))
    assert "<script" not in picture.svg
    assert "&lt;script&gt;" in picture.svg
