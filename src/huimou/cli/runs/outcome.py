"""A run from the command line: how far it is on stderr, what it came to as tables, its exit status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from rich.text import Text

from huimou.batch.engines.engine import RunResult
from huimou.batch.index_page import INDEX
from huimou.batch.planning import PlannedReport
from huimou.batch.run import run_batch
from huimou.batch.run_settings import RunSettings
from huimou.cli import options
from huimou.cli.option_groups import ProgressOptions
from huimou.cli.progress import open_progress
from huimou.cli.runs.summary_table import build_summary
from huimou.language.text import to_one_line
from huimou.settings import NO_MODEL

_TABLE = 60  # reports; of more only those that are not complete are listed


def run_and_print(
    reports: Sequence[PlannedReport],
    out: Path,
    settings: RunSettings,
    begin: Callable[[], None] = lambda: None,
    *,
    progress: ProgressOptions,
) -> None:
    """Run a batch, print what it came to, and leave with its exit status; arguments are those of `run_batch`.

    Raises:
        HuimouError: it cannot begin.
        typer.Exit: always, at the end.

    """
    with open_progress(progress) as emit:
        result = run_batch(reports, out, settings, emit, begin)
    print_outcome(result, quiet=progress.quiet)
    page = _find_page_to_open(result, out)
    if page is not None and not progress.quiet:
        options.open_error_console().print(Text(to_one_line(f"open: {page}")), soft_wrap=True)
    raise typer.Exit(result.exit_status)


def _find_page_to_open(result: RunResult, out: Path) -> Path | None:
    """The file to read first: the page of the one report, or the list of several; None where nothing was written."""
    written = [one.name for one in result.reports if one.status != "failed"]
    single = [f"{written[0]}.html", f"{written[0]}.md"] if len(written) == 1 and len(result.reports) == 1 else []
    several = [INDEX, *(f"{name}.md" for name in written[:1])]
    names = (single or several) if written else []
    return next((out / name for name in names if (out / name).is_file()), None)


def print_outcome(result: RunResult, *, quiet: bool) -> None:
    """Print what a run came to as tables on stdout, and what ended it on stderr."""
    if not quiet and result.reports:
        options.open_console().print(build_summary(result, most=_TABLE))
    asked = result.bill is not None and result.bill.job.get("model") != NO_MODEL
    if result.bill is not None and asked and result.bill.paid_for and not quiet:
        from huimou.cli.runs.cost_table import build_usage_table  # noqa: PLC0415 (not where all is replayed)

        options.open_console().print(build_usage_table(result.bill))
    for report in result.reports:
        if quiet and report.reason:  # otherwise said when it happened
            typer.echo(f"{to_one_line(report.file)}: {report.status}: {to_one_line(report.reason)}", err=True)
    if result.stopped:
        left = result.planned - len(result.reports)
        options.report_error(result.stopped)
        typer.echo(f"{left} of {result.planned} reports not done; run the same command again to go on", err=True)
    if result.interrupted:
        typer.echo("interrupted; run the same command again to go on", err=True)
