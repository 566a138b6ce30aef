"""A drawing in pixels, or one line that says what is missing."""

from __future__ import annotations

import struct
import sys
from types import SimpleNamespace

import pytest

from huimou.errors import UsageError
from huimou.outputs.page.pictures import draw_bars
from huimou.outputs.pictures import PictureSheet, to_png, to_svg

SVG = to_svg(PictureSheet("标题", "说明", (draw_bars("各领域条目", ("提案",), {"n": [3]}, "项"),), "据a.txt"))


def test_the_size_is_that_of_the_drawing() -> None:
    """Times the zoom; a machine without a Chinese font says so."""
    pytest.importorskip("resvg_py")
    width = int(SVG.partition('width="')[2].partition('"')[0])
    try:
        one, three = to_png(SVG, 1), to_png(SVG, 3)
    except UsageError as error:
        pytest.skip(error.message)
    assert one[:8] == b"\x89PNG\r\n\x1a\n"
    assert [struct.unpack(">I", data[16:20])[0] for data in (one, three)] == [width, 3 * width]
    assert to_png(SVG, 1) == one
    assert to_png(SVG.replace("标题", "回眸"), 1) != one


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UsageError, match=r"PNG needs resvg_py.*huimou\[pictures\]"):
        to_png(SVG)


def test_without_a_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sign looks the same: better no picture than one of empty boxes."""
    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=lambda **_: b"box"))
    with pytest.raises(UsageError, match="no font of this machine has Chinese characters"):
        to_png(SVG)
