"""Two sides against a real HTTP server whose answers depend on the prompt: measures, verdicts, turns, no cache."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.prompts import PromptSet
from huimou.errors import EndpointError, UsageError
from huimou.evaluation.ab_test.lockstep import ABSide, ABTestSetting, AnnotatedReport
from huimou.evaluation.ab_test.observations import EVERY_PROMPT
from huimou.evaluation.ab_test.paired_statistics import Judgement
from huimou.evaluation.ab_test.result import ABTestResult, run_ab_test, to_json, to_outcome
from huimou.llm.client import open_client
from huimou.model.events import DigestEvent, UnitDone, ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint
from scripted_server import Asked, Reply, ScriptedServer, serving
from town_reports import TOPICS, TOWNS, good_model, is_reask, kind_of, question_of, report, said

MARK = "【乙】"
PRAISE = "“这座桥修好以后，我们村120户人家出门方便多了！”"


def is_marked(body: Any) -> bool:
    """Whether the request is made from the changed prompt."""
    return MARK in str(body["messages"][0]["content"])


def with_side_b(change: Callable[[str, Any], Reply | None]) -> Callable[[Any], Reply]:
    """The good model, but the changed prompt's summaries go through `change`, which may leave one as it is."""

    def model(body: Any) -> Reply:
        if kind_of(body) == "summary" and is_marked(body) and not is_reask(body):
            good = json.loads(good_model(body).body["choices"][0]["message"]["content"])["summary"]
            return change(good, body) or good_model(body)
        return good_model(body)

    return model


def marked(prompts: PromptSet, prompt_id: str = "item-summary") -> PromptSet:
    """The prompts with a mark in one of them."""
    prompt = prompts[prompt_id]
    return prompts.replace_prompt(replace(prompt, system=prompt.system + MARK, version=99, digest="0" * 12))


@cache
def own_prompts() -> PromptSet:
    """The program's own."""
    return load_checked_prompts()


def run(
    model: Callable[[Any], Reply] = good_model,
    reports: Sequence[Document] = (),
    *,
    repeats: int = 1,
    concurrency: int = 1,
    prompt: str = "item-summary",
    recordings: Path | None = None,
    routes: dict[str, Reply] | None = None,
) -> tuple[ABTestResult, list[Asked]]:
    """Compare the own prompts with the marked ones; the requests that arrived, in their order."""
    with serving(model, routes) as server:
        endpoint = Endpoint("openai", server.url, "m", concurrency=concurrency)
        setting = ABTestSetting(
            ABSide("A", endpoint, own_prompts()),
            ABSide("B", endpoint, marked(own_prompts(), prompt)),
            tested=frozenset({prompt}),
            repeats=repeats,
            recordings=recordings,
            budget=0.1,
        )
        subjects = [AnnotatedReport(document) for document in reports or [report("青松", TOPICS[:3])]]
        return run_ab_test(subjects, setting, ignore_event), server.chats


def setting_of(server: ScriptedServer, concurrency: int) -> ABTestSetting:
    """The own prompts against the marked ones on a server."""
    endpoint = Endpoint("openai", server.url, "m", concurrency=concurrency)
    sides = (ABSide("A", endpoint, own_prompts()), ABSide("B", endpoint, marked(own_prompts())))
    return ABTestSetting(*sides, tested=frozenset({"item-summary"}), repeats=1, budget=0.1)


def of(comparison: ABTestResult, key: str) -> Judgement:
    """The judgement of one measure."""
    return next(judgement for judgement in comparison.judgements if judgement.measure.key == key)


def without_first_figure(summary: str, _: Any) -> Reply:
    """The summary without its first number and what it counts."""
    return said(summary=re.sub(r"调研\d+次", "调研", summary, count=1))


@cache
def dropped() -> ABTestResult:
    """Side B forgets a figure in every summary, on four reports."""
    return run(with_side_b(without_first_figure), [report(town) for town in TOWNS])[0]


def test_a_dropped_figure_is_seen_at_first_and_repaired_in_the_digest() -> None:
    """What the model said is worse; the digest has the figure again, since the program's own sentence wins."""
    said_figures, figures, stands = (of(dropped(), key) for key in ("said_figures", "figures", "stands"))
    assert (said_figures.before, said_figures.verdict) == (1.0, "worse")
    assert said_figures.after == pytest.approx(
        (len(TOPICS) * 2 / 3 + 1) / (len(TOPICS) + 1)
    )  # the plan's has none to drop
    assert said_figures.units == 4 * len(TOPICS) + 4
    assert said_figures.reports == 4
    assert (figures.before, figures.after, figures.verdict) == (1.0, 1.0, "no evidence")
    assert (stands.before, stands.after, stands.verdict) == (1.0, pytest.approx(1 / 5), "worse")
    assert of(dropped(), "valid").verdict != "worse"


def test_changes_are_named() -> None:
    """Each item says that it is the program's own on one side only; the cost of the run is no change."""
    for one in dropped().reports:
        made = [n for n in one.changes if (n.change.what, n.change.field) == ("achievement", "made")]
        assert len(made) == len(TOPICS)
        assert {n.times for n in made} == {1}
        assert not [n for n in one.changes if n.change.what == "run"]


