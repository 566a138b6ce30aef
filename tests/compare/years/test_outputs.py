"""The page, workbook and table of a chain say the same, show their sources, and are inert."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from huimou.compare.years import YearChain
from huimou.compare.years.to_csv import COLUMNS, to_csv
from huimou.compare.years.to_html import to_html
from huimou.compare.years.to_xlsx import to_xlsx
from markup import Reader
from year_reports import a_chain


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> YearChain:
    """The chain of the three reports."""
    return a_chain(tmp_path_factory.mktemp("chain"))


def test_the_page_says_everything_and_leads_to_the_reports(chain: YearChain) -> None:
    """Figures, bases that do not agree, tasks and outcomes; a link to each sentence of a report that has a page."""
    page = to_html(chain, ["a%20b.html", None, None])
    reader = Reader(page)
    for words in (
        "升 6.5%左右",
        "升 5.8%",
        "不作调整",
        "再次列入",
        "列入一次后未见",
        "建设零碳产业园",
        "未见对应表述，不等于没有做",
    ):
        assert words in reader.seen
    links = {value for name, value in reader.attributes if name == "href" and value and not value.startswith("#")}
    assert links
    assert all(re.fullmatch(r"a%20b\.html(?:#s\d+)?", link) for link in links)
    assert "script" not in reader.tags
    names = {value for name, value in reader.attributes if name == "id"}
    assert {value[1:] for name, value in reader.attributes if name == "href" and value and value[0] == "#"} <= names


def test_the_workbook_holds_what_the_page_holds(chain: YearChain) -> None:
    """Years are columns, each cell has target and result; sources, bases and tasks have sheets of their own."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(chain)))
    assert book.sheetnames == ["说明", "历年指标", "历年指标出处", "基数对不上的", "历年任务"]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in book["历年指标"]}
    assert rows["指标"] == ["2022年", "2023年", "2024年", "2025年"]
    assert rows["地区生产总值增长（%）"][1] == "目标 升 6%左右\n结果 升 5.8%"
    assert {row[0].value for row in book["历年任务"]} >= {"推进松江河流域综合治理", "建设零碳产业园"}


def test_the_table_has_a_row_for_each_figure(chain: YearChain) -> None:
    """Tidy: one figure a row, with value, unit, year, part and place."""
    text = to_csv(chain)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    count = sum(len(cell.targets) + len(cell.results) for row in chain.indicators for cell in row.cells)
    assert len(rows) == count
    [one] = [row for row in rows if row["indicator"] == "城镇新增就业" and row["part"] == "result"]
    assert (one["year"], one["printed"], one["value"], one["unit"]) == ("2024", "5120人", "5120", "人")


def test_nothing_is_cut_off_on_a_phone(chain: YearChain, browser: Any, tmp_path: Path) -> None:
    """At 390 px the page itself does not scroll sideways, and a source opens where it is."""
    (tmp_path / "years.html").write_text(to_html(chain, [None] * 3), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((tmp_path / "years.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#indicators summary").first.click()
    assert page.locator("#indicators mark").first.is_visible()
    page.close()
