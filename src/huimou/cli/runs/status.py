"""`huimou status` and `huimou retry`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from huimou.cli import options
from huimou.cli.option_groups import (
    AllowMarked,
    DigestOptions,
    OverviewLength,
    ProgressOptions,
    PromptOptions,
    ServersOptions,
    WordingEffort,
    spread_options,
)
from huimou.errors import UsageError
from huimou.store.paths import STORE

if TYPE_CHECKING:
    from huimou.batch.planning import PlannedReport
    from huimou.store.journal import JournalEntry, JournalRun

_EXIT_INCOMPLETE = 3
_LISTED = 20

Out = Annotated[Path, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote or is writing.")]


def status(
    out: Out,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every report that is not complete.")] = False,
) -> None:
    """Say how far a batch is, also while it runs: reports by state, tokens, and which failed and why.

    Exit 3 while some report is not complete.
    """
    from huimou.store.journal import read_journal

    if is_without_store(out):
        _tell_replayed(out, as_json=as_json)
    options.require_store(out)
    last, found = read_journal(out / STORE)
    entries = list(found)
    undone = _find_undone(out, entries)
    if as_json:
        typer.echo(json.dumps(_as_data(last, entries, undone), ensure_ascii=False, indent=2))
    else:
        _print_status(last, entries, undone, every=every)
    complete = sum(entry.result.status == "complete" for entry in entries)
    raise typer.Exit(0 if last and complete >= last.planned and not undone else _EXIT_INCOMPLETE)


@spread_options
def retry(  # noqa: PLR0913 (one parameter an option)
    out: Out,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Only reports that failed.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Only reports that lack some answer.")] = False,
    server: ServersOptions,
    workers: options.Workers = "1",
    prompts: PromptOptions,
    allow_marked: AllowMarked = False,
    progress: ProgressOptions,
) -> None:
    """Try again what failed or is partial, as the last run did it; answers that were of no use are asked for again.

    What there was stays until there is something better. Reports that would come to the same, such as files that cannot
    be read and are as they were, are left out unless --failed or --partial asks for them. The server is named as for
    summarise.
    """
    from huimou.batch.run_settings import RunSettings
    from huimou.cli.runs.outcome import run_and_print
    from huimou.outputs.formats import DEFAULT, find_present_formats, select_formats
    from huimou.store.journal import read_journal
    from huimou.store.stamps import Stamp

    if is_without_store(out):
        typer.echo(f"nothing to try again: the digests in {out} come from recordings, which give the same again")
        typer.echo("next: the same huimou summarise without --replay asks a model")
        _leave(_read_replayed(out))
    options.require_store(out)
    last, found = read_journal(out / STORE)
    entries = list(found)
    wanted = {"failed"} if failed and not partial else {"partial"} if partial and not failed else {"failed", "partial"}
    odd = [entry for entry in entries if entry.result.status in wanted]
    again = odd if failed or partial else [entry for entry in odd if _is_worth_retry(entry)]
    undone = _find_undone(out, entries)
    if undone:
        left = options.format_count(len(undone), "report")
        typer.echo(f"{left} not done yet: run the same summarise command again to go on", err=True)
    if not again or last is None:
        if odd:
            typer.echo(f"nothing to try again: {len(odd)} not complete would come to the same (--failed, --partial)")
        elif not undone:
            typer.echo(f"nothing to try again: no report in {out} is {' or '.join(sorted(wanted))}")
        raise typer.Exit(_EXIT_INCOMPLETE if odd or undone else 0)
    try:
        style = OverviewLength(last.job.get("style") or OverviewLength.standard)
        effort = WordingEffort(last.job.get("effort") or WordingEffort.standard)
    except ValueError as error:
        raise UsageError(f"the last run in {out} was of another huimou ({error})", "run huimou summarise") from error
    digests = DigestOptions(
        prompts.prompts, last.job.get("kind"), prompts.profiles, prompts.rules, style, effort, allow_marked
    )
    many = options.parse_workers(workers)
    settings = RunSettings(
        options.load_digest_settings(server, digests),
        formats=select_formats(
            (*DEFAULT, *(key for entry in again for key in find_present_formats(out, entry.result.name)))
        ),
        workers=many,
        part=True,
    )
    if not any(Stamp.of(entry.stamp.file).there for entry in again):
        raise UsageError(
            f"none of the {len(again)} input files is where it was", "run huimou summarise on the new place"
        )
    run_and_print(tuple(map(_plan_again, again)), out, settings, progress=progress)


def is_without_store(out: Path) -> bool:
    """Whether a folder has digests and no store, as `huimou summarise --replay` leaves it.

    Raises:
        UsageError: the folder cannot be read.

    """
    from huimou.batch.index_page import read_results

    return out.is_dir() and not (out / STORE).exists() and bool(read_results(out))


def _read_replayed(out: Path) -> dict[str, Any]:
    """What `--json` prints of a folder without a store: from its digests, and the inputs that have none."""
    from huimou.batch.index_page import read_results
    from huimou.store.inputs import read_inputs

    results, inputs = read_results(out), read_inputs(out)
    names = {one.name for one in results}
    return {
        "run": None,
        "reports": dict(Counter(one.status for one in results)),
        "not_done": [name for name in inputs if name not in names],
        "not_complete": [
            {"name": one.name, "path": one.file, "status": one.status, "reason": one.reason, "retryable": False}
            for one in results
            if one.status != "complete"
        ],
    }


def _tell_replayed(out: Path, *, as_json: bool) -> NoReturn:
    """Print the state of a folder without a store, and leave."""
    data = _read_replayed(out)
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        states = data["reports"]
        told = [f"{states.get(name, 0)} {name}" for name in ("complete", "partial")]
        told += [f"{len(data['not_done'])} without a digest"] if data["not_done"] else []
        typer.echo(f"{', '.join(told)}; from recordings (--replay), so there is no store of answers")
    _leave(data)


def _leave(data: Mapping[str, Any]) -> NoReturn:
    raise typer.Exit(_EXIT_INCOMPLETE if data["not_done"] or data["not_complete"] else 0)


def _plan_again(entry: JournalEntry) -> PlannedReport:
    """Plan a report again under the name that its outputs have."""
    from huimou.batch.planning import PlannedReport
    from huimou.store.inputs import Input

    path, name = entry.stamp.file, entry.result.name
    return PlannedReport.of(Input(path, str(path), name), name)


def _find_undone(out: Path, entries: Sequence[JournalEntry]) -> tuple[str, ...]:
    """Names of reports that were planned and have no outcome yet."""
    from huimou.store.inputs import read_inputs

    known = {entry.result.name for entry in entries}
    return tuple(name for name in read_inputs(out) if name not in known and not (out / f"{name}.json").is_file())


def _is_worth_retry(entry: JournalEntry) -> bool:
    """Whether a report may end better: its answers were of no use, or its file has changed since."""
    from huimou.store.stamps import Stamp

    is_there = Stamp.of(entry.stamp.file).there
    return entry.result.retryable or (is_there and entry.stamp.renew(entry.stamp.file) is None)


def _as_data(last: JournalRun | None, entries: Sequence[JournalEntry], undone: Sequence[str]) -> dict[str, Any]:
    from dataclasses import asdict

    from huimou.store.inputs import to_printable

    states = Counter(entry.result.status for entry in entries)
    return {
        "run": asdict(last) if last else None,
        "reports": dict(states),
        "not_done": list(undone),
        "not_complete": [
            {
                "name": e.result.name,
                "path": to_printable(e.stamp.path),
                "status": e.result.status,
                "reason": e.result.reason,
                "retryable": e.result.retryable,
            }
            for e in entries
            if e.result.status != "complete"
        ],
    }


def _print_status(
    last: JournalRun | None, entries: Sequence[JournalEntry], undone: Sequence[str], *, every: bool
) -> None:
    from huimou.language.text import to_one_line

    if last:
        if last.exit_status is not None:
            ended = f"ended {last.ended} with exit status {last.exit_status}"
        else:
            ended = "is running, or was killed"
        planned = options.format_count(last.planned, "report")
        typer.echo(f"last run: began {last.started}, {ended}; {planned}, model {last.job.get('model')}")
    states = Counter(entry.result.status for entry in entries)
    told = [f"{states[name]} {name}" for name in ("complete", "partial", "failed")]
    typer.echo(", ".join([*told, f"{len(undone)} not done"] if undone else told))
    spent = [entry.result.spent for entry in entries]
    tokens = sum(u.prompt_tokens for u in spent), sum(u.completion_tokens for u in spent)
    typer.echo(f"{sum(u.calls for u in spent)} calls, {tokens[0]} prompt and {tokens[1]} answer tokens")
    odd = [entry for entry in entries if entry.result.status != "complete"]
    for entry in odd if every else odd[:_LISTED]:
        typer.echo(to_one_line(f"{entry.result.status}: {entry.result.name}: {entry.result.reason}"))
    if len(odd) > _LISTED and not every:
        typer.echo(f"and {len(odd) - _LISTED} more: --all")
    if undone:
        typer.echo("next: run the same summarise command again to go on")
    elif any(map(_is_worth_retry, odd)):
        typer.echo("next: huimou retry")
