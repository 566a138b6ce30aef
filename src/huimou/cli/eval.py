"""`huimou eval`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli import options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from huimou.evaluate import Scores

_EXIT_MISSING = 3


def evaluate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote.")],
    gold: Annotated[Path, typer.Option(help="Folder of gold annotations.")] = Path("fixtures/gold"),
    seeds: Annotated[Path, typer.Option(help="Folder of the reports that the annotations are of.")] = Path("seeds"),
) -> None:
    """Measure digests against gold annotations; reports without annotation are left out."""
    annotations = sorted(gold.glob("*.json"))
    if not annotations:
        raise UsageError(f"no gold annotation in {gold}", "name their folder with --gold")
    present = [path for path in annotations if (out / path.name).is_file()]
    if not present:
        raise UsageError(f"{out} holds no digest of an annotated report", "run huimou summarise on them first")
    scores = {path.stem: _measure(out / path.name, path, seeds) for path in present}
    options.console().print(_rendered(scores))
    for path in annotations:
        if path not in present:
            typer.echo(f"no digest: {path.stem}", err=True)
    raise typer.Exit(0 if present == annotations else _EXIT_MISSING)


def _measure(digest_file: Path, gold_file: Path, seeds: Path) -> Scores:
    from huimou.evaluate import score
    from huimou.files import read_text
    from huimou.stages.render.to_json import from_json

    digest = from_json(read_text(digest_file))
    gold = _gold(gold_file)
    text = _report_text(digest_file, seeds / gold["file"])
    if len(text) != digest.source.chars or len(text) != gold["chars"]:
        raise UsageError(f"{digest_file}, {gold_file} and the report in {seeds} are not of the same text")
    return score(digest, gold, text)


def _gold(path: Path) -> dict[str, Any]:
    from huimou.files import read_text

    try:
        gold = json.loads(read_text(path))
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {error}") from error
    if not isinstance(gold, dict) or not {"file", "chars"} <= gold.keys():
        raise UsageError(f"{path} is not a gold annotation")
    return gold


def _report_text(digest_file: Path, report: Path) -> str:
    """What the digest's offsets refer to: the extracted text where there is one, else the report itself."""
    from huimou.files import read_text
    from huimou.stages.ingest import read_report

    extracted = digest_file.with_suffix(".source.txt")
    return read_text(extracted) if extracted.is_file() else read_report(report).text


def _rendered(scores: Mapping[str, Scores]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from huimou.evaluate import table
    from huimou.stages.render import running

    data = table(scores)
    name, *measures = data.columns
    rendered = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    rendered.add_column(name, overflow="fold")
    for measure in measures:
        rendered.add_column(measure, justify="right")
    for report, *values in data.rows:
        rendered.add_row(Text(running(report)), *values)
    return rendered
