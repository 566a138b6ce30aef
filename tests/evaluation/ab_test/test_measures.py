"""The list of measures is whole and means what it says."""

from __future__ import annotations

from huimou.evaluation.ab_test.measures import BY_KEY, NEEDS_GOLD, OF_REPORTS, OF_UNITS
from huimou.evaluation.labels import AB_TEST_MEASURES


def test_every_measure_has_a_name_a_title_and_a_threshold() -> None:
    """Keys are unique and named in Chinese; what matters is more than nothing; costs are judged by shares."""
    assert len(BY_KEY) == len(OF_UNITS) + len(OF_REPORTS)
    assert AB_TEST_MEASURES.keys() == BY_KEY.keys()
    assert BY_KEY.keys() >= NEEDS_GOLD
    assert all(measure.matters > 0 for measure in BY_KEY.values())
    assert {key for key, measure in BY_KEY.items() if measure.relative} == {
        "prompt_tokens",
        "completion_tokens",
        "seconds",
    }


def test_made_up_numbers_may_never_rise() -> None:
    """Those that were said and those that were published, and nothing else is so strict."""
    strict = {key for key, measure in BY_KEY.items() if measure.no_rise}
    assert strict == {"said_numbers", "made_up"}
    assert all(BY_KEY[key].better == "lower" for key in strict)
