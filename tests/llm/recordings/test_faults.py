"""What huimou does about the faults of model servers, replayed from recordings that are marked as made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faults import FAULTS, FOLDER, REPORT
from huimou.cli import app
from huimou.llm.recordings.files import Recordings
from huimou.model.digest import Achievement, Digest

RECORDINGS = Recordings(FOLDER / "recordings")
FILES = RECORDINGS.files("faults")


@pytest.fixture(scope="module")
def digest() -> Digest:
    """The accepted digest, which the gate below reproduces."""
    return Digest.model_validate_json((FOLDER / "accepted" / "faults.json").read_text(encoding="utf-8"))


def item_of(digest: Digest, words: str) -> Achievement:
    """The item of the bullet with these words."""
    (found,) = [a for a in digest.year_review.achievements if any(words in e.quote for e in a.evidence)]
    return found


def responses(words: str) -> list[dict[str, object]]:
    """All recorded responses to questions about the bullet, the first question first."""
    asked = sorted((f for f in FILES if "item-summary" in f), key=len)
    kept = [RECORDINGS.read(file) for file in asked]
    return [dict(r) for one in kept if words in one.messages[0]["content"] for r in one.responses]


def test_gate_passes() -> None:
    """Every recovery is played through today's code and gives the accepted digest; no response is left over."""
    done = CliRunner().invoke(app, ["regress", "--reports", str(FOLDER / "reports"), "--fixtures", str(FOLDER)])
    assert done.exit_code == 0, done.output


def test_report_is_the_one_that_was_recorded() -> None:
    """The bullets in the file are those of the faults."""
    assert (FOLDER / "reports" / "faults.txt").read_text(encoding="utf-8") == REPORT


def test_all_are_marked_as_made_by_hand() -> None:
    """No model made any of them, and each file says so."""
    assert FILES
    assert all(RECORDINGS.read(file).made_by_hand for file in FILES)
    assert all(json.loads((FOLDER / "recordings" / file).read_text())["made_by_hand"] is True for file in FILES)


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("429", 429, '"retry_after": "1"'),
        ("503", 503, "Loading model"),
        ("502", 502, '"status": 502'),
        ("cut", 200, '"finish_reason": "length"'),
        ("400", 400, "exceed_context_size_error"),
        ("thinking", 200, "<think>"),
        ("reasoning field", 200, '"reasoning": "{'),
        ("fence", 200, "```json"),
        ("broken JSON", 200, "反映社情民意"),
        ("wrong field", 200, "text"),
    ],
)
def test_fault_is_there_and_survived(digest: Digest, name: str, status: int, told: str) -> None:
    """The first response shows the fault, and the bullet has its item with every figure all the same."""
    (fault,) = [fault for fault in FAULTS if name in fault.name]
    first, *_ = responses(fault.words)
    assert first["status"] == status
    assert told in json.dumps(first, ensure_ascii=False)
    item = item_of(digest, fault.words)
    figures = [f for f in digest.figures if f.id in item.figures]
    assert figures
    assert all(figure.quote in item.summary for figure in figures)
    assert (item.made == "source") == (name == "wrong field")


def test_no_usable_answer_is_told(digest: Digest) -> None:
    """After the re-ask the program's own sentence stands, and the digest says what got no answer."""
    assert [r["content"] for r in responses("集体提案")] == ['{"text": "支持民主党派"}'] * 2
    assert [problem.code for problem in digest.problems] == ["claim_rejected", "unanswered"]
    assert not digest.run.complete


def test_made_up_figure_is_refused_and_another_sample_taken(digest: Digest) -> None:
    """The first answer is kept as a candidate with its fault, the second is published."""
    first, second = (json.dumps(r, ensure_ascii=False) for r in responses("督办重点提案"))
    assert "99件" in first
    assert "24件" in second
    item = item_of(digest, "督办重点提案")
    assert (item.made, "24件" in item.summary) == ("reasked", True)
    refused = [one for one in item.candidates if "99件" in one.summary]
    assert refused
    assert all("数字“99件”不在原文" in one.faults for one in refused)


def test_halves_are_asked_where_an_answer_is_cut(digest: Digest) -> None:
    """Neither a cut answer nor one that does not fit is asked for again as it was."""
    for words in ("乡村道路建设", "文化遗产保护座谈会"):
        slots = [f for f in FILES if "item-summary" in f and words[:4] in RECORDINGS.read(f).messages[0]["content"]]
        assert any(slot.endswith("-a.json") for slot in slots)
        assert item_of(digest, words).made in {"model", "selected"}


def test_nothing_is_left_over() -> None:
    """Each kind of fault belongs to one bullet."""
    assert len({fault.words for fault in FAULTS}) == len(FAULTS)
    assert Path(FOLDER / "recordings" / "endpoint.json").is_file()
