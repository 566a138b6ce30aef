"""`huimou fixtures`: the life of recordings."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli import options
from huimou.cli.option_groups import NamedSuiteOptions, ProgressOptions, ServersOptions, SuiteOptions, spread_options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.evaluation.regression.audit import Audit
    from huimou.evaluation.regression.lifecycle import RecordedCase
    from huimou.evaluation.regression.suite import Suite

_EXIT_NOT_FRESH = 1
_SLOTS_SHOWN = 5
_REASONS_SHOWN = 6

app = typer.Typer(no_args_is_help=True, help="Recordings of answers: begin, see, make, compare, accept and trim.")

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name every slot.")]


class RecordScope(StrEnum):
    """Which recordings `huimou fixtures record` makes."""

    missing = "missing"
    stale = "stale"
    all = "all"


@dataclass(frozen=True, slots=True)
class ProjectServerOptions:
    """The model server that a new project's settings name."""

    base_url: Annotated[str | None, typer.Option(help="Model server to write into huimou.toml.")] = None
    model: Annotated[str | None, typer.Option(help="Model at that server, to write into it.")] = None


@app.command()
@spread_options
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder; it may have other files.")],
    *,
    server: ProjectServerOptions,
) -> None:
    """Begin a project of your own: huimou.toml, a copy of the prompts, a test; nothing that is there is overwritten."""
    from huimou.evaluation.regression.new_project import write_project

    if server.model and not server.base_url:
        raise UsageError("--model is the name of a model at a server", "give its address too, with --base-url")
    for path in write_project(folder, server.base_url, server.model):
        typer.echo(f"wrote {path}")
    typer.echo("next: put reports into reports/, then huimou fixtures record all, and accept")


@app.command()
@spread_options
def status(
    tested: NamedSuiteOptions,
    verbose: Verbose = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changed in prompts, schemas and texts.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object instead of the table.")] = False,
) -> None:
    """Say which recordings still answer what is asked, and why others do not; exit 1 when anything is not fresh."""
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression.audit import audit_suite, find_strangers
    from huimou.evaluation.regression.followed_pairs import audit_pairs
    from huimou.evaluation.regression.gate import find_unasked_prompts

    suite = options.load_suite(tested)
    prompts = load_checked_prompts(suite.prompts)
    pairs = tuple(one.audit for one in audit_pairs(suite, prompts)) if suite.is_whole else ()
    audits = (*audit_suite(suite, prompts), *pairs)
    gone = find_strangers(suite) if suite.is_whole else ()
    unasked = {one.case.name: found for one in audits if (found := find_unasked_prompts(suite, one))}
    if as_json:
        typer.echo(json.dumps(_as_data(audits, gone, unasked), ensure_ascii=False, indent=2))
    else:
        _print_status(suite, audits, gone, verbose=verbose, diff=diff)
        if not all(one.is_fresh for one in pairs):
            typer.echo(
                f"of a pair: huimou follow EARLIER LATER --record --recordings {suite.fixtures}/follow/recordings"
            )
        _print_unasked_prompts(audits, unasked)
    raise typer.Exit(0 if not (gone or unasked) and all(one.is_fresh for one in audits) else _EXIT_NOT_FRESH)


@app.command()
@spread_options
def record(
    which: Annotated[
        RecordScope, typer.Argument(help="missing: never recorded; stale: those and what has changed; all: everything.")
    ] = RecordScope.stale,
    *,
    tested: NamedSuiteOptions,
    server: ServersOptions,
    progress: ProgressOptions,
    anew: Annotated[bool, typer.Option("--anew", help="Throw the candidate away and begin again.")] = False,
) -> None:
    """Ask the server for what has no fresh recording, into FIXTURES/candidate; run again to go on. Never in CI."""
    from huimou.cli.progress import open_progress
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression import lifecycle
    from huimou.llm.builtin_server import serve_endpoint
    from huimou.llm.network.model_names import choose_model
    from huimou.llm.recordings.manifest import refuse_in_ci

    refuse_in_ci()
    suite = options.load_suite(tested)
    checked = load_checked_prompts(suite.prompts)
    if anew:
        lifecycle.discard_candidate(suite.candidate)
    if which is not RecordScope.all and _is_up_to_date(suite, which, checked):
        typer.echo(
            f"nothing to record: no recording is {'missing' if which is RecordScope.missing else 'missing or stale'}"
        )
        return
    endpoint = options.resolve_server(server)
    with open_progress(progress) as emit, serve_endpoint(endpoint) as served:
        named = dataclasses.replace(served, model=choose_model(served))
        made = lifecycle.record_answers(suite, which.value, named, checked, emit)
    _print_recorded(suite, made)


@app.command()
@spread_options
def diff(
    tested: NamedSuiteOptions,
    html: options.HtmlFile = None,
    verbose: Verbose = False,
) -> None:
    """Compare the digests of the candidate with the accepted ones, item by item; exit 1 when they differ."""
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression.gate import run_candidate

    suite = options.load_suite(tested)
    gate = run_candidate(suite, load_checked_prompts(suite.prompts))
    options.print_outcome(gate.outcome, most=None if verbose else options.CHANGES_SHOWN)
    if html:
        from huimou.evaluation.regression.to_html import PageTitles

        options.write_page(html, gate, PageTitles(page="候选与已接受的对照", before="已接受", after="候选"))
    raise typer.Exit(0 if gate.outcome.passed else _EXIT_NOT_FRESH)


@app.command()
@spread_options
def accept(
    tested: NamedSuiteOptions,
) -> None:
    """Make the candidate's recordings, and the digests that follow from them, the accepted ones."""
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression import lifecycle

    suite = options.load_suite(tested)
    audits = lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    taken = sum(state.used is not None and state.used[0] == suite.candidate for one in audits for state in one.states)
    typer.echo(f"accepted: {len(audits)} digests, {taken} recordings from the candidate")


