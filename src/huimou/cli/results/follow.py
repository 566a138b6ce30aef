"""`huimou follow`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.digest_files import find_page
from huimou.cli.option_groups import (
    AllowMarked,
    ProgressOptions,
    Prompts,
    RecordingOptions,
    Rules,
    ServerOptions,
    spread_options,
)

if TYPE_CHECKING:
    from huimou.batch.events import Emit
    from huimou.compare.followup.matching.meaning import Embedder
    from huimou.compare.followup.result import FollowUp
    from huimou.llm.client import Client
    from huimou.settings import Endpoint

_FORMS = (".html", ".json", ".md")
_CHAIN_FORMS = (".html", ".xlsx", ".csv")
_INCOMPLETE = 3


@spread_options
def follow(  # noqa: PLR0913 (one parameter an option)
    earlier: Annotated[Path, typer.Argument(help="Digest (.json) of the report whose plan is followed up.")],
    later: Annotated[Path, typer.Argument(help="Digest (.json) of the next report of the same body.")],
    more: Annotated[
        list[Path] | None, typer.Argument(help="Digests of further years: a chain of years, in any order.")
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write, .html, .json or .md (of a chain .html, .xlsx or .csv); may be repeated.",
        ),
    ] = None,
    *,
    server: ServerOptions,
    recording: RecordingOptions,
    prompts: Prompts = None,
    rules: Rules = None,
    floor: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="The model is asked where the best sentence is at least so likely (0 to 1): 0.15 if not given, but the"
            " built-in model never, which does no better than the program; a strong one: 0.05.",
            show_default=False,
        ),
    ] = None,
    meaning: Annotated[
        bool | None,
        typer.Option(
            "--meaning/--no-meaning",
            help="Compare meanings by an embedding model on the CPU, extra [meaning]; by default where it is installed"
            " and nothing is recorded or replayed.",
            show_default=False,
        ),
    ] = None,
    allow_marked: AllowMarked = False,
    progress: ProgressOptions,
) -> None:
    """Hold the earlier report's plan against the later one's review: what it reports on, what is not seen in it.

    Also the later report's work that was not in the plan, and the tasks that its own plan goes on with. Without -o it
    is printed as Markdown. Answers are kept in .huimou beside the first output; run again to go on.

    Three reports or more are a chain of years: figures over the years as printed, target beside result, bases that do
    not agree, and the tasks that come again, that the next report speaks of, or that fall silent.
    """
    from huimou.cli.comparisons.years import follow_years
    from huimou.cli.tracking import open_steps
    from huimou.compare.followup.decide import choose_asking
    from huimou.compare.followup.follow import MatchingChoices, check_pair, follow_plan
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.outputs.render.to_json import from_json
    from huimou.settings import FolderOptions, resolve_folders
    from huimou.store.files import make_folder, read_text, write_text
    from huimou.store.paths import FOLLOW_STORE

    record, replay = recording.choose_folders()
    outputs = [options.check_ending(path, _CHAIN_FORMS if more else _FORMS) for path in out or ()]
    digests = from_json(read_text(earlier)), from_json(read_text(later))
    if not more:
        check_pair(*digests)
    checked = load_checked_prompts(resolve_folders(FolderOptions(prompts=prompts)).prompts)
    endpoint = options.resolve_server(server, asks=replay is None)
    store = outputs[0].parent / FOLLOW_STORE if outputs and not replay else None
    options.make_place(*outputs)
    is_kept = bool(record or replay)
    endpoint, least = choose_asking(endpoint, floor, kept=is_kept)
    matching = MatchingChoices(least, _choose_embedder(meaning, kept=is_kept), allow_marked)
    kept = {"record": record, "replay": replay, "store": store}
    if more:
        with options.open_rules(rules), open_steps(progress) as emit:
            complete = follow_years(
                [earlier, later, *more],
                outputs,
                lambda pair: _ask_model(
                    functools.partial(follow_plan, *pair, prompts=checked, matching=matching, emit=emit),
                    endpoint,
                    kept,
                    emit,
                ),
            )
        if outputs and not progress.quiet:
            typer.echo(f"written to {', '.join(map(str, outputs))}")
        raise typer.Exit(0 if complete else _INCOMPLETE)
    with options.open_rules(rules), open_steps(progress) as emit:
        asked = functools.partial(follow_plan, *digests, prompts=checked, matching=matching, emit=emit)
        found = _ask_model(asked, endpoint, kept, emit)
    for note in found.notes:
        typer.echo(note.message, err=True)
    for path in outputs:
        make_folder(path.parent)
        write_text(path, _render_follow_up(found, path, {"earlier": earlier, "later": later}))
    if not outputs:
        typer.echo(_render_follow_up(found, Path("out.md"), {}), nl=False)
    elif not progress.quiet:
        typer.echo(_describe_result(found, outputs))
    raise typer.Exit(0 if found.asked.complete else _INCOMPLETE)


def _choose_embedder(wanted: bool | None, *, kept: bool) -> Embedder | None:
    """The embedding model where it is asked for, or not refused and at hand; recordings are made without."""
    from huimou.compare.followup.matching.meaning import has_embedder, load_embedder

    if wanted is None:
        wanted = not kept and has_embedder()
    return load_embedder() if wanted else None


def _describe_result(found: FollowUp, outputs: Sequence[Path]) -> str:
    """What the review reports of the plan, and the files that say it."""
    counts = found.counts
    said = [f"{counts.reported} of {options.format_count(counts.tasks, 'task')} reported on"]
    said += [f"{counts.not_seen} not seen"] if counts.not_seen else []
    said += [f"{counts.unanswered} unanswered"] if counts.unanswered else []
    return f"{', '.join(said)}; written to {', '.join(map(str, outputs))}"


def _ask_model(
    asked: Callable[[Client], FollowUp], endpoint: Endpoint, kept: Mapping[str, Path | None], emit: Emit
) -> FollowUp:
    from huimou.batch.events import Noted
    from huimou.llm.builtin_server import serve_endpoint
    from huimou.llm.client import open_client

    if endpoint.kind == "builtin" and kept["replay"] is None:
        emit(Noted("loading the built-in model"))
    with (
        nullcontext(endpoint) if kept["replay"] is not None else serve_endpoint(endpoint) as server,
        open_client(
            server,
            record=kept["record"],
            replay=kept["replay"],
            store=kept["store"],
            note=lambda line: emit(Noted(line)),
        ) as client,
    ):
        return asked(client)


def _render_follow_up(found: FollowUp, path: Path, digests: Mapping[str, Path]) -> str:
    from huimou.compare.followup.to_html import PageLinks, to_html
    from huimou.compare.followup.to_json import to_json
    from huimou.compare.followup.to_markdown import to_markdown

    match path.suffix.lower():
        case ".html":
            return to_html(found, PageLinks(**{side: find_page(digest, path) for side, digest in digests.items()}))
        case ".json":
            return to_json(found)
        case _:
            return to_markdown(found)