def test_without_an_annotation_what_needs_one_is_left_out_and_said() -> None:
    """No gold: no recall, and a note that says so."""
    keys = {judgement.measure.key for judgement in dropped().judgements}
    assert not keys & {"recall", "precision", "gist", "domains"}
    assert "no annotation for 白水" in " ".join(dropped().notes) or "no annotation for 红岩" in " ".join(
        dropped().notes
    )
    assert "recall of achievements and tasks" in " ".join(dropped().notes)


def test_made_up_numbers_are_worse_whatever_the_interval() -> None:
    """One number in one summary of many."""
    once = threading.Event()

    def invent(summary: str, _: Any) -> Reply | None:
        if once.is_set():
            return None
        once.set()
        return said(summary=summary + ",惠及群众98765人")

    comparison, _ = run(with_side_b(invent))
    numbers, untrue = of(comparison, "said_numbers"), of(comparison, "said_untrue")
    assert (numbers.before, numbers.after) == (0.0, pytest.approx(1 / numbers.units))
    assert (numbers.verdict, numbers.note.split(";")[0]) == ("worse", "any rise is worse")
    assert untrue.verdict == "too few data"
    assert (of(comparison, "made_up").before, of(comparison, "made_up").after) == (0.0, 0.0)
    assert numbers in comparison.worse


def test_invalid_answers_cost_a_reask() -> None:
    """Side B answers more than half of the summaries in a wrong shape at first: each costs one more question."""

    def broken(_: str, body: Any) -> Reply | None:
        times = re.findall(r"调研(\d+)次", question_of(body))
        return said(wrong="x") if times and int(times[0]) % 3 else None

    comparison, asked = run(with_side_b(broken), [report(town) for town in TOWNS])
    valid, reasks = of(comparison, "valid"), of(comparison, "reasks")
    assert valid.before == 1.0
    assert valid.after == pytest.approx(9 / 20)
    assert valid.verdict == "worse"
    assert reasks.after == pytest.approx(1 - valid.after)
    assert len(asked) == comparison.before.asked + comparison.after.asked


def sides_of(asked: Sequence[Asked]) -> str:
    """Which side each summary came from, in order of arrival; marks are in the summary prompt only."""
    return "".join("B" if is_marked(one.body) else "A" for one in asked if kind_of(one.body) == "summary")


