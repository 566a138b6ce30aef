"""`huimou apply-review`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options
from huimou.errors import HuimouError

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
    from huimou.files import read_text
    from huimou.formats import present, write_outputs
    from huimou.review import merge, read_review
    from huimou.source_text import find_text, sources_of
    from huimou.stages.render import running
    from huimou.stages.render.to_json import from_json

    before = from_json(read_text(digest))
    files = []
    for path in reviews:
        try:
            files.append(read_review(read_text(path)))
        except HuimouError as error:
            raise type(error)(f"{path}: {error.message.removeprefix(f'{path}: ')}", error.hint) from error
    merged = merge(before, files)
    name = digest.name.removesuffix(".json")
    text = find_text(name, before, sources_of(digest.parent, source))
    write_outputs(digest.parent, name, text, merged.digest, present(digest.parent, name))
    for line in merged.skipped:
        typer.echo(f"skipped: {running(line)}", err=True)
    if not quiet:
        said = merged.digest.review.items if merged.digest.review else []
        checked = sum(one.checked for one in said)
        applied, items = options.count(merged.taken, "remark"), options.count(checked, "item")
        typer.echo(f"{applied} applied; {items} checked by a person in {digest}")
    if merged.skipped:
        raise typer.Exit(_EXIT_SKIPPED)
