"""Recordings of following up stand under the gate: a changed prompt is noticed by status and gate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.prompts import find_prompt_folder
from huimou.evaluation.regression.followed_pairs import (
    audit_pairs,
    find_missed,
    list_pairs,
    make_follow_floors,
    read_follow_floors,
)
from huimou.evaluation.regression.suite import Suite, open_suite
from places import ROOT


@pytest.fixture(scope="module")
def suite() -> Suite:
    """The project's own."""
    return open_suite(ROOT / "seeds", ROOT / "fixtures")


def test_pairs_are_fresh_and_above_their_floors(suite: Suite) -> None:
    """Every recording answers, every one is used, and no measure is below its floor."""
    floors = read_follow_floors(suite)
    found = audit_pairs(suite, load_checked_prompts())
    assert (
        {one.audit.case.path.stem for one in found} == {pair.gold.stem for pair in list_pairs(suite)} == floors.keys()
    )
    for one in found:
        assert one.audit.is_fresh, one.audit.error
        assert one.audit.states
        assert one.scores
        assert find_missed(one.scores, floors[one.audit.case.path.stem]) == []


def test_changed_prompt_is_noticed(suite: Suite, tmp_path: Path) -> None:
    """A word more in follow-task.md makes every recording of every pair stale, for the reason of the prompt."""
    prompts = tmp_path / "prompts"
    shutil.copytree(find_prompt_folder(None), prompts)
    path = prompts / "follow-task.md"
    text = path.read_text(encoding="utf-8")
    assert "常常一句都没有。" in text
    path.write_text(text.replace("常常一句都没有。", "往往一句都没有。"), encoding="utf-8")
    for one in audit_pairs(suite, load_checked_prompts(prompts)):
        assert one.audit.states
        assert {state.state for state in one.audit.states} == {"stale"}
        assert any("prompt" in reason.part for state in one.audit.states for reason in state.why)


def test_floors_are_those_that_are_just_passed(suite: Suite) -> None:
    """What is measured passes; a floor above it, or a ceiling below it, is missed."""
    (one, *_) = audit_pairs(suite, load_checked_prompts())
    assert one.scores
    floors = make_follow_floors({"a": one.scores})["a"]
    assert find_missed(one.scores, floors) == []
    assert [str(line) for line in find_missed(one.scores, {"f1": 1.1})] == [
        f"follow.f1 is {one.scores.f1:g}, at least 1.1 wanted"
    ]
    assert [line.is_ceiling for line in find_missed(one.scores, {"calibration": 0})] == [True]


def test_missing_reports_are_said(tmp_path: Path, suite: Suite) -> None:
    """A pair whose reports are not there costs no other pair anything."""
    folder = tmp_path / "fixtures" / "follow"
    shutil.copytree(suite.fixtures / "follow", folder)
    (folder / "reports" / "qingsong-2024-made.txt").unlink()
    own = open_suite(ROOT / "seeds", tmp_path / "fixtures")
    shutil.copytree(suite.accepted, own.accepted)
    first, second = audit_pairs(own, load_checked_prompts())
    assert first.audit.error
    assert "qingsong-2024-made" in first.audit.error
    assert second.audit.is_fresh
