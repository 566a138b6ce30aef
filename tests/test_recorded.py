"""The five sample reports, replayed from the recordings of the built-in model: the whole path, offline."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.evaluation.baseline import check_baseline, compute_fingerprint
from huimou.evaluation.evaluate import score_digest
from huimou.evaluation.scores import Scores, average_measures, list_measures
from huimou.evaluation.words import read_word_annotation
from huimou.model.digest import Digest
from places import ROOT

SEEDS, GOLD, FIXTURES = ROOT / "seeds", ROOT / "fixtures" / "gold", ROOT / "fixtures"
STEMS = sorted(path.stem for path in GOLD.glob("*.json"))


def replay(out: Path, *inputs: Path, recordings: Path = FIXTURES / "recordings") -> subprocess.CompletedProcess[str]:
    """`huimou summarise --replay` in a process of its own."""
    command = [sys.executable, "-m", "huimou", *words_of_replay(out, inputs, recordings)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


def replay_here(out: Path, *inputs: Path, recordings: Path = FIXTURES / "recordings") -> Result:
    """The same in this process, for what does not depend on it."""
    with contextlib.chdir(ROOT):
        return CliRunner().invoke(app, words_of_replay(out, inputs, recordings))


def words_of_replay(out: Path, inputs: Sequence[Path], recordings: Path) -> list[str]:
    """The command line of `huimou summarise --replay`."""
    return ["summarise", *map(str, inputs), "-o", str(out), "--replay", "--recordings", str(recordings)]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the five digests."""
    out = tmp_path_factory.mktemp("replayed")
    done = replay(out, SEEDS)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def scored(replayed: Path) -> dict[str, Scores]:
    """Measures of the five digests against their annotations."""
    return {stem: measured(replayed, stem) for stem in STEMS}


def measured(out: Path, stem: str) -> Scores:
    """Measures of one digest."""
    digest = Digest.model_validate_json((out / f"{stem}.json").read_text(encoding="utf-8"))
    gold = json.loads((GOLD / f"{stem}.json").read_text(encoding="utf-8"))
    words = read_word_annotation(GOLD / f"{stem}.json")
    return score_digest(digest, gold, (SEEDS / f"{stem}.txt").read_bytes().decode(), words)


def test_nothing_is_worse_than_the_baseline(scored: dict[str, Scores]) -> None:
    """A measure below its pinned floor fails, and so does a baseline that belongs to other reports."""
    baseline = json.loads((FIXTURES / "baseline.json").read_text(encoding="utf-8"))
    assert check_baseline(baseline, scored, compute_fingerprint(SEEDS, GOLD)) == []


@pytest.mark.parametrize(
    ("measure", "least", "none_below"),
    [
        ("achievements.recall", 0.95, 0.9),
        ("achievements.must_recall", 0.98, 0.94),
        ("tasks.recall", 0.95, 0.9),
        ("figures.recall", 0.99, 0.97),
        ("figures.precision", 0.95, 0.9),
        ("figures.values", 0.99, 0.97),
        ("items.precision", 0.97, 0.95),
        ("sections.role_accuracy", 0.97, 0.95),
        ("achievements.domain", 0.85, 0.65),
        ("tasks.domain", 0.85, 0.65),
        ("words.keys", 0.9, 0.84),
        ("words.whole", 0.8, 0.7),
        ("words.true", 0.98, 0.95),
        ("words.short", 0.95, 0.9),
        ("words.title", 0.9, 0.85),
        ("words.pasteable", 0.75, 0.65),
        ("words.overview", 0.7, 0.5),
        ("words.marked", 0.5, 0.4),
    ],
)
def test_what_the_project_promises(scored: dict[str, Scores], measure: str, least: float, none_below: float) -> None:
    """Floors that stand whatever was pinned: the mean of the reports, and none of them much below."""
    assert average_measures(scored)[measure] >= least
    assert min(values[measure] for values in map(list_measures, scored.values()) if measure in values) >= none_below


