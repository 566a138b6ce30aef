"""`huimou compare`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options
from huimou.cli.digest_files import MOST_REPORTS, link_page, read_reports, refuse_input
from huimou.cli.option_groups import Profiles, ProgressOptions, Rules, spread_options


@spread_options
def compare(
    digests: Annotated[
        list[str],
        typer.Argument(
            metavar="DIGEST...", help=f"Digests (.json), their folders, or globs; 2 to {MOST_REPORTS} reports."
        ),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write one page (.html) to this file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write the same as a workbook to this file.")] = None,
    profiles: Profiles = None,
    rules: Rules = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Set digests side by side: what each report did and plans, and figures only like with like.

    A figure stands beside another only where both count the same thing in the same state, in the same unit, of the
    same doer, over the same length of time; all others are listed with the reason why they do not.
    """
    from huimou.cli.tracking import open_steps
    from huimou.compare.cities import compare_reports as compared
    from huimou.compare.cities.to_html import to_html
    from huimou.compare.cities.to_terminal import to_terminal
    from huimou.compare.cities.to_xlsx import to_xlsx
    from huimou.language.profiles.profile import load_profiles
    from huimou.settings import FolderOptions, resolve_folders
    from huimou.store.files import write_bytes, write_text

    with open_steps(progress) as emit:
        found = read_reports(digests, emit)
    kinds = load_profiles(resolve_folders(FolderOptions(profiles=profiles)).profiles)
    with options.open_rules(rules):
        comparison = compared([one.digest for one in found], kinds)
    for target in (output, xlsx):
        refuse_input(target, found)
    options.make_place(output, xlsx)
    if output is not None:
        write_text(output, to_html(comparison, [link_page(one.path, output) for one in found]))
    if xlsx is not None:
        write_bytes(xlsx, to_xlsx(comparison))
    if not progress.quiet:
        options.open_console().print(to_terminal(comparison))
        for target in filter(None, (output, xlsx)):
            typer.echo(f"written to {target}")
