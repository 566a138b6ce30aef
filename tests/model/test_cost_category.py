"""Questions belong to the stage that asks them, in a real run too."""

from __future__ import annotations

import pytest

from huimou.digest.questions.registry import find_cost_part
from huimou.digest.questions.units import build_second_look_id
from huimou.model.cost_category import CostPart


@pytest.mark.parametrize(
    ("path", "stage", "question"),
    [
        ("武汉/item-summary/review.3", "wording", "item-summary"),
        ("武汉/item-summary/review.3-a", "wording", "item-summary"),
        ("武汉/item-summary/plan.1.s2", "wording", "item-summary"),
        ("武汉/second-look/sentence-9", "second look", "second-look"),
        (f"武汉/item-summary/{build_second_look_id('plan', 9)}", "second look", "item-summary"),
        (f"武汉/item-summary/{build_second_look_id('review', 9)}.s3", "second look", "item-summary"),
        ("a-look.b/item-summary/review.3", "wording", "item-summary"),
        ("武汉/own-question/x", "other", "own-question"),
        ("probe", "other", "probe"),
    ],
)
def test_stage_of_a_slot(path: str, stage: str, question: str) -> None:
    """The question tells, and for words about what the second look found the unit."""
    part = find_cost_part(path)
    assert (part.stage, part.question) == (stage, question)


def test_parts_sort_in_the_order_of_the_work() -> None:
    """Wording, second look, then anything else."""
    paths = ("probe", "r/second-look/s", "r/item-summary/p-look.2", "r/item-summary/p")
    assert [part.stage for part in sorted(map(find_cost_part, paths))] == [
        "wording",
        "second look",
        "second look",
        "other",
    ]
    assert find_cost_part("r/second-look/s") == CostPart(1, "second-look")
