"""`huimou apply-review`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.errors import HuimouError

if TYPE_CHECKING:
    from huimou.store.journal import Journal

_EXIT_SKIPPED = 3


def apply_review(
    digest: Annotated[Path, typer.Argument(metavar="OUT/<stem>.json", help="The digest that was reviewed.")],
    reviews: Annotated[
        list[Path],
        typer.Argument(metavar="REVIEW.json...", help="Files that its page has exported, of one or several."),
    ],
    source: Annotated[Path | None, typer.Option(help="The report, or its folder, where it is not found.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and what is skipped.")] = False,
) -> None:
    """Put what a person checked, corrected and remarked in the page into the digest, and write its files again.

    The machine's own words stay beside the person's. Items that have changed since they were reviewed are named and
    skipped, and the exit status is 3; a review of another report is refused. Applying a review again changes nothing.
    """
    from huimou.batch.index_page import redraw_index
    from huimou.batch.report_run import write_reviewed_report
    from huimou.batch.source_text import find_sources, find_text
    from huimou.language.text import to_one_line
    from huimou.model.review import merge_reviews, read_review
    from huimou.outputs.index_row import count_checked_items
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    files = []
    for path in reviews:
        try:
            files.append(read_review(read_text(path)))
        except HuimouError as error:
            raise type(error)(f"{path}: {error.message.removeprefix(f'{path}: ')}", error.hint) from error
    out, name = digest.parent, digest.name.removesuffix(".json")
    with _open_journal(out) as journal:
        before = from_json(read_text(digest))
        merged = merge_reviews(before, files)
        sources = find_sources(out, source)
        text = find_text(name, before, sources)
        said = write_reviewed_report(out, name, text, merged.digest, journal, sources)
        redraw_index(out)
    for line in said:
        typer.echo(to_one_line(line), err=True)
    for line in merged.skipped:
        typer.echo(f"skipped: {to_one_line(line)}", err=True)
    if not quiet:
        applied, items = (
            options.format_count(merged.taken, "remark"),
            options.format_count(count_checked_items(merged.digest), "item"),
        )
        typer.echo(f"{applied} applied; {items} checked by a person in {digest}")
    if merged.skipped:
        raise typer.Exit(_EXIT_SKIPPED)


@contextlib.contextmanager
def _open_journal(out: Path) -> Iterator[Journal | None]:
    """The folder's journal, held so that no batch writes the report meanwhile; None where the folder has no store.

    Raises:
        StoreInUse: a batch has it.

    """
    from huimou.store.answers import open_store
    from huimou.store.journal import Journal
    from huimou.store.paths import STORE

    if not (out / STORE).is_file():
        yield None
        return
    with open_store(out / STORE) as store:
        yield Journal(store.database)
