"""`huimou synthesise`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.digest_files import DigestFile, link_page, read_reports, refuse_input
from huimou.cli.option_groups import Profiles, ProgressOptions, Rules, spread_options

if TYPE_CHECKING:
    from huimou.compare.synthesis import Synthesis

_FORMS = (".html", ".md", ".docx")


@spread_options
def synthesise(
    digests: Annotated[
        list[str],
        typer.Argument(metavar="DIGEST...", help="Digests (.json), their folders, or globs; 2 reports or more."),
    ],
    out: Annotated[
        list[Path] | None, typer.Option("--output", "-o", help="File to write, .html, .md or .docx; may be repeated.")
    ] = None,
    profiles: Profiles = None,
    rules: Rules = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Draw several reports into one: what they did and plan by domain, common practice first, then what one alone does.

    Every sentence is an item's own summary, with its report, item and sentence; figures stand only like with like. No
    model is asked. Without -o it is printed as Markdown.
    """
    from huimou.cli.tracking import open_steps
    from huimou.compare.cities import compare_reports
    from huimou.compare.synthesis import synthesise_reports
    from huimou.compare.synthesis.to_markdown import to_markdown
    from huimou.language.profiles.profile import load_profiles
    from huimou.settings import FolderOptions, resolve_folders

    outputs = [options.check_ending(path, _FORMS) for path in out or ()]
    with open_steps(progress) as emit:
        found = read_reports(digests, emit)
    for path in outputs:
        refuse_input(path, found)
    kinds = load_profiles(resolve_folders(FolderOptions(profiles=profiles)).profiles)
    with options.open_rules(rules):
        synthesis = synthesise_reports(compare_reports([one.digest for one in found], kinds))
    options.make_place(*outputs)
    for path in outputs:
        _write(path, synthesis, found)
    if not outputs:
        typer.echo(to_markdown(synthesis), nl=False)
    elif not progress.quiet:
        typer.echo(f"written to {', '.join(map(str, outputs))}")


def _write(path: Path, synthesis: Synthesis, found: Sequence[DigestFile]) -> None:
    from huimou.compare.synthesis.to_docx import to_docx
    from huimou.compare.synthesis.to_html import to_html
    from huimou.compare.synthesis.to_markdown import to_markdown
    from huimou.store.files import write_bytes, write_text

    match path.suffix.lower():
        case ".html":
            write_text(path, to_html(synthesis, [link_page(one.path, path) for one in found]))
        case ".docx":
            write_bytes(path, to_docx(synthesis))
        case _:
            write_text(path, to_markdown(synthesis))
