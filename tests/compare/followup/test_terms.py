"""What two sentences share, weighed by how rare it is in the pair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.compare.followup.matching.terms import Rarity, find_terms

TEXTS = st.lists(st.text(alphabet="工作推进建设高铁水库abc12，。", max_size=20), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("建水库。修路", {"建水", "水库", "修路"}),
        ("一、2024年", set()),
        ("APP 2.0上线", {"app", "上线"}),
        ("協商　議政", {"协商", "商议", "议政"}),
        ("水\n库", {"水库"}),
    ],
)
def test_terms(text: str, found: set[str]) -> None:
    """Pairs of characters within a run, simplified, line breaks gone; Latin words; no numbers."""
    assert find_terms(text) == found


def test_what_is_rare_weighs_more() -> None:
    """推进 stands in every sentence, 水库 in one."""
    rarity = Rarity.of([find_terms("推进水库"), find_terms("推进改革"), find_terms("推进创新")])
    shared, rare = find_terms("推进高铁"), find_terms("扩建水库")
    assert (
        rarity.measure_likeness(find_terms("推进水库"), rare)
        > rarity.measure_likeness(find_terms("推进水库"), shared)
        > 0
    )


@given(TEXTS)
def test_likeness_is_a_share_and_mutual(texts: list[str]) -> None:
    """Between 0 and 1, the same both ways, 1 for itself where there is anything to compare."""
    found = [find_terms(text) for text in texts]
    rarity = Rarity.of(found)
    for one in found:
        assert rarity.measure_likeness(one, one) == pytest.approx(1.0 if one else 0.0)
        for other in found:
            assert 0 <= rarity.measure_likeness(one, other) <= 1 + 1e-9
            assert rarity.measure_likeness(one, other) == rarity.measure_likeness(other, one)
