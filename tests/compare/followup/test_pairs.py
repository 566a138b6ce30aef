"""What is compared with what: points of the plan, sentences of the review, candidates."""

from __future__ import annotations

from pathlib import Path

import pytest

from follow_pair import a_pair
from huimou.compare.followup.matching.candidates import PairIndex
from huimou.compare.followup.matching.continued import find_continued
from huimou.compare.followup.matching.points import list_points, list_review_sentences
from huimou.model.digest import Digest


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Digest, Digest]:
    """Digests of the two short reports."""
    folder: Path = tmp_path_factory.mktemp("pair")
    return a_pair(folder)


def test_listed_targets_are_points_of_their_own(pair: tuple[Digest, Digest]) -> None:
    """Three indicators in one sentence are three points; a sentence with one target is one."""
    quotes = [point.evidence.quote for point in list_points(pair[0].next_year_plan.tasks)]
    assert quotes == [
        "地区生产总值增长6%左右",
        "固定资产投资增长7%以上",
        "城镇新增就业4800人以上",
        "改造老旧小区15个。",
        "开工建设青松至临江高速公路。",
        "建立企业家接待日制度。",
        "建设光伏发电项目，惠及村民。",
        "推进松江河流域综合治理。",
    ]


def test_ids_are_the_task_and_a_number(pair: tuple[Digest, Digest]) -> None:
    """Each id once, each beginning with its task's."""
    points = list_points(pair[0].next_year_plan.tasks)
    assert len({point.id for point in points}) == len(points)
    assert all(point.id.startswith(f"{point.task.id}.") for point in points)


def test_sentences_stand_once_and_titles_do_not(pair: tuple[Digest, Digest]) -> None:
    """A sentence of two items is one with both; the bold title of an item is no statement."""
    item = pair[1].year_review.achievements[0]
    title = item.evidence[0].model_copy(update={"quote": "思想武装加强。", "start": 0, "end": 7})
    other = item.model_copy(update={"id": "A99", "evidence": [title, *item.evidence]})
    told = list_review_sentences([item, other])
    assert [[i.id for i in one.items] for one in told] == [[item.id, "A99"]] * len(item.evidence)


def test_candidates_are_few_and_the_likeliest_first(pair: tuple[Digest, Digest]) -> None:
    """Only those with a name or number of the point, in falling order of chance; 老旧小区 is found by its own words."""
    field = PairIndex.of(*pair)
    for point in field.points:
        chances = [one.chance for one in field.find_candidates(point)]
        assert chances == sorted(chances, reverse=True)
        assert all(0 < one < 1 for one in chances)
    assert len(field.find_candidates(field.points[0])) < len(field.told)
    (homes,) = [point for point in field.points if "老旧小区" in point.evidence.quote]
    assert "老旧小区" in field.find_candidates(homes)[0].told.evidence.quote


def test_later_plan_goes_on(pair: tuple[Digest, Digest]) -> None:
    """The river is planned again, the park is new."""
    told = [one.evidence for one in PairIndex.of(*pair).told]
    going = [(one.earlier.evidence.quote, one.later.evidence.quote) for one in find_continued(*pair, told)]
    assert going == [("推进松江河流域综合治理。", "持续推进松江河流域综合治理。")]
