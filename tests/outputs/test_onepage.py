"""onepage: a draft of one sheet, in Markdown, HTML and Word."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from handmade import a_digest, reviewed
from huimou.model.digest import Digest, OverviewSentence
from huimou.outputs.formats import write_formats
from huimou.outputs.office import to_onepage_docx
from huimou.outputs.onepage import CHARACTERS, LINES, build_one_page
from huimou.outputs.page.onepage import to_onepage_html
from huimou.outputs.render.to_onepage import to_onepage_markdown

HOSTILE = "<script>x</script>|*a*\n# b\x00"


def with_overviews(review: list[str], plan: list[str], digest: Digest | None = None) -> Digest:
    """A digest with these sentences and one on its shortcoming."""
    digest = digest or a_digest()
    told = [OverviewSentence(text=text, items=["A1"], made="model") for text in review]
    weak = OverviewSentence(text="存在的不足：办理渠道不够宽。", items=["S1"], made="source")
    planned = [OverviewSentence(text=text, items=["T1"], made="model") for text in plan]
    return digest.model_copy(
        update={
            "year_review": digest.year_review.model_copy(update={"overview": [*told, weak]}),
            "next_year_plan": digest.next_year_plan.model_copy(update={"overview": planned}),
        }
    )


def test_a_title_three_paragraphs_and_a_foot() -> None:
    """The overviews' sentences in one paragraph each, the shortcomings without their name twice."""
    page = build_one_page(with_overviews(["召开协商会8次。", "办理提案93件。"], ["推进协商平台建设。"]))
    assert page.title == "政协临江市委员会2022年工作回顾与2023年任务"
    assert page.parts == (
        ("工作回顾", "召开协商会8次。办理提案93件。"),
        ("存在不足", "办理渠道不够宽。"),
        ("2023年任务", "推进协商平台建设。"),
    )
    assert page.foot.endswith("所据条目3项，人工核对0项。")


def test_a_report_without_a_plan_says_so() -> None:
    """In place of the plan; what the report looks ahead to follows."""
    without = a_digest(planned=False)
    assert build_one_page(with_overviews([], [], without)).parts[-1] == ("2023年展望", "本报告未设下一年计划。")
    ahead = build_one_page(with_overviews([], ["用好调查研究。"], without)).parts[-1]
    assert ahead == ("2023年展望", "本报告未设下一年计划，仅有展望：用好调查研究。")
    assert build_one_page(with_overviews([], [], without)).title == "政协临江市委员会2022年工作回顾"


def test_what_does_not_fit_goes_figures_last() -> None:
    """The page's lines hold; the first sentence of a part stays, and so do those with figures."""
    empty = ["推进" + "各项工作" * 18 + "。" for _ in range(12)]
    told = ["开局。", *empty, "办理提案93件，召开协商会8次，走访企业75家，提出建议260条，捐款12万元。"]
    page = dict(build_one_page(with_overviews(told, ["主线。", *empty[:6]])).parts)
    lines = sum(-(-(len(text) + 2) // CHARACTERS) for text in page.values())
    assert lines <= LINES
    assert page["工作回顾"].startswith("开局。")
    assert page["工作回顾"].endswith("捐款12万元。")
    assert page["2023年任务"].startswith("主线。推进")


def test_foot_tells_of_persons() -> None:
    """How many items persons have checked, and sentences of which an item was corrected."""
    page = build_one_page(with_overviews(["召开协商会8次。"], [], reviewed(a_digest(), "A1", corrected="更正。")))
    assert "人工核对" in page.foot
    assert "1句所据条目经人工更正，此稿未改" in page.foot


def test_markdown_and_page_show_text_as_text() -> None:
    """What comes from a report or a model is escaped, one line a paragraph."""
    digest = with_overviews([HOSTILE], [])
    markdown = to_onepage_markdown(digest)
    assert "<script" not in markdown
    assert "\n# b" not in markdown
    html = to_onepage_html(digest)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_word_document_is_the_draft() -> None:
    """Its paragraphs are title, headings, texts and foot; the bytes are the same every time."""
    digest = with_overviews(["召开协商会8次。"], ["推进协商平台建设。"])
    page = build_one_page(digest)
    written = docx.Document(io.BytesIO(to_onepage_docx(digest)))
    parts = [text for part in page.parts for text in part]
    assert [one.text for one in written.paragraphs] == [page.title, *parts, page.foot]
    assert to_onepage_docx(digest) == to_onepage_docx(digest)


@pytest.mark.parametrize("name", ["onepage.md", "onepage.html", "onepage.docx"])
def test_formats_write_it_beside_the_report(tmp_path: Path, name: str) -> None:
    """A file of its own, `<stem>.onepage.*`."""
    assert write_formats(tmp_path, "临江", "", with_overviews(["召开协商会8次。"], []), [name]) == ()
    assert (tmp_path / f"临江.{name}").stat().st_size > 0
