"""The row of a report in the index: what is known of its text before anybody reads it."""

from __future__ import annotations

import pytest

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.model.events import ignore_event
from huimou.model.report import Document, Problem
from huimou.outputs.index_row import build_index_row
from silent_client import SilentClient
from small_suite import REPORT

RECOGNISED = Problem("recognised_text", "第1页的文字由程序识别（OCR）")


@pytest.mark.parametrize(
    ("head", "problems", "note"),
    [
        ("", (), None),
        ("", (RECOGNISED,), "文字为识别所得"),
        ("内部资料 注意保存\n", (), "密级标志"),
        ("内部资料 注意保存\n", (RECOGNISED,), "密级标志；文字为识别所得"),
    ],
)
def test_scans_and_marks_are_noted(head: str, problems: tuple[Problem, ...], note: str | None) -> None:
    """Who looks for a report in the list sees what holds for its whole text."""
    document = Document("r.txt", "r", head + REPORT, "0" * 64, "utf-8", "text", problems=problems)
    digest = digest_report(document, SilentClient(), load_checked_prompts(), ignore_event)
    assert build_index_row(digest).note == note