def test_calls_alternate_strictly_on_the_wire() -> None:
    """A B A B … with one call under way; the second repeat begins with the other side."""
    comparison, asked = run(repeats=2)
    half = len(sides_of(asked)) // 2
    assert half == 8  # four items
    assert sides_of(asked) == "AB" * (half // 2) + "BA" * (half // 2)
    assert comparison.repeats == 2


def test_neither_side_gets_ahead_with_several_calls_under_way() -> None:
    """One call of each side at once: whichever server is slower, nobody is more than a call ahead at its start."""

    def slow(body: Any) -> Reply:
        return replace(good_model(body), delay=0.005 if is_marked(body) else 0.0)

    _, asked = run(slow, [report("青松")], concurrency=2)
    sides = sides_of(asked)
    lead = [sides[:n].count("A") - sides[:n].count("B") for n in range(len(sides) + 1)]
    assert set(sides) == {"A", "B"}
    assert max(map(abs, lead)) <= 2  # starts differ by one; the last two may overtake each other on their way
    assert lead[-1] == 0


def test_repeats_are_calls_of_their_own() -> None:
    """Three repeats ask three times what one asks: nothing is answered from a store."""
    once, thrice = run()[1], run(repeats=3)[1]
    bodies, repeated = (Counter(json.dumps(one.body, sort_keys=True) for one in asked) for asked in (once, thrice))
    assert repeated == {body: 3 * times for body, times in bodies.items()}


def test_flicker_is_seen() -> None:
    """Side B's answers differ from repeat to repeat."""
    turn = Counter[str]()

    def moody(summary: str, body: Any) -> Reply:
        question = body["messages"][-1]["content"]
        turn[question] += 1
        return said(summary=summary.rstrip("。") + "。" * (turn[question] % 2))

    flicker = of(run(with_side_b(moody), [report(town) for town in TOWNS[:2]], repeats=2)[0], "flicker")
    assert (flicker.before, flicker.after, flicker.verdict) == (0.0, 1.0, "worse")
    assert "these reports only" in flicker.note


def test_the_same_on_both_sides_is_no_evidence() -> None:
    """A mark that changes nothing: no measure is better or worse, no item changed but for the prompt's own label."""
    comparison, _ = run(reports=[report(town) for town in TOWNS[:3]], repeats=2)
    costs = {"seconds"}  # the machine's own
    assert not {j.verdict for j in comparison.judgements if j.measure.key not in costs} & {"improved", "worse"}
    assert not any(one.changes for one in comparison.reports)
    assert "no unit differs" in of(comparison, "said_figures").note


def recorded(folder: Path, document: Document) -> None:
    """Record the report with the own prompts."""
    with serving(good_model) as server:
        endpoint = Endpoint("openai", server.url, "m", concurrency=1)
        with open_client(endpoint, record=folder, budget=0.1) as client:
            digest_report(document, client, own_prompts(), ignore_event)


def test_upstream_questions_are_replayed_and_not_asked(tmp_path: Path) -> None:
    """Testing the second look, summaries come from the recordings on both sides; what is looked at never does."""
    plain = report("青松")
    praised = replace(plain, text=plain.text.replace("\n\n二、", f"\n\n{PRAISE}\n\n二、"))
    recorded(tmp_path, praised)
    comparison, asked = run(reports=[praised], prompt="second-look", recordings=tmp_path, repeats=2)
    assert {kind_of(one.body) for one in asked} == {"1"}
    assert comparison.before.replayed == comparison.after.replayed > 0
    assert len(asked) == comparison.before.asked + comparison.after.asked
    assert of(comparison, "valid").units == len(asked) / 4
    assert not [note for note in comparison.notes if "asked live" in note]


def test_what_is_tested_is_never_replayed(tmp_path: Path) -> None:
    """The old side's summaries have fresh recordings and are asked all the same."""
    recorded(tmp_path, report("青松"))
    comparison, asked = run(reports=[report("青松")], recordings=tmp_path)
    assert sides_of(asked) == "AB" * (len(TOPICS) + 1)
    assert {kind_of(one.body) for one in asked} == {"summary"}
    assert comparison.after.asked == comparison.before.asked == len(TOPICS) + 1


def test_llama_cpp_is_asked_not_to_reuse_prompts() -> None:
    """Every request of both sides carries the switch there, and none elsewhere."""
    props = {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 2, "model_path": "m"}
    _, there = run(routes={"/props": Reply(props)})
    _, elsewhere = run()
    assert {one.body.get("cache_prompt") for one in there} == {False}
    assert not [one for one in elsewhere if "cache_prompt" in one.body]


def test_two_models_are_asked_everything() -> None:
    """Every question of every prompt is live; both names are on the wire in turn; all four kinds of unit are there."""
    with serving(good_model) as server:
        one, two = (Endpoint("openai", server.url, name, concurrency=1) for name in ("m1", "m2"))
        setting = ABTestSetting(
            ABSide("m1", one, own_prompts()), ABSide("m2", two, own_prompts()), repeats=1, budget=0.1
        )
        comparison = run_ab_test([AnnotatedReport(report("青松"))], setting, ignore_event)
    assert setting.tested == EVERY_PROMPT
    assert comparison.before.replayed == 0
    assert Counter(asked.body["model"] for asked in server.chats) == {
        "m1": len(server.chats) // 2,
        "m2": len(server.chats) // 2,
    }
    assert (comparison.before.model, comparison.after.model) == ("m1", "m2")


@pytest.mark.parametrize("status", [401, 400])
def test_a_server_that_refuses_ends_both_sides_at_once(status: int) -> None:
    """One clear error of the side that failed; the other does not go on alone."""

    def model(body: Any) -> Reply:
        return Reply({"error": {"message": "no"}}, status) if is_marked(body) else good_model(body)

    with serving(model) as server:
        setting = setting_of(server, concurrency=2)
        with pytest.raises(EndpointError, match=r"refuses") as caught:
            run_ab_test([AnnotatedReport(report("青松"))], setting, ignore_event)
    assert "has stopped" not in str(caught.value)
    assert server.calls <= 8  # of 16


def interrupt(event: DigestEvent) -> None:
    """The terminal's Ctrl-C at the first unit."""
    if isinstance(event, UnitDone):
        raise KeyboardInterrupt


def test_an_interruption_ends_both_sides() -> None:
    """No further call starts, and the interruption is what is raised."""
    with serving(good_model) as server:
        setting = setting_of(server, concurrency=1)
        with pytest.raises(KeyboardInterrupt):
            run_ab_test([AnnotatedReport(report("青松"))], setting, interrupt)
    assert server.calls <= 4


def test_nothing_to_compare_on() -> None:
    """No report, or two of one name: said before anything is asked."""
    endpoint = Endpoint("openai", "http://127.0.0.1:9/v1", "m")
    setting = ABTestSetting(ABSide("A", endpoint, own_prompts()), ABSide("B", endpoint, own_prompts()))
    with pytest.raises(UsageError, match="no report"):
        run_ab_test([], setting, ignore_event)
    with pytest.raises(UsageError, match="two reports are named 青松"):
        run_ab_test([AnnotatedReport(report("青松"))] * 2, setting, ignore_event)


def test_json_and_page_values() -> None:
    """Everything is in the JSON; the page's value has the changes and both sides' measures."""
    data = json.loads(to_json(dropped()))
    found = {one["measure"]: one for one in data["judgements"]}
    assert found["said_figures"]["verdict"] == "worse"
    assert data["reports"][0]["changes"][0]["sources"][0]["quote"]
    assert data["before"]["asked"] == dropped().before.asked
    outcome = to_outcome(dropped(), ["a line"])
    assert str(outcome.problems[0]) == "a line"
    assert len(outcome.reports[0].changes) == len(dropped().reports[0].changes)
    assert outcome.reports[0].measures.keys() == {"made_up", "uncovered"}
