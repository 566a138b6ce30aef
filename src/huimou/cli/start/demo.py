"""`huimou demo`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import ProgressOptions, spread_options

if TYPE_CHECKING:
    from huimou.batch.engines.engine import RunResult

_FOLDER = Path("huimou-demo")


@spread_options
def demo(
    out: Annotated[
        Path,
        typer.Option("--output", "-o", parser=options.parse_path, metavar="<path>", help="Folder for the digests."),
    ] = _FOLDER,
    *,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Open the list of the reports in a browser.")] = True,
    progress: ProgressOptions,
) -> None:
    """Digest the five sample reports from recorded answers, and open the list of them in a browser.

    No model is asked and nothing leaves the machine; it takes seconds. The folder can be deleted afterwards.
    """
    from huimou.batch.index_page import INDEX
    from huimou.cli.runs.outcome import print_outcome

    result = _replay_samples(out, progress)
    print_outcome(result, quiet=progress.quiet)
    page = out / INDEX
    if browse and result.exit_status == 0 and not open_page(page):
        typer.echo(f"no browser could be opened: open {page.resolve()} in one", err=True)
    if not progress.quiet:
        first = next((one.name for one in result.reports), "NAME")
        typer.echo(f"the digests are in {out}; next:")
        typer.echo(f"  open {page}")
        typer.echo(f"  huimou show {out / first}.json")
        typer.echo("  huimou summarise REPORT -o out     (your own; huimou doctor says which model answers)")
    raise typer.Exit(result.exit_status)


def _replay_samples(out: Path, progress: ProgressOptions) -> RunResult:
    """Digest the samples with what comes with huimou, whatever a settings file in the working directory says."""
    from huimou.batch.planning import plan_reports
    from huimou.batch.run import run_batch
    from huimou.batch.run_settings import RunSettings
    from huimou.cli.progress import open_progress
    from huimou.cli.start.samples import find_samples
    from huimou.digest.session import build_digest_settings
    from huimou.settings import Endpoint
    from huimou.store.files import find_inputs

    samples = find_samples()
    settings = RunSettings(build_digest_settings(Endpoint("builtin")), replay=samples.recordings)
    planned = plan_reports(find_inputs([str(samples.reports)]), out)
    with open_progress(progress) as emit:
        return run_batch(planned, out, settings, emit)


def open_page(page: Path) -> bool:
    """Open a page in the user's browser; whether that could be done."""
    try:
        return webbrowser.open(page.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False
