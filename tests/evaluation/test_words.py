"""The measures of the words: what a point's items say, must not say, how long they are, and how they are titled."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from huimou.evaluation.words import (
    WORDS,
    describe_words,
    judge_overview,
    judge_points,
    read_word_annotation,
    score_words,
)
from places import ROOT
from reference_words import measure_words

ACCEPTED, GOLD = ROOT / "fixtures" / "accepted", ROOT / "fixtures" / "gold"
STEMS = sorted(path.stem for path in (GOLD / WORDS).glob("*.json"))
SAID: dict[str, Any] = {"title": "夜间协商日", "say": [["夜间协商", "晚间协商"], ["36场"]], "not": ["有力推动"]}


def item(summary: str, *, title: str = "夜间协商日", start: int = 0, end: int = 40) -> dict[str, Any]:
    """An item with one range of evidence."""
    return {"id": "A1", "title": title, "summary": summary, "evidence": [{"start": start, "end": end}]}


def digest(*items: dict[str, Any], overview: str = "") -> dict[str, Any]:
    """A digest of achievements."""
    sentences = [{"text": overview, "items": ["A1"]}] if overview else []
    return {"year_review": {"overview": sentences, "achievements": list(items)}, "next_year_plan": {"tasks": []}}


def judged(*items: dict[str, Any], said: dict[str, Any] = SAID, end: int = 40, kind: str = "achievements") -> Any:
    """What the words make of one point over the first characters of the text."""
    made = digest(*items)
    made["year_review"][kind] = made["year_review"].pop("achievements")
    (one,) = judge_points(made, {kind: [{"id": "P1", "spans": [[0, end]]}]}, {"points": {"P1": said}})
    return one


@pytest.mark.parametrize("stem", STEMS)
def test_the_measures_are_those_of_the_definition(stem: str) -> None:
    """As the definitions stated a second time measure the accepted digests."""
    found = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (ACCEPTED / f"{stem}.json", GOLD / f"{stem}.json", GOLD / WORDS / f"{stem}.json")
    ]
    assert dataclasses.asdict(score_words(*found)) == measure_words(*found)


@pytest.mark.parametrize("stem", STEMS)
def test_annotations_fit_the_gold(stem: str) -> None:
    """Each speaks of points that there are, names them as it asks of others, and lists something to say."""
    gold = json.loads((GOLD / f"{stem}.json").read_text(encoding="utf-8"))
    words = read_word_annotation(GOLD / f"{stem}.json")
    assert words is not None
    known = {point["id"] for kind in ("achievements", "shortcomings", "tasks") for point in gold[kind]}
    assert words["file"] == gold["file"]
    assert words["points"].keys() <= known
    assert [id_ for id_, one in words["points"].items() if not one["say"] or not all(one["say"])] == []


@pytest.mark.parametrize("stem", STEMS)
def test_the_ideal_sentences_pass_their_own_measure(stem: str) -> None:
    """A digest of the annotator's own sentences says everything and nothing unwanted, and the titles are good."""
    gold = json.loads((GOLD / f"{stem}.json").read_text(encoding="utf-8"))
    words = json.loads((GOLD / WORDS / f"{stem}.json").read_text(encoding="utf-8"))
    made: dict[str, Any] = {"year_review": {}, "next_year_plan": {}}
    for kind, part in (("achievements", "year_review"), ("shortcomings", "year_review"), ("tasks", "next_year_plan")):
        annotated = [(point, words["points"][point["id"]]) for point in gold[kind] if point["id"] in words["points"]]
        made[part][kind] = [
            {
                "id": point["id"],
                "title": said["title"],
                "summary": said["ideal"],
                "evidence": [{"start": start, "end": end} for start, end in point["spans"]],
            }
            for point, said in annotated
        ]
    points = judge_points(made, gold, words)
    assert [(one.id, one.unsaid, one.titled) for one in points if not (one.whole and one.titled)] == []
    assert [(one.id, words) for one in points for words in one.unwanted if words in one.entries[0].summary] == []


def test_any_alternative_says_a_thing() -> None:
    """Of each group one is enough; what none of its words says is named with the whole group."""
    assert judged(item("举办晚间协商36场。")).pasteable
    one = judged(item("举办协商36场。"))
    assert (one.said, one.wanted, one.unsaid) == (1, 2, (("夜间协商", "晚间协商"),))
    assert not one.whole


def test_width_marks_and_traditional_characters_do_not_count() -> None:
    """The same words are heard however they are written."""
    assert judged(item("舉辦夜間協商３６場。")).whole
    assert judged(item("举办夜间、协商，36 场。")).whole


def test_what_must_not_stand_is_untrue() -> None:
    """One such word, and the point can no longer be pasted."""
    one = judged(item("举办夜间协商36场，有力推动治理。"))
    assert (one.whole, one.true, one.unwanted, one.pasteable) == (True, False, ("有力推动",), False)


