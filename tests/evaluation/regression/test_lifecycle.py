"""The life of a recording: what is asked, what is kept, what accepting and trimming do; on a real server and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.answers import Summary
from huimou.digest.questions.registry import ITEM_SUMMARY
from huimou.digest.steps.group import group_sentences
from huimou.errors import UsageError
from huimou.evaluation.regression import lifecycle
from huimou.evaluation.regression.audit import audit_suite, find_strangers
from huimou.evaluation.regression.gate import run_candidate, run_gate
from huimou.evaluation.regression.suite import Suite
from huimou.llm.recordings.files import Recordings
from huimou.settings import Endpoint
from sampled import ask_samples
from scripted_server import ScriptedServer, serving
from small_suite import REPORT, a_project, accepted, answer, edit, record, reword, set_version, shorter, suite_of


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


@pytest.fixture
def suite(tmp_path: Path, server: ScriptedServer) -> Suite:
    """A project whose recordings and digest are accepted."""
    made = a_project(tmp_path)
    accepted(made, server)
    return made


def counts(suite: Suite) -> dict[str, int]:
    """States of the recordings of the only report."""
    (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
    return {name: count for name, count in one.count_states().items() if count}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def new_wording(text: str) -> str:
    """The prompt of item-summary with one word more, in another version."""
    return set_version(reword(text), 99)


def test_what_is_recorded_and_accepted_is_fresh(suite: Suite, server: ScriptedServer) -> None:
    """Nothing is left to ask, no candidate is left, and the gate passes."""
    asked = server.calls
    assert counts(suite) == {"fresh": asked}
    assert not suite.candidate.exists()
    assert run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed
    assert record(suite, server) == 0
    assert not suite.candidate.exists()


def test_candidate_leaves_what_is_accepted_alone(suite: Suite, server: ScriptedServer) -> None:
    """An edited prompt is recorded beside, only its own questions, and can be thrown away."""
    before = tree(suite.fixtures)
    edit(suite.prompts / "item-summary.md", new_wording)
    stale = counts(suite)["stale"]
    assert stale
    assert record(suite, server, "missing") == 0
    assert record(suite, server) == stale
    assert {name: content for name, content in tree(suite.fixtures).items() if "candidate" not in name} == before
    lifecycle.discard_candidate(suite.candidate)
    assert tree(suite.fixtures) == before


def test_one_word_of_a_prompt_is_one_word_of_one_file(suite: Suite, server: ScriptedServer) -> None:
    """With the same answers, accepting changes the shared prompt text and the index with its digests, nothing else."""
    before = tree(suite.recordings)
    edit(suite.prompts / "item-summary.md", new_wording)
    accepted(suite, server)
    after = tree(suite.recordings)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {"prompts/item-summary.md", "qingsong/index.json"}
    old, new = (side["prompts/item-summary.md"].decode().splitlines() for side in (before, after))
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1


def test_interrupted_recording_goes_on(suite: Suite, server: ScriptedServer) -> None:
    """What the candidate holds is not asked again; `all` asks everything once, over two runs."""
    asked = server.calls
    assert record(suite, server, "all") == asked
    first = next(iter(Recordings(suite.candidate).files("qingsong")))
    Recordings(suite.candidate).remove([first])
    assert record(suite, server, "all") == 1


def test_diff_names_what_is_lost_and_altered(suite: Suite) -> None:
    """Other answers show as altered summaries, old beside new with the sentence; accepting makes them the rule."""
    edit(suite.prompts / "item-summary.md", new_wording)
    with serving(shorter) as other:
        record(suite, other)
    gate = run_candidate(suite, load_checked_prompts(suite.prompts))
    (report,) = gate.outcome.reports
    altered = [c for c in report.changes if c.field == "summary"]
    assert altered
    assert all(change.before and change.after and change.sources for change in altered)
    assert report.recordings["fresh"] == sum(report.recordings.values())
    assert not run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed
    lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    assert run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed


def test_sentence_more_moves_recordings_instead_of_asking(suite: Suite, server: ScriptedServer) -> None:
    """A bullet put in front shifts the units; only the new one is asked, the rest is taken over."""
    report = suite.cases[0].path
    mark = "●围绕城区老旧管网改造"
    extra = "●组织委员开展送医送药下乡活动,走访村庄15个,义诊群众2300人次,捐赠药品折合人民币12万元。\n\n"
    edit(report, lambda text: text.replace(mark, extra + mark))
    states = counts(suite)
    asked = record(suite, server)
    assert 0 < asked <= 3
    assert asked < states["fresh"]
    lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    assert set(counts(suite)) <= {"fresh", "orphan"}
    lifecycle.trim_recordings(suite, audit_suite(suite, load_checked_prompts(suite.prompts)))
    assert run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed


def test_orphans_fail_the_gate_and_are_trimmed(suite: Suite, server: ScriptedServer) -> None:
    """A bullet that goes leaves recordings behind, which the gate names and trim removes."""
    report = suite.cases[0].path
    edit(report, lambda text: "\n".join(line for line in text.splitlines() if "营商环境" not in line))
    accepted(suite, server)
    orphans = counts(suite)["orphan"]
    outcome = run_gate(suite, load_checked_prompts(suite.prompts)).outcome
    assert any("never asked for" in str(line) for line in outcome.reports[0].problems)
    gone = lifecycle.trim_recordings(suite, audit_suite(suite, load_checked_prompts(suite.prompts)))
    assert len([file for file in gone if file.startswith("qingsong/")]) == orphans
    assert run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed


def test_report_that_is_gone_leaves_strangers(suite: Suite, tmp_path: Path) -> None:
    """Recordings of a report that was deleted are told and trimmed, with its digest."""
    suite.cases[0].path.rename(tmp_path / "reports" / "other.txt")
    renamed = suite_of(tmp_path)
    assert len(find_strangers(renamed)) == len(Recordings(suite.recordings).files("qingsong"))
    outcome = run_gate(renamed, load_checked_prompts(suite.prompts)).outcome
    assert any("that are not there" in str(line) for line in outcome.problems)
    lifecycle.trim_recordings(renamed, audit_suite(renamed, load_checked_prompts(suite.prompts)))
    assert find_strangers(renamed) == ()
    assert not (suite.accepted / "qingsong.json").exists()


def test_deleted_and_broken_recordings_are_missing(suite: Suite, server: ScriptedServer) -> None:
    """One file deleted and one torn: two are missing, the rest is replayed, and recording asks for these two."""
    first, second, *_ = [f for f in Recordings(suite.recordings).files("qingsong") if "item-summary" in f]
    (suite.recordings / first).unlink()
    (suite.recordings / second).write_text("{", encoding="utf-8")
    (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
    missing = [state.ticket.file for state in one.states if state.state == "missing"]
    assert {first, second} <= set(missing)
    assert any("cannot be read" in str(reason) for state in one.states for reason in state.why)
    assert record(suite, server, "missing") == 2
    lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    assert set(counts(suite)) == {"fresh"}


def test_half_used_recording_fails_the_gate(suite: Suite) -> None:
    """A recording with more responses than are played shows a recovery that no longer happens."""
    recordings = Recordings(suite.recordings)
    file = recordings.files("qingsong")[0]
    path = suite.recordings / file
    edit(path, lambda text: text.replace('"responses": [', '"responses": [{"status": 200, "body": "{}"},'))
    edit(
        suite.recordings / "qingsong" / "index.json",
        lambda text: "\n".join(
            line.replace('"costs": [', '"costs": [[0.1, 0, 0, 0], ') if file in line else line
            for line in text.splitlines()
        ),
    )
    outcome = run_gate(suite, load_checked_prompts(suite.prompts)).outcome
    assert not outcome.passed


def test_nothing_half_is_accepted(suite: Suite) -> None:
    """With a stale recording there is nothing to accept, and with one no orphan can be told."""
    edit(suite.prompts / "item-summary.md", new_wording)
    with pytest.raises(UsageError, match=r"cannot be accepted: .* stale"):
        lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    with pytest.raises(UsageError, match="not fresh"):
        lifecycle.trim_recordings(suite, audit_suite(suite, load_checked_prompts(suite.prompts)))


def test_models_do_not_mix(suite: Suite, server: ScriptedServer) -> None:
    """Another model records everything or nothing."""
    prompts = load_checked_prompts(suite.prompts)
    other = Endpoint("openai", server.url, "other", concurrency=1)
    with pytest.raises(UsageError, match="is of m in mode json_schema"):
        lifecycle.record_answers(suite, "stale", other, prompts)
    made = lifecycle.record_answers(suite, "all", other, prompts)
    assert made[0].asked == counts(suite)["fresh"]
    lifecycle.accept_candidate(suite, prompts)
    assert set(counts(suite)) == {"fresh"}


def test_never_in_ci(suite: Suite, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """CI replays and never records."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="not made in CI"):
        record(suite, server, "all")
    assert not suite.candidate.exists()
    assert run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed


