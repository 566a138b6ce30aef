"""Follow-ups measured against judged tasks, by pieces of text and by ranges; the sentence counts for itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from follow_pair import LATER, a_pair
from huimou.compare.followup.follow import MatchingChoices, follow_plan
from huimou.compare.followup.result import FollowUp
from huimou.digest.prompt_check import load_checked_prompts
from huimou.errors import UsageError
from huimou.evaluation.following_up import JudgedTask, average_scores, read_judgement, score_follow_up
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.settings import Endpoint


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FollowUp:
    """The short pair followed up by the program alone."""
    folder: Path = tmp_path_factory.mktemp("pair")
    with open_client(Endpoint("builtin"), replay=Replay((folder,), "note")) as client:
        return follow_plan(*a_pair(folder), client, load_checked_prompts(), MatchingChoices(floor=0.9))


HOMES = JudgedTask("改造老旧小区15个", ("完成16个老旧小区改造",), "16个")
SILENT = JudgedTask("建立企业家接待日制度", ())
ROAD = JudgedTask("开工建设青松至临江高速公路", ("青临高速控制性工程",))


def test_all_right_is_one(found: FollowUp) -> None:
    """A found task, a silent one and a printed result."""
    scores = score_follow_up(found, [HOMES, SILENT])
    assert (scores.precision, scores.recall, scores.f1, scores.f1_sentence) == (1, 1, 1, 1)
    assert (scores.tasks, scores.silent, scores.results) == (2, 1, 1)
    assert 0 < scores.calibration < 0.2


def test_missed_and_wrong_sentence_and_wrong_result_cost(found: FollowUp) -> None:
    """A missed task costs recall, a wrong sentence only the measure with sentences, a silent one that is given both."""
    missed = score_follow_up(found, [HOMES, ROAD])
    assert (missed.precision, missed.recall, missed.f1) == (1, 0.5, 0.667)
    other = score_follow_up(found, [JudgedTask("改造老旧小区15个", ("86户村民",), "15个")])
    assert (other.f1, other.f1_sentence, other.results) == (1, 0, 0)
    given = score_follow_up(found, [JudgedTask("改造老旧小区15个", ())])
    assert (given.precision, given.silent) == (0, 0)


def test_ranges_and_pieces_are_read(found: FollowUp, tmp_path: Path) -> None:
    """Both forms of a judgement come to the same."""
    task = next(p.evidence for t in found.tasks for p in t.points if "老旧小区" in p.evidence.quote)
    at = LATER.index("完成16个")
    ranges, pieces = tmp_path / "ranges.json", tmp_path / "pieces.json"
    ranges.write_text(json.dumps([{"span": [task.start, task.end], "passages": [[at, at + 10]]}]), encoding="utf-8")
    gold = {"earlier": "a", "later": "b", "tasks": [{"task": "改造老旧小区", "reported": ["完成16个老旧小区改造"]}]}
    pieces.write_text(json.dumps(gold), encoding="utf-8")
    one, other = (score_follow_up(found, read_judgement(path)) for path in (ranges, pieces))
    assert one == other
    assert one.f1_sentence == 1


@pytest.mark.parametrize("text", ["{}", "[1]", '{"tasks": 3}', "不是"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    """One line says that it is no judgement."""
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="no judgement"):
        read_judgement(path)


def test_a_task_of_another_plan_is_refused(found: FollowUp) -> None:
    """A judgement of another report is noticed."""
    with pytest.raises(UsageError, match="no point of the plan"):
        score_follow_up(found, [JudgedTask("修建跨海大桥", ())])


def test_pairs_weigh_by_their_tasks(found: FollowUp) -> None:
    """The mean is that of all tasks."""
    one, other = score_follow_up(found, [HOMES, SILENT]), score_follow_up(found, [ROAD])
    assert average_scores({"a": one, "b": other})["recall"] == 0.667
