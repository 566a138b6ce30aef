"""The earlier plan against the later review: each task one outcome, every quote verbatim, the model says numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from follow_pair import EARLIER, LATER, a_pair, digest_of
from huimou.compare.followup.follow import MatchingChoices, build_pair_name, find_notes, follow_plan
from huimou.compare.followup.result import FollowUp
from huimou.digest.prompt_check import load_checked_prompts
from huimou.errors import InputError, UsageError
from huimou.llm.client import Client, open_client
from huimou.model.digest import Digest, Evidence, ProblemOut
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving

Pair = tuple[Digest, Digest]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Digests of the two short reports."""
    folder: Path = tmp_path_factory.mktemp("pair")
    return a_pair(folder)


def shown(body: Any) -> list[str]:
    """The numbered sentences of a question."""
    return str(body["messages"][-1]["content"]).partition("今年的句子:\n")[2].splitlines()


def verdicts(body: Any, says: Callable[[str], bool]) -> Reply:
    """One verdict a sentence."""
    answer = {str(n): "有" if says(line) else "无" for n, line in enumerate(shown(body), start=1)}
    return completion(json.dumps(answer, ensure_ascii=False), prompt_tokens=900)


@contextmanager
def asking(replies: list[Reply] | Callable[[Any], Reply]) -> Iterator[tuple[ScriptedServer, Client]]:
    """A client of a server that answers so."""
    with serving(replies) as server, open_client(Endpoint("openai", server.url, "m"), budget=0.1) as client:
        yield server, client


ASKING = MatchingChoices(floor=0.02)


def followed(
    pair: Pair, says: Callable[[str], bool], matching: MatchingChoices = ASKING
) -> tuple[ScriptedServer, FollowUp]:
    """The pair followed up by a model that says so of each sentence."""
    with asking(lambda body: verdicts(body, says)) as (server, client):
        return server, follow_plan(*pair, client, load_checked_prompts(), matching)


def outcomes(found: FollowUp) -> dict[str, tuple[str, str]]:
    """Outcome of each point and who decided, by the first words of its quote."""
    points = [point for task in found.tasks for point in task.points]
    return {point.evidence.quote[:4]: (point.outcome, point.made) for point in points}


def test_plain_cases_need_no_model(pair: Pair) -> None:
    """The target's own figure, the same words, and nothing alike at all are decided by program; the rest is asked."""
    server, found = followed(pair, lambda _: False)
    told = outcomes(found)
    assert told["地区生产"] == told["固定资产"] == told["改造老旧"] == ("reported", "program")
    assert told["推进松江"] == told["建立企业"] == ("not_seen", "program")
    assert told["建设光伏"] == ("reported", "program")
    assert told["开工建设"] == ("not_seen", "model")
    assert server.calls == found.asked.questions == found.asked.calls > 0


def test_model_finds_what_is_said_in_other_words(pair: Pair) -> None:
    """青临高速 is the road from 青松 to 临江, for the model says so; the quote is the report's."""
    _, found = followed(pair, lambda line: "青临" in line)
    (road,) = [p for task in found.tasks for p in task.points if "高速公路" in p.evidence.quote]
    assert (road.outcome, road.made, road.ground) == ("reported", "model", "model")
    assert [passage.evidence.quote for passage in road.passages] == [
        "青临高速控制性工程全面动工，累计完成投资9.2亿元。"
    ]


def test_verdicts_say_what_they_rest_on_and_how_sure_they_are(pair: Pair) -> None:
    """An indicator is surer than alike words; what nothing speaks for has no ground and is surely not seen."""
    _, found = followed(pair, lambda _: False)
    points = {p.evidence.quote[:4]: p for task in found.tasks for p in task.points}
    growth, sun, river = points["地区生产"], points["建设光伏"], points["推进松江"]
    assert (growth.ground, sun.ground, river.ground) == ("indicator", "likeness", None)
    assert growth.sure is not None
    assert sun.sure is not None
    assert growth.sure > sun.sure > 0.5
    assert river.sure is not None
    assert river.sure > 0.5


def test_model_is_not_asked_below_the_floor(pair: Pair) -> None:
    """A model that says yes to everything gets only what is likely; a lower floor is for one that knows better."""
    server, found = followed(pair, lambda _: True, MatchingChoices())
    assert outcomes(found)["开工建设"] == ("not_seen", "program")
    assert server.calls == 0
    _, found = followed(pair, lambda _: True)
    assert outcomes(found)["开工建设"] == ("reported", "model")


def test_target_stands_beside_result_as_printed(pair: Pair) -> None:
    """6%左右 beside 5.8%, with no word on whether it was reached; the level of 305.8亿元 is no result of a growth."""
    _, found = followed(pair, lambda _: False)
    targets = {t.metric: t for task in found.tasks for p in task.points for t in p.targets}
    growth = targets["地区生产总值增长"]
    assert (growth.quote, [one.quote for one in growth.results]) == ("6%左右", ["5.8%"])
    assert [one.quote for one in targets["固定资产投资增长"].results] == ["4.9%"]
    assert targets["城镇新增就业"].results == []
    assert "完成" not in {found.counts.model_dump_json(), *(task.outcome for task in found.tasks)}


def test_new_and_carried(pair: Pair) -> None:
    """What no task is found in is new; the river goes on."""
    _, found = followed(pair, lambda line: "青临" in line)
    assert [one.evidence.quote for one in found.new_work] == [
        "成功举办首届竹产业博览会，现场签约21.6亿元。",
    ]
    assert [(one.earlier_evidence.quote, one.later_evidence.quote) for one in found.carried] == [
        ("推进松江河流域综合治理。", "持续推进松江河流域综合治理。")
    ]
    (river,) = [task for task in found.tasks if any("松江河" in p.evidence.quote for p in task.points)]
    assert river.carried == [found.carried[0].later]