def test_changed_report_is_explained_with_the_words(suite: Suite) -> None:
    """One number of the report: its unit's recording is stale, the words that changed are shown, others are fresh."""
    edit(suite.cases[0].path, lambda text: text.replace("26个", "27个"))
    (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
    stale = [state for state in one.states if state.state == "stale"]
    assert any("unit text changed" in str(r) and "27个" in str(r) for state in stale for r in state.why)
    assert sum(state.state == "fresh" for state in one.states) >= 2
    outcome = run_gate(suite, load_checked_prompts(suite.prompts)).outcome
    assert not outcome.passed
    assert any(change.what == "figure" for change in outcome.reports[0].changes)


def test_accepted_digest_that_was_touched_is_told(suite: Suite) -> None:
    """One character in the accepted file fails the gate; a broken one is one clear line."""
    path = suite.accepted / "qingsong.json"
    edit(path, lambda text: text.replace("268件", "269件", 1))
    assert not run_gate(suite, load_checked_prompts(suite.prompts)).outcome.passed
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="qingsong"):
        run_gate(suite, load_checked_prompts(suite.prompts))
    path.unlink()
    outcome = run_gate(suite, load_checked_prompts(suite.prompts)).outcome
    assert any("no accepted digest" in str(line) for line in outcome.reports[0].problems)


