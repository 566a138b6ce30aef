"""Advertisements go where their end is certain; what a report says of its own channels stays."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.watermarks import find_loose_watermarks, find_watermarks, is_watermark
from huimou.language.text import apply_cuts, fold, view_whole


def _read(text: str) -> str:
    return apply_cuts(view_whole(text), find_watermarks(text)).text


@pytest.mark.parametrize(
    "line",
    [
        *("微信公众号：临江发布", "仅供内部使用", "【内部资料 请勿外传】", "本文来自临江信息网", "www.example.com"),
        *("更多资料请关注公众号临江文库", "未经授权，禁止转载", "扫描下方二维码", "https://example.com/a?b=1"),
    ],
)
def test_lines(line: str) -> None:
    """Advertisements, stamps and addresses on a line of their own."""
    assert is_watermark(fold(line))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "微信公众号：推送信息300条",
            "来源：临江日报",
            "加强内部文件管理",
            "办好“临江政协”微信公众号",
            "文章来源：临江日报",
        ),
        *("建立健全内部使用管理制度", "开通微信公众号、视频号"),
    ],
)
def test_lines_of_a_report(line: str) -> None:
    """Work on channels, statistics and sources."""
    assert not is_watermark(fold(line))
    assert _read(line) == line


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("召开会议（微信公众号：临江发布）12次。", "召开会议12次。"),
        ("召开会议。本文来自临江信息网（www.example.com）。办理提案。", "召开会议。办理提案。"),
        ("召开会议。微信公众号：临江发布 办理提案。", "召开会议。 办理提案。"),
        ("召开会议www.example.com办理提案。", "召开会议办理提案。"),
        ("召开仅供内部使用会议，办理仅供内部使用提案。", "召开会议，办理提案。"),
        (
            "召开公众号：临江发布会议，办理公众号：临江发布提案，开展公众号：临江发布视察。",
            "召开会议，办理提案，开展视察。",
        ),
    ],
)
def test_inside_paragraphs(text: str, read: str) -> None:
    """Bounded by brackets, sentences or spaces, or printed again and again."""
    assert _read(text) == read


def test_no_certain_end() -> None:
    """An advertisement in mid-sentence that is printed once is only said."""
    text = "召开微信公众号：临江发布会议。"
    assert _read(text) == text
    ((start, end),) = find_loose_watermarks(text)
    assert text[start:end].startswith("微信公众号：临江发布")
