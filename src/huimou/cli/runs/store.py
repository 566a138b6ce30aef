"""`huimou store`; `huimou ledger` is its older name."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import PromptOptions, spread_options
from huimou.store.paths import STORE

_EXIT_DIFFERENT = 1
_NOUNS = {"answers": "answer", "reports": "report", "runs": "run", "reviews": "remark"}  # by table

app = typer.Typer(no_args_is_help=True, help="The store of an output folder: answers and journal.")


@app.callback()
def _store() -> None:
    """Look after the store of an output folder."""


@app.command()
@spread_options
def verify(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote.")],
    prompts: PromptOptions,
) -> None:
    """Derive every digest anew from the answers in the store and hold it against its file; asks nothing.

    Exit 1 where a file is not what follows, or its answers are not all there.
    """
    from huimou.batch.store_check import MadeWith
    from huimou.batch.store_check import verify as check
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.language.profiles.profile import load_profiles
    from huimou.language.rules.own_rules import load_rules
    from huimou.language.text import to_one_line
    from huimou.settings import resolve_folders
    from huimou.store.answers import open_store

    options.require_store(out)
    folders = resolve_folders(prompts)
    same = wrong = untold = 0
    with open_store(out / STORE) as kept:
        made_with = MadeWith(
            load_checked_prompts(folders.prompts), load_profiles(folders.profiles), load_rules(folders.rules)
        )
        for verdict in check(out, kept, made_with):
            if verdict.problem:
                typer.echo(to_one_line(f"{verdict.name}: {verdict.problem}"))
            same += verdict.problem is None
            wrong += verdict.problem is not None and verdict.told
            untold += not verdict.told
    typer.echo(f"{same} digests as they follow from the store, {wrong} not, {untold} that cannot be derived")
    raise typer.Exit(_EXIT_DIFFERENT if wrong else 0)


@app.command()
def rebuild(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder whose store is damaged.")],
) -> None:
    """Make a damaged store anew from what can be read of it; the damaged file stays beside it.

    What is lost of answers is asked for again by the next huimou summarise, what is lost of the journal is made again.
    """
    from huimou.store.rebuild import rebuild_store

    done = rebuild_store(out / STORE)
    if done.damaged is None:
        typer.echo("the store is sound; nothing was done")
        return
    for table, noun in _NOUNS.items():
        left = done.left[table]
        typer.echo(f"{options.format_count(done.kept[table], noun)} kept" + (f", {left} left behind" if left else ""))
    typer.echo(f"the damaged file is {done.damaged}")
    typer.echo("next: run the same huimou summarise again")
