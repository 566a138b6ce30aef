"""A long report is worked on by all cores: the digest is the same as that of one."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from huimou.digest.choices import LONG_REPORT, DigestChoices
from huimou.digest.cores import HERE, Cores, pool
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.session import DigestSettings
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook
from huimou.model.events import DigestEvent, PartDone, StepStarted, ignore_event
from huimou.model.report import Document
from huimou.outputs.render.to_json import to_json
from huimou.settings import Endpoint, Share
from pipeline_run import PLANNED, run
from silent_client import SilentClient

_TITLE, _WORK, _PLAN = re.split(r"\n\n(?=一、过去|二、)", PLANNED)


def _vary(part: str, number: int) -> str:
    """The same with other figures."""
    return re.sub(r"(?<![\d年])\d{1,3}(?!\d|年|,|%)", lambda found: str(int(found.group()) + number), part)


_TEXT = "\n\n".join(
    [
        _TITLE,
        *(_vary(_WORK, number) for number in range(5)),
        "会议指出,要坚定不移推进各项工作锟斤拷烫烫烫。",
        *(_vary(_PLAN, number) for number in range(5)),
    ]
)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "count_cores", lambda: 2)


def _build_document(text: str) -> Document:
    return Document("报告.txt", "报告", text, "0" * 64, "utf-8", "text")


def _digest(text: str, spread_from: int, rules: RuleBook = SHIPPED_RULES) -> tuple[str, list[DigestEvent]]:
    told: list[DigestEvent] = []
    choices = DigestChoices(rules=rules, spread_from=spread_from)
    return to_json(
        digest_report(_build_document(text), SilentClient(), load_checked_prompts(), told.append, choices)
    ), told


def test_the_digest_is_the_same_on_all_cores() -> None:
    """Byte for byte, and what is told of it as well."""
    alone, told = _digest(_TEXT, LONG_REPORT)
    spread, told_too = _digest(_TEXT, 0)
    assert spread == alone
    assert told_too == told
    assert len(re.findall(r'"id": "[AT]\d+"', alone)) > 25


def test_the_rules_of_the_user_hold_on_all_cores(tmp_path: Path) -> None:
    """In the program's own sentences, titles and all else that other processes do."""
    (tmp_path / "own.toml").write_text("[wording.zealous_adverb]\noff = true\n", encoding="utf-8")
    rules = load_rules(tmp_path)
    spread, _ = _digest(_TEXT, 0, rules)
    assert spread == _digest(_TEXT, LONG_REPORT, rules)[0]
    assert spread != _digest(_TEXT, LONG_REPORT)[0]


@pytest.mark.parametrize(("share", "processes"), [(Share(0, 1), True), (Share(1, 3), False)])
def test_one_of_several_processes_takes_no_more_cores(
    monkeypatch: pytest.MonkeyPatch, share: Share, *, processes: bool
) -> None:
    """The others have them already."""
    opened: list[bool] = []

    def open_cores(characters: int, spread_from: int, *_: object) -> AbstractContextManager[Cores]:
        opened.append(characters >= spread_from)
        return nullcontext(HERE)

    monkeypatch.setattr("huimou.digest.pipeline.open_cores", open_cores)
    settings = DigestSettings(Endpoint("openai", share=share), load_checked_prompts(), DigestChoices(spread_from=0))
    settings.digest(_build_document(PLANNED), SilentClient(), ignore_event)
    assert opened == [processes]


def test_the_model_is_asked_the_same_on_all_cores() -> None:
    """The program's own sentence, made by another process, decides whether the model is asked."""
    alone, spread = run(PLANNED), run(PLANNED, choices=DigestChoices(spread_from=0))
    assert alone.calls == spread.calls
    assert alone.calls > 0
    assert [item.summary for item in alone.digest.year_review.achievements] == [
        item.summary for item in spread.digest.year_review.achievements
    ]


def test_a_very_long_report_moves_a_bar_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step that takes long for so many sentences tells of each of them."""
    monkeypatch.setattr(pool, "_TOLD", 10)
    _, told = _digest(_TEXT, 0)
    steps = {event.step: event.parts for event in told if isinstance(event, StepStarted)}
    assert {"sentences", "topics", "titles", "overviews", "tasks", "checks"} <= steps.keys()
    assert sum(event == PartDone() for event in told) >= sum(steps.values())
