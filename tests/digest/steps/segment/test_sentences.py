"""Sentences are numbered, bounded and tile the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.segment.blocks import split_blocks
from huimou.digest.steps.segment.sentences import SENTENCE_LIMIT, split_sentences

_PIECES = st.lists(
    st.sampled_from(
        [
            "召开会议",
            "提案办复率100%",
            "《关于停车的建议》",
            "“",
            "”",
            "（",
            "）",
            "《",
            "。",
            "；",
            "！",
            "?",
            "……",
            "，",
            "、",
            "\n",
            "\n\n",
            "　　",
            "**",
        ]
    ),
    max_size=50,
).map("".join)


def _cut(text: str) -> list[str]:
    sentences, _ = split_sentences(split_blocks(text))
    return [text[s.start : s.end] for s in sentences]


@given(_PIECES)
def test_sentences_tile_the_text(text: str) -> None:
    """Numbered 1 to n in order, never empty, never overlapping, and only white space lies between them."""
    sentences, owners = split_sentences(split_blocks(text))
    last = 0
    for number, sentence in enumerate(sentences, 1):
        assert sentence.n == number
        assert text[sentence.start : sentence.end].strip()
        assert not text[last : sentence.start].strip()
        last = sentence.end
    assert not text[last:].strip()
    assert [n for own in owners for n in own] == [s.n for s in sentences]


@given(st.integers(1, 1500))
def test_no_sentence_is_endless(length: int) -> None:
    """A text without a full stop is still cut."""
    assert all(len(piece) <= SENTENCE_LIMIT for piece in _cut("会" * length))


def test_long_run_is_cut_at_a_comma() -> None:
    """The cut of an overlong run falls behind its punctuation."""
    pieces = _cut("推进城市更新，" * 80 + "完成。")
    assert len(pieces) > 1
    assert all(piece.endswith(("，", "。")) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("开展调研9次。形成报告4篇；提出建议20条！", ["开展调研9次。", "形成报告4篇；", "提出建议20条！"]),
        ("他说：“很好。”大家鼓掌。", ["他说：“很好。”", "大家鼓掌。"]),
        ("委员说“问题解决了！速度真快！”，大家都很高兴。", ["委员说“问题解决了！速度真快！”，大家都很高兴。"]),
        ("编印《回望。向前》一书。", ["编印《回望。向前》一书。"]),
        ("完成投资（含外资；折合人民币）8亿元。", ["完成投资（含外资；折合人民币）8亿元。"]),
        ("增长12.5%。下降0.3%。", ["增长12.5%。", "下降0.3%。"]),
    ],
)
def test_where_sentences_end(text: str, pieces: list[str]) -> None:
    """Stops and semicolons end a sentence with the quotes that close on it, but not inside brackets and titles."""
    assert _cut(text) == pieces


def test_unclosed_quote_does_not_swallow_the_text() -> None:
    """A quotation mark that is never closed hides no full stop."""
    assert _cut("组织“书香政协活动12期。读书心得300篇。走访委员45人。") == [
        "组织“书香政协活动12期。",
        "读书心得300篇。",
        "走访委员45人。",
    ]


def test_question_mark_of_a_lost_byte_ends_nothing() -> None:
    """`“?慧政协”` is a broken word, not a question."""
    assert _cut("推进“?慧政协”建设，上线新平台。召开会议3次。") == ["推进“?慧政协”建设，上线新平台。", "召开会议3次。"]


def test_sentence_keeps_its_line_break() -> None:
    """A sentence across two lines is one, with the break inside its range."""
    assert (
        _cut("市政协围绕乡村建设开展视察，提交报告。又组织联系党外\n\n委员走访企业6家。")[1]
        == "又组织联系党外\n\n委员走访企业6家。"
    )


def test_heading_is_one_sentence() -> None:
    """A heading is not cut, whatever stands in it."""
    assert _cut("深入调研……献良策") == ["深入调研……献良策"]
