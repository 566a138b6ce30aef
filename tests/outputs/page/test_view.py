"""page: what goes into it, without a browser."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import TEXT, a_digest
from huimou.model.digest import Digest, ProblemOut
from huimou.model.review import collect_items
from huimou.outputs.html.shell import count_unseen, to_page_text, to_script_data
from huimou.outputs.labels import CODES, REASONS
from huimou.outputs.page import pictures
from huimou.outputs.page.index import MATRIX_ROWS, to_index
from huimou.outputs.page.report import to_page
from huimou.outputs.page.tints import build_legend, explain_disposition, find_tint, tint_text
from huimou.outputs.page.view import map_simplified_forms
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))


def seed(path: Path) -> tuple[Digest, str]:
    """An accepted digest and its text."""
    digest = from_json(path.read_text(encoding="utf-8"))
    return digest, (ROOT / "seeds" / digest.source.file).read_bytes().decode()


@given(st.text(st.characters(categories=None)))
def test_a_character_for_each(text: str) -> None:
    """Whatever the text, as many code points are shown, no markup is left, and what can be shown is itself."""
    shown = to_page_text(text)
    assert "<" not in shown
    back = html.unescape(str(shown)) if "&#" not in text else None
    assert count_unseen(text) == count_unseen(text + "好")
    shown.encode()
    if back is not None and not re.search(r"[\x80-\x9f]", text):
        assert len(back) == len(text)
        assert all(one in {other, "\ufffd", "\n"} for one, other in zip(back, text, strict=True))


def test_line_ends_break_lines() -> None:
    """Of all systems; a pair stays a pair, so that offsets hold."""
    assert to_page_text("a\r\nb\rc\nd\u2028e\x85f\vg\fh") == "a&#13;\nb\nc\nd\ne\nf\ng\nh"
    assert to_page_text("\x00\u202e\ud800<") == "\ufffd\ufffd\ufffd&lt;"
    assert to_script_data("</script>\u2028") == '"\\u003c/script>\\u2028"'


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_the_whole_text_is_there(path: Path) -> None:
    """Every character once, in order; every sentence a piece with its own start; the legend counts them all."""
    digest, text = seed(path)
    found = list(tint_text(digest, text))
    assert html.unescape("".join(str(piece.text) for piece in found)) == text
    assert [piece.n for piece in found if piece.n] == [sentence.n for sentence in digest.sentences]
    assert [piece.start for piece in found if piece.n] == [sentence.start for sentence in digest.sentences]
    keys = build_legend(digest)
    assert sum(key.count for key in keys) == digest.coverage.sentences
    left = [key for key in keys if key.group not in {"cited", "uncovered"}]
    assert sum(key.count for key in left) == sum(digest.coverage.left_out.values())
    for key in left:  # a name that is alone in its group is not said twice
        assert [reason.title for reason in key.reasons] != [key.title]
        assert sum(reason.count for reason in key.reasons) == (key.count if key.reasons else 0)


def test_every_reason_has_a_tint() -> None:
    """No disposition falls through to the tint of headings by accident."""
    tints = {reason: find_tint(reason) for reason in REASONS}
    assert set(tints.values()) == {"form", "idea", "else", "waste"}
    assert [reason for reason, tint in tints.items() if tint == "form"] == [
        reason
        for reason in REASONS
        if reason
        in {
            "heading",
            "title",
            "thanks",
            "caption",
            "front_matter",
            "closing",
            "translation",
            "table_header",
        }
    ]
    assert (
        explain_disposition("cited"),
        explain_disposition("uncovered"),
        explain_disposition("thanks"),
        explain_disposition("new"),
    ) == ("已引用", "未引用也未说明", "致谢", "new")


def test_a_tint_with_one_reason_of_its_name_stands_alone() -> None:
    """「版式残留」 once where it is the only reason, with its reasons where there are others."""
    digest, _ = seed(ROOT / "fixtures" / "accepted" / "yingtan-2022.json")
    waste = {sentence.n for sentence in digest.sentences if sentence.disposition == "boilerplate"}
    assert waste
    assert next(key for key in build_legend(digest) if key.group == "waste").reasons == ()
    two = [
        one.model_copy(update={"disposition": "page_number"}) if one.n == min(waste) else one
        for one in digest.sentences
    ]
    more = next(key for key in build_legend(digest.model_copy(update={"sentences": two})) if key.group == "waste")
    assert [reason.title for reason in more.reasons] == ["版式残留", "页码"]


def test_blank_lines_before_the_title_take_no_room() -> None:
    """They are a piece of their own, which the style hides; every offset stays."""
    digest = a_digest()
    moved = [one.model_copy(update={"start": one.start + 4, "end": one.end + 4}) for one in digest.sentences]
    found = list(tint_text(digest.model_copy(update={"sentences": moved}), f"\n \n\n{TEXT}"))
    assert [(str(piece.text), piece.n) for piece in found if piece.lead] == [("\n \n\n", 0)]
    assert (found[1].n, found[1].start) == (1, 4)
    assert not any(piece.lead for piece in tint_text(digest, TEXT))


def test_a_search_folds_what_the_page_shows() -> None:
    """Only characters that are shown and have another simplified form, each as long as its form."""
    digest, text = seed(ROOT / "fixtures" / "accepted" / "yingtan-2022.json")
    found = map_simplified_forms(digest, text)
    assert found["協"] == "协"
    assert set(found) <= set(text) | {char for item in collect_items(digest) for char in item.summary}
    assert all(len(a.encode("utf-16")) == len(b.encode("utf-16")) and a != b for a, b in found.items())
    assert map_simplified_forms(a_digest(), TEXT) == {}


def test_a_text_that_is_no_report_says_why() -> None:
    """At the head of the page, not only that nothing was found."""
    why_not = ProblemOut(
        code="not_a_report", message="不像年度工作报告，未作摘要：开头写明<甲方>", start=None, end=None
    )
    empty = a_digest().year_review.model_copy(update={"achievements": []})
    page = to_page(a_digest().model_copy(update={"problems": [why_not], "year_review": empty}), TEXT)
    assert '<p class="refused" role="note">不像年度工作报告，未作摘要：开头写明&lt;甲方&gt;</p>' in page
    assert "未从原文提取到成绩条目" not in page
    other = to_page(a_digest().model_copy(update={"year_review": empty}), TEXT)
    assert 'class="refused"' not in other
    assert "未从原文提取到成绩条目" in other


def test_no_code_is_shown() -> None:
    """Checks and problems have Chinese names."""
    digest, text = seed(ROOT / "fixtures" / "accepted" / "yingtan-2022.json")
    codes = {one.code for one in (*digest.checks, *digest.problems)}
    shown = to_page(digest, text)
    assert len(codes) > 3
    assert not [code for code in codes if f"<small>{code}</small>" in shown]
    assert all(f"<small>{CODES[code]}</small>" in shown for code in codes)


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
    found = pictures.draw_pictures(digest)
    assert [picture.title for picture in found] == ["各领域的条目与数字", "各部分的篇幅", "句子的去向"]
    cited = f"已引用：{digest.coverage.cited}句"
    assert cited in found[2].svg
    for picture in found:
        assert re.match(r'<svg class="chart" viewBox="[\d. ]+" role="img" aria-label="', picture.svg)
        assert not re.search(r"<style|<!--|<script| id=| style=|pygal-chart", picture.svg)
    silent = pictures.draw_bars("t", ("甲", "乙"), {"n": [0, 3]}, "个")
    assert silent.svg.count('class="value"') == 1
    hostile = pictures.draw_bars("<b>", ("<i>\\1",), {"n": [1]}, "个")
    assert "<i>" not in hostile.svg
    assert "&lt;i&gt;\\1：1个" in hostile.svg


def test_an_empty_batch_and_an_empty_digest() -> None:
    """No report, no plan, no items: pages that say so."""
    assert "0份报告" in to_index([])
    assert MATRIX_ROWS > 0
    page = to_page(a_digest(planned=False), TEXT)
    assert "本报告未设下一年计划。" in page
