"""`huimou export`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli.option_groups import ProgressOptions, spread_options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.outputs.tables.export import TableExport, TableFormat

_EXIT_BROKEN = 3


class ExportFormat(StrEnum):
    """What --format takes."""

    jsonl = "jsonl"
    parquet = "parquet"
    both = "both"


_FORMS: Mapping[ExportFormat, tuple[TableFormat, ...]] = {
    ExportFormat.jsonl: ("jsonl",),
    ExportFormat.parquet: ("parquet",),
    ExportFormat.both: ("jsonl", "parquet"),
}


@spread_options
def export(
    out: Annotated[Path | None, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote.")] = None,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the tables. [default: OUT/tables]")
    ] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="Which files to write.")] = ExportFormat.both,
    columns: Annotated[bool, typer.Option("--columns", help="List the columns and their types instead.")] = False,
    *,
    progress: ProgressOptions,
) -> None:
    """Write the digests of a folder as three tables: reports, items and figures.

    Each table is one .jsonl and one .parquet file, for pandas, DuckDB, polars and the like. They join by `report`,
    by the manifest's `id`, by `item` and by `figure`; the manifest's other columns are user_<name> of reports.
    Beside them lies dictionary.csv: type, unit and meaning of every column, in Chinese and English.
    A digest that cannot be read is named and left out, and the exit status is 3.
    """
    if columns:
        _print_columns()
        return
    from huimou.cli.tracking import open_steps
    from huimou.model.events import tell_parts
    from huimou.outputs.tables.export import export_tables

    if out is None:
        raise UsageError("no folder given", "name the folder that huimou summarise wrote")
    folder = to or out / "tables"
    with open_steps(progress) as emit:
        done = export_tables(out, folder, _FORMS[form], lambda paths: tell_parts(emit, "digests", paths))
    _print_result(done, folder, quiet=progress.quiet)
    raise typer.Exit(_EXIT_BROKEN if done.broken else 0)


def _print_result(done: TableExport, folder: Path, *, quiet: bool) -> None:
    from huimou.language.text import to_one_line

    if not quiet:
        written = ", ".join(f"{count} {table}" for table, count in done.rows.items())
        typer.echo(f"{written} written to {folder}")
    for line in done.broken:
        typer.echo(f"left out: {to_one_line(line)}", err=True)
    if done.missing and not quiet:
        typer.echo(f"{done.missing} of the inputs have no digest", err=True)


def _print_columns() -> None:
    from huimou.outputs.tables.layout import build_layout

    for table in build_layout():
        for column in table.columns:
            typer.echo(f"{table.name:<8} {column.name:<36} {column.kind}")
    typer.echo(f"{'reports':<8} {'user_<name>':<36} string")
