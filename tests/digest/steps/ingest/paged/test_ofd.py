"""OFD: text, pages and places."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.paged.ofd import extract_ofd
from huimou.digest.steps.page_boxes import find_boxes
from huimou.errors import InputError
from ofd_files import LEFT, SIZE, STEP, TOP, OfdLine, build_ofd, lay_out

pytest.importorskip("ofdkit")
PARAGRAPHS = [
    "政协青松市委员会常务委员会工作报告",
    "一、2023年工作回顾",
    "一年来，市政协坚持围绕中心、服务大局，召开协商会议12次，办理提案325件，报送社情民意信息120条，走访委员860人次。",
    "组织委员视察9次，提交报告6篇。",
] * 9


def test_paragraphs_go_on_over_lines_and_pages() -> None:
    """Lines are joined to paragraphs, page numbers stand apart, and nothing is lost."""
    found = extract_ofd(build_ofd(lay_out("\n".join(PARAGRAPHS))), "r.ofd")
    lines = found.text.split("\n")
    assert [line for line in lines if not line.startswith("- ")] == PARAGRAPHS
    assert [line for line in lines if line.startswith("- ")] == [f"- {n} -" for n in range(1, len(lines) - 35)]
    assert not found.problems
    assert found.layout is not None
    kinds = {line.kind for line in found.layout.lines}
    assert kinds == {"body", "page_number"}


def test_the_place_of_words() -> None:
    """Boxes are in points from the corner of the page, a line of the page each."""
    found = extract_ofd(build_ofd(lay_out("\n".join(PARAGRAPHS))), "r.ofd")
    assert found.layout is not None
    at = found.text.index("一年来")
    first, second, *_ = find_boxes(found.layout.lines, at, at + len(PARAGRAPHS[2]))
    assert (first.page, second.page) == (1, 1)
    points = 72 / 25.4
    assert first.box[0] == pytest.approx((LEFT + 2 * SIZE) * points, abs=0.2)
    assert second.box[0] == pytest.approx(LEFT * points, abs=0.2)
    assert first.box[1] < (TOP + 2 * STEP) * points < first.box[3]


def test_what_lies_beside_the_page_is_not_read() -> None:
    """Nobody sees it."""
    found = extract_ofd(build_ofd([[OfdLine("召开会议12次。", LEFT, TOP), OfdLine("未见", 300.0, TOP)]]), "r.ofd")
    assert found.text == "召开会议12次。"


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file, pages of pictures and a missing library each give one line."""
    whole = build_ofd(lay_out("召开会议12次。"))
    with pytest.raises(InputError, match="damaged OFD"):
        extract_ofd(whole[: len(whole) // 2], "r.ofd")
    with pytest.raises(InputError, match="pages are pictures"):
        extract_ofd(build_ofd([[]]), "r.ofd")
    monkeypatch.setitem(__import__("sys").modules, "ofdkit", None)
    with pytest.raises(InputError, match=r'needs ofdkit.*pip install "huimou\[docs\]"'):
        extract_ofd(whole, "r.ofd")
