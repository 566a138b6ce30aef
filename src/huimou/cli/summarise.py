"""`huimou summarise`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.batch import BatchResult, Events
    from huimou.config import Endpoint
    from huimou.contract import Digest
    from huimou.inputs import Input
    from huimou.model import Document
    from huimou.profile import Profiles


class Length(StrEnum):
    """Names of `overview.STYLES`."""

    brief = "brief"
    standard = "standard"
    full = "full"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where answers come from and go: at most one of `record` and `replay`; `ledger` is the file of a live run.

    `note` is told what the user should know about the endpoint.
    """

    ledger: Path
    record: Path | None
    replay: Path | None
    prompts: Path | None
    kind: str | None = None
    profiles: Profiles | None = None
    style: str = "standard"
    note: Callable[[str], None] = field(default=lambda _: None, compare=False)


def summarise(  # noqa: PLR0913, PLR0917 (one parameter an option)
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results: <stem>.json and <stem>.md.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Report files, folders or globs; - is a text on standard input."),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="List of reports instead, .csv or .jsonl: path, optional id, and columns of your own."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the text on standard input. [default: stdin]")] = None,
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    api_key: options.ApiKey = None,
    mode: options.Mode = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    gguf: options.Gguf = None,
    record: Annotated[bool, typer.Option("--record", help="Keep every request and answer as a recording.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Answer from recordings only; no server is asked.")] = False,
    recordings: options.Recordings = options.DEFAULT_RECORDINGS,
    prompts: options.Prompts = None,
    kind: Annotated[str | None, typer.Option(help="Kind of report, e.g. government; else read from the text.")] = None,
    profiles: options.Profiles = None,
    style: Annotated[Length, typer.Option(help="Length of the overviews.")] = Length.standard,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    version: options.Version = False,
) -> None:
    """Write a year review and a next-year plan for each report; run again to go on where a run stopped.

    A folder stands for the .txt .md .html .htm .docx .pdf files right inside it (README files are left out).
    Paths of a manifest are relative to it; an id names the outputs, and huimou export has it and the columns again.
    """
    del version  # its callback has acted
    from huimou.batch import plan
    from huimou.cli.gather import gather
    from huimou.cli.progress import open_events
    from huimou.config import resolve_endpoint, resolve_folders
    from huimou.files import make_folder
    from huimou.profile import load_profiles

    folders = resolve_folders({"profiles": profiles, "prompts": prompts})
    known = load_profiles(folders["profiles"])
    if kind is not None and kind not in known.kinds():
        raise UsageError(f"no such kind of report: {kind}", f"known are: {', '.join(known.kinds())}")
    if record and replay:
        raise UsageError("--record and --replay exclude each other", "record with a server first, then replay")
    gathered = gather(inputs or [], manifest, name, out)
    planned = plan(gathered.inputs, out)  # refuses a folder that holds inputs before anything is written or started
    make_folder(out)
    gathered.keep(out, planned)
    endpoint = resolve_endpoint(
        base_url=base_url,
        model=model,
        api_key=api_key,
        mode=mode,
        concurrency=concurrency,
        timeout=timeout,
        gguf=gguf,
    )
    wiring = Wiring(
        ledger=out / ".huimou" / "ledger.sqlite",
        record=recordings if record else None,
        replay=recordings if replay else None,
        prompts=folders["prompts"],
        kind=kind,
        profiles=known,
        style=style.value,
    )
    with open_events(quiet=quiet) as events:
        if endpoint.kind == "builtin" and not replay:
            events.note("loading the built-in model")
        result = _run(gathered.inputs, out, endpoint, wiring, events)
    _conclude(result, quiet=quiet)


def _run(inputs: Sequence[Input], out: Path, endpoint: Endpoint, wiring: Wiring, events: Events) -> BatchResult:
    from huimou.batch import run_batch
    from huimou.stages.ingest import read_report

    with _open_work(endpoint, replace(wiring, note=events.note)) as work:
        return run_batch(inputs, out, work, events, read_report)


@contextlib.contextmanager
def _open_work(endpoint: Endpoint, wiring: Wiring) -> Iterator[Callable[[Document, Events], Digest]]:
    """Wire the pipeline to a model: the one place that knows how."""
    from huimou.llm.client import open_client
    from huimou.overview import STYLES
    from huimou.pipeline import Choices, digest_report
    from huimou.prompt_check import load_checked

    prompts = load_checked(wiring.prompts)
    with (
        options.served(endpoint, replay=wiring.replay is not None) as server,
        open_client(
            server, ledger=wiring.ledger, record=wiring.record, replay=wiring.replay, note=wiring.note
        ) as client,
    ):
        choices = Choices(wiring.kind, STYLES[wiring.style], wiring.profiles)
        yield lambda document, events: digest_report(document, client, prompts, events, choices)


def _conclude(result: BatchResult, *, quiet: bool) -> None:
    from huimou.cli.progress import summary
    from huimou.stages.render import running

    if not quiet:
        options.console().print(summary(result))
    for report in result.reports:
        if quiet and report.reason:  # otherwise said when it happened
            typer.echo(f"{running(report.file)}: {report.status}: {running(report.reason)}", err=True)
    if result.stopped:
        left = result.planned - len(result.reports)
        options.report_error(result.stopped)
        typer.echo(f"{left} of {result.planned} reports not done; run the same command again to go on", err=True)
    if result.interrupted:
        typer.echo("interrupted; run the same command again to go on", err=True)
    raise typer.Exit(result.exit_status)
