"""Sentences that hypothesis puts together from pieces of reports."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    "开展协商",
    "12",
    "1,300",
    "3.5",
    "%",
    "件",
    "余",
    "，",
    ",",
    "；",
    "。",
    "：",
    "《关于民生的意见》",
    "“双月，协商”",
    "坚持",
    "更好地",
    "围绕",
    "提出建议",
    "、",
    "（",
    "）",
    "……",
    "１２",
    "不断",
    "新局面",
    " ",
    "近",
    "第三次",
    "“",
    "》",
]
SENTENCES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join), min_size=1, max_size=4)