def test_summaries_are_short_and_nothing_is_forgotten(scored: dict[str, Scores], replayed: Path) -> None:
    """Summaries are at most 0.65 of their evidence; at most one sentence in a hundred is disposed of by nothing."""
    assert average_measures(scored)["digest.length_ratio"] <= 0.65
    for stem in STEMS:
        digest = Digest.model_validate_json((replayed / f"{stem}.json").read_text(encoding="utf-8"))
        assert len(digest.coverage.uncovered) <= 0.01 * digest.coverage.sentences


@pytest.mark.parametrize("stem", STEMS)
def test_a_second_look_costs_little(replayed: Path, stem: str) -> None:
    """Asking again about what nothing cites takes less than 30 % of the tokens of the first pass."""
    run = json.loads((replayed / f"{stem}.json").read_text(encoding="utf-8"))["run"]
    second = run["second_look"]["prompt_tokens"] + run["second_look"]["completion_tokens"]
    assert second < 0.3 * (run["prompt_tokens"] + run["completion_tokens"] - second)


@pytest.mark.parametrize("stem", STEMS)
def test_contract_holds_and_no_number_is_made_up(scored: dict[str, Scores], stem: str) -> None:
    """Quotes are slices, what must cover the text covers it, sums add up, and every number stands in its evidence."""
    values = list_measures(scored[stem])
    assert values["contract.breaches"] == 0
    assert values["items.unsupported_numbers"] == 0
    assert values["meta.review_years"] == values["meta.plan_year"] == values["meta.region"] == 1


@pytest.mark.parametrize("stem", STEMS)
def test_a_person_is_asked_to_look_at_few_items(replayed: Path, stem: str) -> None:
    """Some items want a look, but never more than a third: a mark on everything says nothing."""
    digest = Digest.model_validate_json((replayed / f"{stem}.json").read_text(encoding="utf-8"))
    review, plan = digest.year_review, digest.next_year_plan
    items = [*review.achievements, *review.shortcomings, *plan.tasks]
    assert 0 < sum(item.look is not None for item in items) <= len(items) / 3
    assert 0 < len(digest.checks) <= 10


def test_replay_is_byte_identical(replayed: Path, tmp_path: Path) -> None:
    """The same recordings give the same files, whatever the order of threads."""
    assert replay(tmp_path, SEEDS).returncode == 0
    for stem in STEMS:
        for suffix in (".json", ".md"):
            assert (tmp_path / (stem + suffix)).read_bytes() == (replayed / (stem + suffix)).read_bytes()


def test_every_recording_is_used(replayed: Path) -> None:
    """A recording that nothing asks for any more would hide that the questions have changed."""
    asked = sum(json.loads((replayed / f"{stem}.json").read_text())["run"]["calls"] for stem in STEMS)
    kept = [path for stem in STEMS for path in (FIXTURES / "recordings" / stem).glob("*/*.json")]
    assert asked == len(kept)


def test_gate_passes() -> None:
    """`huimou regress` on what is committed: digests as accepted, every recording fresh and used, floors held."""
    command = [sys.executable, "-m", "huimou", "regress"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    pairs = len(list((ROOT / "fixtures" / "follow" / "gold").glob("*.json")))
    assert f"{len(STEMS) + pairs} of {len(STEMS) + pairs} reports as accepted" in done.stdout


def test_changed_report_names_the_question_and_the_change(tmp_path: Path) -> None:
    """One changed word in a report makes the replay miss, with the slot and the changed part in one line."""
    changed = tmp_path / f"{STEMS[0]}.txt"
    changed.write_bytes((SEEDS / changed.name).read_bytes().replace("集中收看".encode(), "集体收看".encode()))
    done = replay_here(tmp_path / "out", changed)
    assert done.exit_code == 4
    assert f"{STEMS[0]}/item-" in done.stderr
    assert "unit text changed" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_recording_is_one_clear_line(tmp_path: Path) -> None:
    """A slot without a recording is named, with what to do."""
    recordings = tmp_path / "recordings"
    shutil.copytree(FIXTURES / "recordings", recordings)
    gone = next((recordings / STEMS[0] / "item-summary").iterdir())
    gone.unlink()
    done = replay_here(tmp_path / "out", SEEDS / f"{STEMS[0]}.txt", recordings=recordings)
    assert done.exit_code == 4
    assert gone.stem in done.stderr
    assert "Traceback" not in done.stderr