def test_items_speak_together_for_a_point() -> None:
    """What one leaves out the other may say; an item elsewhere does not speak for it."""
    halves = item("举办夜间协商。", end=20), item("共36场。", start=20)
    assert judged(*halves).whole
    assert not judged(halves[0], item("共36场。", start=40, end=80)).whole


def test_half_of_the_shorter_is_enough() -> None:
    """Of a long item that lies about the point, or of a short one within it; a character less is not."""
    assert judged(item("x", start=20, end=60)).entries
    assert not judged(item("x", start=21, end=61)).entries
    assert judged(item("x", start=0, end=300)).entries


def test_a_point_without_item_is_not_said_but_neither_untrue_nor_long() -> None:
    """Nothing is said of it, and it has no title."""
    one = judged()
    assert (one.said, one.whole, one.true, one.short, one.titled, one.pasteable) == (0, False, True, True, False, False)


@pytest.mark.parametrize(
    ("length", "end", "short"), [(60, 40, True), (61, 40, False), (72, 120, True), (73, 120, False)]
)
def test_long_is_over_sixty_and_over_six_tenths_of_the_evidence(length: int, end: int, short: bool) -> None:  # noqa: FBT001
    """Either bound alone may be passed."""
    assert judged(item("字" * length, end=end), end=end).short is short


@pytest.mark.parametrize(
    ("title", "good"),
    [
        ("夜间协商", True),
        ("晚间协商日", True),
        ("夜间日", False),  # three characters
        ("夜间协商" + "一" * 18, True),
        ("夜间协商" + "一" * 19, False),
        ("开展夜间协商…", False),
        ("完善工作制度", False),
    ],
)
def test_titles(title: str, good: bool) -> None:  # noqa: FBT001
    """4 to 22 characters, not cut, and two characters in a row of the annotated one."""
    assert judged(item("举办夜间协商36场。", title=title)).titled is good


def test_shortcomings_need_no_title() -> None:
    """Their items have none."""
    assert judged(item("夜间协商只有36场。", title=""), kind="shortcomings").titled
    assert not judged(kind="shortcomings").titled


def test_overview_points_are_said_when_all_their_groups_are() -> None:
    """In any sentence of the same part; a point of the plan is not said in the review."""
    point = [["夜间协商"], ["36场"]]
    made = digest(overview="夜间协商有声有色，全年三十六场。")
    assert judge_overview(made, {"overview": {"review": [point], "plan": []}}) == (("夜间协商 36场", False),)
    made = digest(overview="夜间协商全年36场。")
    assert judge_overview(made, {"overview": {"review": [point], "plan": [point]}}) == (
        ("夜间协商 36场", True),
        ("夜间协商 36场", False),
    )


def test_without_reference_points_there_is_no_measure_of_the_overview() -> None:
    """None, not 0; the measures of points stand by themselves."""
    gold = {"achievements": [{"id": "P1", "spans": [[0, 40]]}]}
    score = score_words(digest(item("举办夜间协商36场。")), gold, {"points": {"P1": SAID}})
    assert (score.points, score.keys, score.pasteable, score.overview) == (1, 1.0, 1.0, None)


def test_faults_are_described_point_by_point() -> None:
    """What is not said, what must not stand, too long, title; a point that is good is not listed."""
    bad = judged(item("有力推动" + "字" * 60, title="工作"))
    assert describe_words(
        [bad, judged(item("举办夜间协商36场。")), judged()], [("湿地 12次", False), ("提案", True)]
    ) == [
        "P1: not said: 夜间协商/晚间协商、36场; must not stand: 有力推动; too long; title",
        f"    A1 工作｜有力推动{'字' * 60}",
        "P1: no item speaks for it",
        "overview: not said: 湿地 12次",
    ]


def test_marks_are_counted_by_item() -> None:
    """An item of a bad point is bad, also where it speaks for a good one; one that speaks for none is not counted."""
    gold = {"achievements": [{"id": "P1", "spans": [[0, 40]]}, {"id": "P2", "spans": [[40, 80]]}]}
    said = {"title": "夜间协商日", "say": [["夜间协商"]]}
    annotation = {"points": {"P1": said, "P2": said}}
    rows = [
        ("A1", "办夜间协商。", 0, 40, None),
        ("A2", "办协商。", 40, 80, "漏了要点"),
        ("A3", "办了。", 40, 80, None),
        ("A4", "夜间协商。", 0, 40, "太长"),
        ("A5", "夜间协商。", 90, 99, "太长"),
    ]
    made = digest(
        *({**item(words, start=start, end=end), "id": id_, "look": look} for id_, words, start, end, look in rows)
    )
    score = score_words(made, gold, annotation)
    assert (score.marked, score.alarms) == (0.5, 0.5)
    spanning = digest({**item("办协商。", start=0, end=80), "look": "漏了要点"})
    assert score_words(spanning, gold, annotation).alarms is None