def test_report_that_cannot_be_read_costs_only_itself(suite: Suite, tmp_path: Path) -> None:
    """A second report of broken bytes fails alone."""
    (tmp_path / "reports" / "broken.txt").write_bytes(b"\x00\xff\xfe\x00" * 9)
    outcome = run_gate(suite_of(tmp_path), load_checked_prompts(suite.prompts)).outcome
    assert [(report.name, report.passed) for report in outcome.reports] == [("broken", False), ("qingsong", True)]
    assert outcome.reports[0].error


def test_only_the_named_report_is_worked_on(suite: Suite) -> None:
    """A narrowed suite tells no strangers and does not trim."""
    (suite.fixtures.parent / "reports" / "second.txt").write_text(REPORT.replace("青松", "白杨"), encoding="utf-8")
    wide = suite_of(suite.fixtures.parent)
    narrow = replace(wide, cases=tuple(case for case in wide.cases if case.name == "qingsong"))
    assert run_gate(narrow, load_checked_prompts(suite.prompts)).outcome.passed
    with pytest.raises(UsageError, match="all reports"):
        lifecycle.trim_recordings(narrow, audit_suite(narrow, load_checked_prompts(suite.prompts)))


def reasons(suite: Suite) -> set[str]:
    """What is said of the recordings that are not fresh."""
    (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
    return {str(reason) for state in one.states for reason in state.why}


def test_changed_setting_is_explained(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sampling parameter makes everything stale, for that reason alone."""
    monkeypatch.setattr("huimou.llm.client._SEED", 8)
    assert reasons(suite) == {"sampling: seed 7 to 8"}
    assert set(counts(suite)) == {"stale"}


def test_samples_live_as_other_recordings_do(
    suite: Suite, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are missing, recorded, accepted and fresh, stale by name for their own sampling, and orphans at the end."""
    prompts = load_checked_prompts(suite.prompts)
    whole = [f for f in Recordings(suite.recordings).files("qingsong") if "item-summary" in f and ".a2" not in f]
    with monkeypatch.context() as sampled:
        ask_samples(sampled, 2)
        assert counts(suite)["missing"] == len(whole)
        assert record(suite, server, "missing") == len(whole)
        assert {asked.body["seed"] for asked in server.chats[-len(whole) :]} == {2}
        lifecycle.accept_candidate(suite, prompts)
        assert set(counts(suite)) == {"fresh"}
        kept = Recordings(suite.recordings).files("qingsong")
        assert {file.replace(".json", ".s2.json") for file in whole} <= set(kept)
        assert run_gate(suite, prompts).outcome.passed
        sampled.setattr("huimou.llm.client.SAMPLE_TEMPERATURE", 0.9)
        assert reasons(suite) == {"sampling: temperature 0.7 to 0.9"}
        assert counts(suite)["stale"] == len(whole)
        problems = [str(one) for one in run_gate(suite, prompts).outcome.reports[0].problems]
        assert any(line.count(".s2") and "temperature 0.7 to 0.9: item-summary/" in line for line in problems)
        assert record(suite, server) == len(whole)
        lifecycle.discard_candidate(suite.candidate)
    assert counts(suite)["orphan"] == len(whole)


def test_changed_schema_is_explained(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """One field more makes the recordings of that question stale, and no other."""

    class Wider(Summary):
        deadline: str = ""

    Wider.__name__ = "Summary"
    monkeypatch.setattr("huimou.digest.steps.wording.ITEM_SUMMARY", replace(ITEM_SUMMARY, answer=Wider))
    (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
    stale = [state for state in one.states if state.state == "stale"]
    assert {state.ticket.prompt_id for state in stale} == {"item-summary"}
    assert {str(reason) for state in stale for reason in state.why} == {"schema changed: field `deadline` added"}


def test_changed_chunking_is_explained(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two groups put together: the text of the unit changed because the chunking did, not the report."""

    def joined(*arguments: Any) -> Any:
        groups = list(group_sentences(*arguments))
        place = next(n for n, (a, b) in enumerate(pairwise(groups)) if a.role == b.role and a.kind == b.kind)
        first, second = groups[place : place + 2]
        groups[place : place + 2] = [replace(first, sentences=(*first.sentences, *second.sentences))]
        return groups

    monkeypatch.setattr("huimou.digest.pipeline.group_sentences", joined)
    said = reasons(suite)
    assert any(line.startswith("chunking changed (sentences") for line in said)
    assert any("unit" in line and "text changed" in line for line in said)