def test_number_outside_the_list_is_asked_again(pair: Pair) -> None:
    """An answer that names a sentence which was not shown is refused; the second one counts."""

    def reply(body: Any) -> Reply:
        if "不合要求" in str(body["messages"][-1]["content"]):
            return verdicts({"messages": body["messages"][:-2]}, lambda line: "青临" in line)
        return completion('{"9": "有"}', prompt_tokens=900)

    with asking(reply) as (server, client):
        found = follow_plan(*pair, client, load_checked_prompts(), ASKING)
    assert server.calls == 2 * found.asked.questions > 0
    assert outcomes(found)["开工建设"] == ("reported", "model")


def test_no_answer_is_said(pair: Pair) -> None:
    """A model that cannot answer leaves the point unanswered, never not seen, and the follow-up incomplete."""
    with asking([completion("不", prompt_tokens=900)]) as (_, client):
        found = follow_plan(*pair, client, load_checked_prompts(), ASKING)
    assert outcomes(found)["开工建设"] == ("unanswered", "model")
    assert not found.asked.complete
    assert found.counts.unanswered > 0


def evidences(found: FollowUp) -> tuple[list[Evidence], list[Evidence]]:
    """Every quote from the earlier and from the later report."""
    points = [point for task in found.tasks for point in task.points]
    earlier = [*(p.evidence for p in points), *(one.earlier_evidence for one in found.carried)]
    later = [
        *(passage.evidence for p in points for passage in p.passages),
        *(one.evidence for one in found.new_work),
        *(one.later_evidence for one in found.carried),
    ]
    return earlier, later


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.sets(st.integers(0, 7)))
def test_whatever_the_model_says_it_adds_up(pair: Pair, said: set[int]) -> None:
    """Each task once and with one outcome, quotes verbatim, each review sentence found in a task or new, never both."""
    _, found = followed(pair, lambda line: len(line) % 8 in said)
    earlier, later = evidences(found)
    assert all(EARLIER[one.start : one.end] == one.quote for one in earlier)
    assert all(LATER[one.start : one.end] == one.quote for one in later)
    assert [task.task for task in found.tasks] == [task.id for task in pair[0].next_year_plan.tasks]
    counts = found.counts
    assert counts.tasks == counts.reported + counts.not_seen + counts.unanswered == len(found.tasks)
    for task in found.tasks:
        assert (task.outcome == "reported") is any(point.passages for point in task.points)
        assert all((point.outcome == "reported") is bool(point.passages) for point in task.points)
    taken = {passage.evidence.start for task in found.tasks for p in task.points for passage in p.passages}
    new = {one.evidence.start for one in found.new_work}
    said_of = {one.start for item in pair[1].year_review.achievements for one in item.evidence}
    assert taken | new == said_of
    assert not taken & new


def test_notes_on_a_pair_that_does_not_fit(pair: Pair, tmp_path: Path) -> None:
    """Another body, another year and an unknown one are said in a line each."""
    one, other = pair
    assert find_notes(one, other) == []
    elsewhere = digest_of(LATER.replace("青松县", "白云县"), "x", tmp_path)
    assert [note.code for note in find_notes(one, elsewhere)] == ["other_body"]
    late = digest_of(LATER.replace("2024年工作", "2026年工作").replace("2025年工作", "2027年工作"), "x", tmp_path)
    (note,) = find_notes(one, late)
    assert note.code == "other_year"
    assert "2024年" in note.message
    assert "2026年" in note.message
    undated = digest_of(LATER.replace("2024年", "").replace("2025年", ""), "x", tmp_path)
    assert "unknown_year" in [note.code for note in find_notes(one, undated)]
    cut = other.model_copy(update={"run": other.run.model_copy(update={"complete": False})})
    assert [note.code for note in find_notes(one, cut)] == ["incomplete"]


def test_nothing_to_follow_is_refused(pair: Pair) -> None:
    """Without a plan, or without a review, there is one line and a hint, and no question."""
    one, other = pair
    bare = one.model_copy(update={"next_year_plan": one.next_year_plan.model_copy(update={"tasks": []})})
    empty = other.model_copy(update={"year_review": other.year_review.model_copy(update={"achievements": []})})
    with asking([completion("{}")]) as (server, client):
        with pytest.raises(UsageError, match="plans nothing"):
            follow_plan(bare, other, client, load_checked_prompts())
        with pytest.raises(UsageError, match="reviews nothing"):
            follow_plan(one, empty, client, load_checked_prompts())
        assert server.calls == 0


def test_marked_reports_are_followed_on_this_machine_only(pair: Pair) -> None:
    """What was digested here for its mark is not sent elsewhere afterwards."""
    one, other = pair
    mark = ProblemOut(code="secrecy_mark", message="报告标有“内部资料”，摘要请按同样的要求保管和传阅", start=0, end=4)
    marked = other.model_copy(update={"problems": [*other.problems, mark]})
    with asking(lambda body: verdicts(body, lambda _: False)) as (server, client):
        assert follow_plan(one, marked, client, load_checked_prompts()).tasks
        client.destinations = ("http://far.example/v1",)
        asked = server.calls
        with pytest.raises(InputError, match="is marked “内部资料” and would go to http://far"):
            follow_plan(one, marked, client, load_checked_prompts())
        assert server.calls == asked
        assert follow_plan(one, marked, client, load_checked_prompts(), MatchingChoices(allows_marked=True)).tasks


def test_slots_are_of_the_pair(pair: Pair) -> None:
    """Answers are kept under the names of both reports."""
    assert build_pair_name(*pair) == "qs-2023+qs-2024"
