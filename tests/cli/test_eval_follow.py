"""`huimou eval --follow`: a table or JSON of the measures, floors, errors in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from follow_pair import a_pair
from huimou.cli import app
from huimou.compare.followup.follow import MatchingChoices, follow_plan
from huimou.compare.followup.to_json import to_json
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.settings import Endpoint


def huimou(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _follow_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A follow-up in out/pair.json and a judgement in gold/pair.json."""
    monkeypatch.chdir(tmp_path)
    with open_client(Endpoint("builtin"), replay=Replay((tmp_path,), "note")) as client:
        found = follow_plan(*a_pair(tmp_path), client, load_checked_prompts(), MatchingChoices(floor=0.9))
    for folder in ("out", "gold"):
        Path(folder).mkdir()
    Path("out/pair.json").write_text(to_json(found), encoding="utf-8")
    tasks = [{"task": "改造老旧小区15个", "reported": ["完成16个老旧小区改造"]}]
    Path("gold/pair.json").write_text(json.dumps({"earlier": "a", "later": "b", "tasks": tasks}), encoding="utf-8")


def test_measures_as_table_and_as_json() -> None:
    """Both say that the one judged task is found by its sentence."""
    table, data = huimou("eval", "out", "--follow", "gold"), huimou("eval", "out", "--follow", "gold", "--json")
    assert (table.exit_code, data.exit_code) == (0, 0), table.output + data.output
    assert "f1" in table.stdout
    assert json.loads(data.stdout)["pairs"]["pair"]["f1_sentence"] == 1


def test_floors_are_pinned_and_held() -> None:
    """What is pinned passes; a floor above it is exit 1 and one line."""
    options = ("--follow", "gold", "--baseline", "floors.json")
    assert huimou("eval", "out", *options, "--pin").exit_code == 0
    assert huimou("eval", "out", *options).exit_code == 0
    floors = json.loads(Path("floors.json").read_text(encoding="utf-8"))
    floors["pair"]["f1"] = 1.5
    Path("floors.json").write_text(json.dumps(floors), encoding="utf-8")
    result = huimou("eval", "out", *options)
    assert result.exit_code == 1
    assert "below its floor: pair: follow.f1 is 1, at least 1.5 wanted" in result.stderr


@pytest.mark.parametrize(
    ("out", "judged", "said"),
    [
        ("gold", "gold/pair.json", "gold/pair.json is no follow-up"),
        ("out", "out", "out/pair.json is no judgement of a pair"),
        ("out", "nothing.json", "out holds no nothing.json"),
    ],
)
def test_errors_are_one_line(out: str, judged: str, said: str) -> None:
    """What is wrong and what to do."""
    result = huimou("eval", out, "--follow", judged)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {said}")
    assert "Traceback" not in result.output
