"""Tables of web pages."""

from __future__ import annotations

from huimou.digest.steps.ingest.html import extract_html


def _lines(inner: str) -> list[str]:
    return extract_html(f"<html><body><p>正文。</p>{inner}</body></html>".encode(), "r").text.split("\n")[1:]


def test_cells_in_their_columns() -> None:
    """Cells over rows and columns, lines in cells and a caption are read as in any document."""
    page = (
        "<table><caption>表一</caption><tr><th rowspan=2>指标</th><th colspan=2>数量</th></tr>"
        "<tr><th>2023年</th><th>2024年</th></tr><tr><td>提案<br>办理</td><td></td><td>31件</td></tr></table>"
    )
    assert _lines(page) == ["表一", "指标 | 数量", "指标 | 2023年 | 2024年", "提案 办理 |  | 31件"]


def test_layout_tables() -> None:
    """A table with a table, a headline or a long text in it lays out the page."""
    long = "协商会议。" * 50
    inner = "<table><tr><td>甲</td><td>1件</td></tr></table>"
    assert _lines(f"<table><tr><td>{inner}</td><td>乙</td></tr></table>") == ["甲 | 1件", "乙"]
    assert _lines(f"<table><tr><td>标题</td><td>{long}</td></tr></table>") == ["标题", long]


def test_wild_spans() -> None:
    """Spans that are no numbers, or far too large, cost nothing."""
    page = '<table><tr><td colspan="99999999">甲</td><td rowspan="x">1件</td></tr></table>'
    (line,) = _lines(page)
    assert line.startswith("甲")
    assert line.endswith("1件")


def test_deep_pages() -> None:
    """Hundreds of elements within one another are read."""
    assert _lines("<div>" * 600 + "深处。" + "</div>" * 600) == ["深处。"]
