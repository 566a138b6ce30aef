"""`huimou openai-batch`: request files out, answers in."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.old_options import CommandGroup
from huimou.cli.option_groups import DigestOptions, Mode, spread_options
from huimou.errors import to_inert
from huimou.settings import EndpointOptions

if TYPE_CHECKING:
    from huimou.batch.openai_batch.exchange import AnswerImport, RequestExport

_EXIT_INCOMPLETE = 3
_NOWHERE = "http://openai-batch.invalid/v1"

app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Digests by OpenAI batch files: export requests, import answers."
)


@dataclass(frozen=True, slots=True)
class BatchModelOptions(EndpointOptions):
    """The model that will answer, and how it is to be bound to a schema."""

    model: Annotated[str | None, typer.Option(help="Model name as the batch service knows it. [env: HUIMOU_MODEL]")] = (
        None
    )
    mode: Mode = None


@app.command("export", short_help="Write digests, and request files for what is missing.")
@spread_options
def export(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Report files, folders or globs.")],
    out: options.OutFolder,
    *,
    model: BatchModelOptions,
    requests: Annotated[
        Path | None, typer.Option("--requests", help="Folder for the request files. [default: OUT/openai-batch]")
    ] = None,
    context_tokens: Annotated[
        int | None, typer.Option(min=256, help="Tokens one request may have there, prompt and answer together.")
    ] = None,
    digests: DigestOptions,
) -> None:
    """Write digests of reports that lack no answer, and request files for the others; no server is asked.

    What is done already is passed over, and huimou status OUT says which reports wait for answers.
    Each export writes all that is missing, in place of the files of the one before. Exit status 3 while any is.
    """
    from huimou.batch.openai_batch.run import export_batch
    from huimou.store.files import find_inputs

    settings = options.load_digest_settings(replace(model, base_url=_NOWHERE), digests)
    done = export_batch(find_inputs(inputs), out, settings, to=requests, context_tokens=context_tokens)
    _print_export(done)


@app.command("import", short_help="Take answers from output and error files.")
def import_(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that export was given with -o.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Output and error files, in any order.")],
) -> None:
    """Take answers from output and error files; what is missing or unusable is in the next export.

    Exit status 3 while requests of the last export have no answer.
    """
    from huimou.batch.openai_batch.run import import_batch

    done = import_batch(out, files)
    _print_import(done)


def _print_export(done: RequestExport) -> None:
    from huimou.language.text import to_one_line

    results = done.reports.reports
    for report in results:
        if report.reason and report.name not in done.waiting:
            typer.echo(f"{to_one_line(report.file)}: {report.status}: {to_one_line(report.reason)}", err=True)
    for path in done.files:
        typer.echo(f"wrote {path}")
    waiting = len(done.waiting)
    counts = {
        "complete": sum(report.status == "complete" for report in results),
        "partial": sum(report.status == "partial" for report in results),
        "waiting for answers": waiting,
        "failed": sum(report.status == "failed" for report in results) - waiting,
    }
    typer.echo(
        f"{options.format_count(len(results), 'report')}: "
        + ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    )
    if done.reports.interrupted:
        typer.echo("interrupted; no request file was changed; run the same command again", err=True)
    elif waiting:
        typer.echo(f"{done.requests} requests; next: have them answered, then huimou openai-batch import")
    raise typer.Exit(done.reports.exit_status)


def _print_import(done: AnswerImport) -> None:
    unfit, refused = sum(done.unfit.values()), sum(done.refused.values())
    for what, n in (
        ("answers taken", done.taken),
        ("taken to be asked differently", unfit),
        ("already there", done.already),
        ("repeated in these files", done.repeated),
        ("without a usable answer", refused),
        ("of no request from this folder", done.foreign),
        ("torn or no result", done.unreadable),
    ):
        if n:
            typer.echo(f"{n} {what}")
    for reason, n in (*done.unfit.items(), *done.refused.items()):
        typer.echo(f"  {n}: {to_inert(reason)}")
    if done.models:
        typer.echo(f"note: the answers name another model than was asked for: {to_inert(', '.join(done.models))}")
    typer.echo(f"{done.missing} of {done.asked} requests of the last export have no answer")
    typer.echo("next: the same huimou openai-batch export again; it writes what is missing, or the digests")
    raise typer.Exit(_EXIT_INCOMPLETE if done.missing else 0)