@app.command()
@spread_options
def trim(
    tested: SuiteOptions,
) -> None:
    """Remove recordings that nothing asks for any more."""
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression import lifecycle
    from huimou.evaluation.regression.audit import audit_suite

    suite = options.load_suite(tested)
    gone = lifecycle.trim_recordings(suite, audit_suite(suite, load_checked_prompts(suite.prompts)))
    for file in gone:
        typer.echo(f"removed {file}")
    typer.echo(f"{len(gone)} files removed")


def _is_up_to_date(suite: Suite, which: RecordScope, prompts: Any) -> bool:
    from huimou.evaluation.regression.audit import audit_suite

    if not suite.trees:
        return False
    wanted = {"missing"} if which is RecordScope.missing else {"missing", "stale"}
    return not any(s.state in wanted for one in audit_suite(suite, prompts, suite.trees) for s in one.states)


def _print_recorded(suite: Suite, made: Sequence[RecordedCase]) -> None:
    for one in made:
        moved = f", {one.moved} taken over from other slots" if one.moved else ""
        failed = f"; {one.error}" if one.error else ""
        typer.echo(f"{one.case.name}: {one.asked} asked, {one.kept} kept{moved}{failed}")
    typer.echo(f"recorded into {suite.candidate}; next: huimou fixtures diff, then accept")


def _print_status(suite: Suite, audits: Sequence[Audit], gone: Sequence[str], *, verbose: bool, diff: bool) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from huimou.evaluation.regression.audit import STATES
    from huimou.language.text import to_one_line

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("report", overflow="fold")
    for state in STATES:
        table.add_column(state, justify="right")
    for one in audits:
        counts = one.count_states()
        table.add_row(Text(to_one_line(one.case.name)), *(str(counts[state]) for state in STATES))
    options.open_console().print(table)
    for one in audits:
        for line in _explain_audit(one, verbose=verbose):
            typer.echo(to_one_line(line))
    if gone:
        typer.echo(f"{len(gone)} recordings of reports that are not there: {_format_names(gone, all_of_them=verbose)}")
    if suite.candidate in suite.trees:
        typer.echo(f"a candidate waits in {suite.candidate}: huimou fixtures diff")
    if diff:
        _print_diffs(audits)
    if any(state.state != "fresh" for one in audits for state in one.states):
        typer.echo("next: huimou fixtures record stale, diff, accept")
    elif gone or any(one.orphans for one in audits):
        typer.echo("next: huimou fixtures trim")


def _print_unasked_prompts(audits: Sequence[Audit], unasked: Mapping[str, Sequence[str]]) -> None:
    """Say once of each prompt for which accepted digests are not those of today though no recording is stale."""
    changed: dict[str, list[str]] = {}
    for name, found in unasked.items():
        for prompt in found:
            changed.setdefault(prompt, []).append(name)
    for prompt, names in changed.items():
        reports = options.format_count(len(names), "accepted digest")
        typer.echo(f"prompt {prompt}: {reports} named the former one, and no recording of theirs asks it")
    if changed and all(one.is_fresh for one in audits):
        typer.echo("next: huimou fixtures accept")


def _explain_audit(one: Audit, *, verbose: bool) -> list[str]:
    from huimou.evaluation.regression.lifecycle import group_by_reason

    lines = [f"{one.case.name}: {one.error}"] if one.error else []
    reasons = list(group_by_reason(one.states).items())
    for said, states in reasons if verbose else reasons[:_REASONS_SHOWN]:
        slots = [state.ticket.file.partition("/")[2].removesuffix(".json") for state in states]
        lines.append(f"{one.case.name}: {len(states)} × {said}: {_format_names(slots, all_of_them=verbose)}")
    if len(reasons) > _REASONS_SHOWN and not verbose:
        lines.append(f"{one.case.name}: and {len(reasons) - _REASONS_SHOWN} other reasons (--verbose)")
    if one.orphans:
        lines.append(f"{one.case.name}: never asked for: {_format_names(one.orphans, all_of_them=verbose)}")
    return lines + [
        f"{one.case.name}: half used: {state.ticket.file} ({state.played} of {state.kept} responses)"
        for state in one.half_used
    ]


def _format_names(names: Sequence[str], *, all_of_them: bool) -> str:
    shown = names if all_of_them else names[:_SLOTS_SHOWN]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")


def _print_diffs(audits: Sequence[Audit]) -> None:
    """Print each distinct pair of texts once, as a unified diff."""
    shown: set[tuple[str, str]] = set()
    for one in audits:
        for state in one.states:
            for reason in state.why:
                if not reason.before or (reason.before, reason.after) in shown:
                    continue
                shown.add((reason.before, reason.after))
                lines = difflib.unified_diff(
                    reason.before.splitlines(),
                    reason.after.splitlines(),
                    f"recorded {state.ticket.file} {reason.part}",
                    "now",
                    lineterm="",
                    n=1,
                )
                typer.echo("\n".join(lines))


def _as_data(audits: Sequence[Audit], gone: Sequence[str], unasked: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "fresh": not (gone or unasked) and all(one.is_fresh for one in audits),
        "reports": [
            {
                "name": one.case.name,
                "recordings": dict(one.count_states()),
                "error": one.error,
                "orphans": list(one.orphans),
                "other_prompts": list(unasked.get(one.case.name, ())),
                "slots": [
                    {"slot": state.ticket.file, "state": state.state, "why": [str(reason) for reason in state.why]}
                    for state in one.states
                ],
            }
            for one in audits
        ],
        "reports_not_there": list(gone),
    }
