"""What is measured of one side: every unit finds its item, in every report, mode and state of the text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.evaluation.ab_test.lockstep import ExchangeCollector, QuestionCollector
from huimou.evaluation.ab_test.observations import EVERY_PROMPT, SideDigest, UnitMeasures, measure_report, measure_units
from huimou.evaluation.evaluate import score_digest
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint
from places import ROOT
from scripted_server import Reply, completion, serving, tool_call
from town_reports import good_model, kind_of, report

SEEDS = ("jingzhou-2020", "suizhou-2023", "wuhan-2017-2021", "xianning-2022", "yingtan-2022")


def replayed(name: str) -> SideDigest:
    """A seed digested from its recordings."""
    ears, questions = ExchangeCollector(), QuestionCollector()
    document = read_report(ROOT / "seeds" / f"{name}.txt")
    replay = Replay((ROOT / "fixtures" / "recordings",))
    prompts = load_checked_prompts(ROOT / "prompts")
    with open_client(Endpoint("builtin"), replay=replay, listen=ears.listen) as client:
        digest = digest_report(document, client, prompts, ignore_event, DigestChoices(listen=questions.listen))
    return SideDigest(document, digest, ears.take(), questions.texts)


def live(document: Document, model: Any = good_model, **settings: Any) -> SideDigest:
    """A document digested by a scripted model."""
    ears, questions = ExchangeCollector(), QuestionCollector()
    prompts = load_checked_prompts(ROOT / "prompts")
    with serving(model) as server:
        endpoint = replace(Endpoint("openai", server.url, "m", concurrency=1), **settings)
        with open_client(endpoint, budget=0.1, listen=ears.listen) as client:
            digest = digest_report(document, client, prompts, ignore_event, DigestChoices(listen=questions.listen))
    return SideDigest(document, digest, ears.take(), questions.texts)


def of_kind(found: dict[str, UnitMeasures], kind: str) -> list[UnitMeasures]:
    """The units of one prompt."""
    return [unit for name, unit in found.items() if name.startswith(f"{kind}/")]


@pytest.mark.parametrize("name", SEEDS)
def test_every_unit_of_the_seeds_is_measured(name: str) -> None:
    """Each group finds exactly one item, each sentence its answer; costs add up."""
    seen = replayed(name)
    gold = json.loads((ROOT / "fixtures" / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    found = measure_units(seen, EVERY_PROMPT, gold)
    items = of_kind(found, "item-summary")
    slots = {heard.ticket.slot for heard in seen.heard if heard.ticket.prompt_id == "item-summary"}
    assert len(items) == len({slot.unit for slot in slots if slot.sample == 1}) > 0
    assert all({"stands", "coverage", "length", "said_coverage", "said_untrue"} <= unit.values.keys() for unit in items)
    spent = sum(heard.usage.prompt_tokens for heard in seen.heard)
    assert sum(unit.values["prompt_tokens"] for unit in found.values()) == pytest.approx(spent)
    assert any("gist" in unit.values for unit in items)
    made = [unit.values["stands"] for unit in items]
    worded = [*seen.digest.year_review.achievements, *seen.digest.next_year_plan.tasks]
    assert sum(made) == sum(item.made in {"model", "selected"} for item in worded)


def test_answers_that_stand_are_true() -> None:
    """The measures of the first answer agree with what the judge made of it."""
    found = of_kind(measure_units(replayed("yingtan-2022"), EVERY_PROMPT), "item-summary")
    assert {unit.values["stands"] for unit in found} == {0.0, 1.0}
    for unit in found:
        if unit.values["stands"]:
            assert unit.values["said_untrue"] == unit.values["said_numbers"] == 0.0


def test_measures_of_the_report_are_those_of_eval() -> None:
    """Recall is of achievements and tasks together."""
    seen = replayed("jingzhou-2020")
    gold = json.loads((ROOT / "fixtures" / "gold" / "jingzhou-2020.json").read_text(encoding="utf-8"))
    scores, found = score_digest(seen.digest, gold, seen.document.text), measure_report(seen, gold)
    points = [scores.achievements, scores.tasks]
    assert found["recall"] == pytest.approx(sum(p.found for p in points) / sum(p.gold for p in points))
    assert found["precision"] == scores.items.precision
    assert found["made_up"] == scores.items.unsupported_numbers
    assert found["domains"] == scores.domains.agreed
    assert measure_report(seen).keys() == {"made_up", "uncovered"}


@pytest.mark.parametrize("mode", ["md_json", "json", "tools"])
def test_every_way_of_answering_is_read(mode: str) -> None:
    """What instructor adds to the question and a tool call instead of content change no measure."""

    def model(body: Any) -> Reply:
        shape = body.get("tools")
        schema = {"properties": _fields(body)} if shape is None else shape[0]["function"]["parameters"]
        plain = {**body, "response_format": {"json_schema": {"schema": schema}}}
        plain["messages"] = [*body["messages"][:-1], {"role": "user", "content": _question(body)}]
        reply = good_model(plain)
        content = reply.body["choices"][0]["message"]["content"]
        if shape is None:
            return reply
        called = tool_call(content, shape[0]["function"]["name"])
        return completion(None, prompt_tokens=900, tool_calls=[called])

    plain, other = live(report("青松")), live(report("青松"), model, mode=mode)
    some, same = (of_kind(measure_units(seen, EVERY_PROMPT), "item-summary") for seen in (plain, other))
    unlike = {"seconds", "prompt_tokens", "completion_tokens"}
    for one, two in zip(some, same, strict=True):
        assert {k: v for k, v in one.values.items() if k not in unlike} == {
            k: v for k, v in two.values.items() if k not in unlike
        }


def _question(body: Any) -> str:
    """The question as huimou wrote it, before instructor's own words."""
    texts = [str(message["content"]) for message in body["messages"] if message["role"] == "user"]
    asked = next(text for text in reversed(texts) if "原文:" in text or "句子:" in text)
    return asked.partition("Return the correct JSON")[0].strip()


def _fields(body: Any) -> dict[str, Any]:
    return {"summary" if "原文:" in _question(body) else "1": {}}


def test_items_are_found_in_a_text_with_damage() -> None:
    """Where lines were set aside the digest counts sentences anew; the units still find their items."""
    clean = report("青松")
    lines = clean.text.split("\n")
    page = [f"{line}\n第 {n} 页 共 9 页" if line.startswith("(") else line for n, line in enumerate(lines, start=1)]
    broken = replace(clean, text="\n".join(page))
    seen = live(broken)
    assert len(seen.digest.sentences) > len(live(clean).digest.sentences)
    items = of_kind(measure_units(seen, EVERY_PROMPT), "item-summary")
    assert len(items) == 5
    assert all("stands" in unit.values for unit in items)


def test_what_cannot_be_read_is_not_measured() -> None:
    """A cut answer is not valid, and nothing is said of words that did not come."""

    def cut(body: Any) -> Reply:
        return (
            completion('{"summary": "围绕', finish_reason="length", prompt_tokens=900)
            if kind_of(body) == "summary"
            else good_model(body)
        )

    found: Sequence[UnitMeasures] = of_kind(measure_units(live(report("青松"), cut), EVERY_PROMPT), "item-summary")
    assert {unit.values["valid"] for unit in found} == {0.0}
    assert not any("said_figures" in unit.values for unit in found)
    assert {unit.values["stands"] for unit in found} == {0.0}
