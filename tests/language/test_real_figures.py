"""Figures of the five samples that were read by hand: value, unit, mode, what is counted and whose deed it is."""

from __future__ import annotations

from functools import cache

import pytest

from huimou.digest.steps.assemble.figures import settle_actor
from huimou.digest.steps.segment import segment
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import select_shipped_profile
from huimou.model.report import Outline, Quantity
from places import ROOT
from real_quantities import NAMES, QUANTITIES

SEEDS = ROOT / "seeds"


@cache
def _read(stem: str) -> tuple[str, Outline, tuple[Quantity, ...]]:
    text = (SEEDS / f"{stem}.txt").read_bytes().decode()
    return text, segment(text), find_quantities(text, select_shipped_profile("political_consultative").doers)


@pytest.mark.parametrize("row", QUANTITIES, ids=lambda row: f"{row[0]}-{row[3]}-{row[1]}")
def test_quantity_of_a_sample(row: tuple[str, int, str, str, float | None, str, str, str, str | None]) -> None:
    """Each is found at its place and read as a person reads it."""
    stem, place, whole, quote, *expected = row
    text, outline, quantities = _read(stem)
    assert text[place : place + len(whole)] == whole
    (found,) = [q for q in quantities if place <= q.start and q.end <= place + len(whole) and q.quote == quote]
    assert [found.value, found.unit, found.mode, found.counted, settle_actor(outline, found).actor] == expected


@pytest.mark.parametrize(("stem", "name"), NAMES)
def test_name_of_a_sample_is_no_quantity(stem: str, name: str) -> None:
    """Names, ordinals, dates and figures of speech count nothing, wherever the report prints them."""
    text, _, quantities = _read(stem)
    places = [start for start in range(len(text)) if text.startswith(name, start)]
    assert places
    assert not [q.quote for q in quantities for start in places if start <= q.start < start + len(name)]
