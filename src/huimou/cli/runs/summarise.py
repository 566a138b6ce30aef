"""`huimou summarise`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import (
    DigestOptions,
    PriceOptions,
    ProgressOptions,
    RecordingOptions,
    ServersOptions,
    spread_options,
)
from huimou.errors import UsageError
from huimou.settings import NO_MODEL, Endpoint

if TYPE_CHECKING:
    from huimou.batch.run_settings import RunSettings
    from huimou.digest.session import DigestSettings


class EngineChoice(StrEnum):
    """Engines by name."""

    local = "local"
    ray = "ray"


@spread_options
def summarise(  # noqa: PLR0913 (one parameter an option)
    *,
    out: options.OutFolder,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Report files, folders or globs; - is a text on standard input."),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="List of reports instead, .csv or .jsonl: path, optional id, and columns of your own."),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Look into the folders within folders, too.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Name of the text on standard input. [default: stdin]")] = None,
    server: ServersOptions,
    workers: options.Workers = "1",
    engine: Annotated[EngineChoice, typer.Option(help="Where workers run: on this machine, or on a Ray cluster.")] = (
        EngineChoice.local
    ),
    ray_address: Annotated[
        str | None, typer.Option(help="host:port of the cluster's head; without it one is started on this machine.")
    ] = None,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Ask no model: the program alone, from the report's own words.")
    ] = False,
    recording: RecordingOptions,
    digests: DigestOptions,
    formats: options.Formats = None,
    new: Annotated[bool, typer.Option("--new", help="Ask for everything again, whatever OUT's store holds.")] = False,
    prices: PriceOptions,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would cost; nothing is asked of the model, nothing written.")
    ] = False,
    progress: ProgressOptions,
    version: options.Version = False,
) -> None:
    """Write a year review and a next-year plan for each report; run again to go on where a run stopped.

    A folder stands for the reports right inside it: .txt .md .html .htm .docx .pdf .doc .wps .rtf .odt .ofd .eml
    (not README, CHANGELOG and the like). Which of them need what: huimou guide inputs.
    Paths of a manifest are relative to it; an id names the outputs, and huimou export has it and the columns again.
    """
    del version  # its callback has acted
    from huimou.batch.planning import plan_reports
    from huimou.batch.run_settings import RunSettings
    from huimou.cli.runs.gather import gather_inputs
    from huimou.cli.runs.outcome import run_and_print
    from huimou.outputs.formats import select_formats

    record, replay = recording.choose_folders()
    if dry_run and (record or replay):
        raise UsageError("--dry-run is for a run with a server", "leave --record and --replay out")
    many = options.parse_workers(workers)
    _check_processes(many, engine, recording)
    settings = RunSettings(
        _load_settings(server, digests, recording, no_model=no_model, dry_run=dry_run),
        formats=select_formats(formats or ()),
        workers=many,
        engine=engine.value,
        ray_address=ray_address,
        record=record,
        replay=replay,
        anew=new,
        prices=prices.to_prices(),
    )
    _check_cluster(settings)
    gathered = gather_inputs(inputs or [], manifest, name, out, recursive=recursive)
    if not progress.quiet and (passed := gathered.describe_passed_over()):
        options.report_line(passed)
    # A folder that holds inputs is refused before anything is written or started.
    planned = gathered.add_sizes(plan_reports(gathered.inputs, out))
    if dry_run:
        from huimou.cli.runs.dry_run import print_forecast

        print_forecast(planned, out, settings, gathered.piped, quiet=progress.quiet)
    else:
        run_and_print(planned, out, settings, gathered.write_piped_text, progress=progress)


def _load_settings(
    server: ServersOptions, digests: DigestOptions, recording: RecordingOptions, *, no_model: bool, dry_run: bool
) -> DigestSettings:
    """How digests are made, by a model or, with --no-model, by the program alone.

    Raises:
        UsageError: an option contradicts --no-model, or a setting is wrong.

    """
    settings = options.load_digest_settings(server, digests, asks=not (recording.replay or no_model))
    if not no_model:
        return settings
    if server.base_url or server.gguf or recording.record or recording.replay or dry_run:
        others = "--base-url, --gguf, --record, --replay and --dry-run"
        raise UsageError(f"--no-model excludes {others}", "leave one of them out")
    return replace(settings, endpoint=Endpoint(NO_MODEL))


def _check_processes(workers: int, engine: EngineChoice, recording: RecordingOptions) -> None:
    if (workers > 1 or engine is EngineChoice.ray) and (recording.record or recording.replay):
        option = "--record" if recording.record else "--replay"
        raise UsageError(f"{option} works with one process only", "leave --workers and --engine out")


def _check_cluster(settings: RunSettings) -> None:
    if settings.ray_address is None:
        return
    if settings.engine != "ray":
        raise UsageError("--ray-address is for --engine ray", "add that, or leave it out")
    if settings.digest.endpoint.kind == "builtin":
        raise UsageError(
            "the built-in model serves this machine only, not the nodes of a cluster",
            "name a server that all nodes reach with --base-url, or leave --ray-address out",
        )
