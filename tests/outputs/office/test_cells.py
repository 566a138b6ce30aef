"""office.cells: what is put into a cell is what it says, and how it is known again."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.outputs.office.ledgers.cells import hash_cell, hash_value, read_cell, write_cell

_ANY = st.one_of(st.none(), st.integers(-(10**14), 10**14), st.floats(-1e12, 1e12), st.text(max_size=40))


@settings(max_examples=50)
@given(_ANY)
def test_the_print_is_that_of_the_cell(value: float | str | None) -> None:
    """Right after it was written; so an untouched cell never passes for one that a person changed."""
    cell = openpyxl.Workbook().active["A1"]
    write_cell(cell, value)
    assert hash_cell(cell) == hash_value(value)
    assert cell.data_type != "f"


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_it_survives_a_file(text: str) -> None:
    """Saved and loaded, the cell has the same print."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    write_cell(book.active["A1"], text)
    book.save(out)
    assert hash_cell(openpyxl.load_workbook(io.BytesIO(out.getvalue())).active["A1"]) == hash_value(text)


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (3, "3"), (0, "0"), (2.5, "2.5"), (None, ""), ("甲", "甲")])
def test_numbers_say_the_same_whoever_wrote_them(value: float | str | None, text: str) -> None:
    """Programs write 3.0 as 3."""
    cell = openpyxl.Workbook().active["A1"]
    write_cell(cell, value)
    assert read_cell(cell) == text
