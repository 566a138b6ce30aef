"""`huimou eval --follow`: follow-ups against judged tasks."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from huimou.cli import options
from huimou.cli.regression.tables import draw_table
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.evaluation.following_up import FollowUpScores

_EXIT_WORSE, _EXIT_MISSING = 1, 3


@dataclass(frozen=True, slots=True)
class FollowFloors:
    """The file of floors under the measures of follow-ups, and whether it is written anew, lower ones included."""

    file: Path | None
    pin: bool
    lower: bool


def measure_follow_ups(out: Path, judged: Path, floors: FollowFloors, *, as_json: bool) -> int:
    """Measure the follow-ups in a folder and print the measures; returns the exit status.

    Raises:
        UsageError: there is no judgement or no follow-up, or one of them cannot be read.

    """
    from huimou.evaluation.following_up import average_scores

    files = sorted(judged.glob("*.json")) if judged.is_dir() else [judged]
    files = [path for path in files if path.name != "baseline.json"]
    present = [path for path in files if (out / path.name).is_file()]
    if not files:
        raise UsageError(f"no judgement of a pair in {judged}", "name a file or a folder of them with --follow")
    if not present:
        raise UsageError(f"{out} holds no {files[0].name}", f"write it first: huimou follow … -o {out / files[0].name}")
    scores = {path.stem: _measure(out / path.name, path) for path in present}
    if as_json:
        told = {"pairs": {name: asdict(one) for name, one in scores.items()}, "mean": average_scores(scores)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print_table(scores, average_scores(scores))
    for path in files:
        if path not in present:
            typer.echo(f"no follow-up: {path.stem}", err=True)
    worse = _check_floors(scores, floors) if floors.file else []
    for line in worse:
        typer.echo(f"below its floor: {line}", err=True)
    if worse and not (floors.pin and floors.lower):
        return _EXIT_WORSE
    return 0 if present == files else _EXIT_MISSING


def _measure(result: Path, judged: Path) -> FollowUpScores:
    from pydantic import ValidationError

    from huimou.compare.followup.result import FollowUp
    from huimou.evaluation.following_up import read_judgement, score_follow_up
    from huimou.store.files import read_text

    try:
        found = FollowUp.model_validate_json(read_text(result))
    except ValidationError as error:
        raise UsageError(f"{result} is no follow-up", f"write it: huimou follow … -o {result}") from error
    return score_follow_up(found, read_judgement(judged))


def _print_table(scores: Mapping[str, FollowUpScores], mean: Mapping[str, float]) -> None:
    from huimou.evaluation.following_up import MEASURES, list_measures

    rows = [(name, str(one.tasks), *_cells(list_measures(one), MEASURES)) for name, one in scores.items()]
    rows.append(("mean", str(sum(one.tasks for one in scores.values())), *_cells(mean, MEASURES)))
    options.open_console().print(draw_table(("pair", "tasks", *MEASURES), rows))


def _cells(values: Mapping[str, float], names: Sequence[str]) -> list[str]:
    found = [values.get(name) for name in names]
    return ["-" if value is None else f"{value:.3f}" for value in found]


def _check_floors(scores: Mapping[str, FollowUpScores], floors: FollowFloors) -> list[str]:
    from huimou.evaluation.regression.followed_pairs import find_missed, make_follow_floors
    from huimou.store.files import read_json, write_text

    path = floors.file or Path()
    kept = read_json(path) if path.is_file() or not floors.pin else {}
    worse = [f"{name}: {line}" for name, one in scores.items() for line in find_missed(one, kept.get(name, {}))]
    if floors.pin and (floors.lower or not worse):
        write_text(path, json.dumps(kept | make_follow_floors(scores), ensure_ascii=False, indent=2) + "\n")
    return worse
