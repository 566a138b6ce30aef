"""Columns read across are found, wrapped text is not taken for them."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from huimou.digest.steps.ingest.columns import find_interleaved_columns
from places import ROOT

SEEDS = sorted((ROOT / "seeds").glob("*-*.txt"))


def _rows(text: str, width: int) -> list[str]:
    return [line[i : i + width] for line in text.split("\n") if line.strip() for i in range(0, len(line), width)]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [14, 18, 24, 30])
def test_alternating_lines(path: Path, width: int) -> None:
    """Two stretches of a report printed line by line in turn are found at their place; wrapped alone they are not."""
    text = path.read_bytes().decode()
    rows = _rows(text, width)
    left, right = rows[20:40], rows[-40:-20]
    woven = "\n".join(chain.from_iterable(zip(left, right, strict=True)))
    broken = f"{text}\n{woven}\n{text}"
    assert list(find_interleaved_columns("\n".join(rows))) == []
    (found,) = find_interleaved_columns(broken)
    assert found.start <= len(text) + 3 * width
    assert 25 <= found.lines <= 44
    assert found.end >= len(text) + len(woven) * 3 // 4


@pytest.mark.parametrize("gap", ["    ", "\u3000\u3000", "\t"])
def test_gutter(gap: str) -> None:
    """A wide gap at one place in many lines of running text."""
    text = SEEDS[1].read_bytes().decode()
    left, right = (_rows(text[n:], 16)[:14] for n in (400, 2400))
    page = "\n".join(a.ljust(16, "\u3000") + gap + b for a, b in zip(left, right, strict=True) if len(a) == 16)
    (found,) = find_interleaved_columns(page)
    assert found.lines >= 8


@pytest.mark.parametrize(
    "text",
    [
        "项目名称及内容    责任单位及部门\n" * 10,
        "提案办理工作情况\t三百二十五件次\n" * 10,
        "1.召开会议\n2.办理提案\n3.走访委员\n" * 8,
        "",
    ],
)
def test_tables_and_lists(text: str) -> None:
    """Cells are no sentences."""
    assert list(find_interleaved_columns(text)) == []
