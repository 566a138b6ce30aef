"""Items of next to nothing: no sentence of an overview is without items, and none breaks off."""

from __future__ import annotations

import random
import re

import pytest

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.overview import STYLES
from huimou.model.events import ignore_event
from huimou.model.report import Document
from silent_client import SilentClient

_WORDS = ("修路", "办实事", "3件", "好", "提案1件", "修桥。修路：", "做", "①", "A", "1", "，", "；", "（）", "——", "5%",
          "，，", "：", "的", "工作", "推进", "一是", "《》", "“”", "...", "、")  # fmt: skip
_MARKS = ("", "（一）", "1.", "●", "■", "一是")
_ENDS = ("。", "", "；", "\n")


def _write_lines(chance: random.Random) -> str:
    lines = (
        chance.choice(_MARKS) + "".join(chance.choices(_WORDS, k=chance.randint(1, 4))) + chance.choice(_ENDS)
        for _ in range(chance.randint(1, 6))
    )
    return "\n".join(lines)


def _write_report(seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    parts = [_write_lines(chance) for _ in range(3)]
    short = chance.choice((f"存在的问题：\n{parts[1]}\n", "不足：好。\n", ""))
    return f"青松市政府工作报告\n\n2023年工作回顾\n{parts[0]}\n{short}2024年工作安排\n{parts[2]}\n"


@pytest.mark.parametrize("style", STYLES)
def test_no_sentence_of_an_overview_is_without_items(style: str) -> None:
    """Nor without words, and none ends in the middle."""
    prompts, told = load_checked_prompts(), 0
    for seed in range(40):
        text = _write_report(seed)
        document = Document("a.txt", "a", text, "0" * 64, "utf-8", "text")
        digest = digest_report(document, SilentClient(), prompts, ignore_event, DigestChoices(style=STYLES[style]))
        for sentence in (*digest.year_review.overview, *digest.next_year_plan.overview):
            told += 1
            assert sentence.items, text
            assert re.search(r"(?:：|方面，|^)[^：]*\w", sentence.text), text
            assert not re.search(r"[：，、；][。；，]", sentence.text), (sentence.text, text)
    assert told > 20
