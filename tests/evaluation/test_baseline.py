"""Floors under the measures."""

from __future__ import annotations

import dataclasses
import json

import pytest

from huimou.evaluation.baseline import check_baseline, compute_fingerprint, find_below, make_baseline, pin_baseline
from huimou.evaluation.scores import (
    ContractScore,
    CoverageScore,
    DigestScore,
    DomainScore,
    FigureScore,
    ItemScore,
    MetaScore,
    PointScore,
    Scores,
    SectionScore,
    WordScore,
)


def scores(recall: float | None = 0.9, breaches: int = 0, *, plan_year: bool = True) -> Scores:
    """Scores with the given measures and plain others."""
    points = PointScore(10, 9, recall, recall, 12, 0.5, 0.8)
    return Scores(
        contract=ContractScore(breaches, []),
        sections=SectionScore(0.95),
        coverage=CoverageScore(1, 50, 9, 10),
        meta=MetaScore(review_years=True, plan_year=plan_year, region=True, organisation="政协"),
        achievements=points,
        tasks=dataclasses.replace(points, recall=None),
        digest=DigestScore(0.4, 0.7),
        items=ItemScore(20, 19, 1, 0, 0, 0.95, 0),
        figures=FigureScore(10, 10, 9, 11, 1.0, 0.9, 0.9),
        domains=DomainScore(0.8),
    )


def test_scores_pass_their_own_baseline():
    """A baseline, also after a trip through JSON, is passed by the scores that it was made of."""
    reports = {"a": scores(0.9), "b": scores(0.7)}
    baseline = json.loads(json.dumps(make_baseline(reports, "print")))
    assert check_baseline(baseline, reports, "print") == []


def test_a_worse_report_is_named_with_its_measure():
    """Recall that falls is told for the report and for the mean; the other report stays out of it."""
    baseline = make_baseline({"a": scores(0.9), "b": scores(0.7)}, "print")
    worse = check_baseline(baseline, {"a": scores(0.8), "b": scores(0.7)}, "print")
    assert "a: achievements.recall is 0.8, at least 0.9 wanted" in worse
    assert "mean: achievements.recall is 0.75, at least 0.8 wanted" in worse
    assert not any(line.startswith("b:") for line in worse)


def test_better_scores_pass():
    """More recall than the floor is no complaint."""
    baseline = make_baseline({"a": scores(0.9, 2)}, "print")
    assert check_baseline(baseline, {"a": scores(0.95, 0)}, "print") == []


def test_other_inputs_make_the_baseline_void():
    """Floors of other reports or annotations are not compared at all."""
    baseline = make_baseline({"a": scores()}, "print")
    assert len(check_baseline(baseline, {"a": scores(0.1)}, "other")) == 1


def test_a_report_that_is_not_measured_is_told():
    """Leaving a report out does not pass."""
    baseline = make_baseline({"a": scores(), "b": scores()}, "print")
    assert "b: not measured" in check_baseline(baseline, {"a": scores()}, "print")


@pytest.mark.parametrize(
    ("measured", "floors", "count"),
    [
        (scores(0.9), {"achievements.recall": 0.9}, 0),
        (scores(0.9), {"achievements.recall": 0.91}, 1),
        (scores(breaches=0), {"contract.breaches": 0}, 0),
        (scores(breaches=1), {"contract.breaches": 0}, 1),
        (scores(None), {"achievements.recall": 0.5}, 1),
        (scores(plan_year=False), {"meta.plan_year": 1.0}, 1),
    ],
)
def test_floors_and_ceilings(measured, floors, count):
    """A measure may not be below its floor, above its ceiling, or gone."""
    assert len(find_below(measured, floors)) == count


def test_the_fingerprint_follows_content_and_names(tmp_path):
    """Changed bytes or names change the fingerprint, also of what is annotated of words; a README does not."""
    seeds, gold = tmp_path / "seeds", tmp_path / "gold"
    seeds.mkdir()
    gold.mkdir()
    (seeds / "a.txt").write_text("报告", encoding="utf-8")
    (gold / "a.json").write_text("{}", encoding="utf-8")
    first = compute_fingerprint(seeds, gold)
    (seeds / "README.md").write_text("about", encoding="utf-8")
    assert compute_fingerprint(seeds, gold) == first
    (gold / "a.json").write_text("{ }", encoding="utf-8")
    second = compute_fingerprint(seeds, gold)
    (seeds / "a.txt").rename(seeds / "b.txt")
    third = compute_fingerprint(seeds, gold)
    (gold / "words").mkdir()
    (gold / "words" / "FORMAT.md").write_text("about", encoding="utf-8")
    assert compute_fingerprint(seeds, gold) == third
    (gold / "words" / "a.json").write_text("{}", encoding="utf-8")
    assert len({first, second, third, compute_fingerprint(seeds, gold)}) == 4


def test_words_have_floors_where_they_are_annotated():
    """A report without such an annotation has none; one whose annotation is gone is told."""
    said = dataclasses.replace(scores(), words=WordScore(10, 0.9, 0.8, 1.0, 0.9, 0.7, 0.6, None))
    baseline = make_baseline({"a": said, "b": scores()}, "print")
    assert baseline["floors"]["report"]["a"]["words.pasteable"] == 0.6
    assert not any(name.startswith("words.") for name in baseline["floors"]["report"]["b"])
    assert "words.overview" not in baseline["floors"]["mean"]
    worse = check_baseline(baseline, {"a": scores(), "b": scores()}, "print")
    assert "a: words.pasteable has no value, was 0.6" in worse


def test_pinning_raises_floors_and_lowers_them_only_when_told():
    """Better scores raise the floors; worse ones leave them, unless lowering is asked for; so on other reports."""
    old = make_baseline({"a": scores(0.9)}, "print")
    assert pin_baseline(old, {"a": scores(0.95)}, "print", lower=False) == (
        make_baseline({"a": scores(0.95)}, "print"),
        [],
    )
    kept, worse = pin_baseline(old, {"a": scores(0.8)}, "print", lower=False)
    assert kept == old
    assert "a: achievements.recall is 0.8, at least 0.9 wanted" in worse
    assert pin_baseline(old, {"a": scores(0.8)}, "print", lower=True)[0] == make_baseline({"a": scores(0.8)}, "print")
    assert pin_baseline(old, {"a": scores(0.8)}, "other", lower=False)[0] == old
    assert pin_baseline(old, {"a": scores(0.8)}, "other", lower=True)[0] == make_baseline({"a": scores(0.8)}, "other")
    assert pin_baseline(None, {"a": scores(0.8)}, "print", lower=False) == (
        make_baseline({"a": scores(0.8)}, "print"),
        [],
    )
