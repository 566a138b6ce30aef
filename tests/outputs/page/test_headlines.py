"""The headline figures of a report: which ones, and what the picture says of each."""

from __future__ import annotations

import re

import pytest

from compared import a_report
from handmade import a_digest
from huimou.model.digest import Digest, OverviewSentence
from huimou.outputs.page.headlines import MOST, draw_headlines, select_headlines
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_each_number_is_printed_with_its_place(path: object) -> None:
    """Of the seeds: as in the text, with the sentence in which it stands; none of the plan, none vague."""
    digest = from_json(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    found = draw_headlines(digest)
    assert found is not None
    chosen = select_headlines(digest)
    assert 3 <= len(chosen) <= MOST
    printed = re.findall(r'class="number"[^>]*>([^<]*)<', found.svg)
    places = re.findall(r'class="at"[^>]*>第(\d+)句 · (F\d+)<', found.svg)
    for number, (sentence, id_), figure in zip(printed, places, chosen, strict=True):
        spot = next(one for one in digest.sentences if one.n == int(sentence))
        assert number.endswith(figure.quote)
        assert id_ == figure.id
        assert spot.start <= figure.start < spot.end
        assert figure.section == "review"
        assert figure.value is not None


def test_what_the_overview_says_comes_first() -> None:
    """Where there are more numbers than room, those of the overview stay; one item gives two at most."""
    digest = a_report(*(f"全年办理第{sign}类提案{n}件。" for n, sign in enumerate("甲乙丙丁戊己庚辛壬癸", 11)))
    last = digest.figures[-1]
    told = OverviewSentence(text=f"办理提案{last.quote}。", items=last.items, made="source", evidence=[])
    review = digest.year_review.model_copy(update={"overview": [told]})
    chosen = select_headlines(digest.model_copy(update={"year_review": review}))
    assert len(chosen) == MOST
    assert last in chosen
    assert list(chosen) == sorted(chosen, key=lambda figure: figure.start)
    assert last not in select_headlines(digest)


def test_a_report_without_numbers_has_no_picture() -> None:
    """Nothing is drawn; nor are numbers of the plan alone."""
    assert draw_headlines(a_report("开展大走访。")) is None
    assert draw_headlines(a_report("开展大走访。", plan=["办好提案100件。"])) is None


def test_hostile_words_are_shown() -> None:
    """Markup in what is counted is text."""
    evil = "<script>alert(1)</script>"
    found: Digest = a_digest(outside=evil)
    figures = [figure.model_copy(update={"metric": evil, "actor": None}) for figure in found.figures]
    picture = draw_headlines(found.model_copy(update={"figures": figures}))
    assert picture is not None
    assert "<script" not in picture.svg
    assert "&lt;script&gt;" in picture.svg
