"""page: what goes into it, without a browser."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import TEXT, a_digest
from huimou.contract import Digest
from huimou.page import pictures, to_page
from huimou.page.index import MATRIX_ROWS, to_index
from huimou.page.shell import as_data, as_text, unseen
from huimou.page.tints import group_of, legend, pieces, why
from huimou.stages.render import REASONS
from huimou.stages.render.to_json import from_json

ROOT = Path(__file__).parents[1]
ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))


def seed(path: Path) -> tuple[Digest, str]:
    """An accepted digest and its text."""
    digest = from_json(path.read_text(encoding="utf-8"))
    return digest, (ROOT / "seeds" / digest.source.file).read_bytes().decode()


@given(st.text(st.characters(categories=None)))
def test_a_character_for_each(text: str) -> None:
    """Whatever the text, as many code points are shown, no markup is left, and what can be shown is itself."""
    shown = as_text(text)
    assert "<" not in shown
    back = html.unescape(str(shown)) if "&#" not in text else None
    assert unseen(text) == unseen(text + "好")
    shown.encode()
    if back is not None and not re.search(r"[\x80-\x9f]", text):
        assert len(back) == len(text)
        assert all(one in {other, "\ufffd", "\n"} for one, other in zip(back, text, strict=True))


def test_line_ends_break_lines() -> None:
    """Of all systems; a pair stays a pair, so that offsets hold."""
    assert as_text("a\r\nb\rc\nd\u2028e\x85f\vg\fh") == "a&#13;\nb\nc\nd\ne\nf\ng\nh"
    assert as_text("\x00\u202e\ud800<") == "\ufffd\ufffd\ufffd&lt;"
    assert as_data("</script>\u2028") == '"\\u003c/script>\\u2028"'


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_the_whole_text_is_there(path: Path) -> None:
    """Every character once, in order; every sentence a piece with its own start; the legend counts them all."""
    digest, text = seed(path)
    found = list(pieces(digest, text))
    assert html.unescape("".join(str(piece.text) for piece in found)) == text
    assert [piece.n for piece in found if piece.n] == [sentence.n for sentence in digest.sentences]
    assert [piece.start for piece in found if piece.n] == [sentence.start for sentence in digest.sentences]
    keys = legend(digest)
    assert sum(key.count for key in keys) == digest.coverage.sentences
    reasons = [reason for key in keys for reason in key.reasons]
    assert sum(reason.count for reason in reasons) == sum(digest.coverage.left_out.values())


def test_every_reason_has_a_tint() -> None:
    """No disposition falls through to the tint of headings by accident."""
    tints = {reason: group_of(reason) for reason in REASONS}
    assert set(tints.values()) == {"form", "idea", "else", "waste"}
    assert [reason for reason, tint in tints.items() if tint == "form"] == [
        reason
        for reason in REASONS
        if reason
        in {
            "heading",
            "title",
            "subtitle",
            "transition",
            "thanks",
            "caption",
            "front_matter",
            "salutation",
            "closing",
            "translation",
        }
    ]
    assert (why("cited"), why("uncovered"), why("thanks"), why("new")) == ("已引用", "未覆盖", "致谢", "new")


def test_the_same_again() -> None:
    """A page is the same bytes each time, pictures included."""
    digest, text = seed(ACCEPTED[0])
    assert to_page(digest, text) == to_page(digest, text)
    assert 'class="chart"' in to_page(digest, text)


def test_nothing_is_fetched() -> None:
    """No address, no inline handler or style; the policy allows what is shipped by hash, nothing else."""
    digest, text = seed(ACCEPTED[0])
    for page in (to_page(digest, text), to_index([])):
        body = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
        assert not re.search(r"https?:|\s(?:src|style|on\w+)=", body)
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert "unsafe" not in policy[1]
        assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")


def test_pictures_say_what_they_show() -> None:
    """Numbers in words for those who cannot see them; no style, date or id of the library's."""
    digest, _ = seed(ACCEPTED[0])
    found = pictures.pictures_of(digest)
    assert [picture.title for picture in found] == ["各领域的条目与数字", "各部分的篇幅", "句子的去向"]
    cited = f"已引用：{digest.coverage.cited}句"
    assert cited in found[2].svg
    for picture in found:
        assert re.match(r'<svg class="chart" viewBox="[\d. ]+" role="img" aria-label="', picture.svg)
        assert not re.search(r"<style|<!--|<script| id=| style=|pygal-chart", picture.svg)
    hostile = pictures.bars("<b>", ("<i>\\1",), {"n": [1]}, "个")
    assert "<i>" not in hostile.svg
    assert "&lt;i&gt;\\1：1个" in hostile.svg


def test_an_empty_batch_and_an_empty_digest() -> None:
    """No report, no plan, no items: pages that say so."""
    assert "0份报告" in to_index([])
    assert MATRIX_ROWS > 0
    page = to_page(a_digest(planned=False), TEXT)
    assert "本报告未设下一年计划。" in page
