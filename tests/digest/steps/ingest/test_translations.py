"""English behind the Chinese that it translates."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.translations import find_inline_translations
from huimou.language.text import apply_cuts, view_whole


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("召开会议12次。 We held 12 meetings over the past year. 办理提案。", "召开会议12次。 办理提案。"),
        ("一、工作回顾 Review of Our Work\n召开会议。", "一、工作回顾\n召开会议。"),
        ("工作报告 / Report on the Work\n", "工作报告\n"),
    ],
)
def test_translation(text: str, read: str) -> None:
    """Sentences behind a full stop, headings behind a space."""
    assert apply_cuts(view_whole(text), find_inline_translations(text)).text == read


@pytest.mark.parametrize(
    "text",
    ["加入RCEP。GDP增长6%。", "引进Made in China品牌", "A Study of Cities已出版", "发展AI for Science产业，引进人才"],
)
def test_names_stay(text: str) -> None:
    """Names and abbreviations in a sentence are part of it."""
    assert list(find_inline_translations(text)) == []
