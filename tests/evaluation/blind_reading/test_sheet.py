"""The sheet: a row a sentence, blind, inert."""

from __future__ import annotations

import csv
import io

from blind_sample import TEXTS, a_folder, a_report
from handmade import SENTENCES
from huimou.evaluation.blind_reading.sample import draw_sample
from huimou.evaluation.blind_reading.sheet import to_sheet
from huimou.evaluation.labels import SHEET_COLUMNS


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a sheet by title."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_each_sentence_has_a_row_with_its_source() -> None:
    """In the order of the sample; choice, reason and reader are empty."""
    sample = draw_sample(a_folder(), 9, 7, TEXTS)
    found = rows(to_sheet(sample))
    assert [row[SHEET_COLUMNS["text"]] for row in found] == [line.text for line in sample.lines]
    assert {row[SHEET_COLUMNS["sample"]] for row in found} == {sample.token}
    assert any(SENTENCES[2] in row[SHEET_COLUMNS["sources"]] for row in found)
    assert {row[SHEET_COLUMNS[name]] for row in found for name in ("choice", "reason", "reader")} == {""}


def test_nothing_says_what_the_program_thinks() -> None:
    """No mark, no reason to look, no word for how a sentence was made."""
    text = to_sheet(draw_sample(a_folder(), 60, 7))
    assert not any(word in text for word in ("⚠", "请核对此条", "重问", "模型", "reasked", "look"))


def test_no_cell_is_a_formula() -> None:
    """A sentence that begins like one has an apostrophe before it."""
    made = a_report("青松", 1)
    review = made.year_review
    bad = review.achievements[0].model_copy(update={"summary": "=HYPERLINK(1)\n二", "title": "@x"})
    digest = made.model_copy(update={"year_review": review.model_copy(update={"achievements": [bad]})})
    cells = [cell for row in rows(to_sheet(draw_sample({"青松": digest}, 9, 7))) for cell in row.values()]
    assert "'=HYPERLINK(1)二" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
