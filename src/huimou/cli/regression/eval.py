"""`huimou eval`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli import options
from huimou.cli.regression.eval_follow import FollowFloors, measure_follow_ups
from huimou.cli.regression.tables import draw_table
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.evaluation.scores import Scores

_EXIT_MISSING = 3
_EXIT_WORSE = 1


def evaluate(  # noqa: PLR0913, PLR0917 (one parameter an option)
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote.")],
    gold: Annotated[Path, typer.Option(help="Folder of gold annotations.")] = Path("fixtures/gold"),
    seeds: Annotated[Path, typer.Option(help="Folder of the reports that the annotations are of.")] = Path("seeds"),
    baseline: Annotated[
        Path | None, typer.Option(help="File of floors; exit 1 where a measure is below its floor.")
    ] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Raise the floors of --baseline to what is measured.")] = False,
    lower: Annotated[bool, typer.Option("--lower", help="With --pin: lower floors too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every measure as JSON instead of the tables.")] = False,
    follow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|DIR",
            help="Judged tasks of a pair of reports: measure OUT/NAME.json of huimou follow against FILE NAME.json"
            " instead, or against each file of DIR; --baseline, --pin and --lower are of these measures then.",
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Name the points whose words fall short, with what is said of them."),
    ] = False,
) -> None:
    """Measure digests against gold annotations, and follow-ups against judged tasks (--follow); others are left out.

    Where there are annotations of the words too, a second table says how often an editor could paste a point as it is.
    That is what a program can see; huimou audit asks persons.
    """
    _check_pinning(baseline, pin=pin, lower=lower)
    if follow is not None:
        raise typer.Exit(measure_follow_ups(out, follow, FollowFloors(baseline, pin, lower), as_json=as_json))
    annotations = sorted(gold.glob("*.json"))
    if not annotations:
        raise UsageError(f"no gold annotation in {gold}", "name their folder with --gold")
    present = [path for path in annotations if (out / path.name).is_file()]
    if not present:
        raise UsageError(f"{out} holds no digest of an annotated report", "run huimou summarise on them first")
    scores = {path.stem: _measure_digest(out / path.name, path, seeds) for path in present}
    faults = {path.stem: _describe_words(out / path.name, path) for path in present} if verbose else {}
    if as_json:
        typer.echo(_as_json(scores, faults))
    else:
        _print_tables(scores)
        _print_faults(faults)
    for path in annotations:
        if path not in present:
            typer.echo(f"no digest: {path.stem}", err=True)
    worse = _check_floors(baseline, scores, (seeds, gold), pin=pin, lower=lower) if baseline else []
    for line in worse:
        typer.echo(f"below its floor: {line}", err=True)
    if worse and not (pin and lower):
        raise typer.Exit(_EXIT_WORSE)
    raise typer.Exit(0 if present == annotations else _EXIT_MISSING)


def _check_pinning(baseline: Path | None, *, pin: bool, lower: bool) -> None:
    if (pin or lower) and baseline is None:
        raise UsageError("--pin and --lower need the floors' file", "name it with --baseline")
    if lower and not pin:
        raise UsageError("--lower changes nothing without --pin", "add --pin, or leave --lower out")


def _as_json(scores: Mapping[str, Scores], faults: Mapping[str, list[str]]) -> str:
    from huimou.evaluation.scores import average_measures

    measured = {name: one.as_dict() for name, one in scores.items()}
    told = {"reports": measured, "mean": average_measures(scores)} | ({"faults": faults} if faults else {})
    return json.dumps(told, ensure_ascii=False, indent=2)


def _print_tables(scores: Mapping[str, Scores]) -> None:
    from huimou.evaluation.scores import build_table, build_word_table

    console = options.open_console()
    for table in (build_table(scores), build_word_table(scores)):
        if table.rows:
            console.print(draw_table(table.columns, table.rows))


def _print_faults(faults: Mapping[str, list[str]]) -> None:
    from huimou.language.text import to_one_line

    for name, lines in faults.items():
        typer.echo(f"\n{to_one_line(name)}")
        for line in lines:
            indent = line[: len(line) - len(line.lstrip())]
            typer.echo(f"  {indent}{to_one_line(line)}")


def _check_floors(
    path: Path, scores: Mapping[str, Scores], corpus: tuple[Path, Path], *, pin: bool, lower: bool
) -> list[str]:
    """Lines on what is worse than the floors; `pin` writes the floors anew, lower ones only with `lower`."""
    from huimou.evaluation.baseline import check_baseline, compute_fingerprint, pin_baseline
    from huimou.store.files import read_json, write_text

    floors = read_json(path) if path.is_file() or not pin else None
    measured_on = compute_fingerprint(*corpus)
    if not pin:
        return check_baseline(floors or {}, scores, measured_on)
    new, worse = pin_baseline(floors, scores, measured_on, lower=lower)
    write_text(path, json.dumps(new, ensure_ascii=False, indent=2) + "\n")
    return worse


def _measure_digest(digest_file: Path, gold_file: Path, seeds: Path) -> Scores:
    from huimou.evaluation.evaluate import score_digest
    from huimou.evaluation.words import read_word_annotation
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    digest = from_json(read_text(digest_file))
    gold = _read_gold(gold_file)
    text = _read_report_text(digest_file, seeds / gold["file"])
    if len(text) != digest.source.chars or len(text) != gold["chars"]:
        raise UsageError(f"{digest_file}, {gold_file} and the report in {seeds} are not of the same text")
    return score_digest(digest, gold, text, read_word_annotation(gold_file))


def _describe_words(digest_file: Path, gold_file: Path) -> list[str]:
    """Lines on the points whose words fall short; one line where there is no annotation of the words."""
    from huimou.evaluation.words import describe_words, judge_overview, judge_points, read_word_annotation
    from huimou.store.files import read_json

    annotation = read_word_annotation(gold_file)
    if annotation is None:
        return ["no annotation of the words"]
    digest = read_json(digest_file)
    return describe_words(judge_points(digest, read_json(gold_file), annotation), judge_overview(digest, annotation))


def _read_gold(path: Path) -> dict[str, Any]:
    from huimou.store.files import read_json

    gold = read_json(path)
    if not {"file", "chars"} <= gold.keys():
        raise UsageError(f"{path} is not a gold annotation")
    return gold


def _read_report_text(digest_file: Path, report: Path) -> str:
    """What the digest's offsets refer to: the extracted text where there is one, else the report itself."""
    from huimou.digest.steps.ingest import read_report
    from huimou.store.files import read_text

    extracted = digest_file.with_suffix(".source.txt")
    return read_text(extracted) if extracted.is_file() else read_report(report).text
